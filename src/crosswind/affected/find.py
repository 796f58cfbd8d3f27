"""Which programs, targets and tests the changes since a revision touch."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from crosswind import toolchain
from crosswind.affected import elsewhere, settings
from crosswind.affected.model import Affected, Cause, Touched, Touches
from crosswind.affected.modfiles import ModFiles
from crosswind.affected.places import Places
from crosswind.affected.settings import Configuration
from crosswind.affected.sources import Sources
from crosswind.affected.spread import Spread
from crosswind.config.load import find as find_config
from crosswind.config.load import load as load_config
from crosswind.config.selection import Selection, select
from crosswind.config.settings import Cgo, Config
from crosswind.constraints import Context, Universe
from crosswind.errors import MissingError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.project import at_hand, changes, gomod, programs
from crosswind.project.changes import Changes
from crosswind.project.git_hidden import Hidden
from crosswind.project.graph import Graph, Package, load, warnings
from crosswind.project.modules.load import load as load_modules
from crosswind.project.modules.modules import Modules
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags, tags

_TESTS = ("TestGoFiles", "XTestGoFiles")


@frozen
class Wanted:
    """What is asked.

    Attributes:
        directory: the project.
        since: the revision to compare with.
        targets: as `-t` takes them; the configuration's if empty.
        config: another configuration file than the project's own.
        offline: whether `--offline` was given.
    """

    directory: Path
    since: str
    targets: tuple[str, ...] = ()
    config: Path | None = None
    offline: bool = False


@frozen
class _Ground:
    """What changes are held against."""

    wanted: Wanted
    go: Toolchain
    config: Config
    selection: Selection
    env: Mapping[str, str]
    modules: Modules


def affected(wanted: Wanted) -> Affected:
    """Find out what the changes since a revision touch.

    Raises:
        UsageError: CW5090, no repository; CW5091, no such revision; the configuration or go.mod is
            broken (CW02xx, CW03xx, CW502x).
        MissingError: CW5092, no git; CW5094, no Go.
        BuildError: CW5093, git fails.
    """
    changed = changes.since(wanted.directory, wanted.since)
    changed.load(one for one in changed.changed if _is_read(one.old_path or one.path))
    ground, note = _ground(wanted)
    ways = _Ways(ground)
    patterns = gomod.everything(gomod.find(wanted.directory, ground.env), wanted.directory)
    named = [programs.pattern(entry.main) for entry in ground.config.programs]
    graph = load(ground.modules, ways.universe, (*patterns, *named), wanted.directory, tests=True)
    found = _programs(ground, graph)
    units = {
        name: tuple(target for target in _targets(ground) if ground.selection.wants(name, target))
        for name in found
    }
    places = Places(changed.top, graph, ground.modules)
    touches, idle = _touches(ground, changed, graph, places, units)
    spread = Spread(graph, touches)
    touched = list(_touched_programs(found, units, spread, touches, ways))
    tests = list(_touched_tests(graph, spread, touches, ways))
    return Affected(
        commit=changed.commit,
        changed={one.path: str(one.kind) for one in changed.changed},
        idle=idle,
        asked=_targets(ground),
        programs=tuple(touched),
        tests=tuple(tests),
        all_programs=len(found),
        all_tests=sum(1 for path in graph.roots if _has_tests(graph, path)),
        findings=(
            *([note] if note else []),
            *([_parted(wanted.since)] if changed.apart else []),
            *([_hidden(changed.top, changed.hidden)] if changed.hidden else []),
            *warnings(graph),
            *touches.unseen,
        ),
    )


def _parted(revision: str) -> Finding:
    message = "HEAD does not descend from it: what came there since counts as changed, too"
    hint = f'--since "$(git merge-base {shlex.quote(revision)} HEAD)" is where both parted'
    return Finding("CW5096", Severity.NOTE, revision, message, hint)


def _hidden(top: Path, files: Sequence[Hidden]) -> Finding:
    more = f", and {len(files) - 1} more that changed" if len(files) > 1 else ""
    message = f"changed, and git was told to take it for unchanged{more}"
    path = files[0].path
    # git-update-index(1): of several marks in one command only the first would go.
    commands = (
        shlex.join(("git", "-C", str(top), "update-index", f"--no-{mark}", "--", path))
        for mark in files[0].marks
    )
    return Finding(
        "CW5098", Severity.NOTE, path, message, f"{' && '.join(commands)} lets git see it"
    )


# Files whose old content says something: sources, and the files of modules and of crosswind.
_READ = (".mod", ".sum", ".work", ".yaml", "modules.txt")


def _is_read(path: str) -> bool:
    from crosswind.constraints import names

    return path.endswith(_READ) or names.is_source(path.rpartition("/")[2])


def _ground(wanted: Wanted) -> tuple[_Ground, Finding | None]:
    config = load_config(wanted.directory, wanted.config)
    go, note = at_hand.go(wanted.directory, config.toolchain, offline=wanted.offline)
    if go is None:
        hint = "get one: crosswind toolchain install"
        raise MissingError("CW5094", "no Go here whose standard library could be read", hint=hint)
    config = config.on(go.host)
    env = toolchain.environment(go, os.environ)
    selection = select(config, wanted.targets, toolchain.ports(go), go.host)
    mod = config.overlay.mod
    flags = [*(config.overlay.flags or ()), *([f"-mod={mod}"] if mod else [])]
    modules = load_modules(wanted.directory, env, flags=flags, goroot=go.goroot)
    return _Ground(wanted, go, config, selection, env, modules), note


def _targets(ground: _Ground) -> tuple[Target, ...]:
    found = (one.target for one in ground.selection.targets)
    return tuple(one for one in found if not ground.config.skipped(one))


class _Ways:
    """The ways in which programs and tests may be built: one context for each."""

    def __init__(self, ground: _Ground) -> None:
        """Take all targets, with cgo and without, under every list of tags that is in force anywhere."""
        self._config = ground.config
        targets = _targets(ground)
        known = tags.remembered(ground.go, ground.env, targets)
        flags = Settings.read(ground.env, ground.go.goroot)
        self._ways = tuple(
            (target, cgo, some)
            for target in targets
            for some in _tags(ground.config)
            for cgo in (False, True)
        )
        self.universe = Universe(
            tuple(
                Context(one, cgo, known[one] | goflags.user_tags(flags, some or None))
                for one, cgo, some in self._ways
            )
        )

    def of(self, name: str, target: Target) -> int:
        """Return the contexts in which a program is built for a target; two, where cgo is `auto`."""
        said = self._config.settings(name, target)
        wanted = (False, True) if said.cgo is Cgo.AUTO else (said.cgo is Cgo.ON,)
        found = 0
        for bit, (one, cgo, some) in enumerate(self._ways):
            if one == target and cgo in wanted and some == said.tags:
                found |= 1 << bit
        return found

    @cached_property
    def of_tests(self) -> int:
        """The contexts in which tests are built: with cgo and without, as the host lets them."""
        tags_of = {target: self._config.settings("", target).tags for target, _, _ in self._ways}
        found = 0
        for bit, (target, _, some) in enumerate(self._ways):
            if some == tags_of[target]:
                found |= 1 << bit
        return found


def _tags(config: Config) -> tuple[tuple[str, ...], ...]:
    """List the build tags that any layer of the configuration sets: the last one that speaks decides."""
    overlays = (
        config.overlay,
        *(one.overlay for one in config.programs),
        *(one.overlay for one in config.overrides),
    )
    return tuple(dict.fromkeys(((), *(one.tags for one in overlays if one.tags is not None))))


def _programs(ground: _Ground, graph: Graph) -> dict[str, Package]:
    """Find the programs, by their names; only those that are configured, if any are."""
    configured = {
        Path(os.path.normpath(ground.wanted.directory / programs.pattern(one.main))): one.name
        for one in ground.config.programs
    }
    by_path = {one.main: one.name for one in ground.config.programs}
    found: dict[str, Package] = {}
    for path in graph.roots:
        package = graph.packages.get(path)
        if package is None or not package.names.get("main"):
            continue
        name = by_path.get(path) or configured.get(package.directory)
        if name or not configured:
            found[name or programs.executable_name(path)] = package
    return found


def _touches(
    ground: _Ground, changed: Changes, graph: Graph, places: Places, units: settings.Units
) -> tuple[Touches, tuple[str, ...]]:
    """Find what each change touches at first hand, and the changes that touch nothing."""
    touches = Touches()
    sources = Sources(graph, places, changed, touches)
    modfiles = ModFiles(graph, places, ground.modules, changed, touches)
    now = _configuration(ground, places, units)
    named = settings.Named(now)
    idle = []
    for change in changed.changed:
        before = touches.count
        if now.path in (change.path, change.old_path):
            settings.take_file(now, changed.old_file(now.path or ""), touches)
        modfiles.take(change)
        sources.take(change)
        named.take(change, str(change.kind), touches)
        if touches.count == before:
            idle.append(change.path)
    _unseen(ground, graph, places, touches)
    if not _is_told_targets(ground):

        def content(path: str) -> bytes:
            return sources.content(path) or changed.old_file(path) or b""

        note = elsewhere.note(idle, content, toolchain.ports(ground.go), graph.universe)
        touches.unseen += [note] if note else []
    return touches, tuple(idle)


def _is_told_targets(ground: _Ground) -> bool:
    """Whether anybody chose targets; else it is the host alone."""
    config = ground.config
    own = any(one.targets for one in config.programs)
    return bool(ground.wanted.targets or config.targets or own)


def _configuration(ground: _Ground, places: Places, units: settings.Units) -> Configuration:
    directory = ground.wanted.directory
    file = ground.wanted.config or find_config(directory) or directory / "crosswind.yaml"
    ports = toolchain.ports(ground.go)

    def chosen(config: Config) -> Selection:
        return select(config.on(ground.go.host), ground.wanted.targets, ports, ground.go.host)

    folder = places.inside(directory) or ""
    return Configuration(ground.config, places.inside(file), folder, units, chosen)


def _unseen(ground: _Ground, graph: Graph, places: Places, touches: Touches) -> None:
    """Count what git cannot see as changed: files that it ignores, and folders outside of it."""
    everything = graph.universe.everything
    for package in graph.packages.values():
        is_local = not package.standard and _is_local(ground.modules, package)
        if is_local and places.inside(package.directory) is None:
            cause = Cause(str(package.directory), "outside of the repository: git sees no changes")
            touches.package(package.import_path, cause, everything)
            touches.unseen.append(_note(cause))
    owners: dict[str, list[tuple[str, int, bool]]] = {}
    for folder, packages in places.folders.items():
        for package in packages:
            for listed, name, where in _files(package):
                path = f"{folder}/{name}" if folder else name
                is_test = listed.startswith(("Test", "XTest"))
                owners.setdefault(path, []).append((package.import_path, where, is_test))
    for path in sorted(changes.ignored(places.top, list(owners))):
        cause = Cause(path, "ignored by git, which sees no changes of it")
        touches.unseen.append(_note(cause))
        for owner, where, is_test in owners[path]:
            touches.package(owner, cause, where, tests_only=is_test)


def _is_local(modules: Modules, package: Package) -> bool:
    found = modules.find(package.import_path)
    return getattr(found, "local", False)


def _files(package: Package) -> Iterator[tuple[str, str, int]]:
    for listed, files in package.lists.items():
        if listed.endswith("Files") and not listed.startswith("Ignored"):
            for name, where in files.items():
                yield listed, name, where


def _note(cause: Cause) -> Finding:
    hint = "it counts as changed each time"
    return Finding("CW5095", Severity.NOTE, cause.path, cause.message, hint)


def _touched_programs(
    found: Mapping[str, Package],
    units: settings.Units,
    spread: Spread,
    touches: Touches,
    ways: _Ways,
) -> Iterator[Touched]:
    for name, package in sorted(found.items()):
        path = package.import_path
        where = spread.program(path)
        mine = {target: ways.of(name, target) for target in units[name]}
        own = touches.programs.get(name, [])
        targets = {target for target, bits in mine.items() if bits & where}
        targets |= {target for _, some in own for target in some if target in mine}
        targets |= mine.keys() if touches.everything else set()
        if targets:
            together = 0
            for bits in mine.values():
                together |= bits & where
            causes = {*touches.everything, *(cause for cause, _ in own)}
            causes |= {*spread.causes(path, together)}
            ordered = tuple(target for target in units[name] if target in targets)
            yield Touched(name, path, ordered, tuple(sorted(causes)))


def _touched_tests(
    graph: Graph, spread: Spread, touches: Touches, ways: _Ways
) -> Iterator[Touched]:
    for path in sorted(graph.roots):
        there = _has_tests(graph, path) & ways.of_tests
        where = there if touches.everything else spread.tests(path) & there
        if where:
            causes = {*touches.everything, *spread.causes(path, where, tests=True)}
            targets = dict.fromkeys(one.target for one in ways.universe.members(where))
            yield Touched("", path, tuple(targets), tuple(sorted(causes)))


def _has_tests(graph: Graph, path: str) -> int:
    package = graph.packages.get(path)
    found = 0
    for listed in _TESTS if package else ():
        for bits in package.lists.get(listed, {}).values() if package else ():
            found |= bits
    return found
