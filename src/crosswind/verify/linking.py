"""CW12xx: what must be on the machine that runs the program, and how safely it is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from crosswind.binary.elf import ELFImage, Linkage
from crosswind.binary.elf_header import PF_W, PF_X, PT_LOAD
from crosswind.verify.expectation import Expectation
from crosswind.verify.fitting import only
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed, warned
from crosswind.verify.windows_dlls import is_system_dll

# Where dynamic loaders of the systems that Go knows live (cmd/link/internal/*/obj.go, and musl's).
_LOADER_FOLDERS = (
    "/lib/", "/lib32/", "/lib64/", "/libx32/", "/libexec/", "/usr/lib/", "/usr/libexec/",
    "/system/bin/",
)  # fmt: skip
# Folders of a building machine or of one user.
_LOCAL_FOLDERS = (
    "/home/", "/Users/", "/root/", "/tmp/", "/private/",  # noqa: S108 - a name to look for
    "/var/folders/", "/build/", "/builds/",
    "/workspace/", "/nix/store/",
)  # fmt: skip
_APPLE_FOLDERS = ("/usr/lib/", "/System/Library/")
_RELATIVE = ("$ORIGIN", "${ORIGIN}", "@executable_path", "@loader_path")
# gABI, "Dynamic Section": DT_TEXTREL, and DF_TEXTREL in DT_FLAGS.
_DT_TEXTREL, _DF_TEXTREL = 22, 0x4
# mach/vm_prot.h: VM_PROT_WRITE, VM_PROT_EXECUTE.
_WRITE, _EXECUTE = 2, 4


def linkage(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1201: static, or dynamic with a loader that other machines have too."""
    image = subject.elf
    if image is None:
        return None
    if image.linkage is not Linkage.DYNAMIC:
        return passed("static: needs no loader and no library")
    libraries = ", ".join(image.libraries) or "no library"
    message = f"dynamic: {image.interpreter or 'no loader named'}, {libraries}"
    if image.interpreter and not image.interpreter.startswith(_LOADER_FOLDERS):
        return failed(
            f"loader {image.interpreter} is on few machines",
            "link with the standard loader: -ldflags=-I=/lib64/ld-linux-x86-64.so.2 on linux/amd64",
        )
    if expected.cgo is False and image.libraries and subject.goos(expected) == "linux":
        return warned(
            f"{message}, though cgo is off",
            "a dependency links libraries itself (//go:cgo_import_dynamic)",
        )
    return passed(message)


def libraries(subject: Subject, _expected: Expectation) -> Verdict | None:
    """CW1202: shared libraries are named, and are the system's own."""
    names = subject.image.libraries
    if not names:
        return passed("none") if subject.pe or subject.macho else None
    local = [name for name in names if name.startswith(_LOCAL_FOLDERS)]
    if local:
        return failed(
            f"needs {', '.join(local)}, which only the building machine has",
            "link it statically, or by its bare name",
        )
    foreign = list(_foreign(subject, names))
    if foreign:
        return warned(
            f"needs {', '.join(foreign)}, which the system does not have",
            "ship it beside the program, or link it statically",
        )
    return passed(", ".join(names))


def _foreign(subject: Subject, names: tuple[str, ...]) -> Iterator[str]:
    """Yield libraries that do not come with the system; Linux has no such line to draw."""
    if subject.pe:
        yield from (name for name in names if not is_system_dll(name))
    elif subject.macho:
        yield from (name for name in names if not name.startswith(_APPLE_FOLDERS))


@only(ELFImage)
def glibc(image: ELFImage, expected: Expectation) -> Verdict | None:
    """CW1203: the glibc version that is needed, and that it is not newer than allowed."""
    needed = image.glibc_needed
    if not needed:
        return passed("none needed") if expected.glibc else None
    if expected.glibc and _version(needed) > _version(expected.glibc):
        return failed(
            f"needs glibc {needed}, newer than {expected.glibc}",
            "link against the older glibc, or build with cgo off",
        )
    return passed(f"needs glibc {needed} or newer")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())


def search_path(subject: Subject, _expected: Expectation) -> Verdict | None:
    """CW1204: no folder of the building machine is searched for libraries."""
    folders = list(_search_path(subject))
    if not folders:
        return None
    words = ", ".join(folder or "(empty)" for folder in folders)
    hint = "drop -rpath from the linker flags, or use a path relative to the program"
    if any(folder.startswith(_LOCAL_FOLDERS) for folder in folders):
        return failed(f"libraries are searched in {words}", hint)
    if any(not folder.startswith(("/", "@", "$")) for folder in folders):
        return failed(f"libraries are searched relative to the current directory: {words}", hint)
    if all(folder.startswith(_RELATIVE) for folder in folders):
        return passed(words)
    return warned(f"libraries are searched in {words}", hint)


def _search_path(subject: Subject) -> Iterator[str]:
    if subject.elf:
        for text in filter(None, (subject.elf.rpath, subject.elf.runpath)):
            yield from text.split(":")
    if subject.macho:
        yield from subject.macho.rpaths


def executable_stack(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1205: the stack holds data, not code."""
    if subject.macho:
        executable: bool | None = "ALLOW_STACK_EXECUTION" in subject.macho.flags
    elif subject.elf:
        executable = subject.elf.stack_executable
    else:
        return None
    hint = "an assembly file lacks its .note.GNU-stack section, or -z execstack was given"
    if executable:
        return failed("the stack is executable", hint)
    if executable is None and subject.goos(expected) == "linux":
        return warned("no PT_GNU_STACK: Linux decides", hint)
    return passed("left to the system" if executable is None else "not executable")


def writable_code(subject: Subject, _expected: Expectation) -> Verdict | None:
    """CW1206: no memory is writable and executable at once."""
    if subject.elf is None and subject.pe is None and subject.macho is None:
        return None
    both = list(_writable_and_executable(subject))
    if both:
        return failed(
            f"{', '.join(both)} can be written and executed",
            "look for a linker script or a packer; Go makes no such part",
        )
    return passed("none")


def _writable_and_executable(subject: Subject) -> Iterator[str]:
    if subject.elf:
        for part in subject.elf.segments:
            if part.type == PT_LOAD and part.flags & PF_W and part.flags & PF_X:
                yield f"the segment at {part.address:#x}"
    elif subject.macho:
        for segment in subject.macho.segments:
            if segment.protection & _WRITE and segment.protection & _EXECUTE:
                yield segment.name
    else:
        yield from (
            part.name for part in subject.image.sections if part.writable and part.executable
        )


@only(ELFImage)
def text_relocations(image: ELFImage, _expected: Expectation) -> Verdict | None:
    """CW1207: the loader need not write into code."""
    dynamic = image.dynamic
    if dynamic is None:
        return None
    if dynamic.flags & _DF_TEXTREL or any(tag == _DT_TEXTREL for tag, _ in dynamic.entries):
        return failed("the loader must write into code", "compile C and assembly with -fPIC")
    return passed("none")
