"""What a compiler reads, as it says itself; it is asked again only where a file or a folder may have changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from crosswind.building.key.model import Doubt
from crosswind.errors import CrosswindError
from crosswind.system import files, stamps

# More than this is nothing to look at before each build.
_MOST = 20_000


class Reads(NamedTuple):
    """What a program read.

    Attributes:
        files: that it opened, absolute.
        folders: in which it looked, absolute, there or not: a new file there may come first.
        said: what else counts of its answer.
    """

    files: frozenset[str]
    folders: frozenset[str]
    said: str = ""


class Seen(NamedTuple):
    """What counts of what was read.

    Attributes:
        digests: the sha256 of each file, by path.
        folders, said: as in `Reads`.
    """

    digests: dict[str, str]
    folders: frozenset[str]
    said: str = ""


class Observer:
    """Remembers what compilers read; files that count are looked at once in its life."""

    def __init__(self, memory: Path) -> None:
        """Take the folder of what earlier runs found."""
        self._memory = memory
        self._stamps: dict[str, list[int] | None] = {}

    def content(self, subject: str, question: object, ask: Callable[[], Reads]) -> Seen:
        """Return the sha256 of every file that is read.

        Args:
            subject: what is asked about; one answer is kept for each.
            question: all that the answer hangs on besides files; compared by its text.
            ask: finds out; may start a process.

        Raises:
            Doubt: a file cannot be read, or what `ask` raises.
        """
        path = self._memory / f"{_digest(subject)[:32]}.json"
        asked = _digest(repr(question))
        known = self._recall(path, asked)
        if known is not None:
            return known
        read_at = stamps.now()
        reads = ask()
        if len(reads.files) + len(reads.folders) > _MOST:
            raise Doubt("a C compiler looks at too many files")
        found: dict[str, tuple[list[int] | None, str]] = {}
        for name in sorted(reads.files):
            try:
                stamp = stamps.of(Path(name).stat())
                found[name] = (list(stamp), files.sha256(Path(name)))
            except (OSError, CrosswindError) as error:
                raise Doubt(f"cannot read {name}: {error}") from error
        folders = {name: _stamp(name) for name in sorted(reads.folders)}
        seen = [stamp for stamp, _ in found.values()] + list(folders.values())
        if not any(stamp and stamps.is_racy(stamps.Stamp(*stamp), read_at) for stamp in seen):
            document = {"question": asked, "files": found, "folders": folders, "said": reads.said}
            text = json.dumps(document)
            with contextlib.suppress(CrosswindError):  # without it the compiler is asked again
                files.write_atomic(path, text.encode(errors="surrogateescape"))
        digests = {name: digest for name, (_, digest) in found.items()}
        return Seen(digests, reads.folders, reads.said)

    def _recall(self, path: Path, asked: str) -> Seen | None:
        try:
            known: Any = json.loads(path.read_bytes())
            if known["question"] != asked:
                return None
            listed: Mapping[str, Any] = known["files"]
            stamped = {name: stamp for name, (stamp, _) in listed.items()} | known["folders"]
            if any(self._now(name) != stamp for name, stamp in stamped.items()):
                return None
            digests = {name: str(digest) for name, (_, digest) in listed.items()}
            return Seen(digests, frozenset(known["folders"]), str(known["said"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def _now(self, name: str) -> list[int] | None:
        if name not in self._stamps:
            self._stamps[name] = _stamp(name)
        return self._stamps[name]


def _stamp(name: str) -> list[int] | None:
    """Return a stamp; None for what is not there."""
    try:
        return list(stamps.of(os.stat(name)))  # noqa: PTH116 - hundreds of them before each build
    except OSError:
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
