"""The Go that this host already has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.system import host, process
from crosswind.target import Target
from crosswind.toolchain.environment import outside_modules
from crosswind.toolchain.model import Source, Toolchain, read_host, read_version
from crosswind.toolchain.settings import Settings

# Seconds that `go env` may take; it starts in milliseconds, a cold network disk takes longer.
_LIMIT = 60.0

# Where installers put Go on systems whose graphical programs do not see the shell's PATH:
# https://go.dev/doc/install for the official packages, `brew --prefix go` for Homebrew's.
_USUAL = {
    "darwin": ("/usr/local/go", "/opt/homebrew/opt/go/libexec", "/usr/local/opt/go/libexec"),
    "windows": (r"C:\Program Files\Go", r"C:\Go"),
}


def find(env: Mapping[str, str]) -> Toolchain | None:
    """Find the system's Go: GOROOT's, else the first on PATH, else at the usual places.

    A process is started only for a `go` that does not lie in its GOROOT, such as a wrapper script.
    """
    chosen = Settings.read(env).get("GOROOT").value
    if chosen and (found := _at(Path(chosen))):
        return found
    program = shutil.which("go", path=env.get("PATH", ""))
    if program:
        return of_program(Path(program), env)
    return next(filter(None, map(_at, map(Path, _USUAL.get(host.goos(), ())))), None)


def named(name: str, env: Mapping[str, str]) -> Toolchain | None:
    """Find a command of a toolchain's name on PATH, as golang.org/dl installs them.

    cmd/go looks there before it downloads (toolchain.Exec), and so do we.
    """
    program = shutil.which(name, path=env.get("PATH", ""))
    return of_program(Path(program), env) if program else None


def of_program(program: Path, env: Mapping[str, str]) -> Toolchain | None:
    """Find the toolchain behind a go command; None if it is none or does not work."""
    if program.stem == "go":
        for goroot in _roots(program):
            if found := _at(goroot):
                return found
    return _ask(program, env)


def _roots(program: Path) -> Iterator[Path]:
    """Where cmd/go looks for its GOROOT, in that order (cfg.go, findGOROOT)."""
    program = program.absolute()
    yield program.parent.parent
    resolved = program.resolve()
    yield resolved.parent.parent


def _at(goroot: Path) -> Toolchain | None:
    """Read the toolchain at a GOROOT; None unless its files tell all that is needed."""
    number, runs_on = read_version(goroot), read_host(goroot)
    if not number or not runs_on:
        return None
    found = Toolchain(number, Path(os.path.normpath(goroot)), Source.SYSTEM, runs_on)
    return found if os.access(found.go, os.X_OK) else None


def _ask(program: Path, env: Mapping[str, str]) -> Toolchain | None:
    """Ask a go command for its GOROOT: it may be a wrapper script or built from source."""
    names = ("GOROOT", "GOVERSION", "GOHOSTOS", "GOHOSTARCH")
    try:
        done = process.run(
            [program, "env", *names],
            cwd=outside_modules(),
            env={**env, "GOTOOLCHAIN": "local"},
            timeout=_LIMIT,
        )
    except MissingError:
        return None
    lines = done.stdout.decode(errors="replace").splitlines()
    if done.returncode or len(lines) != len(names) or not lines[0]:
        return None
    goroot, number, goos, goarch = lines
    number = number.partition(" ")[0].removeprefix("go")
    return Toolchain(number, Path(goroot), Source.SYSTEM, Target(goos, goarch))
