"""Which modules take part, by name, version and hash; and which packages lie in local folders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from crosswind.building.ground import Source
from crosswind.building.key.model import Doubt, Part
from crosswind.errors import CrosswindError
from crosswind.system import files


class Local:
    """The modules of a source tree."""

    def __init__(self, source: Source, env: Mapping[str, str]) -> None:
        """Take the source; nothing is read yet."""
        self._module = source.module
        self._env = env

    @cached_property
    def part(self) -> Part:
        """What is built from, besides local files.

        Raises:
            Doubt: a file cannot be read, or modules are not simply those of go.mod.
        """
        root = self._module.directory
        if self._module.workspace or (root / "vendor").exists():
            raise Doubt("a workspace or a vendor folder takes part")
        inputs = {}
        for name in ("go.mod", "go.sum"):
            path = root / name
            try:
                inputs[name] = files.sha256(path) if path.exists() else ""
                if name == "go.mod" and "=>" in path.read_text(encoding="utf-8"):
                    raise Doubt("go.mod replaces modules")
            except (OSError, UnicodeDecodeError, CrosswindError) as error:
                raise Doubt(f"cannot read {path}: {error}") from error
        return Part("modules", inputs)

    def find(self, path: str) -> Path | None:
        """Return the folder of a package if it is a local one."""
        module = self._module.path
        if path != module and not path.startswith(f"{module}/"):
            return None
        folder = self._module.directory / path[len(module) + 1 :]
        return folder if folder.is_dir() else None
