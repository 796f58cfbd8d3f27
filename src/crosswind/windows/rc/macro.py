"""`#define`d macros and their expansion, by C11 6.10.3 (hide sets as in Prosser's algorithm)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from crosswind.frozen import frozen
from crosswind.windows.rc.ctoken import CToken, strip, tokens_of
from crosswind.windows.rc.problem import Place, Problems

# Tokens that all expansions of a script may make; those of real projects make thousands.
MAX_STEPS = 200_000
# Characters of a joined token that cost as much as a token.
_STEP_TEXT = 32
# Arguments within arguments.
MAX_DEPTH = 64
# Where macros are that no file defines.
BUILT_IN = Place("<built-in>")


@frozen
class Macro:
    """A macro.

    Attributes:
        name: its name.
        body: its replacement, without space around it.
        parameters: their names; None if it takes no parentheses.
        variadic: whether `...` follows the parameters; `__VA_ARGS__` is the last of them then.
        place: where it was defined.
    """

    name: str
    body: tuple[CToken, ...]
    parameters: tuple[str, ...] | None = None
    variadic: bool = False
    place: Place = field(default=BUILT_IN)


def constant(name: str, value: str) -> Macro:
    """Make a macro without parameters that stands in no file."""
    return Macro(name, tuple(strip(tokens_of(value, BUILT_IN))))


@dataclass(slots=True)
class Macros:
    """The macros of a script, and the work that expanding them has cost."""

    problems: Problems
    table: dict[str, Macro] = field(default_factory=dict)
    steps: int = 0

    def expand(self, found: Iterable[CToken], depth: int = 0) -> list[CToken]:
        """Replace macros until none is left.

        Raises:
            RejectedError: a macro is used wrongly.
            StoppedError: it costs too much, or arguments lie too deep.
        """
        waiting = deque(found)
        output: list[CToken] = []
        while waiting:
            token = waiting.popleft()
            macro = self.table.get(token.text) if token.kind == "name" else None
            if macro is None or macro.name in token.hidden:
                output.append(token)
            elif macro.parameters is None:
                self._spend(token, len(macro.body))
                hidden = token.hidden | {macro.name}
                waiting.extendleft(reversed(_at(token, macro.body, hidden)))
            elif (call := self._arguments(token, waiting)) is None:
                output.append(token)
            else:
                arguments, close = call
                # Only what both ends of a call come from stays hidden.
                begun = replace(token, hidden=token.hidden & close.hidden)
                waiting.extendleft(reversed(self._call(begun, macro, arguments, depth)))
        return output

    def open_call(self, found: list[CToken]) -> bool:
        """Whether a macro's arguments go on after these tokens, so that the next line is needed."""
        depth = 0
        calls: list[int] = []  # the depths of the parentheses that are open calls
        named = False
        for token in found:
            if token.kind == "space":
                continue
            if token.kind == "operator" and token.text == "(":
                depth += 1
                if named:
                    calls.append(depth)
            elif token.kind == "operator" and token.text == ")":
                if calls and calls[-1] == depth:
                    calls.pop()
                depth = max(depth - 1, 0)
            macro = self.table.get(token.text) if token.kind == "name" else None
            named = macro is not None and macro.parameters is not None
        return bool(calls)

    def _spend(self, use: CToken, count: int) -> None:
        self.steps += 1 + count
        if self.steps > MAX_STEPS:
            raise self.problems.stop(
                "CW0764",
                use.place,
                "the macros here expand to more than a script can be meant to hold",
                f"at most {MAX_STEPS} tokens in all",
            )

    def _arguments(
        self, name: CToken, waiting: deque[CToken]
    ) -> tuple[list[list[CToken]], CToken] | None:
        """Take the arguments of a call and its `)` off what waits; None if this is no call."""
        spaces = []
        while waiting and waiting[0].kind == "space":
            spaces.append(waiting.popleft())
        if not waiting or waiting[0].text != "(":
            waiting.extendleft(reversed(spaces))
            return None
        arguments: list[list[CToken]] = [[]]
        depth = 0
        while waiting:
            token = waiting.popleft()
            if token.kind == "operator":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
                if depth == 0:
                    return arguments, token
                if token.text == "," and depth == 1:
                    arguments.append([])
                    continue
                if token.text == "(" and depth == 1:
                    continue
            arguments[-1].append(token)
        raise self.problems.error(
            "CW0764", name.place, f"the arguments of {name.text} are never closed", "add `)`"
        )

    def _call(
        self, name: CToken, macro: Macro, arguments: list[list[CToken]], depth: int
    ) -> list[CToken]:
        if depth >= MAX_DEPTH:
            raise self.problems.stop(
                "CW0774", name.place, f"macro arguments lie more than {MAX_DEPTH} deep"
            )
        self._spend(name, len(macro.body))
        by_name = self._bind(name, macro, arguments)
        hidden = name.hidden | {macro.name}
        body = self._substitute(name, macro.body, by_name, depth)
        return _at(name, self._pasted(name, body), hidden)

    def _bind(
        self, name: CToken, macro: Macro, arguments: list[list[CToken]]
    ) -> dict[str, list[CToken]]:
        parameters = macro.parameters or ()
        if macro.variadic and len(arguments) >= len(parameters) - 1:
            named = len(parameters) - 1
            comma = CToken("operator", ",", name.place, verbatim=False)
            rest = [token for argument in arguments[named:] for token in (comma, *argument)][1:]
            arguments = [*arguments[:named], rest]
        arguments = [strip(argument) for argument in arguments]
        if not parameters and arguments == [[]]:
            return {}
        if len(arguments) != len(parameters):
            raise self.problems.error(
                "CW0764",
                name.place,
                f"{macro.name} takes {len(parameters)} arguments, {len(arguments)} are given",
                f"it is defined at {macro.place}",
            )
        return dict(zip(parameters, arguments, strict=True))

    def _substitute(
        self, name: CToken, body: tuple[CToken, ...], by_name: dict[str, list[CToken]], depth: int
    ) -> list[CToken]:
        """Put arguments in: as text after `#`, as they are beside `##`, expanded elsewhere."""
        expanded: dict[str, list[CToken]] = {}
        output: list[CToken] = []
        index = 0
        while index < len(body):
            token = body[index]
            after = _next(body, index) if token.text == "#" else None
            if after is not None and body[after].text in by_name:
                string = _stringified(by_name[body[after].text], name.place)
                self._spend(name, len(string.text) // _STEP_TEXT)
                output.append(string)
                index = after + 1
                continue
            if token.kind == "name" and token.text in by_name:
                argument = by_name[token.text]
                if not _beside_paste(body, index):
                    if token.text not in expanded:
                        expanded[token.text] = self.expand(argument, depth + 1)
                    argument = expanded[token.text]
                # An empty argument beside ## leaves the other side alone.
                self._spend(name, len(argument))
                output += argument or [replace(token, kind="space", text="")]
            else:
                output.append(token)
            index += 1
        return output

    def _pasted(self, name: CToken, body: list[CToken]) -> list[CToken]:
        """Join what stands on both sides of `##`."""
        output: list[CToken] = []
        index = 0
        while index < len(body):
            token = body[index]
            after = _next(body, index) if token.text == "##" and output else None
            if after is None:
                output.append(token)
                index += 1
                continue
            while output and output[-1].kind == "space" and output[-1].text:
                output.pop()
            left = output.pop().text if output else ""
            text = left + body[after].text
            self._spend(name, len(text) // _STEP_TEXT)
            output += tokens_of(text, name.place)
            index = after + 1
        return output


def _at(use: CToken, body: Iterable[CToken], hidden: frozenset[str]) -> list[CToken]:
    """Move a macro's text to where it is used."""
    return [
        CToken(
            token.kind,
            token.text,
            use.place,
            token.hidden | hidden if token.hidden else hidden,
            verbatim=False,
        )
        for token in body
    ]


def _next(body: Sequence[CToken], index: int) -> int | None:
    """Find the next token that is no space."""
    for after in range(index + 1, len(body)):
        if body[after].kind != "space" or not body[after].text:
            return after
    return None


def _beside_paste(body: tuple[CToken, ...], index: int) -> bool:
    after = _next(body, index)
    before = index - 1
    while before >= 0 and body[before].kind == "space":
        before -= 1
    return (after is not None and body[after].text == "##") or (
        before >= 0 and body[before].text == "##"
    )


def _stringified(argument: list[CToken], place: Place) -> CToken:
    """Make a string of an argument; quotes and backslashes of strings in it are escaped."""
    parts = []
    for token in argument:
        if token.kind == "space":
            parts.append(" ")
        elif token.kind in ("string", "char"):
            parts.append(token.text.replace("\\", "\\\\").replace('"', '\\"'))
        else:
            parts.append(token.text)
    return CToken("string", f'"{"".join(parts)}"', place, verbatim=False)
