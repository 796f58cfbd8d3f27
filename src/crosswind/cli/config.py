"""`crosswind config`: show the configuration, check it, print its JSON Schema."""

from __future__ import annotations

import json
import re

import click

from crosswind.cli.common import Group, emit, options, style
from crosswind.config.load import load
from crosswind.config.settings import Config
from crosswind.target import Target


@click.group(cls=Group)
def command() -> None:
    """Show or check the configuration; print its JSON Schema."""


def _load() -> Config:
    """Read the file itself, never the cache: who asks wants to know."""
    return load(options().directory, options().config)


class _TargetName(click.ParamType[Target]):
    """A target by its name; which ones exist is the toolchain's to know."""

    name = "target"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Target:
        parts = re.split("[/_]", value, maxsplit=2)
        if len(parts) < 2 or not all(parts) or set(value) & set("*?[,"):
            self.fail(f"{value!r} is no single target such as linux/amd64", param, ctx)
        return Target(*parts)


@command.command()
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@click.option("-t", "--target", type=_TargetName(), help="Show what holds for this target.")
@click.option("--program", metavar="NAME", default="", help="Show only this program.")
def show(origin: bool, target: Target | None, program: str) -> None:
    """Print every value in force; templates stay as they are written."""
    from crosswind.config.show import entries

    config = _load()
    values = entries(config, target, program)
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
    """Read the configuration and its templates; say everything that is wrong with them."""
    from crosswind.config.check import check_templates

    config = _load()
    check_templates(config)
    if options().json:
        emit("config", ok=True, file=config.file)
    elif config.file:
        click.echo(f"{config.file}: no mistakes")
    else:
        click.echo("no configuration here: the defaults hold")


@command.command()
def schema() -> None:
    """Print the JSON Schema of crosswind.yaml, for editors."""
    from crosswind.config.model import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
