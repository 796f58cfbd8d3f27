"""CW14xx: what macOS asks of a program's load commands and signature."""

from __future__ import annotations

from crosswind.binary import codesign
from crosswind.binary.macho import MachOImage
from crosswind.verify.expectation import Expectation
from crosswind.verify.fitting import only
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed, warned

# cmd/link/internal/ld/macho.go, domacho and asmbMacho.
_DYLD = "/usr/lib/dyld"
_LIBSYSTEM = ("/usr/lib/libSystem.B.dylib", "/usr/lib/libSystem.dylib")
_STARTS = ("LC_MAIN", "LC_UNIXTHREAD")


def platform(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1401: made for the target's system; tells the oldest version it runs on."""
    image = subject.macho
    if image is None:
        return None
    if not image.platforms:
        return warned(
            "no platform is named: macOS guesses", "link with -Wl,-platform_version or a newer Go"
        )
    found = ", ".join(f"{part.name} {part.minimum} or newer" for part in image.platforms)
    wanted = subject.goos(expected)
    apple = wanted in ("darwin", "ios")
    if apple and wanted not in image.gooses:
        return failed(f"for {found}, but GOOS is {wanted}", "GOOS was not set when it was built")
    return passed(found)


@only(MachOImage)
def load_commands(image: MachOImage, _expected: Expectation) -> Verdict | None:
    """CW1402: an executable names its start, its loader and the system library."""
    if image.file_type != "executable":
        return None
    if problem := _load_problem(image):
        return failed(problem, "dyld refuses to start it: link it again")
    return passed(f"{len(image.commands)} commands, loader {image.loader}")


def _load_problem(image: MachOImage) -> str:
    names = {command.name for command in image.commands}
    if names.isdisjoint(_STARTS):
        return "no LC_MAIN and no LC_UNIXTHREAD: nothing says where it starts"
    if not image.loader:
        return "no LC_LOAD_DYLINKER: macOS starts no static programs"
    if image.loader != _DYLD:
        return f"the loader is {image.loader}, not {_DYLD}"
    if not set(_LIBSYSTEM) & set(image.libraries):
        return f"{_LIBSYSTEM[0]} is not among its libraries"
    missing = [name for name in ("__TEXT", "__LINKEDIT") if image.segment(name) is None]
    return f"no segment {missing[0]}" if missing else ""


@only(MachOImage)
def signed(image: MachOImage, _expected: Expectation) -> Verdict:
    """CW1403: a program for Apple Silicon carries a signature, if only an ad-hoc one."""
    signature = codesign.read(image)
    if signature is not None:
        kind = "ad hoc" if signature.adhoc else "with a certificate"
        return passed(f"signed {kind} as {signature.directories[0].identifier}")
    if "arm64" in image.goarchs:
        return failed(
            "not signed: macOS kills it on Apple Silicon",
            "build it again, or sign it with `crosswind sign FILE`; strip and patches remove signatures",
        )
    return passed("not signed; Intel Macs do not ask for it")


@only(MachOImage)
def signature(image: MachOImage, _expected: Expectation) -> Verdict | None:
    """CW1404: every page and part that is signed has its hash."""
    if image.signature is None:
        return None
    problems = codesign.verify(image)
    if problems:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        return failed(
            f"{problems[0].message}{more}",
            "the file was changed after signing: sign it again with `crosswind sign FILE`",
        )
    found = codesign.read(image)
    count = sum(directory.page_hashes for directory in found.directories) if found else 0
    return passed(f"{count} pages match their hashes")


@only(MachOImage)
def uuid(image: MachOImage, _expected: Expectation) -> Verdict | None:
    """CW1405: LC_UUID is there; crash reports and newer versions of dyld go by it."""
    if image.file_type == "object":
        return None
    if image.uuid is None:
        return warned(
            "no LC_UUID: debuggers cannot match it, and new versions of macOS may refuse it",
            "Go writes one since 1.24, unless -ldflags=-B=none is given",
        )
    return passed(image.uuid.hex())
