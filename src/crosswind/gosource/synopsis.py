"""The first sentence of a package's comment (go/doc/synopsis.go, Synopsis, and go/doc/comment)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_NO_DOCUMENTATION = ("copyright", "all rights", "author")  # IllegalPrefixes
_BREAKS = "\n\r\t"
_INDENT = " \t"
# go/doc/comment/parse.go, listMarker.
_ITEM = re.compile(r"\s*(?:[•*+-]|[0-9]+[.)])[ \t]+\S")
_HEADING = re.compile(r"#[ \t](?!\s*\Z)")
_SCHEMES = "file|ftp|gopher|http|https|mailto|nntp"
# parseLink.
_DEFINITION = re.compile(rf"\[([^\n]*?)\]:[ \t]\s*((?:{_SCHEMES})://.*)")
# autoURL, as far as it keeps what follows from being read as quotes.
_URL = re.compile(rf"(?:{_SCHEMES})://[A-Za-z0-9_@\-\[\]][^\s`]*")
_PATH = re.compile(r"(?!-)(?:(?!\.)[A-Za-z0-9\-.~_+]+(?<!\.)/)+(?!\.)[A-Za-z0-9\-.~_+]+(?<!\.)")
# std.go: the packages that a link names by one word; `uuid` since Go 1.27.
_STANDARD = frozenset((
    "bufio", "bytes", "cmp", "context", "crypto", "embed", "encoding", "errors", "expvar", "flag", "fmt", "hash",
    "html", "image", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect",
    "regexp", "runtime", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing", "time",
    "unicode", "unique", "unsafe", "uuid", "weak",
))  # fmt: skip


def synopsis(text: str) -> str:
    """Return the first sentence of a comment's text; empty if it is no documentation.

    It is one line, and behind it stand the definitions of links that it uses.
    """
    text = _first_sentence(text)
    if text.lower().startswith(_NO_DOCUMENTATION):
        return ""
    lines = _unindented(text.split("\n"))
    end = _first_paragraph(lines)
    if not end:
        return ""
    definitions: dict[str, str] = {}
    for line in lines[end:]:
        if match := _DEFINITION.match(line):
            definitions.setdefault(match[1], match[2].strip())
    used: set[str] = set()
    text = _quoted(_unlinked("\n".join(lines[:end]), definitions, used))
    links = [f"[{name}]: {url}" for name, url in definitions.items() if name in used]
    return "\n".join((" ".join(text.split()), *(["", *links] if links else [])))


def _first_sentence(text: str) -> str:
    """Cut after a period and a space, unless one capital alone stands before it (firstSentence)."""
    before, last, this = "", "", ""
    for at, found in enumerate(text):
        char = " " if found in _BREAKS else found
        if char == " " and this == "." and (not _is_upper(last) or _is_upper(before)):
            return text[:at]
        if this and this in "\u3002\uff0e":  # full stops of Chinese and Japanese
            return text[:at]
        before, last, this = last, this, char
    return text


def _is_upper(char: str) -> bool:
    return bool(char) and unicodedata.category(char) == "Lu"


def _unindented(lines: list[str]) -> list[str]:
    """Take away what all lines begin with, and empty ones at both ends (unindent)."""
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    if not lines:
        return []
    prefix = _indent(lines[0])
    for line in lines[1:]:
        if line:
            prefix = _common(prefix, _indent(line))
    lines = [line.removeprefix(prefix) for line in lines]
    lines = [line if line.strip() else "" for line in lines]
    while lines and not lines[0]:
        lines = lines[1:]
    return lines


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(_INDENT))]


def _common(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length]


def _first_paragraph(lines: list[str]) -> int:
    """Return how many lines the paragraph has that a text begins with; 0 if it begins otherwise (parseSpans)."""
    if not lines or lines[0][0] in _INDENT:
        return 0
    end = 1
    while end < len(lines) and lines[end] and lines[end][0] not in _INDENT:
        end += 1
    if end < len(lines) and lines[end] and not _ITEM.match(lines[end]):
        # Lines that were meant to be part of what is indented below them.
        if _ITEM.match(lines[end - 1]):
            while end and _ITEM.match(lines[end - 1]):
                end -= 1
        elif lines[end - 1].endswith(("{", "\\")):
            end -= 1
    if end == 1 and _HEADING.match(lines[0]):
        return 0
    if all(_DEFINITION.match(line) for line in lines[:end]):
        return 0
    return end


def _unlinked(text: str, definitions: Mapping[str, str], used: set[str]) -> str:
    """Take away the brackets of links, and note the definitions that are used (parseLinkedText)."""
    found, wrote, start = [], 0, -1
    for at, char in enumerate(text):
        if char == "[":
            start = at
        elif char == "]":
            inside = text[start + 1 : at]
            name = re.sub(r"[\n\t]", " ", inside)
            around = text[:start][-1:], text[at + 1 : at + 2]
            if start >= 0 and (
                name in definitions or (all(map(_is_apart, around)) and _is_name(inside))
            ):
                used.add(name)
                found += [text[wrote:start], inside]
                wrote = at + 1
            start = -1
    return "".join((*found, text[wrote:]))


def _is_apart(char: str) -> bool:
    """Whether a link may stand beside a character (docLink)."""
    return char in " \t\n" or unicodedata.category(char).startswith("P")


def _is_name(text: str) -> bool:
    """Whether a link names a package or something in one (docLink; nothing is known of this package)."""
    package, name = _split(text.removeprefix("*"))
    if name:
        package, _ = _split(package)
    return package in _STANDARD or _PATH.fullmatch(package) is not None


def _split(text: str) -> tuple[str, str]:
    """Divide `before.Name` (splitDocName)."""
    before, _, name = text.rpartition(".")
    if name.isidentifier() and _is_upper(name[0]):
        return before, name
    return text, ""


def _quoted(text: str) -> str:
    """Replace two signs that stand for quotes (parseText)."""
    found = []
    for part in re.split(rf"({_URL.pattern}|`{{3,}})", text):
        is_kept = part.startswith("```") or _URL.match(part)
        found.append(part if is_kept else part.replace("``", "“").replace("''", "”"))
    return "".join(found)
