"""`crosswind run`: a program of this or another platform, here."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from crosswind.cli import quantities
from crosswind.cli.common import Command, Options, emit, finish, options, show_findings
from crosswind.errors import CrosswindError
from crosswind.finding import Finding
from crosswind.run import launch, watching
from crosswind.run.emulator import activity
from crosswind.run.launch import Launch
from crosswind.run.runner import Ended, Job, Result, Watch
from crosswind.system import host, strays
from crosswind.system.process import Limits
from crosswind.target import Target

# Statuses of our own; a program's may be any other, so 1, 2 and 3 say nothing of crosswind.
_OURS, _NO_RUNNER = 125, 127
_DIRECTORY = click.Path(path_type=Path, file_okay=False, exists=True)


class _Run(Command):
    """A command whose own mistakes must not look like the program's status."""

    usage_status = _OURS

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; who forgot the `--` learns of it."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            message = f"{error.format_message()} The program's own options stand behind `--`."
            raise click.UsageError(message, ctx) from error


def _pairs(
    _context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]
) -> dict[str, str]:
    for word in words:
        if not word.partition("=")[0] or "=" not in word:
            raise click.BadParameter(f"{word!r} is not NAME=VALUE")
    split = (word.partition("=") for word in words)
    return {name: value for name, _, value in split}


@click.command(cls=_Run)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("arguments", metavar="[-- ARG]...", nargs=-1)
@click.option(
    "--with",
    "wanted",
    metavar="RUNNER",
    default="",
    help="native, rosetta, qemu, wasm, wine or emulator; chosen by the program if left out.",
)
@click.option(
    "--timeout",
    metavar="TIME",
    callback=quantities.seconds,
    help="End it after this time: 30, 1.5s, 2m.",
)
@click.option(
    "--memory",
    metavar="SIZE",
    callback=quantities.size,
    help="End it beyond this much memory: 512M, 2GiB.",
)
@click.option(
    "--env", multiple=True, metavar="NAME=VALUE", callback=_pairs, help="Set a variable for it."
)
@click.option("--clean-env", is_flag=True, help="Give it only the basic variables and --env.")
@click.option("--cwd", type=_DIRECTORY, metavar="DIR", help="Where it runs; here if left out.")
@click.option(
    "--trace",
    default="",
    metavar="FILE",
    help="Write its calls of Windows: .jsonl, .json for Perfetto, else text; - shows them.",
)
@click.option(
    "--trace-filter",
    default="",
    metavar="WORDS",
    help="Which of them: files,registry; Create*; by:main; ! before a word hides.",
)
@click.option(
    "--deny", multiple=True, metavar="WHAT", help="Refuse it net, write, exec or registry."
)
@click.option("--sandbox", type=_DIRECTORY, metavar="DIR", help="The only folder that it sees.")
@click.option("--report", is_flag=True, help="Say at the end what it touched and wanted.")
def command(path: Path, **given: Any) -> None:
    """Run a program here, whatever platform it was built for.

    Its input and output are not touched, and its exit status becomes that of this command. The
    program's own arguments stand behind `--`.
    """
    common = options()
    here = Target(host.goos(), host.goarch())
    try:
        watch = watching.watch(
            trace=given["trace"],
            trace_filter=given["trace_filter"],
            deny=given["deny"],
            sandbox=given["sandbox"],
            report=given["report"],
        )
        started = launch.prepare(path, here, os.environ, given["wanted"], watched=watch.needed)
        if common.verbose:
            for line in started.explain():
                click.echo(f"run: {line}", err=True)
        with strays.ended():
            result = started.run(_job(started, common, given, watch))
    except CrosswindError as error:
        _fail(error, common)
    if (given["report"] or common.verbose) and result.activity and not common.json:
        click.echo(f"report: what {started.subject.path.name} touched and wanted", err=True)
        for line in activity.lines(result.activity):
            click.echo(f"  {line}", err=True)
    _show(result, started, common)


def _job(started: Launch, common: Options, given: Mapping[str, Any], watch: Watch) -> Job:
    # With --json the document is all there is on standard output. An output that was closed before
    # we started is captured and dropped.
    captured = common.json
    return Job(
        program=started.subject.path,
        arguments=given["arguments"],
        cwd=(given["cwd"] or Path.cwd()).absolute(),
        env=launch.environment(
            os.environ, given["env"], clean=given["clean_env"] or bool(watch.sandbox)
        ),
        limits=Limits(given["timeout"], given["memory"]),
        stdin=None if sys.stdin is None else 0,
        stdout=None if captured or sys.stdout is None else 1,
        stderr=None if captured or sys.stderr is None else 2,
        watch=replace(watch, report=watch.report or common.json or common.verbose),
        verbose=common.verbose,
    )


def _fail(error: CrosswindError, common: Options) -> NoReturn:
    if common.json:
        emit("run", ok=False, findings=error.findings)
    else:
        show_findings(error.findings)
    finish(_NO_RUNNER if error.code == "CW4008" else _OURS)


def _show(result: Result, started: Launch, common: Options) -> NoReturn:
    found = launch.finding(result, started.subject.path.name)
    findings: tuple[Finding, ...] = (found,) if found else ()
    if common.json:
        ok = result.ended is Ended.EXIT and result.status == 0
        emit("run", ok=ok, findings=findings, **_document(result, started))
    elif not common.quiet:
        show_findings(findings)
    if common.verbose and not common.json:
        for note in result.notes[len(started.choice.found.notes) :]:
            click.echo(f"run: {note}", err=True)
        click.echo(f"run: {_summary(result)}", err=True)
    finish(result.exit_status)


def _summary(result: Result) -> str:
    how = f"{result.ended} {result.status}" if result.ended is Ended.EXIT else result.message
    cost = result.usage
    cpu = "" if cost.cpu is None else f", {cost.cpu:.2f} CPU-s"
    peak = "" if cost.peak_rss is None else f", {cost.peak_rss / (1 << 20):.0f} MiB"
    return f"{how} after {cost.wall:.2f} s{cpu}{peak}"


def _document(result: Result, started: Launch) -> dict[str, Any]:
    return {
        "path": str(started.subject.path),
        "target": str(started.subject.target),
        "ended": result.ended.value,
        "status": result.status,
        "exit_status": result.exit_status,
        "runner": result.runner,
        "version": result.version,
        "notes": list(result.notes),
        "message": result.message,
        "activity": dict(result.activity),
        "usage": {
            "wall": result.usage.wall,
            "cpu": result.usage.cpu,
            "peak_rss": result.usage.peak_rss,
        },
        **_output("stdout", result.stdout),
        **_output("stderr", result.stderr),
    }


def _output(name: str, data: bytes) -> dict[str, str]:
    """Write an output as text; what is no UTF-8 comes as Base64 too, so that no byte is lost."""
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        encoded = base64.b64encode(data).decode("ascii")
        return {name: data.decode(errors="replace"), f"{name}_base64": encoded}
