"""CW10xx: what kind of file this is, for which machine, and whether all of it is there."""

from __future__ import annotations

from itertools import chain

from crosswind.binary import detect, macho
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import PF_X, PT_LOAD
from crosswind.binary.image import Image
from crosswind.binary.macho import MachOImage
from crosswind.binary.pe import PEImage
from crosswind.binary.pe_header import symbols_size
from crosswind.binary.view import FormatError
from crosswind.binary.wasm import WasmImage
from crosswind.port import Format, Port
from crosswind.target import Target
from crosswind.verify.expectation import Expectation
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed, skipped, warned

# WebAssembly has no entry address; XCOFF has that of a function descriptor, which is data.
_WITHOUT_ENTRY = (Format.WASM, Format.XCOFF64)
_PE = (Format.PE32, Format.PE32_PLUS)
# UD2 (Intel SDM, volume 2): Go's UNDEF (cmd/internal/obj/x86/asm6.go), which stands at the entry
# of runtime/rt0_ios_amd64.s because that port is never linked by Go alone.
_UNDEFINED = {"386": b"\x0f\x0b", "amd64": b"\x0f\x0b"}
# What Windows runs or loads by its name's ending.
_WINDOWS_NAMES = (".exe", ".dll", ".sys", ".scr", ".com", ".cpl", ".ocx")
# Endings that nothing else has.
_WINDOWS_ONLY = (".exe", ".dll")

# How executables begin. Where only this much can be read, the headers behind it are damaged.
_BEGINNINGS = {
    b"\x7fELF": "ELF",
    b"MZ": "PE",
    b"\0asm": "WebAssembly",
    b"\x01\xdf": "XCOFF",
    b"\x01\xf7": "XCOFF",
    b"\xfe\xed\xfa\xce": "Mach-O",
    b"\xce\xfa\xed\xfe": "Mach-O",
    b"\xfe\xed\xfa\xcf": "Mach-O",
    b"\xcf\xfa\xed\xfe": "Mach-O",
    b"\x00\x00\x01\xeb": "Plan 9 a.out",
    b"\x00\x00\x8a\x97": "Plan 9 a.out",
    b"\x00\x00\x06\x47": "Plan 9 a.out",
}


def format_of_target(subject: Subject, expected: Expectation) -> Verdict:
    """CW1001: the file is an executable, of the format that the target has."""
    if isinstance(subject.source, FormatError):
        return _unreadable(subject, expected)
    found = subject.source.format
    if expected.target is None:
        return passed(str(found))
    wanted = _format(expected.target)
    if found is wanted:
        return passed(f"{found}, as {expected.target} has")
    return failed(
        f"{found}, but {expected.target} needs {wanted}",
        "GOOS or GOARCH was not set when it was built",
    )


def _unreadable(subject: Subject, expected: Expectation) -> Verdict:
    if name := beginning(subject):
        return passed(f"begins like {name}")
    words = detect.describe(subject.view)
    if expected.buildmode in ("archive", "c-archive") and "archive" in words:
        return passed(words)
    return failed(f"no executable: {words}", "give the program itself")


def beginning(subject: Subject) -> str:
    """Name the executable format that the first bytes promise; empty if none."""
    if macho.is_fat(subject.view):
        return "universal Mach-O"
    start = bytes(subject.view.clip(0, 4).data)
    return next((name for magic, name in _BEGINNINGS.items() if start.startswith(magic)), "")


def file_name(subject: Subject, expected: Expectation) -> Verdict:
    """CW1002: the name's ending says what the file is; Windows goes by it."""
    name = expected.file_name or subject.name
    found = subject.image.format
    if found not in _PE:
        if name.lower().endswith(_WINDOWS_ONLY):
            return failed(f"{name} holds {found}", "build it with GOOS=windows, or rename it")
        return passed(name)
    if name.lower().endswith(_WINDOWS_NAMES):
        return passed(name)
    hint = "the name of a Windows program ends in .exe"
    message = f"Windows does not start {name}"
    return failed(message, hint) if expected.file_name else warned(message, hint)


def machine(subject: Subject, expected: Expectation) -> Verdict:
    """CW1003: the header names the target's machine."""
    image = subject.image
    if not image.goarchs:
        return failed(f"{image.machine}: Go has no such port")
    if expected.target is None or not fits_format(image, expected.target):
        return passed(image.machine)
    if expected.target.goarch in image.goarchs:
        return passed(f"{image.machine}, as {expected.target} needs")
    return failed(
        f"{image.machine}, but {expected.target} needs {expected.target.goarch}",
        "GOARCH was not set when it was built",
    )


def complete(subject: Subject, _expected: Expectation) -> Verdict:
    """CW1004: headers can be read, and everything they speak of lies inside the file.

    Runs last: it also reports what other checks found damaged.
    """
    if isinstance(subject.source, FormatError):
        if not beginning(subject):
            return skipped("only programs and shared libraries are read")
        return _damaged(subject.source)
    if outside := _first_outside(subject):
        return failed(outside, "the file was cut short: copy or build it again")
    next(iter(subject.image.symbols()), None)
    if subject.pe is not None:
        # Both stand in no section.
        _ = subject.pe.overlay, subject.pe.certificates
        try:
            symbols_size(subject.pe.view, subject.pe.headers.coff)
        except FormatError as error:
            return _damaged(error)
    if subject.damage:
        return _damaged(subject.damage[0])
    return passed(f"{len(subject.view)} bytes, {len(subject.image.sections)} sections")


