"""Look at a graph's packages: names, flags and habits, put together to what a survey tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crosswind.finding import Finding, Severity
from crosswind.portability import advice, flags, habits, matrix, parsing, special, syntax
from crosswind.portability.analysis import analyse
from crosswind.portability.contents import Contents
from crosswind.portability.hole import FLAG, IMPORT, MISTAKES, Hole, Holes
from crosswind.portability.reasons import Kind, Reason, place
from crosswind.portability.remembered import Remembered
from crosswind.portability.survey import Survey, Wanted
from crosswind.portability.tables import sources
from crosswind.project.graph import File, Graph, Package, warnings
from crosswind.toolchain import Settings, Toolchain


def look(
    graph: Graph,
    wanted: Wanted,
    directory: Path,
    chosen: Toolchain,
    settings: Settings,
    cache: Path,
    contents: Contents,
) -> Survey:
    """Look at all that a graph holds.

    Args:
        graph: the packages that were asked for, and all that they need.
        wanted: what to look at.
        directory: see `Survey`.
        chosen: the toolchain.
        settings: of its go command.
        cache: the folder for what was read before.
        contents: of the files, where some are there already.
    """
    holes = analyse(
        graph,
        cache,
        contents,
        deep=wanted.deep,
        parses=parsing.by_compiler(chosen, settings.env),
        tests=wanted.tests,
    )
    holes = holes.joined(flags.holes(graph, chosen.goroot, settings))
    return of_graph(graph, holes, wanted, directory, cache, contents)


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
    found_in = {
        path: graph.packages[path].directory if path in graph.packages else graph.folders.get(path)
        for path in paths
    }
    plain = Survey(
        graph.universe,
        wanted,
        directory,
        rows,
        {
            path: folder.relative_to(directory).as_posix()
            for path, folder in found_in.items()
            if folder and folder.is_relative_to(directory)
        },
        {row.path: graph.packages[row.path].module for row in rows if row.path in graph.packages},
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
        package = graph.packages.get(row.path)
        if package is None:
            continue
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
