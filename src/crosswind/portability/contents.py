"""Contents of Go files, as they were when the graph was loaded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from crosswind.portability import syntax
from crosswind.project.graph import File, Package

# As much of a file as is read: what is larger is none that anybody compiles.
MAX_READ = syntax.MAX_SIZE + 1


class Contents:
    """Reads files; those that the scan has just read it need not read again.

    Attributes:
        moved: whether a file is not as it was when the graph was loaded: then nothing may be kept.
    """

    def __init__(self, held: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """Begin with what a scan holds, by digest."""
        self._held = held
        self.moved = False

    def of(self, package: Package, file: File) -> bytes:
        """Return at most `MAX_READ` bytes of a file; nothing if it went away or cannot be read."""
        data = self._held.get(file.digest)
        if data is None:
            data = _read(package.directory / file.name)
            if file.digest and len(data) < MAX_READ:
                self.moved |= hashlib.sha256(data).hexdigest() != file.digest
        return data[:MAX_READ]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb", buffering=0) as stream:
            # Room for `MAX_READ` bytes takes longer to get than most files to read.
            size = os.fstat(stream.fileno()).st_size
            return stream.read(MAX_READ) if size > MAX_READ else stream.readall()
    except OSError:
        return b""
