"""The head of a Go file, with every mistake that Go's parser sees in it.

As go/parser/parser.go does it with ImportsOnly and ParseComments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from crosswind.gosource.facts import SourceError
from crosswind.gosource.literals import shown
from crosswind.gosource.place import Places
from crosswind.gosource.scanner import (
    COMMENT,
    EOF,
    IDENT,
    ILLEGAL,
    LITERALS,
    STRING,
    Scanner,
    Token,
)

# parser.error: how many mistakes may be found before it gives up.
_MAX_ERRORS = 10
# Of mistakes in characters Go reports any number; nobody reads more.
_MAX_REPORTED = 1000
# Where it goes on after a mistake (stmtStart, exprEnd).
_STATEMENTS = frozenset((
    "break", "const", "continue", "defer", "fallthrough", "for", "go", "goto", "if", "return", "select",
    "switch", "type", "var",
))  # fmt: skip
_ENDS_EXPRESSION = frozenset((",", ":", ";", ")", "]", "}"))
# parser.advance: how often it may stop at one place.
_MAX_STOPS = 10


@dataclass(slots=True)
class Comments:
    """Comments with nothing but white space between them."""

    tokens: list[Token] = field(default_factory=list)


class Spec(NamedTuple):
    """An import: where it begins, its name, its literal, and the comment that is its documentation."""

    at: int
    name: str
    literal: bytes
    doc: Comments | None


class _Bailout(Exception):  # noqa: N818 (go/parser calls it so)
    """Go gives up."""


class _TooManyError(Exception):
    """We give up."""


class Parser:
    """Reads a head; what it found stands in its attributes, as far as it came.

    Attributes:
        package: the name in the package clause; empty if that has a mistake.
        package_at: where the clause begins.
        specs: the imports.
        comments: all groups.
        doc: the one above the package clause.
        errors: in the order in which they were found.
        places: lines and columns.
    """

    def __init__(self, data: bytes) -> None:
        """Read a head, or a whole file up to what follows its imports."""
        self.package = ""
        self.package_at = 0
        self.specs: list[Spec] = []
        self.comments: list[Comments] = []
        self.doc: Comments | None = None
        self.errors: list[SourceError] = []
        self.places = Places(data)
        self._token = Token(-1, ILLEGAL, b"")
        self._lead: Comments | None = None
        self._stop, self._stops = -1, 0  # syncPos, syncCnt
        try:
            self._scanner = Scanner(data, self.places, self._found)
            self._file()
        except _Bailout:
            self.package = ""
        except _TooManyError:
            return

    def _file(self) -> None:
        self._next()
        if self.errors:
            return
        self.doc = self._lead
        self.package_at = self._expect("package")
        package = self._identifier()
        self._end_of_statement()
        if self.errors:
            return
        self.package = package
        while self._token.kind == "import":
            self._declaration()

    def _declaration(self) -> None:
        """Read an import or a group of them (parseGenDecl)."""
        doc = self._lead
        self._expect("import")
        if self._token.kind != "(":
            spec = self._spec(None)
            self.specs.append(spec._replace(doc=doc))
            return
        self._next()
        specs = []
        while self._token.kind not in (")", EOF):
            specs.append(self._spec(self._lead))
        self._expect(")")
        self._end_of_statement()
        if len(specs) == 1 and specs[0].doc is None:  # go/build/read.go, readGoInfo
            specs[0] = specs[0]._replace(doc=doc)
        self.specs += specs

    def _spec(self, doc: Comments | None) -> Spec:
        """Read one import (parseImportSpec)."""
        at, name, literal = self._token.at, "", b""
        if self._token.kind == IDENT:
            name = self._identifier()
        elif self._token.kind == ".":
            name = "."
            self._next()
        if self._token.kind == STRING:
            literal = self._token.text
            self._next()
        elif self._token.kind in LITERALS:
            self._fail(self._token.at, "import path must be a string")
            self._next()
        else:
            self._fail(self._token.at, "missing import path")
            self._advance(_ENDS_EXPRESSION)
        self._end_of_statement()
        return Spec(at, name, literal, doc)

    def _identifier(self) -> str:
        name = "_"
        if self._token.kind == IDENT:
            name = shown(self._token.text)
            self._next()
        else:
            self._expect(IDENT)
        return name

    def _expect(self, kind: str) -> int:
        at = self._token.at
        if self._token.kind != kind:
            self._fail_expected(f"'{kind}'")
        self._next()
        return at

    def _end_of_statement(self) -> None:
        """Read a semicolon (expectSemi)."""
        if self._token.kind in (")", "}"):
            return
        if self._token.kind in (",", ";"):
            if self._token.kind == ",":
                self._fail_expected("';'")
            self._next()
        else:
            self._fail_expected("';'")
            self._advance(_STATEMENTS)

    def _advance(self, kinds: frozenset[str]) -> None:
        """Skip to a token of some kinds; at one place at most so many times (parser.advance)."""
        while self._token.kind != EOF:
            at = self._token.at
            if self._token.kind in kinds:
                if at == self._stop and self._stops < _MAX_STOPS:
                    self._stops += 1
                    return
                if at > self._stop:
                    self._stop, self._stops = at, 0
                    return
            self._next()

    def _next(self) -> None:
        """Go to the next token that is no comment, and note the comment above it (parser.next)."""
        self._lead = None
        line = self.places.line(self._token.at)
        self._token = self._scanner.scan()
        if self._token.kind != COMMENT:
            return
        if self.places.line(self._token.at) == line:
            # Behind the token before; what follows at once is no longer part of this group.
            self._comments(0)
        end, group = -1, None
        while self._token.kind == COMMENT:
            end, group = self._comments(1)
        if end + 1 == self.places.line(self._token.at):
            self._lead = group

    def _comments(self, gap: int) -> tuple[int, Comments]:
        """Read comments that are at most so many lines apart (consumeCommentGroup)."""
        group = Comments()
        self.comments.append(group)
        end = self.places.line(self._token.at)
        while (
            self._token.kind == COMMENT and (line := self.places.line(self._token.at)) <= end + gap
        ):
            end = line + (self._token.text.count(b"\n") if self._token.text[1:2] == b"*" else 0)
            group.tokens.append(self._token)
            self._token = self._scanner.scan()
        return end, group

    def _fail_expected(self, wanted: str) -> None:
        """Report that something else was expected at the current token (errorExpected)."""
        token = self._token
        if token.kind == ";" and token.text == b"\n":
            found = "newline"
        elif token.kind in LITERALS:
            found = shown(token.text)
        else:
            found = f"'{token.kind}'"
        self._fail(token.at, f"expected {wanted}, found {found}")

    def _fail(self, at: int, message: str) -> None:
        """Report a mistake unless one is known in this line (parser.error)."""
        line = self.places.find(at).line
        if self.errors and self.errors[-1].line == line:
            return
        if len(self.errors) > _MAX_ERRORS:
            raise _Bailout
        self._found(at, message)

    def _found(self, at: int, message: str) -> None:
        if len(self.errors) == _MAX_REPORTED:
            raise _TooManyError
        place = self.places.find(at)
        self.errors.append(SourceError(message, place.line, place.column, place.file))
