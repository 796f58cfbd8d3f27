"""How calls of Windows become calls of Python: declared by `@call`, decoded by their annotations.

    @call("kernel32", "kernelbase")
    def CloseHandle(p: Process, handle: Handle) -> Bool: ...

The names in the annotations say how each argument is read by the x64 calling convention ("x64 calling
convention", learn.microsoft.com): four in RCX, RDX, R8 and R9, the others on the stack above the return
address and the 32 bytes of shadow space. They stay strings until the call is first used.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from crosswind.frozen import frozen
from crosswind.run.emulator import status
from crosswind.run.emulator.status import CallError

if TYPE_CHECKING:
    from crosswind.run.emulator.process import Process

_MASK32 = (1 << 32) - 1
_MASK64 = (1 << 64) - 1
_REGISTERS = 4
# Return address and shadow space below the fifth argument.
STACK_ARGUMENTS = 8 + 32
INVALID_HANDLE_VALUE = _MASK64


class Kind(NamedTuple):
    """How a value is passed.

    Attributes:
        name: as it stands in annotations.
        decode: makes an argument of the 64 bits of its register or stack slot; None if they are it.
        failure: what a call that returns this returns where it fails; None if the error itself.
        code: makes the value of an error, for kinds whose value is one.
    """

    name: str
    decode: Callable[[Process, int], Any] | None = None
    failure: int | None = 0
    code: Callable[[CallError], int] | None = None


def _u8(_: Process, value: int) -> int:
    return value & 0xFF


def _u16(_: Process, value: int) -> int:
    return value & 0xFFFF


def _u32(_: Process, value: int) -> int:
    return value & _MASK32


def _i32(_: Process, value: int) -> int:
    value &= _MASK32
    return value - ((value >> 31) << 32)


def _i64(_: Process, value: int) -> int:
    return value - ((value >> 63) << 64)


def _wide(p: Process, value: int) -> str | None:
    return p.memory.read_wide(value) if value else None


def _narrow(p: Process, value: int) -> str | None:
    return p.memory.read_ansi(value) if value else None


def _win32(error: CallError) -> int:
    return error.win32


def _nt(error: CallError) -> int:
    return error.status


def _hresult(error: CallError) -> int:
    return status.to_hresult(error.win32)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("U8", _u8),
        Kind("U16", _u16),
        Kind("U32", _u32),
        Kind("I32", _i32),
        Kind("U64"),
        Kind("I64", _i64),
        Kind("Bool", _u32),
        Kind("Pointer"),
        Kind("Handle"),
        Kind("WideString", _wide),
        Kind("AnsiString", _narrow),
        Kind("FileHandle", failure=INVALID_HANDLE_VALUE),
        Kind("WaitStatus", _u32, failure=_MASK32),
        Kind("Minus1", _i32, failure=_MASK32),
        Kind("Socket", failure=_MASK64),
        Kind("LStatus", _u32, failure=None, code=_win32),
        Kind("NtStatus", _u32, failure=None, code=_nt),
        Kind("HResult", _u32, failure=None, code=_hresult),
        Kind("None", failure=None),
    )
}

U8 = Annotated[int, KINDS["U8"]]
U16 = Annotated[int, KINDS["U16"]]
U32 = Annotated[int, KINDS["U32"]]
I32 = Annotated[int, KINDS["I32"]]
U64 = Annotated[int, KINDS["U64"]]
I64 = Annotated[int, KINDS["I64"]]
# 0 or not: BOOL. As a result 0 means that the call failed.
Bool = Annotated[int, KINDS["Bool"]]
# An address in the program's memory; as a result 0 means that the call failed.
Pointer = Annotated[int, KINDS["Pointer"]]
# As a result 0 means that the call failed.
Handle = Annotated[int, KINDS["Handle"]]
# A text up to its NUL, UTF-16 or UTF-8; None for a null pointer.
WideString = Annotated[str | None, KINDS["WideString"]]
AnsiString = Annotated[str | None, KINDS["AnsiString"]]
# Results of calls that fail with INVALID_HANDLE_VALUE.
FileHandle = Annotated[int, KINDS["FileHandle"]]
# Results of calls that fail with 0xFFFFFFFF: WAIT_FAILED, INVALID_FILE_ATTRIBUTES.
WaitStatus = Annotated[int, KINDS["WaitStatus"]]
# An int that is -1 where the call failed: SOCKET_ERROR.
Minus1 = Annotated[int, KINDS["Minus1"]]
# INVALID_SOCKET where it failed.
Socket = Annotated[int, KINDS["Socket"]]
# The Win32 error itself, with no last error: the registry.
LStatus = Annotated[int, KINDS["LStatus"]]
NtStatus = Annotated[int, KINDS["NtStatus"]]
HResult = Annotated[int, KINDS["HResult"]]

Function = Callable[..., "int | None"]
F = TypeVar("F", bound=Function)


@dataclass(slots=True)
class Call:
    """A call of Windows that the emulator has.

    Attributes:
        name: Windows' own.
        libraries: the DLLs that export it, in lower case without `.dll`, the usual one first.
        area: the file in `calls/` that it stands in.
        function: what it does.
        compared: whether its answers were compared with Wine's.
    """

    name: str
    libraries: tuple[str, ...]
    area: str
    function: Function
    compared: bool
    _decoder: Decoder | None = field(default=None, repr=False)

    @property
    def decoder(self) -> Decoder:
        """How its arguments are read; compiled at the first use."""
        if self._decoder is None:
            self._decoder = _compile(self.function)
        return self._decoder

    @property
    def summary(self) -> str:
        """What it does, and what is simplified: the first line of its text."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]


