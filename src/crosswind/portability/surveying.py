"""Survey packages: load their graph, look at names and habits, keep what came of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crosswind import toolchain
from crosswind.finding import Finding, Severity
from crosswind.portability import (
    advice,
    embedding,
    flags,
    habits,
    matrix,
    parsing,
    special,
    syntax,
)
from crosswind.portability.analysis import analyse
from crosswind.portability.contents import Contents
from crosswind.portability.hole import FLAG, IMPORT, MISTAKES, Hole, Holes
from crosswind.portability.keeper import Inputs, Keeper
from crosswind.portability.reasons import Kind, Reason, place
from crosswind.portability.remembered import Remembered
from crosswind.portability.survey import Survey, Wanted
from crosswind.portability.tables import sources
from crosswind.project import gomod
from crosswind.project.graph import File, Graph, Package, load, modules_at, warnings
from crosswind.project.graph.contexts import universe
from crosswind.project.graph.scan import Scan
from crosswind.system import files
from crosswind.toolchain import Settings, Toolchain

# What go's lists of flags are widened and narrowed by.
_ALLOWING = tuple(
    f"CGO_{language}FLAGS_{how}"
    for language in ("CPP", "C", "CXX", "F", "LD")
    for how in ("ALLOW", "DISALLOW")
)
# Bytes of sources that are held from the scan to the end; of more, files are read again.
_HELD = 32 << 20


def survey(directory: Path, chosen: Toolchain, wanted: Wanted) -> Survey:
    """Look at packages for targets.

    Raises:
        CrosswindError: the module, its workspace or a pattern cannot be read.
    """
    env = toolchain.environment(chosen, os.environ)
    patterns = wanted.packages or gomod.everything(gomod.find(directory, env), directory)
    modules = modules_at(directory, env, chosen.goroot, patterns)
    targets = tuple(dict.fromkeys((*wanted.targets, *wanted.ports)))
    contexts = universe(chosen, env, targets, (False, True), wanted.tags)
    cache = files.cache_dir() / "portability"
    settings = Settings.read(env, chosen.goroot)
    allowed = tuple(settings.get(name).value for name in _ALLOWING)
    keeper = Keeper(cache, Inputs(directory, wanted, contexts, chosen, modules, allowed))
    kept = keeper.load()
    if kept is not None:
        return kept
    scan = Scan(files.cache_dir(), _HELD)
    graph = load(modules, contexts, patterns, directory, tests=wanted.tests, scan=scan)
    contents = Contents(scan.held)
    parses = parsing.by_compiler(chosen, env)
    holes = analyse(
        graph,
        chosen.version,
        cache,
        contents,
        deep=wanted.deep,
        parses=parses,
        tests=wanted.tests,
    )
    holes = holes.joined(flags.holes(graph, chosen.goroot, settings))
    found = of_graph(graph, holes, wanted, directory, cache, contents)
    # What is nowhere now may be there the next time, and no folder that was looked at would show it.
    if not (graph.absent or graph.unmatched or graph.unreadable):
        keeper.save(found, {*scan.looked_at(), *embedding.folders(graph.packages.values())})
    return found


def of_graph(
    graph: Graph,
    found: Holes,
    wanted: Wanted,
    directory: Path,
    cache: Path | None = None,
    contents: Contents | None = None,
) -> Survey:
    """Put together what was found.

    Args:
        graph: the packages that were asked for, and all that they need.
        found: what names tell of them.
        wanted: what to look at.
        directory: see `Survey`.
        cache: the folder for what was read before; None keeps nothing.
        contents: of the files, where some are there already.
    """
    of_tests = _of_names(graph, found.tests) if wanted.tests else None
    rows = matrix.build(graph, _of_names(graph, found.found), of_tests)
    every = (one for row in rows for one in (*row.reasons, *row.of_tests))
    paths = {row.path for row in rows} | {one.package for one in every}
    packages = [graph.packages[path] for path in paths]
    plain = Survey(
        graph.universe,
        wanted,
        directory,
        rows,
        {
            package.import_path: package.directory.relative_to(directory).as_posix()
            for package in packages
            if package.directory.is_relative_to(directory)
        },
        {row.path: graph.packages[row.path].module for row in rows},
    )
    known = Remembered(cache, directory)
    advised = (
        *warnings(graph),
        *_shallow(found),
        *_unread(plain, found),
        *_advise(plain, graph, known, contents or Contents()),
    )
    return replace(plain, special=special.find(graph, rows, plain.chosen), advice=advised)


def _shallow(found: Holes) -> Iterator[Finding]:
    """Say what was not looked for."""
    if found.shallow:
        message = f"names that exist nowhere and mistakes below the imports were not looked for: {found.shallow} files"
        yield Finding("CW5010", Severity.NOTE, "", message, "portability --deep reads all of them")


def _unread(survey: Survey, found: Holes) -> Iterator[Finding]:
    """Name the files of which nothing could be said."""
    for path, bits in sorted(found.unread.items()):
        if bits & survey.chosen:
            file = Path(path)
            if file.is_relative_to(survey.directory):
                file = file.relative_to(survey.directory)
            yield Finding(
                "CW5067",
                Severity.WARNING,
                file.as_posix(),
                "cannot be read in full: which names it uses is not known",
                "portability --prove asks the compiler",
            )


def _of_names(graph: Graph, found: Mapping[str, Sequence[Hole]]) -> Mapping[str, Sequence[Reason]]:
    """Take over what names tell; what imports tell is known from the graph."""
    return {
        path: [_reason(graph.packages[path], hole) for hole in holes if hole.code != IMPORT]
        for path, holes in found.items()
    }


_KINDS = {FLAG: Kind.FLAG, **dict.fromkeys(MISTAKES, Kind.DAMAGED)}


def _reason(package: Package, hole: Hole) -> Reason:
    where = place(package, f"{hole.file}:{hole.line}:{hole.column}")
    more = f" (and {hole.more} more in this file)" if hole.more else ""
    kind = _KINDS.get(hole.code, Kind.NAME)
    return Reason(hole.bits, kind, hole.code, f"{hole.message}{more}", where, hole.hint,
                  package.import_path)  # fmt: skip


def _advise(
    survey: Survey, graph: Graph, known: Remembered, contents: Contents
) -> tuple[Finding, ...]:
    """Judge the habits of the packages that were asked for."""
    found: list[Finding] = []
    for row in survey.rows:
        package = graph.packages[row.path]
        where = survey.place(row.path, row.path)
        found += advice.of_names(where, [file.name for file in package.files])
        refused = package.lists.get("InvalidGoFiles", {})
        for file, bits in sources(package):
            if file.name in refused:
                continue
            habit = _habits(package, file, known, contents)
            if habit and bits & survey.chosen:
                systems = {one.goos for one in survey.targets(bits)}
                subject = f"{where}/{file.name}".removeprefix("./")
                found += advice.of_habits(subject, habit, systems)
    if not contents.moved:
        known.save()
    return tuple(found)


def _habits(
    package: Package, file: File, known: Remembered, contents: Contents
) -> tuple[habits.Habit, ...]:
    found = known.get(file.digest) if file.digest else None
    if found is None:
        data = contents.of(package, file)
        telling = habits.is_telling(data, [one.path for one in file.go.imports] if file.go else ())
        found = habits.find(syntax.parse(data), data) if telling else ()
        if file.digest:
            known.put(file.digest, found)
    return found
