"""Objects of C in Go's build cache: which of them were made from other files than there are now.

The go command knows a package's own files, its flags and the version line of the compiler
(cmd/go/internal/work/exec.go, buildActionID). Headers elsewhere, libraries and the compiler's programs it does
not know, so its cache gives an object that was made with a header of last year. Such an object is taken out
of the cache before go looks for it, as go does with what it has not used for days (cache.go, Trim), and go
makes it anew.
"""

from __future__ import annotations

import base64
import binascii
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from crosswind.building.key.model import Unseen
from crosswind.building.plan import Compile, Unit
from crosswind.errors import CrosswindError
from crosswind.system import kept, process, stamps
from crosswind.toolchain import Settings

# cmd/go/internal/cache/cache.go, fileName and putIndexEntry: `v1 ACTION OUTPUT SIZE TIME`.
_ENTRY = "-a"
_FIELDS = 5
# cmd/internal/buildid/buildid.go, HashToString: so much of an action's hash stands in a build ID.
_HASH = 15
_FORMAT = "{{.ImportPath}} {{if or .CgoFiles .SwigFiles .SwigCXXFiles}}{{.BuildID}}{{else}}-{{end}}"
# Nanoseconds: nobody's C compiler needs longer for a package, so that much before an object was there its
# headers may have been read.
_LONGEST = 600 * 10**9
# Between what a file system and a program call now.
_TICK = 2 * 10**9
# How many objects are remembered.
_MOST = 20_000
# What `go build` takes and `go list` does not, or does something else with.
_NOT_OF_LIST = ("-o", "-work", "--work")


class _Object(NamedTuple):
    """An object in the cache: its action's hash, its entry, when it was put there."""

    action: str
    entry: Path
    put: int


class Objects:
    """The objects of one machine's caches, and from what those of our runs were made."""

    def __init__(self, memory: Path) -> None:
        """Take the file of what is known."""
        self._memory = memory
        self._made: dict[Unit, dict[str, tuple[int, str]]] = {}
        self._unsure: set[Unit] = set()
        self._lock = threading.Lock()

    def refresh(
        self, compile_: Compile, env: Mapping[str, str], unseen: Mapping[str, Unseen]
    ) -> None:
        """Take out of the cache what was made from other files, and let go make it anew.

        Args:
            compile_: a command that is about to run.
            env: of it.
            unseen: by import path, what go does not see of its packages.
        """
        if not unseen:
            return
        cache = _place(env)
        if _is_young(cache, unseen):
            return
        known = self._known()
        fresh: dict[str, tuple[int, str]] = {}
        left, taken_out = dict(unseen), True
        began = stamps.now()
        for _ in range(2):  # what was taken out is made by the second list
            stale: list[Path] = []
            fresh, left = {}, dict(unseen)
            for path, found in _listed(compile_, env, cache):
                of_c = left.pop(path, None)
                if of_c is None or found is None:
                    continue
                if found.put < began and not _is_of(found, of_c, known.get(found.action)):
                    stale.append(found.entry)
                else:
                    fresh[found.action] = found.put, of_c.state
            taken_out = not [entry for entry in stale if not _unlink(entry)]
            if not stale or not taken_out:
                break
        with self._lock:
            self._made |= dict.fromkeys(compile_.units, fresh)
            if left or not taken_out:
                self._unsure |= set(compile_.units)

    def is_unsure(self, unit: Unit) -> bool:
        """Whether it is not known from which files some object of a unit was made."""
        return unit in self._unsure

    def remember(self, unit: Unit) -> None:
        """Remember a unit's objects: while they were made nothing changed."""
        with self._lock:
            made = self._made.pop(unit, None)
        if made:
            known = {**self._known(), **made}
            kept.keep(self._memory, dict(list(known.items())[-_MOST:]))

    def _known(self) -> dict[str, tuple[int, str]]:
        document = kept.load(self._memory)
        if not isinstance(document, dict):
            return {}
        return {action: (int(put), str(state)) for action, (put, state) in document.items()}


def _is_young(cache: Path, unseen: Mapping[str, Unseen]) -> bool:
    """Whether all of a cache was made here, after the last of the files was written."""
    if not all(one.state for one in unseen.values()):
        return False
    try:
        # cmd/go/internal/cache/default.go, initDefaultCache: written once.
        begun = (cache / "README").stat()
    except OSError:
        return False
    # A cache that was copied from elsewhere keeps its times, but not this one.
    if begun.st_ctime_ns - begun.st_mtime_ns > _TICK:
        return False
    names = frozenset[str]().union(*(one.names for one in unseen.values()))
    return all(changed < begun.st_mtime_ns for changed in map(_changed, names))


def _listed(
    compile_: Compile, env: Mapping[str, str], cache: Path
) -> Iterator[tuple[str, _Object | None]]:
    """Yield each package, and if it has C its object; go compiles what is not there."""
    words, skip = [], False
    for word in compile_.argv[2 : -len(compile_.units)]:
        if not (skip or word.startswith(_NOT_OF_LIST)):
            words.append(word)
        skip = word == "-o"
    asked = ("list", "-e", "-deps", "-export", f"-f={_FORMAT}")
    argv = (compile_.argv[0], *asked, *words, *compile_.argv[-len(compile_.units) :])
    try:
        done = process.run(argv, cwd=compile_.directory, env=env)
    except CrosswindError:
        return  # the build itself says why
    for line in done.stdout.decode(errors="replace").splitlines():
        path, _, build_id = line.partition(" ")
        found = _object(build_id.partition("/")[0], cache)
        # What counts as C here, since a tag of the toolchain could make it so, need not for go.
        if found or build_id == "-":
            yield path, found


def _object(action: str, cache: Path) -> _Object | None:
    """Return what a cache has for an action."""
    try:
        digest = base64.urlsafe_b64decode(action).hex()
    except (binascii.Error, ValueError):
        return None
    if len(digest) != _HASH * 2:
        return None
    for entry in (cache / digest[:2]).glob(f"{digest}*{_ENTRY}"):
        try:
            fields = entry.read_text().split()
            if len(fields) == _FIELDS:
                return _Object(action, entry, int(fields[-1]))
        except (OSError, ValueError):
            continue
    return None


def _unlink(entry: Path) -> bool:
    """Take an object out of a cache; return whether that may be done."""
    try:
        entry.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _is_of(found: _Object, unseen: Unseen, known: tuple[int, str] | None) -> bool:
    """Whether an object was made from the files that there are now."""
    if not unseen.state:
        return False
    if known and known[0] == found.put:
        return known[1] == unseen.state
    return all(_changed(name) < found.put - _LONGEST for name in unseen.names)


def _changed(name: str) -> int:
    """Return when a file was written, or a link was set to it; late where that is not known."""
    try:
        return max(os.stat(name).st_ctime_ns, os.lstat(name).st_ctime_ns)  # noqa: PTH116
    except OSError:
        return 1 << 62


def _place(env: Mapping[str, str]) -> Path:
    """Return GOCACHE (cmd/go/internal/cache/default.go, DefaultDir, on Linux)."""
    home = env.get("XDG_CACHE_HOME") or f"{env.get('HOME', '')}/.cache"
    return Path(Settings.read(env).get("GOCACHE").value or f"{home}/go-build")
