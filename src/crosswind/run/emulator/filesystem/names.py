"""The rules of Windows paths: kinds, full paths, devices, NT names. Text only, no file is touched.

Sources: Microsoft, "Naming Files, Paths, and Namespaces" and "File path formats on Windows
systems"; [MS-FSCC] 2.1.5 for components. `tests/integration/run` compares all of it with Wine.
A path is a `str` that may hold lone surrogates, as Windows' own may.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from crosswind.frozen import frozen
from crosswind.run.emulator.ordinal import length, upper

# "Maximum Path Length Limitation": with the NUL at the end, so 259 units for the path.
MAX_PATH = 260
# [MS-FSCC] 2.1.5.2: a component has at most 255 units.
MAX_COMPONENT = 255

_FORBIDDEN = frozenset('"*<>?|/') | frozenset(map(chr, range(32)))
_DIGITS = frozenset("123456789¹²³")


class PathKind(IntEnum):
    """What `RtlDetermineDosPathNameType_U` answers (winternl's RTL_PATH_TYPE)."""

    UNC_ABSOLUTE = 1
    DRIVE_ABSOLUTE = 2
    DRIVE_RELATIVE = 3
    ROOTED = 4
    RELATIVE = 5
    LOCAL_DEVICE = 6
    ROOT_LOCAL_DEVICE = 7


class NameProblem(IntEnum):
    """Why a path cannot name anything; the values are the NTSTATUS that Windows answers."""

    INVALID = 0xC0000033  # STATUS_OBJECT_NAME_INVALID
    NOT_FOUND = 0xC0000034  # STATUS_OBJECT_NAME_NOT_FOUND
    NO_PATH = 0xC000003A  # STATUS_OBJECT_PATH_NOT_FOUND
    PATH_SYNTAX = 0xC000003B  # STATUS_OBJECT_PATH_SYNTAX_BAD
    NO_NETWORK = 0xC00000BE  # STATUS_BAD_NETWORK_PATH
    STREAM = 0xC00000BB  # STATUS_NOT_SUPPORTED: Windows would open an alternate data stream


class NameError_(ValueError):  # noqa: N801, N818 - `NameError` is Python's own
    """A path that no file can have."""

    def __init__(self, problem: NameProblem, path: str) -> None:
        super().__init__(f"{problem.name}: {path!r}")
        self.problem = problem
        self.path = path


@frozen
class Location:
    """Where an NT path leads: a drive's file, or a device.

    Attributes:
        drive: the drive's letter in upper case; empty for a device.
        parts: the components below the drive's root, as given.
        device: such as `NUL`, `CON` or `PIPE`; empty for a file.
        rest: what follows the device's name, without the separator.
        directory: whether a separator at the end asks for a directory.
    """

    drive: str = ""
    parts: tuple[str, ...] = ()
    device: str = ""
    rest: str = ""
    directory: bool = False


def _separators(path: str) -> str:
    return path.replace("/", "\\")


def kind(path: str) -> PathKind:
    """Classify a Win32 path by its first characters."""
    path = _separators(path[:4])
    if path.startswith("\\\\"):
        if path[2:3] not in (".", "?") or not path[2:]:
            return PathKind.UNC_ABSOLUTE
        if path[3:4] == "\\":
            return PathKind.LOCAL_DEVICE
        return PathKind.ROOT_LOCAL_DEVICE if len(path) == 3 else PathKind.UNC_ABSOLUTE
    if path.startswith("\\"):
        return PathKind.ROOTED
    if path[1:2] != ":":
        return PathKind.RELATIVE
    return PathKind.DRIVE_ABSOLUTE if path[2:3] == "\\" else PathKind.DRIVE_RELATIVE


def dos_device(path: str) -> tuple[int, int]:
    r"""Find a reserved device name at the end of a path.

    Windows up to 10 takes `NUL`, `C:\dir\nul`, `nul.txt` and `nul :x` all for the device.

    Returns:
        Its offset and length within the path; length 0 where there is none
        (`RtlIsDosDeviceName_U`, in characters rather than bytes).
    """
    what = kind(path)
    if what is PathKind.LOCAL_DEVICE:
        return (4, 3) if upper(_separators(path)) == "\\\\.\\CON" else (0, 0)
    if what is PathKind.UNC_ABSOLUTE:
        return 0, 0
    start = 2 if what in (PathKind.DRIVE_ABSOLUTE, PathKind.DRIVE_RELATIVE) else 0
    start = max(start, _separators(path).rfind("\\") + 1)
    name = path[start:]
    for stop in ".:":
        # A name that starts so has nothing before its extension.
        name = name.partition(stop)[0]
    name = name.rstrip(" ")
    return (start, len(name)) if is_reserved(name) else (0, 0)


def is_reserved(name: str) -> bool:
    """Whether a name without extension is a DOS device's."""
    folded = upper(name)
    if folded in ("AUX", "CON", "NUL", "PRN", "CONIN$", "CONOUT$"):
        return True
    return len(folded) == 4 and folded[:3] in ("COM", "LPT") and folded[3] in _DIGITS


def _prefix(path: str) -> int:
    """Length of what `..` cannot remove, of an absolute path with backslashes."""
    what = kind(path)
    if what is PathKind.LOCAL_DEVICE:
        return 4
    if what is not PathKind.UNC_ABSOLUTE:
        return 3
    # \\server\share\ is the root.
    share = path.find("\\", 2)
    if share < 0:
        return len(path)
    end = path.find("\\", share + 1)
    return len(path) if end < 0 else end + 1


def collapse(path: str) -> str:
    """Remove `.`, `..`, repeated separators and the dots and spaces at the end."""
    path = _separators(path)
    root = _prefix(path)
    parts: list[str] = []
    names = path[root:].split("\\")
    for number, name in enumerate(names):
        last = number == len(names) - 1
        if name == "..":
            del parts[-1:]
        elif name not in ("", "."):
            # "If a segment ends in a single period, that period is removed": `a.` but not `a..`.
            single = name.endswith(".") and not name.endswith("..") and not last
            parts.append(name[:-1] if single else name)
    directory = names[-1] in ("", ".", "..") and len(parts) > 0 and names[-1] == ""
    result = path[:root] + "\\".join(parts)
    if directory:
        return result + "\\"
    stripped = result.rstrip(" .")
    return stripped if len(stripped) >= root else result[:root]


def full(path: str, current: str, drive_current: Callable[[str], str | None]) -> str:
    """The full path of a Win32 path, as `GetFullPathNameW` gives it.

    Args:
        path: the path, not empty.
        current: the current directory, absolute.
        drive_current: the current directory of another drive (the hidden variable `=D:`).
    """
    offset, length = dos_device(path)
    if length:
        return "\\\\.\\" + path[offset : offset + length]
    what = kind(path)
    if what is PathKind.ROOT_LOCAL_DEVICE:
        return "\\\\.\\"
    if what in (PathKind.UNC_ABSOLUTE, PathKind.LOCAL_DEVICE, PathKind.DRIVE_ABSOLUTE):
        return collapse(path)
    if what is PathKind.ROOTED:
        root = current[: _prefix(current)] if current.startswith("\\\\") else current[:2] + "\\"
        return collapse(root.rstrip("\\") + path)
    if what is PathKind.DRIVE_RELATIVE:
        drive = path[0].upper()
        base = current if current[:1].upper() == drive else drive_current(drive)
        return collapse((base or path[:2] + "\\").rstrip("\\") + "\\" + path[2:])
    return collapse(current.rstrip("\\") + "\\" + path)


def file_part(path: str, full_path: str) -> int | None:
    """Where the last component begins in the full path of a path; None where there is none."""
    start = full_path.rfind("\\") + 1
    root = 3 if kind(full_path) is PathKind.UNC_ABSOLUTE else _prefix(full_path)
    if dos_device(path)[1] or start == len(full_path) or start < root:
        return None
    return start


def to_nt(path: str, current: str, drive_current: Callable[[str], str | None]) -> str:
    r"""The NT path of a Win32 path (`RtlDosPathNameToNtPathName_U`).

    `\\?\X` is taken as it is, everything else is made full first.

    Raises:
        NameError_: for the empty path.
    """
    if not path:
        raise NameError_(NameProblem.NO_PATH, path)
    # `\\?\` is literal in backslashes only: `//?/` is normalized like any other.
    if path.startswith(("\\\\?\\", "\\??\\")):
        return "\\??\\" + path[4:]
    whole = full(path, current, drive_current)
    if kind(whole) is PathKind.LOCAL_DEVICE:
        return "\\??\\" + whole[4:]
    if whole.startswith("\\\\"):
        return "\\??\\UNC\\" + whole[2:]
    return "\\??\\" + whole


# A drive by a GUID; the last byte is its letter. `volume_name` writes it.
_VOLUME = "VOLUME{C0550000-0000-0000-0000-"
_LETTERS = {f"{code:02X}" for code in range(ord("A"), ord("Z") + 1)}


def volume_name(letter: str) -> str:
    r"""A drive's name by a GUID: `\\?\Volume{...}\`."""
    return f"\\\\?\\Volume{{c0550000-0000-0000-0000-{ord(letter):012x}}}\\"


_DOS_ROOTS = ("\\??\\", "\\DOSDEVICES\\", "\\GLOBAL??\\")


def locate(nt_path: str) -> Location:
    """Find the drive or the device in an absolute NT path.

    Raises:
        NameError_: where it names nothing that the emulator has.
    """
    folded = upper(nt_path)
    root = next((root for root in _DOS_ROOTS if folded.startswith(root)), None)
    if root is None:
        if folded.startswith("\\DEVICE\\"):
            return _device(nt_path, nt_path[8:])
        problem = NameProblem.NOT_FOUND if nt_path.startswith("\\") else NameProblem.PATH_SYNTAX
        raise NameError_(problem, nt_path)
    rest = nt_path[len(root) :]
    while upper(rest).startswith("GLOBAL\\"):
        rest = rest[7:]
    if len(rest) >= 2 and rest[1] == ":" and rest[0].isascii() and rest[0].isalpha():
        if rest[2:3] not in ("", "\\"):
            raise NameError_(NameProblem.NOT_FOUND, nt_path)
        return _file(nt_path, rest[0].upper(), rest[3:], volume=len(rest) == 2)
    return _device(nt_path, rest)


def _file(nt_path: str, drive: str, rest: str, *, volume: bool) -> Location:
    if volume:
        return Location(drive, device="VOLUME")
    directory = rest.endswith("\\")
    names = rest[:-1] if directory else rest
    return Location(drive, components(names, nt_path) if names else (), directory=directory)


def _device(nt_path: str, rest: str) -> Location:
    name, separator, below = rest.partition("\\")
    device = upper(name)
    if device.startswith(_VOLUME) and len(device) == len(_VOLUME) + 13 and device.endswith("}"):
        letter = device[-3:-1]
        if letter in _LETTERS:
            return _file(nt_path, chr(int(letter, 16)), below, volume=not separator)
    if device == "UNC":
        # `\\server\pipe\name` reaches the pipes of this machine under the name `.` only.
        server, _, share = below.partition("\\")
        if server in (".", "localhost") and upper(share).startswith("PIPE\\"):
            return Location(device="PIPE", rest=share[5:])
        raise NameError_(NameProblem.NO_NETWORK, nt_path)
    if device in ("PIPE", "NAMEDPIPE"):
        return Location(device="PIPE", rest=below)
    if device == "NULL":
        device = "NUL"
    if is_reserved(device) and device not in ("AUX", "PRN"):
        return Location(device=device, rest=below)
    raise NameError_(NameProblem.NOT_FOUND, nt_path)


def components(path: str, whole: str = "") -> tuple[str, ...]:
    """Split what follows a drive's root or an open folder into names, literally.

    Raises:
        NameError_: INVALID for a character or a length that no name has, STREAM for
            `name:stream`, which the emulator's volumes do not have.
    """
    parts = path.split("\\")
    for number, name in enumerate(parts):
        check(name, whole or path, last=number == len(parts) - 1)
    return tuple(_main_stream(name) for name in parts)


def check(name: str, whole: str = "", *, last: bool = True) -> None:
    """Refuse a component that NTFS refuses; raises like `components`."""
    if name in ("", ".", "..") or not _FORBIDDEN.isdisjoint(name) or length(name) > MAX_COMPONENT:
        raise NameError_(NameProblem.INVALID, whole or name)
    if ":" in _main_stream(name):
        plain, _, stream = name.partition(":")
        if last and plain and stream and not stream.startswith(":"):
            raise NameError_(NameProblem.STREAM, whole or name)
        raise NameError_(NameProblem.INVALID, whole or name)


def _main_stream(name: str) -> str:
    """`name::$DATA` is the file itself ([MS-FSCC] 2.1.5.3)."""
    return name[:-7] if upper(name).endswith("::$DATA") else name
