"""What go/build reads of a Go file (go/build/read.go, readGoInfo)."""

from __future__ import annotations

from dataclasses import replace

from crosswind.gosource import embeds, plain
from crosswind.gosource.comment_text import text_of
from crosswind.gosource.extent import BOM, UnreadableError, head
from crosswind.gosource.facts import Directive, GoFile, Import, SourceError
from crosswind.gosource.literals import shown, unquote
from crosswind.gosource.parser import Parser, Spec
from crosswind.gosource.synopsis import synopsis

_EMBED = "embed"
# isValidImport.
_ILLEGAL = frozenset("!\"#$%&'()*,:;<=>?[\\]^{|}`\ufffd ")


def read(data: bytes) -> GoFile:
    """Read the head of a Go file, and its `//go:embed` comments; never raises.

    Args:
        data: the whole file.
    """
    data = data.removeprefix(BOM)
    found = plain.read(data)
    if found is None:
        found = parse(data)
    if any(one.path == _EMBED for one in found.imports):
        return replace(found, embeds=embeds.find(data))
    return found


def parse(data: bytes) -> GoFile:
    """Read the head of a Go file by way of the parser; the embeds are left out.

    Args:
        data: the whole file, without a byte-order mark at its start.
    """
    try:
        parser = Parser(head(data))
    except UnreadableError as error:
        return GoFile(unread=str(error))
    if parser.errors:
        errors = tuple(sorted(parser.errors, key=_order))
        return GoFile(parser.package, errors=errors, doc=_doc(parser))
    imports: list[Import] = []
    for spec in parser.specs:
        path = unquote(spec.literal.decode("utf-8", "surrogateescape"))
        file, line, column = parser.places.find(spec.at)
        if not _is_valid(path):
            text = shown(path.encode("utf-8", "surrogateescape"))
            mistake = SourceError(f"invalid import path: {text}", line, column, file)
            return GoFile(parser.package, errors=(mistake,), doc=_doc(parser))
        imports.append(Import(path, spec.name, line, column, file))
    preambles = [text_of(spec.doc) for spec in parser.specs if _is_c(spec) and spec.doc]
    return GoFile(
        parser.package,
        tuple(imports),
        preambles=tuple(preambles),
        directives=tuple(_directives(parser)),
        doc=_doc(parser),
    )


def _doc(parser: Parser) -> str:
    return synopsis(text_of(parser.doc)) if parser.doc and parser.package else ""


def _order(error: SourceError) -> tuple[str, int, int, str]:
    # go/scanner/errors.go, ErrorList.Less.
    return error.file or "", error.line, error.column, error.message


def _is_valid(path: str) -> bool:
    """Whether Go takes it for an import path (read.go, isValidImport)."""
    return path != "" and path.isprintable() and _ILLEGAL.isdisjoint(path)


def _is_c(spec: Spec) -> bool:
    return unquote(spec.literal.decode("utf-8", "surrogateescape")) == "C"


def _directives(parser: Parser) -> list[Directive]:
    found = []
    for group in parser.comments:
        if group.tokens[0].at >= parser.package_at:
            break
        for token in group.tokens:
            if token.text.startswith(b"//go:"):
                file, line, column = parser.places.find(token.at)
                found.append(Directive(token.text.decode(), line, column, file))
    return found
