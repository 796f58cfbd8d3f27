"""`crosswind toolchain`: the Go toolchains on this host."""

from __future__ import annotations

from typing import Any

import click

from crosswind import toolchain
from crosswind.cli.common import Group, emit, finish, mark, options, style
from crosswind.cli.progress import observer
from crosswind.errors import ExitCode
from crosswind.finding import Report
from crosswind.target import Target
from crosswind.toolchain import Request, Toolchain


class _Host(click.ParamType[Target]):
    """A host that a toolchain runs on, such as linux/arm64; which ones exist the registry knows."""

    name = "goos/goarch"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Target:
        goos, separator, goarch = value.partition("/")
        if not (separator and goos.isalnum() and goarch.isalnum()):
            self.fail(f"{value!r} is no host such as linux/arm64", param, ctx)
        return Target(goos, goarch)


@click.group(cls=Group)
def command() -> None:
    """List, install and verify Go toolchains."""


@command.command("list")
def list_() -> None:
    """List every Go on this host: the system's, Go's module cache, crosswind's own."""
    found = toolchain.installed(Request(offline=True))
    if options().json:
        emit("toolchain", ok=True, toolchains=[_document(one) for one in found])
        return
    if not found:
        click.echo("no Go here; `crosswind toolchain install VERSION` fetches one")
        return
    from crosswind.report.columns import Cell, render

    rows = [
        [
            Cell(one.version),
            Cell(str(one.host)),
            Cell(one.source.value),
            Cell(str(one.goroot)),
        ]
        for one in found
    ]
    click.echo(render(["version", "host", "source", "goroot"], rows))


@command.command()
@click.argument("version")
@click.option("--host", type=_Host(), metavar="GOOS/GOARCH", help="What it will run on.")
def install(version: str, host: Target | None) -> None:
    """Fetch a Go, verified: for this host, or for another with --host."""
    with observer(options(), notes=True) as shown:
        found = toolchain.install(version, host, Request(offline=options().offline, observer=shown))
    if options().json:
        emit("toolchain", ok=True, toolchains=[_document(found)])
    else:
        click.echo(f"{style(str(found), bold=True)} in {found.goroot}")


@command.command()
@click.argument("version", required=False, default="")
@click.option("--host", type=_Host(), metavar="GOOS/GOARCH", help="Of another host.")
def verify(version: str, host: Target | None) -> None:
    """Compare an installed Go, file by file, with the official one.

    Without VERSION it is the Go that plain `go` is.
    """
    with observer(options(), notes=True) as shown:
        request = Request(offline=options().offline, observer=shown)
        verified = toolchain.verify_installed(version, host, request)
    ok = all(report.ok for _, report in verified)
    if options().json:
        emit(
            "toolchain",
            ok=ok,
            findings=[finding for _, report in verified for finding in report.findings],
            toolchains=[
                _document(found) | {"checks": [check.document for check in report.checks]}
                for found, report in verified
            ],
        )
    else:
        for found, report in verified:
            _print(found, report)
    finish(ExitCode.OK if ok else ExitCode.FAILED)


def _print(found: Toolchain, report: Report) -> None:
    click.echo(f"{style(str(found), bold=True)} in {found.goroot}")
    for check in report.checks:
        click.echo(f"  {mark(check.status)} {check.code} {check.title}: {check.message}")
        if check.hint and not report.ok:
            click.echo(f"      {check.hint}")


def _document(found: Toolchain) -> dict[str, Any]:
    return {
        "version": found.version,
        "host": str(found.host),
        "source": found.source.value,
        "goroot": str(found.goroot),
        "digest": found.digest,
    }
