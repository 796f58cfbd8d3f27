"""Sign a PE file: check what is asked, let the tool work on a copy, check what it made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crosswind.binary.authenticode import image_digest
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError
from crosswind.errors import BuildError, CrosswindError, UsageError
from crosswind.frozen import frozen
from crosswind.sign import custom, osslsigncode, rules, source
from crosswind.sign.settings import Signed, WindowsSigning
from crosswind.signature.authenticode import verify
from crosswind.system import files
from crosswind.target import Target


@frozen
class Task:
    """What to sign and where to put it, as `sign_file` takes it."""

    path: Path
    target: Target
    output: Path
    replace: bool
    offline: bool


def sign(task: Task, settings: WindowsSigning) -> Signed:
    """Sign; see `sign_file` for what it raises."""
    rules.require(settings, offline=task.offline)
    before = _read(task.path)
    present = _present(task, before)
    try:
        with files.replacement(task.output) as staged:
            if settings.command:
                files.copy(task.path, staged)
                custom.sign(staged, task.target, settings.command)
            else:
                osslsigncode.sign(task.path, staged, settings)
                files.copy_mode(task.path, staged)
            made = _made(staged)
            # osslsigncode was seen to make one; within a second, two of its signatures are equal.
            idle = bool(settings.command) and present and _signatures(before) == _signatures(made)
            done = _checked(task, before, made)
            return replace(done, replaced=present and not idle, unchanged=idle)
    except CrosswindError as error:
        error.subject = error.subject or str(task.path)
        raise


def _read(path: Path) -> PEImage:
    found = source.image(path, source.content(path))
    if not isinstance(found, PEImage):
        raise source.unfit(path, found, "PE")
    return found


def _made(staged: Path) -> PEImage:
    """Read what the tool made; raises BuildError CW0806 if it is no program any more."""
    try:
        return _read(staged)
    except CrosswindError as error:
        message = f"the signing tool left no program: {error.message}"
        raise BuildError("CW0806", message) from error


def _present(task: Task, image: PEImage) -> bool:
    """Whether a signature is there; refuse to replace it unasked."""
    try:
        present = bool(image.certificates)
    except FormatError as error:
        raise source.damaged(task.path, error) from error
    if present and not task.replace:
        raise UsageError(
            "CW0802", "it is signed already", subject=str(task.path), hint="--force replaces it"
        )
    return present


def _signatures(image: PEImage) -> list[bytes]:
    return [bytes(image.view.take(one.offset, one.size, "")) for one in image.certificates]


def _checked(task: Task, before: PEImage, made: PEImage) -> Signed:
    """Verify what the tool made, and that it made nothing else.

    Raises:
        BuildError: CW0806 it does not verify, CW0812 the program was changed.
    """
    try:
        verification = verify(made)
        changed = image_digest(before, "sha256") != image_digest(made, "sha256")
    except FormatError as error:
        raise BuildError("CW0806", f"what was signed is damaged: {error}") from error
    if changed:
        raise BuildError(
            "CW0812",
            "the signing tool changed the program, not only its signature",
            hint="sign by a command that does nothing else",
        )
    if verification is None or not verification.signatures:
        raise BuildError("CW0806", "the signing tool left the file unsigned")
    judged = [one.judgement for one in verification.signatures]
    judged += [stamp.judgement for one in verification.signatures for stamp in one.timestamps]
    problems = [problem for judgement in judged for problem in judgement.problems]
    if problems:
        raise BuildError("CW0806", f"what was signed does not verify: {problems[0]}")
    first = verification.signatures[0].judgement
    unchecked = [*first.undecided, *first.unchecked]
    return Signed(
        task.output,
        "Authenticode",
        first.by,
        replaced=False,
        timestamp=first.time,
        unchecked=tuple(unchecked),
    )
