"""go.mod and go.work as values (golang.org/x/mod/modfile, rule.go and work.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crosswind.errors import UsageError
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.project.modules import directives, paths
from crosswind.project.modules.directives import (
    DirectiveError,
    Godebug,
    Replace,
    Required,
    Retract,
    Value,
)
from crosswind.project.modules.mistakes import MOST, ModFileError, mistake
from crosswind.project.modules.syntax import Block, Line, SyntaxMistakeError, parse

_Read = Callable[[Line], Any]


@frozen
class ModFile:
    """A go.mod file.

    Attributes:
        name: of the file, as it stands in messages.
        module, go, toolchain: the values of these lines; None without one.
        deprecated: the message of a `Deprecated:` comment on the module line.
        godebug … ignore: the other lines, in the file's order.
    """

    name: str
    module: Value | None = None
    go: Value | None = None
    toolchain: Value | None = None
    deprecated: str = ""
    godebug: tuple[Godebug, ...] = ()
    require: tuple[Required, ...] = ()
    exclude: tuple[Required, ...] = ()
    replace: tuple[Replace, ...] = ()
    retract: tuple[Retract, ...] = ()
    tool: tuple[Value, ...] = ()
    ignore: tuple[Value, ...] = ()


@frozen
class WorkFile:
    """A go.work file; the attributes are those of `ModFile`, and the folders it uses."""

    name: str
    go: Value | None = None
    toolchain: Value | None = None
    godebug: tuple[Godebug, ...] = ()
    use: tuple[Value, ...] = ()
    replace: tuple[Replace, ...] = ()


@dataclass(slots=True)
class _Found:
    """What was read so far: single values by verb, and lists of them."""

    name: str
    singles: dict[str, Value] = field(default_factory=dict)
    lists: dict[str, list[Any]] = field(default_factory=dict)
    deprecated: str = ""
    has_module: bool = False
    mistakes: list[Finding] = field(default_factory=list)

    def all(self, verb: str) -> tuple[Any, ...]:
        return tuple(self.lists.get(verb, ()))

    def wrong(self, line: int, column: int, message: str) -> None:
        self.mistakes.append(mistake(self.name, line, column, message))


_SHARED: dict[str, _Read] = {
    "toolchain": directives.toolchain,
    "godebug": directives.godebug,
    "replace": directives.replace,
}
_MOD: dict[str, _Read] = {
    "module": lambda line: directives.one_string(line, "usage: module module/path"),
    "require": directives.required,
    "exclude": directives.required,
    "retract": directives.retract,
    "tool": lambda line: directives.one_string(line, "tool directive expects exactly one argument"),
    "ignore": lambda line: directives.one_string(
        line, "ignore directive expects exactly one argument"
    ),
    **_SHARED,
}
_WORK: dict[str, _Read] = {
    "use": lambda line: directives.one_string(line, "usage: use local/dir"),
    **_SHARED,
}
_SINGLE = ("module", "go", "toolchain")
# What counts in another module's file (rule.go, add): the rest is the main module's business.
_LAX = frozenset(("go", "module", "retract", "require", "ignore"))
# What counts before a Go is chosen: a later one may know more directives.
_HEAD = frozenset(("go", "module", "toolchain"))


def read_mod(name: str, data: bytes) -> ModFile:
    """Read a main module's go.mod (modfile.Parse).

    Raises:
        ModFileError: CW0302, with every mistake that Go would find.
    """
    return _mod(_interpret(name, data, _MOD))


def read_mod_lax(name: str, data: bytes) -> ModFile:
    """Read another module's go.mod: only what counts there, unknown lines ignored (modfile.ParseLax).

    Raises:
        ModFileError: CW0302.
    """
    return _mod(_interpret(name, data, _MOD, _LAX))


def read_mod_head(name: str, data: bytes) -> ModFile:
    """Read the module, go and toolchain lines of a go.mod file, whatever else its later Go knows.

    Raises:
        ModFileError: CW0302.
    """
    return _mod(_interpret(name, data, _MOD, _HEAD))


def read_work(name: str, data: bytes) -> WorkFile:
    """Read a go.work file (modfile.ParseWork).

    Raises:
        ModFileError: CW0302, with every mistake that Go would find.
    """
    return _work(_interpret(name, data, _WORK))


def read_work_head(name: str, data: bytes) -> WorkFile:
    """Read the go and toolchain lines of a go.work file, whatever else its later Go knows.

    Raises:
        ModFileError: CW0302.
    """
    return _work(_interpret(name, data, _WORK, _HEAD))


def _work(found: _Found) -> WorkFile:
    return WorkFile(
        found.name,
        found.singles.get("go"),
        found.singles.get("toolchain"),
        found.all("godebug"),
        found.all("use"),
        found.all("replace"),
    )


def checked_path(file: ModFile) -> str:
    """Return a main module's path (modload/modfile.go, ReadModFile).

    Raises:
        UsageError: CW0302, there is none, or it is none.
    """
    if file.module is None:
        raise UsageError(
            "CW0302",
            "no module line",
            subject=file.name,
            hint="its first line reads: module example.com/app",
        )
    path, line, column = file.module
    wrong = paths.import_path_mistake(path)
    if path in ("go", "toolchain"):
        wrong = "it is reserved"
    if wrong:
        found = mistake(file.name, line, column, f'malformed module path "{path}": {wrong}')
        raise ModFileError((found,))
    return path


def _mod(found: _Found) -> ModFile:
    return ModFile(
        found.name,
        found.singles.get("module"),
        found.singles.get("go"),
        found.singles.get("toolchain"),
        found.deprecated,
        found.all("godebug"),
        found.all("require"),
        found.all("exclude"),
        found.all("replace"),
        found.all("retract"),
        found.all("tool"),
        found.all("ignore"),
    )


def _interpret(
    name: str, data: bytes, readers: dict[str, _Read], only: frozenset[str] | None = None
) -> _Found:
    """Read directives; with `only`, these, and unknown ones are no mistakes."""
    found = _Found(name)
    try:
        for line in _lines(parse(data), readers, found, only):
            _take(line, readers, found, only)
            if len(found.mistakes) >= MOST:
                break
    except SyntaxMistakeError as error:
        # Go gives up at the first of these, and interprets nothing.
        place = mistake(name, error.line, error.column, error.message)
        raise ModFileError((place,)) from error
    if found.mistakes:
        raise ModFileError(tuple(found.mistakes))
    return found


def _lines(
    statements: tuple[Line | Block, ...],
    readers: dict[str, _Read],
    found: _Found,
    only: frozenset[str] | None,
) -> Iterator[Line]:
    """Take blocks apart; only directives that may be repeated have them."""
    blocks = {verb for verb in readers if verb != "toolchain"}
    for statement in statements:
        if isinstance(statement, Line):
            yield statement
        elif len(statement.words) == 1 and statement.words[0] in blocks:
            yield from statement.lines
        elif only is None:
            words = " ".join(statement.words)
            found.wrong(statement.number, statement.start, f"unknown block type: {words}")


def _take(
    line: Line, readers: dict[str, _Read], found: _Found, only: frozenset[str] | None
) -> None:
    verb = line.verb
    if only is not None and verb not in only:
        return
    try:
        value = _value(line, readers, found, only)
    except DirectiveError as error:
        # Another module's intervals may be of a later grammar (rule.go, add).
        if only is None or verb != "retract":
            found.wrong(line.number, line.start, error.message)
        return
    if verb in _SINGLE:
        found.singles[verb] = value
        if verb == "module":
            found.deprecated = directives.deprecated(line)
    else:
        found.lists.setdefault(verb, []).append(value)


def _value(
    line: Line, readers: dict[str, _Read], found: _Found, only: frozenset[str] | None
) -> Any:
    verb = line.verb
    if verb in found.singles or (verb == "module" and found.has_module):
        raise DirectiveError(f"repeated {verb} statement")
    # Even a broken module line is one (rule.go, add).
    found.has_module = found.has_module or verb == "module"
    if verb == "go":
        return directives.go(line, strict=only is None)
    if verb not in readers:
        raise DirectiveError(f"unknown directive: {verb}")
    return readers[verb](line)
