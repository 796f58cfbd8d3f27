"""Read code that compiles to its end: nothing may be missing in it, nothing unused, nothing malformed.

    python prove/prove_unbroken.py --go go1.27.3 --modules

Takes std and cmd of the `go` on PATH and of the versions that `--go` names, and with `--modules` every module
of the module cache whose dependencies are there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from report import Proof

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import namesoracle
from crosswind import toolchain
from crosswind.constraints import Universe
from crosswind.errors import CrosswindError
from crosswind.portability import parsing
from crosswind.portability.check import Checker
from crosswind.portability.hole import IMPORT, Hole
from crosswind.portability.tables import Tables
from crosswind.project.graph import Graph
from crosswind.target import Target

CLAIM = """Every file of packages that are known to compile is read to its end, for the ports below, without cgo and with it: names
that exist nowhere or twice, fields, unused imports, `main`, `init`, receivers, syntax. In std and cmd nothing may be found on any port.
Modules may lack what some ports have; what is missing on all of a file's ports is counted as found."""
PORTS = ("linux/amd64", "windows/386", "darwin/arm64", "plan9/arm", "js/wasm")


def main() -> int:
    """Look, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--go", action="append", default=["local"], help="one more version")
    parser.add_argument("--modules", action="store_true", help="the module cache, too")
    options = parser.parse_args()
    columns = (
        "what",
        "Go",
        "packages",
        "files that the grammar does not know",
        "found",
        "seconds of CPU",
    )
    proof = Proof("unbroken", "Nothing is found in code that compiles", CLAIM, columns)
    for version in options.go:
        os.environ["GOTOOLCHAIN"] = version
        with tempfile.TemporaryDirectory() as folder:
            _standard(proof, Path(folder))
    if options.modules:
        _modules(proof)
    proof.notes.append(f"Ports: {', '.join(PORTS)}.")
    return proof.finish("Nothing is found.")


def _standard(proof: Proof, folder: Path) -> None:
    goroot, version = (Path(_said(folder, "env", name)) for name in ("GOROOT", "GOVERSION"))
    ways = [(Target(*port.split("/")), cgo) for port in PORTS for cgo in (False, True)]
    universe = namesoracle.universe_of(ways, goroot / "src")
    for name, source in (("std", goroot / "src"), ("cmd", goroot / "src" / "cmd")):
        began = time.process_time()
        graph = namesoracle.graph_of(source, universe, [name], goroot, deps=True)
        found, unread = _look(graph)
        for hole in found:
            proof.fail(f"{hole.file}:{hole.line}:{hole.column}: {hole.message}")
        seconds = f"{time.process_time() - began:.0f}"
        proof.row(name, version, len(graph.roots), unread, len(found), seconds)


def _modules(proof: Proof) -> None:
    """Look at the module cache; a module whose go.mod cannot be loaded as it stands is passed over."""
    home = Path.cwd()
    goroot, cache, version = (
        _said(home, "env", name) for name in ("GOROOT", "GOMODCACHE", "GOVERSION")
    )
    universe = namesoracle.universe_of(
        [(Target(*port.split("/")), cgo) for port in PORTS for cgo in (False, True)],
        Path(goroot) / "src",
    )
    roots = [path.parent for path in sorted(Path(cache).glob("**/go.mod"))]
    began, packages, passed, unread, count = time.process_time(), 0, 0, 0, 0
    for root in roots:
        if {"cache", "testdata"} & set(root.parts) or "toolchain@" in str(root):
            continue
        try:
            graph = namesoracle.graph_of(root, universe, ["./..."], Path(goroot), deps=True)
        except CrosswindError:
            passed += 1
            continue
        found, hidden = _look(graph)
        everywhere = [hole for hole in found if _is_everywhere(hole, graph, universe)]
        for hole in everywhere:
            proof.fail(f"{hole.file}:{hole.line}:{hole.column}: {hole.message}")
        packages, unread, count = (
            packages + len(graph.roots),
            unread + hidden,
            count + len(everywhere),
        )
    seconds = f"{time.process_time() - began:.0f}"
    proof.row(f"{len(roots) - passed} modules", version, packages, unread, count, seconds)


def _look(graph: Graph) -> tuple[Sequence[Hole], int]:
    """Return the holes of the packages that were asked for, and how many files could not be read."""
    tables = Tables(graph, None)
    parses = parsing.by_compiler(toolchain.resolve(toolchain.Request()), os.environ)
    found: list[Hole] = []
    unread = 0
    for path in graph.roots:
        package = graph.packages.get(path)
        if package is not None:
            checked = Checker(package, graph, tables, deep=True, parses=parses).run()
            found += [hole for hole in checked.holes if hole.code != IMPORT]
            unread += len(checked.unread)
    return found, unread


def _is_everywhere(hole: Hole, graph: Graph, universe: Universe) -> bool:
    lists = graph.packages[hole.package].lists
    name = Path(hole.file).name
    built = lists.get("GoFiles", {}).get(name, 0) | lists.get("CgoFiles", {}).get(name, 0)
    return hole.bits == built & universe.everything


def _said(folder: Path, *words: str) -> str:
    done = subprocess.run(["go", *words], cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
