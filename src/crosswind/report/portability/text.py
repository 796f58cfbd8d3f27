"""A survey as lines for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from crosswind.portability.folding import fold
from crosswind.portability.reasons import Kind, Reason
from crosswind.portability.reverse import Need
from crosswind.portability.row import Row
from crosswind.portability.special import Special
from crosswind.portability.survey import Survey, said
from crosswind.report.columns import hang, harmless, paragraph, width

# As click's `style`: a text, and the color's name or whether it is bold.
Style = Callable[..., str]
# Reasons of a package that are told without -v.
_SHOWN = 4
_INDENT = 4


def matrix(survey: Survey, style: Style, limit: int, *, verbose: bool) -> Iterator[str]:
    """Yield the lines of the matrix: what works everywhere in one line, the others with their reasons."""
    asked = len(survey.wanted.targets)
    rows = [row for row in survey.rows if verbose or survey.is_told(row)]
    if survey.rows and not rows:
        which = "these targets" if asked > 1 else _all(survey)
        what = f"no package has files for {which}: -v tells why"
        yield hang(what, _INDENT, limit)
    partial = [
        row for row in rows if _targets(survey, row.works) < asked or row.untestable & survey.chosen
    ]
    whole = [row for row in rows if row not in partial]
    for alike in [[row] for row in rows] if verbose else _alike(partial, survey):
        yield from _row(alike, survey, style, limit, verbose=verbose)
    if whole and not verbose:
        what = f"{_packages(len(whole))} work{'s' * (len(whole) == 1)} on {_all(survey)}"
        names = ", ".join(row.path for row in whole) if len(whole) <= _SHOWN else ""
        yield hang(f"{style(what, fg='green')}{': ' * bool(names)}{names}", _INDENT, limit)


def _targets(survey: Survey, bits: int) -> int:
    return (bits & survey.chosen).bit_count()


def _all(survey: Survey) -> str:
    asked = survey.wanted.targets
    cgo = " with cgo" if survey.wanted.cgo else ""
    return (f"all {len(asked)} targets" if len(asked) > 1 else str(asked[0])) + cgo


def _packages(count: int) -> str:
    return f"{count} package{'s' * (count != 1)}"


def _alike(rows: Iterable[Row], survey: Survey) -> list[list[Row]]:
    """Put packages together that wait for the same others, or for a C compiler to link them."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        reasons = row.because(survey.chosen)
        ends = tuple(
            (one.where & survey.chosen, one.package if one.via else "", one.message)
            for one in reasons
        )
        waits = all(reason.via or reason.kind is Kind.LINK for reason in reasons)
        alone = not waits or row.untestable & survey.chosen
        groups.setdefault(row.path if alone else (row.there, frozenset(ends)), []).append(row)
    return list(groups.values())


def _row(
    rows: Sequence[Row], survey: Survey, style: Style, limit: int, *, verbose: bool
) -> Iterator[str]:
    """Yield the lines of a package, or of several that are alike: the first one's ways are told."""
    row = rows[0]
    there = _targets(survey, row.works)
    color = "red" if row.blocked & survey.chosen or not there else "green"
    count = f"{there} of {len(survey.wanted.targets)}"
    works = ", ".join(survey.fold(row.works))
    more = _more(rows, count, limit)
    yield f"{style(row.path, bold=True)}{more}  {style(count, fg=color)}"
    if works:
        yield paragraph(f"works on {works}", _INDENT, limit)
    groups = _groups(row, survey)
    distinct = groups if verbose else _uncovered(groups)
    told = len(distinct) if verbose else _SHOWN
    for bits, reasons in list(distinct.items())[:told]:
        words = survey.fold(bits)
        yield from _group(words, reasons, row, survey, style, limit, verbose=verbose)
    if told < len(distinct):
        yield f"{' ' * _INDENT}and other reasons for other targets: -v tells them all"
    elif len(distinct) < len(groups):
        yield f"{' ' * _INDENT}and other reasons for some of these targets: -v tells them"
    for words, reasons in _of_tests(row, survey).items():
        targets = f"tests on {', '.join(words)}"
        yield from _reasons(targets, reasons, row, survey, style, limit, verbose=verbose)


def _more(rows: Sequence[Row], count: str, limit: int) -> str:
    """Say how many packages are like the first one; the name of a single one, where it fits."""
    if len(rows) == 2:
        named = f" and {rows[1].path}"
        if width(f"{rows[0].path}{named}  {count}") <= limit:
            return named
    return f" and {len(rows) - 1} more like it" if len(rows) > 1 else ""


