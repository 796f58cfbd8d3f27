"""What random changes of a repository really touch, by the go command: which files each program reads."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gomodules
from crosswind.affected import Affected, Wanted, affected
from crosswind.target import Target

_FILES = (
    "InvalidGoFiles",
    "GoFiles",
    "CgoFiles",
    "CFiles",
    "HFiles",
    "SFiles",
    "SysoFiles",
    "EmbedFiles",
)
_FIELDS = f"-json=ImportPath,Dir,Name,Standard,Module,Deps,Error,{','.join(_FILES)}"
# What a program or a test reads: files and digests, by target.
State = dict[tuple[str, Target], frozenset[tuple[str, str]]]


def state(folder: Path, targets: tuple[Target, ...]) -> State:
    """Ask the go command what programs and tests read, for each target."""
    found: State = {}
    for target in targets:
        env = {**target.env, "CGO_ENABLED": "0"}
        words = ("list", "-e", "-deps", "-test", _FIELDS, "./...")
        status, out, err = gomodules.go(folder, *words, env=env)
        assert status == 0, err
        packages = {one["ImportPath"]: one for one in gomodules.documents(out)}
        for path, one in packages.items():
            kind = "test " if path.endswith(".test") else ""
            if one.get("Name") != "main" or " [" in path:
                continue
            members = [packages[name] for name in (path, *one.get("Deps", ())) if name in packages]
            files = {pair for member in members for pair in _read(folder, member)}
            if kind:
                files |= _data(Path(packages.get(path.removesuffix(".test"), {}).get("Dir", "")))
            found[f"{kind}{path.removesuffix('.test')}", target] = frozenset(files)
    return found


def _read(folder: Path, package: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if package.get("Standard"):
        return
    module = package.get("Module", {})
    yield package["ImportPath"].partition(" [")[0], f"{module.get('Path')} {module.get('Version')}"
    directory = Path(package.get("Dir", ""))
    if not directory.is_relative_to(folder):
        return
    for field in _FILES:
        for name in package.get(field, ()):
            path = directory / name
            # A test's own main lies in Go's cache, and is made of what is counted already.
            if path.is_relative_to(folder) and path.is_file():
                yield f"{field} {path}", hashlib.sha256(path.read_bytes()).hexdigest()


def _data(directory: Path) -> set[tuple[str, str]]:
    """Take a test's data for something that it reads."""
    files = (path for path in (directory / "testdata").rglob("*") if path.is_file())
    return {(str(path), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


@dataclass
class Outcome:
    """One round of changes: what was done, what was missed, and what was told without need."""

    done: list[str]
    missed: list[str]
    needless: list[str]
    touched: int = 0


class Trial:
    """A repository that is changed at random, and set back."""

    def __init__(self, folder: Path, targets: tuple[Target, ...], seed: int) -> None:
        self.folder = folder
        self.targets = targets
        self._random = random.Random(seed)
        self._before = state(folder, targets)
        self._files = [
            name for name in self._git("ls-files", "-z").split("\0") if name not in ("", "go.mod")
        ]

    def _git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    def round(self) -> Outcome:
        """Change up to three files, ask, compare, set back."""
        done = [self._change() for _ in range(self._random.randint(1, 3))]
        patterns = tuple(str(target) for target in self.targets)
        told = _told(affected(Wanted(self.folder, "HEAD", patterns)))
        after = state(self.folder, self.targets)
        real = {key for key in after if after[key] != self._before.get(key)}
        self._git("reset", "-q", "--hard")
        self._git("clean", "-q", "-f", "-d")
        missed = [f"{name} {target}" for name, target in sorted(real - told, key=str)]
        # What is not there any more, or not yet, is neither missed nor told without need.
        known = {key for key in told if key in after and key in self._before}
        needless = [f"{name} {target}" for name, target in sorted(known - real, key=str)]
        return Outcome(done, missed, needless, len(real))

    def _change(self) -> str:
        name = self._random.choice(self._files)
        path = self.folder / name
        ways: list[Callable[[Path], str]] = [
            _append,
            _remove,
            self._rename,
            self._constrain,
            self._add,
        ]
        way = self._random.choice(ways if name.endswith(".go") else [_append, _remove])
        return f"{name}: {way(path)}" if path.exists() else f"{name}: gone already"

    def _suffix(self) -> str:
        return self._random.choice(("", "_windows", "_linux", "_darwin_arm64", "_test", "_amd64"))

    def _rename(self, path: Path) -> str:
        stem = path.stem.partition("_")[0]
        new = path.with_name(f"{stem}{self._suffix()}.go")
        if new.exists():
            return "kept"
        path.rename(new)
        return f"renamed to {new.name}"

    def _constrain(self, path: Path) -> str:
        words = (
            "windows",
            "!windows",
            "linux || darwin",
            "ignore",
            "unix && amd64",
            "cgo",
            "go1.99",
        )
        line = f"//go:build {self._random.choice(words)}"
        path.write_text(f"{line}\n\n{path.read_text()}")
        return line

    def _add(self, path: Path) -> str:
        new = path.with_name(f"new{self._suffix()}.go")
        package = next(
            (line for line in path.read_text().splitlines() if line.startswith("package ")),
            "package x",
        )
        new.write_text(f"{package}\n")
        return f"added {new.name}"


def _append(path: Path) -> str:
    with path.open("a") as stream:
        stream.write("\n" if path.suffix != ".go" else "\n// changed\n")
    return "changed"


def _remove(path: Path) -> str:
    path.unlink()
    return "removed"


def _told(found: Affected) -> set[tuple[str, Target]]:
    programs = {(one.package, target) for one in found.programs for target in one.targets}
    return programs | {
        (f"test {one.package}", target) for one in found.tests for target in one.targets
    }


def repository(source: Path, folder: Path) -> None:
    """Copy a source tree into a new repository."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for path in sorted(source.rglob("*")):
        place = folder / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.is_file():
            place.write_bytes(path.read_bytes())
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
    for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "all")):
        subprocess.run(["git", *words], cwd=folder, env=env, check=True, capture_output=True)
