"""Package patterns with `...`, as cmd/internal/pkgpattern and cmd/go/internal/search decide them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from crosswind.project.graph.model import Folder

# Stands for the element `vendor` while a pattern without it is matched (pkgpattern.go).
_VENDOR = "\0"


def is_local(pattern: str) -> bool:
    """Whether a pattern names folders (go/build, IsLocalImport, and absolute paths)."""
    return (
        pattern in (".", "..")
        or pattern.startswith(("./", "../", "/"))
        or Path(pattern).is_absolute()
    )


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a path matches (pkgpattern.go, matchPatternInternal).

    `...` is any text; `/...` at the end may be missing; no `...` covers an element `vendor` that is
    not the last one.
    """
    if _VENDOR in pattern:
        return lambda _: False
    hidden = _hide_vendor(pattern)
    choices: tuple[str, ...] = (hidden,)
    if hidden.endswith(f"/{_VENDOR}/..."):
        choices = (hidden.removesuffix(f"/{_VENDOR}/...") + "/vendor", hidden)
    elif hidden.endswith("/..."):
        choices = (hidden.removesuffix("/..."), hidden)
    any_text = f"[^{_VENDOR}]*"
    text = "|".join(any_text.join(map(re.escape, choice.split("..."))) for choice in choices)
    match = re.compile(text).fullmatch
    return lambda name: _VENDOR not in name and match(_hide_vendor(name)) is not None


def _hide_vendor(name: str) -> str:
    """Replace each element `vendor` that is not the last one (pkgpattern.go, replaceVendor)."""
    *parents, last = name.split("/")
    return "/".join([*(_VENDOR if one == "vendor" else one for one in parents), last])


def may_match(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a path or one below it can match (pkgpattern.go, TreeCanMatchPattern)."""
    fixed, dots, _ = pattern.partition("...")

    def check(name: str) -> bool:
        if dots and name.startswith(fixed):
            return True
        return fixed == name or fixed.startswith(name + "/") or not name

    return check


class Ignored:
    """The folders that an `ignore` directive of go.mod leaves out (search.go, IgnorePatterns)."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take the directive's paths: `./x` is at the root, `x` anywhere."""
        self._rooted = tuple(_slashed(one[2:]) for one in patterns if one.startswith("./"))
        self._anywhere = tuple(_slashed(one) for one in patterns if not one.startswith("./"))

    def __contains__(self, relative: object) -> bool:
        """Whether a folder, relative to the module's root, is left out."""
        if not relative:
            return False
        path = _slashed(str(relative))
        return path.startswith(self._rooted) or any(one in path for one in self._anywhere)


def _slashed(path: str) -> str:
    return f"/{path.strip('/')}/"


def walk(
    top: Path,
    read: Callable[[Path], Folder],
    *,
    skip: Callable[[str], bool] = lambda _: False,
    into_modules: bool = False,
    into_vendor: bool = True,
) -> Iterator[tuple[str, Folder]]:
    """Yield the folders that wildcards look at, with their paths relative to `top`.

    Neither `testdata` nor names that begin with `.` or `_` are entered, nor links.

    Args:
        top: where to begin; its own name does not matter.
        read: reads a folder.
        skip: whether a folder, relative to `top`, is left out with all below.
        into_modules: whether folders with a go.mod of their own are entered.
        into_vendor: whether folders below one that is called `vendor` are.
    """
    pending = [""]
    while pending:
        relative = pending.pop()
        folder = read(top / relative if relative else top)
        if relative and not into_modules and "go.mod" in folder.others:
            continue
        yield relative, folder
        if relative.rpartition("/")[2] == "vendor" and not into_vendor:
            continue
        for name in reversed(folder.folders):
            below = f"{relative}/{name}" if relative else name
            if not is_hidden(name) and not skip(below):
                pending.append(below)


def is_hidden(name: str) -> bool:
    """Whether wildcards pass a folder by for its name."""
    return name.startswith((".", "_")) or name == "testdata"