@frozen
class Decoder:
    """The signature of a call, ready for use.

    Attributes:
        parameters: names and kinds in order.
        result: what it returns; the kind `None` for nothing.
    """

    parameters: tuple[tuple[str, Kind], ...]
    result: Kind
    _decoders: tuple[Callable[[Process, int], Any] | None, ...] = field(repr=False)
    _stack: struct.Struct | None = field(repr=False)

    def words(self, p: Process, registers: Sequence[int], stack_pointer: int) -> Sequence[int]:
        """Return the 64 bits of each argument.

        Args:
            p: the process.
            registers: RCX, RDX, R8 and R9.
            stack_pointer: where the return address lies.
        """
        if self._stack is None:
            return registers[: len(self._decoders)]
        raw = p.memory.read(stack_pointer + STACK_ARGUMENTS, self._stack.size)
        return (*registers[:_REGISTERS], *self._stack.unpack(raw))

    def arguments(self, p: Process, words: Sequence[int]) -> list[Any]:
        """Make arguments of what `words` returned."""
        return [
            word if decode is None else decode(p, word)
            for decode, word in zip(self._decoders, words, strict=True)
        ]

    def failure(self, error: CallError) -> tuple[int | None, int | None]:
        """Return what a failing call returns, and the last error that it leaves, if any."""
        if self.result.code is not None:
            return self.result.code(error), None
        return self.result.failure, error.win32


def _compile(function: Function) -> Decoder:
    names = dict(function.__annotations__)
    result = KINDS[str(names.pop("return"))]
    del names["p"]
    parameters = tuple((name, KINDS[str(kind)]) for name, kind in names.items())
    more = len(parameters) - _REGISTERS
    return Decoder(
        parameters,
        result,
        tuple(kind.decode for _, kind in parameters),
        struct.Struct(f"<{more}Q") if more > 0 else None,
    )


class Table:
    """Every call, by DLL and name."""

    def __init__(self) -> None:
        """Start empty; importing the files in `calls/` fills it."""
        self._calls: dict[tuple[str, str], Call] = {}

    def __iter__(self) -> Iterator[tuple[str, Call]]:
        """Go through DLLs and calls, sorted by name."""
        for (library, _), found in sorted(self._calls.items()):
            yield library, found

    def add(self, library: str, made: Call) -> None:
        """Enter a call.

        Raises:
            ValueError: there is one of that name, a mistake in `calls/`.
        """
        key = (library, made.name)
        if key in self._calls:
            raise ValueError(f"{library}!{made.name} is there twice")
        self._calls[key] = made

    def find(self, library: str, name: str) -> Call | None:
        """Return a call by its DLL (lower case, without `.dll`) and its name."""
        return self._calls.get((library, name))

    def libraries(self) -> set[str]:
        """Return the DLLs that export any call."""
        return {library for library, _ in self._calls}


TABLE = Table()


def call(*exports: str, compared: bool = True, table: Table = TABLE) -> Callable[[F], F]:
    """Enter a function into the table of calls.

    Args:
        exports: DLLs that export it by its own name, or `dll:Name` for another one.
        compared: False until its answers were compared with Wine's.
        table: where to enter it.
    """
    places = [export.partition(":") for export in exports]

    def enter(function: F) -> F:
        own = function.__name__
        area = function.__module__.rpartition(".")[2]
        names: dict[str, list[str]] = {}
        for library, _, name in places:
            names.setdefault(name or own, []).append(library)
        for name, libraries in names.items():
            made = Call(name, tuple(libraries), area, function, compared)
            for library in libraries:
                table.add(library, made)
        return function

    return enter
