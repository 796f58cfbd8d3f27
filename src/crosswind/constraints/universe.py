"""All contexts that a file may be built in, as one set of bits: a tag is the set where it is set."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crosswind.constraints.names import UNIX_OS
from crosswind.frozen import frozen
from crosswind.target import Target

# go/build/build.go, matchTag: the family that a GOOS counts for as well.
_ALSO = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
_COMPILER = "gc"
# An old name of an experiment's tag (matchTag).
_RENAMED = {"boringcrypto": "goexperiment.boringcrypto"}


@frozen
class Context:
    """One way to build: a target, whether C code takes part, and further tags.

    Attributes:
        target: GOOS and GOARCH; its variant says nothing here.
        cgo: whether `CGO_ENABLED=1`.
        tags: the user's, the toolchain's (`amd64.v3`, `goexperiment.…`), and those of releases.
    """

    target: Target
    cgo: bool = False
    tags: frozenset[str] = frozenset()

    def has(self, tag: str) -> bool:
        """Whether a tag is set (build.go, matchTag)."""
        goos = self.target.goos
        implied = (goos, self.target.goarch, _COMPILER, _ALSO.get(goos))
        if tag in implied or (tag == "cgo" and self.cgo) or (tag == "unix" and goos in UNIX_OS):
            return True
        return _RENAMED.get(tag, tag) in self.tags


def release_tags(minor: int) -> frozenset[str]:
    """Return the tags of Go 1.N: `go1.1` to `go1.N`."""
    return frozenset(f"go1.{number}" for number in range(1, minor + 1))


@dataclass(slots=True)
class Universe:
    """Contexts by their bit: the first one is bit 0; `everything` is the set of all."""

    contexts: tuple[Context, ...]
    everything: int = field(init=False)
    _known: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note the set of all contexts."""
        self.everything = (1 << len(self.contexts)) - 1

    @property
    def digest(self) -> str:
        """What tells these contexts from all others."""
        words = (f"{one.target} {one.cgo} {' '.join(sorted(one.tags))}" for one in self.contexts)
        return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()

    def where(self, tag: str) -> int:
        """Return the set of contexts in which a tag is set; each tag is looked at once."""
        found = self._known.get(tag)
        if found is None:
            bits = (1 << bit for bit, context in enumerate(self.contexts) if context.has(tag))
            found = self._known[tag] = sum(bits)
        return found

    def where_all(self, tags: Iterable[str]) -> int:
        """Return the set of contexts in which all of these tags are set."""
        found = self.everything
        for tag in tags:
            found &= self.where(tag)
        return found

    def members(self, chosen: int) -> Iterator[Context]:
        """Yield the contexts of a set, in order."""
        return (context for bit, context in enumerate(self.contexts) if chosen >> bit & 1)
