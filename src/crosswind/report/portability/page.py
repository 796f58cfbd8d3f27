"""A survey as one page of HTML: the matrix, and below it the reasons of each package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from itertools import groupby

from crosswind.finding import Finding
from crosswind.portability.reasons import Kind, Reason
from crosswind.portability.row import Row
from crosswind.portability.survey import Survey, said
from crosswind.report.html import document, safe
from crosswind.target import Target

# A cell's class, and what the legend says of it.
_LEGEND = (
    ("w", "works"),
    ("c", "works, with C code"),
    ("b", "does not build"),
    ("t", "works, its tests do not build"),
    ("n", "no files for it"),
)


def page(survey: Survey) -> str:
    """Return the whole page."""
    rows = [row for row in survey.rows if survey.is_told(row)]
    parts = [
        f"<h1>Portability of {safe(_name(survey))}</h1>",
        f'<p class="lead">{safe(_summary(survey, rows))}</p>',
        _tools(tests=survey.wanted.tests),
        '<div class="frame"><table class="matrix">',
        _head(survey.wanted.targets),
        "<tbody>",
        *(_row(number, row, survey) for number, row in enumerate(rows)),
        "</tbody></table></div>",
        '<aside hidden id="said" aria-live="polite"></aside>',
        *_reasons(rows, survey),
        *_advice(survey.advice),
    ]
    title = f"Portability of {_name(survey)}"
    return document(title, "\n".join(parts), style=_asset("page.css"), script=_asset("page.js"))


def _asset(name: str) -> str:
    return resources.files("crosswind.report.portability").joinpath(name).read_text("utf-8")


def _name(survey: Survey) -> str:
    return ", ".join(sorted(set(survey.modules.values()))) or "packages"


def _summary(survey: Survey, rows: Sequence[Row]) -> str:
    asked = len(survey.wanted.targets)
    whole = sum(_is_whole(row, survey) for row in rows)
    blocked = sum(bool(row.blocked & survey.chosen) for row in rows)
    cgo = "with" if survey.wanted.cgo else "without"
    return (
        f"packages: {len(rows)}; targets: {asked}, {cgo} cgo. On all targets work: {whole}."
        f" Some targets refuse: {blocked}."
    )


def _tools(*, tests: bool) -> str:
    legend = "".join(
        f'<li><span class="key {letter}"></span>{words}</li>'
        for letter, words in _LEGEND
        if letter != "t" or tests
    )
    return f"""<div class="tools">
<input hidden id="search" type="search" placeholder="package" aria-label="search packages">
<label hidden class="switch"><input id="holes" type="checkbox"> only packages with holes</label>
<ul class="legend">{legend}</ul>
</div>"""


def _head(targets: Sequence[Target]) -> str:
    systems = "".join(
        f'<th scope="colgroup" class="first" colspan="{len(list(group))}">{safe(goos)}</th>'
        for goos, group in groupby(targets, key=lambda target: target.goos)
    )
    machines = "".join(
        f'<th scope="col"{_first(number, targets)}><span>{safe(str(target).partition("/")[2])}</span></th>'
        for number, target in enumerate(targets)
    )
    return (
        f'<thead><tr><th rowspan="2" class="corner">package</th>{systems}</tr>'
        f"<tr>{machines}</tr></thead>"
    )


def _first(number: int, targets: Sequence[Target]) -> str:
    """Mark where another system begins."""
    begins = number == 0 or targets[number - 1].goos != targets[number].goos
    return ' class="first"' if begins else ""


def _row(number: int, row: Row, survey: Survey) -> str:
    targets = survey.wanted.targets
    letters = _letters(row, survey)
    cells = "".join(
        f'<td class="{letter}{" first" if _first(column, targets) else ""}"></td>'
        for column, letter in enumerate(letters)
    )
    module = survey.modules.get(row.path, "")
    rest = row.path.removeprefix(module)
    name = f'<span class="module">{safe(module)}</span>{safe(rest)}' if rest else safe(row.path)
    kind = ""
    if _is_whole(row, survey):
        kind = ' class="whole"'
    else:
        name = f'<a href="#p{number}">{name}</a>'
    return f'<tr{kind}><th scope="row" title="{safe(row.path)}">{name}</th>{cells}</tr>'


def _is_whole(row: Row, survey: Survey) -> bool:
    return not row.untestable & survey.chosen and len(survey.targets(row.works)) == len(
        survey.wanted.targets
    )


def _letters(row: Row, survey: Survey) -> list[str]:
    works, blocked, cgo, tests = (
        _columns(bits, survey)
        for bits in (row.works, row.blocked, row.works & row.cgo, row.untestable)
    )
    return [
        "b" if blocked >> column & 1
        else "t" if tests >> column & 1
        else "c" if cgo >> column & 1
        else "w" if works >> column & 1
        else "n"
        for column in range(len(survey.wanted.targets))
    ]  # fmt: skip


def _columns(bits: int, survey: Survey) -> int:
    """Turn a set of contexts into a set of the matrix' columns."""
    chosen = frozenset(survey.targets(bits))
    return sum(
        1 << number for number, target in enumerate(survey.wanted.targets) if target in chosen
    )


def _reasons(rows: Sequence[Row], survey: Survey) -> Iterator[str]:
    if not all(_is_whole(row, survey) for row in rows):
        yield "<h2>Reasons</h2>"
    for number, row in enumerate(rows):
        if _is_whole(row, survey):
            continue
        reasons = row.because(survey.chosen)
        items = [_reason(row, reason, survey) for reason in reasons]
        items += [_reason(row, reason, survey, of_tests=True) for reason in row.of_tests]
        works = ", ".join(survey.fold(row.works))
        lead = f"works on {works}" if works else "works nowhere"
        yield (
            f'<details class="reasons" id="p{number}"><summary>{safe(row.path)}'
            f' <span class="soft">{safe(lead)}</span></summary><ul>{"".join(filter(None, items))}</ul></details>'
        )


def _reason(row: Row, reason: Reason, survey: Survey, *, of_tests: bool = False) -> str:
    counts = row.untestable if of_tests else row.there if reason.via else -1
    bits = reason.where & survey.chosen & counts
    if not bits:
        return ""
    empty = not reason.via and reason.kind in (Kind.FILES, Kind.CGO)
    parts = [
        f'<li data-where="{_columns(bits, survey):x}" class="{"n" if empty else "b"}">',
        f'<span class="where">{safe(", ".join(survey.fold(bits)))}</span>',
        f"<p>{'its tests: ' if of_tests else ''}{safe(said(reason))}</p>",
        f'<p class="place">{safe(survey.at(row, reason))}</p>',
    ]
    if reason.via:
        way = (*reason.via, survey.place(reason.package, reason.place))
        parts.append(f'<p class="place">→ {safe(" → ".join(way))}</p>')
    if reason.hint:
        parts.append(f'<p class="soft">{safe(reason.hint)}</p>')
    return "".join([*parts, "</li>"])


def _advice(found: Iterable[Finding]) -> Iterator[str]:
    rows = "\n".join(
        f"<tr><td>{safe(one.code)}</td><td>{safe(one.subject)}</td><td>{safe(one.message)}</td>"
        f"<td>{safe(one.hint)}</td></tr>"
        for one in found
    )
    if rows:
        yield "<h2>Advice</h2>"
        yield '<p class="lead">What compiles everywhere, and still works on one kind of system only.</p>'
        yield f'<div class="wide"><table class="advice"><tbody>{rows}</tbody></table></div>'
