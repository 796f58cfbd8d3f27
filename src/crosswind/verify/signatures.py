"""CW1406, CW1407, CW191x: signatures with certificates, and what of them was not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswind.binary import codesign
from crosswind.binary.macho import MachOImage
from crosswind.binary.view import FormatError
from crosswind.errors import BuildError
from crosswind.finding import Status
from crosswind.verify.expectation import Expectation
from crosswind.verify.fitting import only
from crosswind.verify.subject import Subject, certificates
from crosswind.verify.verdict import Verdict, failed, passed, warned

if TYPE_CHECKING:
    from crosswind.signature.authenticode import JudgedSignature, Verification
    from crosswind.signature.judgement import Judgement
    from crosswind.signature.timestamps import JudgedTimestamp

_SIGN = "sign it with `crosswind sign`"
_CODESIGN = "sign it on a Mac, with `codesign -s IDENTITY FILE`"
# Digests for which two contents that share one have been made.
_WEAK = frozenset({"md5", "sha1"})
# Entitlements that are named; some programs have dozens.
_SHOWN = 3
_AGAIN = "sign it again, after everything that changes the file"


def signed(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1910: an Authenticode signature holds, if there is one."""
    wanted = expected.signed or bool(expected.trusted)
    if subject.pe is None:
        return _never_signed(subject) if wanted else None
    found = subject.authenticode(expected)
    if found is None:
        return failed("not signed", _SIGN) if wanted else passed("not signed")
    if expected.signed is False:
        return failed(f"signed by {_first(found).by}, but no signature was asked for")
    return _weigh(found)


def _never_signed(subject: Subject) -> Verdict | None:
    """Answer for formats without signatures; those of Mach-O are CW1406's."""
    if subject.macho is not None or isinstance(subject.source, FormatError):
        return None
    return failed(f"not signed: {subject.image.format} files have no place for a signature")


def timestamp(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1911: a timestamp lets the signature outlive its certificate."""
    found = subject.authenticode(expected)
    if found is None:
        return None
    for one in found.signatures:
        if not one.timestamps:
            message = f"none{_where(found, one)}: the signature ends with its certificate"
            return warned(message + _end(one.judgement), "sign with --timestamp URL")
    return _weigh_stamps([stamp for one in found.signatures for stamp in one.timestamps])


def unsigned_data(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1912: nothing is hidden beside the signature."""
    found = subject.authenticode(expected)
    if found is None:
        return None
    if found.table.unsigned:
        return warned(
            f"{found.table.unsigned} bytes in the certificate table that no signature covers",
            "some installers keep settings there; Windows can be told to refuse such files",
        )
    return passed("the certificate table holds signatures only")


@only(MachOImage)
def certificate(image: MachOImage, expected: Expectation) -> Verdict | None:
    """CW1406: a signature with a certificate holds, if there is one."""
    from crosswind.signature import apple

    found = apple.verify(image, certificates(expected))
    if found is None:
        wanted = expected.signed or bool(expected.trusted)
        return failed("not signed with a certificate", _CODESIGN) if wanted else None
    judged = found.judgement
    if expected.signed is False:
        return failed(f"signed by {judged.by}, but no signature was asked for")
    if judged.problems:
        return failed(judged.problems[0], _AGAIN)
    stamps = [stamp for stamp in found.timestamps if stamp.judgement.problems]
    if stamps:
        return failed(f"timestamp: {stamps[0].judgement.problems[0]}", _AGAIN)
    if judged.undecided:
        return _undecided(judged.undecided[0])
    team = f", team {found.signature.team}" if found.signature.team else ""
    return passed(f"{judged.by}{team}{_time(judged)}; {_unchecked(judged)}")


@only(MachOImage)
def entitlements(image: MachOImage, _expected: Expectation) -> Verdict | None:
    """CW1407: what a program asks macOS to allow is the same in both forms."""
    found = codesign.read(image)
    if found is None or not found.entitlements:
        return None
    from crosswind.darwin import entitlements as rights

    try:
        values = rights.parse(found.entitlements)
    except BuildError as error:
        return failed(error.message, _AGAIN)
    der = next((one for one in found.blobs if one.slot == codesign.SLOT_DER_ENTITLEMENTS), None)
    if der is not None and bytes(der.view.data[8:]) != rights.der(values):
        return failed("the property list and the DER form differ", _AGAIN)
    named = sorted(values)
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return passed(", ".join(named[:_SHOWN]) + more or "none")


def _first(found: Verification) -> Judgement:
    return found.signatures[0].judgement


def _weigh(found: Verification) -> Verdict:
    """Fail for the first problem of any signature; pass with what was not checked."""
    for one in found.signatures:
        if one.judgement.problems:
            return failed(f"{one.judgement.problems[0]}{_where(found, one)}", _AGAIN)
    for one in found.signatures:
        if one.judgement.undecided:
            return _undecided(f"{one.judgement.undecided[0]}{_where(found, one)}")
    first = _first(found)
    weak = _WEAK & {one.signature.digest for one in found.signatures}
    if len(weak) == len(found.signatures):
        return warned(
            f"{first.by}, but the digest is {min(weak)}: two files can be made that share one",
            "sign it again, with SHA-256",
        )
    return passed(f"{first.by}{_time(first)}; {_unchecked(first)}")


def _weigh_stamps(stamps: list[JudgedTimestamp]) -> Verdict:
    for one in stamps:
        if one.judgement.problems:
            return failed(one.judgement.problems[0], "sign it again with --timestamp URL")
    for one in stamps:
        if one.judgement.undecided:
            return _undecided(one.judgement.undecided[0])
    first = stamps[0]
    return passed(f"{first.timestamp.time:%Y-%m-%d %H:%M:%S} UTC by {first.judgement.by}")


def _undecided(what: str) -> Verdict:
    """Say what of a signature was not checked; the reason is in the words."""
    return Verdict(Status.SKIP, f"not checked: {what}")


def _where(found: Verification, one: JudgedSignature) -> str:
    """Name the signature where there are several."""
    if len(found.signatures) == 1:
        return ""
    return f" (signature {one.signature.index + 1} of {len(found.signatures)})"


def _end(judgement: Judgement) -> str:
    return f", on {judgement.chain[0].not_after:%Y-%m-%d}" if judgement.chain else ""


def _time(judgement: Judgement) -> str:
    return f", signed {judgement.time:%Y-%m-%d}" if judgement.time else ""


def _unchecked(judgement: Judgement) -> str:
    return "not checked: " + ", ".join(judgement.unchecked)
