"""The `h1:` sum of a tree of files, as go.sum and the checksum database have it.

golang.org/x/mod/sumdb/dirhash, Hash1: SHA-256, in base64, of one line per file, sorted by name:
the file's SHA-256 in hex, two spaces, its name.
"""

from __future__ import annotations

import base64
import hashlib


class DirHash:
    """Sums up files one after the other, in any order."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}

    def add(self, name: str, data: bytes) -> None:
        """Count a file in; its name has slashes."""
        self.files[name] = hashlib.sha256(data).hexdigest()

    def sum(self) -> str:
        """The sum of all files so far."""
        total = hashlib.sha256()
        for name in sorted(self.files):
            total.update(f"{self.files[name]}  {name}\n".encode())
        return "h1:" + base64.b64encode(total.digest()).decode()
