"""Icons and cursors: `.ico` and `.cur` files, and the resources that they become.

Sources: "Icons in Win32" (MSDN, 1995) for ICONDIR and ICONDIRENTRY of files and GRPICONDIR and
GRPICONDIRENTRY of resources; Win32, "NEWHEADER", "RESDIR", "CURSORRESOURCE" and "LOCALHEADER" for
cursors. A frame is a PNG or a bitmap without its file header; both are kept as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import field, replace

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.frozen import frozen
from crosswind.windows import dib, png
from crosswind.windows.damage import told
from crosswind.windows.resource import (
    ENGLISH_US,
    Identifier,
    Resource,
    ResourceTree,
    ResourceType,
    describe,
)

# What Windows asks for, from the notification area at 100 % to Explorer's largest view: Windows
# apps, "Construct your Windows app's icon", and 20, 40 and 128 for the scales in between.
SIZES = (256, 128, 64, 48, 40, 32, 24, 20, 16)

# ICONDIR: reserved, type (1 icon, 2 cursor), number of entries.
_DIRECTORY = struct.Struct("<HHH")
_ICON, _CURSOR = 1, 2
# ICONDIRENTRY: width, height, colors, reserved; planes and bits per pixel, of a cursor the x and y
# of its hot spot; bytes, offset.
_ENTRY = struct.Struct("<BBBBHHII")
# GRPICONDIRENTRY ends with the frame's id in place of the offset.
_GROUP_ENTRY = struct.Struct("<BBBBHHIH")
# RESDIR with CURSORRESOURCE: width, height, planes, bits per pixel, bytes, id.
_CURSOR_ENTRY = struct.Struct("<HHHHIH")
# LOCALHEADER: the hot spot before a cursor's bitmap.
_HOTSPOT = struct.Struct("<HH")


@frozen
class Frame:
    """One image of an icon or cursor.

    Attributes:
        data: a PNG, or a bitmap without its file header.
        width: in pixels, 1 to 256, as the directory says.
        height: likewise.
        colors: number of colors if there are fewer than 256; else 0.
        planes: of an icon; 1, or 0 where the file does not say.
        bits: per pixel, of an icon; 0 where the file does not say.
        hotspot: of a cursor: x and y of the pixel that points.
        reserved: a byte of the directory that should be 0.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    colors: int = 0
    planes: int = 0
    bits: int = 0
    hotspot: tuple[int, int] = (0, 0)
    reserved: int = 0

    @property
    def is_png(self) -> bool:
        """Whether the image is a PNG; otherwise it is a bitmap."""
        return png.is_png(self.data)


