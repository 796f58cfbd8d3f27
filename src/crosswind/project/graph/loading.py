"""Load a graph: from modules, a toolchain's GOROOT, and what the user asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from crosswind.constraints import Universe
from crosswind.errors import UsageError
from crosswind.finding import Finding, Severity
from crosswind.project.graph import named_files
from crosswind.project.graph.derived import Derived
from crosswind.project.graph.graph import Graph, Place, Root, build
from crosswind.project.graph.model import Package
from crosswind.project.graph.patterns import is_local
from crosswind.project.graph.roots import Roots, clean
from crosswind.project.graph.scan import Scan
from crosswind.project.modules import paths
from crosswind.project.modules.load import load as load_modules
from crosswind.project.modules.load import outside
from crosswind.project.modules.model import Absent, Found
from crosswind.project.modules.modules import Modules
from crosswind.project.modules.vendored import Version
from crosswind.system import files


def load(
    modules: Modules,
    universe: Universe,
    patterns: Sequence[str],
    directory: Path,
    *,
    deps: bool = True,
    tests: bool = False,
    scan: Scan | None = None,
) -> Graph:
    """Load packages and, if asked for, all that they need.

    Args:
        modules: where packages come from.
        universe: all contexts.
        patterns: what is asked for, as `go list` takes it.
        directory: where relative paths begin.
        deps: whether to follow imports.
        tests: whether to follow those of the tests of what is asked for, too.
        scan: reads folders; one of its own if None.

    Raises:
        UsageError: CW5030, a pattern without wildcards names no package, or files are not of one.
    """
    scan = scan or Scan(files.cache_dir())
    finder = ModuleFinder(modules, scan)
    found: dict[str, tuple[Root, ...]]
    if named_files.are_files(patterns, directory):
        place = named_files.place(patterns, directory.absolute(), modules)
        found = {name: (Root(place, named=True, pattern=name),) for name in patterns}
    else:
        roots = Roots(modules, finder, scan, directory.absolute())
        found = {
            pattern: tuple(replace(one, pattern=clean(pattern)) for one in roots.of(pattern))
            for pattern in patterns
        }
    asked = list(chain.from_iterable(found.values()))
    is_all = "all" in patterns
    tests |= is_all
    derived = Derived(scan, universe, files.cache_dir(), tests=tests)
    graph = build(
        universe, asked, finder, scan.folder, deps=deps or is_all, tests=tests, derived=derived
    )
    # A pattern whose packages have no files in any context warns, too (search.go, WarnUnmatched).
    matching = set(chain.from_iterable(graph.matches.values()))
    graph.unmatched = tuple(one for one in found if "..." in one and clean(one) not in matching)
    if is_all:
        # modload/load.go, computePatternAll: what the main modules' packages and their tests need.
        needed = graph.closure(graph.with_tests(graph.roots), implied=False)
        for path, where in needed.items():
            if not is_local(path):
                graph.roots[path] = where
                graph.matches.setdefault(path, {})["all"] = where
    graph.unreadable = scan.unreadable
    scan.save()
    derived.save()
    return graph


def warnings(graph: Graph) -> list[Finding]:
    """Warn of folders that could not be read, and of patterns that match nothing: most are misspelt."""
    told = [
        ("CW5032", path, f"this folder is left out: {reason}")
        for path, reason in graph.unreadable.items()
    ]
    told += [("CW5033", pattern, "matches no packages") for pattern in graph.unmatched]
    return [Finding(code, Severity.WARNING, subject, message) for code, subject, message in told]


def modules_at(
    directory: Path, env: Mapping[str, str], goroot: Path, patterns: Sequence[str]
) -> Modules:
    """Load the modules of a folder; Go's own packages can be had outside of any.

    Raises:
        UsageError: as `modules.load.load`.
    """
    try:
        return load_modules(directory, env, goroot=goroot)
    except UsageError as error:
        alone = named_files.are_files(patterns, directory) or all(map(_is_standard, patterns))
        if error.code == "CW0301" and alone:
            return outside(env, goroot)
        raise


def _is_standard(pattern: str) -> bool:
    """Whether a pattern can be about Go's own packages alone."""
    return not is_local(pattern) and pattern != "all" and paths.is_standard(pattern)


# Stands for an importer in a main module.
_MAIN = "main"


class ModuleFinder:
    """Finds packages by modules, each path once."""

    def __init__(self, modules: Modules, scan: Scan) -> None:
        """Take the modules; what they find is announced to the scan."""
        self._modules = modules
        self._scan = scan
        self._known: dict[tuple[str, str], Place] = {}
        self._mains = {main.path for main in modules.mains}
        self._announced: set[Path] = set()
        for main in modules.mains:
            scan.add(main.directory)
        if modules.goroot:
            scan.add(modules.goroot / "src")

    def __call__(self, path: str, importer: Package | None) -> Place:
        """Find a package that another one imports; None for one that the user names."""
        above = ""
        if importer and importer.standard:
            above = "cmd/" if importer.import_path.startswith("cmd/") else "std"
        elif importer and (importer.module in self._mains or _is_named(importer)):
            above = _MAIN
        found = self._known.get((path, above))
        if found is None:
            found = self._known[path, above] = self._find(path, above)
        return found

    def _find(self, path: str, above: str) -> Place:
        found = self._modules.find(path, above if above != _MAIN else "")
        if isinstance(found, Absent):
            return Place(path, None, reason=found.reason)
        if found.implicit and above == _MAIN:
            # modload/load.go, DirectImportFromImplicitDependencyError.
            needed = f"{found.module}@{found.version}"
            reason = f"{path} is imported from an implicitly required module; go get {needed}"
            return Place(path, None, reason=reason)
        if found.root and found.root not in self._announced and not found.standard:
            self._announced.add(found.root)
            module = Version(found.module, found.version)
            self._scan.add(
                found.root, fixed="" if found.local else self._modules.cached_sum(module)
            )
        return _place(found)


def _is_named(package: Package) -> bool:
    return package.import_path == named_files.IMPORT_PATH


def _place(found: Found) -> Place:
    reason = "" if found.directory else f"{found.module} is not in the module cache"
    own = found.main or bool(found.replaced and found.replaced.folder)
    return Place(
        found.path, found.directory, found.module, found.version, found.standard, reason, own=own
    )
