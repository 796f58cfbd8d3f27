"""What the store knows of one result: its files and what was found out about them.

An entry is a line with the digest of the rest, and JSON. Whatever stands in a store may be damaged, or
made by somebody to do harm: `decode` takes nothing on trust.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from crosswind.frozen import frozen

# The format of entries and of what `key` makes; another number is another store.
VERSION = 1
MAX_BYTES = 8 << 20
MAX_PARTS = 1000
# No file system that Go builds on holds larger files by default.
MAX_SIZE = 1 << 44

_DIGEST = re.compile(r"[0-9a-f]{64}")
# What Windows takes as a device, a stream or a separator, and what no terminal should print.
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_MAX_NAME, _MAX_DEPTH = 255, 16


class DamagedError(Exception):
    """An entry is not as it was written."""


@frozen
class Part:
    """One file of an entry.

    Attributes:
        name: its path within the entry, with `/`.
        kind: what it is to whoever put it there.
        mode: its permissions.
        size: in bytes.
        sha256: of its content, in hex.
    """

    name: str
    kind: str
    mode: int
    size: int
    sha256: str


@frozen
class Entry:
    """What stands under one key: files, and JSON for whoever put it there."""

    key: str
    parts: tuple[Part, ...]
    meta: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(part.size for part in self.parts)


def key(purpose: str, *words: str) -> str:
    """Return the key for what a purpose and its words tell apart from all else."""
    told = json.dumps([VERSION, purpose, *words], separators=(",", ":"))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


def is_digest(text: object) -> bool:
    """Whether a value is a digest in hex, as keys and the names of blobs are."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def encode(entry: Entry) -> bytes:
    """Return the bytes of an entry."""
    value = {"key": entry.key, "parts": [asdict(part) for part in entry.parts], "meta": entry.meta}
    body = json.dumps(value, separators=(",", ":")).encode()
    return b"%s\n%s" % (hashlib.sha256(body).hexdigest().encode(), body)


def decode(data: bytes, wanted: str) -> Entry:
    """Read the bytes of the entry that shall stand under a key.

    Raises:
        DamagedError: they are no entry, not as they were written, or of another key.
    """
    head, _, body = data.partition(b"\n")
    if len(data) > MAX_BYTES or hashlib.sha256(body).hexdigest().encode() != head:
        raise DamagedError("not as it was written")
    try:
        value = json.loads(body)
        parts = tuple(_part(part) for part in value["parts"][: MAX_PARTS + 1])
        entry = Entry(value["key"], parts, dict(value["meta"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(f"no entry: {error}") from error
    names = {part.name.lower() for part in parts}
    if entry.key != wanted:
        raise DamagedError("the entry of another key")
    if len(names) < len(parts) or len(parts) > MAX_PARTS:
        raise DamagedError("two files of one name, or too many")
    return entry


def _part(value: Mapping[str, Any]) -> Part:
    part = Part(**value)
    sizes = type(part.size) is int and 0 <= part.size <= MAX_SIZE
    modes = type(part.mode) is int and 0 <= part.mode <= 0o777
    if not (sizes and modes and is_digest(part.sha256) and isinstance(part.kind, str)):
        raise ValueError("a file that cannot be")
    if not is_inside(part.name):
        raise ValueError("a file that would lie outside")
    return part


def is_inside(name: object) -> bool:
    """Whether a name, given to a file below a folder, stays there on every system."""
    if not isinstance(name, str) or _UNFIT.search(name):
        return False
    steps = name.split("/")
    return len(steps) <= _MAX_DEPTH and all(
        step not in ("", ".", "..") and len(step.encode(errors="replace")) <= _MAX_NAME
        for step in steps
    )
