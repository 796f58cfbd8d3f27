"""Authenticode by a command of the user's: a cloud signer, a script, signtool."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from crosswind.errors import BuildError, UsageError
from crosswind.system import process
from crosswind.target import Target

# Seconds: cloud signers queue.
_TIMEOUT = 900.0
_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def split(line: str) -> tuple[str, ...]:
    """Take a command line apart as a shell would; a placeholder stays in one piece.

    Raises:
        UsageError: CW0800, a quote that is not closed.
    """
    try:
        return tuple(shlex.split(_PLACEHOLDER.sub(r"{{\1}}", line)))
    except ValueError as error:
        raise UsageError("CW0800", f"the signing command: {error}") from error


def render(command: tuple[str, ...], path: Path, target: Target) -> tuple[str, ...]:
    """Fill in the placeholders.

    Raises:
        UsageError: CW0800, an unknown placeholder, or none for the file.
    """
    values = {
        ".Path": str(path.absolute()),
        ".Name": path.name,
        ".Os": target.goos,
        ".Arch": target.goarch,
        ".Target": str(target),
    }
    used: set[str] = set()

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            known = " ".join(f"{{{{ {name} }}}}" for name in values)
            raise UsageError(
                "CW0800", f"the signing command asks for {match[0]}", hint=f"known are {known}"
            )
        used.add(name)
        return values[name]

    words = tuple(_PLACEHOLDER.sub(value, word) for word in command)
    if ".Path" not in used:
        raise UsageError(
            "CW0800",
            "the signing command does not say which file to sign",
            hint="write {{ .Path }} where the file's path belongs",
        )
    return words


def sign(staged: Path, target: Target, command: tuple[str, ...]) -> None:
    """Let the command sign the file in its place; it sees the whole environment.

    Raises:
        BuildError: CW0804, it failed.
        MissingError: CW0501, there is no such program.
    """
    words = render(command, staged, target)
    done = process.run(words, timeout=_TIMEOUT, terminal=False)
    if done.returncode:
        status = (
            f"signal {-done.returncode}" if done.returncode < 0 else f"status {done.returncode}"
        )
        raise BuildError("CW0804", f"{words[0]} ended with {status}", hint=done.text)
