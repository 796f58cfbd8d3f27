"""Symbolic links: what the host's say to a Windows program, and REPARSE_DATA_BUFFER.

Source: [MS-FSCC] 2.1.2.4, the symbolic link reparse data buffer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from crosswind.frozen import frozen
from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import flags, hostnames, names
from crosswind.run.emulator.status import NtError

# ReparseTag, ReparseDataLength, Reserved; then offset and length of the substitute name and of the
# print name, and for symbolic links Flags.
_HEADER = struct.Struct("<IHH")
_NAMES = struct.Struct("<HHHH")
_FLAGS = struct.Struct("<I")
_FLAG_RELATIVE = 1
# MAXIMUM_REPARSE_DATA_BUFFER_SIZE (winnt.h) is 16 KiB, and the name stands in it twice.
_MAX_NAME = 8000
_PREFIXES = ("\\??\\", "\\\\?\\")


@frozen
class Link:
    r"""The target of a link as Windows writes it.

    Attributes:
        target: a relative path (`..\x`, or `\x` from the drive's root), or `C:\x`.
        relative: whether it has no drive.
        written: the buffer in which a program wrote it; empty for others.
        junction: whether it is a mount point rather than a symbolic link.
    """

    target: str
    relative: bool
    written: bytes = b""
    junction: bool = False

    @property
    def tag(self) -> int:
        """The tag of the reparse point."""
        return flags.TAG_MOUNT_POINT if self.junction else flags.TAG_SYMLINK

    def pack(self) -> bytes:
        """The answer to FSCTL_GET_REPARSE_POINT."""
        return self.written or symlink_data(self.target, relative=self.relative)


def symlink_data(target: str, *, relative: bool) -> bytes:
    """A symbolic link's reparse data buffer.

    Raises:
        NtError: STATUS_NAME_TOO_LONG.
    """
    shown = target.encode("utf-16-le", "surrogatepass")
    if len(shown) > _MAX_NAME:
        raise NtError(status.STATUS_NAME_TOO_LONG)
    name = shown if relative else "\\??\\".encode("utf-16-le") + shown
    positions = _NAMES.pack(0, len(name), len(name), len(shown))
    data = positions + _FLAGS.pack(int(relative)) + name + shown
    return _HEADER.pack(flags.TAG_SYMLINK, len(data), 0) + data


def unpack(data: bytes) -> Link | None:
    """Read a buffer of FSCTL_SET_REPARSE_POINT; None if it is damaged, or another kind of point."""
    if len(data) < _HEADER.size + _NAMES.size + _FLAGS.size:
        return None
    tag, length, _ = _HEADER.unpack_from(data)
    if tag not in (flags.TAG_SYMLINK, flags.TAG_MOUNT_POINT) or length > len(data) - _HEADER.size:
        return None
    offset, size, _, _ = _NAMES.unpack_from(data, _HEADER.size)
    start = _HEADER.size + _NAMES.size
    junction = tag == flags.TAG_MOUNT_POINT
    relative = False
    if not junction:
        relative = bool(_FLAGS.unpack_from(data, start)[0] & _FLAG_RELATIVE)
        start += _FLAGS.size
    raw = data[start + offset : start + offset + size]
    if len(raw) != size or size % 2 or not size:
        return None
    target = raw.decode("utf-16-le", "surrogatepass")
    if not relative:
        found = absolute(target)
        if found is None:
            return None
        target = found
    return Link(target, relative, data[: _HEADER.size + length], junction)


def absolute(target: str) -> str | None:
    r"""`C:\x` for a target with a drive, also by its GUID; None if no drive can be meant."""
    plain = target[4:] if target.startswith(_PREFIXES) else target
    try:
        location = names.locate("\\??\\" + names.collapse("\\\\?\\" + plain)[4:])
    except names.NameError_:
        return None
    if not location.drive or location.device:
        return None
    return f"{location.drive}:\\" + "\\".join(location.parts)


def from_host(text: str, roots: Iterable[tuple[str, Path]]) -> Link:
    """What a link of the host says to a Windows program.

    Args:
        text: the link's text.
        roots: the letters of the drives and their folders; the nearest one that holds the target
            names it. A target on no drive is named by the host's path, which leads nowhere.
    """
    if not text.startswith("/"):
        parts = [_shown(part) for part in text.split("/") if part not in ("", ".")]
        end = "\\" if text.endswith("/") and parts else ""
        return Link("\\".join(parts) + end or ".", relative=True)
    best: tuple[int, str] = (-1, "\\\\?\\host" + text.replace("/", "\\"))
    target = PurePosixPath(text)
    for letter, folder in roots:
        if target.is_relative_to(folder) and len(folder.parts) > best[0]:
            below = target.relative_to(folder).parts
            shown = "\\".join(map(_shown, below))
            end = "\\" if text.endswith("/") and below else ""
            best = len(folder.parts), f"{letter}:\\{shown}{end}"
    return Link(best[1], relative=False)


def _shown(part: str) -> str:
    return part if part == ".." else hostnames.to_windows(part)


def to_host(link: Link, depth: int, roots: Iterable[tuple[str, Path]]) -> str | None:
    r"""The text of a host's link for a link that a program makes; None if it would lead outside.

    `..` is resolved here, as Windows does by the text alone, so that only leading ones remain and
    no other link can change where they lead.

    Args:
        link: what the program wants.
        depth: how many folders lie between the drive's root and the link.
        roots: the letters of the drives that may be linked to, and their folders.
    """
    target = link.target
    if link.relative and not target.startswith("\\"):
        up, rest = _collapsed(target)
        end = "/" if target.endswith(("\\", "/")) and rest else ""
        return None if up > depth else "/".join([".."] * up + rest) + end or "."
    if link.relative:
        up, rest = _collapsed(target)
        return "/".join([".."] * depth + rest) or "."
    for letter, folder in roots:
        if target[:1].upper() == letter and target[1:2] == ":":
            path = str(folder.joinpath(*_collapsed(target[2:])[1]))
            # A junction leads to folders only.
            return f"{path}/" if link.junction else path
    return None


def _collapsed(target: str) -> tuple[int, list[str]]:
    """How far up a target leads, and the host's names below there."""
    up, rest = 0, list[str]()
    for part in target.replace("/", "\\").split("\\"):
        if part == "..":
            if rest:
                rest.pop()
            else:
                up += 1
        elif part not in ("", "."):
            rest.append(hostnames.to_host(part))
    return up, rest
