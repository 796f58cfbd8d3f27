"""`crosswind toolchain`: the Go and Zig toolchains on this host."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crosswind import toolchain
from crosswind.cli.common import Group, emit, finish, mark, options, style, terminal_width
from crosswind.cli.progress import observer
from crosswind.errors import ExitCode
from crosswind.finding import Report
from crosswind.target import Target
from crosswind.toolchain import Request, Toolchain, Zig

_ZIG = "zig"


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
    """List, install and verify toolchains of Go and Zig."""


@command.command("list")
def list_() -> None:
    """List every Go on this host (the system's, Go's module cache, crosswind's own) and Zig."""
    every_go = toolchain.installed(Request(offline=True))
    found: tuple[Toolchain | Zig, ...] = (*every_go, *toolchain.zigs())
    if options().json:
        emit("toolchain", ok=True, toolchains=[_document(one) for one in found])
        return
    if not found:
        click.echo("no Go here; `crosswind toolchain install VERSION` fetches one")
        return
    from crosswind.report.columns import Cell, render

    rows = [
        [
            Cell("Zig" if isinstance(one, Zig) else "Go"),
            Cell(one.version),
            Cell(str(one.host)),
            Cell(one.source.value),
            Cell(str(_root(one))),
        ]
        for one in found
    ]
    headers = ["kind", "version", "host", "source", "root"]
    click.echo(render(headers, rows, limit=terminal_width()))


@command.command()
@click.argument("version")
@click.option("--host", type=_Host(), metavar="GOOS/GOARCH", help="What it will run on.")
def install(version: str, host: Target | None) -> None:
    """Fetch a Go, or with `zig` for VERSION the pinned Zig.

    It is verified, and for this host, or for another with --host.
    """
    with observer(options(), notes=True) as shown:
        request = Request(offline=options().offline, observer=shown)
        found = (
            toolchain.zig(request, host)
            if version == _ZIG
            else toolchain.install(version, host, request)
        )
    if options().json:
        emit("toolchain", ok=True, toolchains=[_document(found)])
    else:
        click.echo(f"{style(str(found), bold=True)} in {_root(found)}")


@command.command()
@click.argument("version", required=False, default="")
@click.option("--host", type=_Host(), metavar="GOOS/GOARCH", help="Of another host.")
def verify(version: str, host: Target | None) -> None:
    """Compare an installed Go, file by file, with the official one, or `zig` with its pin.

    Without VERSION it is the Go that plain `go` is.
    """
    with observer(options(), notes=True) as shown:
        request = Request(offline=options().offline, observer=shown)
        verified: Sequence[tuple[Toolchain | Zig, Report]] = (
            toolchain.verify_zig(host)
            if version == _ZIG
            else toolchain.verify_installed(version, host, request)
        )
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


def _print(found: Toolchain | Zig, report: Report) -> None:
    from crosswind.report.columns import hang

    click.echo(f"{style(str(found), bold=True)} in {_root(found)}")
    for check in report.checks:
        text = hang(f"{check.code} {check.title}: {check.message}", 4, terminal_width())
        click.echo(f"  {mark(check.status)} {text}")
        if check.hint and not report.ok:
            click.echo(f"      {check.hint}")


def _root(found: Toolchain | Zig) -> Path:
    return found.root if isinstance(found, Zig) else found.goroot


def _document(found: Toolchain | Zig) -> dict[str, Any]:
    is_zig = isinstance(found, Zig)
    return {
        "kind": "zig" if is_zig else "go",
        "version": found.version,
        "host": str(found.host),
        "source": found.source.value,
        "root" if is_zig else "goroot": str(_root(found)),
        "digest": found.digest,
    }
