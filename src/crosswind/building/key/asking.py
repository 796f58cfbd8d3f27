"""Ask compilers, linkers and pkg-config what they do, by starting them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from crosswind.building.key import c_answers
from crosswind.building.key.model import Doubt
from crosswind.building.key.observed import Reads
from crosswind.errors import CrosswindError
from crosswind.system import process

# Seconds; a compiler that preprocesses one package needs one.
_PATIENCE = 60.0
# elf(5), PT_INTERP: what stands near the beginning of a program that loads libraries.
_LOADER, _NEAR = b"/ld", 4096
_LINE = 200


def in_scratch(ask: Callable[[Path], Reads]) -> Reads:
    """Ask with a folder for what does not last.

    Raises:
        Doubt: what `ask` raises, or a file could not be read or written.
    """
    try:
        with tempfile.TemporaryDirectory() as name:
            return ask(Path(os.path.realpath(name)))
    except OSError as error:
        raise Doubt(f"cannot ask a C compiler: {error}") from error


def run(argv: tuple[str, ...], folder: Path, env: Mapping[str, str], *, must: bool = False) -> str:
    """Start a program and return all that it writes.

    Args:
        argv: the program and its arguments.
        folder: where it runs.
        env: its environment.
        must: whether failing leaves a doubt.

    Raises:
        Doubt: it cannot be started, does not end, or fails where it must not.
    """
    try:
        done = process.run(argv, cwd=folder, env=env, timeout=_PATIENCE, terminal=False)
    except CrosswindError as error:
        raise Doubt(f"{error.subject}: {error.message}") from error
    if must and done.returncode:
        lines = [line for line in done.text.splitlines() if "error:" in line] or [""]
        raise Doubt(f"{argv[0]} ended with {done.returncode}: {lines[0][:_LINE]}")
    return (done.stdout + b"\n" + done.stderr).decode(errors="surrogateescape")


def loaded(program: str, folder: Path, env: Mapping[str, str]) -> set[str]:
    """Return the libraries that a program loads.

    Raises:
        Doubt: they are not known.
    """
    with Path(program).open("rb") as stream:
        begins = stream.read(_NEAR)
    if begins.startswith(b"#!"):
        raise Doubt(f"{program} is a script")
    if _LOADER not in begins:
        return set()
    found = c_answers.loaded(run((program,), folder, {**env, "LD_TRACE_LOADED_OBJECTS": "1"}))
    if not found:
        raise Doubt(f"which libraries {program} loads is not known")
    return found
