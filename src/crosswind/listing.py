"""What `crosswind list` tells: Go's lists of files and imports, of each package for each target."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from crosswind import toolchain
from crosswind.constraints import Universe
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.project import gomod
from crosswind.project.graph import Graph, Package, Problem, load, modules_at, warnings
from crosswind.project.graph.contexts import universe
from crosswind.project.graph.graph import IMPORTS
from crosswind.project.graph.implied import union
from crosswind.project.modules import paths
from crosswind.project.modules.default_godebug import Defaults
from crosswind.project.modules.modules import Modules
from crosswind.project.modules.vendored import Version
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain

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
# Those that are no lists of names.
FURTHER = ("Doc", "Match", "DefaultGODEBUG", "ImportMap", "Incomplete")


@frozen
class Wanted:
    """What to list.

    Attributes:
        patterns: as `go list` takes them; all packages of the module if empty.
        targets: for which.
        cgo: whether C takes part.
        deps: packages that these need, too.
        tests: those that their tests need, too.
        tags: that are set, as with `-tags`; None for those of GOFLAGS.
    """

    patterns: tuple[str, ...]
    targets: tuple[Target, ...]
    cgo: bool = False
    deps: bool = False
    tests: bool = False
    tags: tuple[str, ...] | None = None


@frozen
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
        UsageError: CW0301 and CW0302, no go.mod or a bad one; CW5030, a pattern names nothing; CW0303
            and CW0318, a setting of Go.
        MissingError: CW0414, the go command does not tell its tags.
    """
    env = toolchain.environment(chosen, os.environ)
    patterns = wanted.patterns or gomod.everything(gomod.find(directory, env), directory)
    modules = modules_at(directory, env, chosen.goroot, patterns)
    contexts = universe(chosen, env, wanted.targets, (wanted.cgo,), wanted.tags)
    graph = load(modules, contexts, patterns, directory, tests=wanted.tests)
    fips = Settings.read(env, chosen.goroot).get("GOFIPS140").value not in ("", "off")
    defaults = Defaults(modules, chosen.version, fips=fips)
    packages = listing(graph, modules, defaults, deps=wanted.deps, tests=wanted.tests)
    return Listing(packages, contexts, tuple(warnings(graph)))


@frozen
class Listed:
    """A package, and what Go's fields hold in each context.

    Attributes:
        package: the package.
        there: the contexts in which it is listed.
        fields: by the context's bit: each field that is not empty.
        dependency: whether it is here only because others need it.
        module: what is known of its module.
        root: the folder of that, or GOROOT.
        in_goroot: whether it lies in GOROOT.
    """

    package: Package
    there: int
    fields: Mapping[int, Mapping[str, Any]]
    dependency: bool = False
    module: Mapping[str, Any] = field(default_factory=dict)
    root: str = ""
    in_goroot: bool = False

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
        for listed in LISTS:
            if not listed.endswith("Files") or listed.startswith(("Ignored", "Invalid")):
                continue
            for name, bits in self.package.lists.get(listed, {}).items():
                where = bits & self.where
                if where == self.where:
                    common.append(name)
                elif where:
                    differing.setdefault(where, []).append(name)
        return common, differing

    @property
    def about(self) -> dict[str, Any]:
        """What is said of it whatever the target."""
        package = self.package
        document: dict[str, Any] = {"ImportPath": package.import_path}
        document |= {"Dir": str(package.directory)} if package.directory != Path() else {}
        document["Name"] = self.name
        document |= {"Root": self.root} if self.root else {}
        document |= {"Module": dict(self.module)} if self.module else {}
        document |= {"Goroot": True} if self.in_goroot else {}
        # Other modules in GOROOT are called after the standard library, too (copyBuild).
        is_standard = self.in_goroot and paths.is_standard(package.import_path)
        document |= {"Standard": True} if is_standard else {}
        document |= {"DepOnly": True} if self.dependency else {}
        return document

    def document(self, universe: Universe) -> dict[str, Any]:
        """Return the package as it stands in the JSON document."""
        document = self.about
        document["targets"] = {
            str(universe.contexts[bit].target): {
                key: value
                for key, value in found.items()
                if key != "Name" or value != document["Name"]
            }
            for bit, found in self.fields.items()
        }
        return document


