"""Version information and strings as JSON, for people to read and to change; and exactly back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from crosswind.binary.view import FormatError, View
from crosswind.errors import CrosswindError
from crosswind.windows import strings, version
from crosswind.windows.resource import Identifier, Resource

# "STRINGTABLE resource": texts in one block, each without a text as a count of 0.
_BLOCK, _EMPTY_BLOCK = 16, bytes(32)


def write_version(resource: Resource) -> bytes | None:
    """Spell version information out; None if it is damaged, or has a name twice in one table."""
    try:
        info = version.read(resource.data)
    except CrosswindError:
        return None
    document: dict[str, Any] = {}
    if info.fixed:
        document["fixed"] = asdict(info.fixed)
        for part in ("file", "product"):
            document["fixed"][part] = ".".join(map(str, document["fixed"][part]))
    document["tables"] = [
        {"language": table.language, "code_page": table.code_page, "strings": dict(table.strings)}
        for table in info.tables
    ]
    document["translations"] = info.translations
    return _encoded(document)


def read_version(view: View, _name: Identifier) -> bytes:
    """Make version information of what `write_version` wrote; raises FormatError."""
    document = _decoded(view)
    try:
        fixed = document.get("fixed")
        info = version.VersionInfo(
            _fixed(fixed) if fixed is not None else None,
            tuple(_table(table) for table in document["tables"]),
            tuple((_u16(one), _u16(other)) for one, other in document["translations"]),
        )
        return version.write(info)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormatError(f"no version information: {error!r}", view.base) from error
    except CrosswindError as error:
        raise FormatError(error.message, view.base) from error


def _fixed(given: dict[str, Any]) -> version.Fixed:
    """Read the numbers; those of a version as four with dots between."""
    apart = ("file", "product", "date")
    values: dict[str, Any] = {
        key: _number(value) for key, value in given.items() if key not in apart
    }
    for key in ("file", "product"):
        numbers = tuple(_u16(int(part)) for part in given[key].split("."))
        if len(numbers) != 4:
            raise ValueError(f"{given[key]} is no version of four numbers")
        values[key] = numbers
    return version.Fixed(**values, date=_number(given["date"], 64))


def _table(given: dict[str, Any]) -> version.StringTable:
    pairs = tuple((_text(key), _text(value)) for key, value in given["strings"].items())
    return version.StringTable(_u16(given["language"]), _u16(given["code_page"]), pairs)


def write_strings(resource: Resource) -> bytes | None:
    """Spell a block of strings out, by their numbers; None if it is damaged."""
    try:
        texts = strings.read(resource)
    except CrosswindError:
        return None
    return _encoded({str(number): text for number, text in texts.items()})


def read_strings(view: View, name: Identifier) -> bytes:
    """Make a block of strings of what `write_strings` wrote; raises FormatError.

    Args:
        view: the file.
        name: of the block, which says which numbers may be in it.
    """
    if not isinstance(name, int):
        raise FormatError("a block of strings has a number", view.base)
    texts = {}
    for key, text in _decoded(view).items():
        try:
            number = int(key)
            texts[number] = _text(text)
        except (TypeError, ValueError) as error:
            raise FormatError(f"{key!r:.40} has no text", view.base) from error
        if number // _BLOCK + 1 != name:
            first = (name - 1) * _BLOCK
            message = f"string {number} is not one of {first} to {first + _BLOCK - 1}"
            raise FormatError(message, view.base)
    try:
        return next((block.data for block in strings.write(texts)), _EMPTY_BLOCK)
    except CrosswindError as error:
        raise FormatError(error.message, view.base) from error


def _encoded(document: dict[str, Any]) -> bytes:
    # What UTF-8 cannot spell, lone surrogates, JSON escapes.
    try:
        return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:
        return (json.dumps(document, indent=2) + "\n").encode()


def _decoded(view: View) -> dict[str, Any]:
    try:
        document = json.loads(bytes(view.data))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"no JSON: {error}", view.base) from error
    if not isinstance(document, dict):
        raise FormatError("no JSON object", view.base)
    return document


def _number(value: object, bits: int = 32) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << bits:
        return value
    raise ValueError(f"{value!r:.40} is no number of {bits} bits")


def _u16(value: object) -> int:
    return _number(value, 16)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r:.40} is no text")
