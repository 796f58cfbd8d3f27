"""The preprocessor: directives, macros, included files (Microsoft's "Preprocessor Directives", C11 6.10)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crosswind.windows.rc import codepage, condition, predefined
from crosswind.windows.rc.ctoken import CToken, strip, tokens, tokens_of
from crosswind.windows.rc.files import MAX_SOURCE, Files
from crosswind.windows.rc.macro import Macro, Macros, constant
from crosswind.windows.rc.problem import Place, Problems, RejectedError, shown
from crosswind.windows.rc.source import Logical, Source
from crosswind.windows.rc.text import Line, Text

# Files that include each other. rc.exe stops at about the same.
MAX_INCLUDED = 32
# Conditionals within conditionals.
MAX_NESTED = 256
# Characters of the whole script, macros replaced.
MAX_OUTPUT = 16 << 20
# Lines over which the arguments of one macro may go on.
_MAX_CALL_LINES = 200

# rc.exe takes only the directives out of these files ("Using #include with .c and .h files").
_HEADERS = (".h", ".c")

_DIRECTIVE = re.compile(r"[ \t\f\v\xa0]*#[ \t]*(\w*)")
_NAMES = re.compile(r"[^\W\d]\w*")
_PAGE = re.compile(r"code_page\s*\(\s*(\w+)\s*\)\s*$", re.IGNORECASE)
_INCLUDE = re.compile(r'"([^"]*)"|<([^>]*)>')


@dataclass(slots=True)
class _Group:
    """An `#if` and what follows it up to its `#endif`."""

    place: Place
    active: bool
    taken: bool
    otherwise: bool = False


@dataclass(slots=True)
class Preprocessor:
    """Reads a script and the files that it includes.

    Attributes:
        files: where they come from.
        problems: takes what is wrong with them.
        page: the code page of their bytes, from here on.
        text: what comes out.
    """

    files: Files
    problems: Problems
    page: int = codepage.WINDOWS_1252
    text: Text = field(default_factory=Text)
    macros: Macros = field(init=False)
    _default: int = field(init=False)
    _output_page: int = field(init=False)
    _once: set[str] = field(default_factory=set)
    _stack: list[str] = field(default_factory=list)
    _constants: Mapping[str, str] | None = None
    _blank_so_far: bool = True
    _size: int = 0

    def __post_init__(self) -> None:
        """Define what rc.exe defines ("Predefined Macros")."""
        self._default = self._output_page = self.page
        self.macros = Macros(self.problems)
        for name in ("RC_INVOKED", "_WIN32"):
            self.define(name, "1")

    def define(self, name: str, value: str) -> None:
        """Define a macro from outside of the script."""
        self.macros.table[name] = constant(name, value)

    def run(self, path: str, data: bytes) -> Text:
        """Preprocess a script.

        Args:
            path: its path, as `Files` would give it.
            data: its bytes.

        Raises:
            StoppedError: something that makes reading on pointless.
        """
        self._read(path, data)
        self.text.seal()
        return self.text

    def folders(self) -> list[str]:
        """Return the folders of the files being read, the innermost first."""
        return [posixpath.dirname(path) for path in reversed(self._stack)]

    def _read(self, path: str, data: bytes) -> None:
        self._stack.append(path)
        source = Source(path, data, self.problems)
        groups: list[_Group] = []
        silent = len(self._stack) > 1 and path.lower().endswith(_HEADERS)
        while (line := source.logical(self.page)) is not None:
            try:
                self._line(source, line, groups, silent=silent)
            except RejectedError:
                continue
        if groups:
            self.problems.error(
                "CW0762", groups[-1].place, "this #if is never closed", "close it with #endif"
            )
        self._stack.pop()

    def _line(self, source: Source, line: Logical, groups: list[_Group], *, silent: bool) -> None:
        match = _DIRECTIVE.match(line.text)
        active = not groups or groups[-1].active
        if match:
            name = match.group(1)
            place = line.place(match.start(1) if name else match.end() - 1)
            if name in _CONDITIONALS:
                self._conditional(name, line, match.end(), groups, place)
            elif active:
                self._directive(name, line, match.end(), source, place)
        elif active and not silent:
            self._blank_so_far &= not (line.text.strip() or line.commented)
            self._text_line(source, line)

    def _text_line(self, source: Source, line: Logical) -> None:
        table = self.macros.table
        if not any(name in table for name in _NAMES.findall(line.text)):
            places = tuple(line.place(start) for start in line.starts)
            whole = (True,) * len(places)
            self._emit(Line(line.text, line.starts, places, whole, self._output_page))
            return
        found = tokens(line)
        for _ in range(_MAX_CALL_LINES):
            if not self.macros.open_call(found):
                break
            more = source.logical(self.page)
            if more is None:
                break
            found += [CToken("space", " ", line.place(0), verbatim=False), *tokens(more)]
        self._emit(self._as_line(self.macros.expand(found)))

    def _as_line(self, found: list[CToken]) -> Line:
        starts: list[int] = []
        at = 0
        parts = []
        previous = ""
        for token in found:
            text = token.text
            # Two tokens that a macro brought together stay two.
            if not token.verbatim and _would_join(previous, text):
                text = " " + text
            starts.append(at)
            at += len(text)
            parts.append(text)
            previous = text or previous
        return Line(
            "".join(parts),
            tuple(starts) or (0,),
            tuple(token.place for token in found) or (Place(self._stack[-1]),),
            tuple(token.verbatim for token in found) or (False,),
            self._output_page,
        )

    def _emit(self, line: Line) -> None:
        self._size += len(line.text) + 1
        if self._size > MAX_OUTPUT:
            raise self.problems.stop(
                "CW0764", line.places[0], f"the script expands to more than {MAX_OUTPUT} characters"
            )
        self.text.lines.append(line)

    # Directives

    def _directive(self, name: str, line: Logical, at: int, source: Source, place: Place) -> None:
        rest = line.text[at:].strip()
        if name == "define":
            self._define(line, at, place)
        elif name == "undef":
            self.macros.table.pop(rest, None)
        elif name == "include":
            self._include(line, at, place)
        elif name == "pragma":
            self._pragma(rest, place, source)
        elif name == "line" or name.isdigit():
            self._renumber(f"{name if name.isdigit() else ''} {rest}", source, place)
        elif name in ("error", "warning"):
            self._message(name, rest, place)
        elif name:
            raise self.problems.error(
                "CW0762",
                place,
                f"#{name} is no directive",
                "lines that begin with # are directives",
            )

    def _message(self, name: str, text: str, place: Place) -> None:
        said = f"the script says: {text[:200] or 'nothing'}"
        if name == "error":
            hint = "define what it asks for with --define NAME=VALUE"
            raise self.problems.error("CW0763", place, said, hint)
        self.problems.warn("CW0763", place, said)

    def _define(self, line: Logical, at: int, place: Place) -> None:
        found = strip(tokens(line, at))
        if not found or found[0].kind != "name" or found[0].text == "defined":
            raise self.problems.error("CW0762", place, "#define wants a name")
        name, rest = found[0], found[1:]
        parameters: tuple[str, ...] | None = None
        variadic = False
        # Only a parenthesis right behind the name begins parameters.
        if rest and rest[0].text == "(":
            end = next((index for index, token in enumerate(rest) if token.text == ")"), None)
            if end is None:
                raise self.problems.error(
                    "CW0762", rest[0].place, f"the parameters of {name.text} are never closed"
                )
            inner = [token for token in rest[1:end] if token.kind != "space"]
            parameters, variadic = self._parameters(inner, name)
            rest = rest[end + 1 :]
        body = tuple(strip(rest))
        self.macros.table[name.text] = Macro(name.text, body, parameters, variadic, name.place)

    def _parameters(self, inner: list[CToken], name: CToken) -> tuple[tuple[str, ...], bool]:
        text = "".join(token.text for token in inner)
        names = text.split(",") if text else []
        variadic = bool(names) and names[-1] == "..."
        if variadic:
            names[-1] = "__VA_ARGS__"
        if any(not one.isidentifier() for one in names) or len(set(names)) < len(names):
            raise self.problems.error(
                "CW0762", name.place, f"{shown(text)} are no parameters for a macro"
            )
        return tuple(names), variadic

    def _renumber(self, rest: str, source: Source, place: Place) -> None:
        words = rest.split(None, 1)
        if not words or not words[0].isascii() or not words[0].isdigit() or len(words[0]) > 9:
            raise self.problems.error("CW0762", place, "#line wants a number and a file")
        match = _INCLUDE.match(words[1]) if len(words) > 1 else None
        source.renumber(int(words[0]), match.group(1) or "" if match else "")

    def _pragma(self, rest: str, place: Place, source: Source) -> None:
        if rest == "once":
            self._once.add(self._stack[-1])
            return
        if not rest.lower().startswith("code_page"):
            return
        match = _PAGE.match(rest)
        word = match.group(1) if match else ""
        if word.upper() == "DEFAULT":
            page = self._default
        elif word.isascii() and word.isdigit() and len(word) <= 9:
            page = int(word)
        else:
            raise self.problems.error(
                "CW0766", place, f"{shown(rest)} names no code page", "#pragma code_page(65001)"
            )
        if codepage.codec(page) is None:
            raise self.problems.error(
                "CW0766",
                place,
                f"{page} is no code page that a script can be read in",
                "save the script as UTF-8 and use 65001",
            )
        if len(self._stack) > 1:
            self.problems.warn(
                "CW0776",
                place,
                "#pragma code_page in an included file has no effect, as with rc.exe",
                "put it into the script itself, before the #include",
            )
            return
        # "Pragma Directives". As the very first thing in a script it tells rc.exe how to read the
        # text, but not how to store narrow strings: Zig's resinator, disjoint_code_page.zig.
        if not self._blank_so_far:
            self._output_page = page
        self._blank_so_far = False
        if not source.marked:
            self.page = page

    def _include(self, line: Logical, at: int, place: Place) -> None:
        rest = line.text[at:].strip()
        match = _INCLUDE.match(rest)
        if not match:
            expanded = self.macros.expand(strip(tokens(line, at)))
            match = _INCLUDE.match("".join(token.text for token in expanded))
        if not match:
            raise self.problems.error(
                "CW0762", place, f'{shown(rest)} names no file: #include "file" or <file>'
            )
        quoted, angled = match.groups()
        name = angled or quoted or ""
        self._blank_so_far = False
        around = self.folders() if quoted is not None else []
        known = predefined.constants(name)
        found = None
        if quoted is not None or known is None:
            found = self.files.find(name, around, place, limit=MAX_SOURCE)
        if found:
            self._enter(*found, place)
        elif known is not None:
            self._define_constants(known)
        else:
            raise self.problems.error(
                "CW0760",
                place,
                f"there is no file {shown(name)}",
                "name its folder with --include DIR; built in are windows.h, winres.h and the like",
            )

    def _define_constants(self, known: Mapping[str, str]) -> None:
        """Define what a header defines, unless the script did; once, as headers guard themselves."""
        if self._constants is not known:
            self._constants = known or self._constants
            table = self.macros.table
            for name, value in known.items():
                if name not in table:
                    table[name] = constant(name, value)

    def _enter(self, path: str, data: bytes, place: Place) -> None:
        if path in self._once:
            return
        if len(self._stack) > MAX_INCLUDED:
            again = " once more" if path in self._stack else ""
            raise self.problems.stop(
                "CW0761",
                place,
                f"{path} is included{again}, {MAX_INCLUDED} files deep",
                "does a file include itself? #pragma once in it ends that",
            )
        self._read(path, data)

    # Conditionals

    def _conditional(
        self, name: str, line: Logical, at: int, groups: list[_Group], place: Place
    ) -> None:
        if name in ("if", "ifdef", "ifndef"):
            outer = not groups or groups[-1].active
            if len(groups) >= MAX_NESTED:
                raise self.problems.stop(
                    "CW0774", place, f"conditionals are nested more than {MAX_NESTED} deep"
                )
            # Where the condition is wrong neither branch is read.
            group = _Group(place, active=False, taken=True)
            groups.append(group)
            holds = outer and _CONDITIONALS[name](self, line, at, place)
            group.active, group.taken = holds, holds or not outer
            return
        if not groups:
            raise self.problems.error("CW0762", place, f"#{name} without #if")
        group = groups[-1]
        if name == "endif":
            groups.pop()
        elif group.otherwise:
            raise self.problems.error(
                "CW0762", place, f"#{name} after #else", f"#if: {group.place}"
            )
        elif name == "else":
            group.active, group.taken, group.otherwise = not group.taken, True, True
        elif group.taken:
            group.active = False
        else:
            group.active = group.taken = _CONDITIONALS[name](self, line, at, place)

    def if_(self, line: Logical, at: int, place: Place) -> bool:
        """Evaluate the expression of `#if` or `#elif`."""
        found = self._replace_defined(tokens(line, at))
        return condition.evaluate(self.macros.expand(found), place, self.problems)

    def ifdef(self, line: Logical, at: int, place: Place) -> bool:
        """Tell whether the name behind `#ifdef` is defined."""
        match = _NAMES.match(line.text[at:].strip())
        if not match:
            raise self.problems.error("CW0762", place, "#ifdef and #ifndef want a name")
        return match.group() in self.macros.table

    def ifndef(self, line: Logical, at: int, place: Place) -> bool:
        """Tell whether the name behind `#ifndef` is not defined."""
        return not self.ifdef(line, at, place)

    def _replace_defined(self, found: list[CToken]) -> list[CToken]:
        """Replace `defined NAME` and `defined(NAME)` before macros are: C11 6.10.1, 4."""
        found = [token for token in found if token.kind != "space"]
        output: list[CToken] = []
        index = 0
        while index < len(found):
            token = found[index]
            index += 1
            if token.kind == "name" and token.text == "defined":
                words = [one.text for one in found[index : index + 3]]
                inner = words[1:2] if words[:1] == ["("] and words[2:] == [")"] else words[:1]
                if not inner or not _NAMES.fullmatch(inner[0]):
                    raise self.problems.error("CW0765", token.place, "`defined` wants a name")
                index += 3 if words[:1] == ["("] else 1
                output += tokens_of(str(int(inner[0] in self.macros.table)), token.place)
            else:
                output.append(token)
        return output


def _would_join(left: str, right: str) -> bool:
    """Whether two tokens side by side would be read as one name or number."""
    return (
        bool(left and right)
        and (left[-1].isalnum() or left[-1] == "_")
        and (right[0].isalnum() or right[0] == "_")
    )


_Test = Callable[[Preprocessor, Logical, int, Place], bool]


def _never(_reader: Preprocessor, _line: Logical, _at: int, _place: Place) -> bool:
    return False


_CONDITIONALS: dict[str, _Test] = {
    "if": Preprocessor.if_,
    "ifdef": Preprocessor.ifdef,
    "ifndef": Preprocessor.ifndef,
    "elif": Preprocessor.if_,
    "else": _never,
    "endif": _never,
}
