"""`crosswind list`: what `go list` says, for many targets in one pass."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from crosswind import toolchain
from crosswind.cli import go_at_hand
from crosswind.cli.common import (
    Command,
    build_tags,
    emit,
    finish,
    options,
    show_findings,
    style,
    terminal_width,
)
from crosswind.errors import ExitCode
from crosswind.listing import Listed, Listing, Wanted, list_packages
from crosswind.report.columns import hang, harmless
from crosswind.target import grouped, select

# Columns at which the further lines of a long list begin.
_DEEPER = 6


@click.command(cls=Command)
@click.argument("packages", metavar="[PACKAGE]...", nargs=-1)
@click.option("-t", "--target", "patterns", multiple=True, metavar="TARGET", help="Only these.")
@click.option("--cgo", type=click.Choice(["off", "on"]), default="off", help="Default: off.")
@click.option("--deps", is_flag=True, help="Packages that these need, too.")
@click.option("--test", "tests", is_flag=True, help="With --deps: what their tests need, too.")
@click.option("--tags", metavar="TAG,...", help="Tags that are set.")
def command(
    packages: tuple[str, ...],
    patterns: tuple[str, ...],
    cgo: str,
    deps: bool,
    tests: bool,
    tags: str | None,
) -> None:
    """List packages: for which targets each has files, and which files those are.

    PACKAGE is what go list takes: ./cmd/app, ./..., an import path, std, files such as a.go b.go;
    without one, every package here and below. --json has Go's own field names.
    """
    common = options()
    chosen, note = go_at_hand.need(common, " to ask for its tags", as_go=True)
    ports = toolchain.ports(chosen)
    targets = tuple(one.target for one in select(patterns or ("all",), ports, chosen.host))
    wanted = Wanted(packages, targets, cgo == "on", deps, tests, build_tags(tags))
    found = list_packages(common.directory, chosen, wanted)
    findings = [*([note] if note else []), *found.findings]
    if common.json:
        emit("list", ok=True, findings=findings, packages=found.documents)
    else:
        if not common.quiet:
            for one in found.packages:
                click.echo("\n".join(_lines(one, found, verbose=common.verbose)))
        show_findings(findings)
    finish(ExitCode.OK)


def _lines(one: Listed, found: Listing, *, verbose: bool) -> Iterator[str]:
    limit = terminal_width()

    def line(text: str) -> str:
        # Further lines stand deeper than the next list.
        return f"  {hang(harmless(text), _DEEPER, limit)}"

    there, asked = found.targets(one.where), found.asked
    count = f"{len(there)} of {len(asked)} targets"
    if len(asked) == 1:
        count = str(asked[0]) if there else f"no files for {asked[0]}"
    yield f"{style(harmless(one.package.import_path), bold=True)}  {count}"
    if there and len(there) < len(asked):
        yield line(f"targets: {_named(found, one.where)}")
    common, differing = one.files
    if common and (verbose or len(asked) == 1):
        yield line(f"{'all: ' * (len(asked) > 1)}{' '.join(common)}")
    elif common:
        yield line(f"{len(common)} file{'s' * (len(common) != 1)} in all of them")
    for where, names in differing.items():
        yield line(f"{_named(found, where)}: {' '.join(names)}")
    for problem in one.package.problems:
        # That it has no files for a target is said already, by the targets that it has some for.
        where = problem.where & one.there & (~one.package.empty if one.package.files else -1)
        if where:
            targets = "all" if where == found.universe.everything else _named(found, where)
            yield line(
                f"{targets}: {_place(problem.place, one.package.directory)}{problem.message}"
            )


def _place(place: str, folder: Path) -> str:
    """Name a place in a package from its folder on; the folder itself goes without saying."""
    inside = place.removeprefix(str(folder)).lstrip(os.sep) if place else ""
    return f"{inside}: " if inside else ""


def _named(found: Listing, where: int) -> str:
    """Name the targets of a set of contexts, or the others where these are fewer."""
    names = list(grouped(found.targets(where), found.asked))
    others = list(grouped(found.targets(found.universe.everything & ~where), found.asked))
    return f"all but {', '.join(others)}" if len(others) < len(names) else ", ".join(names)
