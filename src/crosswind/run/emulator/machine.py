"""unicorn, set up as a processor that does not lie: a Westmere in user mode that refuses what it gets wrong.

- Westmere is the newest model without AVX, BMI, FMA and OSXSAVE that has all of x86-64-v2, AES and PCLMULQDQ.
  CPUID says so by itself, and XGETBV, RDRAND and the like are invalid, as on a real one.
- unicorn begins in ring 0, where HLT, CLI or LGDT simply work. An IRETQ leads to ring 3, with the
  selectors that Windows gives to 64-bit programs; there they raise #GP, as on a real machine.
- Each block of code is looked at when unicorn has translated it and before it first runs; one with an
  instruction of `instructions` stops the processor. unicorn reports a new block only if another one ran before it, so
  every run begins with a jump of ours.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from unicorn import unicorn_const as uc_const
from unicorn import x86_const as x86
from unicorn.unicorn_py3.unicorn import Uc, uc_tb

from crosswind.run.emulator.instructions import Refused, find_refused

# A page for the descriptors and one for the code of the way in, then the variable of its jump. They lie where
# no address of x86-64 is valid, so no program has anything there.
SYSTEM = 0x800000000000
_CODE, _TARGET, _STACK = SYSTEM + 0x1000, SYSTEM + 0x2000, SYSTEM + 0x2800
# unicorn stops at an address; 0 would hide a jump to 0, so it is one that nothing can reach.
_NOWHERE = _CODE + 0x800
# The way in, where it finds its target, and where unicorn stops by itself: for who calls unicorn directly.
ENTRY = (_CODE, _TARGET, _NOWHERE)
_PAGE = 0x1000
# Selectors of 64-bit Windows, as CONTEXT shows them: code 33, data 2B, and 53 for FS.
CODE_SELECTOR, DATA_SELECTOR = 0x33, 0x2B
# Intel SDM volume 3, 3.4.5: present, ring 3, code or data, accessed; then 64-bit code or 32-bit data, in pages.
_DESCRIPTORS = {0x28: (0xF3, 0xCF), 0x30: (0xFB, 0xAF), 0x50: (0xF3, 0xCF)}
# SDM volume 3, 2.5: CR4.OSFXSR and CR4.OSXMMEXCPT, without which SSE does not exist.
_SSE = 1 << 9 | 1 << 10
# Interrupts allowed, and the bit that is always set.
_FLAGS = 0x202
# The control word that Windows starts threads with: all exceptions masked, 53 bits.
_FLOAT_CONTROL = 0x27F

_IRETQ = b"\x48\xcf"
# jmp [rip + 0xFFA]: over the rest of this page to _TARGET.
_JUMP = b"\xff\x25" + struct.pack("<i", _TARGET - _CODE - 6)


def make() -> Uc:
    """Make the processor; memory of the program is still to be mapped."""
    uc = Uc(uc_const.UC_ARCH_X86, uc_const.UC_MODE_64)
    uc.ctl_set_cpu_model(x86.UC_CPU_X86_WESTMERE)
    uc.mem_map(SYSTEM, 3 * _PAGE)
    table = bytearray(0x58)
    for selector, (access, flags) in _DESCRIPTORS.items():
        table[selector : selector + 8] = struct.pack("<HHBBBB", 0xFFFF, 0, 0, access, flags, 0)
    uc.mem_write(SYSTEM, bytes(table))
    uc.reg_write(x86.UC_X86_REG_GDTR, (0, SYSTEM, len(table) - 1, 0))
    uc.reg_write(x86.UC_X86_REG_CR4, uc.reg_read(x86.UC_X86_REG_CR4) | _SSE)
    uc.reg_write(x86.UC_X86_REG_FPCW, _FLOAT_CONTROL)
    _enter_user_mode(uc)
    uc.mem_write(_CODE, _JUMP)
    # Nothing of this is the program's to change.
    uc.mem_protect(SYSTEM, _PAGE, uc_const.UC_PROT_READ)
    uc.mem_protect(_CODE, _PAGE, uc_const.UC_PROT_READ | uc_const.UC_PROT_EXEC)
    uc.mem_protect(_TARGET, _PAGE, uc_const.UC_PROT_READ)
    return uc


def _enter_user_mode(uc: Uc) -> None:
    """Return from an interrupt that never was (SDM volume 2, IRETQ): it pops RIP, CS, RFLAGS, RSP, SS."""
    end = _CODE + 0x100
    frame = struct.pack("<5Q", end, CODE_SELECTOR, _FLAGS, 0, DATA_SELECTOR)
    uc.mem_write(_STACK, frame)
    uc.mem_write(_CODE, _IRETQ)
    uc.reg_write(x86.UC_X86_REG_RSP, _STACK)
    uc.emu_start(_CODE, end)


def start(uc: Uc, address: int, count: int = 0) -> None:
    """Run from an address, so that its first block is looked at like all others.

    Args:
        uc: the processor.
        address: where to begin.
        count: instructions to run, ours included; 0 for no limit.

    Raises:
        unicorn.UcError: as `emu_start` does.
    """
    uc.mem_write(_TARGET, address.to_bytes(8, "little"))
    uc.emu_start(_CODE, _NOWHERE, count=count)


def refuse_wrong_instructions(uc: Uc, refuse: Callable[[int, Refused], None]) -> None:
    """Look at each block before it runs the first time, and stop the processor where it must not.

    Args:
        uc: the processor; it stands before the block when it has stopped.
        refuse: told the instruction's address and what it is.
    """

    def translated(uc: Uc, block: uc_tb, _before: object, _data: object) -> None:
        found = find_refused(bytes(uc.mem_read(block.pc, block.size)))
        if found is not None:
            refuse(block.pc + found.offset, found)
            uc.emu_stop()

    uc.hook_add(uc_const.UC_HOOK_EDGE_GENERATED, translated)


def refuse_privileged(uc: Uc, refuse: Callable[[], None]) -> None:
    """Stop at IN, OUT and SYSENTER, which unicorn carries out in user mode, too; a processor raises #GP.

    Args:
        uc: the processor; it stands behind the instruction when it has stopped.
        refuse: told that it did.
    """

    def stop(uc: Uc) -> None:
        refuse()
        uc.emu_stop()

    def read(uc: Uc, _port: int, _size: int, _data: object) -> int:
        stop(uc)
        return 0

    def write(uc: Uc, _port: int, _size: int, _value: int, _data: object) -> None:
        stop(uc)

    def enter(uc: Uc, _data: object) -> None:
        stop(uc)

    for hook, instruction in (
        (read, x86.UC_X86_INS_IN),
        (write, x86.UC_X86_INS_OUT),
        (enter, x86.UC_X86_INS_SYSENTER),
    ):
        uc.hook_add(uc_const.UC_HOOK_INSN, hook, None, 1, 0, instruction)
