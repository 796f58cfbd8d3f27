"""A drive: a folder of the host, whose names are found without regard to case."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from crosswind.run.emulator.filesystem import hostnames
from crosswind.run.emulator.ordinal import upper
from crosswind.system.folder import Folder

# File systems of Linux that are the kernel itself: no files to a Windows program, and a way for a
# hostile one into the process that emulates it (/proc/self/mem).
_KERNEL = frozenset(
    {
        *("proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "debugfs", "tracefs"),
        *("securityfs", "configfs", "bpf", "mqueue", "fusectl", "efivarfs", "binfmt_misc"),
        *("selinuxfs", "pstore", "nsfs", "rpc_pipefs", "nfsd", "hugetlbfs", "devfs"),
    }
)


@dataclass(slots=True)
class Volume:
    """A drive of the session.

    Attributes:
        letter: in upper case.
        path: the host's folder.
        writable: whether programs may change anything on it.
        makes_links: whether programs may make symbolic links on it.
        label: the volume's name.
        serial: its serial number, 32 bits.
    """

    letter: str
    path: Path
    writable: bool = True
    makes_links: bool = True
    label: str = ""
    serial: int = 0
    root: Folder = field(init=False)
    closed_devices: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        """Open the folder."""
        self.root = Folder.root(self.path)
        self.closed_devices = kernel_devices()
        self.serial = self.serial or 0xC0550000 | ord(self.letter)

    def close(self) -> None:
        """Let the host's folder go."""
        self.root.close()


def kernel_devices(table: Path = Path("/proc/self/mountinfo")) -> frozenset[int]:
    """Device numbers of the mounts that a program must not enter; empty where there is no table."""
    devices = {_device(path) for path in ("/proc", "/sys", "/dev")}
    try:
        lines = table.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        lines = []
    for line in lines:
        # proc(5), /proc/pid/mountinfo: field 3 is major:minor, the type follows a lone hyphen.
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) > 2 and after.split(" ", 1)[0] in _KERNEL:
            major, _, minor = fields[2].partition(":")
            devices.add(os.makedev(int(major), int(minor)))
    # A /dev that is an ordinary folder of the root (a bare chroot) closes nothing else.
    return frozenset(devices - {None, _device("/")})  # type: ignore[arg-type]


def _device(path: str) -> int | None:
    try:
        return Path(path).stat().st_dev
    except OSError:
        return None


def find(folder: Folder, name: str) -> tuple[str, str, os.stat_result] | None:
    """Find a name in a folder as Windows does: exactly, else without regard to case.

    Of several names that differ in case only, the one that sorts first is taken.

    Returns:
        The host's name, the name as Windows programs see it, and what it is; None if absent.
    """
    host = hostnames.to_host(name)
    try:
        return host, hostnames.to_windows(host), folder.look(host)
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return None  # the host's names are shorter than Windows': 255 bytes, not characters
    wanted = upper(name)
    for candidate in sorted(folder.names()):
        shown = hostnames.to_windows(candidate)
        if upper(shown) == wanted:
            try:
                return candidate, shown, folder.look(candidate)
            except FileNotFoundError:
                continue
    return None


def is_visible(status: os.stat_result) -> bool:
    """Whether something of the host is a file, a folder or a link; pipes and devices are not."""
    return (
        stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) or stat.S_ISLNK(status.st_mode)
    )
