"""The dist folder: what a run publishes there, and what it may remove.

`dist/.crosswind/ledger.json` lists every file that crosswind put into dist, with its digest; only
those are ever removed. The records (`crosswind.json`, `artifacts.json`, `metadata.json`) are taken
away before the first file changes and come back last: where they are, the run was finished.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crosswind.artifact import Artifact
from crosswind.building.plan import STATE, Output, Unit
from crosswind.errors import UsageError
from crosswind.system import files

RECORDS = ("crosswind.json", "artifacts.json", "metadata.json")


@dataclass(slots=True)
class Dist:
    """An open dist folder, locked against other runs.

    Attributes:
        path: the folder.
        ledger: files that crosswind made there: path relative to the folder, and sha256.
    """

    path: Path
    ledger: dict[str, str] = field(default_factory=dict)

    def publish(self, staged: Path, output: Output, program: str) -> Artifact:
        """Rename a staged file into its place and enter it into the ledger.

        Raises:
            MissingError, UsageError, BuildError: CW0503 to CW0505.
        """
        destination = self.path / output.final.parent.name / output.final.name
        digest, size = files.sha256(staged), staged.stat().st_size
        self._enter(destination, digest)
        files.move(staged, destination)
        return Artifact(output.final, output.kind, program, output.unit.target, size, digest)

    def log(self, output: str, unit: Unit) -> str:
        """Keep what a failed command printed, until the next run; return where, for people."""
        path = self.path / STATE / "log" / f"{unit.folder}.txt"
        files.write_atomic(path, output.encode())
        return f"{self.path.name}/{STATE}/log/{path.name}"

    def record(self, name: str, document: object) -> None:
        """Write one of the records, atomically; raises like `publish`."""
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        files.write_atomic(self.path / name, text.encode())

    def clean(self) -> tuple[str, ...]:
        """Remove what earlier runs made, as far as it was not changed since.

        Returns what was left alone because somebody changed it.
        """
        kept = []
        for name, digest in list(self.ledger.items()):
            path = self.path / name
            if path.is_file() and files.sha256(path) != digest:
                kept.append(name)
                continue
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # a folder with something of the user's in it stays
                path.parent.rmdir()
            del self.ledger[name]
        self._save()
        return tuple(kept)

    def _enter(self, path: Path, digest: str) -> None:
        self.ledger[path.relative_to(self.path).as_posix()] = digest
        self._save()

    def _save(self) -> None:
        text = json.dumps({"files": self.ledger}, indent=1)
        files.write_atomic(self.path / STATE / "ledger.json", text.encode())


@contextlib.contextmanager
def opened(path: Path, on_wait: Callable[[], None]) -> Iterator[Dist]:
    """Lock a dist folder, sweep away what a killed run left, and take the old records away.

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
        for name in RECORDS:
            (path / name).unlink(missing_ok=True)
        try:
            yield Dist(path, _ledger(path / STATE / "ledger.json"))
        finally:
            files.remove_tree(path / STATE / "work")


def _ledger(path: Path) -> dict[str, str]:
    """Read the ledger; a damaged one only means that less will be removed."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if not isinstance(entries, dict):
        return {}
    return {
        name: digest
        for name, digest in entries.items()
        if isinstance(digest, str) and _is_inside(name)
    }


def _is_inside(name: str) -> bool:
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and ".." not in parts
