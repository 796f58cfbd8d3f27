"""An inspection as a JSON document: the facts' own names, numbers as numbers, bytes as hex."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
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
_PLAIN = frozenset({int, float, bool, type(None)})


def plain(value: object) -> Any:
    """Turn facts into what JSON knows."""
    if type(value) in _PLAIN:
        return value
    if type(value) is str:
        # Names in UTF-16 may hold halves of characters, which no document can.
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    fields_ = _fields(value)
    if fields_ is not None:
        return {str(key): plain(item) for key, item in fields_}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value.value if isinstance(value, Enum) else str(value)


def _fields(value: object) -> Iterable[tuple[object, object]] | None:
    """Return names and values of a record; None if it is none."""
    if isinstance(value, View):
        return (("offset", value.base), ("size", len(value)))
    if is_dataclass(value):
        return ((field.name, getattr(value, field.name)) for field in fields(value))
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        names: dict[str, object] = value._asdict()
        return names.items()
    return value.items() if isinstance(value, Mapping) else None
