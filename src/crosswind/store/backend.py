"""What the store asks of the place where it keeps things; one file beside this one per kind of place."""

from __future__ import annotations

from enum import StrEnum
from typing import BinaryIO, Protocol


class Kind(StrEnum):
    """The two kinds of things, in the words of the remote caches of Bazel."""

    BLOB = "cas"
    ENTRY = "ac"


class Backend(Protocol):
    """Keeps bytes under a kind and a digest. Every failure is an OSError.

    A blob's name is the SHA-256 of its content; who reads it holds it against that.
    """

    def has(self, kind: Kind, name: str) -> bool:
        """Whether something is there; it counts as used."""
        ...

    def get(self, kind: Kind, name: str) -> BinaryIO | None:
        """Open what is there; it stays readable until it is closed, and counts as used."""
        ...

    def put(self, kind: Kind, name: str, content: BinaryIO) -> int:
        """Keep content; all of it is there then, or nothing. Returns its size in bytes.

        The blobs of an entry are put before it, by one thread.

        Raises:
            OSError: EILSEQ, a blob's content is not what its name says.
        """
        ...

    def remove(self, kind: Kind, name: str) -> None:
        """Remove what turned out to be damaged; what is not there is fine."""
        ...

    def close(self) -> None:
        """End using it for now: where room is limited, what was not used for longest may go."""
        ...
