"""YAML text into plain values with positions, bounded: no tags, no bombs, no surprises.

Built on the parser's events instead of its constructor, so that limits hold while reading and
every scalar keeps its spelling: `toolchain: 1.20` is the text `1.20`, not the number 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

from crosswind.config.settings import Path, Position
from crosswind.frozen import frozen

# A configuration that a person wrote stays far below these.
MAX_BYTES = 1 << 20
MAX_NODES = 20_000
MAX_DEPTH = 16


class Kind(StrEnum):
    """What an unquoted scalar is in YAML's core schema, in a reader's words."""

    NULL = "nothing"
    BOOL = "true or false"
    NUMBER = "a number"


@frozen
class Scalar:
    """An unquoted scalar that YAML does not take for text, as it is written."""

    text: str
    kind: Kind


# YAML 1.2.2, section 10.3.2, the core schema's tag resolution.
_CORE = (
    (Kind.NULL, re.compile(r"(null|Null|NULL|~|)\Z")),
    (Kind.BOOL, re.compile(r"(true|True|TRUE|false|False|FALSE)\Z")),
    (Kind.NUMBER, re.compile(r"([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")),
    (Kind.NUMBER, re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")),
    (Kind.NUMBER, re.compile(r"([-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN)\Z")),
)


@frozen
class Problem:
    """A mistake at a position; a position of (0, 0) is the file as a whole."""

    code: str
    position: Position
    message: str
    hint: str = ""


class Unreadable(Exception):  # noqa: N818 - it carries problems, it is none itself
    """The text is no acceptable YAML."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


@frozen
class Document:
    """A document's values (dict, list, str, Scalar) and where they stand.

    Attributes:
        value: the root.
        keys: position of each mapping entry's key and of each list item.
        values: position of each value.
    """

    value: object
    keys: dict[Path, Position]
    values: dict[Path, Position]


def parse(data: bytes) -> Document:
    """Read one YAML document.

    Raises:
        Unreadable: with CW0201 for what is not YAML, CW0202 for what is refused.
    """
    text = _decode(data)
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError

    builder = _Builder(iter(YAML(typ="safe", pure=True).parse(text)))
    try:
        return builder.document()
    except MarkedYAMLError as error:
        problem = _syntax_problem(error)
    except (YAMLError, YAMLStreamError, ValueError, RecursionError) as error:
        problem = Problem("CW0201", (0, 0), f"not YAML: {error}")
    raise Unreadable((*builder.problems, problem))


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        _refuse((0, 0), f"larger than {MAX_BYTES >> 20} MiB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse((1, 1), "UTF-16 text", "save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8-sig")) + 1
        byte = data[error.start]
        _refuse(
            (before.count(b"\n") + 1, column), f"byte 0x{byte:02x} is not UTF-8", "save it as UTF-8"
        )
    # YAML 1.2.2, section 5.1: the characters a stream may hold; the rest are mostly hidden ones.
    bad = re.search(
        r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]", text
    )
    if bad:
        before_text = text[: bad.start()]
        column = len(before_text.rpartition("\n")[2]) + 1
        character = f"U+{ord(bad[0]):04X}"
        _refuse(
            (before_text.count("\n") + 1, column), f"control character {character}", "remove it"
        )
    return text


def _refuse(position: Position, message: str, hint: str = "") -> NoReturn:
    raise Unreadable((Problem("CW0202", position, f"refused: {message}", hint),))


def _syntax_problem(error: Any) -> Problem:
    """Put the parser's complaint into one line, with a hint for what people really did."""
    mark = error.problem_mark or error.context_mark
    position = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    message = " ".join(str(error.problem or error.context or error).split())
    hint = ""
    if "'\\t'" in message:
        hint = "indent with spaces: YAML takes no tabs there"
    elif "mapping values are not allowed" in message:
        hint = "put text with a colon into quotes, and check the indentation"
    elif "{" in message or "'%'" in message or "'@'" in message or "'`'" in message:
        hint = "put text that starts with a special character, such as a template, into quotes"
    return Problem("CW0201", position, f"not YAML: {message}", hint)


@dataclass(slots=True)
class _Builder:
    """Builds values from parser events, holding the limits while it reads."""

    events: Iterator[Any]
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, tuple[object, int]] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    nodes: int = 0

    def document(self) -> Document:
        from ruamel.yaml.events import DocumentStartEvent, StreamEndEvent

        value: object = {}
        found = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                found += 1
                if found > 1:
                    self._problem("CW0201", event, "a second document (`---`)", "keep one")
                    break
                value = self._node(next(self.events), ())
            elif isinstance(event, StreamEndEvent):
                break
        if self.problems:
            raise Unreadable(tuple(self.problems))
        return Document(value, self.keys, self.values)

    def _node(self, event: Any, path: Path) -> object:
        from ruamel.yaml.events import AliasEvent, MappingStartEvent, ScalarEvent

        self.values[path] = _position(event)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            hint = "leave it out: crosswind knows what it expects"
            self._problem("CW0202", event, f"refused: the tag {event.tag}", hint)
        before = self.nodes
        self._count(1, event)
        if len(path) > MAX_DEPTH:
            _refuse(_position(event), f"nested more than {MAX_DEPTH} levels deep")
        value: object
        if isinstance(event, ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, MappingStartEvent):
            value = self._mapping(path)
        else:
            value = self._sequence(path)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.nodes - before)
        return value

    def _alias(self, event: Any) -> object:
        # An anchor is known once its node is whole, so nothing can contain itself.
        if event.anchor not in self.anchors:
            self._problem("CW0201", event, f"the alias *{event.anchor} refers to nothing before it")
            return Scalar("", Kind.NULL)
        value, size = self.anchors[event.anchor]
        self._count(size, event)
        return value

    def _mapping(self, path: Path) -> dict[str, object]:
        from ruamel.yaml.events import MappingEndEvent

        mapping: dict[str, object] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            if key in mapping:
                line = self.keys[*path, key][0]
                self._problem(
                    "CW0201", event, f"the key {key!r} again, first in line {line}", "keep one"
                )
                # Read it for its own mistakes, but let the first stand.
                self._node(next(self.events), (*path, f"{key} (again)"))
                continue
            self.keys[*path, key] = _position(event)
            mapping[key] = self._node(next(self.events), (*path, key))
        return mapping

    def _key(self, event: Any, path: Path) -> str:
        from ruamel.yaml.events import ScalarEvent

        if isinstance(event, ScalarEvent) and event.value:
            if event.value == "<<" and event.style is None:
                hint = "settings at the top level hold for all programs; `overrides` for some"
                self._problem("CW0202", event, "refused: merge keys (`<<`)", hint)
            self._count(1, event)
            return str(event.value)
        hint = 'put a template into quotes: "{{ .Version }}"'
        self._problem("CW0201", event, "a key must be plain text", hint)
        self._node(event, (*path, "?"))
        return f"? {_position(event)}"

    def _sequence(self, path: Path) -> list[object]:
        from ruamel.yaml.events import SequenceEndEvent

        items: list[object] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            place = (*path, len(items))
            self.keys[place] = _position(event)
            items.append(self._node(event, place))
        return items

    def _count(self, nodes: int, event: Any) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            _refuse(_position(event), f"more than {MAX_NODES} values, aliases counted out")

    def _problem(self, code: str, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(Problem(code, _position(event), message, hint))


def _position(event: Any) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any) -> object:
    if event.style is None:
        for kind, pattern in _CORE:
            if pattern.match(event.value):
                return Scalar(event.value, kind)
    return str(event.value)
