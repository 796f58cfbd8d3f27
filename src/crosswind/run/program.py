"""Find a runner's program, and ask it for its version."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from crosswind.errors import CrosswindError
from crosswind.run.runner import Absent
from crosswind.system import process

# Seconds; a version takes milliseconds. One that waits for a person or a network is of no use.
_TIMEOUT = 20.0


def first(names: Iterable[str], env: Mapping[str, str]) -> Path | None:
    """Return the first program of these names or paths that may be executed here."""
    found = (shutil.which(name, path=env.get("PATH", "")) for name in names)
    return next((Path(path).absolute() for path in found if path), None)


def ask(program: Path, *arguments: str, env: Mapping[str, str]) -> str | Absent:
    """Return what a program prints when asked for its version, or why it does not answer."""
    try:
        changed = program.stat().st_mtime_ns
    except OSError as error:
        return Absent(f"{program}: {error.strerror}")
    return _ask((str(program), *arguments), changed, frozenset(env.items()))


@functools.lru_cache(maxsize=64)
def _ask(argv: tuple[str, ...], changed: int, env: frozenset[tuple[str, str]]) -> str | Absent:
    """Ask once for each file as it is (`changed` is its time of modification)."""
    del changed
    try:
        done = process.run(argv, env=dict(env), cwd=Path(argv[0]).parent, timeout=_TIMEOUT)
    except CrosswindError as error:
        return Absent(f"it does not start: {error.message}")
    if done.returncode or not done.text:
        says = next(iter(done.text.splitlines()), f"status {done.returncode}")[:200]
        return Absent(f"{argv[0]} is broken: {says}")
    return done.text
