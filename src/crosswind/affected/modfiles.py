"""What changes of go.mod, go.sum, go.work and vendor/modules.txt touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crosswind.affected.model import Cause, Touches
from crosswind.affected.places import Places
from crosswind.errors import CrosswindError
from crosswind.project.changes import Change, Changes, Kind
from crosswind.project.graph import Graph
from crosswind.project.modules import modfile, paths, semver, sums, vendored
from crosswind.project.modules.directives import Value
from crosswind.project.modules.model import MainModule
from crosswind.project.modules.modfile import ModFile, WorkFile
from crosswind.project.modules.modules import Modules

# Stands for a module path: every module that is not a main one.
_ALL = ""


class ModFiles:
    """Finds what changed files of modules touch."""

    def __init__(
        self, graph: Graph, places: Places, modules: Modules, changes: Changes, touches: Touches
    ) -> None:
        """Take the modules and the changes; what is found goes to `touches`."""
        self._graph = graph
        self._places = places
        self._modules = modules
        self._changes = changes
        self._touches = touches
        self._mains = {places.inside(main.file_path): main for main in modules.mains}
        self._sums = {places.inside(main.file_path.with_suffix(".sum")) for main in modules.mains}
        self._work = places.inside(modules.work_path) if modules.work_path else None
        self._vendor = places.inside(modules.vendor / "modules.txt") if modules.vendor else None

    def take(self, change: Change) -> bool:
        """Find what a change touches; False if it is no file of modules."""
        known = False
        for path in {change.path, change.old_path} - {""}:
            known = self._file(path, change) or known
        return known

    def _file(self, path: str, change: Change) -> bool:
        old = self._changes.old_file(path)
        if path in self._mains:
            self._main(path, self._mains[path], old)
        elif path in self._sums or (self._work and path == f"{self._work}.sum"):
            self._sum(path, old)
        elif self._work and path == self._work:
            self._workspace(path, old)
        elif self._vendor and path == self._vendor:
            self._listing(path, old)
        elif path.rpartition("/")[2] == "go.mod":
            self._other(path, change)
        else:
            return False
        return True

    def _main(self, path: str, main: MainModule, old: bytes | None) -> None:
        try:
            before = modfile.read_mod(path, old) if old is not None else None
        except CrosswindError:
            before = None
        if before is None:
            self._touches.everything.append(Cause(path, "new, or was broken before"))
            return
        now = main.file
        for name, was, is_now in _lines(before, now, in_workspace=self._modules.work is not None):
            cause = Cause(path, f"{name} line: {was or 'none'}, now {is_now or 'none'}")
            if self._modules.work is not None:
                self._of_main(main, cause)
            else:
                self._touches.everything.append(cause)
        changed = dict(_requirements(before, now))
        if not self._modules.is_complete and _excluded(before) != _excluded(now):
            changed.setdefault("exclude", "lines changed")
        if changed and not self._modules.is_complete:
            first = next(iter(changed.items()))
            message = f"{first[0]} {first[1]}; what that selects is not told by go.mod alone"
            changed = {_ALL: message}
        for module, message in changed.items():
            self._module(module, Cause(path, f"{module} {message}".strip()))

    def _of_main(self, main: MainModule, cause: Cause) -> None:
        """Touch a main module's own packages."""
        for package in self._graph.packages.values():
            if package.module == main.path:
                self._package(package.import_path, cause)

    def _module(self, module: str, cause: Cause) -> None:
        """Touch the packages of a module, and those that may have come from it before."""
        mains = {main.path for main in self._modules.mains}
        for package in self._graph.packages.values():
            if package.standard or package.module in mains:
                continue
            if module in (_ALL, package.module) or paths.is_within(package.import_path, module):
                self._package(package.import_path, cause)
        absent = len(self._graph.absent)
        for path in self._graph.absent:
            # What a package imports that is not here cannot be told.
            told = (
                f"{cause.message} (packages that are not in the module cache, {absent}, count, too)"
            )
            self._package(path, Cause(cause.path, told))

    def _package(self, path: str, cause: Cause) -> None:
        self._touches.package(path, cause, self._graph.universe.everything)

    def _sum(self, path: str, old: bytes | None) -> None:
        """Touch modules that have another hash at the same version."""
        before = sums.read(path, old or b"")
        for module, version in self._selected():
            was, is_now = before.of(module, version), self._modules.sums.of(module, version)
            if was and was != is_now:
                self._module(module, Cause(path, f"{module}@{version} has another hash"))

    def _selected(self) -> Iterator[tuple[str, str]]:
        if self._modules.is_complete:
            yield from self._modules.required.items()
        else:
            yield from self._modules.selection.versions.items()

    def _workspace(self, path: str, old: bytes | None) -> None:
        try:
            before = modfile.read_work(path, old) if old is not None else None
        except CrosswindError:
            before = None
        now = self._modules.work
        if before is None or now is None or _bare(before) != _bare(now):
            self._touches.everything.append(Cause(path, "the workspace changed"))

    def _listing(self, path: str, old: bytes | None) -> None:
        before = vendored.read(old or b"")
        now = self._modules.vendored
        for module, entry in now.entries.items() if now else ():
            was = before.entries.get(module)
            if was is None or (was.replacement, was.go) != (entry.replacement, entry.go):
                self._module(module.path, Cause(path, f"{module} is new"))

    def _other(self, path: str, change: Change) -> None:
        """Touch what is around a go.mod that is no main module's."""
        folder = path.rpartition("/")[0]
        if change.kind is not Kind.MODIFIED:
            # Packages below it have come into, or gone out of, the module around it.
            cause = Cause(path, f"{change.kind}: packages below it belong to another module now")
            known = {*self._graph.packages, *self._graph.absent}
            below = self._places.import_paths(folder)
            for one in sorted(known):
                if any(paths.is_within(one, prefix) for prefix in below):
                    self._package(one, cause)
            return
        for package in self._places.within(folder):
            self._package(package.import_path, Cause(path, "modified"))
        if not self._modules.is_complete and self._is_replacement(folder):
            self._module(_ALL, Cause(path, "modified; its requirements count"))

    def _is_replacement(self, folder: str) -> bool:
        return any(self._places.inside(root) == folder for _, root in self._modules.replaced)


