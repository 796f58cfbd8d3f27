"""Draw a page for a terminal: the little Markdown that pages use, without a Markdown library.

Headings, paragraphs, `-` lists, indented code and `code` in a line: that is all pages contain.
Colors take the place of the backquotes; without colors they stay.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator

from crosswind.explain.page import Page
from crosswind.finding import Severity

_CODE = re.compile(r"`([^`]+)`")
# Stands for a space that is no place to break a line; clean text has no control characters.
_GLUE = "\0"
# ECMA-48 select graphic rendition: bold, red, yellow, cyan, reset.
_BOLD, _RED, _YELLOW, _CYAN, _RESET = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[0m"
_Paint = Callable[[str, str], str]
_SEVERITY = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW, Severity.NOTE: _CYAN}


def render(page: Page, *, width: int = 80, color: bool = False) -> str:
    """Draw a page.

    Args:
        page: what to draw.
        width: columns of the terminal.
        color: whether to use ANSI colors.
    """
    paint = _colored if color else _plain
    head = f"{paint(_BOLD, page.code)} {paint(_SEVERITY[page.severity], page.title)}"
    parts = [head]
    for heading, text in page.sections():
        parts += ["", paint(_BOLD, heading), *_markdown(text, width, paint)]
    return "\n".join(parts) + "\n"


def _plain(_style: str, text: str) -> str:
    return text


def _colored(style: str, text: str) -> str:
    return f"{style}{text}{_RESET}"


def _markdown(text: str, width: int, paint: _Paint) -> Iterator[str]:
    for number, block in enumerate(re.split(r"\n{2,}", text)):
        if number:
            yield ""
        if block.startswith("    "):
            yield from (f"  {paint(_CYAN, line)}" for line in block.splitlines())
        else:
            for item in re.split(r"\n(?=- )", block):
                yield from _wrapped(item, width, paint)


def _wrapped(item: str, width: int, paint: _Paint) -> Iterator[str]:
    """Fill one paragraph or list item, then color: escape sequences have no width."""
    indent = "    " if item.startswith("- ") else "  "
    room = max(width, 40)
    # A command that fits a line is kept in one, to be copied.
    whole = _CODE.sub(
        lambda code: code[0].replace(" ", _GLUE) if len(code[0]) <= room - len(indent) else code[0],
        " ".join(item.split()),
    )
    text = textwrap.fill(
        whole,
        room,
        initial_indent="  ",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ).replace(_GLUE, " ")
    if paint is _colored:
        text = _CODE.sub(lambda code: _each_line(code[1]), text)
    yield from text.split("\n")


def _each_line(code: str) -> str:
    """Color a `code` that may have been broken over lines, but not the indentation between."""
    return "\n".join(
        re.sub(r"\S.*", lambda text: _colored(_CYAN, text[0]), line) for line in code.split("\n")
    )
