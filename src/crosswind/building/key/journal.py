"""The inputs of what lies in dist, kept so that `build --why` can say which of them changed.

`dist/.crosswind/keys.json` has the parts of every unit's key by their digest, and each part once. What is
damaged counts as absent: nothing is decided by this file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crosswind.building.key.model import Part
from crosswind.building.plan import STATE
from crosswind.system import kept


class Journal:
    """The journal of one dist folder."""

    def __init__(self, dist: Path) -> None:
        """Read what is there."""
        self._path = dist / STATE / "keys.json"
        self._units: dict[str, list[str]] = {}
        self._parts: dict[str, dict[str, str]] = {}
        with contextlib.suppress(TypeError, KeyError, AttributeError):  # that of another version
            self._take(kept.load(self._path))

    def _take(self, known: Any) -> None:
        parts = {
            str(digest): {str(name): str(value) for name, value in inputs.items()}
            for digest, inputs in known["parts"].items()
        }
        units = {
            str(name): [str(one) for one in digests] for name, digests in known["units"].items()
        }
        self._units, self._parts = units, parts

    def inputs(self, name: str) -> Mapping[str, str] | None:
        """Return every input that a file was made from; None if it was never made, or that is lost."""
        digests = self._units.get(name)
        if digests is None or any(one not in self._parts for one in digests):
            return None
        return {key: value for one in digests for key, value in self._parts[one].items()}

    def enter(self, made: Mapping[str, Iterable[Part]]) -> None:
        """Write down what files were made from; that this fails is no reason to fail a build."""
        for name, parts in made.items():
            listed = tuple(parts)
            self._units[name] = [part.digest for part in listed]
            self._parts |= {part.digest: dict(part.inputs) for part in listed}
        used = {digest for digests in self._units.values() for digest in digests}
        self._parts = {digest: self._parts[digest] for digest in used if digest in self._parts}
        kept.keep(self._path, {"units": self._units, "parts": self._parts})
