"""`crosswind explain-file`: which targets a source file is for, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from crosswind.explain_file import FileTargets, explain_files
from crosswind.report.columns import hang, harmless
from crosswind.system import host
from crosswind.target import Target, grouped, select

# Columns at which the further lines of a long list begin, and what stands beside "line 12".
_DEEPER = 6
_VALUE = 12


@click.command(cls=Command)
@click.argument(
    "paths",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(readable=False, path_type=Path),  # click would stop at the first that is not
)
@click.option("-t", "--target", "patterns", multiple=True, metavar="TARGET", help="Only these.")
@click.option("--tags", metavar="TAG,...", help="Tags that are set.")
def command(paths: tuple[Path, ...], patterns: tuple[str, ...], tags: str | None) -> None:
    """Say which targets a source file is for: by its name, and by its //go:build line.

    What looks like a mistake is said, too: a constraint that is never true, or that its name
    contradicts, old and new lines that disagree, a misspelt system.
    """
    common = options()
    chosen, note = go_at_hand.find(common)
    here = chosen.host if chosen else Target(host.goos(), host.goarch())
    ports = toolchain.ports(chosen)
    asked = [one.target for one in select(patterns or ("all",), ports, here)]
    answer = explain_files(paths, asked, chosen, build_tags(tags))
    found = answer.files
    findings = [note] if note else []
    findings += [finding for one in found for finding in one.explained.findings]
    findings += answer.unread
    broken = any(one.explained.broken for one in found)
    if common.json:
        files = [one.document for one in found]
        emit("explain-file", ok=not (broken or answer.unread), findings=findings, files=files)
    else:
        if not common.quiet:
            for one in found:
                click.echo("\n".join(_lines(one, asked)))
        show_findings(findings)
    if answer.unread:
        finish(ExitCode.USAGE)
    finish(ExitCode.FAILED if broken else ExitCode.OK)


def _lines(one: FileTargets, asked: Sequence[Target]) -> Iterator[str]:
    said = one.explained
    both = [target for target in one.targets if target in one.with_cgo]
    parts = {
        "targets": both,
        "only with cgo": [target for target in one.with_cgo if target not in both],
        "only without cgo": [target for target in one.targets if target not in both],
    }
    count = len({*one.targets, *one.with_cgo})
    some = f"{count} of {len(asked)} targets"
    if len(asked) == 1:
        some = f"{asked[0]}" if count else f"not for {asked[0]}"
    yield f"{style(harmless(str(one.path)), bold=True)}  {some}"
    if said.ignored:
        yield f"  ignored: {said.ignored}"
        return
    if said.suffix:
        yield f"  name      {' and '.join(said.suffix)}"
    limit = terminal_width()
    if said.expression:
        yield f"  line {said.line:<4} {hang(harmless(str(said.expression)), _VALUE, limit)}"
    for label, targets in parts.items():
        # That all of them are meant is said by their number.
        if targets and not (len(asked) in (1, len(targets)) and label == "targets"):
            names = f"{label}: {', '.join(grouped(targets, asked))}"
            yield f"  {hang(names, _DEEPER, limit)}"
