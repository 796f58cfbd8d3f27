"""What `crosswind list` tells: Go's lists of files and imports, of each package for each target."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosswind import toolchain
from crosswind.constraints import Universe
from crosswind.finding import Finding, Severity
from crosswind.project import gomod
from crosswind.project.graph import Graph, Package, Problem, load, modules_at, unmatched
from crosswind.project.graph.contexts import universe
from crosswind.project.graph.graph import IMPORTS
from crosswind.target import Target
from crosswind.toolchain import Toolchain

# cmd/go/internal/load/pkg.go, PackagePublic, in its order.
LISTS = (
    "GoFiles", "CgoFiles", "IgnoredGoFiles", "InvalidGoFiles", "IgnoredOtherFiles",
    "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles", "SwigFiles", "SwigCXXFiles",
    "SysoFiles", "EmbedPatterns", "EmbedFiles",
    "CgoCFLAGS", "CgoCPPFLAGS", "CgoCXXFLAGS", "CgoFFLAGS", "CgoLDFLAGS", "CgoPkgConfig",
    "Imports",
    "TestGoFiles", "TestImports", "TestEmbedPatterns", "TestEmbedFiles",
    "XTestGoFiles", "XTestImports", "XTestEmbedPatterns", "XTestEmbedFiles",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list.

    Attributes:
        patterns: as `go list` takes them; all packages of the module if empty.
        targets: for which.
        cgo: whether C takes part.
        deps: packages that these need, too.
        tests: those that their tests need, too.
        tags: that are set, as with `-tags`.
    """

    patterns: tuple[str, ...]
    targets: tuple[Target, ...]
    cgo: bool = False
    deps: bool = False
    tests: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """What was listed.

    Attributes:
        packages: by import path, in order.
        universe: the contexts that bits mean.
        findings: of the tree as a whole, and of patterns that match nothing.
    """

    packages: tuple[Listed, ...]
    universe: Universe
    findings: tuple[Finding, ...] = ()

    @property
    def asked(self) -> tuple[Target, ...]:
        """All targets that were asked about."""
        return tuple(context.target for context in self.universe.contexts)

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The packages as they stand in the JSON document."""
        return [one.document(self.universe) for one in self.packages]

    def targets(self, where: int) -> tuple[Target, ...]:
        """Return the targets of a set of contexts."""
        return tuple(context.target for context in self.universe.members(where))


def list_packages(directory: Path, chosen: Toolchain, wanted: Wanted) -> Listing:
    """List packages of a module, a workspace or the standard library, for all targets in one pass.

    Args:
        directory: the project's folder; patterns count from here.
        chosen: the Go whose tags and standard library count.
        wanted: what to list.

    Raises:
        UsageError: CW0301 and CW0302, no go.mod or a bad one; CW5030, a pattern names nothing.
        MissingError: CW0414, the go command does not tell its tags.
    """
    env = toolchain.environment(chosen, os.environ)
    patterns = wanted.patterns or gomod.everything(gomod.find(directory, env), directory)
    modules = modules_at(directory, env, chosen.goroot, patterns)
    contexts = universe(chosen, env, wanted.targets, (wanted.cgo,), wanted.tags)
    graph = load(modules, contexts, patterns, directory, tests=wanted.tests)
    unreadable = (
        Finding("CW5032", Severity.WARNING, path, f"this folder is left out: {reason}")
        for path, reason in graph.unreadable.items()
    )
    packages = listing(graph, deps=wanted.deps, tests=wanted.tests)
    return Listing(packages, contexts, (*unreadable, *unmatched(graph)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A package, and what Go's fields hold in each context.

    Attributes:
        package: the package.
        there: the contexts in which it is listed.
        fields: by the context's bit: each field that is not empty.
        dependency: whether it is here only because others need it.
    """

    package: Package
    there: int
    fields: Mapping[int, Mapping[str, Any]]
    dependency: bool = False

    @property
    def name(self) -> str:
        """Its package name: that of the first context which has one."""
        return next((found["Name"] for found in self.fields.values() if "Name" in found), "")

    @property
    def where(self) -> int:
        """The contexts in which it has Go files to build or to test."""
        return self.there & ~self.package.empty

    @property
    def files(self) -> tuple[list[str], dict[int, list[str]]]:
        """The files that it has wherever it has any, and the others by their contexts."""
        common, differing = list[str](), dict[int, list[str]]()
        for field in LISTS:
            if not field.endswith("Files") or field.startswith(("Ignored", "Invalid")):
                continue
            for name, bits in self.package.lists.get(field, {}).items():
                where = bits & self.where
                if where == self.where:
                    common.append(name)
                elif where:
                    differing.setdefault(where, []).append(name)
        return common, differing

    def document(self, universe: Universe) -> dict[str, Any]:
        """Return the package as it stands in the JSON document."""
        package = self.package
        document: dict[str, Any] = {"ImportPath": package.import_path}
        document |= {"Dir": str(package.directory)} if package.directory != Path() else {}
        document["Name"] = self.name
        if package.module:
            document["Module"] = {"Path": package.module, "Version": package.version}
        document |= {"Standard": True} if package.standard else {}
        document |= {"DepOnly": True} if self.dependency else {}
        document["targets"] = {
            str(universe.contexts[bit].target): {
                key: value
                for key, value in found.items()
                if key != "Name" or value != document["Name"]
            }
            for bit, found in self.fields.items()
        }
        return document


