"""Wine's prefix: what a Windows program takes for its computer.

Wine's own way of making one (`wineboot`) takes half a minute and 700 MB. Programs of the command line
need a folder for drive C, links to Wine's Windows files and a few lines of registry, which take
milliseconds; so that is what each session gets. What the full one has beyond it (services, so that
network adapters are listed; COM; fonts) is made once for each version of Wine and kept in the user's
cache; a session then gets a copy of its registry and links to its folders.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.run import wine_files
from crosswind.run.wine_layout import Layout
from crosswind.run.wine_server import server
from crosswind.system import files, process
from crosswind.system.process import Limits

# Seconds; wineboot takes 24 of them on two idle processors.
_BOOTS = 300.0
_STARTS = 60.0

_USER = "crosswind"
_COMPUTER = "CROSSWIND"
_FOLDERS = ("Temp", "AppData/Local", "AppData/Roaming")

# wine(1), "WINEDLLOVERRIDES": a name with nothing behind `=` is not loaded. .NET and HTML would be
# offered for download; a debugger would keep a crashed program from ending.
_OFF = "mscoree,mshtml,winedbg.exe"
# Nothing is to be set up in a minimal prefix, and its services would hold the program's streams open.
_NO_BOOT = f"{_OFF},wineboot.exe"

# The format that wineserver loads and saves (server/registry.c). Without these keys, which wineboot
# writes into a full prefix, programs would find no folders of the user, no folder for temporary files,
# no command interpreter, no extensions of programs and no name of the computer.
_HEAD = "WINE REGISTRY Version 2\n\n#arch=win64\n"
_CONTROL = r"System\\CurrentControlSet\\Control"
_HOME = rf"\\users\\{_USER}"
_MACHINE: dict[str, dict[str, str]] = {
    r"Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug": {"Auto": "0", "Debugger": ""},
    rf"{_CONTROL}\\ComputerName\\ComputerName": {"ComputerName": _COMPUTER},
    r"System\\CurrentControlSet\\Services\\Tcpip\\Parameters": {"Hostname": _COMPUTER},
    rf"{_CONTROL}\\Session Manager\\Environment": {
        "ComSpec": r"C:\\windows\\system32\\cmd.exe",
        "OS": "Windows_NT",
        "PATH": r"C:\\windows\\system32;C:\\windows",
        "PATHEXT": ".COM;.EXE;.BAT;.CMD",
        "TEMP": r"C:\\windows\\temp",
        "TMP": r"C:\\windows\\temp",
        "windir": r"C:\\windows",
    },
}
_PERSON: dict[str, dict[str, str]] = {
    "Environment": {"TEMP": rf"C:{_HOME}\\Temp", "TMP": rf"C:{_HOME}\\Temp"},
    "Volatile Environment": {
        "APPDATA": rf"C:{_HOME}\\AppData\\Roaming",
        "HOMEDRIVE": "C:",
        "HOMEPATH": _HOME,
        "LOCALAPPDATA": rf"C:{_HOME}\\AppData\\Local",
        "USERDOMAIN": _COMPUTER,
        "USERNAME": _USER,
        "USERPROFILE": rf"C:{_HOME}",
    },
}


def _registry(keys: Mapping[str, Mapping[str, str]]) -> str:
    """Write keys with strings; the text of both is escaped as the file has it."""
    blocks = (
        "".join([f"\n[{key}]\n", *(f'"{name}"="{value}"\n' for name, value in values.items())])
        for key, values in keys.items()
    )
    return _HEAD + "".join(blocks)


@contextlib.contextmanager
def minimal(folder: Path, wine: Layout) -> Iterator[None]:
    """Make a prefix without `wineboot`, in an empty folder; raises what `files.translated` does.

    When the block ends, nothing may run in it any more.
    """
    with files.translated(folder):
        _skeleton(folder)
        # Without it Wine would fill the prefix at the first start (programs/wineboot/wineboot.c).
        (folder / ".update-timestamp").write_text("disable\n")
        (folder / "system.reg").write_text(_registry(_MACHINE))
        (folder / "user.reg").write_text(_registry(_PERSON))
    with wine_files.windows(folder / "drive_c/windows", wine):
        yield


def _skeleton(folder: Path) -> None:
    """Make the drives, and the user's folders."""
    home = f"drive_c/users/{_USER}"
    for name in ("dosdevices", *(f"{home}/{one}" for one in _FOLDERS)):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "dosdevices/c:").symlink_to("../drive_c")
    (folder / "dosdevices/z:").symlink_to("/")


def full(folder: Path, wine: Layout, version: str, env: Mapping[str, str]) -> None:
    """Make a prefix out of the one that `wineboot` made for this version of Wine, in its cache.

    Raises:
        MissingError: CW4020, `wineboot` failed. And what `files.translated` raises.
    """
    made = _booted(wine, version, env)
    with files.translated(folder):
        _skeleton(folder)
        (folder / ".update-timestamp").write_text("disable\n")
        for name in ("system.reg", "user.reg", "userdef.reg"):
            if (made / name).exists():
                (folder / name).write_bytes((made / name).read_bytes())
        for entry in (made / "drive_c").iterdir():
            if entry.name != "users":
                (folder / "drive_c" / entry.name).symlink_to(entry)


def _booted(wine: Layout, version: str, env: Mapping[str, str]) -> Path:
    """Return the cached full prefix, made now if this is the first time."""
    folder = files.cache_dir() / "wine" / re.sub(r"[^\w.-]+", "-", version)
    made = folder / "prefix"
    if made.is_dir():
        return made
    with files.lock(folder / "lock"):
        if not made.is_dir():
            with files.new_directory(made) as new:
                _boot(new, wine, env)
    return made


def _boot(folder: Path, wine: Layout, env: Mapping[str, str]) -> None:
    child = {**environment(folder, env, boots=True), "WINEARCH": "win64"}
    with server(folder, wine, child):
        done = process.supervise(
            [wine.loader, "wineboot", "-i"], cwd=folder, env=child, limits=Limits(_BOOTS)
        )
    if done.returncode != 0:
        says = done.text[-300:] or f"it ended with status {done.returncode}"
        raise MissingError(
            "CW4020", "Wine's wineboot made no prefix", subject=str(wine.loader), hint=says
        )
    with files.translated(folder):
        wine_files.add_shim(folder / "drive_c/windows/system32", wine)


def environment(folder: Path, base: Mapping[str, str], *, boots: bool) -> dict[str, str]:
    """Make the environment of Wine's processes in a prefix, out of that of a program.

    No display is reached, time and language are the same everywhere, and file names are UTF-8.
    """
    kept = {
        name: value
        for name, value in base.items()
        if not name.startswith(("WINE", "LC_", "DYLD_")) and name not in _DROPPED
    }
    return {
        **kept,
        "HOME": str(folder),
        "USER": _USER,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "WINEPREFIX": str(folder),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": f"{_OFF if boots else _NO_BOOT}=",
    }


_DROPPED = frozenset({"DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "LANG", "LANGUAGE"})


def start_services(folder: Path, wine: Layout, env: Mapping[str, str]) -> None:
    """Let a full prefix start its services now: with a program they would hold its streams open.

    Raises:
        MissingError: CW4020, they do not start.
    """
    argv = (str(wine.loader), "wineboot", "--init")
    done = process.supervise(argv, cwd=folder, env=env, limits=Limits(_STARTS))
    if done.returncode != 0:
        raise MissingError(
            "CW4020",
            "Wine's services do not start",
            subject=str(wine.loader),
            hint=done.text[-300:],
        )
