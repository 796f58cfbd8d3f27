"""Blocks of the parts that all formats have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswind.report.inspect.block import Block, Detail, address, pairs, share, size, table

if TYPE_CHECKING:
    from crosswind.inspect.debugdata import DebugFacts
    from crosswind.inspect.golang import Build, Functions, Packages
    from crosswind.inspect.layout import Layout
    from crosswind.inspect.resources import Resources
    from crosswind.inspect.sections import Sections, Segments
    from crosswind.inspect.summary import Summary
    from crosswind.inspect.symbols import Symbols


def summary(facts: Summary, _detail: Detail) -> Iterator[Block]:
    """What it is, at a glance."""
    measures = [f"{'' if one.on else 'no '}{one.name}" for one in facts.protections]
    yield pairs(
        "",
        {
            "kind": facts.kind,
            "machine": f"{facts.machine}, {facts.bits} bits, {facts.byte_order}",
            "target": facts.target,
            "Go": facts.go_version,
            "program": facts.program,
            "entry point": address(facts.entry) if facts.entry else "",
            "libraries": facts.libraries[:_FEW],
            "contains": _has(facts),
            "protection": measures,
        },
    )


_FEW = 8


def _has(facts: Summary) -> list[str]:
    return [
        f"{'' if there else 'no '}{word}"
        for word, there in (("symbols", facts.symbols), ("DWARF", facts.dwarf))
    ]


def sections(facts: Sections, detail: Detail) -> Iterator[Block]:
    """Where sections lie; those of debug data are one line unless they were asked for."""
    shown = [s for s in facts.sections if detail.full or not s.debug]
    rows = []
    for section in shown:
        name = f"{section.segment},{section.name}" if section.segment else section.name
        row = [
            name, address(section.address), size(section.size), address(section.offset),
            size(section.file_size), section.access,
            "" if section.entropy is None else f"{section.entropy:.2f}",
        ]  # fmt: skip
        if detail.full:
            words = [section.type, *section.flags]
            row.append(" ".join(filter(None, words)))
        rows.append(row)
    debug = [s for s in facts.sections if s.debug]
    if debug and not detail.full:
        stored = size(sum(s.file_size for s in debug))
        rows.append([f"{len(debug)} of debug data", "", "", "", stored, "", ""])
    headers = ["name", "address", "in memory", "offset", "in file", "access", "entropy"]
    if detail.full:
        headers.append("flags")
    limit = detail.limit if detail.full else _ROOM
    yield table("Sections", headers, rows, right=(1, 2, 3, 4, 6), limit=limit)


# Rows of a table that shares the screen.
_ROOM = 24


def segments(facts: Segments, detail: Detail) -> Iterator[Block]:
    """How the file is mapped."""
    rows = [
        [
            one.name, address(one.address), size(one.size), address(one.offset),
            size(one.file_size), one.access, one.max_access, " ".join(one.sections),
        ]
        for one in facts.segments
    ]  # fmt: skip
    headers = [
        "segment",
        "address",
        "in memory",
        "offset",
        "in file",
        "access",
        "at most",
        "sections",
    ]
    yield table("Segments", headers, rows, right=(1, 2, 3, 4), limit=detail.limit)


def layout(facts: Layout, detail: Detail) -> Iterator[Block]:
    """What the bytes of the file are for, all of them."""
    shown = [one for one in facts.kinds if detail.full or one.size * _SMALL >= facts.size]
    counts = [(one.kind, one.size) for one in shown]
    rest = facts.size - sum(one.size for one in shown)
    if rest:
        few = ", ".join(one.kind for one in facts.kinds if one not in shown)
        counts.append((few, rest))
    counts.append(("file", facts.size))
    rows = [[name, size(n), share(n, facts.size), str(n)] for name, n in counts]
    yield table("Where the bytes are", ["kind", "size", "share", "bytes"], rows, right=(1, 2, 3))
    if detail.full:
        ranges = [[address(one.offset), str(one.size), one.kind, one.name] for one in facts.ranges]
        headers = ["offset", "bytes", "kind", "name"]
        yield table("From first byte to last", headers, ranges, right=(0, 1), limit=detail.limit)


# Kinds that are less than this part of the file share a line.
_SMALL = 100


def build(facts: Build, detail: Detail) -> Iterator[Block]:
    """How the go command built it."""
    main = facts.main
    yield pairs(
        "Go build",
        {
            "Go": facts.go_version if detail.full else "",
            "package": facts.path if detail.full else "",
            "module": f"{main.path} {main.version}" if main and detail.full else "",
            "build id": facts.build_id,
            "settings": [] if detail.full else _settings(facts),
            "modules used": str(len(facts.deps)) if facts.deps else "",
        },
    )
    if detail.full:
        yield table("Settings", ["setting", "value"], list(facts.settings.items()))
    if detail.full and facts.deps:
        rows = [
            [
                one.path, one.version,
                f"{one.replace.path} {one.replace.version}" if one.replace else "",
            ]
            for one in facts.deps
        ]  # fmt: skip
        yield table("Modules", ["module", "version", "replaced by"], rows, limit=detail.limit)


def _settings(facts: Build) -> list[str]:
    return [f"{key}={value}" for key, value in facts.settings.items() if key not in _LONG]


# A setting of Go's that takes five lines and that nobody chose.
_LONG = ("DefaultGODEBUG",)


def packages(facts: Packages, detail: Detail) -> Iterator[Block]:
    """What makes the program big: code by module and package."""
    limit = detail.limit
    modules = [
        [one.path, one.version, str(one.packages), str(one.functions), size(one.size),
         share(one.size, facts.code)]
        for one in facts.modules
    ]  # fmt: skip
    rest = facts.code - facts.attributed
    if rest > 0:
        rest_words = ["(no Go function: C code, stubs, padding)", "", "", "", size(rest)]
        modules.append([*rest_words, share(rest, facts.code)])
    tables = [one.table for one in facts.modules] if detail.full else []
    counted = any(tables)
    title = f"Code by module ({size(facts.code)} of code, {facts.functions} functions)"
    headers = ["module", "version", "packages", "functions", "code", "share"]
    if counted:
        headers.append("function table")
        cells = [size(one or 0) for one in tables]
        modules = [[*row, *cells[n : n + 1]] for n, row in enumerate(modules)]
        modules = [row + [""] * (len(headers) - len(row)) for row in modules]
    most = limit if detail.full else _TOP
    yield table(title, headers, modules, right=(2, 3, 4, 5, 6), limit=most)
    rows = [
        [one.path, one.origin, str(one.functions), size(one.size), share(one.size, facts.code)]
        + ([size(one.table or 0)] if counted else [])
        for one in facts.packages
    ]
    headers = ["package", "origin", "functions", "code", "share"]
    headers += ["function table"] if counted else []
    yield table("Code by package", headers, rows, right=(2, 3, 4, 5), limit=most)


_TOP = 5


def functions(facts: Functions, detail: Detail) -> Iterator[Block]:
    """The largest functions."""
    shown = facts.functions[: detail.limit] if detail.limit else facts.functions
    rows = [[one.name, str(one.size), address(one.address)] for one in shown]
    yield Block(
        f"Go functions by size ({facts.total})",
        tuple(map(tuple, rows)),
        ("function", "bytes", "address"),
        (1, 2),
        facts.total - len(shown),
    )


def symbols(facts: Symbols, detail: Detail) -> Iterator[Block]:
    """The symbol table in file order."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in facts.kinds.items())
    shown = facts.symbols[: detail.limit] if detail.limit else facts.symbols
    rows = tuple(
        (one.name, one.kind.value, address(one.address), str(one.size) if one.size else "")
        for one in shown
    )
    title = f"Symbols ({kinds})"
    yield Block(
        title, rows, ("symbol", "kind", "address", "bytes"), (2, 3), facts.total - len(shown)
    )


