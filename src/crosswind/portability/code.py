"""The code that everything which is kept of a survey was found by: what other code found may be wrong."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from crosswind.system import stamps

_OURS = ("portability", "project", "constraints", "gosource", "port.py")
# Which trees come of a file is theirs to say.
_THEIRS = ("tree_sitter", "tree_sitter_go")


@functools.cache
def identity() -> str:
    """Return what changes with the code."""
    root = Path(__file__).parent.parent
    return stamps.of_code(*(root / part for part in _OURS), *_compiled())


def _compiled() -> Iterator[Path]:
    for name in _THEIRS:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            yield from sorted(Path(folder).glob("_binding.*"))
