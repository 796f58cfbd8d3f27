"""Linux programs of another processor, by QEMU's user mode.

It translates the processor and passes system calls on to this kernel ("QEMU User space emulator").
A signal that ends the program ends QEMU too, which raises it again for itself.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.frozen import frozen
from crosswind.run import program
from crosswind.run.runner import Absent, Command, Found, Job, Session, Subject
from crosswind.system import host as this_host
from crosswind.system import interpreted
from crosswind.target import Target

# GOARCH -> QEMU's name ("Supported Operating Systems" there); its byte order is part of the name.
PROGRAMS = {
    "386": "i386", "amd64": "x86_64", "arm": "arm", "arm64": "aarch64", "loong64": "loongarch64",
    "mips": "mips", "mipsle": "mipsel", "mips64": "mips64", "mips64le": "mips64el",
    "ppc64": "ppc64", "ppc64le": "ppc64le", "riscv64": "riscv64", "s390x": "s390x",
}  # fmt: skip

# Processors to choose where QEMU's default has less than a level needs. Go's programs end with an
# illegal instruction, or say what is missing, on one that is too small.
_CPUS = {
    ("amd64", "v2"): "max",
    ("amd64", "v3"): "max",
    ("ppc64", ""): "power10",
    ("ppc64le", ""): "power10",
    # RVA23U64 has the vector extension; the version is given because QEMU 7 says something otherwise.
    ("riscv64", "rva23u64"): "rv64,v=true,vext_spec=v1.0",
}

# Where Debian's cross packages (libc6-*-cross) put the C library of an architecture.
_ROOTS = {
    "386": "i686-linux-gnu", "amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu",
    "mips": "mips-linux-gnu", "mipsle": "mipsel-linux-gnu", "mips64": "mips64-linux-gnuabi64",
    "mips64le": "mips64el-linux-gnuabi64", "ppc64": "powerpc64-linux-gnu",
    "ppc64le": "powerpc64le-linux-gnu", "riscv64": "riscv64-linux-gnu", "s390x": "s390x-linux-gnu",
}  # fmt: skip
_ARM_ROOTS = {"ld-linux-armhf.so.3": "arm-linux-gnueabihf", "ld-linux.so.3": "arm-linux-gnueabi"}

# Where the kernel lists what it starts by an interpreter; Debian's packages register these names.
_BINFMT = Path("proc/sys/fs/binfmt_misc")
_STARTS_NONE = (
    "a program that starts others of its processor fails: this kernel does not know QEMU"
    " (on Debian: apt-get install qemu-user-binfmt)"
)
_STARTS_BY_LIST = "programs of its processor that a program starts run by QEMU, too, in a user namespace of its own"
# A kind of programs that nobody has, to see whether this kernel lets us list one.
_NOBODYS_KIND = "E", "crosswind-has-no-such-programs", ""

_VERSION = re.compile(r"version (\d+(?:\.\d+)+)")
# QEMU 7.2 loses the thread pointer of a second thread: Go's runtime crashes at its start.
_FIRST_WITH_386 = (8,)
# linux-user/main.c, AT_FLAGS_PRESERVE_ARGV0.
_FIRST_WITH_NAMES = (6,)


@frozen
class QEMU:
    """QEMU's user mode; `root` is where the system's folders are looked for."""

    root: Path = Path("/")
    name = "qemu"
    watches = False

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        """Look for the architecture's program on PATH."""
        if target.goos != "linux":
            return Absent("it runs Linux programs only")
        if host.goos != "linux":
            return Absent(f"its user mode passes system calls on to Linux, and this is {host.goos}")
        machine = PROGRAMS.get(target.goarch)
        if machine is None:
            return Absent(f"it has no Linux for {target.goarch}")
        if (target.goarch, target.variant) == ("amd64", "v4"):
            return Absent("it has no AVX-512, which GOAMD64=v4 needs")
        found = program.first((f"qemu-{machine}", f"qemu-{machine}-static"), env)
        if found is None:
            return Absent(f"qemu-{machine} is not on PATH", "on Debian: apt-get install qemu-user")
        return Found(self.name, found)

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        """Ask it for its version."""
        answer = program.ask(found.program or Path(), "--version", env=env)
        if isinstance(answer, Absent):
            return answer
        match = _VERSION.search(answer)
        if match is None:
            return Absent(f"{found.program} does not tell a version: {answer[:80]}")
        version = match[1]
        if target.goarch == "386" and _numbers(version) < _FIRST_WITH_386:
            return Absent(f"threads of 32-bit x86 programs crash in QEMU {version}")
        return replace(found, version=version, notes=self._notes(found, target, env))

    def _notes(self, found: Found, target: Target, env: Mapping[str, str]) -> tuple[str, ...]:
        """Say what becomes of programs that a program starts."""
        # The kernel's documentation, "Kernel Support for miscellaneous Binary Formats".
        listed = (self.root / _BINFMT / f"qemu-{PROGRAMS[target.goarch]}").exists()
        # Listed, those of this host's processor would be QEMU itself, too.
        if listed or target.goarch == this_host.goarch():
            return ()
        qemu = str(found.program)
        here = interpreted.command(
            interpreted.registration(*_NOBODYS_KIND, qemu), qemu, "--version"
        )
        answer = program.ask(Path(here[0]), *here[1:], env=env)
        return (_STARTS_NONE if isinstance(answer, Absent) else _STARTS_BY_LIST,)

    @contextlib.contextmanager
    def session(self, found: Found, subject: Subject, env: Mapping[str, str]) -> Iterator[Session]:
        """Find the dynamic linker, if the program needs one."""
        del env
        kind = _kind(subject) if _STARTS_BY_LIST in found.notes else None
        yield _Session(found, subject.target, self._libraries(subject), kind)

    def _libraries(self, subject: Subject) -> Path | None:
        """Return the folder to look for the C library in; None if it needs none, or no other.

        Raises:
            MissingError: CW4004, the program needs a dynamic linker that is not here.
        """
        linker = subject.interpreter.lstrip("/")
        if not linker or (self.root / linker).exists():
            return None
        goarch = subject.target.goarch
        name = _ARM_ROOTS.get(Path(linker).name, "") if goarch == "arm" else _ROOTS.get(goarch, "")
        folder = self.root / "usr" / name
        if name and (folder / linker).exists():
            return folder
        raise MissingError(
            "CW4004",
            f"it needs /{linker}, the dynamic linker of {subject.port}, which is not here",
            subject=str(subject.path),
            hint="build it with --cgo off, or install that architecture's C library"
            f" (on Debian: libc6-{_debian(goarch)}-cross)",
        )


