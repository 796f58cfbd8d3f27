"""Instruction lengths as LLVM tells them: of a whole Go program, and of random bytes."""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosswind.binary import x86

LINE = re.compile(r"\s*([0-9a-f]+):\s((?:[0-9a-f]{2}[ \t])+)\s*(\S*)")
SLOT = 32
# LLVM prints prefixes that it does not know to belong to an instruction as one of their own.
ALONE = {
    "lock",
    "rep",
    "repne",
    "data16",
    "rex64",
    "addr32",
    "xacquire",
    "xrelease",
    "notrack",
    "bnd",
    "cs",
    "ds",
    "es",
    "fs",
    "gs",
    "ss",
    "<unknown>",
}
# UD0 and UD1 have an operand in the SDM and none in LLVM; the rest is VIA's.
OTHERS = ("ud0", "ud1", "xcrypt", "xsha", "xstore", "montmul")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("x86")
    source = folder / "main.go"
    source.write_text(
        'package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString("hi") }\n'
    )
    out = folder / "main"
    argv = ["go", "build", "-o", str(out), str(source)]
    env = {"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOENV": "off", "GOFLAGS": ""}
    subprocess.run(argv, check=True, env={**os.environ, **env}, cwd=folder)
    return out


def instructions(program: Path) -> Iterator[tuple[int, bytes, str]]:
    """Addresses, bytes and names of all that LLVM knows as an instruction."""
    argv = ["llvm-objdump", "-d", "--section=.text", str(program)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as shown:
        assert shown.stdout
        for line in shown.stdout:
            match = LINE.match(line)
            if match and match[3] not in ALONE:
                yield int(match[1], 16), bytes.fromhex(match[2]), match[3]


def test_a_go_program(program: Path) -> None:
    count = 0
    for _, code, _ in instructions(program):
        found = x86.decode(code)
        assert found is not None, code.hex()
        assert found.length == len(code), code.hex()
        count += 1
    assert count > 50_000


@pytest.mark.parametrize("seed", range(2))
def test_random_bytes(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    starts = ["", "", "0f", "48", "66", "c5", "c4", "660f", "f30f", "f20f", "0f38", "660f3a"]
    inputs = [bytes.fromhex(dice.choice(starts)) + dice.randbytes(16) for _ in range(3000)]
    known, wrong = 0, []
    for code, name, length in llvm(tmp_path, inputs):
        found = x86.decode(code)
        if name.startswith(OTHERS) or (found and is_short_on_amd(found)):
            continue
        known += 1
        if found is None or found.length != length:
            wrong.append((code.hex(), name, length, found))
    assert wrong == []
    assert known > 1000


def is_short_on_amd(found: x86.Instruction) -> bool:
    """Whether it is a near jump with an operand-size prefix, which AMD heeds and Intel does not."""
    near = (found.map == 0 and found.opcode in (0xE8, 0xE9)) or (
        found.map == 1 and 0x80 <= found.opcode <= 0x8F
    )
    return near and found.prefix == 0x66


def llvm(folder: Path, inputs: list[bytes]) -> Iterator[tuple[bytes, str, int]]:
    """What LLVM makes of the beginning of each, where it knows that as an instruction."""
    # No instruction is longer than the NOPs between two inputs, so each begins anew.
    slots = b"".join(code.ljust(SLOT, b"\x90") for code in inputs)
    source = f".text\n.byte {','.join(map(str, slots))}\n"
    argv = ["llvm-mc", "-filetype=obj", "-triple=x86_64", "-o", str(folder / "random.o")]
    subprocess.run(argv, input=source, text=True, check=True)
    for at, code, name in instructions(folder / "random.o"):
        if at % SLOT == 0:
            yield slots[at : at + SLOT], name, len(code)
