"""Who made a call: the Go functions on the stack, with their files and lines.

Go keeps frame pointers on amd64, and leaves the goroutine's in RBP when it goes over to the system's stack
(runtime/asm_amd64.s, asmcgocall: "The original frame pointer is stored in BP"), so one chain leads
from Windows' call back to the code that wanted it. Names and lines come from pclntab, which stripped programs
have as well.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from crosswind.binary import golines
from crosswind.binary.golines import Frame, LineTable
from crosswind.binary.gopackages import is_standard, package_of
from crosswind.binary.image import Image
from crosswind.binary.view import FormatError

# Frames to walk; deeper ones are of no interest, and a stack of a hostile program may have no end.
MAX_FRAMES = 64
_PAIR = struct.Struct("<QQ")
# What lies between any call and who wanted it.
_PLUMBING = ("runtime", "syscall", "internal", "golang.org/x/sys")
# Within the runtime, what every call goes through.
_STUBS = (
    "runtime.asmcgocall",
    "runtime.cgocall",
    "runtime.stdcall",
    "runtime.asmstdcall",
    "runtime.systemstack",
    "runtime.syscall_",
    "internal/runtime/syscall/windows.",
    "syscall.Syscall",
    "syscall.syscall",
)
# Reads bytes of the program's memory; fewer, or none, where there are none.
Read = Callable[[int, int], bytes]


class Origin(NamedTuple):
    """Where a call comes from.

    Attributes:
        caller: the function that called Windows' wrapper: the first outside runtime, syscall and internal
            packages, or the runtime's own where it acted by itself.
        user: the first function that is not of the standard library; often the caller itself.
    """

    caller: Frame | None
    user: Frame | None


NOWHERE = Origin(None, None)


def blame(origin: Origin) -> str:
    """Say who called, as the end of a sentence: `called from main.ask at main.go:12`; empty if unknown."""
    frame = origin.user or origin.caller
    if frame is None:
        return ""
    return f"called from {frame.function} at {file_name(frame)}:{frame.line}"


def file_name(frame: Frame) -> str:
    """Return the name of a frame's file, without its folders."""
    return frame.file.replace("\\", "/").rpartition("/")[2]


class Callers:
    """Walks stacks of one program. Places are remembered, since the same ones call again and again."""

    def __init__(
        self, lines: LineTable | None, bias: int, read: Read, main_module: str = ""
    ) -> None:
        """Take the program's tables.

        Args:
            lines: None for a program that is not Go's.
            bias: how far from its preferred address the program was loaded.
            read: reads the program's memory.
            main_module: its path, which may look like one of the standard library.
        """
        self._lines = lines
        self._bias = bias
        self._read = read
        self._module = main_module
        self._known: dict[int, tuple[Frame, ...]] = {}

    @classmethod
    def of(
        cls, image: Image, base: int, preferred: int, read: Read, main_module: str = ""
    ) -> Callers:
        """Read a program's tables; damaged ones tell nothing."""
        try:
            lines = golines.read(image)
        except FormatError:
            lines = None
        return cls(lines, base - preferred, read, main_module)

    def of_call(self, stack_pointer: int, frame_pointer: int) -> Origin:
        """Tell who called, where the stack pointer leads to a return address."""
        raw = self._read(stack_pointer, 8)
        if self._lines is None or len(raw) < 8:
            return NOWHERE
        return self._origin(self._walk(int.from_bytes(raw, "little") - 1, frame_pointer))

    def of_fault(self, program_counter: int, stack_pointer: int, frame_pointer: int) -> Origin:
        """Tell where an exception happened, and who was called there."""
        return self._origin(self._from(program_counter, stack_pointer, frame_pointer))

    def _from(self, pc: int, stack_pointer: int, frame_pointer: int) -> Iterator[Frame]:
        """Walk from an instruction: a function that has no frame yet, or none at all, is in no chain."""
        if self._size(pc) == 0:
            yield from self._frames(pc)
            raw = self._read(stack_pointer, 8)
            pc = int.from_bytes(raw, "little") - 1
        yield from self._walk(pc, frame_pointer)

    def _size(self, pc: int) -> int | None:
        try:
            return self._lines.frame_size(pc - self._bias) if self._lines else None
        except FormatError:
            return None

    def stack(self, program_counter: int, frame_pointer: int) -> list[Frame]:
        """Return the Go frames from an instruction outwards."""
        return list(self._walk(program_counter, frame_pointer))

    def of_waiting(self, stack_pointer: int, frame_pointer: int) -> list[Frame]:
        """Return the Go frames below a call, outwards."""
        raw = self._read(stack_pointer, 8)
        if len(raw) < 8:
            return []
        return list(self._walk(int.from_bytes(raw, "little") - 1, frame_pointer))

    def _walk(self, pc: int, frame_pointer: int) -> Iterator[Frame]:
        for _ in range(MAX_FRAMES):
            yield from self._frames(pc)
            raw = self._read(frame_pointer, _PAIR.size)
            if len(raw) < _PAIR.size:
                return
            above, back = _PAIR.unpack(raw)
            # Frames of one stack lie upwards; the change to the goroutine's stack may go anywhere, so only a
            # frame that leads to itself is a sure end.
            if back == 0 or above == frame_pointer:
                return
            pc, frame_pointer = back - 1, above

    def _frames(self, pc: int) -> tuple[Frame, ...]:
        found = self._known.get(pc)
        if found is None:
            try:
                found = tuple(self._lines.frames(pc - self._bias)) if self._lines else ()
            except FormatError:
                found = ()
            self._known[pc] = found
        return found

    def _origin(self, frames: Iterator[Frame]) -> Origin:
        inner: Frame | None = None
        caller: Frame | None = None
        for frame in frames:
            package = package_of(frame.function)
            if inner is None and not frame.function.startswith(_STUBS):
                inner = frame
            if caller is None and not _is_plumbing(package):
                caller = frame
            if self._is_users(package):
                return Origin(caller or frame, frame)
        return Origin(caller or inner, None)

    def _is_users(self, package: str) -> bool:
        if package == "main" or not is_standard(package):
            return not package.startswith("golang.org/x/sys")
        return bool(self._module) and f"{package}/".startswith(f"{self._module}/")


def _is_plumbing(package: str) -> bool:
    return package.startswith("(") or any(
        package == name or package.startswith(f"{name}/") for name in _PLUMBING
    )
