"""The main packages of a module, and what they are called."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from crosswind.frozen import frozen


@frozen
class Program:
    """A main package.

    Attributes:
        name: what the go command would call its executable.
        package: its import path.
        directory: where its files lie.
        module: path of the module that it belongs to.
    """

    name: str
    package: str
    directory: Path
    module: str


def pattern(main: str) -> str:
    """Make the path of a configured program one that the go command takes for a local one."""
    is_local = main.startswith((".", "/")) or "." not in main.partition("/")[0]
    return main if not is_local or main.startswith((".", "/")) else f"./{main}"


def executable_name(import_path: str) -> str:
    """Name the executable as cmd/go does (load.DefaultExecName): a version suffix is no name."""
    *parents, last = import_path.split("/")
    if parents and last[:1] == "v" and last[1:].isdigit() and last != "v1" and last[1:2] != "0":
        return parents[-1]
    return last


def near(pattern: str, directory: Path) -> str:
    """Name the folder beside a missing one that was likeliest meant; empty if none is like it."""
    wanted = directory / pattern
    around: Sequence[str] = ()
    with contextlib.suppress(OSError):  # a folder that may not be read has no names for us
        if wanted.parent.is_dir() and not wanted.exists():
            around = [entry.name for entry in wanted.parent.iterdir() if entry.is_dir()]
    import difflib

    found = difflib.get_close_matches(wanted.name, around, 1)
    if not found:
        return ""
    path = Path(pattern).with_name(found[0]).as_posix()
    return f"did you mean {path if path.startswith(('.', '/')) else f'./{path}'}?"
