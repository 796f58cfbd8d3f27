"""What go/build learns from one Go file, as plain values that a cache can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from crosswind.frozen import frozen


class Import(NamedTuple):
    """One import; where it has a name, the position is the name's (go/ast, ImportSpec.Pos).

    `file` is what a `//line` comment calls the file, None without any. The column counts bytes, from 1;
    it is 0 where a `//line` comment leaves it open.
    """

    path: str
    name: str
    line: int
    column: int
    file: str | None = None


class Embed(NamedTuple):
    """One pattern of a `//go:embed` comment; bytes that are no UTF-8 are surrogates (PEP 383)."""

    pattern: str
    line: int
    column: int
    file: str | None = None


class Directive(NamedTuple):
    """A `//go:…` comment above the package clause."""

    text: str
    line: int
    column: int
    file: str | None = None


class SourceError(NamedTuple):
    """A mistake, in Go's words."""

    message: str
    line: int
    column: int
    file: str | None = None


@frozen
class GoFile:
    """What go/build learns from a Go file; of one with mistakes only the package, if that much was sound.

    Attributes:
        package: name in the package clause.
        imports: in the file's order; a path may come twice.
        embeds: patterns, if the file imports `embed`.
        preambles: text of the comment above each `import "C"`, without comment signs.
        directives: above the package clause.
        errors: what go/parser says, in the order in which Go shows it.
        unread: why go/build could not even read it, in Go's words; it then counts for nothing.
        doc: first sentence of the comment above the package clause.
    """

    package: str = ""
    imports: tuple[Import, ...] = ()
    embeds: tuple[Embed, ...] = ()
    preambles: tuple[str, ...] = ()
    directives: tuple[Directive, ...] = ()
    errors: tuple[SourceError, ...] = ()
    unread: str = ""
    doc: str = ""

    @property
    def error(self) -> SourceError | None:
        """The first mistake, or why it could not be read."""
        if self.unread:
            return SourceError(self.unread, 0, 0)
        return self.errors[0] if self.errors else None

    @property
    def is_documentation(self) -> bool:
        """Whether Go ignores it for its package's name (go/build/build.go, Import)."""
        return self.package == "documentation"

    @property
    def uses_c(self) -> bool:
        """Whether it is cgo's."""
        return any(found.path == "C" for found in self.imports)

    @property
    def cgo(self) -> str:
        """The text of all preambles."""
        return "\n".join(self.preambles)

    def to_tuple(self) -> tuple[Any, ...]:
        """Return it as tuples, strings and numbers, which JSON and marshal can write."""
        return (
            self.package,
            tuple(map(tuple, self.imports)),
            tuple(map(tuple, self.embeds)),
            self.preambles,
            tuple(map(tuple, self.directives)),
            tuple(map(tuple, self.errors)),
            self.unread,
            self.doc,
        )

    @classmethod
    def from_tuple(cls, values: Sequence[Any]) -> GoFile:
        """Return what `to_tuple` was given; lists may stand for tuples.

        Raises:
            TypeError: they were not made by `to_tuple`.
            ValueError: likewise.
        """
        package, imports, embeds, preambles, directives, errors, unread, doc = values
        # Most files have imports alone, and a graph has thousands.
        return cls(
            package,
            tuple(map(Import._make, imports)),
            tuple(map(Embed._make, embeds)) if embeds else (),
            tuple(preambles) if preambles else (),
            tuple(map(Directive._make, directives)) if directives else (),
            tuple(map(SourceError._make, errors)) if errors else (),
            unread,
            doc,
        )
