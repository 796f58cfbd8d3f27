"""Packages with one file left out each time: what go/types misses then, and whether our analysis does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crosswind.portability.check import Checker
from crosswind.portability.hole import FIELD, MEMBER, TWICE
from crosswind.portability.tables import Tables, sources
from crosswind.project.graph import Graph, Package

SOURCE = Path(__file__).parent / "integration" / "portability" / "typeoracle.go"
_UNDEFINED = re.compile(r"undefined: (?:\w+\.)?(\w+)$")
_TWICE = re.compile(r"(?:method )?(\S+) (?:already declared|redeclared)")

# A context's number, the package, the file left out, the file with the mistake, the name.
Mistake = tuple[int, str, str, str, str]


@dataclass
class Differences:
    """What came of a comparison: mistakes that both find, and those that one alone does."""

    agreed: int = 0
    nowhere: int = 0
    missed: tuple[Mistake, ...] = ()
    alarms: tuple[Mistake, ...] = ()


def compare(folder: Path, graph: Graph, paths: Sequence[str]) -> Differences:
    """Leave out each file of some packages of a graph.

    `nowhere` counts names that no file declares any more, used in files for all contexts: these the
    analysis leaves to any build.
    """
    theirs = _theirs(folder, graph, paths)
    built = {
        (number, path, file.name)
        for path in paths
        for file, bits in sources(graph.packages[path])
        for number in range(len(graph.universe.contexts))
        if bits >> number & 1
    }
    # Where a context does not build the file, leaving it out changes nothing.
    ours = {one for path in paths for one in _ours(graph, path) if (*one[:2], one[2]) in built}
    tables = Tables(graph, None)
    nowhere = {one for one in theirs - ours if _is_nowhere(graph, tables, one)}
    missed = sorted(theirs - ours - nowhere)
    alarms = sorted(ours - theirs)
    return Differences(len(theirs & ours), len(nowhere), tuple(missed), tuple(alarms))


def _theirs(folder: Path, graph: Graph, paths: Sequence[str]) -> set[Mistake]:
    program = folder / "typeoracle"
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", program, SOURCE], env=env, check=True)
    contexts = [
        {"goos": one.target.goos, "goarch": one.target.goarch, "tags": sorted(one.tags)}
        for one in graph.universe.contexts
    ]
    packages = {path: str(graph.packages[path].directory) for path in paths}
    asked = json.dumps({"contexts": contexts, "packages": packages}).encode()
    done = subprocess.run([program], input=asked, capture_output=True, check=True)
    found = set()
    for line in done.stdout.decode().splitlines():
        number, path, without, file, message = line.split("\t")
        said = json.loads(message)
        if name := _UNDEFINED.match(said) or _TWICE.match(said):
            found.add((int(number), path, without, file, name[1]))
    return found


def _ours(graph: Graph, path: str) -> Iterator[Mistake]:
    package = graph.packages[path]
    for without in [file.name for file, _ in sources(package)]:
        lists = {**package.lists, "GoFiles": _without(package.lists["GoFiles"], without)}
        changed = replace(package, lists=lists)
        graph.packages[path] = changed
        holes = Checker(changed, graph, Tables(graph, None)).run().holes
        graph.packages[path] = package
        for hole in holes:
            name = hole.name if hole.code == TWICE else hole.name.rpartition(".")[2]
            for number in range(len(graph.universe.contexts)):
                if hole.bits >> number & 1 and hole.code not in (FIELD, MEMBER):
                    yield number, path, without, Path(hole.file).name, name


def _without(listed: Mapping[str, int], name: str) -> dict[str, int]:
    return {one: bits for one, bits in listed.items() if one != name}


def _is_nowhere(graph: Graph, tables: Tables, one: Mistake) -> bool:
    _, path, without, file, name = one
    package: Package = graph.packages[path]
    bits = {source.name: where for source, where in sources(package)}
    pairs = zip(sources(package), tables.declared(package), strict=True)
    is_declared = any(name in said.names for (source, _), said in pairs if source.name != without)
    return bits[file] == graph.universe.everything and not is_declared
