"""`crosswind inspect`: what is inside an executable."""

from __future__ import annotations

from pathlib import Path

import click

from crosswind.cli.common import (
    Command,
    emit,
    finish,
    options,
    show_findings,
    wants_color,
)
from crosswind.errors import ExitCode, UsageError
from crosswind.finding import Finding
from crosswind.inspect import inspect_file
from crosswind.inspect.document import document
from crosswind.inspect.model import Inspection
from crosswind.inspect.parts import NAMES, PAGE, QUICK, USUAL

_FILE = click.Path(path_type=Path)


def _parts(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> frozenset[str]:
    """Take lists of parts apart; `all` stands for every part."""
    words = {word for text in given for word in text.split(",") if word}
    if "all" in words:
        return frozenset(NAMES)
    for word in sorted(words - set(NAMES)):
        message = f"{word!r} is no part; there are {', '.join(NAMES)}, and all"
        raise click.BadParameter(message, context, parameter)
    return frozenset(words)


@click.command(cls=Command, epilog=f"Parts: {', '.join(NAMES)}.")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option(
    "--show", "asked", multiple=True, metavar="PART,...", callback=_parts,
    help="Only these parts, in full; `all` for everything.",
)  # fmt: skip
@click.option(
    "--top",
    "limit",
    metavar="N",
    type=click.IntRange(min=0),
    help="Rows of long tables; 0 for all.",
)
@click.option("--debug", "debug_file", metavar="FILE", type=_FILE, help="Its separate debug data.")
@click.option(
    "--export-resources",
    "folder",
    metavar="DIR",
    type=_FILE,
    help="Write its resources into files.",
)
@click.option(
    "--html", metavar="FILE", type=_FILE, help="Write one page with everything and a map."
)
@click.option("--icon", metavar="FILE.ico", type=_FILE, help="Write the icon of a Windows program.")
def command(
    paths: tuple[Path, ...],
    asked: frozenset[str],
    limit: int | None,
    debug_file: Path | None,
    folder: Path | None,
    html: Path | None,
    icon: Path | None,
) -> None:
    """Show what is inside executables: headers, sections, symbols, packages.

    Nothing is started and nothing is changed. What is damaged says so and hides nothing else.
    """
    if (folder or icon or html) and len(paths) > 1:
        raise click.UsageError("--export-resources, --html and --icon take one FILE")
    inspected, missing = _inspect(paths, asked, debug_file, page=bool(html))
    if not missing:
        _write(paths[0], folder, icon)
    if html and inspected:
        _write_page(html, inspected[0])
    findings = [*missing, *(finding for one in inspected for finding in one.findings)]
    if options().json:
        documents = [document(one) for one in inspected]
        emit("inspect", ok=not findings, findings=findings, files=documents)
    else:
        if inspected and not html:
            _show(inspected, asked, limit)
        show_findings(findings)
    if missing:
        finish(ExitCode.USAGE)
    if findings:
        finish(ExitCode.FAILED)


def _inspect(
    paths: tuple[Path, ...], asked: frozenset[str], debug_file: Path | None, *, page: bool
) -> tuple[list[Inspection], list[Finding]]:
    """Inspect all files; one that is not there hides none of the others."""
    usual = frozenset({"summary"}) if options().quiet else USUAL
    wanted = asked or (PAGE if page else QUICK if options().json else usual)
    quick = not (asked or page or options().json)
    inspected: list[Inspection] = []
    missing: list[Finding] = []
    for path in paths:
        try:
            inspected.append(inspect_file(path, wanted, debug_file, quick=quick))
        except UsageError as error:
            missing += error.findings
    return inspected, missing


def _write(path: Path, folder: Path | None, icon: Path | None) -> None:
    """Export resources, where that was asked for."""
    if not (folder or icon):
        return
    from crosswind.inspect import export

    if folder:
        export.export_resources(path, folder)
    if icon:
        export.export_icon(path, icon)


def _write_page(path: Path, inspection: Inspection) -> None:
    from crosswind.report.inspect.page import page
    from crosswind.system import files

    files.write_atomic(path, page(inspection).encode("utf-8", "replace"))


# Rows of long tables: what shares a screen, and what was asked for.
_SHARED, _ASKED = 10, 50


def _show(inspected: list[Inspection], asked: frozenset[str], limit: int | None) -> None:
    import shutil
    import sys

    from crosswind.report.inspect.text import text

    rows = (_ASKED if asked else _SHARED) if limit is None else limit
    colored = wants_color(sys.stdout)
    width = shutil.get_terminal_size((100, 24)).columns
    pages = (text(one, asked=asked, limit=rows, colored=colored, width=width) for one in inspected)
    click.echo("\n\n".join(pages))
