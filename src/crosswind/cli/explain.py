"""`crosswind explain`: by code, by pasted text, or the list of all pages."""

from __future__ import annotations

import shutil
import sys
from typing import Any

import click

from crosswind import explain
from crosswind.cli.common import (
    Command,
    emit,
    finish,
    options,
    show_findings,
    style,
    wants_color,
)
from crosswind.errors import ExitCode
from crosswind.finding import Finding, Severity


class _Explain(Command):
    """A pasted message may begin with a dash; what holds a space is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f" {arg}" if " " in arg else arg for arg in args])


@click.command(cls=_Explain)
@click.argument("words", metavar="CODE|TEXT|-", nargs=-1)
@click.option("--list", "list_all", is_flag=True, help="List all pages.")
def command(words: tuple[str, ...], list_all: bool) -> None:
    """Say what a code or a pasted error message means, and how to mend it.

    TEXT is what a compiler, a linker, a loader or the system printed, with its colors and prompts;
    `-` reads it from standard input.
    """
    text = " ".join(words).strip()
    if list_all:
        _list()
    elif not text:
        raise click.UsageError("A CODE, a TEXT or - is needed.", click.get_current_context())
    elif explain.is_code(text):
        _show(explain.by_code(text))
    else:
        _recognise(explain.decode(sys.stdin.buffer.read()) if text == "-" else text)


def _list() -> None:
    pages = [explain.load(code) for code in explain.codes()]
    if options().json:
        emit("explain", ok=True, pages=[_head(page) for page in pages])
        return
    for page in pages:
        click.echo(f"{style(page.code, bold=True)}  {page.title}")


def _show(page: explain.Page) -> None:
    if options().json:
        emit("explain", ok=True, pages=[_document(page)])
    else:
        _print(page)


def _recognise(text: str) -> None:
    matches = explain.by_text(text)
    if not matches:
        _unknown(text)
    if options().json:
        emit("explain", ok=True, pages=[_match_document(match) for match in matches])
        return
    shown = matches if options().verbose else matches[:1]
    for match in shown:
        _print(match.page)
    if rest := matches[len(shown) :]:
        click.echo("\nAlso in this text:")
        for match in rest:
            click.echo(f"  {style(match.page.code, bold=True)}  {match.page.title}")


def _unknown(text: str) -> None:
    near = explain.nearest(text)
    hint = "\n".join(f"{page.code}  {page.title}" for page in near)
    finding = Finding(
        "CW3001",
        Severity.ERROR,
        "",
        "unknown: no page fits this text" + ("; the nearest by words:" if near else ""),
        hint or "`crosswind explain --list` has all pages",
    )
    if options().json:
        emit("explain", ok=False, findings=[finding], pages=[], nearest=[_head(p) for p in near])
    else:
        show_findings([finding])
    finish(ExitCode.FAILED)


def _print(page: explain.Page) -> None:
    width = min(shutil.get_terminal_size().columns, 100)
    color = wants_color(sys.stdout)
    click.echo(explain.render(page, width=width, color=color), nl=False, color=color)


def _head(page: explain.Page) -> dict[str, Any]:
    return {"code": page.code, "title": page.title, "severity": page.severity.value}


def _document(page: explain.Page) -> dict[str, Any]:
    sections = {heading.lower().replace(" ", "_"): text for heading, text in page.sections()}
    return _head(page) | sections | {"advice": page.advice}


def _match_document(match: explain.Match) -> dict[str, Any]:
    return _document(match.page) | {"line": match.line, "values": dict(match.values)}
