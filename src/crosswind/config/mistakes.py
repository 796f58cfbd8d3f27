"""Say what is wrong with a configuration: every mistake at once, each at its line and column."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from crosswind.config.config_error import ConfigError
from crosswind.config.document import Document, Kind, Problem, Scalar
from crosswind.config.settings import Path, Position
from crosswind.finding import Finding, Severity


def error(file: str, problems: Iterable[Problem]) -> ConfigError:
    """Make one error of all problems of a file."""
    ordered = sorted(problems, key=lambda problem: problem.position)
    return ConfigError(tuple(_finding(file, problem) for problem in ordered))


def _finding(file: str, problem: Problem) -> Finding:
    line, column = problem.position
    subject = f"{file}:{line}:{column}" if line else file
    return Finding(problem.code, Severity.ERROR, subject, problem.message, problem.hint)


# What users of GoReleaser write, and what it is called here.
_GORELEASER = {
    "builds": "programs", "project_name": "name", "binary": "name", "id": "name",
    "goos": "targets", "goarch": "targets", "goarm": "targets", "goamd64": "targets",
    "ignore": "skip",
}  # fmt: skip
# Keys that only a whole GoReleaser file has at its top level.
_FOREIGN = ("builds", "archives", "checksum", "snapshot", "changelog", "release", "project_name")

# What a reader expects, by pydantic's error type (pydantic: errors/validation_errors).
_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "text or a list of text",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
}


def problems(
    errors: Iterable[Mapping[str, Any]], document: Document, known: Mapping[Path, tuple[str, ...]]
) -> list[Problem]:
    """Translate pydantic's errors.

    Args:
        errors: as `ValidationError.errors()` gives them.
        document: what was validated.
        known: the keys of each mapping that the model knows, its list indexes written as 0.
    """
    entries = list(errors)
    unknown = [entry["loc"] for entry in entries if entry["type"] == "extra_forbidden"]
    # A key that is only misspelt is not also missing.
    misspelt = {(*path[:-1], _near(path, known)) for path in unknown}
    found = [_problem(entry, document, known) for entry in entries if entry["loc"] not in misspelt]
    foreign = [key for key in _FOREIGN if ((key,) in document.keys)]
    if foreign and not (("programs",) in document.keys or ("targets",) in document.keys):
        keep = [problem for problem in found if problem.code != "CW0205"]
        return [_goreleaser(foreign[0], document.keys[foreign[0],]), *keep]
    return found


def _goreleaser(key: str, position: Position) -> Problem:
    return Problem(
        "CW0209",
        position,
        f"`{key}` belongs to a GoReleaser file; this one is read by crosswind",
        "builds: is programs: here, binary: is name:, goos: and goarch: are targets:; "
        "`crosswind explain CW0209` shows a translation",
    )


def _problem(
    entry: Mapping[str, Any], document: Document, known: Mapping[Path, tuple[str, ...]]
) -> Problem:
    path: Path = entry["loc"]
    kind, found = entry["type"], describe(entry["input"])
    if kind == "extra_forbidden":
        return _unknown(path, document, known)
    if kind == "missing":
        return _missing(path, document)
    # What is wrong with a key, or missing behind it, is shown at the key.
    at_key = found == "nothing" or path[-1:] == ("[key]",)
    path = path[:-1] if path[-1:] == ("[key]",) else path
    position = _nearest(document.keys if at_key else document.values, path)
    context, hint = entry.get("ctx", {}), ""
    if kind == "crosswind":
        message, hint = context["message"], context["hint"]
    else:
        message = f"expected {_expected(kind, path)}, found {found}"
    if found == "nothing":
        hint = "give it a value, or leave the key out"
    return Problem("CW0206", position, f"{_spell(path)}: {message}", hint)


def _expected(kind: str, path: Path) -> str:
    if kind == "list_type" and path in (("programs",), ("overrides",), ("verify", "ignore")):
        return "a list of mappings (- key: value)"
    return _EXPECTED[kind]


def _near(path: Path, known: Mapping[Path, tuple[str, ...]]) -> str:
    """Find the known key that an unknown one comes nearest to; empty if none is near."""
    names = _known_around(path, known)
    return next(iter(difflib.get_close_matches(str(path[-1]).lower(), names, 1, 0.6)), "")


def _known_around(path: Path, known: Mapping[Path, tuple[str, ...]]) -> tuple[str, ...]:
    return known.get(tuple(0 if isinstance(part, int) else part for part in path[:-1]), ())


def _unknown(path: Path, document: Document, known: Mapping[Path, tuple[str, ...]]) -> Problem:
    *around, key = path
    names, near = _known_around(path, known), _near(path, known)
    meant = _GORELEASER.get(str(key), "")
    if near:
        hint = f"did you mean {near}?"
    elif meant in names:
        hint = f"what GoReleaser calls {key} is {meant} here"
    else:
        hint = f"known here: {', '.join(names)}"
    place = f" in {_spell(tuple(around))}" if around else ""
    message = f"unknown key {key!r}{place}"
    return Problem("CW0205", _nearest(document.keys, path), message, hint)


def _missing(path: Path, document: Document) -> Problem:
    *around, key = path
    position = _nearest(document.keys, tuple(around))
    message = f"{_spell(tuple(around))}: the key {key!r} is missing"
    return Problem("CW0207", position, message, f"add `{key}: …`")


def _nearest(positions: Mapping[Path, Position], path: Path) -> Position:
    """Find the position of a path or of the nearest thing around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in positions:
            return positions[path[:length]]
    return (1, 1)


def _spell(path: Path) -> str:
    """Spell a path as people do: `programs[0].ldflags`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text or "the file"


def describe(value: object) -> str:
    """Say what was found, in a reader's words."""
    if isinstance(value, Scalar):
        if value.kind is Kind.NULL:
            return "nothing"
        return value.text if value.kind is Kind.BOOL else f"the number {value.text}"
    if isinstance(value, str):
        shown = value if len(value) <= 40 else value[:39] + "…"
        return f"text {shown!r}"
    return "a list" if isinstance(value, list) else "a mapping (key: value)"
