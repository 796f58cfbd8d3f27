"""The directives of go.mod and go.work, read from their lines (golang.org/x/mod/modfile, rule.go)."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from crosswind.constraints.words import fields
from crosswind.frozen import frozen
from crosswind.project.modules import paths, semver
from crosswind.project.modules.syntax import Line, Word

# rule.go: GoVersionRE, laxGoVersionRE, ToolchainRE.
_GO = re.compile(r"([1-9][0-9]*)\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?", re.ASCII)
_LAX_GO = r"v?(([1-9][0-9]*)\.(0|[1-9][0-9]*))[^0-9].*"
_TOOLCHAIN = re.compile(r"default|go1(\..*)?", re.ASCII | re.DOTALL)
_DEPRECATED = re.compile(r"(?:^|\n\n)Deprecated: *(.*?)(?:$|\n\n)", re.DOTALL)


class DirectiveError(ValueError):
    """A directive that Go refuses; the message is worded after Go's."""

    def __init__(self, message: str) -> None:
        """Say what is wrong with it."""
        super().__init__(message)
        self.message = message


class Value(NamedTuple):
    """A directive of one value (module, go, toolchain, tool, ignore, use), and its place."""

    text: str
    line: int
    column: int


class Godebug(NamedTuple):
    """A `godebug key=value` line."""

    key: str
    value: str
    line: int
    column: int


class Required(NamedTuple):
    """A `require` or `exclude` line.

    Attributes:
        path, version: the module; the version is canonical where the line's is one at all.
        indirect: whether `// indirect` stands on it.
        line, column: where the path stands.
        exact: whether the version is written as it must be.
    """

    path: str
    version: str
    indirect: bool
    line: int
    column: int
    exact: bool = True


class Replace(NamedTuple):
    """A `replace` line; `new_version` is empty where a folder takes the module's place."""

    path: str
    version: str
    new_path: str
    new_version: str
    line: int
    column: int
    exact: bool = True


class Retract(NamedTuple):
    """A `retract` line; both ends belong to the interval."""

    low: str
    high: str
    rationale: str
    line: int
    column: int


@frozen
class Version:
    """A version as a line has it: the canonical one, and whether that is what is written."""

    text: str
    exact: bool


def string(word: Word) -> str:
    """Return what a word says (parseString)."""
    text = word.text
    if text.startswith('"'):
        from crosswind.binary import goquote  # late: hardly any word is quoted

        try:
            return goquote.unquote(text)
        except ValueError as error:
            raise DirectiveError(f"invalid quoted string: {error}") from None
    if any(quote in text for quote in "\"'`"):
        raise DirectiveError("invalid quoted string: unquoted string cannot contain quote")
    return text


def only(line: Line, usage: str) -> Word:
    """Return the one word of a directive that takes one."""
    if len(line.words) != 1:
        raise DirectiveError(usage)
    return line.words[0]


def go(line: Line, *, strict: bool) -> Value:
    """Read a `go` line; of other modules' files Go takes what begins like a version."""
    word = only(line, "go directive expects exactly one argument")
    text = word.text
    if not _GO.fullmatch(text):
        lax = None if strict else re.fullmatch(_LAX_GO, text, re.ASCII)
        if lax is None:
            raise DirectiveError(f"invalid go version '{text}': must match format 1.23.0")
        text = lax[1]
    return Value(text, line.number, word.column)


def toolchain(line: Line) -> Value:
    """Read a `toolchain` line."""
    word = only(line, "toolchain directive expects exactly one argument")
    if not _TOOLCHAIN.fullmatch(word.text):
        raise DirectiveError(
            f"invalid toolchain version '{word.text}': must match format go1.23.0 or default"
        )
    return Value(word.text, line.number, word.column)


def one_string(line: Line, usage: str) -> Value:
    """Read a directive that takes one string."""
    word = only(line, usage)
    return Value(string(word), line.number, word.column)


def deprecated(line: Line) -> str:
    """Return a module's deprecation message (parseDeprecation); empty without one."""
    found = _DEPRECATED.search(line.said)
    return found[1] if found else ""


def godebug(line: Line) -> Godebug:
    """Read a `godebug` line."""
    usage = "usage: godebug key=value"
    word = only(line, usage)
    key, equals, value = word.text.partition("=")
    if not equals or any(character in word.text for character in "\"`',"):
        raise DirectiveError(usage)
    return Godebug(key, value, line.number, word.column)


