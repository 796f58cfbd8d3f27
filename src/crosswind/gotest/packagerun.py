"""The tests of one package on one target: run, listen, and say how they fared."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.gotest import execution
from crosswind.gotest.binaries import Binary
from crosswind.gotest.event import Event
from crosswind.gotest.execution import Done, Engine, Run
from crosswind.gotest.flags import Flags
from crosswind.gotest.model import By, PackageResult, Verdict
from crosswind.gotest.tally import Tally
from crosswind.gotest.test2json import Converter

Take = Callable[[bytes], None]
Emit = Callable[[Event], None]


class Style(Enum):
    """What becomes of a test binary's output."""

    TEXT = auto()  # it is shown as it is, as far as go test shows it
    DETAILED = auto()  # each test's verdict is read from it; text is written from that
    EVENTS = auto()  # it becomes the events of -json


@frozen
class Manner:
    """How all packages of a call are run.

    Attributes:
        flags: of go test.
        style: what becomes of the output.
        marks: whether the testing package marks errors in its output (Go 1.27).
        live: takes text while it comes; None if it is to be kept until the package has ended.
        emit: takes the events of EVENTS.
        target: what events name as their target; empty where there is one only.
    """

    flags: Flags
    style: Style
    marks: bool
    live: Take | None
    emit: Emit
    target: str = ""


@frozen
class Told:
    """How a package fared, and what text is still to be printed of it."""

    result: PackageResult
    text: bytes


def now() -> datetime:
    """The time of an event, with the local zone, as Go writes it."""
    return datetime.now().astimezone()


class PackageRun:
    """One package's run; `start` and `finish` are called in this order, from one thread."""

    def __init__(self, manner: Manner, binary: Binary) -> None:
        """Take note of what is to be run how."""
        self._manner = manner
        self._binary = binary
        self._path = binary.package.path
        self._tally = Tally()
        self._pieces: list[bytes] = []
        self._converter: Converter | None = None

    def start(self) -> None:
        """Emit the first event, where there are events."""
        if self._manner.style is not Style.TEXT:
            self._converter = Converter(
                self._path, self._event, clock=now, marks=self._manner.marks
            )

    def execute(self, engine: Engine, profile: Path | None) -> Told:
        """Run the test binary and judge what came of it.

        Args:
            engine: what runs it.
            profile: where its coverage profile goes, if there is to be one.
        """
        program, flags = self._binary.path, self._manner.flags
        assert program is not None  # noqa: S101 - the caller looked
        directory = self._binary.package.directory
        framed = self._manner.style is not Style.TEXT
        job = Run(
            package=self._path,
            program=program,
            directory=directory,
            words=_words(flags, profile, directory, detailed=framed),
            timeout=0.0 if flags.values.get("bench") else flags.timeout,
            framed=framed,
            covered=flags.covers,
        )
        done = execution.run(engine, job, self._hear)
        if done.verdict is Verdict.UNSUPPORTED:
            return self.without(Verdict.UNSUPPORTED, done.reason, done)
        self._hear(done.last)
        return self._judged(done)

    def build_failed(self) -> Told:
        """Tell of a package whose tests do not compile."""
        line = f"FAIL\t{self._path} [build failed]\n".encode()
        if self._converter:
            self._converter.failed_build(self._binary.failed_build)
            self._converter.write(line)
            self._converter.exited(failed=True)
            self._converter.close()
        result = PackageResult(self._path, Verdict.FAIL, reason="build failed", output=line)
        return Told(result, line)

    def without(self, verdict: Verdict, reason: str, done: Done | None = None) -> Told:
        """Tell of a package that has no result: that is never a pass."""
        line = f"?   \t{self._path}\t[{verdict}: {reason}]\n".encode()
        if self._pieces and not self._pieces[-1].endswith(b"\n"):
            line = b"\n" + line
        self._hear(line)
        if self._converter:
            self._converter.not_run()
            self._converter.close()
        output = b"".join(self._pieces)
        result = PackageResult(
            package=self._path,
            verdict=verdict,
            seconds=done.seconds if done else 0.0,
            reason=reason,
            cases=self._tally.cases(verdict),
            output=output,
            by=done.by if done else By(),
        )
        return Told(result, b"" if self._manner.live else output)

    def _hear(self, data: bytes) -> None:
        """Take output of the test binary, or what go test says behind it."""
        if not data:
            return
        if self._converter:
            self._converter.write(data)
        else:
            self._pieces.append(data)
            if self._manner.live:
                self._manner.live(data)

    def _event(self, event: Event) -> None:
        self._tally.take(event)
        if self._manner.style is Style.EVENTS:
            self._manner.emit(replace(event, target=self._manner.target))
        elif event.output:
            self._pieces.append(event.output)
            if self._manner.live:
                self._manner.live(event.output)

    def _judged(self, done: Done) -> Told:
        if self._converter:
            self._converter.exited(failed=done.verdict is Verdict.FAIL)
            self._converter.close()
        result = PackageResult(
            package=self._path,
            verdict=done.verdict,
            seconds=done.seconds,
            reason=done.reason,
            cases=self._tally.cases(done.verdict),
            output=self._output(whole=False),
            by=done.by,
        )
        is_shown = self._manner.style is not Style.EVENTS and not self._manner.live
        return Told(result, self._text(done) if is_shown else b"")

    def _text(self, done: Done) -> bytes:
        """Choose what go test would print: of a pass no more than its last line."""
        if done.verdict is Verdict.PASS and not self._manner.flags.shows_passes:
            return done.last.lstrip(b"\n")
        return self._output(whole=self._manner.flags.shows_passes)

    def _output(self, *, whole: bool) -> bytes:
        if self._manner.style is Style.TEXT:
            return b"".join(self._pieces)
        return self._tally.output(whole=whole)


def _words(
    flags: Flags, profile: Path | None, directory: Path, *, detailed: bool
) -> tuple[str, ...]:
    """Return the arguments of a test binary; the coverage profile is one for each run.

    Its path is relative, since a path of this host may mean nothing where the test binary runs.
    """
    words = flags.words(detailed=detailed)
    if profile is None:
        return words
    place = Path(os.path.relpath(profile.resolve(), directory.resolve())).as_posix()
    return tuple(
        f"-test.coverprofile={place}" if word.startswith("-test.coverprofile=") else word
        for word in words
        if not word.startswith("-test.outputdir=")
    )
