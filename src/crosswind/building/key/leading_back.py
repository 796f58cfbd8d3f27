"""Which main modules the modules of the cache import packages from: cycles of modules are legal.

A module that requires the main one need not leave a line of it in go.sum: with graph pruning
(cmd/go/internal/modload/init.go, keepSums) go never reads the go.mod of the version that is asked for.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from crosswind.project.modules import folders
from crosswind.project.modules.modules import Modules
from crosswind.system import kept

# cmd/go/internal/modfetch/coderepo.go, legacyGoMod: the go.mod of a version from before there were any.
_LEGACY = re.compile(rb"\s*module\s+\S+\s*")


def mains(modules: Modules, memory: Path) -> frozenset[str]:
    """Return the paths of main modules that modules of the cache may import packages from.

    What is not in the cache leads nowhere. A build fetches it, and asks again when it has ended.

    Args:
        modules: the project's.
        memory: a folder for answers: the modules of one go.sum never change.
    """
    cache = modules.cache
    wanted = tuple(main.path for main in modules.mains)
    versions = sorted(
        {(one.path, one.version) for one in modules.sums.lines if not one.only_go_mod}
    )
    if cache is None or not versions:
        return frozenset()
    question = hashlib.sha256(repr((wanted, versions)).encode()).hexdigest()
    known = kept.load(memory / question)
    if isinstance(known, list):
        return frozenset(map(str, known))
    found: set[str] = set()
    is_whole = True
    for path, version in versions:
        try:
            found |= set(_named(cache, path, version, wanted))
        except OSError:
            is_whole = False
    if is_whole:
        kept.keep(memory / question, sorted(found))
    return frozenset(found)


def _named(cache: Path, path: str, version: str, wanted: tuple[str, ...]) -> Iterator[str]:
    """Yield those of the main modules that a module names; a comment is enough.

    Raises:
        OSError: the module is not there.
    """
    text = folders.download(cache, path, version, "mod").read_bytes()
    if not _LEGACY.fullmatch(text):
        words = text.replace(b'"', b" ").split()
        yield from (main for main in wanted if main.encode() in words)
        return
    left = set(wanted)
    for source in _sources(folders.place(cache, path, version)):
        content = source.read_bytes()
        yield from {main for main in left if b'"%b' % main.encode() in content}


def _sources(folder: Path) -> Iterator[Path]:
    """Yield the Go files of a module, tests apart.

    Raises:
        OSError: the module is not there.
    """
    folder.stat()
    for place, _, names in os.walk(folder):
        yield from (
            Path(place, name)
            for name in names
            if name.endswith(".go") and not name.endswith("_test.go")
        )
