"""The dist folder: what a run publishes there, and what it may remove.

`dist/.crosswind/ledger.json` lists every file that crosswind put into dist, with its digest; only
those are ever removed. The records (`crosswind.json`, `artifacts.json`, `metadata.json`) are taken
away before the first file changes and come back last: where they are, the run was finished.

Of a program that after-link steps change, `dist/.crosswind/linked` keeps what the go command linked:
the go command finds it up to date there, and the steps always start from it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from crosswind.artifact import Artifact
from crosswind.building.plan import STATE, Output, Unit
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.system import files, kept, stamps

RECORDS = ("crosswind.json", "artifacts.json", "metadata.json")


@frozen
class Entry:
    """A file as crosswind left it.

    Attributes:
        sha256: its digest.
        stamp: tells whether it was touched since.
        changed: whether steps after linking made it other than the go command had linked it.
        mode: its permissions; -1 where nobody noted them.
    """

    sha256: str
    stamp: str
    changed: bool = False
    mode: int = -1


@dataclass(slots=True)
class Dist:
    """An open dist folder, locked against other runs.

    Attributes:
        path: the folder.
        shown: how the plan spells it; final places of outputs begin with it.
        ledger: files that crosswind made there, by path relative to the folder.
        memory: what earlier runs found out, by name: the question, and the answer to it.
    """

    path: Path
    shown: Path
    ledger: dict[str, Entry] = field(default_factory=dict)
    memory: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def earlier(self, output: Output) -> Path | None:
        """Return what the go command linked in an earlier run, if it is still there as it was."""
        found = self.linked(output)
        return found[0] if found else None

    def linked(self, output: Output) -> tuple[Path, str] | None:
        """Return where it lies what the go command linked in an earlier run, and its digest."""
        for path in (self._linked(output), self.place(output)):
            entry = self.ledger.get(self._name(path))
            if entry and not entry.changed and _is_intact(path, entry):
                return path, entry.sha256
        return None

    def digest(self, staged: Path, output: Output) -> str:
        """Return the digest of what the go command left; it is known where it left all as it was."""
        for path in (self._linked(output), self.place(output)):
            entry = self.ledger.get(self._name(path))
            if entry and not entry.changed and files.is_same(staged, path):
                return entry.sha256
        return files.sha256(staged)

    def holds(self, output: Output, digest: str) -> bool:
        """Whether the finished file of an earlier run is there, with this digest."""
        path = self.place(output)
        entry = self.ledger.get(self._name(path))
        return entry is not None and entry.sha256 == digest and _is_intact(path, entry)

    def keep_linked(self, staged: Path, digest: str, output: Output) -> Path:
        """Take a linked file away from the stage, as the start of steps; return where it lies now.

        Raises like `publish`.
        """
        place = self._linked(output)
        self._put(staged, place, digest, changed=False)
        return place

    def recall(self, name: str, question: str) -> Any:
        """Return what was remembered under a name, if the question was the same; else None."""
        known, answer = self.memory.get(name, ("", None))
        return answer if known == question else None

    def remember(self, name: str, question: str, answer: Any) -> None:
        """Keep an answer for later runs; it must be JSON. `save_memory` writes it."""
        self.memory[name] = (question, answer)

    def save_memory(self) -> None:
        """Write what is remembered, and the ledger; raises like `publish`."""
        kept.write(self.path / STATE / "memory.json", self.memory)
        if self.ledger:
            self._save()

    def publish(
        self, staged: Path, digest: str, output: Output, program: str, *, changed: bool = False
    ) -> tuple[Artifact, bool]:
        """Rename a staged file of this digest into its place and enter it into the ledger.

        `changed` says whether steps after linking have changed it. Returns the artifact, and whether
        the same bytes were there before; then the file there stays untouched.

        Raises:
            MissingError, UsageError, BuildError: CW0503 to CW0505.
        """
        size = staged.stat().st_size
        artifact = Artifact(output.final, output.kind, program, output.unit.target, size, digest)
        same = self._put(staged, self.place(output), digest, changed=changed)
        if not changed:
            self._forget(self._linked(output))
        return artifact, same

    def drop_debug_data(self, program: Output, kept: Collection[Output]) -> None:
        """Remove debug files that an earlier run left for a program, but for `kept`.

        They are of another build. What somebody changed since stays.
        """
        place = self._name(self.place(program))
        folder = self._name(self.place(program).parent)
        names = {self._name(self.place(one)) for one in kept}
        for name, entry in list(self.ledger.items()):
            is_pdb = name.startswith(f"{folder}/") and name.endswith(".pdb")
            is_debug_data = is_pdb or name == f"{place}.debug" or name.startswith(f"{place}.dSYM/")
            if is_debug_data and name not in names and _has_content(self.path / name, entry):
                self._forget(self.path / name)

    def _put(self, staged: Path, destination: Path, digest: str, *, changed: bool) -> bool:
        """Move a file into place unless the same is there; tell whether it was."""
        name = self._name(destination)
        entry = self.ledger.get(name)
        if entry and entry.sha256 == digest and staged != destination:
            entry = self._let_go(staged, destination, name, entry)
        same = entry is not None and entry.sha256 == digest and _is_intact(destination, entry)
        if same:
            if entry and entry.changed != changed:
                self._enter(name, replace(entry, changed=changed))
            return True
        # Entered before the move, so that a kill in between leaves no file that nobody owns.
        self._enter(name, Entry(digest, "", changed, _mode(staged.lstat())))
        files.move(staged, destination)
        seen = destination.lstat()
        self._enter(name, Entry(digest, _stamp(seen), changed, _mode(seen)))
        return False

    def _let_go(self, staged: Path, destination: Path, name: str, entry: Entry) -> Entry:
        """Take a file's second name away, if `staged` is one, and what using it left on the file.

        The go command touches what it finds up to date. `save_memory` writes the new stamp; if it
        never comes to that, the file is read the next time.
        """
        if not files.is_same(staged, destination):
            return entry
        with files.translated(destination):
            staged.unlink()
            if written := re.fullmatch(_STAMP, entry.stamp):
                os.utime(destination, ns=(int(written[1]), int(written[1])))
        self.ledger[name] = replace(entry, stamp=_stamp(destination.lstat()))
        return self.ledger[name]

    def _forget(self, path: Path) -> None:
        """Remove a file of ours that nothing needs any more."""
        if self.ledger.pop(self._name(path), None):
            self._remove(path)
            self._save()

    def _remove(self, path: Path) -> None:
        """Remove a file, and the folders that are empty then."""
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # a folder with something of the user's in it stays
            for folder in list(path.relative_to(self.path).parents)[:-1]:
                (self.path / folder).rmdir()

    def log(self, output: str, unit: Unit) -> str:
        """Keep what a failed command printed, until the next run; return where, for people."""
        path = self.path / STATE / "log" / f"{unit.folder}.txt"
        files.write_atomic(path, output.encode())
        return f"{self.path.name}/{STATE}/log/{path.name}"

    def record(self, name: str, document: object) -> None:
        """Write one of the records, atomically; raises like `publish`."""
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n"
        files.write_atomic(self.path / name, text.encode())

    def clean(self) -> tuple[str, ...]:
        """Remove what earlier runs made, as far as it was not changed since.

        Returns what was left alone because somebody changed it.
        """
        kept = []
        for name, entry in list(self.ledger.items()):
            path = self.path / name
            # Whatever else lies there, a link that leads nowhere too, is somebody else's.
            if os.path.lexists(path) and not _has_content(path, entry):
                kept.append(name)
                continue
            self._remove(path)
            del self.ledger[name]
        self._save()
        return tuple(kept)

    def place(self, output: Output) -> Path:
        """Return where a finished file lies."""
        return self.path / output.final.relative_to(self.shown)

    def _linked(self, output: Output) -> Path:
        return self.path / STATE / "linked" / output.final.relative_to(self.shown)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def _enter(self, name: str, entry: Entry) -> None:
        self.ledger[name] = entry
        self._save()

    def _save(self) -> None:
        entries = {name: asdict(entry) for name, entry in self.ledger.items()}
        kept.write(self.path / STATE / "ledger.json", {"files": entries})


@contextlib.contextmanager
def opened(path: Path, shown: Path, on_wait: Callable[[], None]) -> Iterator[Dist]:
    """Lock a dist folder, sweep away what a killed run left, and take the old records away.

    Args:
        path: the folder.
        shown: how the plan spells it.
        on_wait: called once if another run holds the lock.

    Raises:
        UsageError: CW0504, not writable; CW0506, it is no folder.
        MissingError: CW0503, disk full.
    """
    if path.exists() and not path.is_dir():
        raise UsageError("CW0506", "is a file, not a folder", subject=str(path), hint="give -o DIR")
    fresh = not path.exists()
    with files.lock(path / STATE / "lock", on_wait):
        if fresh:
            # A dist that git does not ignore would make Go stamp every program as modified.
            files.write_atomic(path / ".gitignore", b"*\n")
        for name in ("work", "log"):
            files.remove_tree(path / STATE / name)
        _drop_records(path)
        try:
            yield Dist(path, shown, _ledger(path / STATE / "ledger.json"), _memory(path))
        except BaseException:
            _drop_records(path)
            raise
        finally:
            files.remove_tree(path / STATE / "work")


def _drop_records(path: Path) -> None:
    for name in RECORDS:
        (path / name).unlink(missing_ok=True)


_STAMP = r"\d+ (\d+) \d+ \d+"


def _stamp(seen: os.stat_result) -> str:
    """Tell one state of a file from the next without reading it, as git's index does."""
    return " ".join(map(str, stamps.of(seen)))


