"""The processor does not lie: what unicorn gets wrong stops it, and ring 3 is ring 3."""

from __future__ import annotations

import pytest
from unicorn import unicorn_const as uc_const
from unicorn import x86_const as x86
from unicorn.unicorn_py3.unicorn import Uc, UcError

from crosswind.run.emulator import machine

CODE, OTHER = 0x10000, 0x20000
# vpxor xmm0, xmm1, xmm2: unicorn alone gives a wrong result.
VEX = bytes.fromhex("c5f1efc2")
BREAKPOINT = b"\xcc"
VEX_NAME = "an instruction of AVX, BMI or FMA (VEX)"


class Run:
    """A processor that runs pieces of code and notes how each ended."""

    def __init__(self) -> None:
        self.uc: Uc = machine.make()
        self.uc.mem_map(CODE, 0x4000)
        self.uc.reg_write(x86.UC_X86_REG_RSP, CODE + 0x2800)
        self.ended = ""
        machine.refuse_wrong_instructions(self.uc, lambda at, it: self.end(f"{it.name} at {at:#x}"))
        machine.refuse_privileged(self.uc, lambda: self.end("privileged"))
        self.uc.hook_add(uc_const.UC_HOOK_INTR, lambda _uc, n, _: self.stop(f"interrupt {n}"))
        self.uc.hook_add(uc_const.UC_HOOK_INSN_INVALID, self._invalid)

    def _invalid(self, _uc: Uc, _data: object) -> bool:
        self.stop("invalid")
        return False

    def end(self, how: str) -> None:
        self.ended = self.ended or how

    def stop(self, how: str) -> None:
        self.end(how)
        self.uc.emu_stop()

    def run(self, code: bytes | str = b"", at: int = CODE, count: int = 0) -> str:
        code = bytes.fromhex(code) if isinstance(code, str) else code
        if code:
            self.uc.mem_write(at, code + BREAKPOINT)
        self.ended = ""
        try:
            machine.start(self.uc, at, count)
        except UcError as error:
            self.end(str(error))
        return self.ended

    @property
    def pc(self) -> int:
        return self.uc.reg_read(x86.UC_X86_REG_RIP)

    @property
    def rax(self) -> int:
        return self.uc.reg_read(x86.UC_X86_REG_RAX)


@pytest.mark.parametrize("count", [0, 1000])
@pytest.mark.parametrize(
    ("before", "ran"),
    [
        ("", False),  # the first instruction of all
        ("48ffc0", False),  # in the first block
        ("48ffc0 eb00", True),  # at the start of the second
        ("48ffc0 eb00 48ffc3", True),
        ("48ffc0 85c0 7500", True),  # behind a condition
        ("48ffc0 488d050200 0000 ffe0", True),  # behind a computed jump
    ],
)
def test_vex_never_executes(before: str, ran: bool, count: int) -> None:
    run = Run()
    code = bytes.fromhex(before)
    run.uc.reg_write(x86.UC_X86_REG_XMM1, 5)
    assert run.run(code + VEX, count=count) == f"{VEX_NAME} at {CODE + len(code):#x}"
    assert run.uc.reg_read(x86.UC_X86_REG_XMM0) == 0
    # Of its own block nothing ran, so the caller can tell where it stands.
    assert (run.rax != 0) is ran


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("c4e270f2c2", VEX_NAME),  # andn
        ("c5f877", VEX_NAME),  # vzeroupper, which unicorn takes for EMMS
        ("8fe878c0c107", "an instruction of XOP"),
        ("66480f3a61c10c", "a comparison of strings with 64-bit lengths"),
        ("0f05", "a system call past ntdll"),
        ("0f34", "a system call past ntdll"),
        ("62f17c4828c1", "invalid"),
        ("0f01d0", "invalid"),  # xgetbv
        ("0fc7f0", "invalid"),  # rdrand
        ("0f38c8c1", "invalid"),  # sha1nexte
        ("0f38f001", "invalid"),  # movbe
    ],
)
def test_what_this_processor_lacks_is_no_result(code: str, how: str) -> None:
    assert Run().run(code).startswith(how)


def test_vex_that_is_not_reached_does_no_harm() -> None:
    run = Run()
    assert run.run(bytes.fromhex("48ffc0 eb04") + VEX) == "interrupt 3"
    assert run.rax == 1


