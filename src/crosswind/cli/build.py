"""`crosswind build`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crosswind.api import build
from crosswind.building.plan import Plan
from crosswind.building.record import artifact_documents
from crosswind.building.request import Request
from crosswind.building.why import Reason, grouped
from crosswind.cli import progress
from crosswind.cli.common import (
    Command,
    Options,
    build_tags,
    emit,
    finish,
    options,
    show_findings,
    terminal_width,
    wants_color,
)
from crosswind.config.settings import Cgo, Overlay
from crosswind.finding import Finding, Severity
from crosswind.pipeline import BuildResult, explained, plan

# Notes that answer an option, and so are shown without --verbose: what --audit did.
_ASKED_FOR = ("CW5045",)

# `go help buildmode`; archive and shared are no modes for main packages.
MODES = ("exe", "pie", "c-shared", "c-archive", "plugin", "default")


@click.command(cls=Command)
@click.argument("package", nargs=-1)
@click.option("-t", "--target", multiple=True, metavar="TARGET", help="Target, glob, all or host.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Default: dist."
)
@click.option("--dry-run", is_flag=True, help="Print the commands; run none.")
@click.option("--clean", is_flag=True, help="First remove what earlier runs made.")
@click.option(
    "-p", "--parallel", type=click.IntRange(1), metavar="N", help="Go commands at a time."
)
@click.option("--fail-fast", is_flag=True, help="Start nothing more after a failure.")
@click.option("--tags", metavar="TAGS", help="Build tags, separated by commas.")
@click.option("--ldflags", metavar="FLAGS", help="Linker flags; templates work.")
@click.option("--buildmode", type=click.Choice(MODES), metavar="MODE", help=", ".join(MODES))
@click.option("--pgo", metavar="FILE", help="Profile for the compiler: auto, off or a file.")
@click.option("--gui", is_flag=True, default=None, help="No console window on Windows.")
@click.option("--trimpath/--no-trimpath", default=None, help="Keep this machine's paths out.")
@click.option("--cgo", type=click.Choice(["off", "on", "auto"]), help="Default: off.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Inject by -X.")
@click.option("--force", is_flag=True, help="Build all, whatever the store and dist hold.")
@click.option(
    "--audit", type=click.IntRange(0), metavar="N", help="Build N stored ones too, and compare."
)
@click.option("--why", is_flag=True, help="Say what changed since last time, for each unit.")
@click.option("--go", "go_version", metavar="VERSION", help="Go version, such as 1.27.3.")
def command(dry_run: bool, **given: Any) -> None:
    """Build programs for every target, verify them, and put them into dist.

    PACKAGE is a path (./cmd/app), a pattern (./cmd/...) or module/path@version; without one, every
    main package of the module is built.
    """
    common = options()
    request = _request(common, given)
    if dry_run:
        _print_plan(*explained(request), common) if request.why else _print_plan(
            plan(request), (), common
        )
        return
    with progress.observer(common) as observer:
        result = build(request, observer)
    _print_result(result, common)
    finish(result.exit_code)


def _request(common: Options, given: dict[str, Any]) -> Request:
    if given["force"] and given["audit"]:
        raise click.UsageError(
            "--force takes nothing from the store: --audit has nothing to compare"
        )
    overlay = Overlay(
        trimpath=given["trimpath"],
        cgo=Cgo(given["cgo"]) if given["cgo"] else None,
        tags=build_tags(given["tags"]),
        ldflags=(given["ldflags"],) if given["ldflags"] is not None else None,
        buildmode=given["buildmode"],
        pgo=given["pgo"],
        gui=given["gui"],
        variables=tuple(_variable(text) for text in given["variables"]) or None,
    )
    return Request(
        directory=common.directory,
        packages=given["package"],
        targets=given["target"],
        dist=given["output"],
        config=common.config,
        overlay=overlay,
        go=given["go_version"] or "",
        parallel=given["parallel"] or 0,
        fail_fast=given["fail_fast"],
        clean=given["clean"],
        offline=common.offline,
        force=given["force"],
        audit=given["audit"] or 0,
        why=given["why"],
    )


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        raise click.BadParameter(f"{text!r} is not importpath.name=value", param_hint="--var")
    return name, value


def _print_plan(planned: Plan, reasons: Sequence[Reason], common: Options) -> None:
    commands = list(planned.shell())
    if common.moved:
        commands.insert(0, f"cd {shlex.quote(str(common.directory))}")
    skipped = [
        {"program": unit.program, "target": str(unit.target), "reason": reason}
        for unit, reason in planned.skipped
    ]
    if common.json:
        emit("build", ok=True, commands=commands, skipped=skipped, artifacts=[], **_why(reasons))
        return
    for line in commands:
        click.echo(line)
    for entry in skipped:
        click.echo(f"# {entry['program']} {entry['target']}: skipped, {entry['reason']}")
    for line in grouped(reasons):
        click.echo(f"# {line}")


def _why(reasons: Sequence[Reason]) -> dict[str, Any]:
    return {"why": [one.document for one in reasons]} if reasons else {}


def _print_result(result: BuildResult, common: Options) -> None:
    told = _told_once(result)
    if common.json:
        emit(
            "build",
            ok=result.ok,
            findings=result.findings,
            artifacts=artifact_documents(result.results),
            seconds=round(result.seconds, 3),
            **_why(result.reasons),
        )
    else:
        _print_table(result, told, common)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        from crosswind.report import build_table
        from crosswind.report.lines import on_github
        from crosswind.system import files

        if on_github():
            files.append(Path(summary), build_table.markdown(result.results, told))


def _told_once(result: BuildResult) -> Sequence[Finding]:
    """Merge what failed for several targets; the JSON document has it for each."""
    if result.ok:
        return result.findings
    from crosswind.explain import advice
    from crosswind.report import failures

    return failures.merged(result.findings, result.results, advice)


def _print_table(result: BuildResult, told: Sequence[Finding], common: Options) -> None:
    shown = [
        finding
        for finding in told
        if common.verbose or finding.severity is not Severity.NOTE or finding.code in _ASKED_FOR
    ]
    show_findings(shown)
    colored, limit = wants_color(sys.stdout), terminal_width()
    if common.verbose:
        from crosswind.report import proof

        click.echo(proof.text(result.results, colored=colored, limit=limit) + "\n")
    from crosswind.report import columns

    for line in grouped(result.reasons):
        click.echo(columns.hang(columns.harmless(line), 4, limit))
    if not common.quiet:
        from crosswind.report import build_table

        click.echo(build_table.text(result.results, colored=colored, limit=limit))
        count = len(result.artifacts)
        click.echo(
            f"\n{count} file{'' if count == 1 else 's'} in {result.prepared.plan.dist}/"
            f" with {result.prepared.toolchain} in {columns.seconds(result.seconds)}"
        )
