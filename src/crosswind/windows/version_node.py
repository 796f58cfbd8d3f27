"""The blocks that a VS_VERSIONINFO is made of: a key, a value, and blocks within.

Source: Win32, "VS_VERSIONINFO", "StringFileInfo", "StringTable", "String", "VarFileInfo" and "Var":
all have one layout, and only their keys and values differ. Values and blocks start at multiples of
4 bytes, counted from the start; lengths leave out the padding that follows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.frozen import frozen

# wLength, wValueLength, wType (1 text, 0 binary).
_HEADER = struct.Struct("<HHH")
_BINARY, _TEXT = 0, 1
_LENGTH_MAX = 0xFFFF
# Four levels are documented. Scripts may nest more, and nobody does.
DEPTH_MAX = 16


@frozen
class Node:
    """One block.

    Attributes:
        key: its name.
        value: as it is stored; text in UTF-16 with its NUL.
        text: whether the value is text.
        children: blocks within.
        value_length: what the header says in place of the value's own length, which is in UTF-16
            units for text, else in bytes.
        padded: whether the padding between the key and no value counts, as for rc.exe.
    """

    key: str
    value: bytes = field(default=b"", repr=False)
    text: bool = False
    children: tuple[Node, ...] = ()
    value_length: int | None = None
    padded: bool = False

    def child(self, key: str) -> Node | None:
        """Return the first block within that has this key; Windows ignores case."""
        lowered = key.lower()
        return next((node for node in self.children if node.key.lower() == lowered), None)


def text_node(key: str, text: str) -> Node:
    """Make a String: a key with a text."""
    return Node(key, encoded(text + "\0"), text=True)


def encoded(text: str) -> bytes:
    """Encode as Windows stores text."""
    return text.encode("utf-16-le", "surrogatepass")


def decoded(value: bytes) -> str:
    """Read a text up to its NUL, as Windows does."""
    text = value[: len(value) // 2 * 2].decode("utf-16-le", "surrogatepass")
    return text.partition("\0")[0]


def write(node: Node) -> bytes:
    """Write a block with all within.

    Raises:
        BuildError: CW0743, it is longer than its own length can say.
    """
    data = bytearray(_HEADER.size) + encoded(node.key + "\0")
    # Between a key and nothing, most compilers count no padding.
    if node.value or node.children or node.padded:
        _pad(data)
    data += node.value
    for child in node.children:
        _pad(data)
        data += write(child)
    if len(data) > _LENGTH_MAX:
        raise BuildError(
            "CW0743",
            f"the version information has {len(data)} bytes in {node.key}",
            hint=f"Windows allows {_LENGTH_MAX}; shorten its texts",
        )
    own = len(node.value) // 2 if node.text else len(node.value)
    length = own if node.value_length is None else node.value_length
    _HEADER.pack_into(data, 0, len(data), length, _TEXT if node.text else _BINARY)
    return bytes(data)


def _pad(data: bytearray) -> None:
    data.extend(bytes(-len(data) % 4))


def read(view: View) -> Node:
    """Read a block with all within, as tolerantly as Windows.

    Lengths that reach beyond what surrounds them are cut; what follows a block of no length is left
    out. Compilers write all kinds of value lengths into StringFileInfo, VarFileInfo and
    StringTable, which have no value: these are known by their place.

    Raises:
        FormatError: there is no whole header, or blocks nest too deeply.
    """
    return _read(view, 0, ())[0]


def _read(view: View, start: int, path: tuple[str, ...]) -> tuple[Node, int]:
    """Read the block at an offset, inside those of the given keys; returns it and its length."""
    length, value_length, kind = view.unpack(_HEADER, start, "version block")
    if len(path) >= DEPTH_MAX:
        raise FormatError("version blocks nest too deeply", view.base + start)
    block = view.clip(0, start + length)
    key, place = _key(block, start + _HEADER.size)
    place = _aligned(place)
    value = b""
    if not _is_container(path):
        size = value_length * 2 if kind == _TEXT else value_length
        value = bytes(block.clip(place, size).data)
        place = _aligned(place + len(value))
    children = tuple(_children(block, place, (*path, key)))
    natural = len(value) // 2 if kind == _TEXT else len(value)
    stated = None if value_length == natural else value_length
    return Node(key, value, kind == _TEXT, children, stated), length


def _is_container(path: tuple[str, ...]) -> bool:
    return len(path) == 1 or (len(path) == 2 and path[1].lower() == "stringfileinfo")


def _children(block: View, place: int, path: tuple[str, ...]) -> Iterator[Node]:
    while place + _HEADER.size <= len(block):
        child, length = _read(block, place, path)
        if length < _HEADER.size:
            return
        yield child
        place = _aligned(place + length)


def _key(block: View, place: int) -> tuple[str, int]:
    """Read up to the NUL; returns the key and where it ends."""
    key = decoded(bytes(block.clip(place, len(block)).data))
    return key, place + len(encoded(key)) + 2


def _aligned(offset: int) -> int:
    return (offset + 3) // 4 * 4
