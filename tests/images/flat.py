"""Images of sections and symbols alone, for what does not care about the format."""

from __future__ import annotations

from collections.abc import Iterator

from crosswind.binary.image import Image, Section, Symbol
from crosswind.binary.view import View
from crosswind.frozen import frozen
from crosswind.port import Format

# (name, address, content, writable)
Part = tuple[str, int, bytes, bool]


@frozen
class Flat(Image):
    """An image whose symbols are given."""

    table: tuple[Symbol, ...] = ()

    @property
    def has_symbols(self) -> bool:
        return bool(self.table)

    def symbols(self) -> Iterator[Symbol]:
        return iter(self.table)


def image(
    *parts: Part,
    symbols: tuple[Symbol, ...] = (),
    format: Format = Format.ELF64,  # noqa: A002 - the image's own word
    goarch: str = "amd64",
    bits: int = 64,
    big_endian: bool = False,
) -> Flat:
    """Lay the parts out one after the other, each at a multiple of 16 in the file."""
    data, sections = b"HEADER".ljust(16), []
    for name, address, content, writable in parts:
        sections.append(Section(name, address, len(content), len(data), len(content), writable))
        data += content + bytes(-len(content) % 16)
    return Flat(
        view=View.of(data),
        format=format,
        goarchs=(goarch,),
        machine=goarch,
        big_endian=big_endian,
        bits=bits,
        sections=tuple(sections),
        entry=0,
        table=symbols,
    )
