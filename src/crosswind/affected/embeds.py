"""Whether a file is, or was, embedded by a pattern (cmd/go/internal/load/pkg.go, resolveEmbed)."""

from __future__ import annotations

import functools

from crosswind.gosource.glob import BadPatternError, Pattern

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
    for one, part in zip(wanted, parts, strict=False):
        glob = _glob(one)
        if glob is None or not glob.matches(part):
            return False
    # What a folder brings with it leaves out hidden names, unless all: says otherwise.
    return takes_all or not any(part.startswith((".", "_")) for part in parts[len(wanted) :])


@functools.cache
def _glob(element: str) -> Pattern | None:
    """Read an element of a pattern; None for a bad one, which matches nothing."""
    try:
        return Pattern.parse(element)
    except BadPatternError:
        return None
