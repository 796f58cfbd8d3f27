"""Surveys of earlier runs: taken over while nothing that they looked at has changed.

What was looked at is: the command line, the toolchain and its tags, what go.mod and its like say, our
own code, and every folder that was read with each file's size, times and inode. Module versions in the
module cache never change. A survey is not kept where a file was so young that a change could hide in
the tick of its clock (git's racy entries), nor where an import was nowhere to be found.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crosswind.constraints import Universe
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.portability import code
from crosswind.portability.reasons import Kind, Reason
from crosswind.portability.row import Row
from crosswind.portability.special import Special, SpecialFile
from crosswind.portability.survey import Survey, Wanted
from crosswind.project.modules.modules import Modules
from crosswind.system import kept, stamps
from crosswind.system.stamps import Stamp
from crosswind.toolchain import Toolchain

# What is read beside folders of sources.
_SAYING = ("go.mod", "go.sum", "go.work", "go.work.sum", "vendor/modules.txt")


@frozen
class Inputs:
    """All that a survey depends on but for the folders; `allowed` are variables about flags of C."""

    directory: Path
    wanted: Wanted
    universe: Universe
    toolchain: Toolchain
    modules: Modules
    allowed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What another survey of the same question has, too."""
        return _digest([str(self.directory), asdict(self.wanted)])

    @property
    def key(self) -> str:
        """What no other survey has."""
        tags = [sorted(one.tags) for one in self.universe.contexts]
        said = [_content(path) for path in self._files()]
        there = stamps.of(self.toolchain.go.stat())
        words = [self.toolchain.version, str(self.toolchain.goroot), *there]
        where = [repr(self.modules.mode), str(self.modules.cache)]
        return _digest([code.identity(), words, tags, said, where, self.allowed])

    def _files(self) -> Iterable[Path]:
        modules = self.modules
        folders = [main.directory for main in modules.mains]
        if modules.work_path:
            yield modules.work_path
            folders.append(modules.work_path.parent)
        yield from (main.file_path for main in modules.mains)  # another one with -modfile
        for folder in folders:
            for name in _SAYING:
                yield folder / name


class Keeper:
    """The survey of one question."""

    def __init__(self, cache: Path, inputs: Inputs) -> None:
        """Know where it is kept.

        Args:
            cache: the folder for what is kept.
            inputs: what it depends on.
        """
        self._path = cache / "surveys" / f"{inputs.name}.json"
        self._inputs = inputs
        self._began = stamps.now()
        self._key = inputs.key

    def load(self) -> Survey | None:
        """Return the survey, if it is there and still holds."""
        try:
            document = kept.load(self._path)
            if document["key"] != self._key or document["at"] > self._began:
                return None
            for folder, digest in document["folders"].items():
                if _folder(folder)[0] != digest:
                    return None
            return _decode(document["survey"], self._inputs)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def save(self, survey: Survey, folders: Iterable[str]) -> None:
        """Keep a survey; where that cannot be, the next run is slower.

        Args:
            survey: what was found.
            folders: all that were read for it and may change.
        """
        digests = {}
        for folder in folders:
            digests[folder], youngest = _folder(folder)
            if stamps.is_racy(youngest, self._began):
                return
        document = {
            "key": self._key,
            "at": self._began,
            "folders": digests,
            "survey": _encode(survey),
        }
        kept.keep(self._path, document)


def _folder(path: str) -> tuple[str, Stamp]:
    """Return a digest of everything in a folder but content, and a stamp as young as any of its files'."""
    words: list[str] = []
    latest = 0
    try:
        with os.scandir(path) as listing:
            for entry in listing:
                if entry.is_dir(follow_symlinks=False):
                    words.append(f"{entry.name}\0folder")
                    continue
                try:
                    size, changed, noted, inode = stamps.of(entry.stat())
                except OSError:
                    words.append(f"{entry.name}\0nowhere")
                    continue
                latest = max(latest, changed, noted)
                words.append(f"{entry.name}\0{size} {changed} {noted} {inode}")
    except OSError as error:
        words.append(f"\0{error.errno}")
    text = "\0\0".join(sorted(words)).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest(), Stamp(0, latest, latest, 0)


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _digest(words: Any) -> str:
    text = json.dumps(words, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _encode(survey: Survey) -> dict[str, Any]:
    return {
        "rows": [
            [row.path, f"{row.there:x}", f"{row.cgo:x}", row.is_program, f"{row.tests:x}",
             list(map(_plain, row.reasons)), f"{row.tested:x}", list(map(_plain, row.of_tests))]
            for row in survey.rows
        ],
        "folders": survey.folders,
        "modules": survey.modules,
        "special": [
            [one.path, [[file.name, file.asks, f"{file.where:x}"] for file in one.files],
             one.importers]
            for one in survey.special
        ],
        "advice": [one.document for one in survey.advice],
    }  # fmt: skip


def _plain(reason: Reason) -> list[Any]:
    return [
        f"{reason.where:x}", reason.kind, reason.code, reason.message, reason.place, reason.hint,
        reason.package, reason.via, reason.at,
    ]  # fmt: skip


def _decode(document: dict[str, Any], inputs: Inputs) -> Survey:
    return Survey(
        inputs.universe,
        inputs.wanted,
        inputs.directory,
        tuple(map(_row, document["rows"])),
        document["folders"],
        document["modules"],
        tuple(
            Special(
                path,
                tuple(SpecialFile(name, asks, int(where, 16)) for name, asks, where in files_),
                tuple(importers),
            )
            for path, files_, importers in document["special"]
        ),
        tuple(map(Finding.of, document["advice"])),
    )


def _row(values: list[Any]) -> Row:
    path, there, cgo, is_program, tests, reasons, tested, of_tests = values
    return Row(
        path,
        int(there, 16),
        tuple(map(_reason, reasons)),
        int(cgo, 16),
        is_program,
        int(tests, 16),
        int(tested, 16),
        tuple(map(_reason, of_tests)),
    )


def _reason(values: list[Any]) -> Reason:
    where, kind, code, message, place, hint, package, via, at = values
    return Reason(int(where, 16), Kind(kind), code, message, place, hint, package, tuple(via), at)
