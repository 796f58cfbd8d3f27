"""The text of comments, without their signs (go/ast/ast.go, CommentGroup.Text)."""

from __future__ import annotations

import re

from crosswind.gosource.parser import Comments

# isDirective.
_DIRECTIVE = re.compile(r"line |extern |export |[a-z0-9]+:[a-z0-9]")
# stripTrailingWhitespace.
_BLANK = " \t\n\r"


def text_of(group: Comments) -> str:
    """Return the text of a group of comments: lines without white space at their ends.

    Directives are left out, and of several empty lines all but one, at the start all. Bytes that are no
    UTF-8 are surrogates (PEP 383).
    """
    lines: list[str] = []
    for token in group.tokens:
        text = token.text.decode("utf-8", "surrogateescape")
        if text.startswith("/*"):
            text = text[2:-2]
        else:
            text = text[2:]
            if text.startswith(" "):
                text = text[1:]
            elif _DIRECTIVE.match(text):
                continue
        lines += [line.rstrip(_BLANK) for line in text.split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    if kept and kept[-1]:
        kept.append("")
    return "\n".join(kept)
