"""The command line: one text on Windows, and the rules by which a program takes it apart.

The rules are those documented for CommandLineToArgvW; Go's `os` package follows the same ones
(os/exec_windows.go, commandLineToArgv; syscall/exec_windows.go, EscapeArg).
"""

from __future__ import annotations

from collections.abc import Iterable

# CreateProcessW takes 32767 characters, the end's NUL among them.
MAX_LENGTH = 32767
_BLANKS = " \t"


def join(program: str, arguments: Iterable[str]) -> str:
    """Return the command line from which `split` makes exactly these arguments.

    Args:
        program: the first argument; it is taken apart by rules of its own and holds no quote.
        arguments: the others, each any text.
    """
    return " ".join([f'"{program}"' if _needs_quotes(program) else program, *map(quote, arguments)])


def quote(argument: str) -> str:
    """Quote one argument, if it must be."""
    if not _needs_quotes(argument) and '"' not in argument:
        return argument
    parts: list[str] = []
    backslashes = 0
    for letter in argument:
        if letter == "\\":
            backslashes += 1
            continue
        # Backslashes count only where a quote follows.
        parts.append("\\" * (2 * backslashes + 1 if letter == '"' else backslashes) + letter)
        backslashes = 0
    if not _needs_quotes(argument):
        return "".join(parts) + "\\" * backslashes
    return '"' + "".join(parts) + "\\" * (2 * backslashes) + '"'


def _needs_quotes(argument: str) -> bool:
    return not argument or min(argument) <= " "


def split(line: str) -> list[str]:
    """Take a command line apart as CommandLineToArgvW does; an empty one has no arguments."""
    if not line:
        return []
    program, at = _program(line)
    arguments = [program]
    while True:
        while at < len(line) and line[at] in _BLANKS:
            at += 1
        if at == len(line):
            return arguments
        argument, at = _argument(line, at)
        arguments.append(argument)


def _program(line: str) -> tuple[str, int]:
    """Read the program's name: up to the closing quote, or up to the first blank or control."""
    if line.startswith('"'):
        end = line.find('"', 1)
        return (line[1:], len(line)) if end < 0 else (line[1:end], end + 1)
    end = next((at for at, letter in enumerate(line) if letter <= " "), len(line))
    return line[:end], end


def _argument(line: str, at: int) -> tuple[str, int]:
    """Read one argument; return it and where it ended."""
    parts: list[str] = []
    quoted = False
    while at < len(line) and (quoted or line[at] not in _BLANKS):
        letter = line[at]
        if letter == "\\":
            count = _run(line, at)
            at += count
            if not line.startswith('"', at):
                parts.append("\\" * count)
                continue
            parts.append("\\" * (count // 2))
            if count % 2:
                parts.append('"')
                at += 1
        elif letter == '"':
            at += 1
            # Two quotes within quotes are one letter, and end the quoted part.
            if quoted and line.startswith('"', at):
                parts.append('"')
                at += 1
            quoted = not quoted
        else:
            parts.append(letter)
            at += 1
    return "".join(parts), at


def _run(line: str, at: int) -> int:
    """Count the backslashes from `at` on."""
    return len(line) - at - len(line[at:].lstrip("\\"))
