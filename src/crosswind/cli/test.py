"""`crosswind test`: a module's Go tests, for other platforms, here."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from crosswind.building.request import Request
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
from crosswind.gotest import suite
from crosswind.gotest.event import Event
from crosswind.gotest.flags import Flags
from crosswind.gotest.model import BuildLine, By, Reporter, SuiteResult
from crosswind.target import Target

_FLAGS = "go_test_flags"


class _Test(Command):
    """A command that leaves everything behind `--` to go test's own rules."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set aside what stands behind the first `--`."""
        place = args.index("--") if "--" in args else len(args)
        ctx.meta[_FLAGS] = args[place + 1 :]
        return super().parse_args(ctx, args[:place])


@click.command(cls=_Test)
@click.argument("package", metavar="[PACKAGE]... [-- GO TEST FLAGS]", nargs=-1)
@click.option("-t", "--target", multiple=True, metavar="TARGET", help="Target, glob, all or host.")
@click.option(
    "--with", "runner", metavar="RUNNER", default="", help="The only runner that will do."
)
@click.option(
    "-p", "--parallel", type=click.IntRange(1), metavar="N", help="Test binaries at a time."
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write JUnit XML.",
)
@click.option(
    "--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep the test binaries there."
)
@click.option("--tags", metavar="TAGS", help="Build tags, separated by commas.")
@click.option("--cgo", type=click.Choice(["off", "on", "auto"]), help="Default: off.")
@click.option("--go", "go_version", metavar="VERSION", help="Go version, such as 1.27.3.")
def command(junit: Path | None, **given: Any) -> None:
    """Build Go tests for every target and run them here, by whatever runs that target.

    PACKAGE is a path or a pattern (./...); without one, all packages of the module are tested. Behind
    `--` stand the flags of go test: -run, -short, -v, -count, -json and the others.
    """
    common = options()
    words = click.get_current_context().meta[_FLAGS]
    wanted = suite.Options(
        runner=given["runner"],
        keep=given["keep"],
        parallel=given["parallel"] or 0,
        detailed=junit is not None or common.json,
    )
    told: list[Flags] = []

    with progress.guarded() as guard, progress.observer(common, notes=True) as observer:

        def reporter(flags: Flags) -> Reporter:
            told.append(flags)
            printer = _Printer(flags, common)
            return Reporter(
                guard(printer.target),
                guard(printer.build),
                guard(printer.text),
                guard(printer.event),
            )

        result = suite.run(_request(common, given), words, wanted, reporter, observer)
    if junit:
        from crosswind.gotest import junit as xml
        from crosswind.system import files

        files.write_atomic(junit, xml.document(result))
    _show(result, common, events=told[0].json)
    finish(result.exit_code)


def _request(common: Options, given: dict[str, Any]) -> Request:
    overlay = Overlay(
        cgo=Cgo(given["cgo"]) if given["cgo"] else None,
        tags=build_tags(given["tags"]),
    )
    return Request(
        directory=common.directory,
        packages=given["package"],
        targets=given["target"],
        config=common.config,
        overlay=overlay,
        go=given["go_version"] or "",
        offline=common.offline,
    )


class _Printer:
    """Prints as `go test` does: tests on standard output, messages of builds on standard error."""

    def __init__(self, flags: Flags, common: Options) -> None:
        self._events = flags.json
        self._silent = common.json
        self._heads = not (common.json or flags.json or common.quiet)

    def target(self, target: Target, by: By) -> None:
        if self._heads:
            click.echo(f"# {target}{f' by {by}' if by.runner else ''}")

    def build(self, _: Target, line: BuildLine) -> None:
        if self._events and not self._silent and line.document is not None:
            click.echo(json.dumps(line.document, ensure_ascii=False, separators=(",", ":")))
        elif line.text:
            click.echo(line.text, err=True)

    def text(self, data: bytes) -> None:
        if not self._silent:
            _write(data)

    def event(self, one: Event) -> None:
        if not self._silent:
            _write(f"{one.encode()}\n".encode(errors="replace"))


def _write(data: bytes) -> None:
    """Write bytes as they are: tests print what they like."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _show(result: SuiteResult, common: Options, *, events: bool) -> None:
    if common.json:
        emit(
            "test",
            ok=result.ok,
            findings=result.findings,
            targets=[one.document for one in result.targets],
            seconds=round(result.seconds, 3),
        )
        return
    show_findings(result.findings)
    if not (events or common.quiet):
        from crosswind.report import test_table

        table = test_table.text(
            result.targets, colored=wants_color(sys.stdout), limit=terminal_width()
        )
        click.echo(f"\n{table}")
