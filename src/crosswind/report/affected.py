"""What changes touch, as lines for a terminal: each reason once, with whom it touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from crosswind.affected import Affected, Touched
from crosswind.affected.model import Cause
from crosswind.report.columns import hang, harmless, paragraph
from crosswind.target import grouped

# As click's `style`.
Style = Callable[..., str]

_MOST_REASONS = 3
_MOST_TARGETS = 3
# Sets of programs and tests that are told without -v.
_MOST_GROUPS = 8
_INDENT = 4


def lines(found: Affected, style: Style, limit: int | None, *, verbose: bool) -> Iterator[str]:
    """Yield the lines.

    Args:
        found: what is touched.
        style: colors a text.
        limit: columns of the terminal.
        verbose: whether to tell everything.
    """
    changed = len(found.changed)
    asked = found.asked
    # Without -t and a configuration it is this host alone: a change elsewhere would seem to be none.
    where = ", ".join(map(str, asked)) if len(asked) <= _MOST_TARGETS else f"{len(asked)} targets"
    head = (
        f"{changed} file{'s' * (changed != 1)} changed since {found.commit[:12]}, seen for {where}"
    )
    yield hang(head, _INDENT, limit)
    for what, touched, total in (
        ("programs", found.programs, found.all_programs),
        ("packages with tests", found.tests, found.all_tests),
    ):
        yield f"{style(what, bold=True)}: {len(touched)} of {total} touched"
        for one in touched:
            targets = hang(_targets(one, found), _INDENT, limit)
            yield f"  {one.name or one.package}  {targets}"
    yield from _reasons(found, style, limit, verbose=verbose)
    if found.idle:
        idle = [harmless(one) for one in found.idle]
        line = f"{style('nothing', bold=True)} is touched by {_some(idle, verbose=verbose)}"
        yield hang(line, _INDENT, limit)


def _targets(one: Touched, found: Affected) -> str:
    if len(one.targets) < len(found.asked):
        return ", ".join(grouped(one.targets, found.asked))
    return "all targets" if len(found.asked) > 1 else str(found.asked[0])


def _reasons(found: Affected, style: Style, limit: int | None, *, verbose: bool) -> Iterator[str]:
    """Yield the reasons, those of the same programs and tests together; what touches most is first."""
    whom: dict[Cause, list[Touched]] = {}
    for one in (*found.programs, *found.tests):
        for cause in one.causes:
            whom.setdefault(cause, []).append(one)
    groups: dict[tuple[Touched, ...], list[Cause]] = {}
    for cause, touched in whom.items():
        groups.setdefault(tuple(touched), []).append(cause)
    if groups:
        yield style("because of", bold=True)
    ordered = sorted(groups.items(), key=lambda one: -len(one[0]))
    told = ordered if verbose else ordered[:_MOST_GROUPS]
    for touched_, causes in told:
        shown = causes if verbose else causes[:_MOST_REASONS]
        for cause in sorted(shown):
            yield paragraph(harmless(str(cause)), 2, limit)
        if more := len(causes) - len(shown):
            yield f"  and {more} more reason{'s' * (more != 1)} (-v)"
        yield paragraph(f"→ {_whom(touched_, found, verbose=verbose)}", _INDENT, limit)
    if more := sum(len(causes) for _, causes in ordered[len(told) :]):
        yield f"  and {more} more reason{'s' * (more != 1)} (-v)"


def _whom(touched: Sequence[Touched], found: Affected, *, verbose: bool) -> str:
    programs = [one.name for one in touched if one.name]
    tests = [one.package for one in touched if not one.name]
    words = []
    if programs:
        words.append(_all_or_some("programs", programs, len(found.programs), verbose=verbose))
    if tests:
        words.append(_all_or_some("tests", tests, len(found.tests), verbose=verbose))
    return "; ".join(words)


def _all_or_some(what: str, names: Sequence[str], touched: int, *, verbose: bool) -> str:
    """Name the programs or tests; all that are touched stand above."""
    if len(names) == touched > 1:
        return f"all of the {touched} {what}"
    return f"{what if len(names) > 1 else what.removesuffix('s')} {_some(names, verbose=verbose)}"


def _some(names: Sequence[str], *, verbose: bool) -> str:
    """Name some; to hide one is to say no less."""
    more = len(names) - _MOST_REASONS
    if verbose or more <= 1:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_REASONS])} and {more} more"
