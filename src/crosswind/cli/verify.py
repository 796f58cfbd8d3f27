"""`crosswind verify`: every check that fits a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from crosswind.cli.common import (
    Command,
    check_document,
    emit,
    finish,
    mark,
    options,
    show_findings,
    style,
    terminal_width,
)
from crosswind.errors import ExitCode, UsageError
from crosswind.finding import Check, Finding, Status, has_errors
from crosswind.system import files
from crosswind.target import Target, parse
from crosswind.verify import roots
from crosswind.verify.contradiction import refuse
from crosswind.verify.examine import Examination, examine
from crosswind.verify.expectation import Expectation

_SWITCH = click.Choice(["on", "off"])


def _once(context: click.Context, parameter: click.Parameter, given: tuple[Any, ...]) -> Any:
    """Take one value: of two different ones neither may be dropped in silence."""
    values = list(dict.fromkeys(given))
    if len(values) > 1:
        raise click.BadParameter(f"given twice, {values[0]} and {values[1]}", context, parameter)
    return values[0] if values else None


def _single(*names: str, **attributes: Any) -> Callable[[_Function], _Function]:
    """Declare an option that counts once."""
    return click.option(*names, multiple=True, callback=_once, **attributes)


_Function = TypeVar("_Function", bound=Callable[..., Any])


def _variables(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Take each `name=value` apart at its first equals sign, as `-X` does."""
    parts = [text.partition("=") for text in given]
    for name, equals, _ in parts:
        if not equals or "." not in name:
            message = f"{name + equals!r} is not importpath.name=value"
            raise click.BadParameter(message, context, parameter)
    return tuple((name, value) for name, _, value in parts)


@click.command(cls=Command)
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@_single("--expect", "target", metavar="TARGET", help="It should run on this target.")
@_single("--cgo", type=_SWITCH, help="It should be built with cgo on or off.")
@_single("--go", "go_version", metavar="VERSION", help="By this Go.")
@_single("--gui/--console", default=None, help="As a Windows GUI or console program.")
@_single("--stripped/--unstripped", default=None, help="Without symbols and DWARF, or with.")
@_single("--glibc", metavar="VERSION", help="It should need no newer glibc.")
@click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_variables,
    help="-X should have set this variable.",
)
@click.option(
    "--trace", "traces", multiple=True, metavar="TEXT", help="This text should not be inside."
)
@_single("--signed/--unsigned", default=None, help="With a certificate's signature, or without.")
@_single(
    "--trusted",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its signature should lead to one of these roots.",
)
def command(paths: tuple[Path, ...], **asked: Any) -> None:
    """Check finished binaries: format, build info, linking, leaks.

    Nothing is started and nothing is changed. What was not asked for is told as it is found.
    """
    expected = _expectation(**asked)
    examined: list[Examination] = []
    missing: list[Finding] = []
    for path in paths:
        try:
            examined.append(examine(path, expected))
        except UsageError as error:  # one file that is not there hides none of the others
            missing += error.findings
    findings = [*missing, *(finding for one in examined for finding in one.report.findings)]
    if options().json:
        documents = [_document(one) for one in examined]
        emit("verify", ok=not has_errors(findings), findings=findings, files=documents)
    else:
        for one in examined:
            _show(one)
        if examined:
            _summary(examined)
        show_findings(missing)
    if missing:
        finish(ExitCode.USAGE)
    if has_errors(findings):
        finish(ExitCode.FAILED)


def _expectation(
    *,
    target: str | None,
    cgo: str | None,
    stripped: bool | None,
    variables: tuple[tuple[str, str], ...],
    traces: tuple[str, ...],
    trusted: Path | None,
    **asked: Any,
) -> Expectation:
    expected = Expectation(
        target=None if target is None else _target(target),
        cgo=None if cgo is None else cgo == "on",
        strip_symbols=stripped,
        strip_dwarf=stripped,
        variables=variables,
        traces=tuple(("text", text) for text in traces),
        trusted=roots.read(trusted) if trusted else (),
        **asked,
    )
    refuse(expected)
    return expected


def _target(text: str) -> Target:
    """Read a target; no Go is needed, so it is one of the ports that crosswind knows itself."""
    from crosswind import toolchain

    return parse(text, toolchain.ports(None))


def _document(one: Examination) -> dict[str, Any]:
    return {
        "path": str(one.path),
        "format": one.format,
        "machine": one.machine,
        "target": str(one.target) if one.target else "",
        "size": one.size,
        "sha256": files.sha256(one.path),
        "checks": [check_document(check) for check in one.report.checks],
    }


def _show(one: Examination) -> None:
    """Print one file's verdicts; `--quiet` leaves those out that want no attention."""
    from crosswind.report import columns

    kind = ", ".join(filter(None, (one.format, one.machine, f"{one.size} bytes")))
    path = columns.harmless(str(one.path))
    beside = columns.hang(kind, len(path) + 2, terminal_width())
    click.echo(f"{style(path, bold=True)}  {beside}")
    width = max((len(check.title) for check in one.report.checks), default=0)
    for check in one.report.checks:
        if not options().quiet or check.status in (Status.FAIL, Status.WARN):
            _show_check(check, width)


def _show_check(check: Check, width: int) -> None:
    from crosswind.report import columns

    sign, column, limit = mark(check.status), width + 14, terminal_width()
    message = columns.hang(columns.harmless(check.message), column, limit)
    click.echo(f"  {sign} {check.code}  {check.title:{width}}  {message}")
    if check.hint and check.status in (Status.FAIL, Status.WARN):
        click.echo(style(columns.paragraph(columns.harmless(check.hint), column, limit), fg="cyan"))


_WORDS = {
    Status.PASS: "passed",
    Status.FAIL: "failed",
    Status.WARN: "warned",
    Status.SKIP: "not checked",
}


def _summary(examined: list[Examination]) -> None:
    statuses = [check.status for one in examined for check in one.report.checks]
    counts = [f"{statuses.count(status)} {word}" for status, word in _WORDS.items()]
    count = len(examined)
    click.echo(f"{count} file{'' if count == 1 else 's'}: {', '.join(counts)}")
