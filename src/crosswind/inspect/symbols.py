"""The static symbol table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from crosswind.binary.image import Symbol
from crosswind.binary.macho import MachOImage, go_name
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject


@frozen
class Symbols:
    """The symbols in file order, and how many there are of each kind."""

    total: int
    kinds: Mapping[str, int]
    symbols: tuple[Symbol, ...]


def read_symbols(subject: Subject) -> Symbols | None:
    """Read the symbol table; raises FormatError if it is damaged."""
    image = subject.image
    found = tuple(image.symbols())
    if isinstance(image, MachOImage):
        found = tuple(Symbol(go_name(one.name), one.address, one.size, one.kind) for one in found)
    if not found:
        return None
    kinds = Counter(symbol.kind.value for symbol in found)
    return Symbols(len(found), dict(sorted(kinds.items())), found)
