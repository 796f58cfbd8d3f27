"""The main packages of a module, for all targets together."""

from __future__ import annotations

import difflib
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from crosswind import gosource
from crosswind.errors import UsageError
from crosswind.project import golist, gomod
from crosswind.project.gomod import Module
from crosswind.project.gorun import OnFetch, silent
from crosswind.target import Target
from crosswind.toolchain import Toolchain


@dataclass(frozen=True, slots=True)
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


# Bytes of a Go file in which its package clause is looked for: comments may stand before it.
_HEAD = 1 << 16
_FIELDS = "-json=ImportPath,Name,Dir,Module,Error,Match"


def find(
    toolchain: Toolchain,
    module: Module,
    env: Mapping[str, str],
    patterns: Sequence[str],
    targets: Sequence[Target],
    directory: Path,
    on_fetch: OnFetch = silent,
) -> tuple[Program, ...]:
    """Find the main packages that match, whichever of the targets they are for.

    One `go list` serves all targets; only folders that hold Go files which it left out (because of
    build constraints) are asked about once more per target.

    Raises:
        UsageError: CW0306, no main package matches; CW0307, a pattern names none or is unknown;
            and those of `golist.packages`.
        RemoteError: as `golist.packages`.
    """
    found: dict[str, Program] = {}
    seen: set[Path] = set()
    first = targets[0]
    wanted = patterns or gomod.everything(module, directory)
    ask = partial(_list, toolchain, directory, env, on_fetch)
    for document in ask(wanted, first):
        error = document.get("Error")
        if error and not document.get("Name"):
            _complain_unless_excluded(str(error.get("Err", "")), wanted, document, directory)
            continue
        seen.add(Path(document["Dir"]))
        _collect(document, found)
    left = [place for place in _left_out(module.directory, directory, wanted) if place not in seen]
    if left:
        names = [_relative(place, directory) for place in left]
        for target in targets:
            for document in ask(names, target):
                _collect(document, found)
        # What no target takes is a program all the same: it must not vanish without a word.
        for document in ask(names, first):
            if _is_excluded(document) and _says_main(Path(document["Dir"])):
                _collect({**document, "Name": "main"}, found)
    if not found:
        raise UsageError(
            "CW0306",
            f"no main package matches {' '.join(wanted)}",
            subject=str(directory),
            hint="`go list -f '{{.Name}} {{.ImportPath}}' ./...` shows what is there",
        )
    return tuple(sorted(found.values(), key=lambda program: program.package))


def folders(root: Path, directory: Path, patterns: Sequence[str]) -> tuple[Path, ...]:
    """List the local folders whose files say `package main`, whichever constraints they have."""
    return tuple(place for place in _left_out(root, directory, patterns) if _says_main(place))


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


def _list(
    toolchain: Toolchain,
    directory: Path,
    env: Mapping[str, str],
    on_fetch: OnFetch,
    patterns: Sequence[str],
    target: Target,
) -> Iterator[dict[str, Any]]:
    environment = {**env, **target.env, "CGO_ENABLED": "0"}
    yield from golist.packages(
        toolchain, directory, environment, ["-find", _FIELDS, "--", *patterns], on_fetch
    )


def _collect(document: Mapping[str, object], found: dict[str, Program]) -> None:
    if document.get("Name") != "main":
        return
    package = str(document["ImportPath"])
    module = document.get("Module")
    path = str(module.get("Path", "")) if isinstance(module, dict) else ""
    name = executable_name(package)
    if package == "command-line-arguments":
        name = Path(str(document["Dir"])).name
    found.setdefault(package, Program(name, package, Path(str(document["Dir"])), path))


def _complain_unless_excluded(
    error: str, patterns: Sequence[str], document: Mapping[str, object], directory: Path
) -> None:
    # A package that build constraints exclude here may still be there for another target.
    if "build constraints exclude all Go files" in error:
        return
    matched = document.get("Match")
    if isinstance(matched, list) and any("..." in str(one) for one in matched):
        is_empty = "no Go files" in error
        if is_empty:
            return
    asked = " ".join(patterns)
    hint = golist.mend(error) if "go.work" in error else _meant(asked, directory)
    raise UsageError("CW0307", error, subject=asked, hint=hint)


def _meant(asked: str, directory: Path) -> str:
    """Say what was likely meant by a path that is no package."""
    place = directory / asked
    if (place / "go.mod").is_file():
        return f"it is a module of its own: crosswind -C {shlex.quote(asked)} build"
    if place.is_dir() and not asked.startswith((".", "/")):
        return f"a folder begins with a dot: ./{asked}"
    usual = "give a path such as ./cmd/app, a pattern ./cmd/..., or module/path@version"
    return near(asked, directory) or usual


def near(pattern: str, directory: Path) -> str:
    """Name the folder beside a missing one that was likeliest meant; empty if none is like it."""
    wanted = directory / pattern
    around: Sequence[str] = ()
    if wanted.parent.is_dir() and not wanted.exists():
        around = [entry.name for entry in wanted.parent.iterdir() if entry.is_dir()]
    found = difflib.get_close_matches(wanted.name, around, 1)
    if not found:
        return ""
    path = Path(pattern).with_name(found[0]).as_posix()
    return f"did you mean {path if path.startswith(('.', '/')) else f'./{path}'}?"


def _is_excluded(document: Mapping[str, Any]) -> bool:
    error = document.get("Error") or {}
    excluded = "build constraints exclude all Go files" in str(error.get("Err", ""))
    return excluded and bool(document.get("Dir"))


# A file for `go run` alone is marked so.
_IGNORED = re.compile(rb"^//go:build ignore\b|^// \+build ignore\b", re.MULTILINE)


def _says_main(place: Path) -> bool:
    """Whether any file in a folder belongs to a program, whichever constraints it has."""
    for path in sorted(place.glob("*.go")):
        if path.name.endswith("_test.go") or not path.is_file():
            continue
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        if gosource.read(head).package == "main" and not _IGNORED.search(head):
            return True
    return False


def _left_out(root: Path, directory: Path, patterns: Sequence[str]) -> list[Path]:
    """List folders with Go files under the patterns, as far as they are local."""
    places: set[Path] = set()
    for pattern in patterns:
        if not pattern.startswith("."):
            continue
        base, dots, _ = pattern.partition("...")
        start = Path(os.path.normpath(directory / base.rstrip("/")))
        if not dots:
            places.add(start)
        elif start.is_dir():
            places.update(_go_folders(start, root))
    return sorted(places)


def _go_folders(start: Path, root: Path) -> Iterator[Path]:
    """Walk as `./...` does: no vendor, testdata, hidden folders or nested modules (cmd/go, search)."""
    for folder, names, files in os.walk(start):
        here = Path(folder)
        if here not in (root, start) and "go.mod" in files:
            names.clear()
            continue
        names[:] = [
            name for name in names if name[0] not in "._" and name not in ("testdata", "vendor")
        ]
        if any(name.endswith(".go") and not name.endswith("_test.go") for name in files):
            yield here


def _relative(place: Path, directory: Path) -> str:
    relative = Path(os.path.relpath(place, directory)).as_posix()
    return relative if relative.startswith(".") else f"./{relative}"
