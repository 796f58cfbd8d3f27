"""Advice: what compiles everywhere and still works on one kind of system only. Warnings, never failures.

`habits` finds the places, this decides whether a file that has one is built for a system where it
matters, and says what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from crosswind.constraints.names import KNOWN_OS
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.portability.habits import Habit

_WINDOWS = frozenset({"windows"})
_ALL = frozenset(KNOWN_OS)
_APPLE = frozenset({"darwin", "ios"})


@frozen
class _Advice:
    code: str
    message: str
    hint: str
    systems: frozenset[str] = _WINDOWS


# By the kind of habit. What Windows does is in the code that Go has for it: os/exec_windows.go (Signal),
# os/file_windows.go (Chmod, Chown, Symlink), os/types_windows.go (Mode), os/file.go (UserHomeDir, TempDir).
_KINDS: Mapping[str, _Advice] = {
    "slash": _Advice(
        "CW5080",
        "{text}: this path has backslashes on Windows",
        "use path/filepath, or filepath.ToSlash before you look for slashes",
    ),
    "joined": _Advice(
        "CW5080",
        "{text}: joined with a slash, where Windows has backslashes",
        "use filepath.Join, so that paths compare and print alike everywhere",
    ),
    "list": _Advice(
        "CW5081",
        "{text}: Windows separates lists of paths by ; and has : in its paths",
        "use filepath.SplitList",
        frozenset({"windows", "plan9"}),
    ),
    "mode": _Advice(
        "CW5085",
        "{text}: on Windows only the owner's write bit has an effect",
        "do not rely on the other bits there: nothing is kept from other users by them",
    ),
    "executable": _Advice(
        "CW5085",
        "{text}: no file has these bits on Windows",
        "ask for the file's ending there, or let exec.LookPath decide",
    ),
    "owner": _Advice(
        "CW5085",
        "{text} always fails on Windows",
        "call it in a file for unix, or look at errors.ErrUnsupported",
    ),
    "link": _Advice(
        "CW5085",
        "{text} needs a privilege on Windows that few users have",
        "have another way for when it fails, such as a copy",
    ),
    "signal": _Advice(
        "CW5086",
        "{text}: Windows delivers no signal but os.Kill, the call fails",
        "use Kill there, or ask the process to end in a way of your own",
    ),
    "shell": _Advice(
        "CW5087",
        "Windows has no {text}",
        "start the program itself with its arguments, or choose the shell by system",
    ),
    "tool": _Advice(
        "CW5087",
        "Windows has no {text}",
        "do it in Go (os, path/filepath, io), or look for it by exec.LookPath first",
    ),
    "lines": _Advice(
        "CW5089",
        '{text}: lines of a file from Windows end in "\\r\\n", and keep the "\\r"',
        "use bufio.Scanner, strings.Lines with a TrimSpace, or take the \\r away",
    ),
}
_INSTEAD = {
    "HOME": "os.UserHomeDir",
    "USER": "os/user, Current",
    "TMPDIR": "os.TempDir",
    "PWD": "os.Getwd",
    "HOSTNAME": "os.Hostname",
    "SHELL": "a default for when it is not set",
}


@frozen
class _Path:
    """Absolute paths that begin alike: where there are none, and what to use instead."""

    begin: str
    missing: frozenset[str]
    hint: str


_CONFIGURABLE = "take it from a setting, with a default per system, or from os.UserConfigDir"
# The first that fits counts.
_PATHS = (
    _Path("/tmp", _WINDOWS | {"android"}, "use os.TempDir, os.MkdirTemp or os.CreateTemp"),  # noqa: S108
    _Path("/dev/null", _WINDOWS, "use os.DevNull"),
    _Path("/dev/tty", _WINDOWS | {"plan9"}, "on Windows the console is CONIN$ and CONOUT$"),
    _Path("/dev/std", _WINDOWS | {"plan9"}, "use os.Stdin, os.Stdout or os.Stderr"),
    _Path("/dev/shm", _ALL - {"linux", "android"}, "use os.TempDir"),  # noqa: S108
    _Path("/dev", _WINDOWS, "build the file for unix only"),
    _Path("/proc", _ALL - {"linux", "android"}, "build the file for linux only"),
    _Path("/sys", _ALL - {"linux", "android"}, "build the file for linux only"),
    _Path("/Library", _ALL - _APPLE, "build the file for darwin only"),
    _Path("/Applications", _ALL - _APPLE, "build the file for darwin only"),
    _Path("/private", _ALL - _APPLE, "build the file for darwin only"),
    _Path("/bin", _WINDOWS, "look for programs by exec.LookPath"),
    _Path("/usr/bin", _WINDOWS, "look for programs by exec.LookPath"),
    _Path("/", _WINDOWS, _CONFIGURABLE),
)
# Names that Windows gives to devices, with any ending (learn.microsoft.com, "Naming Files, Paths, and
# Namespaces"; golang.org/x/mod/module, badWindowsNames, refuses them in modules).
_DEVICE = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')


def of_habits(path: str, habits: Iterable[Habit], systems: Collection[str]) -> Iterator[Finding]:
    """Judge the habits of a file.

    Args:
        path: what findings call the file.
        habits: those found in it.
        systems: each GOOS that it is built for.
    """
    for habit in habits:
        judged = _judge(habit)
        where = sorted(judged.systems.intersection(systems))
        if where:
            message = judged.message.replace("{text}", habit.text)
            subject = f"{path}:{habit.line}:{habit.column}"
            yield Finding(judged.code, Severity.WARNING, subject, message, judged.hint)


def _judge(habit: Habit) -> _Advice:
    kind, _, name = habit.kind.partition(" ")
    if kind == "variable":
        message = f"{{text}}: Windows does not set {name}"
        return _Advice("CW5088", message, f"use {_INSTEAD[name]}", _WINDOWS | {"plan9"})
    if kind != "absolute":
        return _KINDS[kind]
    known = next(one for one in _PATHS if _begins(habit.text, one.begin))
    systems = "other systems" if known.missing - {"windows", "android", "plan9"} else "Windows"
    return _Advice("CW5082", f"{{text}}: no such path on {systems}", known.hint, known.missing)


def _begins(path: str, begin: str) -> bool:
    return path == begin or path.startswith(begin if begin in ("/", "/dev/std") else f"{begin}/")


def of_names(folder: str, names: Sequence[str]) -> Iterator[Finding]:
    """Judge the names in one folder, of files and of folders.

    Args:
        folder: how findings call it; empty for the one where we are.
        names: all names in it.
    """
    place = f"{folder}/" if folder else ""
    first: dict[str, str] = {}
    for name in sorted(names):
        other = first.setdefault(name.casefold(), name)
        if other != name:
            yield _named(
                "CW5083", f"{place}{name}", f"differs from {other} by case only: macOS and Windows have"
                " room for one of them", "rename one")  # fmt: skip
        reason = _unfit(name)
        if reason:
            yield _named("CW5084", f"{place}{name}", f"Windows cannot have this name: {reason}",
                         "rename it")  # fmt: skip


def _unfit(name: str) -> str:
    if _DEVICE.fullmatch(name):
        return f"{name.partition('.')[0]} is a device"
    bad = _FORBIDDEN.search(name)
    if bad:
        return f"it holds {bad[0]!r}"
    return "it ends with a dot or a space" if name.endswith((".", " ")) else ""


def _named(code: str, subject: str, message: str, hint: str) -> Finding:
    return Finding(code, Severity.WARNING, subject, message, hint)
