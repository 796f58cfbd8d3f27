"""What an assembler reads by itself, in assembly and in C that was preprocessed."""

from __future__ import annotations

import time

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
        'double n = 0x1\'0.ap+1\'0; asm(".inc" "bin"); char c = \'"\';',
        'char *r = R"a(" R"(" )a"; asm(".inc" R"b(bin "x")b");',
        'asm(R"(.inc)" R"b"(bin)b""); char *s = ")\\";',
        '#pragma don"t\nasm(".inc" "bin");\n#pragma don\'t\nasm("x");',
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


LARGE = {
    "number": b"1" + b".11" * 100_000,
    "numbers": b"1..." * 100_000,
    "raw": b'R"(' * 100_000,
    "fences": b"".join(b'R"%x(' % number for number in range(40_000)),
    "ends": b'R"a(' * 50_000 + b')b"' * 50_000,
    "string": b'"a\\' * 100_000,
    "character": b"'a\\" * 100_000,
    "lines": b"'\\\n" + b"\\'\\\n" * 100_000,
    "comments": b'asm("' + b"/*x" * 100_000 + b'");',
    "names": b"asm " * 100_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_text_does_not_take_for_ever(name: str) -> None:
    began = time.monotonic()
    c_assembled.check_c(LARGE[name])
    c_assembled.check_assembly(LARGE[name])
    assert time.monotonic() - began < 60
