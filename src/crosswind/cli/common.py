"""What all commands share: the common options, JSON documents, findings on a terminal."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from crosswind.errors import ExitCode
from crosswind.finding import Check, Finding, Severity, Status
from crosswind.frozen import frozen

_META = "crosswind.options"


@frozen
class Options:
    """The common options, wherever on the line they stood.

    Attributes:
        directory: the project; `-C` has already made it the current directory.
        moved: whether `-C` was given.
        config: `--config`, if given.
        json: print one JSON document instead of text.
        quiet, verbose: less or more than usual.
        color: True or False if decided, None for "if it is a terminal".
        offline: no network.
    """

    directory: Path
    moved: bool = False
    config: Path | None = None
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    color: bool | None = None
    offline: bool = False


def options() -> Options:
    """Return the common options of the running command."""
    given: dict[str, Any] = click.get_current_context().meta.get(_META, {})
    color = {"always": True, "never": False}.get(given.get("color", "auto"))
    if color is None and os.environ.get("NO_COLOR"):
        color = False
    known = {key: value for key, value in given.items() if key not in ("color", "directory")}
    return Options(directory=Path.cwd(), moved="directory" in given, color=color, **known)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep a value that was given; one written after the command wins over one before it."""
    if value is None or value is False:
        return
    if parameter.name == "directory":
        try:
            os.chdir(value)
        except OSError as error:
            raise click.BadParameter(f"{value}: {error.strerror}", context, parameter) from error
    if parameter.name == "color":
        # click takes colors out of what goes into a pipe, unless its context says otherwise.
        context.color = {"always": True, "never": False}.get(value)
    context.meta.setdefault(_META, {})[parameter.name] = value


def _common_parameters() -> list[click.Parameter]:
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember}
    return [
        click.Option(
            ["-C", "directory"], metavar="DIR", is_eager=True, help="The project.", **shared
        ),
        click.Option(
            ["--config"], type=click.Path(path_type=Path), help="Its configuration.", **shared
        ),
        click.Option(["--json"], is_flag=True, help="Print one JSON document.", **shared),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say less.", **shared),
        click.Option(["-v", "--verbose"], is_flag=True, help="Say more.", **shared),
        click.Option(
            ["--color"], type=click.Choice(["auto", "always", "never"]), help="Colors.", **shared
        ),
        click.Option(["--offline"], is_flag=True, help="Never use the network.", **shared),
    ]


class Command(click.Command):
    """A command that takes the common options too; `usage_status` is its exit for wrong usage."""

    usage_status: int = ExitCode.USAGE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the common options behind the command's own."""
        super().__init__(*args, **kwargs)
        self.params.extend(_common_parameters())


class Group(click.Group):
    """A command with subcommands; each of them takes the common options."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the common options behind the group's own."""
        super().__init__(*args, **kwargs)
        self.params.extend(_common_parameters())


def emit(command: str, *, ok: bool, findings: Iterable[Finding] = (), **fields: Any) -> None:
    """Print the command's JSON document on standard output."""
    document = {
        "schema": f"crosswind/{command}/1",
        "ok": ok,
        "findings": [finding.document for finding in findings],
        **fields,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, from some file's UTF-16: JSON can escape it, UTF-8 cannot hold it.
        text = json.dumps(document, indent=2, default=str)
    click.echo(text)


def build_tags(text: str | None) -> tuple[str, ...] | None:
    """Split the value of `--tags` as Go does that of `-tags`; None where it is not given."""
    if text is None:
        return None
    from crosswind.toolchain import goflags  # late: most commands take no tags

    return goflags.tags(text)


def check_document(check: Check) -> Mapping[str, str]:
    """Return a check as it stands in JSON documents."""
    return check.document


_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_MARKS = {
    Status.PASS: ("✓", "green"),
    Status.FAIL: ("✗", "red"),
    Status.WARN: ("!", "yellow"),
    Status.SKIP: ("-", "bright_black"),
}


def style(text: str, **kwargs: Any) -> str:
    """Color a text if colors are wanted for standard output."""
    return click.style(text, **kwargs) if wants_color(sys.stdout) else text


def wants_color(stream: Any) -> bool:
    """Whether a stream gets colors: as asked, else if it is a terminal."""
    color = options().color
    return bool(stream and stream.isatty()) if color is None else color


def terminal_width(*, err: bool = False) -> int | None:
    """Columns of the terminal that reads standard output or error, or of COLUMNS; None for a file or pipe."""
    stream = sys.stderr if err else sys.stdout
    if os.environ.get("COLUMNS") or (stream is not None and stream.isatty()):
        return shutil.get_terminal_size().columns
    return None


def mark(status: Status) -> str:
    """Return the colored sign of a verdict; plain ASCII words where the output is not UTF-8."""
    sign, color = _MARKS[status]
    encoding = (getattr(sys.stdout, "encoding", "") or "ascii").lower()
    return style(sign if encoding.startswith("utf") else status.value, fg=color)


def show_findings(findings: Iterable[Finding]) -> None:
    """Print findings on standard error, in colors if they are wanted there."""
    colored = wants_color(sys.stderr)
    for finding in findings:
        show_finding(finding, colored=colored)


def show_finding(finding: Finding, *, colored: bool) -> None:
    """Print one finding on standard error: where, what, and what to do."""
    from crosswind.report.columns import harmless, paragraph

    limit = terminal_width(err=True)
    head = f"{finding.severity.value}[{finding.code}]"
    subject = f"{harmless(finding.subject)}: " if finding.subject else ""
    # What files and other programs say may hold anything; lines of a message are ours.
    lines = [*map(harmless, finding.message.expandtabs(4).split("\n"))]
    lines[0] = f"{head} {subject}{lines[0]}"
    text = "\n".join(_wrapped(line, limit) for line in lines)
    if colored:
        text = click.style(head, fg=_COLORS[finding.severity], bold=True) + text.removeprefix(head)
    click.echo(text, err=True, color=colored)
    for line in map(harmless, finding.hint.splitlines()):
        # Commands to copy stay whole.
        is_sentence = line[:1].isupper() and line.endswith(".")
        click.echo(paragraph(line, 4, limit if is_sentence else None), err=True, color=colored)


def _wrapped(line: str, limit: int | None) -> str:
    """Wrap a line of a message, but for one that is set: source with marks below it, or a list."""
    from crosswind.report.columns import width, wrap

    if limit is None or width(line) <= limit or line[:1].isspace() or "  " in line:
        return line
    return "\n    ".join(wrap(line, limit - 4))


def finish(code: int) -> NoReturn:
    """End the command with an exit status."""
    click.get_current_context().exit(int(code))