def _damaged(error: FormatError) -> Verdict:
    return failed(str(error), "the file is damaged or cut short: copy or build it again")


def _first_outside(subject: Subject) -> str:
    """Describe the first part that the file does not hold in full; empty if it holds all."""
    segments = subject.elf.segments if subject.elf else ()
    parts = chain(
        ((f"section {part.name}", part.offset, part.file_size) for part in subject.image.sections),
        (
            ("a loaded segment", part.offset, part.file_size)
            for part in segments
            if part.type == PT_LOAD
        ),
    )
    held = len(subject.view)
    for name, offset, size in parts:
        if size and offset + size > held:
            return f"{name} ends at byte {offset + size}, the file at {held}"
    return ""


# -buildmode -> the kinds of file it makes (`go help buildmode`).
_EXECUTABLES = ("executable", "position-independent executable")
_LIBRARIES = ("shared library", "dynamic library", "bundle")
_KINDS = {
    "exe": _EXECUTABLES,
    "default": _EXECUTABLES,
    "pie": _EXECUTABLES[1:],
    "c-shared": _LIBRARIES,
    "plugin": _LIBRARIES,
    "shared": _LIBRARIES,
}


def kind(subject: Subject, expected: Expectation) -> Verdict:
    """CW1005: a program where a program was asked for, a library where a library was."""
    if subject.holds_debug_data_only:
        return passed("debug data of a program, without its code")
    found = _kind(subject.image)
    mode = expected.buildmode or subject.setting("-buildmode")
    wanted = _KINDS.get(mode or "exe", ())
    if found in wanted:
        return passed(found)
    if subject.build is None and expected.buildmode is None and found in _LIBRARIES:
        return passed(found)
    if not wanted:
        return skipped(f"-buildmode={mode} makes no single program")
    return failed(f"{found}, but -buildmode={mode or 'exe'} makes {wanted[0]}")


def _kind(image: Image) -> str:
    """Name the kind of file in ELF's words; Mach-O keeps its own for libraries."""
    if isinstance(image, ELFImage):
        return image.kind
    if isinstance(image, PEImage):
        return _pe_kind(image)
    if isinstance(image, MachOImage):
        return _EXECUTABLES[image.is_pie] if image.file_type == "executable" else image.file_type
    if isinstance(image, WasmImage):
        return _wasm_kind(image)
    # XCOFF and Plan 9: Go links nothing else for them.
    return "executable"


def _pe_kind(image: PEImage) -> str:
    if image.is_dll:
        return "shared library"
    if "EXECUTABLE_IMAGE" not in image.characteristics:
        return "object file"
    return _EXECUTABLES[image.aslr]


def _wasm_kind(image: WasmImage) -> str:
    # cmd/link/internal/wasm/asm.go, writeExportSec: a library for wasip1 has _initialize instead.
    names = {export.name for export in image.exports}
    return "shared library" if "_initialize" in names else "executable"


def entry_point(subject: Subject, _expected: Expectation) -> Verdict | None:
    """CW1006: execution begins inside code that the file holds."""
    image = subject.image
    if image.format in _WITHOUT_ENTRY or _kind(image) not in _EXECUTABLES:
        return None
    if not image.goarchs:
        return skipped("the machine is unknown, and the entry point is written its way")
    for name, address, size, executable in _mapped(subject):
        if address <= image.entry < address + size:
            if not executable:
                return failed(f"{image.entry:#x} lies in {name}, which is not executable")
            if bytes(image.at(image.entry, 2).data) == _UNDEFINED.get(image.goarchs[0]):
                return failed(
                    f"at {image.entry:#x} in {name} stands an undefined instruction",
                    "it ends at once: link it with the platform's C toolchain",
                )
            return passed(f"{image.entry:#x} in {name}")
    return failed(f"{image.entry:#x} lies in no part of the file")


def _mapped(subject: Subject) -> list[tuple[str, int, int, bool]]:
    """List (name, address, bytes in the file, executable) as the loader maps them."""
    if subject.elf:
        return [
            ("a loaded segment", part.address, part.file_size, bool(part.flags & PF_X))
            for part in subject.elf.segments
            if part.type == PT_LOAD
        ]
    if subject.macho:
        return [
            (part.name, part.address, part.file_size, bool(part.protection & 4))
            for part in subject.macho.segments
        ]
    return [
        (part.name, part.address, min(part.size, part.file_size), part.executable)
        for part in subject.image.sections
    ]


def operating_system(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1007: what marks the file's system (EI_OSABI, notes, loader; wasm imports) fits the target."""
    image = subject.source
    if isinstance(image, ELFImage):
        found = image.goos_candidates
    elif isinstance(image, WasmImage):
        found = image.gooses
    else:
        return None
    if expected.target and not fits_format(image, expected.target):
        return skipped("the format is another system's already")
    wanted = subject.goos(expected)
    words = " or ".join(found) or "nothing"
    if wanted is None or wanted in found:
        return passed(f"marked as {words}" if len(found) == 1 else f"fits {words}")
    return failed(f"marked as {words}, not {wanted}", "GOOS was not set when it was built")


def _format(target: Target) -> Format:
    return Port(target.goos, target.goarch).format


def fits_format(image: Image, target: Target) -> bool:
    """Whether the image has the target's format; where not, more about the target says nothing."""
    return image.format is _format(target)
