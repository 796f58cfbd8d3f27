"""Take the names of Go's functions apart: which package each belongs to.

Names are spelled by cmd/compile (types and generic instantiations in brackets) and escaped by
cmd/internal/objabi/path.go, PathToPrefix.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

# What belongs to no package of its own: cmd/compile/internal/reflectdata names the functions that
# compare and hash types so, the linker its own symbols.
TYPES = "(types)"
LINKER = "(linker)"
ASSEMBLY = "(assembly and C)"
_TYPE = re.compile(r"type:\.(?:eq|hash)\.|type:")
_OF_TYPE = re.compile(r"[*\[\]0-9]*((?:[\w%~-]+(?:\.[\w%~-]+)*/)*[\w%~-]+)\.[A-Za-z_]")


def package_of(name: str) -> str:
    """Return the import path that a function's symbol belongs to.

    Generic instantiations and closures fold into their package; functions that the compiler makes
    for a type go to the type's package, those without one to `TYPES`, `LINKER` or `ASSEMBLY`.
    """
    if name.startswith(("go:", "go.")) and "/" not in name:
        return LINKER
    if name.startswith(("type:", "type..")):
        return _of_type(name)
    # What stands in brackets are type arguments, with paths of their own.
    plain = name.partition("[")[0]
    slash = plain.rfind("/") + 1
    dot = plain.find(".", slash)
    if dot <= 0:
        return ASSEMBLY
    return unquote(plain[:dot]) if "%" in plain else plain[:dot]


def _of_type(name: str) -> str:
    start = _TYPE.match(name)
    found = _OF_TYPE.match(name, start.end() if start else 0)
    return unquote(found[1]) if found else TYPES


def is_standard(package: str) -> bool:
    """Whether an import path belongs to the standard library: its first element has no dot.

    The go command reserves such paths (`go help importpath`); what modules without a dot in their
    path hold must be told apart first, by the build information.
    """
    return "." not in package.partition("/")[0]
