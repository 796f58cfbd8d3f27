"""What Go's own packages say of names, and whether our tables and uses say the same."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from tree_sitter import Node

import golist
from crosswind.constraints import Context, Universe
from crosswind.portability import syntax, uses
from crosswind.portability.tables import Tables
from crosswind.project.graph import Graph, load, modules_at
from crosswind.target import Target

SOURCE = Path(__file__).parent / "integration" / "portability" / "oracle.go"
# The grammar knows these by themselves.
_CONSTANTS = frozenset({"nil", "true", "false", "iota"})
_TAGS = "{{range context.ToolTags}}{{.}} {{end}}{{range context.ReleaseTags}}{{.}} {{end}}"


def built(folder: Path) -> Path:
    """Build the program that asks Go's packages."""
    program = folder / "oracle"
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", program, SOURCE], env=env, check=True)
    return program


def universe_of(ways: Sequence[tuple[Target, bool]], folder: Path) -> Universe:
    """Make the contexts of ways to build, with the tags that the go command tells."""
    contexts = []
    for target, cgo in ways:
        words = ["go", "list", "-find", "-f", _TAGS, "runtime"]
        env = golist.env_of(target, cgo)
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, check=True)
        contexts.append(Context(target, cgo, frozenset(done.stdout.decode().split())))
    return Universe(tuple(contexts))


def graph_of(
    folder: Path,
    universe: Universe,
    patterns: Sequence[str],
    goroot: Path,
    *,
    deps: bool = False,
) -> Graph:
    """Load packages, outside of any user's settings."""
    env = golist.env_of(universe.contexts[0].target, cgo=False)
    return load(modules_at(folder, env, goroot, patterns), universe, patterns, folder, deps=deps)


def table_differences(program: Path, graph: Graph) -> tuple[int, list[str]]:
    """Compare the tables of all packages of a graph; return how many names, and what differs."""
    contexts = [
        {
            "goos": one.target.goos,
            "goarch": one.target.goarch,
            "cgo": one.cgo,
            "tags": sorted(one.tags),
        }
        for one in graph.universe.contexts
    ]
    packages = {path: str(package.directory) for path, package in graph.packages.items()}
    asked = json.dumps({"contexts": contexts, "packages": packages}).encode()
    done = subprocess.run([program, "tables"], input=asked, capture_output=True, check=True)
    count, wrong = 0, []
    tables = Tables(graph, None)
    for path, theirs in json.loads(done.stdout).items():
        ours = _names(tables, path)
        names = {name: int(bits, 16) for name, bits in theirs.items()}
        count += len(names)
        wrong += [
            f"{path}.{name}: {ours.get(name, 0):x}, go {names.get(name, 0):x}"
            for name in sorted(ours.keys() | names)
            if name.rpartition(".")[2] != "_" and ours.get(name, 0) != names.get(name, 0)
        ]
    return count, wrong


def _names(tables: Tables, path: str) -> dict[str, int]:
    """Return a package's names, and the fields of its structs as `Type.field`."""
    table = tables.of(path)
    if table is None:
        return {}
    found = dict(table.names)
    for name, shapes in table.shapes.items():
        for bits, shape in shapes:
            for field in shape.fields:
                key = f"{name}.{field}"
                found[key] = found.get(key, 0) | bits
    return found


def use_differences(program: Path, files: Sequence[Path]) -> tuple[int, list[str]]:
    """Compare what files leave to others; return how many uses, and what differs.

    Of a file that the grammar cannot read in full only that is told.
    """
    roots = {path: syntax.parse(path.read_bytes()) for path in files}
    unread = [path for path, root in roots.items() if root.has_error]
    read = [path for path in files if path not in unread]
    done = subprocess.run([program, "free", *read], capture_output=True, check=True, text=True)
    theirs = {line for line in done.stdout.splitlines() if line.partition(" ")[2] not in _CONSTANTS}
    ours = {line for path in read for line in _uses(path, roots[path])}
    wrong = [f"{path}: cannot be read in full" for path in unread]
    wrong += [f"ours alone: {line}" for line in sorted(ours - theirs)]
    return len(theirs), wrong + [f"go alone: {line}" for line in sorted(theirs - ours)]


def _uses(path: Path, root: Node) -> Iterator[str]:
    imports = {name or of.rpartition("/")[2]: of for name, of in syntax.imports(root)}
    for one in uses.find(root, imports, lambda _: True):
        if not one.of and one.name not in _CONSTANTS:
            name = f"{one.package}.{one.name}" if one.package else one.name
            yield f"{path}:{one.line}:{one.column} {name}"
