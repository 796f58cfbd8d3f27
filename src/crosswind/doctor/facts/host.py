"""What this host is: its disks, memory, processors, Python and clock."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from crosswind import toolchain
from crosswind.frozen import frozen
from crosswind.system import files, host
from crosswind.target import Target
from crosswind.toolchain import Settings, Zig
from crosswind.toolchain.kinds import ZIG

# Programs that install packages, in the order in which a host with several prefers them.
INSTALLERS = ("apt-get", "dnf", "pacman", "brew")


@frozen
class Place:
    """A folder that a build writes into.

    Attributes:
        role: what it is for.
        path: where it is, or will be.
        free: bytes free on its file system.
        problem: why nothing can be written there; empty if it can.
        noexec: whether its file system is mounted so that nothing in it can run.
        filesystem: the file system's type, such as `ext4`; empty where the host does not tell.
    """

    role: str
    path: Path
    free: int
    problem: str = ""
    noexec: bool = False
    filesystem: str = ""


@frozen
class HostFacts:
    """This host, as far as builds care.

    Attributes:
        goos, goarch: in Go's words; on an Apple Silicon Mac arm64, even under Rosetta.
        python: version of the running Python.
        cpus: processors that may be used.
        memory: bytes that may be used now.
        now: its clock, in seconds since 1970.
        project, dist, gocache, temporary, cache: the folders that builds use.
        folds_case: whether the project's file system takes `A` and `a` for one name.
        installer: the program that installs packages here; empty if none is known.
        long_paths: Windows' LongPathsEnabled; None elsewhere.
        code_page: the Windows console's output code page; None elsewhere, 0 without a console.
        zig: the pinned Zig in crosswind's cache, if it is there.
        zig_pinned: whether there is one for this host.
        pillow: whether the library that scales icons can be imported.
    """

    goos: str
    goarch: str
    python: tuple[int, int, int]
    cpus: int
    memory: int
    now: float
    project: Place
    dist: Place
    gocache: Place
    temporary: Place
    cache: Place
    folds_case: bool = False
    installer: str = ""
    long_paths: bool | None = None
    code_page: int | None = None
    zig: Zig | None = None
    zig_pinned: bool = True
    pillow: bool = True

    @property
    def port(self) -> str:
        """`goos/goarch`."""
        return f"{self.goos}/{self.goarch}"


def look(directory: Path, dist: str, settings: Settings) -> HostFacts:
    """Look at this host."""
    mounts = _mounts()
    temporary = settings.get("GOTMPDIR").value or tempfile.gettempdir()
    return HostFacts(
        goos=host.goos(),
        goarch=host.goarch(),
        python=sys.version_info[:3],
        cpus=host.cpus(),
        memory=host.memory(),
        now=time.time(),
        project=place("project", directory, mounts),
        dist=place("dist", directory / dist, mounts),
        gocache=_go_cache_place(settings, mounts),
        temporary=_temporary(Path(temporary), mounts),
        cache=_tried(place("crosswind's cache", files.cache_dir(), mounts)),
        folds_case=folds_case(directory),
        installer=next((name for name in INSTALLERS if _which(name, settings.env)), ""),
        long_paths=_long_paths(),
        code_page=_code_page(),
        zig=toolchain.find_zig(),
        zig_pinned=bool(ZIG.newest(Target(host.goos(), host.goarch()))),
        pillow=importlib.util.find_spec("PIL") is not None,
    )


def go_cache(settings: Settings, goos: str) -> Path | None:
    """Go's build cache (cmd/go/internal/cache/default.go): GOCACHE, or go-build in the user's.

    The user's is os.UserCacheDir (os/file.go); None if the environment does not tell it.
    """
    chosen = settings.get("GOCACHE").value
    if chosen:
        return Path(chosen)
    env = settings.env
    if goos == "windows":
        base = env.get("LocalAppData") or env.get("LOCALAPPDATA", "")
    elif goos == "darwin":
        base = env["HOME"] + "/Library/Caches" if env.get("HOME") else ""
    else:
        base = env.get("XDG_CACHE_HOME") or (env["HOME"] + "/.cache" if env.get("HOME") else "")
    return Path(base) / "go-build" if base else None


def _go_cache_place(settings: Settings, mounts: Mapping[Path, str]) -> Place:
    path = go_cache(settings, host.goos())
    if path is None:
        return Place("GOCACHE", Path(), 0, "no home directory is set, so it has no place")
    return _tried(place("GOCACHE", path, mounts))


def _temporary(path: Path, mounts: Mapping[Path, str]) -> Place:
    """The folder for temporary files; unlike the others, nobody makes it."""
    found = _tried(place("temporary files", path, mounts))
    if found.problem or path.is_dir():
        return found
    return replace(found, problem="it does not exist")


def place(role: str, path: Path, mounts: Mapping[Path, str]) -> Place:
    """Look at a folder, or at the nearest one above it that exists."""
    nearest = _nearest(path)
    filesystem = _filesystem(nearest, mounts)
    if not nearest.is_dir():
        return Place(role, path, 0, f"{nearest} is not a directory", filesystem=filesystem)
    problem = "" if os.access(nearest, os.W_OK | os.X_OK) else f"{nearest} cannot be written to"
    return Place(role, path, host.disk_free(path), problem, _noexec(nearest), filesystem)


def _nearest(path: Path) -> Path:
    return next(up for up in (path.absolute(), *path.absolute().parents) if os.path.lexists(up))


def _tried(found: Place) -> Place:
    """The place once a file was made where it is, or will be: never in the project."""
    nearest = _nearest(found.path)
    if found.problem or not (reason := files.refusal(nearest)):
        return found
    return replace(found, problem=f"{nearest} takes no files ({reason})")


def folds_case(directory: Path) -> bool:
    """Whether a file of the directory is found under its name in other letters, too."""
    for entry in directory.iterdir() if directory.is_dir() else ():
        other = entry.with_name(entry.name.swapcase())
        if other.name != entry.name:
            return other.exists() and entry.samefile(other)
    return False


def mounted(mountinfo: str) -> dict[Path, str]:
    """Read /proc/self/mountinfo: mount points and the types of their file systems.

    proc_pid_mountinfo(5): field 5 is the mount point, with octal escapes; the type is the first
    field behind the hyphen.
    """
    found: dict[Path, str] = {}
    for line in mountinfo.splitlines():
        front, hyphen, back = line.partition(" - ")
        words = front.split()
        if hyphen and len(words) > 4 and back:
            point = words[4].encode().decode("unicode_escape").encode("latin-1").decode()
            found[Path(point)] = back.split()[0]
    return found


def has_attribute(path: Path, name: str) -> bool:
    """Whether a file bears an extended attribute, as getxattr(2) says on macOS and on Linux."""
    library = ctypes.CDLL(None, use_errno=True)
    # macOS adds two arguments: the position, for resource forks only, and options.
    more = (ctypes.c_uint32(0), ctypes.c_int(0)) if sys.platform == "darwin" else ()
    library.getxattr.restype = ctypes.c_ssize_t
    size = library.getxattr(os.fsencode(path), name.encode(), None, ctypes.c_size_t(0), *more)
    return int(size) >= 0


def _mounts() -> dict[Path, str]:
    try:
        return mounted(Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape"))
    except OSError:
        return {}


def _filesystem(path: Path, mounts: Mapping[Path, str]) -> str:
    real = path.resolve()
    return next((mounts[up] for up in (real, *real.parents) if up in mounts), "")


def _noexec(path: Path) -> bool:
    """Whether the file system refuses to run programs; only Linux tells by statvfs(3)."""
    flag: int = getattr(os, "ST_NOEXEC", 0)
    return bool(flag and os.statvfs(path).f_flag & flag)


def _which(name: str, env: Mapping[str, str]) -> str | None:
    return shutil.which(name, path=env.get("PATH", ""))


def _long_paths() -> bool | None:
    """Read LongPathsEnabled (Microsoft, "Maximum Path Length Limitation"). Unproved on Windows."""
    if host.goos() != "windows":
        return None
    registry: Any = importlib.import_module("winreg")
    key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    try:
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, key) as opened:
            return bool(registry.QueryValueEx(opened, "LongPathsEnabled")[0])
    except OSError:
        return False


def _code_page() -> int | None:
    """Ask GetConsoleOutputCP; it answers 0 where there is no console. Unproved on Windows."""
    if host.goos() != "windows":
        return None
    library: Any = ctypes
    return int(library.windll.kernel32.GetConsoleOutputCP())
