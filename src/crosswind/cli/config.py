"""`crosswind config`: show the configuration, check it, print its JSON Schema."""

from __future__ import annotations

import json

import click

from crosswind.cli.common import Group, emit, options, show_findings, style
from crosswind.config.load import load
from crosswind.config.settings import Config


@click.group(cls=Group)
def command() -> None:
    """Show or check the configuration; print its JSON Schema."""


def _load() -> Config:
    """Read the file itself, never the cache: who asks wants to know."""
    return load(options().directory, options().config)


@command.command()
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@click.option("-t", "--target", default="", help="Show what holds for this target.")
@click.option("--program", metavar="NAME", default="", help="Show only this program.")
def show(origin: bool, target: str, program: str) -> None:
    """Print every value in force; templates stay as they are written."""
    from crosswind.config.show import entries

    config = _load()
    wanted = None
    if target or program:
        from crosswind.project import configured

        config, wanted = configured.narrow(config, options().directory, target, program)
    values = entries(config, wanted, program)
    if options().json:
        shown = [{"key": one.key, "value": one.value, "origin": str(one.origin)} for one in values]
        emit("config", ok=True, file=config.file, values=shown)
        return
    lines = [f"{one.key}: {one.text}" for one in values]
    width = min(max(map(len, lines)), 60)
    for line, one in zip(lines, values, strict=True):
        note = style(f"  # {one.origin}", dim=True) if origin else ""
        click.echo(f"{line:{width}}{note}" if origin else line)


@command.command()
def check() -> None:
    """Say everything that is wrong with the configuration, its templates, targets and programs."""
    from crosswind.project import configured

    config = _load()
    common = options()
    findings = configured.check(config, common.directory, offline=common.offline)
    if common.json:
        emit("config", ok=True, findings=findings, file=config.file)
        return
    show_findings(findings)
    if not config.file:
        click.echo("no configuration here: the defaults hold")
    elif not findings:
        click.echo(f"{config.file}: no mistakes")


@command.command()
def schema() -> None:
    """Print the JSON Schema of crosswind.yaml, for editors."""
    from crosswind.config.model import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
