"""The processor: unicorn, told when to stop and asked why it did.

Calls of Windows are entry points with `int3; ret`: the interrupt is noted by a callback in machine code
(`native.py`); running on executes RET. Nothing is ever changed from within unicorn's callbacks:
they note what happened, and the emulation stops.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from crosswind.run.emulator import engine, status
from crosswind.run.emulator.instructions import Refused
from crosswind.run.emulator.native import BLOCK, FILL, INTERRUPT, Callback

# The entry point of a call.
STUB = b"\xcc\xc3"
# Instructions in a block, where blocks cannot be counted.
_BLOCK = 5
# The interrupts of exceptions (Intel SDM volume 3, 6.15) and what Windows makes of them.
_EXCEPTIONS = {
    0: status.STATUS_INTEGER_DIVIDE_BY_ZERO,
    1: status.STATUS_SINGLE_STEP,
    3: status.STATUS_BREAKPOINT,
    4: status.STATUS_INTEGER_OVERFLOW,
    5: status.STATUS_ARRAY_BOUNDS_EXCEEDED,
    6: status.STATUS_ILLEGAL_INSTRUCTION,
    16: 0xC000008E,  # STATUS_FLOAT_DIVIDE_BY_ZERO
    19: 0xC00002B4,  # STATUS_FLOAT_MULTIPLE_FAULTS
    0x29: status.STATUS_STACK_BUFFER_OVERRUN,
    0x2C: 0xC0000420,  # STATUS_ASSERTION_FAILURE
}
_GENERAL_PROTECTION = 13
_BREAKPOINT = 3
_NO_INTERRUPT = 0xFFFFFFFF
# unicorn remembers these (QEMU, target/i386/excp_helper.c, check_exception), and a second one would be a double fault.
_CONTRIBUTORY = frozenset({0, 8, 10, 11, 12, 13})
# First bytes of privileged instructions: IN, OUT, INS, OUTS, HLT, CLI, STI; and the second after 0F: those for
# descriptors, control registers, caches and machine-specific registers (Intel SDM volume 3, 5.9).
_PRIVILEGED = frozenset((0xE4, 0xE5, 0xE6, 0xE7, 0xEC, 0xED, 0xEE, 0xEF, 0x6C, 0x6D, 0x6E, 0x6F,
                         0xF4, 0xFA, 0xFB))  # fmt: skip
_PRIVILEGED_0F = frozenset((0x00, 0x01, 0x06, 0x07, 0x08, 0x09, 0x20, 0x21, 0x22, 0x23, 0x30, 0x32,
                            0x33, 0x35))  # fmt: skip
# How long the instructions are that interrupt by themselves: INT3 and INT n, whose address Windows tells.
_BEHIND = {3: 1, 0x29: 2, 0x2C: 2}
# EXCEPTION_ACCESS_VIOLATION's first parameter (EXCEPTION_RECORD): read, write, execute.
READ, WRITE, EXECUTE = 0, 1, 8

GENERAL = (
    engine.RAX, engine.RCX, engine.RDX, engine.RBX, engine.RSP, engine.RBP, engine.RSI, engine.RDI,
    *range(engine.R8, engine.R8 + 8), engine.RIP,
)  # fmt: skip
_CALL = (engine.RIP, engine.RCX, engine.RDX, engine.R8, engine.R9, engine.RSP)


class Stop(Enum):
    """Why the processor stopped.

    BREAKPOINT is a call's INT3, or one of the program's own: RIP is behind it. REFUSED is an instruction that
    unicorn would execute wrongly.
    """

    BREAKPOINT = auto()
    SLICE = auto()
    FAULT = auto()
    REFUSED = auto()


class Fault(NamedTuple):
    """An exception of the processor.

    Attributes:
        code: the NTSTATUS that Windows raises.
        parameters: of an access violation: READ, WRITE or EXECUTE, and the address.
    """

    code: int
    parameters: tuple[int, ...] = ()


class EngineError(Exception):
    """unicorn failed in a way that is no exception of the program: a mistake of ours or its own."""


class _Registers:
    """Several registers that are read or written at once."""

    def __init__(self, numbers: Sequence[int], width: int = 8) -> None:
        self.count = len(numbers)
        self.numbers = (ctypes.c_int * self.count)(*numbers)
        self.data = ctypes.create_string_buffer(width * self.count)
        start = ctypes.addressof(self.data)
        self.pointers = (ctypes.c_void_p * self.count)(
            *(start + width * index for index in range(self.count))
        )


class Context:
    """All registers of a thread that does not run."""

    __slots__ = ("_free", "handle")

    def __init__(self, library: ctypes.CDLL, handle: int) -> None:
        """Hold unicorn's memory."""
        self.handle = handle
        self._free = library.uc_context_free

    def __del__(self) -> None:
        """Give it back."""
        self._free(self.handle)


