"""Whether a file is, or was, embedded by a pattern (cmd/go/internal/load/pkg.go, resolveEmbed)."""

from __future__ import annotations

import functools
import re

_ALL = "all:"


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern of `//go:embed` takes a file in, were it there.

    Args:
        pattern: as written, with its `all:`.
        path: of the file, relative to the package's folder.
    """
    takes_all = pattern.startswith(_ALL)
    wanted = pattern.removeprefix(_ALL).split("/")
    parts = path.split("/")
    if wanted == ["."]:
        wanted = []
    if len(parts) < len(wanted):
        return False
    if not all(_glob(one).fullmatch(part) for one, part in zip(wanted, parts, strict=False)):
        return False
    # What a folder brings with it leaves out hidden names, unless all: says otherwise.
    return takes_all or not any(part.startswith((".", "_")) for part in parts[len(wanted) :])


@functools.cache
def _glob(element: str) -> re.Pattern[str]:
    """Translate an element of a pattern (path.Match); a bad one matches nothing."""
    out, at = [], 0
    while at < len(element):
        character = element[at]
        at += 1
        if character == "*":
            out.append("[^/]*")
        elif character == "?":
            out.append("[^/]")
        elif character == "[":
            end = element.find("]", at + 1)
            if end < 0:
                return re.compile(r"(?!)")
            inside = element[at:end].replace("\\", "\\\\").replace("[", "\\[")
            out.append(f"[{inside}]")
            at = end + 1
        else:
            if character == "\\" and at < len(element):
                character = element[at]
                at += 1
            out.append(re.escape(character))
    try:
        return re.compile("".join(out), re.DOTALL)
    except re.error:
        return re.compile(r"(?!)")
