"""A configuration as JSON, so that an unchanged file is not parsed and validated again."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from crosswind.config.settings import (
    Cgo,
    Config,
    Debug,
    Ignore,
    Overlay,
    Override,
    ProgramConfig,
    Skip,
)
from crosswind.errors import CrosswindError
from crosswind.frozen import frozen
from crosswind.version import __version__


@frozen
class Cache:
    """Where read configurations are kept.

    Attributes:
        directory: one file per content lies here.
        write: writes a file atomically, making its directory.
    """

    directory: Path
    write: Callable[[Path, bytes], object]

    def load(self, data: bytes, file: str) -> Config | None:
        """Return what was stored for this content; None if nothing, or if it is damaged."""
        try:
            stored = json.loads(self._path(data).read_bytes())
            text = stored["config"]
            if stored["sha256"] != hashlib.sha256(text.encode()).hexdigest():
                return None
            return _decode(json.loads(text), file)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def store(self, data: bytes, config: Config) -> None:
        """Keep a configuration under the content it was read from; failing to is no failure."""
        text = json.dumps(asdict(config), separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        with contextlib.suppress(OSError, CrosswindError):
            self.write(self._path(data), json.dumps({"sha256": digest, "config": text}).encode())

    def _path(self, data: bytes) -> Path:
        # What settings there are, too: they change between two commits of one version.
        names = ",".join(setting.name for setting in fields(Overlay))
        digest = hashlib.sha256(f"{__version__} {names}\0".encode() + data).hexdigest()
        return self.directory / f"{digest}.json"


def _decode(stored: dict[str, Any], file: str) -> Config:
    """Rebuild the frozen values; lists that JSON made of tuples become tuples again."""
    values = {key: _frozen(value) for key, value in stored.items()}
    values["file"] = file
    values["skip"] = tuple(Skip(**entry) for entry in values["skip"])
    values["ignore"] = tuple(Ignore(**entry) for entry in values["ignore"])
    values["programs"] = tuple(_layered(ProgramConfig, entry) for entry in values["programs"])
    values["overrides"] = tuple(_layered(Override, entry) for entry in values["overrides"])
    values["overlay"] = _overlay(values["overlay"])
    values["command_line"] = _overlay(values["command_line"])
    return Config(**values)


def _layered(kind: Callable[..., Any], entry: dict[str, Any]) -> Any:
    return kind(**{**entry, "overlay": _overlay(entry["overlay"])})


def _overlay(entry: dict[str, Any]) -> Overlay:
    cgo, debug = entry["cgo"], entry["debug"]
    words = {"cgo": cgo and Cgo(cgo), "debug": debug and Debug(debug)}
    return Overlay(**{**entry, **words})


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
