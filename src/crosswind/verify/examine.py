"""Run every check on a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from crosswind.binary import detect
from crosswind.binary.image import Image
from crosswind.binary.macho import FatFile, FatSlice
from crosswind.binary.view import FormatError, View
from crosswind.finding import Check, Report
from crosswind.frozen import frozen
from crosswind.system.mapping import view_of
from crosswind.target import Target
from crosswind.verify.expectation import Expectation
from crosswind.verify.machine import beginning
from crosswind.verify.registry import CHECKS, LAST, OF_DEBUG_DATA, CheckSpec
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, skipped


@frozen
class Examination:
    """What a file turned out to be, and every verdict on it.

    Attributes:
        path: the file.
        format: in words, such as `PE32+`; empty if it is of no known format.
        machine: in words, such as `x86-64 (0x8664)`; several for a universal file.
        target: what the Go command recorded, or None.
        size: in bytes.
        report: the verdicts.
    """

    path: Path
    format: str
    machine: str
    target: Target | None
    size: int
    report: Report


def verify_file(path: Path, expected: Expectation | None = None) -> Report:
    """Check a program, library or object file; what is damaged fails a check and never raises.

    Args:
        path: the file.
        expected: what was asked of it; nothing if left out.

    Raises:
        UsageError: CW1000, there is no such file, or it cannot be read; CW1913, a root to trust is no
            certificate.
    """
    return examine(path, expected).report


def examine(path: Path, expected: Expectation | None = None) -> Examination:
    """Check a file as `verify_file` does, and tell what it is; raises the same."""
    return _examine(path, view_of(path, "CW1000"), expected or Expectation())


def _examine(path: Path, view: View, expected: Expectation) -> Examination:
    source = _read(view)
    if isinstance(source, FatFile):
        return _examine_fat(path, source, expected)

    def beside(place: str) -> View | None:
        found = path.parent / place
        return view_of(found, "CW1000") if found.is_file() else None

    subject = Subject(path.name, view, source, beside)
    checks = tuple(_run(subject, expected))
    image = source if isinstance(source, Image) else None
    return Examination(
        path=path,
        format=str(image.format) if image else "",
        machine=image.machine if image else "",
        target=_target(subject),
        size=len(view),
        report=Report(str(path), checks),
    )


def _read(view: View) -> Image | FatFile | FormatError:
    try:
        return detect.read(view)
    except FormatError as error:
        # Its traceback would keep the file mapped.
        return error.with_traceback(None)


def _examine_fat(path: Path, fat: FatFile, expected: Expectation) -> Examination:
    """Check each slice on its own; its verdicts name its machine."""
    parts = [(part, _examine(path, part.view, _for_slice(part, expected))) for part in fat.slices]
    checks = tuple(
        replace(check, message=f"{'/'.join(part.goarchs) or part.machine}: {check.message}")
        for part, examined in parts
        for check in examined.report.checks
    )
    return Examination(
        path=path,
        format="universal Mach-O",
        machine=", ".join(part.machine for part in fat.slices),
        target=None,
        size=len(fat.view),
        report=Report(str(path), checks),
    )


def _for_slice(part: FatSlice, expected: Expectation) -> Expectation:
    """Expect each slice's own machine: a universal file serves all of them."""
    target = expected.target
    if target is None or len(part.goarchs) != 1 or target.goos not in ("darwin", "ios"):
        return expected
    variant = target.variant if target.goarch == part.goarchs[0] else ""
    return replace(expected, target=Target(target.goos, part.goarchs[0], variant))


def _target(subject: Subject) -> Target | None:
    try:
        goos, goarch = subject.setting("GOOS"), subject.setting("GOARCH")
    except FormatError:
        return None
    return Target(goos, goarch) if goos and goarch else None


def _run(subject: Subject, expected: Expectation) -> Iterator[Check]:
    """Run all checks, the one that gathers damage last; yield verdicts in the registry's order."""
    order = sorted(_fitting(subject, expected), key=lambda spec: spec.code == LAST)
    verdicts = {spec.code: _verdict(spec, subject, expected) for spec in order}
    for spec in CHECKS:
        if verdict := verdicts.get(spec.code):
            yield Check(spec.code, spec.title, verdict.status, verdict.message, verdict.hint)


def _fitting(subject: Subject, expected: Expectation) -> tuple[CheckSpec, ...]:
    """Return the checks to run: all, but on debug data of which nothing else was asked only a few."""
    if subject.holds_debug_data_only and replace(expected, target=None) == Expectation():
        return tuple(spec for spec in CHECKS if spec.code in OF_DEBUG_DATA)
    return CHECKS


def _verdict(spec: CheckSpec, subject: Subject, expected: Expectation) -> Verdict | None:
    """Run one check; damage that it meets is kept for the last one."""
    try:
        return spec.function(subject, expected)
    except FormatError as error:
        if isinstance(subject.source, FormatError):
            # The first check says what it is; of what is no program there is no more to say.
            return skipped("its headers are damaged") if beginning(subject) else None
        if spec.code == LAST:
            return failed(str(error), "the file is damaged or cut short: copy or build it again")
        subject.damage.append(error.with_traceback(None))
        return skipped(f"the file is damaged: {error}")
