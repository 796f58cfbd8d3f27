"""Habits of one system in a Go file's text: found in its syntax, for `advice` to judge by target.

What counts is narrow on purpose: a call of a known function of the standard library with a literal, or
with a variable that the same function got from another such call. A function that asks for runtime.GOOS
knows what it does, and so nothing in it counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crosswind.frozen import frozen

if TYPE_CHECKING:
    from tree_sitter import Node, Query

_CALLS = """
(call_expression
  function: (selector_expression operand: (_) @on field: (field_identifier) @name)
  arguments: (argument_list) @arguments
  (#any-of? @name NAMES)) @call
"""
_OTHERS = """
(source_file (const_declaration (const_spec name: (identifier) @constant value: (expression_list . (_) @value))))
(source_file (var_declaration (var_spec name: (identifier) @constant value: (expression_list . (_) @value))))
(source_file (var_declaration (var_spec_list
  (var_spec name: (identifier) @constant value: (expression_list . (_) @value)))))
(binary_expression operator: "&" right: (int_literal) @bits) @masked
(short_var_declaration
  left: (expression_list . (identifier) @variable) right: (expression_list . (call_expression) @from))
(assignment_statement
  left: (expression_list . (identifier) @variable) right: (expression_list . (call_expression) @from))
(import_spec) @import
(selector_expression operand: (identifier) @runtime field: (field_identifier) @goos
  (#eq? @runtime "runtime") (#eq? @goos "GOOS"))
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions that take a path of the system as their first argument, or as all of them.
_OS_PATHS = _words(
    "Open OpenFile Create CreateTemp ReadFile WriteFile ReadDir Mkdir MkdirAll MkdirTemp Remove RemoveAll"
    " Rename Stat Lstat Chdir Chmod Chown Readlink Symlink Link Truncate DirFS"
)
_IOUTIL_PATHS = _words("ReadFile WriteFile ReadDir TempDir TempFile")
_FILEPATH = _words("Abs Base Clean Dir EvalSymlinks Ext Glob Join Match Rel Split Walk WalkDir")
# Functions whose result is a path with the system's separators.
_GIVES_PATH = {
    "path/filepath": _words("Abs Clean Dir EvalSymlinks FromSlash Join Rel"),
    "os": _words("Getwd Executable UserHomeDir UserConfigDir UserCacheDir TempDir MkdirTemp"),
}  # fmt: skip
_GIVES_TEXT = {
    "os": frozenset({"ReadFile"}),
    "io/ioutil": frozenset({"ReadFile"}),
}
_CUTS = _words(
    "Split SplitN SplitAfter Cut HasPrefix HasSuffix Contains Index LastIndex TrimPrefix TrimSuffix"
    " TrimLeft TrimRight Count"
)
_SLASH_PATH = _words("Base Clean Dir Ext IsAbs Join Split")
# Of Unix; Windows has none of them, or others of that name.
_SHELLS = _words("sh bash zsh dash ksh")
_TOOLS = _words("awk cat chmod chown cp grep kill ln ls mv ps rm sed touch uname which xargs")
_VARIABLES = _words("HOME USER TMPDIR PWD SHELL HOSTNAME")
# Top folders of Unix systems; a path must be in one of them to count.
_TOP = (
    r"/(?:tmp|dev|etc|usr|var|proc|sys|bin|sbin|opt|home|root|run|lib|private|Library|Applications)"
)
_ABSOLUTE = re.compile(rf"{_TOP}(?:/.*)?")
_EXECUTABLE_BITS = re.compile(r"0o?0?(?:[0-7]?11[0-7]|[0-7]?[1-7]?11|100|010|001|1[01][01])")
_NAMES = frozenset(
    {"Signal", "Command", "CommandContext", "Getenv", "LookupEnv", "Chmod", "Chown", "Lchown",
     "Fchown", "Symlink"} | _OS_PATHS | _IOUTIL_PATHS | _FILEPATH | _CUTS | _SLASH_PATH
)  # fmt: skip
# A file without any of these has nothing to be parsed for; by the import that each needs. Fixed words are
# found ten times as fast as alternatives of one expression.
_TELLING_WORDS = {
    "": (b"Mode()",),
    "os": (b".Getenv(", b".LookupEnv(", b".Chmod(", b".Chown(", b".Lchown(", b".Symlink(", b".Signal("),
    "os/exec": (b".Command(", b".CommandContext("),
    "strings": (b'":"', b'"\\n"'),
    "syscall": (b".Signal(",),
    "golang.org/x/sys/unix": (b".Signal(",),
}  # fmt: skip
_SLASHES = (re.compile(rb'"/["\w]'), re.compile(rb"`/\w"))
_TELLING = {
    "": tuple(re.compile(f"{quote}{_TOP}".encode()) for quote in '"`'),
    "os": _SLASHES,
    "io/ioutil": _SLASHES,
    "path/filepath": _SLASHES,
    "path": (re.compile(rb"path\.[BCDEIJS](?<=\bpath\..)"),),
}
# Of such a file a habit needs one of these words, and the expression beside them; most files that have a telling
# word have no more. A comment may stand wherever a space may.
_NEEDED = (
    ("/", rf"""["`]{_TOP}["`/]"""),
    ("Signal Chmod Chown Lchown Fchown Symlink", ""),
    ("Getenv LookupEnv", rf"""["`](?:{"|".join(sorted(_VARIABLES))})["`]"""),
    ("Command", rf"""["`/](?:{"|".join(sorted(_SHELLS | _TOOLS))})["`]"""),
    ("Mode() Perm()", r"\(\)\s*[&/]"),
    ("Getenv", r"""["`]:["`]"""),
    ("ReadFile", r"""["`]\\n["`]"""),
    # A path of the system is cut at slashes.
    (f"path/filepath os.Args {' '.join(sorted(_GIVES_PATH['os']))}", r"""["`](?:/|path)["`]"""),
    # A path is put together.
    ("+", r"""\+\s*(?:/|"(?:/|(?:[^"\\\n]|\\.)*/")|`(?:/|[^`]*/`))"""),
)


@frozen
class Habit:
    """Something that works on one kind of system only.

    Attributes:
        kind: the row of advice's table.
        line, column: where it stands, from 1; columns count bytes, as Go's.
        text: the words that show it, such as a path or a call.
    """

    kind: str
    line: int
    column: int
    text: str


def is_telling(data: bytes, imported: Iterable[str] = (*_TELLING_WORDS, *_TELLING)) -> bool:
    """Whether a file may hold a habit at all; what says no needs no parsing.

    Args:
        data: the file.
        imported: the paths of its imports; all that matter if they are not known.
    """
    for path in ("", *imported):
        words = _TELLING_WORDS.get(path, ())
        if any(word in data for word in words) or any(
            one.search(data) for one in _TELLING.get(path, ())
        ):
            return _may_have(data)
    return False


def _may_have(data: bytes) -> bool:
    """Whether a file has all that any habit needs."""
    return any(
        any(word in data for word in words) and expression.search(data)
        for words, expression in _needed()
    )


@lru_cache(1)
def _needed() -> tuple[tuple[tuple[bytes, ...], re.Pattern[bytes]], ...]:
    """Return what `_NEEDED` says; small modules do without."""
    return tuple(
        (tuple(words.encode().split()), re.compile(expression.encode()))
        for words, expression in _NEEDED
    )


def find(root: Node, data: bytes) -> tuple[Habit, ...]:
    """Find the habits of a parsed Go file, in the order of the text."""
    file = _read(root, data)
    calls = [one for call in _calls(root) for one in _judge(call, file)]
    found = [*calls, *file.masks, *_constants(file)]
    return tuple(
        sorted(
            (_habit(*one) for one in found if not file.is_guarded(one[1])),
            key=lambda habit: (habit.line, habit.column, habit.kind),
        )
    )


_Found = tuple[str, "Node", str]


@frozen
class _Call:
    on: Node
    name: str
    arguments: tuple[Node, ...]
    node: Node


@dataclass(slots=True)
class _File:
    data: bytes
    imports: dict[str, str]
    starts: list[int]
    functions: list[Node]
    guarded: set[int]
    constants: list[tuple[str, Node]]
    variables: dict[tuple[int, str], tuple[str, str]]
    masks: list[_Found]

    def function(self, node: Node) -> int:
        """Number the declaration at the top of the file that a node is in; -1 for none."""
        at = bisect_right(self.starts, node.start_byte) - 1
        return at if at >= 0 and node.start_byte < self.functions[at].end_byte else -1

    def is_guarded(self, node: Node) -> bool:
        """Whether the function around a node looks at runtime.GOOS."""
        return self.function(node) in self.guarded

    def callee(self, node: Node) -> tuple[str, str]:
        """Name what a call calls: the import path and the function; both empty for others."""
        function = node.child_by_field_name("function")
        if node.type != "call_expression" or function is None:
            return "", ""
        on, name = (function.child_by_field_name(field) for field in ("operand", "field"))
        if on is None or name is None:
            return "", ""
        return self.imports.get(_text(on), ""), _text(name)

    def source(self, node: Node) -> tuple[str, str]:
        """Name the call that a value comes from: itself, or the one that its variable was set by."""
        node = _inner(node)
        if node.type == "identifier":
            return self.variables.get((self.function(node), _text(node)), ("", ""))
        return self.callee(node)

    def body(self, node: Node) -> bytes:
        """Return the text of the function around a node."""
        at = self.function(node)
        return self.data if at < 0 else self.functions[at].text or b""


def _read(root: Node, data: bytes) -> _File:
    functions = [
        node
        for node in root.named_children
        if node.type in ("function_declaration", "method_declaration")
    ]
    file = _File(data, {}, [node.start_byte for node in functions], functions, set(), [], {}, [])
    matches = [found for _, found in _matches(_others(), root)]
    file.imports.update(_imported(found["import"][0]) for found in matches if "import" in found)
    for found in matches:
        if "goos" in found:
            file.guarded.add(file.function(found["goos"][0]))
        elif "variable" in found:
            variable = found["variable"][0]
            key = file.function(variable), _text(variable)
            file.variables[key] = file.callee(found["from"][0])
        elif "constant" in found:
            file.constants.append((_text(found["constant"][0]), found["value"][0]))
        elif "masked" in found:
            file.masks += _masked(found["masked"][0], found["bits"][0])
    file.guarded.discard(-1)
    return file


def _imported(spec: Node) -> tuple[str, str]:
    path = _string(spec.child_by_field_name("path")) or ""
    name = spec.child_by_field_name("name")
    return (_text(name) if name else path.rpartition("/")[2]), path


def _calls(root: Node) -> Iterator[_Call]:
    for _, found in _matches(_call_query(), root):
        arguments = tuple(
            node for node in found["arguments"][0].named_children if node.type != "comment"
        )
        yield _Call(found["on"][0], _text(found["name"][0]), arguments, found["call"][0])


def _judge(call: _Call, file: _File) -> Iterator[_Found]:
    package = file.imports.get(_text(call.on), "") if call.on.type == "identifier" else ""
    judge = _JUDGES.get(package)
    if judge:
        yield from judge(call, file)
    elif call.name == "Signal" and len(call.arguments) == 1:
        sent = _text(call.arguments[0])
        known = file.imports.get(sent.partition(".")[0])
        if known in ("syscall", "golang.org/x/sys/unix", "os") and sent not in (
            "os.Kill",
            "syscall.SIGKILL",
        ):
            yield "signal", call.node, f".Signal({sent})"


def _os(call: _Call, _file: _File) -> Iterator[_Found]:
    first = _string(call.arguments[0]) if call.arguments else None
    if call.name in ("Getenv", "LookupEnv"):
        if first in _VARIABLES:
            yield f"variable {first}", call.node, f'os.{call.name}("{first}")'
        return
    if call.name in _OS_PATHS:
        yield from _paths(call)
    if call.name in ("Chown", "Lchown", "Fchown"):
        yield "owner", call.node, f"os.{call.name}"
    elif call.name == "Symlink":
        yield "link", call.node, "os.Symlink"
    elif call.name == "Chmod" and len(call.arguments) == 2:
        mode = _text(call.arguments[1])
        if re.fullmatch(r"0o?[0-7]+", mode):
            yield "mode", call.node, f"os.Chmod to {mode}"


def _ioutil(call: _Call, _file: _File) -> Iterator[_Found]:
    if call.name in _IOUTIL_PATHS:
        yield from _paths(call)


def _filepath(call: _Call, _file: _File) -> Iterator[_Found]:
    if call.name in _FILEPATH and call.name not in ("Match", "Glob"):
        yield from _paths(call)


def _paths(call: _Call) -> Iterator[_Found]:
    """Judge arguments that are paths: absolute ones, and ones that are put together by `+`."""
    for argument in call.arguments[:2]:
        text = _string(argument)
        if text is not None and _ABSOLUTE.fullmatch(text):
            yield "absolute", argument, text
        elif argument.type == "binary_expression":
            yield from _joined(argument)


def _joined(node: Node) -> Iterator[_Found]:
    parts = list(_summands(node))
    first = _string(parts[0])
    if first and _ABSOLUTE.fullmatch(first):
        yield "absolute", node, first
    elif any((_string(part) or "").strip("/") != (_string(part) or "") for part in parts[1:]):
        yield "joined", node, _text(node)


def _summands(node: Node) -> Iterator[Node]:
    """Take a sum apart; its left sides nest, so this is a loop."""
    parts = []
    while node.type == "binary_expression":
        left, right = (node.child_by_field_name(side) for side in ("left", "right"))
        if left is None or right is None:
            break
        parts.append(right)
        node = left
    yield from (node, *reversed(parts))


def _strings(call: _Call, file: _File) -> Iterator[_Found]:
    if call.name not in _CUTS or len(call.arguments) < 2:
        return
    where, by = call.arguments[0], _string(call.arguments[1])
    package, name = file.source(where)
    if by == "/" and name in _GIVES_PATH.get(package, ()):
        yield "slash", call.node, _shown(call)
    elif by == ":" and call.name.startswith("Split") and _is_path_list(where, file):
        yield "list", call.node, _shown(call)
    elif (
        by == "\\n"
        and call.name in ("Split", "SplitN")
        and name in _GIVES_TEXT.get(package, ())
        and not re.search(rb"\\r|TrimSpace|Fields|TrimRight|TrimSuffix", file.body(call.node))
    ):
        yield "lines", call.node, _shown(call)


def _is_path_list(node: Node, file: _File) -> bool:
    node = _inner(node)
    if file.callee(node) == ("os", "Getenv"):
        return "PATH" in _text(node)
    return file.source(node) == ("os", "Getenv") and "path" in _text(node).lower()


def _path(call: _Call, file: _File) -> Iterator[_Found]:
    """Judge the package path, which knows slashes only, where it is given the system's paths."""
    if call.name in _SLASH_PATH and call.arguments:
        package, name = file.source(call.arguments[0])
        of_program = _text(call.arguments[0]) == "os.Args[0]"
        if of_program or name in _GIVES_PATH.get(package, ()):
            yield "slash", call.node, _shown(call)


def _exec(call: _Call, _file: _File) -> Iterator[_Found]:
    at = {"Command": 0, "CommandContext": 1}.get(call.name, -1)
    if not 0 <= at < len(call.arguments):
        return
    program = _string(call.arguments[at])
    if program is None:
        return
    name = program.rpartition("/")[2]
    if name in _SHELLS or name in _TOOLS:
        yield ("shell" if name in _SHELLS else "tool"), call.node, program
    elif _ABSOLUTE.fullmatch(program):
        yield "absolute", call.arguments[at], program


_JUDGES: Mapping[str, Callable[[_Call, _File], Iterator[_Found]]] = {
    "os": _os,
    "io/ioutil": _ioutil,
    "path/filepath": _filepath,
    "strings": _strings,
    "path": _path,
    "os/exec": _exec,
}


def _masked(node: Node, bits: Node) -> Iterator[_Found]:
    left = node.child_by_field_name("left")
    text = _text(left) if left else ""
    if re.search(r"(?:Mode|Perm)\(\)$", text) and _EXECUTABLE_BITS.fullmatch(_text(bits)):
        yield "executable", node, _text(node)


def _constants(file: _File) -> Iterator[_Found]:
    """Judge the package's own constants and variables: whole paths that name more than a folder."""
    for _, node in file.constants:
        text = _string(node)
        if text and _ABSOLUTE.fullmatch(text) and (text.count("/") > 1 or text == "/tmp"):  # noqa: S108
            yield "absolute", node, text


def _inner(node: Node) -> Node:
    """Look into a conversion: string(data), []byte(text)."""
    while node.type in ("call_expression", "type_conversion_expression"):
        function = node.child_by_field_name("function") or node.child_by_field_name("type")
        arguments = node.child_by_field_name("arguments")
        if function is None or _text(function) != "string" or arguments is None:
            break
        if len(arguments.named_children) != 1:
            break
        node = arguments.named_children[0]
    return node


def _habit(kind: str, node: Node, text: str) -> Habit:
    line, column = node.start_point
    return Habit(kind, line + 1, column + 1, _short(text))


def _shown(call: _Call) -> str:
    return _text(call.node)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _string(node: Node | None) -> str | None:
    """Return what stands in a literal, escapes as they are written; None for anything else."""
    if node is None or node.type not in ("interpreted_string_literal", "raw_string_literal"):
        return None
    return _text(node)[1:-1]


@lru_cache(1)
def _call_query() -> Query:
    names = " ".join(f'"{name}"' for name in sorted(_NAMES))
    return _query(_CALLS.replace("NAMES", names))


@lru_cache(1)
def _others() -> Query:
    return _query(_OTHERS)


def _query(text: str) -> Query:
    import tree_sitter_go
    from tree_sitter import Language, Query

    return Query(Language(tree_sitter_go.language()), text)


def _matches(query: Query, root: Node) -> list[tuple[int, dict[str, list[Node]]]]:
    from tree_sitter import QueryCursor

    return QueryCursor(query).matches(root)
