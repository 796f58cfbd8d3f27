"""What a file's head asks for, apart from any context: so it can be kept by the file's content."""

from __future__ import annotations

from crosswind.constraints import header, names
from crosswind.constraints.expression import (
    ConstraintError,
    Expression,
    all_of,
    go_build_text,
    parse_go_build,
    parse_plus_build,
    plus_build_text,
)
from crosswind.constraints.header import Header, Line
from crosswind.constraints.universe import Universe
from crosswind.frozen import frozen

_NUL = "a NUL byte is in it"


@frozen
class Broken:
    """What is wrong with a head.

    Attributes:
        line: counts from 1.
        column: counts from 1, or is 0 where there is none.
        message: in our words.
        hint: what to do.
        refused: whether Go refuses the file. A head that it cannot read in another language than Go's
            counts as one without constraints (go/build/build.go, matchFile and Import).
    """

    line: int
    column: int
    message: str
    hint: str
    refused: bool = True


@frozen
class Constraint:
    """The constraint in a file's head.

    Attributes:
        expression: that counts; None without any.
        line: of the expression, 0 without any.
        broken: why Go refuses it; None if it does not.
    """

    expression: Expression | None = None
    line: int = 0
    broken: Broken | None = None


def constraint(name: str, data: bytes) -> Constraint:
    """Read the constraint of a file; never raises.

    Args:
        name: its name, which says whether it is Go's or another language's.
        data: its content; not looked at if nothing in it counts.
    """
    said = read_head(name, data)[1] if names.has_header(name) else Constraint()
    return Constraint() if said.broken and not said.broken.refused else said


def read_head(name: str, data: bytes) -> tuple[Header, Constraint]:
    """Return what stands in a file's head, and the constraint that follows from it; never raises."""
    if name.endswith(".go"):
        head = header.read(data)
        return head, _of_head(head)
    found = header.comments(data)
    if found is None or b"\0" in found:
        message = "a comment is never closed, or a slash begins none"
        if found is not None:
            message = _NUL
        hint = "Go builds such a file wherever its name fits, without regard to constraints in it"
        return Header(), Constraint(broken=Broken(1, 0, message, hint, refused=False))
    head = header.read(found)
    return head, _of_head(head)


def selected(suffix: tuple[str, ...], said: Constraint, universe: Universe) -> int:
    """Return the contexts that a file is for, as bits; none if its head is broken.

    Args:
        suffix: the tags of its name.
        said: the constraint in its head.
        universe: all contexts.
    """
    if said.broken and said.broken.refused:
        return 0
    by_name = universe.where_all(suffix)
    if said.expression is None:
        return by_name
    return by_name & said.expression.evaluate(universe.where, universe.everything)


def _of_head(head: Header) -> Constraint:
    """Choose the expression that counts: of `//go:build` if there is one, else of `// +build`."""
    if head.nul:
        broken = Broken(1, 0, _NUL, "it is no text; restore or remove it")
        return Constraint(broken=broken)
    if len(head.go_build) > 1:
        first, second = head.go_build[:2]
        message = f"a second //go:build line; the first is line {first.number}"
        return Constraint(broken=Broken(second.number, 0, message, "join both by && in one line"))
    if head.go_build:
        return _go_build(head.go_build[0])
    old = plus_build(head)
    return Constraint(old, head.plus_build[0].number) if old else Constraint()


def _go_build(line: Line) -> Constraint:
    text = go_build_text(line.text) or ""
    try:
        return Constraint(parse_go_build(text), line.number)
    except ConstraintError as error:
        column = len(line.text) - len(text) + error.offset + 1
        hint = "tags, &&, ||, ! and parentheses are known"
        return Constraint(broken=Broken(line.number, column, error.message, hint))


def plus_build(head: Header) -> Expression | None:
    """Join the old lines; one that is too long does not count, as for Go."""
    found = []
    for line in head.plus_build:
        try:
            found.append(parse_plus_build(plus_build_text(line.text) or ""))
        except ConstraintError:
            continue
    return all_of(found)