def _groups(row: Row, survey: Survey) -> dict[int, list[Reason]]:
    """Put reasons for the same targets together, those for most first.

    An import matters only where the package has files.
    """
    groups: dict[int, list[Reason]] = {}
    for reason in row.because(survey.chosen):
        bits = reason.where & survey.chosen & (row.there if reason.via else -1)
        if bits:
            groups.setdefault(bits, []).append(reason)
    return dict(sorted(groups.items(), key=lambda one: -one[0].bit_count()))


def _uncovered(groups: Mapping[int, list[Reason]]) -> dict[int, list[Reason]]:
    """Leave out what is for some of the targets of other reasons: it opens none of them by itself."""
    return {
        bits: reasons
        for bits, reasons in groups.items()
        if not any(bits & other == bits != other for other in groups)
    }


def _of_tests(row: Row, survey: Survey) -> dict[tuple[str, ...], list[Reason]]:
    """Put the reasons together that the tests alone have."""
    groups: dict[tuple[str, ...], list[Reason]] = {}
    for reason in row.of_tests:
        if bits := reason.where & row.untestable & survey.chosen:
            groups.setdefault(survey.fold(bits), []).append(reason)
    return groups


def _group(
    words: Sequence[str],
    reasons: Sequence[Reason],
    row: Row,
    survey: Survey,
    style: Style,
    limit: int,
    *,
    verbose: bool,
) -> Iterator[str]:
    empty = all(not reason.via and reason.kind in (Kind.FILES, Kind.CGO) for reason in reasons)
    targets = ", ".join(words)
    if empty:
        yield f"  - {hang(f'{targets}: {harmless(reasons[0].message)}', _INDENT, limit)}"
        if reasons[0].kind is Kind.CGO:
            yield paragraph(f"mend: {harmless(reasons[0].hint)}", _INDENT, limit)
        return
    yield from _reasons(targets, reasons, row, survey, style, limit, verbose=verbose)


def _reasons(
    targets: str,
    reasons: Sequence[Reason],
    row: Row,
    survey: Survey,
    style: Style,
    limit: int,
    *,
    verbose: bool,
) -> Iterator[str]:
    yield f"  {style('✗', fg='red')} {hang(targets, _INDENT, limit)}"
    told = reasons if verbose else reasons[:_SHOWN]
    for reason in told:
        yield from _reason(row, reason, survey, limit)
    if len(told) < len(reasons):
        yield f"{' ' * _INDENT * 2}and {len(reasons) - len(told)} more: -v tells them"
    for hint in dict.fromkeys(reason.hint for reason in told if reason.hint):
        yield paragraph(f"mend: {harmless(hint)}", _INDENT * 2, limit)


def _reason(row: Row, reason: Reason, survey: Survey, limit: int) -> Iterator[str]:
    indent = _INDENT * 2
    yield paragraph(f"{harmless(survey.at(row, reason))}: {harmless(said(reason))}", indent, limit)
    if reason.via:
        end = survey.place(reason.package, reason.place)
        way = " → ".join((*reason.via, end) if len(reason.via) > 1 else (end,))
        yield paragraph(f"→ {harmless(way)}", indent + 2, limit)


def special(found: Sequence[Special], survey: Survey, style: Style, limit: int) -> Iterator[str]:
    """Yield the files that make packages special, with what they ask for and who uses the package."""
    for one in found:
        yield style(one.path, bold=True)
        for file in one.files:
            where = ", ".join(survey.fold(file.where))
            words = f"{harmless(file.name)} ({harmless(file.asks)}): {where}"
            # Further lines stand deeper than the next file's.
            yield f"  {hang(words, _INDENT * 2, limit)}"
        if one.importers:
            yield paragraph(f"used by {', '.join(one.importers)}", _INDENT, limit)
    if not found:
        yield "no package has files for some targets only"


def needs(found: Sequence[Need], survey: Survey, style: Style, limit: int) -> Iterator[str]:
    """Yield what a target would still need, the smallest list of it."""
    rows = [row for row in survey.rows if row.there & survey.chosen]
    works = sum(not row.blocked & survey.chosen for row in rows)
    name = ", ".join(fold(frozenset(survey.wanted.targets), survey.wanted.ports))
    head = f"{name}: {works} of {_packages(len(rows))} work{'s' * (len(rows) == 1)}"
    yield f"{style(head, bold=True)}{', and this is missing:' if found else ''}"
    for number, need in enumerate(found, 1):
        reason = need.reason
        place = survey.place(reason.package, reason.place)
        yield f"{number:2}. {hang(f'{harmless(place)}: {harmless(reason.message)}', 4, limit)}"
        if reason.hint:
            yield paragraph(harmless(reason.hint), 6, limit)
        blocked = ", ".join(need.blocked[:_SHOWN])
        more = len(need.blocked) - _SHOWN
        yield paragraph(f"waiting: {blocked}{f' and {more} more' if more > 0 else ''}", 6, limit)
