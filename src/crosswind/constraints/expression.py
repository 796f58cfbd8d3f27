"""Build expressions: `//go:build` and the older `// +build`, as go/build/constraint (expr.go) reads them.

An expression is kept in postfix order. So neither reading nor evaluating one needs recursion, however
deeply hostile input nests it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from crosswind.constraints.words import fields, is_tag, is_tag_character, trim
from crosswind.frozen import frozen

NOT, AND, OR = "!", "&&", "||"
_GO_BUILD, _PLUS_BUILD = "//go:build", "+build"
# expr.go: maxSize, and parsePlusBuildExpr's maxOldSize.
_MAX_OPERANDS, _MAX_OLD_OPERATORS = 1000, 100
# What stands for a word that is no tag; nobody sets it (expr.go, parsePlusBuildExpr).
_NEVER = "ignore"
_BINDS = {OR: 1, AND: 2, NOT: 3}


class ConstraintError(ValueError):
    """A line that is no expression; `offset` counts characters of the expression's own text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        """Say what is wrong, and where."""
        super().__init__(message)
        self.message = message
        self.offset = offset


@frozen
class Expression:
    """An expression; `postfix` holds tags and the operators `!`, `&&` and `||` behind what they take."""

    postfix: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, each once, in their order."""
        return tuple(dict.fromkeys(word for word in self.postfix if word not in _BINDS))

    def evaluate(self, chosen: Callable[[str], int], everything: int) -> int:
        """Return the set of contexts in which it is true, as bits.

        Args:
            chosen: gives the set of contexts in which a tag is set.
            everything: the set of all contexts.
        """
        stack: list[int] = []
        for word in self.postfix:
            if word == NOT:
                stack.append(everything & ~stack.pop())
            elif word in _BINDS:
                right, left = stack.pop(), stack.pop()
                stack.append(left & right if word == AND else left | right)
            else:
                stack.append(chosen(word))
        return stack.pop()

    def __str__(self) -> str:
        """Spell it as Go does: with no more parentheses than gofmt writes."""
        stack: list[tuple[str, str]] = []
        for word in self.postfix:
            if word == NOT:
                operator, text = stack.pop()
                stack.append((NOT, f"!({text})" if operator in (AND, OR) else f"!{text}"))
            elif word in _BINDS:
                right, left = stack.pop(), stack.pop()
                other = OR if word == AND else AND
                sides = (
                    f"({text})" if operator == other else text for operator, text in (left, right)
                )
                stack.append((word, f" {word} ".join(sides)))
            else:
                stack.append(("", word))
        return stack.pop()[1]


def all_of(expressions: list[Expression]) -> Expression | None:
    """Join expressions that must all be true; None if there are none."""
    if not expressions:
        return None
    words = [word for one in expressions for word in one.postfix]
    # Behind all of them, one operator less than expressions.
    return Expression((*words, *[AND] * (len(expressions) - 1)))


def parse(line: str) -> Expression:
    """Read a whole line, `//go:build …` or `// +build …`.

    Raises:
        ConstraintError: it is none, or its expression has a mistake.
    """
    text = go_build_text(line)
    if text is not None:
        return parse_go_build(text)
    text = plus_build_text(line)
    if text is not None:
        return parse_plus_build(text)
    raise ConstraintError("not a build constraint")


def go_build_text(line: str) -> str | None:
    """Return the expression of a `//go:build` line; None if it is no such line."""
    line = line.removesuffix("\n")
    if "\n" in line or not line.startswith(_GO_BUILD):
        return None
    return _behind(trim(line)[len(_GO_BUILD) :])


def plus_build_text(line: str) -> str | None:
    """Return the expression of a `// +build` line; None if it is no such line."""
    line = line.removesuffix("\n")
    if "\n" in line or not line.startswith("//"):
        return None
    line = trim(line[2:])
    return _behind(line[len(_PLUS_BUILD) :]) if line.startswith(_PLUS_BUILD) else None


def _behind(rest: str) -> str | None:
    """Return what follows a keyword; None if that goes on without a space."""
    text = trim(rest)
    return None if rest and text == rest else text


class _Token(NamedTuple):
    """A word of an expression, empty at its end."""

    text: str
    at: int
    is_tag: bool = False


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while True:
        while at < len(text) and text[at] in " \t":
            at += 1
        if at == len(text):
            yield _Token("", at)
            continue
        token = _token(text, at)
        at += len(token.text)
        yield token


def _token(text: str, at: int) -> _Token:
    first = text[at]
    if first in "()!":
        return _Token(first, at)
    if first in "&|":
        if text[at + 1 : at + 2] != first:
            raise ConstraintError(f"invalid syntax at {first}", at)
        return _Token(first * 2, at)
    end = at
    while end < len(text) and is_tag_character(text[end]):
        end += 1
    if end == at:
        raise ConstraintError(f"invalid syntax at {first}", at)
    return _Token(text[at:end], at, is_tag=True)


@lru_cache(1024)
def parse_go_build(text: str) -> Expression:
    """Read the expression of a `//go:build` line; raises as `parse`."""
    return _Parser(_tokens(text)).expression()


class _Parser:
    """Puts an expression into postfix order; operators wait on a stack for what binds less."""

    def __init__(self, tokens: Iterator[_Token]) -> None:
        self._tokens = tokens
        self._token = _Token("", 0)
        self._out: list[str] = []
        self._waiting: list[_Token] = []
        self._open = 0
        self._operands = 0

    def expression(self) -> Expression:
        while True:
            while self._opens():
                pass
            if not self._continues():
                return Expression(tuple(self._out))

    def _next(self) -> _Token:
        self._token = next(self._tokens)
        return self._token

    def _opens(self) -> bool:
        """Read a tag or an opening parenthesis, negated or not; tell whether it was a parenthesis."""
        self._operands += 1
        if self._operands > _MAX_OPERANDS:
            raise ConstraintError("build expression too large", self._token.at)
        token = self._next()
        if token.text == NOT:
            self._waiting.append(token)
            token = self._next()
            if token.text == NOT:
                raise ConstraintError("double negation not allowed", token.at)
        if token.text == "(":
            self._waiting.append(token)
            self._open += 1
            return True
        if not token.is_tag:
            end = "missing close paren" if self._open else "unexpected end of expression"
            raise ConstraintError(f"unexpected token {token.text}" if token.text else end, token.at)
        self._out.append(token.text)
        self._negate()
        return False

    def _continues(self) -> bool:
        """Read what follows an operand; tell whether there is another one to come."""
        while (token := self._next()).text == ")" and self._open:
            self._release(0)
            self._waiting.pop()
            self._open -= 1
            self._negate()
        if token.text in (AND, OR):
            self._release(_BINDS[token.text])
            self._waiting.append(token)
            return True
        if self._open:
            inner = next(one for one in reversed(self._waiting) if one.text == "(")
            raise ConstraintError("missing close paren", inner.at)
        if token.text:
            raise ConstraintError(f"unexpected token {token.text}", token.at)
        self._release(0)
        return False

    def _negate(self) -> None:
        if self._waiting and self._waiting[-1].text == NOT:
            self._out.append(self._waiting.pop().text)

    def _release(self, least: int) -> None:
        """Let operators go that bind as much as `least`, up to an open parenthesis."""
        while self._waiting and _BINDS.get(self._waiting[-1].text, -1) >= max(least, 1):
            self._out.append(self._waiting.pop().text)


def parse_plus_build(text: str) -> Expression:
    """Read the expression of a `// +build` line: words are alternatives, commas join.

    A word that is no tag is never true, and no mistake.

    Raises:
        ConstraintError: it is too long.
    """
    out: list[str] = []
    operators = 0
    for number, clause in enumerate(fields(text)):
        for position, literal in enumerate(clause.split(",")):
            out += _literal(literal)
            if position:
                out.append(AND)
                operators += 1
        if number:
            out.append(OR)
            operators += 1
        if operators > _MAX_OLD_OPERATORS:
            raise ConstraintError("expression too complex for // +build lines")
    return Expression(tuple(out) or (_NEVER,))


def _literal(word: str) -> tuple[str, ...]:
    if word.startswith("!!") or word == NOT:
        return (_NEVER,)
    bare = word.removeprefix(NOT)
    tag = bare if is_tag(bare) else _NEVER
    return (tag, NOT) if bare != word else (tag,)
