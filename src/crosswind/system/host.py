"""What this host is and has."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sys
from pathlib import Path

# What `_machine` says in Go's words; internal/goarch and runtime's ports name the right-hand sides.
_GOARCH = {
    "x86_64": "amd64", "amd64": "amd64", "i386": "386", "i686": "386", "x86": "386",
    "aarch64": "arm64", "arm64": "arm64", "armv6l": "arm", "armv7l": "arm", "armv8l": "arm",
    "ppc64le": "ppc64le", "ppc64": "ppc64", "s390x": "s390x", "riscv64": "riscv64",
    "loongarch64": "loong64", "mips": "mips", "mips64": "mips64",
}  # fmt: skip


def goos() -> str:
    """This host's GOOS."""
    known = {"win32": "windows", "cygwin": "windows", "sunos5": "solaris"}
    name = known.get(sys.platform, sys.platform)
    return name.rstrip("0123456789") if name.startswith(("freebsd", "openbsd", "netbsd")) else name


def goarch() -> str:
    """This host's GOARCH; on an Apple Silicon Mac arm64 even for a Python under Rosetta."""
    if sys.platform == "darwin" and under_rosetta():
        return "arm64"
    machine = _machine().lower()
    if machine == "x86_64" and sys.maxsize < 1 << 32:
        return "386"
    return _GOARCH.get(machine, machine)


def node() -> str:
    """This host's name; empty if it has none."""
    if os.name == "posix":
        return os.uname().nodename
    import platform  # late: to ask it takes longer than all else here

    return platform.node()


def _machine() -> str:
    """This host's kind of processor, in its system's words."""
    if os.name == "posix":
        return os.uname().machine
    import platform

    return platform.machine()


@functools.cache
def under_rosetta() -> bool:
    """Whether this process is translated by Rosetta (sysctl.proc_translated is 1)."""
    if goos() != "darwin":
        return False
    import ctypes

    value, size = ctypes.c_int(0), ctypes.c_size_t(4)
    libc = ctypes.CDLL(None)
    failed = libc.sysctlbyname(
        b"sysctl.proc_translated", ctypes.byref(value), ctypes.byref(size), None, 0
    )
    return failed == 0 and value.value == 1


def cpus() -> int:
    """Processors we may use: affinity and the cgroup's quota considered."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity call
        count = os.cpu_count() or 1
    quota = _cgroup("cpu.max").split()
    # cgroup-v2 documentation, "cpu.max": "$MAX $PERIOD", the word max for no limit.
    if len(quota) == 2 and quota[0].isdigit() and int(quota[1]) > 0:
        count = min(count, max(1, -(-int(quota[0]) // int(quota[1]))))
    return count


def memory() -> int:
    """Bytes of memory we may use now: what is available, within the cgroup's limit."""
    available = _available()
    limit, used = _cgroup("memory.max"), _cgroup("memory.current")
    if limit.isdigit() and used.isdigit():
        available = min(available, max(0, int(limit) - int(used)))
    return available


def _available() -> int:
    # proc(5), /proc/meminfo: MemAvailable in kB; read by ourselves because psutil takes 10 ms to load.
    with contextlib.suppress(OSError, ValueError), Path("/proc/meminfo").open() as lines:
        for line in lines:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    import psutil

    return int(psutil.virtual_memory().available)


def disk_free(path: Path) -> int:
    """Free bytes on the file system that holds `path` or its nearest parent that tells."""
    for place in (path.absolute(), *path.absolute().parents):
        with contextlib.suppress(OSError):
            return shutil.disk_usage(place).free
    return 0


def group_memory(leader: int) -> int:
    """Resident bytes of a process and all its descendants; 0 once it is gone."""
    import psutil

    total = 0
    try:
        process = psutil.Process(leader)
        for member in (process, *process.children(recursive=True)):
            try:
                total += int(member.memory_info().rss)
            except psutil.Error:
                continue
    except psutil.Error:
        return 0
    return total


def _cgroup(name: str) -> str:
    """Read a cgroup v2 control file of ours; empty where there is none."""
    try:
        return (Path("/sys/fs/cgroup") / name).read_text().strip()
    except OSError:
        return ""
