"""Files that an assembler reads by itself: no preprocessor sees `.incbin` and `.include`, and nothing lists them.

Looked at is what the preprocessor made of a source, so that macros are expanded and comments gone. What an assembler
would put together by its own macros counts where the pieces are there, in whatever order: rather a doubt too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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

# C23, 6.4.4.1, 6.4.4.5 and 6.4.5; [lex.string] of C++. A quote between digits begins nothing.
_RAW = rb'R"(?P<fence>[^()\\\s]{0,16})\((?P<raw>.*?)\)(?P=fence)"'
_STRING = rb'"(?P<text>(?:[^"\\\n]|\\.)*)"'
_OTHER = rb"'(?:[^'\\\n]|\\.)*'|\b\d[\w.]*(?:'\w+)+"
_STATEMENT = re.compile(
    rb"|".join((_RAW, _STRING, _OTHER, rb"(?P<asm>\b(?:asm|__asm|__asm__)\b)")), re.DOTALL
)
_TOKEN = re.compile(
    rb"|".join((_RAW, _STRING, _OTHER, rb"(?P<mark>[(){};:])|(?P<word>\w+)|(?P<more>[^\s\w])")),
    re.DOTALL,
)
_BETWEEN = re.compile(rb'"\s*"')
# C23, 6.4.4.5.
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"f": b"\f", b"v": b"\v", b"a": b"\a", b"b": b"\b"}  # fmt: skip


def check_assembly(data: bytes) -> None:
    """Look at assembly, as it stands or preprocessed.

    Raises:
        Doubt: an assembler reads a file by it, or could.
    """
    text = _COMMENT.sub(b"", csource.joined(_LINE_MARKER.sub(b"", data))).lower()
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
    told = _COMMENT.sub(b"", b"\n".join(_templates(text))).lower()
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


def _templates(text: bytes) -> Iterator[bytes]:
    """Yield what each `asm` says to an assembler; of names that it gives symbols, these."""
    at = 0
    while found := _STATEMENT.search(text, at):
        at = found.end()
        if found["asm"]:
            template, at = _template(text, at)
            yield template


def _template(text: bytes, at: int) -> tuple[bytes, int]:
    """Return the literals of one `asm`, joined, and where they end.

    Raises:
        Doubt: its text is no literal (C++26, [dcl.asm]).
    """
    said: list[bytes] = []
    depth = 0
    while token := _TOKEN.match(text, _blank(text, at)):
        at = token.end()
        literal = token["text"]
        if depth == 0 and token[0] != b"(":
            if token["word"]:  # volatile, goto, inline
                continue
            break  # it is a name here, or a block of another syntax
        if token[0] == b"(":
            depth += 1
        elif token[0] in (b")", b":"):
            break
        elif literal is not None:
            said.append(_ESCAPE.sub(_unescaped, literal))
        elif token["raw"] is not None:
            said.append(token["raw"])
        if depth > 1:
            raise Doubt("what an assembler is told is worked out by the C compiler")
    return b"".join(said), at


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
