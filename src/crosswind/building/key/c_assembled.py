"""Files that an assembler reads by itself: no preprocessor sees `.incbin` and `.include`, and nothing lists them.

Looked at is what the preprocessor made of a source, so that macros are expanded and comments gone. What an assembler
would put together by its own macros counts where the pieces are there, in whatever order: rather a doubt too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from crosswind.building.key.model import Doubt
from crosswind.gosource import csource

# The GNU assembler's manual, "Incbin" and "Include"; names of directives ignore case ("Pseudo Ops").
_DIRECTIVES = (b".incbin", b".include")
_DIRECTIVE = re.compile(rb"\.inc(?:bin|lude)\b", re.IGNORECASE)
# So much of one is hardly there for anything else.
_BEGINNINGS = frozenset(one[:length] for one in _DIRECTIVES for length in range(2, len(one)))
# GCC's manual, "Preprocessor Output".
_LINE_MARKER = re.compile(rb'^#(?:line)? \d+ ".*$', re.MULTILINE)
# Not the same as one blank: `.inc/**/bin` is a directive (gas/app.c).
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
# The GNU assembler's manual, "Macro", "Irp", "Irpc", "Altmacro", "MRI".
_MACRO = re.compile(rb"\.(?:macro|irpc?|altmacro|mri)\b")
_LETTERS = re.compile(rb"\.irpc\b([^\n;]*)")
_ARGUMENT = re.compile(rb"\\(?:\w+|\(\)|@|\+)")
# GCC's manual, "Extended Asm": operands, and alternatives of dialects in braces.
_OPERAND = re.compile(rb"%[a-z]?(?:\d|\[)|%=")
_OPERATION = re.compile(rb"(?<![\w.$])\.[{|}]*%[a-z]?(?:\d|\[)")
_ALTERNATIVES = re.compile(rb"[{|}]")
_PIECE = re.compile(rb"[\w.$]+")

# C23, 6.4.4.1, 6.4.4.5, 6.4.5 and 6.4.8; [lex.string] of C++. A quote between digits begins nothing.
# What ends nowhere goes to the end of its line. So each place is read once, and so is a number as a whole.
_RAW = rb'R"(?P<fence>[^()\\\s]{0,16})\('
_STRING = rb'"(?P<text>(?:[^"\\\n]|\\.)*)"?'
_OTHER = rb"'(?:[^'\\\n]|\\.)*'?|\b\d(?:[eEpP][+-]|[\w.]|'\w)*"
_STATEMENT = re.compile(
    rb"|".join((_RAW, _STRING, _OTHER, rb"(?P<asm>\b(?:asm|__asm|__asm__)\b)")), re.DOTALL
)
_TOKEN = re.compile(
    rb"|".join((_RAW, _STRING, _OTHER, rb"(?P<mark>[(){};:])|(?P<word>\w+)|(?P<more>[^\s\w])")),
    re.DOTALL,
)
# How raw strings may end: with any of the quotes.
_RAW_END = re.compile(rb'\)([^()\\\s]{0,16}")')
_BETWEEN = re.compile(rb'"\s*"')
# C23, 6.4.4.5.
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"f": b"\f", b"v": b"\v", b"a": b"\a", b"b": b"\b"}  # fmt: skip


def check_assembly(data: bytes) -> None:
    """Look at assembly, as it stands or preprocessed.

    Raises:
        Doubt: an assembler reads a file by it, or could.
    """
    text = _uncommented(csource.joined(_LINE_MARKER.sub(b"", data))).lower()
    _check(text, is_joined=bool(_MACRO.search(text)))


def check_c(data: bytes) -> None:
    """Look at C or C++ that was preprocessed.

    Raises:
        Doubt: as `check_assembly` does.
    """
    text = _LINE_MARKER.sub(b"", data)
    # Names of sections and of symbols reach the assembler as well, by attributes and pragmas.
    if _DIRECTIVE.search(_BETWEEN.sub(b"", text)):
        raise _doubt()
    told = _uncommented(b"\n".join(_templates(_Source(text)))).lower()
    if _OPERATION.search(told):
        raise _doubt()
    joins = (_MACRO, _OPERAND, _ALTERNATIVES)
    _check(told, is_joined=any(one.search(told) for one in joins))


def _check(text: bytes, *, is_joined: bool) -> None:
    """Look for directives in what an assembler is told; `is_joined` where that may put words together."""
    if _DIRECTIVE.search(text):
        raise _doubt()
    if not is_joined:
        return
    pieces = set(_PIECE.findall(_OPERAND.sub(b" ", _ARGUMENT.sub(b" ", text))))
    for letters in _LETTERS.findall(text):
        pieces |= {letters[at : at + 1] for at in range(len(letters))}
    if not pieces.isdisjoint(_BEGINNINGS) or any(_is_made(one, pieces) for one in _DIRECTIVES):
        raise _doubt()


def _is_made(name: bytes, pieces: set[bytes]) -> bool:
    """Whether pieces make a name, one after the other."""
    ends = {0}
    for end in range(1, len(name) + 1):
        if any(name[start:end] in pieces for start in ends):
            ends.add(end)
    return len(name) in ends


def _uncommented(text: bytes) -> bytes:
    """Take comments out; one that ends nowhere stays."""
    end = text.rfind(b"*/") + 2  # behind it none is looked for
    return _COMMENT.sub(b"", text[:end]) + text[end:]


class _Source:
    """Text of C, and where raw strings end in it."""

    def __init__(self, text: bytes) -> None:
        """Take the text."""
        self.text = text

    def raw(self, begun: re.Match[bytes]) -> bytes | None:
        """Return what a raw string says; None if it is none, since it ends nowhere."""
        fence, at = begun["fence"], begun.end()
        if self._ends.get(fence, -1) < at:
            return None
        return self.text[at : self.text.index(b')%b"' % fence, at)]

    @cached_property
    def _ends(self) -> dict[bytes, int]:
        """Where the last raw string ends that has a fence."""
        found = {}
        for end in _RAW_END.finditer(self.text):
            run = end[1]
            for length in range(len(run)):
                if run[length : length + 1] == b'"':
                    found[run[:length]] = end.start()
        return found


def _templates(source: _Source) -> Iterator[bytes]:
    """Yield what each `asm` says to an assembler; of names that it gives symbols, these."""
    at = 0
    while found := _STATEMENT.search(source.text, at):
        at = found.end()
        if found["fence"] is not None:
            at = _behind(found, source.raw(found))
        elif found["asm"]:
            template, at = _template(source, at)
            yield template


def _template(source: _Source, at: int) -> tuple[bytes, int]:
    """Return the literals of one `asm`, joined, and where they end.

    Raises:
        Doubt: its text is no literal (C++26, [dcl.asm]).
    """
    said: list[bytes] = []
    depth = 0
    while token := _TOKEN.match(source.text, _blank(source.text, at)):
        at = token.end()
        literal = token["text"]
        raw = None
        if token["fence"] is not None:
            raw = source.raw(token)
            at = _behind(token, raw)
        if depth == 0 and token[0] != b"(":
            if token["word"] or (token["fence"] is not None and raw is None):
                continue  # volatile, goto, inline
            break  # it is a name here, or a block of another syntax
        if token[0] == b"(":
            depth += 1
        elif token[0] in (b")", b":"):
            break
        elif literal is not None:
            said.append(_ESCAPE.sub(_unescaped, literal))
        elif raw is not None:
            said.append(raw)
        if depth > 1:
            raise Doubt("what an assembler is told is worked out by the C compiler")
    return b"".join(said), at


def _behind(begun: re.Match[bytes], raw: bytes | None) -> int:
    """Return where to go on behind a raw string; if it is none, behind its R."""
    if raw is None:
        return begun.start() + 1
    return begun.end() + len(raw) + len(b')"') + len(begun["fence"])


def _blank(text: bytes, at: int) -> int:
    while text[at : at + 1].isspace():
        at += 1
    return at


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[3] is not None:
        return _ESCAPED.get(match[3], match[3])
    number = int(match[1], 16) if match[1] else int(match[2], 8)
    return bytes((number & 0xFF,))


def _doubt() -> Doubt:
    return Doubt("an assembler reads files that nobody lists")