def _lines(before: ModFile, now: ModFile, *, in_workspace: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the lines that count for everything, where they differ: what was, and what is."""
    values = [
        ("module", _text(before.module), _text(now.module)),
        ("go", _text(before.go), _text(now.go)),
    ]
    if not in_workspace:
        values += [
            ("toolchain", _text(before.toolchain), _text(now.toolchain)),
            ("godebug", _settings(before), _settings(now)),
            ("ignore", " ".join(_texts(before)), " ".join(_texts(now))),
        ]
    yield from (one for one in values if one[1] != one[2])


def _text(value: Value | None) -> str:
    return value.text if value else ""


def _texts(file: ModFile) -> Iterable[str]:
    return (one.text for one in file.ignore)


def _settings(file: ModFile) -> str:
    return " ".join(f"{one.key}={one.value}" for one in file.godebug)


def _requirements(before: ModFile, now: ModFile) -> Iterator[tuple[str, str]]:
    """Yield the modules of which another version, or something else, is taken, and what was said."""
    old, new = _versions(before), _versions(now)
    for module in sorted({*old, *new}):
        was, is_now = old.get(module, "none"), new.get(module, "none")
        if was != is_now:
            yield module, f"{was}, now {is_now}"
    for line in sorted(_replaced(before) ^ _replaced(now)):
        yield line[0], "is replaced by something else"


def _versions(file: ModFile) -> dict[str, str]:
    excluded = _excluded(file)
    found: dict[str, str] = {}
    for one in file.require:
        if (one.path, one.version) not in excluded:
            known = found.get(one.path, "")
            found[one.path] = max(known, one.version, key=semver.key)
    return found


def _excluded(file: ModFile) -> set[tuple[str, str]]:
    return {(one.path, one.version) for one in file.exclude}


def _replaced(file: ModFile) -> set[tuple[str, str, str, str]]:
    return {(one.path, one.version, one.new_path, one.new_version) for one in file.replace}


def _bare(work: WorkFile) -> WorkFile:
    """Leave out where things stand, and comments."""
    return replace(
        work,
        name="",
        go=_bare_value(work.go),
        toolchain=_bare_value(work.toolchain),
        use=tuple(one._replace(line=0, column=0) for one in work.use),
        replace=tuple(one._replace(line=0, column=0) for one in work.replace),
        godebug=tuple(one._replace(line=0, column=0) for one in work.godebug),
    )


def _bare_value(value: Value | None) -> Value | None:
    return value._replace(line=0, column=0) if value else None