def debug(facts: DebugFacts, detail: Detail) -> Iterator[Block]:
    """DWARF in outline, and debug data elsewhere."""
    values: dict[str, object] = {}
    if facts.sections:
        packed = sum(1 for one in facts.sections if one.compression)
        words = f"{size(facts.stored)} in {len(facts.sections)} sections"
        if packed:
            words += f", {packed} compressed ({size(facts.size)} inside)"
        values["DWARF"] = words
        values["version"] = ", ".join(map(str, facts.versions))
        shown = facts.producers if detail.full else facts.producers[:3]
        values["made by"] = [f"{one.name} ({one.units} units)" for one in shown if one.name]
        values["cannot be read"] = facts.problem
    values["shared with"] = facts.alternate
    for one in facts.references:
        wanted = f"({one.wanted}):" if one.wanted else ""
        words = " ".join(filter(None, (one.name, wanted, one.state.value)))
        if one.file:
            words += f", {one.file}"
        if one.found and one.found != one.wanted:
            words += f" has {one.found}"
        values[one.kind] = words
    block = pairs("Debug data", values)
    if block.rows:
        yield block
    if detail.full and facts.sections:
        rows = [
            [one.name, str(one.stored), str(one.size), one.compression] for one in facts.sections
        ]
        headers = ["section", "bytes in file", "bytes inside", "compression"]
        yield table("Sections of debug data", headers, rows, right=(1, 2))


def resources(facts: Resources, detail: Detail) -> Iterator[Block]:
    """The tree of resources, and what version and manifest say."""
    rows = [
        [one.type, one.name, one.language_name, size(one.size), one.text]
        for one in facts.resources
        # The group tells of its images.
        if detail.full or one.type not in ("ICON", "CURSOR")
    ]
    headers = ["type", "name", "language", "size", "content"]
    limit = detail.limit if detail.full else _ROOM
    yield table("Resources", headers, rows, right=(3,), limit=limit)
    if facts.problems:
        yield Block("Resources that cannot be read", tuple((one,) for one in facts.problems))
    if facts.version:
        info = facts.version
        values: dict[str, object] = {}
        if info.fixed:
            values["file version"] = ".".join(map(str, info.fixed.file))
            values["product version"] = ".".join(map(str, info.fixed.product))
        for strings in info.tables if detail.full else info.tables[:1]:
            values |= {k: v for k, v in strings.strings if detail.full or k in _TELLING}
        yield pairs("Version", values)
    if facts.manifest:
        said = facts.manifest
        told = {
            "execution level": said.level,
            "DPI awareness": said.dpi,
            "not heeded": said.warnings,
        }
        more = {
            "supported systems": said.systems,
            "settings": [f"{key}={value}" for key, value in said.settings.items()],
            "common controls 6": said.common_controls,
            "UI access": said.ui_access,
        }
        yield pairs("Manifest", told | (more if detail.full else {}))


# What people look for first in a version.
_TELLING = ("CompanyName", "FileDescription", "ProductName", "ProductVersion")
