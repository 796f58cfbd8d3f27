"""`crosswind targets`: what can be built for, and what each needs."""

from __future__ import annotations

import os
from typing import Any

import click

from crosswind import toolchain
from crosswind.cli.common import Command, emit, options, show_findings, style, terminal_width
from crosswind.config.load import load
from crosswind.port import Port, Variant
from crosswind.project import at_hand
from crosswind.report.columns import Cell, render
from crosswind.run.select import look
from crosswind.system import host
from crosswind.target import Target
from crosswind.toolchain import Toolchain
from crosswind.toolchain.targets import TargetInfo, describe


@click.command(cls=Command)
@click.argument("glob", nargs=-1)
@click.option("--go", "go_version", metavar="VERSION", default="", help="Of this Go.")
def command(glob: tuple[str, ...], go_version: str) -> None:
    """List the targets of the Go in use: format, variants, what they need.

    GLOB is what -t takes: windows/amd64, 'linux/*', '*/arm64', host, '!plan9/*'.
    """
    common = options()
    pinned = go_version or load(common.directory, common.config).toolchain
    chosen, note = at_hand.go(
        common.directory, pinned, strict=bool(go_version), offline=common.offline
    )
    here = chosen.host if chosen else Target(host.goos(), host.goarch())

    def runs_by(port: Port) -> str:
        found = look(Target(port.goos, port.goarch), here, os.environ)
        return found.runner if found else ""

    found = describe(toolchain.ports(chosen), glob, here, runs_by)
    notes = [note] if note else []
    if common.json:
        documents = [info.document for info in found]
        emit("targets", ok=True, findings=notes, go=_version(chosen), targets=documents)
        return
    if not common.quiet:
        show_findings(notes)
    click.echo(_table(found))


def _version(chosen: Toolchain | None) -> dict[str, Any] | None:
    return {"version": chosen.version, "goroot": str(chosen.goroot)} if chosen else None


def _table(found: tuple[TargetInfo, ...]) -> str:
    headers = ["target", "format", "machine", "bits", "variants", "class", "cgo needs", "runs by"]
    return render(headers, [_row(info) for info in found], right=(3,), limit=terminal_width())


def _row(info: TargetInfo) -> list[Cell]:
    port = info.port
    variant = port.arch.variant
    kind = "broken" if port.broken else "first" if port.first_class else "-"
    needs = info.cgo_needs or "no cgo"
    if port.needs_external_linker:
        needs += ", always"
    return [
        Cell(str(port), lambda text: style(text, bold=port.first_class, dim=port.broken)),
        Cell(port.format.value),
        Cell(info.machine),
        Cell(str(port.arch.bits)),
        Cell(_variants(variant) if variant else "-"),
        Cell(kind, lambda text: style(text, fg=_COLORS.get(kind))),
        Cell(needs),
        Cell(info.runner or "-"),
    ]


_COLORS = {"first": "green", "broken": "red"}


def _variants(variant: Variant) -> str:
    """Write what a variable takes, a long row of values by its ends."""
    values = variant.values
    shown = "|".join(values) if len(values) <= 4 else f"{values[0]}…{values[-1]}"
    options_ = "".join(f"[{option}]" for option in variant.options)
    return f"{variant.variable}={shown}{options_ if variant.default else ''}"
