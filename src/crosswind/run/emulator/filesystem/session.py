r"""The drives of a session.

`C:` is private: a folder that is made for the session and goes with it, where Windows keeps its
system, the user's profile and temporary files. `Z:` is the host: its whole file system as the user
may use it, the current folder included, as Wine has it; with `--sandbox DIR` that folder only.
"""

from __future__ import annotations

from pathlib import Path

from crosswind.frozen import frozen
from crosswind.run.emulator.activity import Activity
from crosswind.run.emulator.filesystem import hostnames
from crosswind.run.emulator.filesystem.filesystem import FileSystem
from crosswind.run.emulator.filesystem.volume import Volume
from crosswind.run.emulator.identity import USER
from crosswind.system import folder

_FOLDERS = (
    "Windows/System32/drivers/etc",
    "Windows/Temp",
    f"Users/{USER}/AppData/Local/Temp",
    f"Users/{USER}/AppData/LocalLow",
    f"Users/{USER}/AppData/Roaming",
    f"Users/{USER}/Desktop",
    f"Users/{USER}/Documents",
    f"Users/{USER}/Downloads",
    "Users/Public",
    "ProgramData",
    "Program Files",
    "Program Files (x86)",
)


# What every Windows has there; programs look hosts and services up in them.
_FILES = {
    "Windows/System32/drivers/etc/hosts": "127.0.0.1 localhost\r\n::1 localhost\r\n",
    "Windows/System32/drivers/etc/networks": "loopback 127\r\n",
    "Windows/System32/drivers/etc/protocol": "ip 0 IP\r\ntcp 6 TCP\r\nudp 17 UDP\r\n",
    "Windows/System32/drivers/etc/services": "http 80/tcp\r\nhttps 443/tcp\r\n",
}


@frozen
class Drives:
    """A session's file system, and where its program is to be found in it."""

    files: FileSystem
    program: str


def drives(
    *,
    private: Path,
    program: Path,
    current: Path,
    sandbox: Path | None = None,
    writable: bool = True,
    activity: Activity | None = None,
) -> Drives:
    """Put the drives together.

    Args:
        private: an empty folder for `C:`, ours for the session.
        program: the program's file.
        current: the folder to run in.
        sandbox: the only folder of the host to be seen; None shows all of it.
        writable: whether programs may change the host's files.
        activity: where it is noted what is done.

    Raises:
        OSError: if a folder cannot be opened.
    """
    folder.make_folders(private, _FOLDERS)
    folder.make_files(private, _FILES)
    private, program, current = private.resolve(), program.resolve(), current.resolve()
    shown = Path(current.anchor) if sandbox is None else sandbox.resolve()
    system = Volume("C", private, label="Windows")
    host = Volume("Z", shown, writable=writable, makes_links=sandbox is None, label="Host")
    files = FileSystem({"C": system, "Z": host}, "Z:\\", activity)
    inside = windows_path(shown, current)
    if inside is not None:
        files.set_current(inside)
    name = windows_path(shown, program)
    return Drives(files, name if name is not None else _brought(private, program))


def windows_path(root: Path, path: Path) -> str | None:
    """The path on `Z:` of a host's path; None if it is not below the drive's folder."""
    if not path.is_relative_to(root):
        return None
    return "Z:\\" + "\\".join(map(hostnames.to_windows, path.relative_to(root).parts))


def _brought(private: Path, program: Path) -> str:
    """Copy a program from outside of the sandbox to `C:`, where it can find itself."""
    from crosswind.system import files

    files.copy(program, private / "Program" / program.name)
    return f"C:\\Program\\{hostnames.to_windows(program.name)}"
