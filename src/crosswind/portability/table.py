"""The names of a package with the contexts that they exist in, as sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crosswind.frozen import frozen
from crosswind.portability.declarations import Declarations, Shape


@frozen
class Table:
    """What a package declares, and where.

    Attributes:
        where: the contexts in which it has files.
        names: the contexts in which a name is declared.
        shapes: of each type, with the contexts in which it has that shape.
        methods: the contexts in which a method is declared, by `Type.Method`.
        unknown: contexts in which a file could not be read in full: any name may be there.
    """

    where: int
    names: Mapping[str, int]
    shapes: Mapping[str, tuple[tuple[int, Shape], ...]]
    methods: Mapping[str, int]
    unknown: int = 0

    def missing(self, name: str, bits: int) -> int:
        """Return the contexts among `bits` in which the package is there and the name is not."""
        return bits & self.where & ~self.unknown & ~self.names.get(name, 0)

    def partial(self, bits: int) -> set[str]:
        """Return names, fields and methods that exist somewhere but not in all these contexts.

        Where a type is a struct in one context and another type's name in the next, all of its fields
        are among them.
        """
        wanted = bits & self.where & ~self.unknown
        found = {name for name, has in self.names.items() if wanted & ~has}
        for method, has in self.methods.items():
            of, _, name = method.rpartition(".")
            if wanted & self.names.get(of, 0) & ~has:
                found.add(name)
        for shapes in self.shapes.values():
            if len(shapes) > 1:
                found |= _differing([shape for _, shape in shapes])
        return found

    @property
    def plain(self) -> list[Any]:
        """The same in types that JSON knows, the names of a set of contexts together: quickly taken back."""
        shapes = [
            [name, *([f"{bits:x}", *shape] for bits, shape in of_name)]
            for name, of_name in self.shapes.items()
        ]
        where, unknown = f"{self.where:x}", f"{self.unknown:x}"
        return [where, _grouped(self.names), shapes, _grouped(self.methods), unknown]

    @staticmethod
    def of_plain(plain: list[Any]) -> Table:
        """Take `plain` back."""
        where, names, shapes, methods, unknown = plain
        taken = {
            name: tuple(
                (int(bits, 16), Shape(kind, tuple(fields), tuple((path, of) for path, of in types)))
                for bits, kind, fields, types in of_name
            )
            for name, *of_name in shapes
        }
        return Table(int(where, 16), _parted(names), taken, _parted(methods), int(unknown, 16))


def _grouped(names: Mapping[str, int]) -> list[list[str]]:
    """Return each set of contexts with the names that have it."""
    found: dict[int, list[str]] = {}
    for name, bits in names.items():
        found.setdefault(bits, []).append(name)
    return [[f"{bits:x}", *of_bits] for bits, of_bits in found.items()]


def _parted(groups: Iterable[list[str]]) -> dict[str, int]:
    """Take back what `_grouped` returned."""
    found: dict[str, int] = {}
    for bits, *names in groups:
        found |= dict.fromkeys(names, int(bits, 16))
    return found


def _differing(shapes: list[Shape]) -> set[str]:
    """Return the fields that not all shapes of a type have."""
    fields = [set(shape.fields) for shape in shapes]
    return set().union(*fields) - fields[0].intersection(*fields[1:])


def build(files: Iterable[tuple[int, Declarations]]) -> Table:
    """Join the declarations of a package's files.

    Args:
        files: the contexts that each one is built in, and what it declares.
    """
    where = unknown = 0
    names: dict[str, int] = {}
    methods: dict[str, int] = {}
    shapes: dict[str, dict[Shape, int]] = {}
    for bits, declared in files:
        if not bits:
            continue
        where |= bits
        if declared.damaged:
            unknown |= bits
        for name in declared.names:
            names[name] = names.get(name, 0) | bits
        for name in declared.methods:
            methods[name] = methods.get(name, 0) | bits
        for name, shape in declared.shapes.items():
            of_name = shapes.setdefault(name, {})
            of_name[shape] = of_name.get(shape, 0) | bits
    joined = {
        name: tuple((bits, shape) for shape, bits in found.items())
        for name, found in shapes.items()
    }
    return Table(where, names, joined, methods, unknown)


@frozen
class Twice:
    """One name that two files of a context declare.

    Attributes:
        name: of a package's scope, or `Type.Method`.
        bits: the contexts in which both are built.
        first: the index of the one file.
        second: that of the other, or of the same one.
    """

    name: str
    bits: int
    first: int
    second: int


def twice(files: Iterable[tuple[int, Declarations]]) -> Iterator[Twice]:
    """Find what is declared more than once in a context: each file's beside the first other, and once."""
    known: dict[str, list[tuple[int, int]]] = {}
    told: set[Twice] = set()
    for index, (bits, declared) in enumerate(files):
        for name in (*declared.names, *declared.methods):
            if not bits or name.endswith("._") or name.startswith("."):
                continue
            of_name = known.setdefault(name, [])
            left = bits
            for earlier, other in of_name:
                one = Twice(name, left & earlier, other, index)
                if one.bits and one not in told:
                    told.add(one)
                    yield one
                left &= ~earlier
            if left:
                of_name.append((left, index))