def _mode(seen: os.stat_result) -> int:
    """Return permissions; on Windows a file has none that count."""
    return stat.S_IMODE(seen.st_mode) if os.name == "posix" else 0


def _is_intact(path: Path, entry: Entry) -> bool:
    """Whether a file is as it was entered, with its permissions: a program that nobody may run is none."""
    try:
        return _mode(path.lstat()) == entry.mode and _has_content(path, entry)
    except OSError:
        return False


def _has_content(path: Path, entry: Entry) -> bool:
    """Whether a file has the content that was entered; one with another stamp is read to find out.

    A link, wherever it leads, is somebody else's.
    """
    try:
        seen = path.lstat()
        known = _stamp(seen) == entry.stamp
        return stat.S_ISREG(seen.st_mode) and (known or files.sha256(path) == entry.sha256)
    except OSError:  # gone, or not to be read
        return False


def _ledger(path: Path) -> dict[str, Entry]:
    """Read the ledger; a damaged one only means that less will be removed."""
    known = kept.load(path)
    entries = known.get("files") if isinstance(known, dict) else None
    if not isinstance(entries, dict):
        return {}
    return {
        name: _entry(entry)
        for name, entry in entries.items()
        if isinstance(entry, dict) and _is_inside(name)
    }


def _entry(known: dict[str, Any]) -> Entry:
    mode = known.get("mode")
    return Entry(
        str(known.get("sha256")),
        str(known.get("stamp")),
        bool(known.get("changed")),
        mode if isinstance(mode, int) else -1,
    )


def _memory(path: Path) -> dict[str, tuple[str, Any]]:
    """Read what earlier runs remembered; a damaged file only means that it is found out anew."""
    try:
        known = kept.load(path / STATE / "memory.json")
        return {name: (str(question), answer) for name, (question, answer) in known.items()}
    except (ValueError, TypeError, AttributeError):  # that of another version
        return {}


def _is_inside(name: str) -> bool:
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and ".." not in parts