class Cpu:
    """One processor. Registers are read and written while it is stopped."""

    def __init__(self) -> None:
        """Make a processor without memory.

        Raises:
            MissingError: CW4050, unicorn is not there.
        """
        self._library = engine.load()
        # Here, since it imports unicorn.
        from crosswind.run.emulator import machine

        self._machine = machine.make()
        self._handle = self._machine._uch.value or 0  # noqa: SLF001 - unicorn's own functions take it
        self._jump, self._target, self._nowhere = machine.ENTRY
        self._start = self._library.uc_emu_start
        self._read_batch = self._library.uc_reg_read_batch
        self._write_one = self._library.uc_reg_write
        stop = ctypes.cast(self._library.uc_emu_stop, ctypes.c_void_p).value or 0
        self._budget = Callback(BLOCK, stop)
        self._interrupt = Callback(INTERRUPT, stop)
        self._fill = Callback(FILL, stop)
        self._fault: Fault | None = None
        self._callbacks: list[object] = []
        self._on_access = engine.ON_ACCESS(self._accessed)
        self._hook_all()
        machine.refuse_wrong_instructions(self._machine, self._refuse)
        machine.refuse_privileged(self._machine, self._privileged)
        self._call = _Registers(_CALL)
        self._general = _Registers(GENERAL)
        self._vectors = _Registers(range(engine.XMM0, engine.XMM0 + 16), 16)
        self._all = (
            self._general,
            self._vectors,
            _Registers((engine.EFLAGS, engine.MXCSR, engine.GS_BASE)),
            _Registers((engine.FPCW, engine.FPSW, engine.FPTAG)),
            _Registers(range(engine.FP0, engine.FP0 + 8), 16),
        )
        self.pristine = self.new_context()
        self.save(self.pristine)
        self._one = ctypes.c_uint64()
        self._one_address = ctypes.addressof(self._one)
        self._unpack_call = struct.Struct("<6Q").unpack_from
        self.registers: tuple[int, ...] = (0,) * len(_CALL)
        self.refused: tuple[int, Refused] | None = None
        # Whether unicorn runs: an exception would be lost in one of its callbacks.
        self.running = False

    # Running.

    def run(self, address: int, blocks: int) -> Stop:
        """Run from an address until a call, a fault, or until so many blocks have run.

        Raises:
            EngineError: unicorn failed.
        """
        # A run begins with a jump, so that its first block is looked at like all others.
        target = address.to_bytes(8, "little")
        self._library.uc_mem_write(self._handle, self._target, target, 8)
        # It counts, and so does the block before which it stops.
        return self._run(self._jump, blocks + 2)

    def run_stub(self, address: int, blocks: int) -> Stop:
        """The same from within a stub, which needs no look."""
        return self._run(address, blocks + 1)

    def _run(self, address: int, blocks: int) -> Stop:
        budget, interrupt = self._budget.words, self._interrupt.words
        budget[0] = blocks
        interrupt[0] = _NO_INTERRUPT
        self._fault = None
        count = 0 if self._budget.address else blocks * _BLOCK
        self.running = True
        error = self._start(self._handle, address, self._nowhere, 0, count)
        if error in engine.ERR_ACCESS and interrupt[0] == _NO_INTERRUPT:
            self._ask_where(error)
        self.running = False
        self.read_call()
        if interrupt[0] == _BREAKPOINT:
            return Stop.BREAKPOINT
        if interrupt[0] != _NO_INTERRUPT:
            self._fault = self._fault or self._interrupted(interrupt[0])
        if self.refused is not None:
            return Stop.REFUSED
        if self._fault is None and error:
            self._fault = self._fault_of(error)
        return Stop.SLICE if self._fault is None else Stop.FAULT

    def _ask_where(self, error: int) -> None:
        """Carry out an instruction again that touched what it must not, for unicorn to tell the address.

        It tells a hook, but with a hook for all addresses it would look at each single store.
        """
        place = self.read(engine.RIP)
        # What was found once is not looked at again otherwise.
        self._library.uc_ctl(self._handle, engine.CTL_TLB_FLUSH)
        hook = self._hook(engine.HOOK_MEM_INVALID, self._on_access)
        try:
            self._start(self._handle, place, self._nowhere, 0, 1)
        finally:
            self._check(self._library.uc_hook_del(self._handle, hook))
        if self._fault is None:
            raise EngineError(f"unicorn stopped at {place:#x} with error {error}, but not again")

    def _fault_of(self, error: int) -> Fault:
        if error == engine.ERR_INSN_INVALID:
            return Fault(status.STATUS_ILLEGAL_INSTRUCTION)
        raise EngineError(f"unicorn stopped at {self.registers[0]:#x} with error {error}")

    def _interrupted(self, number: int) -> Fault:
        """Make an exception of an interrupt; software's leave RIP behind their instruction."""
        behind = _BEHIND.get(number, 0)
        if behind:
            self.registers = (self.registers[0] - behind, *self.registers[1:])
            self.write(engine.RIP, self.registers[0])
        if number in _CONTRIBUTORY:
            self._recover()
        if number == _GENERAL_PROTECTION:
            if self._is_privileged():
                return Fault(status.STATUS_PRIVILEGED_INSTRUCTION)
            # Windows reports other general protection faults as reads of the last address.
            return Fault(status.STATUS_ACCESS_VIOLATION, (READ, (1 << 64) - 1))
        return Fault(_EXCEPTIONS.get(number, status.STATUS_ACCESS_VIOLATION))

    def _is_privileged(self) -> bool:
        code = bytes(self._machine.mem_read(self.registers[0], 2))
        return code[0] in _PRIVILEGED or (code[0] == 0x0F and code[1] in _PRIVILEGED_0F)

    def _recover(self) -> None:
        """Let unicorn forget the exception: take the state of the beginning, and our registers."""
        state = [self._read(batch) for batch in self._all]
        self.restore(self.pristine)
        for batch, data in zip(self._all, state, strict=True):
            self._write(batch, data)

    @property
    def blocks_left(self) -> int:
        """What is left of the blocks that `run` was given."""
        return max(self._budget.words[0], 0)

    @property
    def fault(self) -> Fault:
        """What happened where `run` returned FAULT."""
        if self._fault is None:
            raise EngineError("there was no fault")
        return self._fault

    def read_call(self) -> None:
        """Read RIP, RCX, RDX, R8, R9 and RSP into `registers`."""
        batch = self._call
        self._read_batch(self._handle, batch.numbers, batch.pointers, batch.count)
        self.registers = self._unpack_call(batch.data)

    # Registers.

    def read(self, register: int) -> int:
        """Read one register of 64 bits."""
        number, pointer = ctypes.c_int(register), ctypes.c_void_p(self._one_address)
        self._one.value = 0
        self._read_batch(self._handle, ctypes.addressof(number), ctypes.addressof(pointer), 1)
        return self._one.value

    def write(self, register: int, value: int) -> None:
        """Write one register of 64 bits."""
        self._one.value = value
        self._write_one(self._handle, register, self._one_address)

    def read_general(self) -> tuple[int, ...]:
        """Read the registers of `GENERAL`, which has CONTEXT's order."""
        return struct.unpack("<17Q", self._read(self._general))

    def write_general(self, values: Sequence[int]) -> None:
        """Write the registers of `GENERAL`."""
        self._write(self._general, struct.pack("<17Q", *values))

    def read_vectors(self) -> bytes:
        """Read XMM0 to XMM15."""
        return self._read(self._vectors)

    def write_vectors(self, data: bytes) -> None:
        """Write XMM0 to XMM15."""
        self._write(self._vectors, data)

    def _read(self, batch: _Registers) -> bytes:
        self._read_batch(self._handle, batch.numbers, batch.pointers, batch.count)
        return ctypes.string_at(batch.data, len(batch.data))

    def _write(self, batch: _Registers, data: bytes) -> None:
        ctypes.memmove(batch.data, data, len(batch.data))
        self._library.uc_reg_write_batch(self._handle, batch.numbers, batch.pointers, batch.count)

    def new_context(self) -> Context:
        """Return memory for the registers of a thread."""
        made = ctypes.c_void_p()
        self._check(self._library.uc_context_alloc(self._handle, ctypes.addressof(made)))
        return Context(self._library, made.value or 0)

    def save(self, context: Context) -> None:
        """Save all registers."""
        self._library.uc_context_save(self._handle, context.handle)

    def restore(self, context: Context) -> None:
        """Restore all registers."""
        self._library.uc_context_restore(self._handle, context.handle)

    # Memory: what `memory.Mapper` asks for.

    def map(self, address: int, size: int, rights: int, host: int) -> None:
        """Let the host's memory appear at an address."""
        self._check(self._library.uc_mem_map_ptr(self._handle, address, size, rights, host))
        self._watch_stores(rights)

    def unmap(self, address: int, size: int) -> None:
        """Let it disappear."""
        self._check(self._library.uc_mem_unmap(self._handle, address, size))

    def protect(self, address: int, size: int, rights: int) -> None:
        """Change what may be done with it."""
        self._check(self._library.uc_mem_protect(self._handle, address, size, rights))
        self._watch_stores(rights)
        # unicorn does so itself only where writing is allowed or forbidden.
        self._library.uc_ctl(self._handle, engine.CTL_TLB_FLUSH)

    def _watch_stores(self, rights: int) -> None:
        """From the first code on that the program may change, let unicorn look at each store."""
        words = self._fill.words
        changeable = engine.PROT_WRITE | engine.PROT_EXECUTE
        if rights & changeable == changeable and words[0] != engine.PROT_ALL:
            words[0] = engine.PROT_ALL

    def forget(self, address: int, size: int) -> None:
        """Translate code anew that was changed."""
        self._library.uc_ctl(
            self._handle,
            engine.CTL_REMOVE_CACHE,
            ctypes.c_uint64(address),
            ctypes.c_uint64(address + size),
        )

    # What unicorn calls.

    def _hook_all(self) -> None:
        self._hook(engine.HOOK_INSN_INVALID, engine.ON_INVALID(self._on_invalid))
        if self._fill.address:
            self._library.uc_ctl(
                self._handle, engine.CTL_TLB_TYPE, ctypes.c_int(engine.TLB_VIRTUAL)
            )
            self._fill.words[0] = engine.PROT_READ | engine.PROT_WRITE
            words = ctypes.addressof(self._fill.words)
            self._hook(engine.HOOK_TLB_FILL, self._fill.address, words)
        if self._interrupt.address:
            words = ctypes.addressof(self._interrupt.words)
            self._hook(engine.HOOK_INTR, self._interrupt.address, words)
        else:
            self._hook(engine.HOOK_INTR, engine.ON_INTERRUPT(self._on_interrupt))
        if self._budget.address:
            words = ctypes.addressof(self._budget.words)
            self._hook(engine.HOOK_BLOCK, self._budget.address, words)

    def _hook(self, kind: int, callback: Any, data: int = 0) -> int:
        """Let unicorn call something; returns the hook."""
        made = ctypes.c_size_t()
        address = callback if isinstance(callback, int) else ctypes.cast(callback, ctypes.c_void_p)
        # The range 1 to 0 means everywhere.
        error = self._library.uc_hook_add(
            self._handle, ctypes.addressof(made), kind, address, data, 1, 0
        )
        self._check(error)
        if callback not in self._callbacks:
            self._callbacks.append(callback)
        return made.value

    def _on_interrupt(self, _: int, number: int, __: int) -> None:
        self._interrupt.words[0] = number
        self._library.uc_emu_stop(self._handle)

    def _refuse(self, address: int, found: Refused) -> None:
        self.refused = (address, found)

    def _privileged(self) -> None:
        self._fault = Fault(status.STATUS_PRIVILEGED_INSTRUCTION)

    def _on_invalid(self, _: int, __: int) -> bool:
        self._fault = Fault(status.STATUS_ILLEGAL_INSTRUCTION)
        return False

    def _accessed(self, _: int, kind: int, address: int, __: int, ___: int, ____: int) -> bool:
        how = READ
        if kind in {engine.MEM_WRITE_UNMAPPED, engine.MEM_WRITE_PROT}:
            how = WRITE
        elif kind in {engine.MEM_FETCH_UNMAPPED, engine.MEM_FETCH_PROT}:
            how = EXECUTE
        self._fault = Fault(status.STATUS_ACCESS_VIOLATION, (how, address))
        return False

    @staticmethod
    def _check(error: int) -> None:
        if error != engine.ERR_OK:
            raise EngineError(f"unicorn failed with error {error}")
