"""The registry: a tree of keys in memory, gone when the process ends.

Names have no case and keep the one they were created with; keys are enumerated in sorted order,
values in the order they were set, as Windows does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from crosswind.frozen import frozen
from crosswind.run.emulator.ordinal import units, upper

# A key's name holds at most 255 characters, a value's 16383
# (documentation "Registry element size limits").
MAX_KEY_NAME = 255
MAX_VALUE_NAME = 16383
# Keys may be 512 levels deep.
MAX_DEPTH = 512


class ValueType(IntEnum):
    """Types of values (winnt.h)."""

    NONE = 0
    SZ = 1
    EXPAND_SZ = 2
    BINARY = 3
    DWORD = 4
    DWORD_BIG_ENDIAN = 5
    LINK = 6
    MULTI_SZ = 7
    RESOURCE_LIST = 8
    FULL_RESOURCE_DESCRIPTOR = 9
    RESOURCE_REQUIREMENTS_LIST = 10
    QWORD = 11


TEXTS = frozenset({ValueType.SZ, ValueType.EXPAND_SZ, ValueType.MULTI_SZ})


@frozen
class Value:
    """One value; `type` is any number that the program gave."""

    name: str
    type: int
    data: bytes


@dataclass(slots=True)
class Key:
    """One key. `written` is a FILETIME: 100 ns since 1601."""

    name: str
    written: int = 0
    class_name: str = ""
    volatile: bool = False
    deleted: bool = False
    _keys: dict[str, Key] = field(default_factory=dict)
    _values: dict[str, Value] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Key]:
        """Go through the subkeys in Windows' order."""
        return iter([self._keys[name] for name in sorted(self._keys, key=units)])

    def __len__(self) -> int:
        """Count the subkeys."""
        return len(self._keys)

    @property
    def values(self) -> list[Value]:
        """The values, oldest first."""
        return list(self._values.values())

    def child(self, path: str) -> Key | None:
        """Find a key below this one by its path; an empty path is this key."""
        key: Key | None = self
        for part in parts(path):
            if key is None:
                return None
            key = key._keys.get(upper(part))  # noqa: SLF001 - a key like this one
        return key

    def make(self, path: str, now: int = 0) -> tuple[Key, bool]:
        """Find or create a key and those on the way to it; say whether the last one is new."""
        key, new = self, False
        for part in parts(path):
            found = key._keys.get(upper(part))
            new = found is None
            if found is None:
                found = Key(part, now)
                key._keys[upper(part)] = found
                key.written = now
            key = found
        return key, new

    def drop(self, path: str) -> None:
        """Remove the key at `path`; those who hold it see `deleted`."""
        *above, last = parts(path)
        parent = self.child("\\".join(above))
        if parent is not None:
            gone = parent._keys.pop(upper(last), None)  # noqa: SLF001 - a key like this one
            if gone is not None:
                gone.deleted = True

    def get(self, name: str) -> Value | None:
        """Find a value; the empty name is the key's default value."""
        return self._values.get(upper(name))

    def set(self, name: str, kind: int, data: bytes, now: int = 0) -> None:
        """Set a value; a name that is there keeps its case."""
        known = self.get(name)
        self._values[upper(name)] = Value(name if known is None else known.name, kind, data)
        self.written = now

    def remove(self, name: str, now: int = 0) -> bool:
        """Remove a value; say whether it was there."""
        if self._values.pop(upper(name), None) is None:
            return False
        self.written = now
        return True

    def text(self, name: str, value: str, kind: ValueType = ValueType.SZ) -> None:
        """Set a text."""
        self.set(name, kind, text(value), self.written)

    def number(self, name: str, value: int) -> None:
        """Set a DWORD."""
        self.set(name, ValueType.DWORD, value.to_bytes(4, "little"), self.written)


def parts(path: str) -> list[str]:
    """Split a path of keys; empty parts count as nothing."""
    return [part for part in path.split("\\") if part]


def text(value: str) -> bytes:
    """Return what the registry holds for a text: UTF-16 with its NUL."""
    return (value + "\0").encode("utf-16-le", "surrogatepass")


class Registry:
    """The predefined keys; what they hold is made when the first of them is opened."""

    __slots__ = ("_fill", "_roots")

    def __init__(self, fill: Callable[[], dict[int, Key]]) -> None:
        """Take the function that makes the tree: predefined handle -> key."""
        self._fill = fill
        self._roots: dict[int, Key] | None = None

    def root(self, handle: int) -> Key | None:
        """Return the key of a predefined handle (its low 32 bits), or None."""
        if not 0x80000000 <= handle & 0xFFFFFFFF <= 0x80000060:
            return None
        if self._roots is None:
            self._roots = self._fill()
        return self._roots.get(handle & 0xFFFFFFFF)
