"""A small module with a standard library of a few lines, surveyed for four targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.portability.analysis import analyse
from crosswind.portability.looking import of_graph
from crosswind.portability.survey import Survey, Wanted
from crosswind.project.graph import load, modules_at
from crosswind.target import Target

TARGETS = (
    Target("linux", "amd64"),
    Target("darwin", "arm64"),
    Target("windows", "amd64"),
    Target("plan9", "386"),
)
STANDARD = {
    "os/o.go": "package os\n\nfunc Open() {}\n",
    "syscall/s.go": "package syscall\n\nfunc Exit() {}\n",
    "syscall/s_unix.go": "//go:build unix\n\npackage syscall\n\nfunc Kill() {}\n",
    "unix/u.go": "//go:build unix\n\npackage unix\n\nfunc U() {}\n",
}


def survey_of(
    folder: Path,
    tree: dict[str, str],
    patterns: tuple[str, ...] = ("./...",),
    cache: Path | None = None,
    **wanted: Any,
) -> Survey:
    """Write the files of a module and survey it.

    Args:
        folder: where to.
        tree: texts by path.
        patterns: the packages to ask for.
        cache: the folder for what was found before.
        wanted: further fields of `Wanted`; and `ports`, the universe's targets.
    """
    everything = {f"goroot/src/{name}": text for name, text in STANDARD.items()}
    everything |= {f"m/{name}": text for name, text in tree.items()}
    everything["m/go.mod"] = "module example.com/m\n"
    for name, text in everything.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    here = folder / "m"
    ports = wanted.pop("ports", TARGETS)
    contexts = (Context(one, cgo, release_tags(27)) for one in ports for cgo in (False, True))
    universe = Universe(tuple(contexts))
    modules = modules_at(here, {"GOWORK": "off"}, folder / "goroot", patterns)
    asked = Wanted(patterns, wanted.pop("targets", ports), ports, **wanted)
    graph = load(modules, universe, patterns, here, tests=asked.tests)
    holes = analyse(graph, cache, tests=asked.tests)
    return of_graph(graph, holes, asked, here, cache)
