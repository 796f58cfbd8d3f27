"""Functions that are declared without a body: somewhere else has to be one, mostly in assembly.

The go command tells the compiler where a package is nothing but Go (`-complete`, cmd/go/internal/work/gc.go);
there it refuses such functions, unless the linker is told of another one (cmd/compile/internal/noder/writer.go,
funcExt). A generic one it refuses everywhere (cmd/compile/internal/types2/decl.go, funcDecl).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crosswind.portability import syntax
from crosswind.project.graph import Package

if TYPE_CHECKING:
    from tree_sitter import Node

# Files that the Go compiler does not see (gc.go, extFiles).
FOREIGN = (
    "CgoFiles", "CFiles", "CXXFiles", "MFiles", "FFiles", "SFiles", "SysoFiles", "SwigFiles", "SwigCXXFiles",
)  # fmt: skip
# A line that begins a function and no body: what has none of these needs no parsing.
_DECLARED = re.compile(rb"\nfunc\b[^{\n]*(?:\n|\Z)")
_LINKNAME = re.compile(rb"^[ \t]*//go:linkname[ ]+(\S+)", re.MULTILINE)
_WASMIMPORT = "//go:wasmimport "


class Bodiless(NamedTuple):
    """A function without a body.

    Attributes:
        line: where it is, from 1 on.
        column: where it is, in bytes from 1 on.
        name: without its receiver's.
        is_method: whether it is a method: no linkname can be about it.
        is_generic: whether it has type parameters of its own.
        is_imported: whether wasm's host has it.
    """

    line: int
    column: int
    name: str
    is_method: bool
    is_generic: bool
    is_imported: bool


def foreign(package: Package) -> int:
    """Return the contexts in which a package has files that the Go compiler does not see."""
    found = 0
    for listed in FOREIGN:
        for bits in package.lists.get(listed, {}).values():
            found |= bits
    return found


def may_lack(data: bytes) -> bool:
    """Whether a file can hold such a function at all, as people write them."""
    return _DECLARED.search(data) is not None


def linknames(data: bytes) -> set[str]:
    """Return the functions of which a file says that they are called otherwise elsewhere."""
    return {one[1].decode("utf-8", "replace") for one in _LINKNAME.finditer(data)}


def find(root: Node) -> Iterator[Bodiless]:
    """Yield the functions of a file that have no body; `init` is told of as a wrong one."""
    for node in root.named_children:
        if node.type not in ("function_declaration", "method_declaration"):
            continue
        name = syntax.text(node.child_by_field_name("name"))
        if node.child_by_field_name("body") is None and name not in ("", "_", "init"):
            yield Bodiless(
                *syntax.place(node.children[1]),
                name,
                node.type == "method_declaration",
                node.child_by_field_name("type_parameters") is not None,
                _is_imported(node),
            )


def _is_imported(node: Node) -> bool:
    above = node.prev_named_sibling
    while above is not None and above.type == "comment":
        if syntax.text(above).startswith(_WASMIMPORT):
            return True
        above = above.prev_named_sibling
    return False
