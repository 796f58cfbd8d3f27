"""Change one input of a build at a time, and hold its key against the bytes that the go command makes.

A mutation may change a key and leave the bytes; it may never change the bytes, or break the build, and
leave the key.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from crosswind.building.key.keys import of_plan
from crosswind.building.prepare import Prepared, prepare
from crosswind.building.request import Request
from crosswind.config.settings import Overlay
from crosswind.errors import CrosswindError

# In place of a digest where the go command makes nothing.
REFUSED = "refused"
_LEFT_OUT = (".git", "dist")


@dataclass
class Project:
    """A source tree, and how it is built.

    Attributes:
        root: of the module.
        packages: what is built.
        targets: for which.
        env: of the go command.
        overlay: settings.
    """

    root: Path
    packages: tuple[str, ...]
    targets: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    overlay: Overlay = field(default_factory=lambda: Overlay(buildvcs="false"))

    def files(self) -> list[Path]:
        """List all files but those of git and of builds."""
        found = []
        for folder, names, files in os.walk(self.root):
            names[:] = sorted(name for name in names if name not in _LEFT_OUT)
            found += [Path(folder) / name for name in sorted(files)]
        return found

    def prepared(self) -> Prepared:
        """Plan the build."""
        request = Request(
            self.root, self.packages, self.targets, overlay=self.overlay, env=self.env
        )
        return prepare(request)

    def keys(self) -> dict[tuple[str, str], str]:
        """Return the key of each program and target that has one."""
        try:
            found = of_plan(self.prepared())
        except CrosswindError:
            return {}
        return {(unit.import_path, str(unit.target)): key.digest for unit, key in found.items()}

    def doubts(self) -> list[str]:
        """Return why programs have no key."""
        return list(of_plan(self.prepared()).doubts.values())

    def build(self, target: str) -> dict[tuple[str, str], str]:
        """Let the go command build for one target; return the digest of each program."""
        try:
            prepared = self.prepared()
        except CrosswindError:
            return {}
        found = {}
        for one in prepared.plan.compiles:
            if str(one.target) != target:
                continue
            stage = one.directory / one.stage
            shutil.rmtree(stage, ignore_errors=True)
            stage.mkdir(parents=True)
            env = {**prepared.env, **dict(one.env)}
            for unit in one.units:
                alone = one.only((unit,))
                done = subprocess.run(
                    alone.argv, cwd=one.directory, env=env, capture_output=True, check=False
                )
                path = one.directory / alone.outputs[0].staged
                key = (unit.import_path, target)
                there = done.returncode == 0 and path.exists()
                found[key] = hashlib.sha256(path.read_bytes()).hexdigest() if there else REFUSED
            shutil.rmtree(stage)
        return found


@dataclass(frozen=True)
class Verdict:
    """What a mutation did to one program for one target.

    Attributes:
        cause: what was changed.
        key: whether the key is another one; None where there is none any more.
        bytes: whether the bytes are others; None where the go command refuses.
        where: which file, flag or variable.
    """

    cause: str
    key: bool | None
    bytes: bool | None
    where: str

    @property
    def stale(self) -> bool:
        """Whether an earlier result would be taken for the present one, wrongly."""
        return self.key is False and self.bytes is not False


def run(project: Project, count: int, seed: int) -> Iterator[Verdict]:
    """Make mutations; each is undone before the next."""
    rng = random.Random(seed)
    keys = project.keys()
    made: dict[tuple[str, str], str] = {}
    for target in project.targets:
        made |= project.build(target)
    assert keys, "the project has no keys"
    assert REFUSED not in made.values(), "the project does not build"
    done = 0
    while done < count:
        original = _Snapshot(project)
        cause, where = rng.choice(CAUSES)(rng, project)
        try:
            if not cause:
                continue
            done += 1
            target = rng.choice(project.targets)
            now, built = project.keys(), project.build(target)
            for unit in (unit for unit in made if unit[1] == target):
                key = now[unit] != keys[unit] if unit in now and unit in keys else None
                result = built.get(unit, REFUSED)
                changed = None if result == REFUSED else result != made[unit]
                yield Verdict(cause, key, changed, where)
        finally:
            original.restore(project)


class _Snapshot:
    """A project as it is."""

    def __init__(self, project: Project) -> None:
        self._env, self._overlay = dict(project.env), project.overlay
        self._files = {path: (path.read_bytes(), path.stat().st_mode) for path in project.files()}

    def restore(self, project: Project) -> None:
        """Undo all that was done since."""
        project.env, project.overlay = self._env, self._overlay
        for path in project.files():
            if path not in self._files:
                path.unlink()
        for path, (content, mode) in self._files.items():
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            path.chmod(mode)


Cause = Callable[[random.Random, Project], tuple[str, str]]
_NOTHING = ("", "")
# A text in quotes on a line that imports nothing.
_TEXT = re.compile(rb'^(?![ \t]*(?:import\b|_?[ \t]*"|//)).*"([A-Za-z ]{4,})"', re.MULTILINE)
_NUMBER = re.compile(rb"(?<=[ (=\[])([1-9]\d*)(?=[ ),;\]\n])")


def _pick(rng: random.Random, project: Project, *endings: str) -> Path | None:
    found = [path for path in project.files() if not endings or path.name.endswith(endings)]
    return rng.choice(found) if found else None


def _kind(path: Path) -> str:
    if path.name.endswith("_test.go"):
        return "a test"
    return {
        ".go": "Go",
        ".s": "assembly",
        ".h": "a header",
        ".c": "C",
        ".a": "a library",
        ".pc": "what pkg-config reads",
        ".mod": "go.mod",
        ".sum": "go.sum",
    }.get(path.suffix, "another file")


def _append(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project)
    if path is None:
        return _NOTHING
    path.write_bytes(path.read_bytes() + b"\n// mutated\n")
    return f"line at the end of {_kind(path)}", path.name


def _top(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project, ".go", ".s", ".h")
    if path is None:
        return _NOTHING
    path.write_bytes(b"// mutated\n\n" + path.read_bytes())
    return f"line at the top of {_kind(path)}", path.name


def _text(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project, ".go")
    found = list(_TEXT.finditer(path.read_bytes())) if path else []
    if path is None or not found:
        return _NOTHING
    one, data = rng.choice(found), path.read_bytes()
    path.write_bytes(data[: one.start(1)] + b"Z" + data[one.start(1) + 1 :])
    return f"letter of a text in {_kind(path)}", path.name


def _same_size_and_time(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project, ".go", ".txt")
    found = list(_TEXT.finditer(path.read_bytes())) if path else []
    if path is None or not found:
        return _NOTHING
    one, data, seen = rng.choice(found), path.read_bytes(), path.stat()
    path.write_bytes(data[: one.start(1)] + b"Y" + data[one.start(1) + 1 :])
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    return f"letter, same size and time, in {_kind(path)}", path.name


def _number(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project, ".go", ".s", ".c", ".h", ".pc")
    found = list(_NUMBER.finditer(path.read_bytes())) if path else []
    if path is None or not found:
        return _NOTHING
    one, data = rng.choice(found), path.read_bytes()
    path.write_bytes(data[: one.start(1)] + b"3" + data[one.end(1) :])
    return f"number in {_kind(path)}", path.name


def _declare(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project, ".go")
    if path is None:
        return _NOTHING
    number = rng.randrange(10**6)
    path.write_bytes(path.read_bytes() + b"\nvar Mutated%d = %d\n" % (number, number))
    return f"declaration in {_kind(path)}", path.name


def _remove(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project)
    if path is None or path.name == "go.mod":
        return _NOTHING
    path.unlink()
    return f"removal of {_kind(path)}", path.name


def _rename(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project, ".go", ".s", ".txt")
    if path is None:
        return _NOTHING
    stem = path.name.removesuffix(path.suffix)
    ending = rng.choice(("_other", "_windows", "_linux", "_plan9", "_test"))
    path.rename(path.with_name(f"{stem}{ending}{path.suffix}"))
    return f"renaming of {_kind(path)}", path.name


def _constrain(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project, ".go")
    if path is None or b"//go:build" in path.read_bytes():
        return _NOTHING
    words = rng.choice(
        (b"windows", b"!windows", b"mutated", b"!mutated", b"go1.999", b"cgo || go1.1")
    )
    path.write_bytes(b"//go:build %s\n\n" % words + path.read_bytes())
    return f"constraint of {_kind(path)}", path.name


def _touch(rng: random.Random, project: Project) -> tuple[str, str]:
    path = _pick(rng, project)
    if path is None:
        return _NOTHING
    os.utime(path)
    path.chmod(path.stat().st_mode ^ 0o100)
    return "times and mode alone", path.name


def _new(rng: random.Random, project: Project) -> tuple[str, str]:
    beside = _pick(rng, project, ".go")
    if beside is None:
        return _NOTHING
    package = re.search(rb"^package (\w+)", beside.read_bytes(), re.MULTILINE)
    if package is None:
        return _NOTHING
    code = b"package %s\n\nfunc init() { println(%d) }\n" % (package[1], rng.randrange(10**6))
    files = {
        "mutated.go": code,
        "mutated_windows.go": code,
        "mutated_linux.go": code,
        "mutated_test.go": code,
        "_mutated.go": code,
        "mutated.txt": b"text",
        "mutated.h": b"#define X 1\n",
        "mutated.md": b"text",
    }
    name = rng.choice(sorted(files))
    (beside.parent / name).write_bytes(files[name])
    return f"new file {name}", name


_MOD_LINES = (
    (b"\ngo 1.24", b"\ngo 1.23.0"),
    (b"\ngo 1.25", b"\ngo 1.24"),
    (b"\ngo ", b"\n// comment\ngo "),
    (b"\nrequire", b"\ngodebug panicnil=1\n\nrequire"),
    (b"\nrequire", b"\nexclude example.com/never v1.0.0\n\nrequire"),
    (b"\nrequire", b"\nretract v0.0.1\n\nrequire"),
)


def _go_mod(rng: random.Random, project: Project) -> tuple[str, str]:
    path, (old, new) = project.root / "go.mod", rng.choice(_MOD_LINES)
    data = path.read_bytes()
    if old not in data:
        return _NOTHING
    path.write_bytes(data.replace(old, new, 1))
    return "line of go.mod", new.decode().strip().splitlines()[0]


_VARIABLES: tuple[tuple[str, str], ...] = (
    ("GOAMD64", "v3"), ("GOARM64", "v8.1"), ("GOEXPERIMENT", "noregabiwrappers"), ("GOFLAGS", "-tags=mutated"),
    ("GOFLAGS", "-ldflags=-w"), ("GOFLAGS", "-trimpath=false"), ("GOFLAGS", "-buildvcs=false"),
    ("GODEBUG", "gotypesalias=1"), ("GOPROXY", "off"), ("GOMAXPROCS", "1"), ("EDITOR", "ed"),
    ("CC", "false"), ("CGO_CFLAGS", "-O3"), ("CGO_CPPFLAGS", "-DEXTRA=4"), ("CGO_LDFLAGS", "-O1"), ("CXX", "false"),
    ("PKG_CONFIG_PATH", "/nowhere"), ("CPATH", "/nowhere"), ("GOFIPS140", "latest"), ("GOCLOBBERDEADHASH", "1"),
    ("GOTMPDIR", ""), ("LANG", "C"), ("GO386", "softfloat"),
)  # fmt: skip


def _variable(rng: random.Random, project: Project) -> tuple[str, str]:
    name, value = rng.choice(_VARIABLES)
    project.env = {**project.env, name: value}
    return f"variable {name}", f"{name}={value}"


_SETTINGS: tuple[Mapping[str, object], ...] = (
    {"tags": ("mutated",)}, {"ldflags": ("-s",)}, {"ldflags": ("-w",)}, {"ldflags": ("-X main.version=2",)},
    {"ldflags": ("-buildid=",)}, {"gcflags": ("-N",)}, {"gcflags": ("-l",)}, {"gcflags": ("all=-B",)},
    {"asmflags": ("-spectre=ret",)}, {"trimpath": False}, {"variables": (("main.version", "3"),)},
    {"gui": True}, {"pgo": "off"}, {"flags": ("-race=false",)}, {"flags": ("-x",)},
    {"mod": "readonly"}, {"env": (("GOAMD64", "v2"),)}, {"buildmode": "exe"},
)  # fmt: skip


def _setting(rng: random.Random, project: Project) -> tuple[str, str]:
    chosen = rng.choice(_SETTINGS)
    project.overlay = replace(project.overlay, **chosen)  # type: ignore[arg-type]
    return f"setting {next(iter(chosen))}", str(chosen)


def _git(rng: random.Random, project: Project) -> tuple[str, str]:
    """Change what is stamped; a commit cannot be undone, and need not be: the next one differs, too."""
    if not (project.root / ".git").exists():
        return _NOTHING
    project.overlay = replace(project.overlay, buildvcs="true")
    if rng.random() < 0.5:
        (project.root / "UNTRACKED").write_text("x")
    return "stamp", "buildvcs"


def _compiler(rng: random.Random, project: Project) -> tuple[str, str]:
    """Give a C compiler one more flag, where there is one."""
    if "CC" not in project.env:
        return _NOTHING
    flag = rng.choice(("-DEXTRA=5", "-pthread", "-O1", "-funsigned-char", "-g0"))
    project.env = {**project.env, "CC": f"{project.env['CC']} {flag}"}
    return "flag of the C compiler's own", flag


# Causes that concern files come up most.
CAUSES: tuple[Cause, ...] = (
    *(_append, _top, _text, _same_size_and_time, _number, _declare, _remove, _rename, _constrain) * 2,
    _touch, _new, _new, _go_mod, _variable, _variable, _setting, _setting, _git, _compiler,
)  # fmt: skip
