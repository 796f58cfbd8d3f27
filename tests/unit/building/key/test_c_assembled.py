"""What an assembler reads by itself, in assembly and in C that was preprocessed."""

from __future__ import annotations

import pytest

from crosswind.building.key import c_assembled
from crosswind.building.key.model import Doubt


@pytest.mark.parametrize(
    "text",
    [
        '.incbin "x"',
        ' .INCBIN "x"',
        'blob: .Include "x"',
        '.inc\\\nbin "x"',
        '.inc/**/bin "x"',
        '.macro op a\n.inc\\a "x"\n.endm\nop bin',
        '.macro op a b\n\\a\\b "x"\n.endm\nop .inc, bin',
        '.macro op a b\n.\\a\\()\\b "x"\n.endm\nop "in" "cbin"',
        '.macro op a\n.\\a "x"\n.endm\nop incbin',
        '.macro op a\n.&a "x"\n.endm\n.altmacro\nop include',
        '.irpc c, bin\n.inc\\c "x"\n.endr',
        ".irpc c, ibnc\n.macro op\\c\n.endm\n.endr\n# .",
    ],
)
def test_assembly_that_reads_files_is_doubtful(text: str) -> None:
    with pytest.raises(Doubt, match="nobody lists"):
        c_assembled.check_assembly(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        '# 3 "/src/.include/x.S"\n.globl included\nmov $.include_me, %eax',
        ".macro op insn, suffix\n\\insn\\suffix %eax\n.size f, .-f\n.endm\nop inc, l\nop in, w",
        ".macro round a, b, c, d, e\nadd \\a, \\b\n.L\\@: xor \\c, \\d\n.endm\n.long .",
        '.data\nbin: .asciz "in.c"\n.rept 4\n.include_guard = 1\n.endr',
    ],
)  # fmt: skip
def test_other_assembly_is_not(text: str) -> None:
    c_assembled.check_assembly(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        '__asm__(".incbin \\"x\\"");',
        'asm volatile (".inc" "bin \\"x\\"" : : "r"(1));',
        '__asm__(".inc"\n# 7 "a.h" 3\n"" "bin");',
        '__asm__("." "incbin" " \\"x\\"");',
        '__asm(".\\151nc\\x62in x");',
        'asm(R"x(.INCBIN "x")x");',
        'int n = 1\'000; asm(".inc" "bin"); char c = \'"\';',
        'asm(".inc%c0 \\"x\\"" : : "i"(&bin));',
        'asm(".%P[op] x" : : [op] "i"(&incbin));',
        'asm(".inc{bin|lude} \\"x\\"" : : );',
        'asm(".macro op a\\n.inc\\\\a\\n.endm"); asm("op bin");',
        'int x __attribute__((section(".data\\n.inc" "bin \\"x\\"\\n")));',
        'extern int x __asm__(".in"); asm("%c0%c1" : : "i"(&x), "i"(&cbin));',
    ],
)
def test_c_that_has_an_assembler_read_files_is_doubtful(text: str) -> None:
    with pytest.raises(Doubt, match="nobody lists"):
        c_assembled.check_c(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        'extern int scanf(const char *) __asm__ ("" "__isoc99_scanf") __attribute__((nothrow));',
        '# 9 "/a/.include/b.h"\nint include, incbin; char *s = "incbin", *t = "include.";',
        'asm("xchg{b %b0,%h0|\\t%h0, %b0}" : "=Q"(x)); asm(".long . - %c0" : : "i"(&bin));',
        "int asm = 1; asm_ = '\\''; int n = 0x1'0;",
        'static char inc[] = ".inc"; static char bin[] = "bin";',
    ],
)
def test_other_c_is_not(text: str) -> None:
    c_assembled.check_c(text.encode())


def test_text_that_the_compiler_works_out_is_doubtful() -> None:
    with pytest.raises(Doubt, match="worked out"):
        c_assembled.check_c(b'asm((std::string_view(".nop")));')
