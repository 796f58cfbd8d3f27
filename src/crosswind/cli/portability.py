"""`crosswind portability`: which targets the code supports, and why not the others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crosswind import toolchain
from crosswind.cli import go_at_hand
from crosswind.cli.common import (
    Command,
    Options,
    build_tags,
    emit,
    finish,
    options,
    show_findings,
    style,
    terminal_width,
)
from crosswind.errors import ExitCode
from crosswind.finding import has_errors
from crosswind.portability.survey import Survey, Wanted
from crosswind.portability.surveying import survey
from crosswind.target import Target, select
from crosswind.toolchain import Toolchain

if TYPE_CHECKING:
    from crosswind.portability.prove import Proof
    from crosswind.portability.special import Special

# Columns of lines that no terminal reads.
_WIDTH = 80


@click.command(cls=Command)
@click.argument("packages", metavar="[PACKAGE]...", nargs=-1)
@click.option("-t", "--target", "patterns", multiple=True, metavar="TARGET", help="Only these.")
@click.option("--cgo", type=click.Choice(["off", "on"]), default="off", help="Default: off.")
@click.option("--tags", metavar="TAG,...", help="Tags that are set.")
@click.option("--files", is_flag=True, help="Which files are for some targets only.")
@click.option("--deep", is_flag=True, help="Read every file to its end, however many.")
@click.option("--tests", is_flag=True, help="Look at _test.go files, too.")
@click.option("--prove", is_flag=True, help="Compile, and tell where the compiler disagrees.")
@click.option("--why", metavar="TARGET", help="What this target would still need.")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the matrix as a page."
)
def command(files: bool, prove: bool, why: str | None, html: Path | None, **given: Any) -> None:
    """Say which targets packages support, and what stands in the way of the others.

    Files, imports and names are looked at, for all targets at once and without compiling. Exit 1 if
    something does not work on a target that -t names.
    """
    common = options()
    if prove and given["cgo"] == "on":
        raise click.UsageError("--prove compiles without cgo")
    if why and given["patterns"]:
        raise click.UsageError("--why names a target itself: leave out -t")
    chosen, note = go_at_hand.need(common, ", and so no standard library to look at")
    found = survey(common.directory, chosen, _wanted(chosen, why, given))
    if html:
        _write_page(found, html)
    proof = _prove(found, chosen, common) if prove else None
    said = [*([note] if note else []), *(proof.findings if proof else ())]
    findings = [*said, *found.findings]
    if common.json:
        more = _reverse_documents(found, files=files, why=bool(why))
        if proof:
            more["proved"] = {"cells": proof.cells, "disagreements": len(proof.findings)}
        targets = [str(target) for target in found.wanted.targets]
        emit("portability", ok=not has_errors(findings), findings=findings, targets=targets,
             packages=found.documents, **more)  # fmt: skip
    else:
        if not common.quiet:
            for line in _lines(found, common, files=files, why=bool(why)):
                click.echo(line)
            if proof:
                click.echo(f"compiled {proof.cells}, {len(proof.findings)} disagreements")
        show_findings([*said, *found.advice])
    finish(ExitCode.FAILED if has_errors(findings) else ExitCode.OK)


def _wanted(chosen: Toolchain, why: str | None, given: Mapping[str, Any]) -> Wanted:
    """Read the command line; every port there is takes part, whatever targets are asked about."""
    ports = toolchain.ports(chosen)
    asked = (why,) if why else given["patterns"] or ("all",)
    targets = tuple(one.target for one in select(asked, ports, chosen.host))
    every = tuple(Target(port.goos, port.goarch) for port in ports if not port.broken)
    strict = bool(given["patterns"]) and not why
    tags = build_tags(given["tags"])
    return Wanted(
        given["packages"],
        targets,
        every,
        strict,
        given["cgo"] == "on",
        tags,
        given["deep"],
        given["tests"],
    )


def _prove(found: Survey, chosen: Toolchain, common: Options) -> Proof:
    from crosswind.building.compile import Width
    from crosswind.portability.prove import prove as compile_all
    from crosswind.system import host

    def told(target: Target) -> None:
        if not (common.quiet or common.json):
            click.echo(f"compiled for {target}", err=True)

    env = toolchain.environment(chosen, os.environ)
    if common.offline:
        env["GOPROXY"] = "off"
    return compile_all(found, chosen, env, Width(host.cpus()).now, told)


def _lines(found: Survey, common: Options, *, files: bool, why: bool) -> Iterator[str]:
    from crosswind.portability import reverse
    from crosswind.report.portability import text

    limit = terminal_width() or _WIDTH
    if files:
        yield from text.special(found.special, found, style, limit)
    if why:
        yield from text.needs(reverse.needs(found), found, style, limit)
    if not (files or why):
        yield from text.matrix(found, style, limit, verbose=common.verbose)


def _reverse_documents(found: Survey, *, files: bool, why: bool) -> dict[str, object]:
    from crosswind.portability import reverse

    documents: dict[str, object] = {}
    if files:
        documents["files"] = [_special(one, found) for one in found.special]
    if why:
        documents["needs"] = [need.document(found) for need in reverse.needs(found)]
    return documents


def _special(one: Special, found: Survey) -> dict[str, object]:
    def names(bits: int) -> Iterable[str]:
        return [str(target) for target in found.targets(bits)]

    files = [
        {"name": file.name, "asks": file.asks, "targets": names(file.where)} for file in one.files
    ]
    return {"path": one.path, "files": files, "importers": list(one.importers)}


def _write_page(found: Survey, path: Path) -> None:
    from crosswind.report.portability.page import page
    from crosswind.system import files

    files.write_atomic(path, page(found).encode())
