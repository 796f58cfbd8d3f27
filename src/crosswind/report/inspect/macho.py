"""Blocks of the parts that only Mach-O files have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswind.report.inspect import signer
from crosswind.report.inspect.block import Block, Detail, address, pairs, size, table

if TYPE_CHECKING:
    from crosswind.inspect.macho import (
        Commands,
        MachOExports,
        MachOHeaders,
        MachOImports,
        MachOLoader,
    )
    from crosswind.inspect.signature import AppleSignature

_FEW = 6


def headers(facts: MachOHeaders, _detail: Detail) -> Iterator[Block]:
    """Every header field in words."""
    yield pairs(
        "Mach-O header",
        {
            "magic": f"{facts.magic:#x}",
            "machine": f"{facts.machine}, subtype {facts.cpu_subtype:#x}",
            "file type": facts.file_type,
            "load commands": f"{facts.commands} in {facts.commands_size} bytes",
            "flags": facts.flags,
        },
    )


def commands(facts: Commands, detail: Detail) -> Iterator[Block]:
    """Every load command in words."""
    rows = [
        [
            one.name,
            ", ".join(f"{key} {_value(value)}" for key, value in one.fields.items() if value != ""),
        ]
        for one in facts.commands
    ]
    yield table("Load commands", ["command", "fields"], rows, limit=detail.limit)


def _value(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    if isinstance(value, int) and not isinstance(value, bool) and value > 0xFFFF:
        return f"{value:#x}"
    return str(value)


def loader(facts: MachOLoader, detail: Detail) -> Iterator[Block]:
    """What the dynamic linker reads."""
    yield pairs(
        "Loader",
        {
            "platform": [
                f"{one.name} {one.minimum} or newer, SDK {one.sdk}" for one in facts.platforms
            ],
            "UUID": facts.uuid,
            "dynamic linker": facts.loader,
            "install name": facts.install_name,
            "rpaths": facts.rpaths,
            "source version": facts.source_version,
            "encrypted": facts.encrypted,
            "function starts": facts.function_starts or "",
            "data in code": len(facts.data_in_code) or "",
        },
    )
    rows = [[one.name, one.kind, one.current, one.compatibility] for one in facts.libraries]
    # The summary names them; here is what it leaves out.
    if rows and (detail.full or any(one.kind != "load" for one in facts.libraries)):
        headers = ["library", "kind", "version", "compatible from"]
        yield table("Libraries", headers, rows, limit=detail.limit)
    if detail.full and facts.data_in_code:
        rows = [[address(one.offset), str(one.size), one.kind] for one in facts.data_in_code]
        yield table(
            "Data in code", ["offset", "bytes", "kind"], rows, right=(0, 1), limit=detail.limit
        )


def imports(facts: MachOImports, detail: Detail) -> Iterator[Block]:
    """Symbols that the dynamic linker looks up."""
    rows = [
        [
            one.name,
            one.library,
            " ".join(w for w, on in (("weak", one.weak), ("lazy", one.lazy)) if on),
        ]
        for one in facts.imports
    ]
    limit = detail.limit if detail.full else min(detail.limit or _FEW, _FEW)
    yield table(f"Imports ({len(rows)})", ["symbol", "library", "how"], rows, limit=limit)


def exports(facts: MachOExports, detail: Detail) -> Iterator[Block]:
    """Symbols that others may use."""
    rows = [
        [one.name, one.kind + (", weak" if one.weak else ""), one.forwarder or address(one.address)]
        for one in facts.exports
    ]
    limit = detail.limit if detail.full else min(detail.limit or _FEW, _FEW)
    title = f"Exports ({len(rows)})"
    yield table(title, ["symbol", "kind", "address or forwarder"], rows, limit=limit)


def signature(facts: AppleSignature, detail: Detail) -> Iterator[Block]:
    """Who signed it, and whether the hashes hold."""
    first = facts.directories[0]
    state = (
        "every hash holds" if not facts.problems else f"{len(facts.problems)} hashes do not hold"
    )
    yield pairs(
        "Signature",
        {
            "kind": "ad hoc" if facts.signer is None else "with a certificate",
            "state": state,
            "identifier": first.identifier,
            "team": first.team,
            "flags": first.flags,
            "hashes": f"{first.pages} of {first.hash_type}, pages of {first.page_size} bytes",
            "CDHash": first.cdhash,
            "parts": facts.blobs if detail.full else "",
            "size": f"{size(facts.size)} at {facts.offset:#x}" if detail.full else "",
        },
    )
    if facts.signer:
        yield from signer.blocks("Certificate signature", facts.signer, detail)
    if facts.signer:
        yield from signer.blocks("Certificate signature", facts.signer, detail)
    if facts.problems:
        rows = [[one.message, address(one.offset)] for one in facts.problems]
        yield table(
            "Hashes that do not hold", ["what", "offset"], rows, right=(1,), limit=detail.limit
        )
    if facts.entitlements:
        yield Block("Entitlements", tuple((line,) for line in facts.entitlements.splitlines()))
