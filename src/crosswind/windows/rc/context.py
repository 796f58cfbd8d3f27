"""What statements share: the tokens, the resources so far, the language that is in force."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from crosswind.windows.rc.expression import Number, expression
from crosswind.windows.rc.files import Files
from crosswind.windows.rc.lexer import Lexer, Token
from crosswind.windows.rc.literal import to_text, unescaped
from crosswind.windows.rc.problem import Place, Problems, shown
from crosswind.windows.resource import ENGLISH_US, Identifier, Resource, describe

# Resources of one script; more than any directory should hold.
MAX_RESOURCES = 20_000

# "Common Resource Attributes": 16-bit Windows placed resources in memory by them; ignored since.
_ATTRIBUTES = (
    "PRELOAD", "LOADONCALL", "FIXED", "MOVEABLE", "DISCARDABLE", "PURE", "IMPURE", "SHARED",
    "NONSHARED",
)  # fmt: skip


@dataclass(slots=True)
class Context:
    """The state of a compilation.

    Attributes:
        lexer: the script's tokens.
        problems: takes what is wrong.
        files: gives the files that statements name.
        script: the script's path.
        language: of the statements from here on.
        depth: blocks that are open.
        image: the number of the next single icon or cursor image.
        strings: the strings so far, by language and number, each with its place.
        fonts: what FONTDIR will hold: number and the first bytes of each font.
    """

    lexer: Lexer
    problems: Problems
    files: Files
    script: str
    language: int = ENGLISH_US
    depth: int = 0
    image: int = 1
    strings: dict[int, dict[int, tuple[str, Place]]] = field(default_factory=dict)
    fonts: dict[int, bytes] = field(default_factory=dict)
    _resources: dict[tuple[Identifier, Identifier, int], tuple[Resource, Place]] = field(
        default_factory=dict
    )

    @property
    def resources(self) -> list[Resource]:
        """The resources, in the order of the script."""
        return [resource for resource, _ in self._resources.values()]

    def add(self, resource: Resource, place: Place) -> None:
        """Add a resource.

        Raises:
            RejectedError: there is one of that type, name and language.
            StoppedError: there are too many.
        """
        earlier = self._resources.get(resource.key)
        if earlier:
            raise self.problems.error(
                "CW0701",
                place,
                f"{describe(resource)} is there already",
                f"it was made at {earlier[1]}; give one another name or language",
            )
        if len(self._resources) >= MAX_RESOURCES:
            raise self.problems.stop("CW0775", place, f"more than {MAX_RESOURCES} resources")
        self._resources[resource.key] = resource, place

    def number(self, wanted: str = "a number") -> Number:
        """Read an expression; raises RejectedError if there is none."""
        return expression(self.lexer, self.problems, wanted)

    def accept(self, sign: str) -> bool:
        """Take a sign if it comes next."""
        token = self.lexer.peek()
        if token.kind == "sign" and token.text == sign:
            self.lexer.take()
            return True
        return False

    def skip_commas(self) -> bool:
        """Take any commas; tell whether there was one."""
        found = False
        while self.accept(","):
            found = True
        return found

    def keyword(self, *names: str) -> str:
        """Take one of some words if it comes next, and return it in upper case; else empty."""
        token = self.lexer.peek()
        upper = token.text.upper() if token.kind == "word" else ""
        if upper in names:
            self.lexer.take()
            return upper
        return ""

    def string(self, wanted: str) -> Token:
        """Take a string; raises RejectedError if something else comes next."""
        token = self.lexer.peek()
        if token.kind != "string":
            raise self.unexpected(wanted)
        if '\\"' in token.text.replace("\\\\", ""):
            self.problems.warn(
                "CW0776",
                self.lexer.place(token),
                r"rc.exe does not know \"; read as a quote, as windres does",
                'write "" for a quote',
            )
        return self.lexer.take()

    def open_block(self) -> None:
        """Take BEGIN or `{`; raises RejectedError if something else comes next."""
        if not self.accept("{"):
            raise self.unexpected("BEGIN or `{`")
        self.depth += 1

    def close_block(self) -> None:
        """Take END or `}`; raises RejectedError if something else comes next."""
        if not self.accept("}"):
            raise self.unexpected("END or `}`")
        self.depth -= 1

    def unexpected(self, wanted: str) -> Exception:
        """Note that the next token is wrong, and return what to raise."""
        token = self.lexer.take()
        hint = ""
        if token.kind == "word":
            hint = f"if {shown(token.text)} is a macro, it is not defined: #include its header"
        return self.problems.error(
            "CW0768", self.lexer.place(token), f"{token.shown} found, expected {wanted}", hint
        )

    def attributes(self) -> None:
        """Take memory attributes: they mean nothing any more."""
        while self.keyword(*_ATTRIBUTES):
            pass

    def optional_statements(self) -> int:
        """Take attributes, CHARACTERISTICS, VERSION and LANGUAGE; return the language in force."""
        language = self.language
        while True:
            self.attributes()
            word = self.keyword("CHARACTERISTICS", "VERSION", "LANGUAGE")
            if not word:
                return language
            if word == "LANGUAGE":
                language = self.read_language()
            else:
                # Both are for tools only: no executable file has room for them.
                self.number()

    def read_language(self) -> int:
        """Read the two numbers of LANGUAGE (winnt.h: MAKELANGID); RejectedError as usual."""
        token = self.lexer.peek()
        primary = self.number("a language").value
        if not self.accept(","):
            raise self.unexpected("`,` and a sublanguage")
        second = self.lexer.peek()
        sub = self.number("a sublanguage").value
        if primary > 0x3FF or sub > 0x3F:
            wrong, limit = (token, 0x3FF) if primary > 0x3FF else (second, 0x3F)
            value = primary if primary > 0x3FF else sub
            raise self.problems.error(
                "CW0769",
                self.lexer.place(wrong),
                f"{value:#x} is no {'language' if wrong is token else 'sublanguage'}",
                f"at most {limit:#x}; a whole LANGID is split: LANGUAGE 0x09, 0x01 for 0x0409",
            )
        return sub << 10 | primary

    def file(self) -> tuple[str, bytes, Place]:
        """Take a file's name and read the file.

        Returns:
            Its path, its content, and where the script names it.

        Raises:
            RejectedError: no name, or no such file.
        """
        token = self.lexer.peek()
        place = self.lexer.place(token)
        if token.kind == "string":
            self.lexer.take()
            names = list(dict.fromkeys([to_text(token.text), unescaped(token.text)]))
        elif token.kind in ("word", "number"):
            names = [self.lexer.word().text]
        else:
            raise self.unexpected("a file")
        around = [posixpath.dirname(self.script), posixpath.dirname(place.file)]
        for name in names:
            found = self.files.find(name, around, place)
            if found:
                if name != names[0]:
                    self.problems.warn(
                        "CW0776",
                        place,
                        f"rc.exe reads an escape in {shown(token.text)}",
                        r"write / or \\ between folders",
                    )
                return *found, place
        looked = ", ".join(dict.fromkeys([*around, *self.files.directories])) or "."
        raise self.problems.error(
            "CW0771",
            place,
            f"there is no file {shown(names[-1])}",
            f"looked into {looked}; add a folder with --include DIR",
        )
