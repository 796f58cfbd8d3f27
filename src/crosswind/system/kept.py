"""Small JSON files in the cache and in dist, each behind the digest of its text: a damaged one is none."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from crosswind.errors import CrosswindError
from crosswind.system import files


def load(place: Path) -> Any:
    """Return what was kept; None if there is nothing, or if it is damaged."""
    try:
        digest, _, text = place.read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest != hashlib.sha256(text).hexdigest().encode():
        return None
    return json.loads(text)


def keep(place: Path, value: Any) -> None:
    """Keep a value; a cache that cannot be written is none."""
    with contextlib.suppress(CrosswindError):
        write(place, value)


def write(place: Path, value: Any) -> None:
    """Keep a value, or raise like `files.write_atomic`."""
    text = json.dumps(value, separators=(",", ":")).encode()
    files.write_atomic(place, hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
