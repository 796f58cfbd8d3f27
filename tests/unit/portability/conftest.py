"""A small module with a standard library of a few lines, surveyed for four targets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.portability import analyse
from crosswind.portability.survey import Survey, Wanted, of_graph
from crosswind.project.graph import load, modules_at
from crosswind.target import Target

TARGETS = (
    Target("linux", "amd64"),
    Target("darwin", "arm64"),
    Target("windows", "amd64"),
    Target("plan9", "386"),
)
UNIVERSE = Universe(
    tuple(Context(one, cgo, release_tags(27)) for one in TARGETS for cgo in (False, True))
)
STANDARD = {
    "os/o.go": "package os\n\nfunc Open() {}\n",
    "syscall/s.go": "package syscall\n\nfunc Exit() {}\n",
    "syscall/s_unix.go": "//go:build unix\n\npackage syscall\n\nfunc Kill() {}\n",
    "unix/u.go": "//go:build unix\n\npackage unix\n\nfunc U() {}\n",
}

Surveyor = Callable[..., Survey]


@pytest.fixture
def surveyed(tmp_path: Path) -> Surveyor:
    """Write files and survey them: `surveyed({"a/a.go": "package a"}, targets=…)`."""

    def look(tree: dict[str, str], patterns: tuple[str, ...] = ("./...",), **wanted: Any) -> Survey:
        everything = {f"goroot/src/{name}": text for name, text in STANDARD.items()}
        everything |= {f"m/{name}": text for name, text in tree.items()}
        everything["m/go.mod"] = "module example.com/m\n"
        for name, text in everything.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        here = tmp_path / "m"
        modules = modules_at(here, {"GOWORK": "off"}, tmp_path / "goroot", patterns)
        graph = load(modules, UNIVERSE, patterns, here)
        asked = Wanted(patterns, wanted.pop("targets", TARGETS), TARGETS, **wanted)
        return of_graph(graph, analyse(graph, "go1"), asked, here)

    return look
