"""An inspection as a JSON document: the facts' own names, numbers as numbers, bytes as hex."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any

from crosswind.binary.view import View
from crosswind.inspect.model import Contents, Inspection


def document(inspection: Inspection) -> dict[str, Any]:
    """Return one file's entry under `files` of the schema `crosswind/inspect/1`."""
    return {
        "path": str(inspection.path),
        "size": inspection.size,
        "sha256": inspection.sha256,
        "format": inspection.format,
        "images": [_contents(one) for one in inspection.contents],
    }


def _contents(contents: Contents) -> dict[str, Any]:
    return {
        "name": contents.name,
        "offset": contents.offset,
        "size": contents.size,
        "problems": [plain(problem) for problem in contents.problems],
        "parts": {name: plain(facts) for name, facts in contents.parts.items()},
    }


# Most values are of these types themselves, so this comes first: documents have a million of them.
_PLAIN = frozenset({str, int, float, bool, type(None)})


def plain(value: object) -> Any:  # noqa: PLR0911 - one line for each sort of value
    """Turn facts into what JSON knows."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, View):
        return {"offset": value.base, "size": len(value)}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)