def test_vex_that_a_program_writes_into_its_own_code() -> None:
    run = Run()
    run.uc.mem_write(CODE + 0x100, bytes.fromhex("90909090 48ffc0 c3"))
    # call; mov dword [there], VEX; call
    code = bytes.fromhex("e8fb000000 c705f1000000") + VEX + bytes.fromhex("e8ec000000")
    assert run.run(code) == f"{VEX_NAME} at {CODE + 0x100:#x}"
    assert run.rax == 1


def test_vex_in_the_middle_of_a_block_that_was_harmless() -> None:
    run = Run()
    # mov rax, imm64 whose bytes are the instruction
    assert run.run(bytes.fromhex("48b8") + VEX + bytes.fromhex("90909090")) == "interrupt 3"
    assert run.run(at=CODE + 2) == f"{VEX_NAME} at {CODE + 2:#x}"


def test_vex_in_memory_that_is_mapped_anew() -> None:
    run = Run()
    run.uc.mem_map(OTHER, 0x1000)
    assert run.run("90909090", at=OTHER) == "interrupt 3"
    run.uc.mem_unmap(OTHER, 0x1000)
    run.uc.mem_map(OTHER, 0x1000)
    assert run.run(VEX, at=OTHER) == f"{VEX_NAME} at {OTHER:#x}"


def test_vex_after_another_context_was_restored() -> None:
    run = Run()
    other = run.uc.context_save()
    assert run.run("48ffc0") == "interrupt 3"
    run.uc.context_restore(other)
    assert run.run(bytes.fromhex("48ffc0") + VEX, at=CODE + 0x200).startswith(VEX_NAME)
    assert run.rax == 0


def test_vex_across_two_pages() -> None:
    assert Run().run(VEX, at=CODE + 0xFFE) == f"{VEX_NAME} at {CODE + 0xFFE:#x}"


@pytest.mark.parametrize(
    "code",
    [
        "f4",
        "fa",
        "fb",
        "0f0111",
        "0f22d8",
        "0f20c0",
        "0f06",
        "0f32",
        "0f30",
        "0f08",
        "0f01f8",
        "48cf",
        "48cb",
        "8ed0",
        "0f00d1",
        "0f01f0",
    ],
)
def test_privileged_instructions_raise_a_protection_fault(code: str) -> None:
    run = Run()
    assert run.run(code) == "interrupt 13"
    assert run.pc == CODE


@pytest.mark.parametrize("code", ["ec", "ee", "e460", "e760"])
def test_ports_stop(code: str) -> None:
    assert Run().run(code) == "privileged"


def test_a_jump_to_0_is_no_end() -> None:
    assert "UC_ERR_FETCH_UNMAPPED" in Run().run("31c0 ffe0")


def test_the_descriptors_are_not_the_programs_to_change() -> None:
    run = Run()
    # mov rax, SYSTEM; mov byte [rax], -1
    code = b"\x48\xb8" + machine.SYSTEM.to_bytes(8, "little") + bytes.fromhex("c600ff")
    assert "UC_ERR_WRITE_PROT" in run.run(code)


def test_cpuid_and_selectors_are_those_of_a_westmere_under_windows() -> None:
    run = Run()
    run.uc.reg_write(x86.UC_X86_REG_RAX, 1)
    assert run.run("0fa2") == "interrupt 3"
    bits = run.uc.reg_read(x86.UC_X86_REG_RCX)
    present = {
        0: "SSE3",
        1: "PCLMULQDQ",
        9: "SSSE3",
        13: "CX16",
        19: "SSE4.1",
        20: "SSE4.2",
        23: "POPCNT",
        25: "AES",
    }
    absent = {
        12: "FMA",
        22: "MOVBE",
        26: "XSAVE",
        27: "OSXSAVE",
        28: "AVX",
        29: "F16C",
        30: "RDRAND",
    }
    assert [name for bit, name in present.items() if not bits >> bit & 1] == []
    assert [name for bit, name in absent.items() if bits >> bit & 1] == []
    run.uc.reg_write(x86.UC_X86_REG_RAX, 7)
    run.uc.reg_write(x86.UC_X86_REG_RCX, 0)
    assert run.run("0fa2") == "interrupt 3"
    assert run.uc.reg_read(x86.UC_X86_REG_RBX) == 0
    assert run.uc.reg_read(x86.UC_X86_REG_CS) == 0x33
    assert run.uc.reg_read(x86.UC_X86_REG_SS) == 0x2B