def listing(graph: Graph, *, deps: bool = False, tests: bool = False) -> tuple[Listed, ...]:
    """List the packages of a graph: those asked for and, with `deps`, those that they need."""
    chosen = graph.roots
    if deps:
        chosen = graph.closure(graph.with_tests(graph.roots) if tests else graph.roots)
    found = []
    for path in sorted(chosen):
        there = chosen[path]
        package = graph.packages.get(path)
        if package is None and path in graph.absent:
            problem = Problem(there, graph.absent[path], path)
            package = Package(path, Path(), problems=(problem,), empty=there)
        if package is None:
            continue
        fields = _fields(graph, package, there)
        if not tests:
            _drop_test_files(fields)
        found.append(Listed(package, there, fields, path not in graph.roots))
    return tuple(found)


def _fields(graph: Graph, package: Package, there: int) -> dict[int, dict[str, Any]]:
    """Return Go's fields that are not empty, in each context; contexts alike share a value."""
    found: dict[int, dict[str, Any]] = {
        bit: {} for bit in range(there.bit_length()) if there >> bit & 1
    }
    for name, where in package.names.items():
        _set(found, "Name", name, where)
    for field in LISTS:
        values = _values(graph, package, field)
        wheres = {where & there for _, where in values}
        for part in _parts(there, wheres):
            chosen = [value for value, where in values if where & part]
            if chosen:
                _set(found, field, chosen, part)
    left = there
    for problem in package.problems:
        error = {"Pos": problem.place, "Err": problem.message}
        _set(found, "Error", error, problem.where & left)
        left &= ~problem.where
    return found


def _drop_test_files(fields: dict[int, dict[str, Any]]) -> None:
    """Leave out what tests embed: go list tells it with -test alone."""
    for found in fields.values():
        found.pop("TestEmbedFiles", None)
        found.pop("XTestEmbedFiles", None)


def _set(found: dict[int, dict[str, Any]], field: str, value: object, where: int) -> None:
    for bit, fields in found.items():
        if where >> bit & 1:
            fields[field] = value


def _parts(there: int, wheres: Iterable[int]) -> list[int]:
    """Divide contexts into sets within which no set of `wheres` makes a difference."""
    parts = [there] if there else []
    for where in wheres:
        parts = [one for part in parts for one in (part & where, part & ~where) if one]
    return parts


def _values(graph: Graph, package: Package, field: str) -> Sequence[tuple[str, int]]:
    """Return what a list holds and where, in Go's order."""
    if field in package.flags:
        return package.flags[field]
    if field == "Imports":
        # In the order of the paths as written, not as resolved.
        return list(graph.imports(package.import_path).items())
    if field in IMPORTS:
        return sorted(graph.imports(package.import_path, field).items())
    return sorted(package.lists.get(field, {}).items())
