"""The content of files that are no sources, each read once."""

from __future__ import annotations

from pathlib import Path

from crosswind.building.key.model import Doubt
from crosswind.errors import CrosswindError
from crosswind.system import files


class Digests:
    """Digests of files."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._known: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        """Return the sha256 of a file's content.

        Raises:
            Doubt: it cannot be read.
        """
        if path not in self._known:
            try:
                self._known[path] = files.sha256(path)
            except (OSError, CrosswindError) as error:
                raise Doubt(f"cannot read {path}: {error}") from error
        return self._known[path]