def listing(
    graph: Graph,
    modules: Modules,
    defaults: Defaults,
    *,
    deps: bool = False,
    tests: bool = False,
) -> tuple[Listed, ...]:
    """List the packages of a graph.

    Args:
        graph: the graph.
        modules: that its packages belong to.
        defaults: tells what programs start with.
        deps: whether what packages need counts, too.
        tests: likewise what their tests need.
    """
    incomplete = graph.incomplete()
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
        _further(graph, package, defaults, fields)
        _set(fields, "Incomplete", True, incomplete.get(path, there if package.empty else 0))
        if not tests:
            _drop_test_files(fields)
        module = _module(package, modules)
        root = str(modules.goroot) if package.standard else str(module.get("Dir", ""))
        in_goroot = _is_in_goroot(package, modules)
        depended = path not in graph.roots
        found.append(Listed(package, there, fields, depended, module, root, in_goroot))
    return tuple(found)


def _fields(graph: Graph, package: Package, there: int) -> dict[int, dict[str, Any]]:
    """Return Go's fields that are not empty, in each context; contexts alike share a value."""
    found: dict[int, dict[str, Any]] = {
        bit: {} for bit in range(there.bit_length()) if there >> bit & 1
    }
    for name, where in package.names.items():
        _set(found, "Name", name, where)
    for listed in LISTS:
        values = _values(graph, package, listed)
        wheres = {where & there for _, where in values}
        for part in _parts(there, wheres):
            chosen = [value for value, where in values if where & part]
            if chosen:
                _set(found, listed, chosen, part)
    left = there
    for problem in package.problems:
        error = {"Pos": problem.place, "Err": problem.message}
        _set(found, "Error", error, problem.where & left)
        left &= ~problem.where
    return found


def _further(
    graph: Graph, package: Package, defaults: Defaults, found: dict[int, dict[str, Any]]
) -> None:
    """Add the fields that are no lists of names."""
    for doc, where in package.docs.items():
        _set(found, "Doc", doc, where)
    matches = graph.matches.get(package.import_path, {})
    mapped = graph.mapped.get(package.import_path, {})
    imports = package.lists.get("Imports", {})
    # Where a program cannot be linked, load ends before it comes to its settings.
    main = package.names.get("main", 0) & ~package.unlinked
    files = [
        (file.go.directives, _of_files(package, file.name))
        for file in package.files
        if main and file.go and file.go.directives
    ]
    for bit, fields in found.items():
        here = 1 << bit
        if patterns := [pattern for pattern, where in matches.items() if where & here]:
            fields["Match"] = patterns
        raw = {
            one: to for one, to in mapped.items() if imports.get(one, 0) & here & ~package.halted
        }
        if raw:
            fields["ImportMap"] = raw
        if main & here:
            texts = (one.text for directives, where in files if where & here for one in directives)
            if settings := defaults.of(texts):
                fields["DefaultGODEBUG"] = settings


def _is_in_goroot(package: Package, modules: Modules) -> bool:
    """Whether go/build finds a folder in GOROOT (build.go, Import)."""
    source = modules.goroot / "src" if modules.goroot else None
    if source is None or not package.directory.is_relative_to(source):
        return False
    return "testdata" not in package.directory.relative_to(source).parts


def _of_files(package: Package, name: str) -> int:
    """Return where a file is one of those that make the package, tests apart."""
    lists = (package.lists.get(listed, {}) for listed in ("GoFiles", "CgoFiles"))
    return union(files.get(name, 0) for files in lists)


def _module(package: Package, modules: Modules) -> dict[str, Any]:
    """Tell of a package's module what a Module of `go list` does, as far as files here say it."""
    if not package.module:
        return {}
    module = Version(package.module, package.version)
    new = modules.replacement(module)
    is_main = not package.version and any(one.path == package.module for one in modules.mains)
    found: dict[str, Any] = {"Path": package.module}
    found |= {"Version": package.version} if package.version else {}
    if new:
        found["Replace"] = {"Path": new.path, **({"Version": new.version} if new.version else {})}
    found |= {"Main": True} if is_main else {}
    folder = None if modules.vendor and not is_main else modules.folder(module)
    return {**found, "Dir": str(folder)} if folder else found


def _drop_test_files(fields: dict[int, dict[str, Any]]) -> None:
    """Leave out what tests embed: go list tells it with -test alone."""
    for found in fields.values():
        found.pop("TestEmbedFiles", None)
        found.pop("XTestEmbedFiles", None)


def _set(found: dict[int, dict[str, Any]], name: str, value: object, where: int) -> None:
    for bit, fields in found.items():
        if where >> bit & 1:
            fields[name] = value


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
    found = package.lists.get(field, {}).items()
    # Files that are named one by one stay in that order.
    is_named = package.seen_from and field.endswith("GoFiles")
    return list(found) if is_named else sorted(found)