def required(line: Line) -> Required:
    """Read a `require` or `exclude` line."""
    if len(line.words) != 2:
        raise DirectiveError(f"usage: {line.verb} module/path v1.2.3")
    path = string(line.words[0])
    version = _version(line, path, line.words[1])
    ending = paths.path_major(path)
    if ending is None:
        raise DirectiveError("invalid module path")
    _check_major(line, path, version, ending)
    comment = fields(line.suffix[2:])
    indirect = comment == ["indirect"] or (len(comment) > 1 and comment[0] == "indirect;")
    column = line.words[0].column
    return Required(path, version.text, indirect, line.number, column, version.exact)


def _version(line: Line, path: str, word: Word) -> Version:
    """Read a version; a branch or a commit is none, whatever a server would say of it."""
    text = _version_text(line, path, word)
    canonical = semver.canonical(text)
    if not canonical:
        raise DirectiveError(
            f'{line.verb} {path}: version "{text}" invalid: must be of the form v1.2.3'
        )
    return Version(canonical, canonical == text)


def _version_text(line: Line, path: str, word: Word) -> str:
    try:
        return string(word)
    except DirectiveError as error:
        reason = error.message.removeprefix("invalid quoted string: ")
        raise DirectiveError(
            f'{line.verb} {path}: version "{word.text}" invalid: {reason}'
        ) from None


def _check_major(line: Line, path: str, version: Version, ending: str) -> None:
    if wrong := paths.major_mistake(version.text, ending):
        raise DirectiveError(f"{line.verb} {path}: {wrong}")


def replace(line: Line) -> Replace:
    """Read a `replace` line (parseReplace)."""
    words = line.words
    arrow = 1 if len(words) >= 2 and words[1].text == "=>" else 2
    if not arrow + 2 <= len(words) <= arrow + 3 or words[arrow].text != "=>":
        usage = f"{line.verb} module/path [v1.2.3] =>"
        raise DirectiveError(f"usage: {usage} other/module v1.4, or {usage} ../local/directory")
    path = string(words[0])
    ending = paths.path_major(path)
    if ending is None:
        raise DirectiveError(f"{line.verb} {path}: invalid module path")
    old = Version("", exact=True)
    if arrow == 2:
        old = _version(line, path, words[1])
        _check_major(line, path, old, ending)
    new_path = string(words[arrow + 1])
    new = Version("", exact=True)
    if len(words) == arrow + 2:
        _check_folder(new_path)
    else:
        new = _version(line, new_path, words[arrow + 2])
        if paths.is_folder(new_path):
            raise DirectiveError(
                f'replacement module directory path "{new_path}" cannot have version'
            )
    exact = old.exact and new.exact
    column = words[0].column
    return Replace(path, old.text, new_path, new.text, line.number, column, exact)


def _check_folder(path: str) -> None:
    if paths.is_folder(path):
        if os.sep == "/" and "\\" in path:
            raise DirectiveError("replacement directory appears to be a Windows path")
        return
    if "@" in path:
        raise DirectiveError(
            "replacement module must match format 'path version', not 'path@version'"
        )
    raise DirectiveError(
        "replacement module without version must be directory path (rooted or starting with . or ..)"
    )


def retract(line: Line) -> Retract:
    """Read a `retract` line: a version, or two in brackets (parseVersionInterval).

    Versions are as written: what is none of them Go looks up, but only where it is told to.
    """
    words = line.words
    if not words or words[0].text == "(":
        raise DirectiveError("expected '[' or version")
    if words[0].text != "[":
        version = _end(line, 0, "")
        return _retract(line, version, version, 1)
    low = _end(line, 1, "expected version after '['")
    if len(words) < 3 or words[2].text != ",":
        raise DirectiveError("expected ',' after version")
    high = _end(line, 3, "expected version after ','")
    if len(words) < 5 or words[4].text != "]":
        raise DirectiveError("expected ']' after version")
    return _retract(line, low, high, 5)


def _end(line: Line, index: int, missing: str) -> str:
    if len(line.words) <= index:
        raise DirectiveError(missing)
    return _version_text(line, "", line.words[index])


def _retract(line: Line, low: str, high: str, used: int) -> Retract:
    if len(line.words) > used:
        raise DirectiveError(f'unexpected token after version: "{line.words[used].text}"')
    return Retract(low, high, line.said, line.number, line.words[0].column)
