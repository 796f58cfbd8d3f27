"""Machine code for the host: unicorn's callbacks that are called too often for Python.

`BLOCK` counts translated blocks down and stops the emulation at none. unicorn's own instruction count calls
a function for each instruction, which makes programs many times slower; three instructions of the
host for each block cost next to nothing.

    void (*)(uc_engine *engine, uint64_t address, uint32_t size, void *words)

`INTERRUPT` notes the number of an interrupt and stops. Each call of Windows is one (`cpu.STUB`).

    void (*)(uc_engine *engine, uint32_t number, void *words)

`FILL` says what an entry of the processor's TLB permits: everything for code, `words`' for data. The addresses of pages
stay what they are. As long as unicorn's own TLB gives pages of data the right to be executed, unicorn looks
at each single store in case it changes code, which makes programs that write much take twice as long.

    bool (*)(uc_engine *engine, uint64_t address, uc_mem_type access, uc_tlb_entry *entry, void *words)

`words` are two of 64 bits: blocks left, the number or the rights, and the address of uc_emu_stop.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import sys
from typing import NamedTuple

_WORDS = 2


class Code(NamedTuple):
    """A callback on each kind of processor that crosswind's hosts have."""

    x86_64: bytes
    aarch64: bytes


BLOCK = Code(
    # System V has the engine in RDI and words in RCX: dec qword [rcx]; jz +1; ret; jmp [rcx+8]
    bytes.fromhex("48ff09 7401 c3 ff6108"),
    # AArch64: ldr x4,[x3]; subs x4,x4,#1; str x4,[x3]; b.eq +8; ret; ldr x4,[x3,#8]; br x4
    bytes.fromhex("640040f9 840400f1 640000f9 40000054 c0035fd6 640440f9 80001fd6"),
)
FILL = Code(
    # VADDR in RSI, the access in EDX, the entry in RCX, words in R8: mov [rcx],rsi; mov eax,[r8]; cmp edx,18; jne +5;
    # mov eax,7; mov [rcx+8],eax; mov al,1; ret
    bytes.fromhex("488931 418b00 83fa12 7505 b807000000 894108 b001 c3"),
    # AArch64: str x1,[x3]; ldr w5,[x4]; mov w6,#7; cmp w2,#18; csel w5,w6,w5,eq; str w5,[x3,#8]; mov w0,#1; ret
    bytes.fromhex("610000f9 850040b9 e6008052 5f480071 c500851a 650800b9 20008052 c0035fd6"),
)
INTERRUPT = Code(
    # The engine in RDI, the number in ESI, words in RDX: mov [rdx],esi; jmp [rdx+8]
    bytes.fromhex("8932 ff6208"),
    # AArch64: str w1,[x2]; ldr x4,[x2,#8]; br x4
    bytes.fromhex("410000b9 440440f9 80001fd6"),
)


class Callback:
    """A callback with its words.

    Attributes:
        address: of the code; 0 if this host lets us make none.
        words: what it works on.
    """

    def __init__(self, code: Code, stop: int) -> None:
        """Make the callback.

        Args:
            code: what it does.
            stop: the address of uc_emu_stop.
        """
        self.words = (ctypes.c_int64 * _WORDS)(0, stop)
        self._page = _executable(_fitting(code))
        self.address = 0
        if self._page is not None:
            self.address = self._page[1]


def _fitting(code: Code) -> bytes | None:
    machine = platform.machine().lower()
    if machine in {"x86_64", "amd64"}:
        return code.x86_64
    return code.aarch64 if machine in {"aarch64", "arm64"} else None


def _executable(code: bytes | None) -> tuple[mmap.mmap, int] | None:
    """Return a page with the code and its address, where this host lets us make one."""
    if code is None or sys.platform == "win32":
        return None
    page = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    page[: len(code)] = code
    start = ctypes.addressof(ctypes.c_char.from_buffer(page))
    system = ctypes.CDLL(None)
    # Making the page executable is what lets Linux see to the instruction cache.
    protect = system.mprotect
    protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    if protect(start, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_EXEC):
        return None
    if sys.platform == "darwin":
        system.sys_icache_invalidate(ctypes.c_void_p(start), ctypes.c_size_t(len(code)))
    return page, start
