"""The tokens of a resource script, after the preprocessor.

Names and types of resources end at white space only, whatever they contain; everywhere else tokens end at
operators and punctuation too. So the parser says which of both it reads, as rc.exe does.
"""

from __future__ import annotations

import re

from crosswind.frozen import frozen
from crosswind.windows.rc import codepage
from crosswind.windows.rc.problem import Place, Problems, shown
from crosswind.windows.rc.text import Text

# Characters of one string; rc.exe stops at 4097 by default, STRINGTABLE holds lengths of 16 bits.
MAX_STRING = 65_535

# A semicolon makes the rest of a line a comment: an old habit of rc.exe.
_SPACE = re.compile(r"(?:[\x05-\x20\xa0]+|;[^\n]*)*")
_WORD = re.compile(r"[^\x05-\x20]+")
_ENDS = r"""\x05-\x20",{}+\-|&~()';="""
_TOKEN = re.compile(
    rf"""
    (?P<string> [Ll]?" (?: [^"\\]+ | \\. | "" )* (?P<closed> ")? )
  | (?P<sign> [-+|&~(){{}},] )
  | (?P<number> [0-9][^{_ENDS}]* )
  | (?P<word> [^{_ENDS}]+ )
  | (?P<stray> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK = {"BEGIN": "{", "END": "}"}


@frozen
class Token:
    """One token.

    Attributes:
        kind: `string`, `sign`, `number`, `word`, `stray` or `end`; BEGIN and END are signs too.
        text: as it is written; braces for BEGIN and END.
        start: its offset in the text.
        end: the offset behind it.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def shown(self) -> str:
        """The token as messages quote it."""
        return "the end of the script" if self.kind == "end" else shown(self.text)


class Lexer:
    """Reads tokens from an offset on, one by one."""

    def __init__(self, text: Text, problems: Problems) -> None:
        """Begin at the beginning."""
        self.text = text
        self.at = 0
        self._problems = problems
        self._peeked: Token | None = None

    def place(self, token: Token) -> Place:
        """Return where a token stands in its file."""
        return self.text.place(token.start)

    def peek(self) -> Token:
        """Return the next token without taking it.

        Raises:
            StoppedError: a string is not closed.
            RejectedError: a string is too long, or holds bytes that its code page lacks.
        """
        if self._peeked is None or self._peeked.start < self.at:
            self._peeked = self._token(self._skip_space())
        return self._peeked

    def take(self) -> Token:
        """Return the next token and go on behind it; raises like `peek`."""
        token = self.peek()
        self.at = token.end
        self._peeked = None
        return token

    def word(self) -> Token:
        """Take what stands before the next white space: the name or the type of a resource."""
        start = self._skip_space()
        self._peeked = None
        match = _WORD.match(self.text.joined, start)
        if not match:
            self.at = start
            return Token("end", "", start, start)
        self.at = match.end()
        token = Token("word", match.group(), start, match.end())
        self._check_characters(token)
        return token

    def cut(self, token: Token, length: int) -> Token:
        """Return the beginning of a word, and go on behind it."""
        self.at = token.start + length
        return Token(token.kind, token.text[:length], token.start, self.at)

    def next_line(self) -> None:
        """Go on at the next line: after a mistake."""
        end = self.text.joined.find("\n", self.at)
        self.at = len(self.text.joined) if end < 0 else end + 1
        self._peeked = None

    def at_block(self) -> bool:
        """Whether `{` or BEGIN comes next; whatever else comes is not looked at."""
        rest = self.text.joined[(start := self._skip_space()) : start + 6].upper()
        return rest.startswith("{") or rest.split() == ["BEGIN"] or rest == "BEGIN"

    def _skip_space(self) -> int:
        match = _SPACE.match(self.text.joined, self.at)
        return match.end() if match else self.at

    def _token(self, start: int) -> Token:
        match = _TOKEN.match(self.text.joined, start)
        if not match:
            return Token("end", "", start, start)
        kind, text = str(match.lastgroup), match.group()
        token = Token(kind, text, start, match.end())
        if kind == "string":
            self._check_string(token, closed=match.group("closed") is not None)
            self._check_characters(token)
        elif kind == "word":
            if text.upper() in _BLOCK:
                return Token("sign", _BLOCK[text.upper()], start, match.end())
            self._check_characters(token)
        return token

    def _check_string(self, token: Token, *, closed: bool) -> None:
        if not closed:
            first = token.text.partition("\n")[0]
            hint = (
                r'a backslash before the last quote makes it part of the string: write \\" or "" '
                if first.rstrip().endswith('\\"')
                else 'close it with "'
            )
            raise self._problems.stop(
                "CW0767", self.place(token), f"the string {shown(first)} is never closed", hint
            )
        if len(token.text) > MAX_STRING:
            self.at = token.end
            raise self._problems.error(
                "CW0767",
                self.place(token),
                f"the string {shown(token.text)} has {len(token.text)} characters",
                f"at most {MAX_STRING} fit; put long data into a file",
            )

    def _check_characters(self, token: Token) -> None:
        byte = codepage.undefined(token.text)
        if byte:
            self.at = token.end
            raise self._problems.error(
                "CW0766",
                self.place(token),
                f"{token.shown} holds the byte {byte}, which the script's code page lacks",
                "save the script as UTF-8, and begin it with #pragma code_page(65001)",
            )
