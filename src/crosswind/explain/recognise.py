"""Recognise what other tools say: pasted compiler, linker, loader and system messages."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cache

from crosswind.explain.page import CODE, Page, codes, load
from crosswind.frozen import frozen
from crosswind.target import Target

# More than this is not read: the end of a log is where it says why it ended.
MAX_TEXT = 64 * 1024
# Messages are short; what lies behind this column of a line is data.
_MAX_LINE = 2_000
# ECMA-48 control sequences (CSI … final byte) and operating-system commands (OSC … BEL or ST).
_ANSI = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\^_])"
)
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n"} | {
    0x7F: None,
    0xFEFF: None,
}
# Word processors, chats and GNU tools in a UTF-8 locale write these.
_PLAIN = {
    0x2018: "'",
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0xA0: " ",
    0x202F: " ",
    ord("\t"): " ",
}
_WORD = re.compile(r"[a-z][a-z0-9_.+-]{2,40}")


@frozen
class Match:
    """A page that fits a pasted text.

    Attributes:
        page: what it means, its placeholders filled from the text.
        line: the line that was recognised.
        values: what the named groups of the page's regex caught.
        specificity: how many characters were recognised literally; more is better.
    """

    page: Page
    line: str
    values: Mapping[str, str] = field(default_factory=dict)
    specificity: int = 0


def by_text(text: str, known: Mapping[str, str] | None = None) -> tuple[Match, ...]:
    """Find the pages that fit a pasted text, the most specific first, each page once.

    Colors, prompts, carriage returns and typographic quotes do not matter. A message that a narrow
    window broke into several lines is recognised if nothing else is.

    Args:
        text: what was printed; its end, if it is longer than `MAX_TEXT` characters.
        known: values for placeholders that the text itself does not give.
    """
    lines = clean(text)
    best = _ranked(lines) or _ranked([" ".join(lines)[-_MAX_LINE:]])
    return tuple(
        replace(match, page=match.page.filled({**(known or {}), **match.values})) for match in best
    )


def advice(text: str, target: Target | None = None) -> str | None:
    """Return one line of advice on another tool's message, or None if it is not known.

    Args:
        text: what the tool printed.
        target: what was built, if the advice shall name it.
    """
    known = {}
    if target:
        known = {"target": str(target), "goos": target.goos, "goarch": target.goarch}
    matches = by_text(text, known)
    return matches[0].page.advice if matches else None


def nearest(text: str, limit: int = 3) -> tuple[Page, ...]:
    """Return the pages that share the most telling words with a text: rare words tell more."""
    wanted = set(_WORD.findall(text[-MAX_TEXT:].lower()))
    vocabularies = {code: _vocabulary(code) for code in codes()}
    spread = Counter(word for words in vocabularies.values() for word in words)
    scores = {
        code: sum(1 / spread[word] for word in sorted(words & wanted))
        for code, words in vocabularies.items()
    }
    # Half a point: one word that at most two pages have. Less is chance.
    best = sorted((code for code in scores if scores[code] >= 0.5), key=lambda c: (-scores[c], c))
    return tuple(load(code) for code in best[:limit])


def decode(data: bytes) -> str:
    """Decode what a pipe brings: UTF-8, or the UTF-16 with a mark that Windows PowerShell writes."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if utf16 else "utf-8", errors="replace")


def clean(text: str) -> list[str]:
    """Split a text into lines that hold nothing but the message."""
    text = _ANSI.sub("", text[-MAX_TEXT:]).replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_PLAIN).translate(_CONTROL)
    return [line for line in (raw.strip()[:_MAX_LINE] for raw in text.split("\n")) if line]


def _ranked(lines: Iterable[str]) -> list[Match]:
    best: dict[str, Match] = {}
    for line in dict.fromkeys(lines):
        for match in _in_line(line):
            known = best.get(match.page.code)
            if known is None or match.specificity > known.specificity:
                best[match.page.code] = match
    return sorted(best.values(), key=lambda match: -match.specificity)


def _in_line(line: str) -> Iterator[Match]:
    """Yield what a line says: of two matches that overlap only the more specific one."""
    taken: list[tuple[int, int]] = []
    found = sorted(_hits(line), key=lambda hit: -hit[0].specificity)
    for match, (start, end) in found:
        if all(end <= other_start or start >= other_end for other_start, other_end in taken):
            taken.append((start, end))
            yield match


def _hits(line: str) -> Iterator[tuple[Match, tuple[int, int]]]:
    for code in CODE.finditer(line):
        if code[0] in _library():
            yield Match(_library()[code[0]][0], line, specificity=len(code[0])), code.span()
    for page, patterns in _library().values():
        for pattern in patterns:
            if found := pattern.search(line):
                values = {name: text for name, text in found.groupdict().items() if text}
                yield Match(page, line, values, _literal(found)), found.span()


def _literal(found: re.Match[str]) -> int:
    """Count the characters of a match that lie in none of its groups."""
    spans = [found.span(group) for group in range(1, len(found.groups()) + 1)]
    inside = {position for start, end in spans for position in range(start, end)}
    return found.end() - found.start() - len(inside)


@cache
def _library() -> dict[str, tuple[Page, tuple[re.Pattern[str], ...]]]:
    pages = (load(code) for code in codes())
    return {
        page.code: (page, tuple(re.compile(p, re.IGNORECASE) for p in page.patterns))
        for page in pages
    }


def _vocabulary(code: str) -> set[str]:
    page = load(code)
    text = " ".join((page.title, *page.samples, page.section("What happened")))
    return set(_WORD.findall(text.lower()))