@frozen
class Icon:
    """The frames of an icon or a cursor, in the file's order."""

    frames: tuple[Frame, ...]
    cursor: bool = False

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths of the square frames, each once, the largest first."""
        square = {frame.width for frame in self.frames if frame.width == frame.height}
        return tuple(sorted(square, reverse=True))


def is_icon(data: bytes) -> bool:
    """Whether data starts as an `.ico` or `.cur` file does."""
    return data[:4] in (b"\0\0\1\0", b"\0\0\2\0")


def read(data: bytes, subject: str = "") -> Icon:
    """Read an `.ico` or `.cur` file.

    Args:
        data: the file.
        subject: its name, for messages.

    Raises:
        BuildError: CW0720, it is cut off or damaged; CW0721, it is no icon at all.
    """
    if not is_icon(data):
        raise BuildError(
            "CW0721", "this is no icon file", subject=subject, hint="give an .ico, .cur or .png"
        )
    with told("CW0720", "the icon is damaged", subject=subject, hint="save it anew"):
        return _read(View.of(data))


def _read(view: View) -> Icon:
    _, kind, count = view.unpack(_DIRECTORY, 0, "icon directory")
    if not count:
        raise FormatError("an icon without images")
    frames = []
    total = 0
    for at, entry in enumerate(view.records(_ENTRY, _DIRECTORY.size, count, "icon directory")):
        *_, size, offset = entry
        # A small file could otherwise name the same megabytes 65535 times.
        total += size
        if total > len(view):
            raise FormatError("images overlap or lie outside of the file", offset)
        image = view.sub(offset, size, f"image {at + 1} of {count}")
        measure(image)
        frames.append(_frame(entry, bytes(image.data), cursor=kind == _CURSOR))
    return Icon(tuple(frames), kind == _CURSOR)


def _frame(entry: tuple[int, ...], data: bytes, *, cursor: bool) -> Frame:
    width, height, colors, reserved, one, other, *_ = entry
    frame = Frame(data, width or 256, height or 256, colors, reserved=reserved)
    if cursor:
        return replace(frame, hotspot=(one, other))
    return replace(frame, planes=one, bits=other)


def measure(view: View) -> png.Header | dib.Header:
    """Read the size of a frame from the image itself; raises FormatError if it is none."""
    return png.header(view) if png.is_png(view.data) else dib.header(view)


def measure_bytes(data: bytes) -> png.Header | dib.Header:
    """Read the size of a frame that `read` has taken."""
    return measure(View.of(data))


def write(icon: Icon) -> bytes:
    """Write an `.ico` or `.cur` file, the images in their order and without gaps."""
    offset = _DIRECTORY.size + _ENTRY.size * len(icon.frames)
    parts = [_DIRECTORY.pack(0, _CURSOR if icon.cursor else _ICON, len(icon.frames))]
    for frame in icon.frames:
        pair = frame.hotspot if icon.cursor else (frame.planes, frame.bits)
        sides = frame.width % 256, frame.height % 256
        parts.append(
            _ENTRY.pack(*sides, frame.colors, frame.reserved, *pair, len(frame.data), offset)
        )
        offset += len(frame.data)
    return b"".join([*parts, *(frame.data for frame in icon.frames)])


def completed(icon: Icon) -> Icon:
    """Fill in planes and bits per pixel where an icon's directory leaves them out.

    Windows chooses among frames of one size by their bits, and takes them from the directory.
    """
    return replace(icon, frames=tuple(_completed(frame) for frame in icon.frames))


def _completed(frame: Frame) -> Frame:
    head = measure_bytes(frame.data)
    return replace(frame, planes=frame.planes or 1, bits=frame.bits or head.bits)


def from_ico(
    data: bytes,
    name: Identifier = 1,
    language: int = ENGLISH_US,
    *,
    first: int = 1,
    subject: str = "",
) -> list[Resource]:
    """Make the resources of an `.ico` or `.cur` file: its frames, then their group.

    Args:
        data: the file.
        name: of the group; Explorer shows a program's first one.
        language: of all of them.
        first: number of the first frame; the others follow it.
        subject: the file's name, for messages.

    Raises:
        BuildError: CW0720 or CW0721 as `read`; CW0729, no number is left for the frames.
    """
    return resources(completed(read(data, subject)), name, language, first=first)


def resources(
    icon: Icon,
    name: Identifier,
    language: int,
    *,
    first: int = 1,
    frame_language: int | None = None,
) -> list[Resource]:
    """Make the resources of an icon or cursor: its frames, then their group.

    Args:
        icon: what to make them of.
        name: of the group.
        language: of the group.
        first: number of the first frame; the others follow it.
        frame_language: of the frames; None takes the group's.

    Raises:
        BuildError: CW0729, no number is left for the frames.
    """
    if not 1 <= first <= 0x10000 - len(icon.frames):
        raise BuildError("CW0729", f"more than {0xFFFF} images of icons or cursors")
    language_of_frames = language if frame_language is None else frame_language
    kind = ResourceType.CURSOR if icon.cursor else ResourceType.ICON
    group = ResourceType.GROUP_CURSOR if icon.cursor else ResourceType.GROUP_ICON
    made, entries = [], []
    for number, frame in enumerate(icon.frames, first):
        data = (_HOTSPOT.pack(*frame.hotspot) if icon.cursor else b"") + frame.data
        made.append(Resource(kind, number, language_of_frames, data))
        entries.append(_group_entry(frame, number, len(data), cursor=icon.cursor))
    head = _DIRECTORY.pack(0, _CURSOR if icon.cursor else _ICON, len(icon.frames))
    return [*made, Resource(group, name, language, b"".join([head, *entries]))]


def _group_entry(frame: Frame, number: int, size: int, *, cursor: bool) -> bytes:
    if cursor:
        head = measure_bytes(frame.data)
        # CURSORRESOURCE's height is that of the bitmap, which holds image and mask. Some tools write
        # it into files' directories, too, so it is taken from the bitmap itself.
        sides = head.width, head.height * 2
        return _CURSOR_ENTRY.pack(*sides, frame.planes or 1, frame.bits or head.bits, size, number)
    sides = frame.width % 256, frame.height % 256
    pair = frame.planes, frame.bits
    return _GROUP_ENTRY.pack(*sides, frame.colors, frame.reserved, *pair, size, number)


def to_icon(group: Resource, frames: ResourceTree) -> Icon:
    """Put a group and its frames together again: `write` gives the file they came from.

    Args:
        group: of type GROUP_ICON or GROUP_CURSOR.
        frames: where its frames are.

    Raises:
        BuildError: CW0728, a frame is not there; CW0720, the group or a frame is damaged.
    """
    cursor = group.type == ResourceType.GROUP_CURSOR
    by_number: dict[Identifier, list[Resource]] = {}
    for resource in frames.of_type(ResourceType.CURSOR if cursor else ResourceType.ICON):
        by_number.setdefault(resource.name, []).append(resource)
    found = []
    with told("CW0720", f"{describe(group)} is damaged"):
        for entry in _group(View.of(group.data), _CURSOR_ENTRY if cursor else _GROUP_ENTRY):
            image = _choose(by_number.get(entry[-1], []), group)
            if image is None:
                raise BuildError("CW0728", f"{describe(group)}: there is no image {entry[-1]}")
            found.append(_cursor(image) if cursor else _frame(entry, image.data, cursor=False))
        return Icon(tuple(found), cursor)


def _group(view: View, layout: struct.Struct) -> Sequence[tuple[int, ...]]:
    _, _, count = view.unpack(_DIRECTORY, 0, "group")
    entries = list(view.records(layout, _DIRECTORY.size, count, "group"))
    if len({entry[-1] for entry in entries}) < count:
        raise FormatError("one image is named twice")
    return entries


def _choose(candidates: Sequence[Resource], group: Resource) -> Resource | None:
    """Take the group's language, else the first: frames are looked up by number only."""
    same = [image for image in candidates if image.language == group.language]
    return next(iter(same or candidates), None)


def _cursor(image: Resource) -> Frame:
    """Read a cursor's frame: what its file's directory said stands in the bitmap, too."""
    view = View.of(image.data)
    hotspot = view.unpack(_HOTSPOT, 0, "hot spot")
    bitmap = view.sub(_HOTSPOT.size, len(view) - _HOTSPOT.size)
    head = measure(bitmap)
    colors = 1 << head.bits if head.bits < 8 else 0
    return Frame(
        bytes(bitmap.data), head.width, head.height, colors, hotspot=(hotspot[0], hotspot[1])
    )


def first(found: ResourceTree) -> Resource | None:
    """Return the icon that Windows shows for a program: the first group in the tree's order."""
    return next(iter(found.of_type(ResourceType.GROUP_ICON)), None)


def group_sizes(group: bytes) -> tuple[int, ...]:
    """Return the widths in a GROUP_ICON, the largest first, each once.

    Raises:
        BuildError: CW0720, it is damaged.
    """
    with told("CW0720", "the icon's group is damaged"):
        entries = _group(View.of(group), _GROUP_ENTRY)
    return tuple(sorted({entry[0] or 256 for entry in entries}, reverse=True))