def _debian(goarch: str) -> str:
    """Name an architecture as Debian does (dpkg-architecture)."""
    return {
        "386": "i386", "arm": "armhf", "mipsle": "mipsel", "mips64le": "mips64el",
        "ppc64le": "ppc64el",
    }.get(goarch, goarch)  # fmt: skip


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def cpu(target: Target) -> str:
    """Name the processor that a target needs; empty for QEMU's default."""
    level = target.variant.partition(",")[0]
    return _CPUS.get((target.goarch, level)) or _CPUS.get((target.goarch, ""), "")


def _kind(subject: Subject) -> tuple[str, str, str]:
    """Say how the kernel tells programs like this one, by the beginning of their ELF header.

    ELF's e_ident, e_type and e_machine; neither EI_OSABI matters, nor whether it is ET_EXEC or ET_DYN.
    """
    with subject.path.open("rb") as stream:
        head = bytearray(stream.read(20))
    big = head[5:6] == b"\x02"
    mask = bytearray(b"\xff" * 20)
    mask[7], mask[17 if big else 16] = 0, 0xFE
    head[17 if big else 16] &= 0xFE
    return "M", _escaped(head), _escaped(mask)


def _escaped(data: bytes | bytearray) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


@frozen
class _Session:
    """Attributes as QEMU's own; `kind` is what the kernel is told of the programs, if it is.

    QEMU's processes that the kernel starts for it take their options from variables.
    """

    found: Found
    target: Target
    libraries: Path | None
    kind: tuple[str, str, str] | None

    def command(self, job: Job) -> Command:
        """QEMU with the program."""
        qemu, options, variables = str(self.found.program), list[str](), dict[str, str]()
        if processor := cpu(self.target):
            options += ["-cpu", processor]
            variables["QEMU_CPU"] = processor
        if self.libraries:
            options += ["-L", str(self.libraries)]
            variables["QEMU_LD_PREFIX"] = str(self.libraries)
        argv = (qemu, *options, str(job.program), *job.arguments)
        if self.kind is None:
            return Command(argv, job.env, job.cwd)
        own = interpreted.registration(*self.kind, qemu, keeps_name=self._keeps_name)
        return Command(interpreted.command(own, *argv), {**job.env, **variables}, job.cwd)

    @property
    def _keeps_name(self) -> bool:
        """Whether it understands the kernel's word that the first argument is the program's own."""
        return _numbers(self.found.version) >= _FIRST_WITH_NAMES


RUNNER = QEMU()
