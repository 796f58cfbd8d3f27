"""The one place that knows `gotpl`: renders Go templates, and says what is wrong with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from crosswind.config.context import TemplateContext
from crosswind.config.functions import bound, format_time
from crosswind.errors import UsageError
from crosswind.frozen import frozen

# text/template, funcs.go: builtins.
_BUILTINS = (
    "and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js",
    "urlquery", "call", "eq", "ne", "lt", "le", "gt", "ge",
)  # fmt: skip


def render(text: str, context: TemplateContext, where: str = "") -> str:
    """Render a template.

    Args:
        text: Go's text/template syntax; text without `{{` is returned as it is.
        context: the values behind the names.
        where: where the text stands, for messages: `crosswind.yaml:12:3`.

    Raises:
        UsageError: CW0210 syntax, CW0211 unknown name or function, CW0212 failed while rendering,
            CW0213 an environment variable that is not set.
    """
    if "{{" not in text:
        return text
    import gotpl

    functions = bound(context.env, context.now)
    sandbox = gotpl.SandboxPolicy.strict(
        allow_functions=functions, allow_methods=("Format", "Unix", "Year")
    )
    root = _root(context)
    try:
        template = gotpl.Template(text, functions=functions, missing_key="error", sandbox=sandbox)
        return template.render(root)
    except gotpl.TemplateError as error:
        raise _translated(error, root.missed, functions, where) from None
    except Exception as error:
        # A young library: what escapes it is this template's mistake, and needs no traceback.
        message = f"cannot render the template: {error}"
        raise UsageError("CW0212", message, subject=where) from error


@frozen
class _Missed:
    """A name that was asked for and is not there."""

    around: str
    name: str
    known: tuple[str, ...]


@frozen
class _Names(Mapping[str, object]):
    """Names behind a dot; notes what is asked for in vain, which gotpl's errors do not tell."""

    entries: Mapping[str, object]
    missed: list[_Missed]
    around: str = ""

    def __gotemplate_lookup__(self, name: str) -> object:
        if name not in self.entries:
            self.missed.append(_Missed(self.around, name, tuple(self.entries)))
        return self.entries[name]

    def __getitem__(self, name: str) -> object:
        return self.entries[name]

    def __iter__(self) -> Iterator[str]:
        raise ValueError(f"{self.around or '.'} cannot be listed: ask for one name")

    def __len__(self) -> int:
        raise ValueError(f"{self.around or '.'} has no length: ask for one name")


class _Environment(_Names):
    """`.Env`: a Go map of strings, so that `index` gives the empty string for what is not set."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> object:
        return self.entries.get(name, "")


@frozen
class _Instant:
    """`.Now`: the methods of Go's time.Time that depend on the time alone."""

    time: datetime = field(repr=False)

    def Format(self, layout: str) -> str:  # noqa: N802 - Go's name
        return format_time(self.time, layout)

    def Unix(self) -> int:  # noqa: N802 - Go's name
        return int(self.time.timestamp())

    def Year(self) -> int:  # noqa: N802 - Go's name
        return self.time.year

    def __str__(self) -> str:
        return self.Format("2006-01-02 15:04:05 -0700 MST")


def _root(context: TemplateContext) -> _Names:
    missed: list[_Missed] = []
    host = {"Goos": context.goos, "Goarch": context.goarch}
    deeper = {
        "Env": _Environment(context.env, missed, ".Env"),
        "Now": _Instant(context.now),
        "Runtime": _Names(host, missed, ".Runtime"),
    }
    return _Names({**context.names(), **deeper}, missed)


# gotpl puts the template's name and the position in front, which `where` and we say better.
_PREFIX = re.compile(r'template:( template)?(:?\d+)+:( executing "[^"]*":)? ')


# Python's words in its messages, and Go's.
_WORDS = (
    (re.compile(r"(attribute|method|property) '(\w+)' is not allowed"), r"there is no \2 here"),
    (re.compile(r"expected str, got (\w+)"), r"expected text, got \1"),
    (re.compile(r"\bgot str\b"), "got text"),
)


def _translated(
    error: Any, missed: list[_Missed], functions: Iterable[str], where: str
) -> UsageError:
    """Put an error of gotpl into our words, with what was probably meant."""
    text = _PREFIX.sub("", str(error))
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    place = f"at character {error.column} of the template"
    if (error.line or 1) > 1:
        place = f"at character {error.column} of the template's line {error.line}"
    if missed and text.startswith("missing key"):
        return _unknown(missed[-1], place, where)
    function = re.match(r"function '(.+)' not defined", text)
    if function:
        near = _nearest(function[1], [*functions, *_BUILTINS])
        message = f"unknown function {function[1]} {place}"
        return UsageError("CW0211", message, subject=where, hint=near)
    # Only syntax errors carry a position of their own from the start.
    syntax = type(error).__name__ == "TemplateSyntaxError"
    return UsageError("CW0210" if syntax else "CW0212", f"{text} {place}", subject=where)


def _unknown(missed: _Missed, place: str, where: str) -> UsageError:
    name = missed.name
    if missed.around == ".Env":
        hint = f'export {name}, or write {{{{ envOrDefault "{name}" "…" }}}}'
        message = f"the environment variable {name}, asked for {place}, is not set"
        return UsageError("CW0213", message, subject=where, hint=hint)
    known = " ".join(f".{known}" for known in sorted(missed.known))
    hint = _nearest(name, missed.known, f"{missed.around}.") or f"known here: {known}"
    message = f"unknown name {missed.around}.{name} {place}"
    return UsageError("CW0211", message, subject=where, hint=hint)


def _nearest(name: str, known: Iterable[str], prefix: str = "") -> str:
    spelt = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), spelt, 1, 0.6)
    return f"did you mean {prefix}{spelt[near[0]]}?" if near else ""
