"""The program `crosswind`: finds the command, turns errors into messages and exit statuses."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from itertools import pairwise
from types import FrameType
from typing import Any, NoReturn, TextIO

import click

from crosswind.cli.common import Command, Group, emit, show_finding
from crosswind.errors import CrosswindError, ExitCode
from crosswind.finding import Finding, Severity
from crosswind.version import __version__

# Every command: its module in crosswind.cli (imported only when it runs) and its line of help.
COMMANDS: dict[str, str] = {
    "build": "Build a module's programs for every target, and verify them.",
    "verify": "Check finished binaries: format, build info, linking, leaks.",
    "inspect": "Show what is inside executables: sections, imports, packages by size.",
    "sign": "Sign Windows programs (Authenticode) and Apple's (ad hoc).",
    "resource": "Put icons, versions and manifests into Windows programs, or take them out.",
    "run": "Run a program here, whatever platform it was built for.",
    "test": "Run a module's Go tests for another platform here.",
    "split": "Move a program's debug data into a file of its own, or remove it.",
    "targets": "List targets: format, variants, what they need.",
    "doctor": "Check this host and project; say how to mend what is wrong.",
    "explain": "Say what a code or a pasted error message means.",
    "list": "List packages and their files, for many targets in one pass.",
    "affected": "Say which programs, targets and tests changes touch.",
    "portability": "Say which targets packages support, and what blocks the others.",
    "explain-file": "Say which targets a source file is for, and why.",
    "toolchain": "List, install and verify Go toolchains.",
    "config": "Show or check the configuration; print its JSON Schema.",
}


class _UnreadError(Exception):
    """Nobody reads what we print. By its own name, since click makes status 1 of a broken pipe."""


@contextlib.contextmanager
def _unread() -> Iterator[None]:
    """Tell a reader that is gone from other errors of the operating system."""
    try:
        yield
    except OSError as error:
        # Windows says EINVAL where others say EPIPE (CPython, issue 35754).
        windows = os.name == "nt" and error.errno == errno.EINVAL and error.filename is None
        if isinstance(error, BrokenPipeError) or windows:
            raise _UnreadError from error
        raise


class Crosswind(Group):
    """The root command; imports a command's module only when it is wanted."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line, and print help if that is asked for."""
        with _unread():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _unread():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = cmd_name.replace("-", "_")
        command = importlib.import_module(f"crosswind.cli.{module}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a mistake of ours, found at once
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]}?", ctx) from error
            raise


@click.command(cls=Crosswind, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crosswind", message="%(prog)s %(version)s")
def crosswind() -> None:
    """Build a Go module for every platform from any host, and prove what was built."""


def main() -> NoReturn:
    """Run the command line; never returns, never shows a traceback for the user's mistakes."""
    # Hardly anything of ours is in a circle: to look for those after each 700 new objects would take a
    # build where nothing changed a tenth of its time.
    gc.set_threshold(200_000)
    # Shells start background jobs with SIGINT ignored; a build must end when asked to, even there.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        result = crosswind.main(prog_name="crosswind", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        if sys.stdout is not None:  # None if it was closed before we started
            with _unread():
                sys.stdout.flush()
    except CrosswindError as error:
        code = _report(error.exit_code, *error.findings)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = ExitCode.USAGE
    except click.UsageError as error:
        context = error.ctx.command_path if error.ctx else "crosswind"
        hint = f"`{context} --help` shows its options"
        finding = Finding("CW0100", Severity.ERROR, "", error.format_message(), hint)
        code = _report(_usage_status(error.ctx), finding)
    except (KeyboardInterrupt, click.Abort):
        code = _report(ExitCode.INTERRUPTED, Finding("CW0509", Severity.ERROR, "", "interrupted"))
    except _UnreadError:
        _drop(sys.stdout, sys.stderr)
        code = ExitCode.UNREAD
    except OSError as error:
        from pathlib import Path

        from crosswind.system import files

        _drop(sys.stdout)
        translated = files.error_for(error, Path(str(error.filename or "output")))
        code = _report(translated.exit_code, translated.finding)
    gc.freeze()  # or the interpreter looks for circles among all objects once more, and ends after that
    sys.exit(int(code))


def _usage_status(context: click.Context | None) -> int:
    """Return the status for wrong usage, which is the command's own where it ends with others'."""
    command = context.command if context else None
    return command.usage_status if isinstance(command, Command) else ExitCode.USAGE


def _drop(*streams: TextIO | None) -> None:
    """Throw away what is still buffered: its reader is gone or full, and it must not fail at exit."""
    for stream in streams:
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End as by Ctrl-C: children first, debris removed."""
    raise KeyboardInterrupt


def _report(code: int, *findings: Finding) -> int:
    """Say what went wrong, as JSON if the command line asks for it.

    Nobody may be left to hear it: the status tells it still.
    """
    try:
        if "--json" in sys.argv:
            words = [word for word in sys.argv[1:] if word in COMMANDS]
            emit(words[0] if words else "error", ok=False, findings=findings)
        else:
            colored = _wants_color(sys.argv)
            for finding in findings:
                show_finding(finding, colored=colored)
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        _drop(sys.stdout, sys.stderr)
    return code


def _wants_color(words: list[str]) -> bool:
    """Look for `--color` on a command line that may not have been understood."""
    joined = [word.partition("=")[2] for word in words if word.startswith("--color=")]
    apart = [word for option, word in pairwise(words) if option == "--color"]
    asked = {"always": True, "never": False}.get(([*joined, *apart] or ["auto"])[-1])
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return terminal and not os.environ.get("NO_COLOR") if asked is None else asked
