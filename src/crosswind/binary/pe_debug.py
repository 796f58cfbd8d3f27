"""What the entries of a PE file's debug directory hold, beyond their type.

"Debug Directory (Image Only)" in Microsoft's "PE Format"; layouts it leaves out are those that
LLVM's llvm/Object/COFF.h and the DIA SDK describe.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from crosswind.binary.pe_tables import DebugEntry
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View

_MAX_POGO = 1 << 12
_POGO_KINDS = {0x4C544347: "LTCG", 0x50474F00: "PGO", 0x50475500: "PGU", 0x50474900: "PGI"}
_VC_FEATURE = ("pre_vc11", "c_cpp", "gs", "sdl", "guard_n")
# "Extended DLL Characteristics".
_EXTENDED = {
    0x01: "CET_COMPAT", 0x02: "CET_COMPAT_STRICT_MODE", 0x04: "CET_SET_CONTEXT_IP_VALIDATION_RELAXED",
    0x08: "CET_DYNAMIC_APIS_ALLOW_IN_PROC_ONLY", 0x40: "FORWARD_CFI_COMPAT",
    0x80: "HOTPATCH_COMPATIBLE",
}  # fmt: skip
_U32 = struct.Struct("<I")
Details = Mapping[str, object]


def details(view: View, entry: DebugEntry) -> Details:
    """Return what an entry says, by name; empty for those that are only marks.

    Raises:
        FormatError: the data is damaged or outside the file.
    """
    read = _READERS.get(entry.kind)
    if read is None or not entry.size:
        return {}
    return read(view.sub(entry.offset, entry.size, f"debug data {entry.kind}"))


def _pogo(data: View) -> Details:
    """Parts of sections as the linker grouped them: address, size, name."""
    (kind,) = data.unpack(_U32, 0, "POGO")
    groups = list(_groups(data))
    return {"kind": _POGO_KINDS.get(kind, f"{kind:#x}"), "groups": groups}


def _groups(data: View) -> Iterator[dict[str, object]]:
    offset, count = 4, 0
    while offset + 8 < len(data):
        address, size = data.unpack(struct.Struct("<II"), offset, "POGO")
        name = data.cstring(offset + 8, 256)
        count += 1
        if count > _MAX_POGO:
            raise FormatError("POGO: the list does not end", data.base)
        if not name and not size:
            return
        yield {"name": text(name), "address": address, "size": size}
        offset = (offset + 8 + len(name) + 1 + 3) & ~3


def _vc_feature(data: View) -> Details:
    counts = [value for (value,) in data.records(_U32, 0, min(5, len(data) // 4), "VC feature")]
    return dict(zip(_VC_FEATURE, counts, strict=False))


def _repro(data: View) -> Details:
    """The hash that stands in for the time stamp, behind its length."""
    size = int.from_bytes(data.take(0, 4, "repro"), "little")
    return {"hash": bytes(data.clip(4, min(size, 64)).data).hex()}


def _extended(data: View) -> Details:
    (flags,) = data.unpack(_U32, 0, "extended DLL characteristics")
    return {"flags": [name for bit, name in _EXTENDED.items() if flags & bit]}


_READERS: dict[str, Callable[[View], Details]] = {
    "POGO": _pogo,
    "VC feature": _vc_feature,
    "repro": _repro,
    "extended DLL characteristics": _extended,
}
