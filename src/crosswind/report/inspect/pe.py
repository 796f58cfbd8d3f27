"""Blocks of the parts that only PE files have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crosswind.report.inspect import signer
from crosswind.report.inspect.block import Block, Detail, address, pairs, size, table

if TYPE_CHECKING:
    from crosswind.inspect.pe import PEDebugDirectory, PEExports, PEHeaders, PEImports, PELoader
    from crosswind.inspect.signature import Authenticode

_FEW = 4


def headers(facts: PEHeaders, _detail: Detail) -> Iterator[Block]:
    """Every header field in words."""
    coff, optional = facts.coff, facts.optional
    yield pairs("MS-DOS header", _numbers(facts.dos._asdict()) | {"stub says": facts.dos_message})
    if facts.rich:
        rows = [[str(one.product), str(one.build), str(one.objects)] for one in facts.rich.tools]
        state = "" if facts.rich.valid else ", whose checksum is wrong"
        title = f"Rich header (key {facts.rich.key:#x}{state})"
        yield table(title, ["product", "build", "objects"], rows, right=(0, 1, 2))
    yield pairs(
        "COFF header",
        {
            "machine": facts.machine,
            "sections": coff.section_count,
            "time stamp": _time(coff.timestamp),
            "symbols": f"{coff.symbol_count} at {coff.symbol_offset:#x}"
            if coff.symbol_offset
            else "",
            "optional header": f"{coff.optional_size} bytes",
            "characteristics": facts.characteristics,
        },
    )
    yield pairs(
        "Optional header",
        {
            "magic": f"{optional.magic:#x}",
            "linker": f"{optional.linker_major}.{optional.linker_minor}",
            "code": optional.code_size,
            "initialized data": optional.initialized_size,
            "uninitialized data": optional.uninitialized_size,
            "entry point": address(optional.entry_point),
            "base of code": address(optional.code_base),
            "base of data": address(optional.data_base) if optional.data_base else "",
            "image base": address(optional.image_base),
            "alignment": f"{optional.section_alignment} in memory, {optional.file_alignment} in the file",
            "operating system": f"{optional.os_major}.{optional.os_minor}",
            "image version": f"{optional.image_major}.{optional.image_minor}",
            "subsystem": f"{facts.subsystem}, {optional.subsystem_major}.{optional.subsystem_minor}",
            "Win32 version": optional.win32_version or "",
            "size of image": optional.image_size,
            "size of headers": optional.headers_size,
            "checksum": _checksum(facts),
            "DLL characteristics": facts.dll_characteristics,
            "stack": f"{optional.stack_reserve} reserved, {optional.stack_commit} committed",
            "heap": f"{optional.heap_reserve} reserved, {optional.heap_commit} committed",
            "loader flags": optional.loader_flags or "",
        },
    )
    rows = [[one.name, address(one.address), str(one.size)] for one in facts.directories]
    yield table("Data directories", ["table", "address", "bytes"], rows, right=(1, 2))


def _numbers(values: Mapping[str, object]) -> dict[str, object]:
    """Spell the fields of a record."""
    return {
        name.replace("_", " "): str(value) if isinstance(value, int) else value.decode("latin-1")
        for name, value in values.items()
        if isinstance(value, int | bytes)
    }


def _time(stamp: int) -> str:
    if not stamp:
        return "0 (left out)"
    return f"{stamp:#x}, as a time {datetime.fromtimestamp(stamp, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _checksum(facts: PEHeaders) -> str:
    if not facts.checksum:
        return f"0 (left out), would be {facts.computed_checksum:#x}"
    right = facts.checksum == facts.computed_checksum
    return f"{facts.checksum:#x}, {'right' if right else f'wrong: should be {facts.computed_checksum:#x}'}"


def imports(facts: PEImports, detail: Detail) -> Iterator[Block]:
    """Functions by library."""
    for title, libraries in (("Imports", facts.libraries), ("Delayed imports", facts.delayed)):
        if not libraries:
            continue
        rows: list[list[str]] = []
        for library in libraries:
            names = [one.name or f"#{one.ordinal}" for one in library.functions]
            if detail.full:
                rows += [[library.name, name] for name in names]
            else:
                more = ", …" if len(names) > _FEW else ""
                rows.append([library.name, str(len(names)), ", ".join(names[:_FEW]) + more])
        headers = ["library", "function"] if detail.full else ["library", "count", "functions"]
        yield table(title, headers, rows, right=() if detail.full else (1,), limit=detail.limit)
    if facts.bound:
        rows = [[one.name, _time(one.timestamp), str(one.forwarders)] for one in facts.bound]
        yield table(
            "Bound imports", ["library", "time stamp", "forwarders"], rows, limit=detail.limit
        )


def exports(facts: PEExports, detail: Detail) -> Iterator[Block]:
    """What others may import."""
    rows = [
        [str(one.ordinal), one.name or "(by ordinal only)", one.forwarder or address(one.address)]
        for one in facts.exports
    ]
    title = f"Exports of {facts.name} ({len(rows)})" if facts.name else f"Exports ({len(rows)})"
    yield table(
        title, ["ordinal", "name", "address or forwarder"], rows, right=(0,), limit=detail.limit
    )


def loader(facts: PELoader, detail: Detail) -> Iterator[Block]:
    """TLS, load configuration, relocations, unwind data, .NET, overlay."""
    values: dict[str, object] = {}
    if facts.relocations:
        kinds = ", ".join(
            f"{count} {name}"
            for name, count in facts.relocations.types.items()
            if name != "ABSOLUTE"
        )
        values["base relocations"] = f"{kinds or 'none'} on {facts.relocations.pages} pages"
    values["unwind data"] = f"{facts.unwind_functions} functions" if facts.unwind_functions else ""
    if facts.tls:
        calls = ", ".join(map(address, facts.tls.callbacks)) or "no callbacks"
        values["thread-local storage"] = f"{facts.tls.end - facts.tls.start} bytes, {calls}"
    values["load configuration"] = _load_config(facts)
    values["guard flags"] = facts.guard_flags
    if facts.clr:
        values[".NET"] = f"runtime {facts.clr.version}, {' '.join(facts.clr.flags)}"
    if facts.overlay_size:
        values["overlay"] = f"{size(facts.overlay_size)} at {facts.overlay_offset:#x}"
    block = pairs("Loader", values)
    if block.rows:
        yield block
    if detail.full and facts.load_config:
        rows = [[name, address(value)] for name, value in facts.load_config.items()]
        yield table("Load configuration", ["field", "value"], rows, right=(1,))


def _load_config(facts: PELoader) -> list[str]:
    config = facts.load_config
    words = [f"{config['size']} bytes"] if "size" in config else []
    if config.get("security_cookie"):
        words.append(f"security cookie at {config['security_cookie']:#x}")
    if config.get("se_handler_count"):
        words.append(f"{config['se_handler_count']} SEH handlers")
    if config.get("guard_cf_function_count"):
        words.append(f"{config['guard_cf_function_count']} CFG functions")
    return words


def debug_directory(facts: PEDebugDirectory, _detail: Detail) -> Iterator[Block]:
    """The entries of the debug directory."""
    rows = []
    for one in facts.entries:
        entry = one.entry
        details = [entry.path, f"{entry.guid} age {entry.age}" if entry.guid else ""]
        details += [f"{key}={_short(value)}" for key, value in one.details.items()]
        rows.append(
            [entry.kind, address(entry.offset), str(entry.size), _time(entry.timestamp),
             " ".join(filter(None, [*details, one.problem]))]
        )  # fmt: skip
    headers = ["type", "offset", "bytes", "time stamp", "content"]
    yield table("Debug directory", headers, rows, right=(1, 2))


def _short(value: object) -> str:
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            return f"{len(value)} entries"
        return " ".join(map(str, value)) or "none"
    return str(value)


def signature(facts: Authenticode, detail: Detail) -> Iterator[Block]:
    """Who signed, and whether it holds."""
    for number, one in enumerate(facts.signatures, 1):
        title = "Signature" if len(facts.signatures) == 1 else f"Signature {number}"
        yield from signer.blocks(title, one, detail)
    words = pairs(
        "Certificate table",
        {
            "entries": [
                f"{'Authenticode' if one.type == 2 else f'type {one.type}'}, {one.size} bytes at {one.offset:#x}"
                for one in facts.entries
            ],
            "covered by no signature": f"{facts.unsigned} bytes" if facts.unsigned else "",
            "behind it": f"{facts.behind} bytes" if facts.behind else "",
        },
    )
    if detail.full or facts.unsigned or facts.behind or not facts.signatures:
        yield words
