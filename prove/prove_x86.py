"""Compare the lengths of x86-64 instructions with LLVM's: whole programs, and random bytes.

    python prove/prove_x86.py --random 200000

The small part that CI runs is `tests/integration/test_x86_oracles.py`, which this builds on.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from commands import GO, go
from report import Proof

from crosswind.binary import x86

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "integration"))
import test_x86_oracles as oracle

CLAIM = """`llvm-objdump` shows every instruction of the code of Go programs (C code among them where they hold
some), and ours must give each the same length. "random" are 16 random bytes, three quarters of them behind a prefix or the beginning
of a rarer encoding, of which only those count that LLVM takes for an instruction. Known differences: LLVM gives near
jumps with an operand-size prefix two bytes, as AMD's processors do, and ours four, as Intel's; UD0 and UD1 have an
operand in the manual and none in LLVM; VIA's instructions are not in ours."""

# Packages whose programs are large, full of assembly, or made for vector instructions: GOAMD64 and import path.
PROGRAMS = (("v1", "cmd/go"), ("v3", "cmd/compile"), ("v4", "cmd/link"), ("v1", "cmd/vet"))
STARTS = ("", "", "0f", "48", "66", "c5", "c4", "660f", "f30f", "f20f", "0f38", "660f3a")
CHUNK = 20_000


def programs(folder: Path) -> Iterator[tuple[str, Path]]:
    """Build the programs."""
    for level, package in PROGRAMS:
        path = folder / f"{package.replace('/', '-')}-{level}"
        settings = {"GOOS": "linux", "GOARCH": "amd64", "GOAMD64": level, "CGO_ENABLED": "0"}
        go(Path.cwd(), "build", "-o", path, package, **settings)
        yield f"{package}, GOAMD64={level}", path


def whole(path: Path) -> tuple[int, list[str]]:
    """Count the instructions of a program, and tell those that differ."""
    count, wrong = 0, []
    for address, code, name in oracle.instructions(path):
        found = x86.decode(code)
        count += 1
        if found is None or found.length != len(code):
            wrong.append(f"{path.name} at {address:#x}: {code.hex()} is {name}")
    return count, wrong


def random_bytes(folder: Path, count: int) -> tuple[int, list[str]]:
    """Compare random instructions."""
    dice, known, wrong = random.Random(1), 0, []
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        inputs = [bytes.fromhex(dice.choice(STARTS)) + dice.randbytes(16) for _ in range(size)]
        for code, name, length in oracle.llvm(folder, inputs):
            found = x86.decode(code)
            if name.startswith(oracle.OTHERS) or (found and oracle.is_short_on_amd(found)):
                continue
            known += 1
            if found is None or found.length != length:
                wrong.append(f"{code.hex()} is {name} of {length} bytes")
    return known, wrong


def main() -> int:
    """Compare all and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--random", type=int, default=500_000, help="random instructions")
    options = parser.parse_args()
    proof = Proof(
        "x86", "Lengths of instructions", CLAIM, ("what", "instructions", "differ", "CPU s"), go=GO
    )
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        parts = [(name, lambda path=path: whole(path)) for name, path in programs(Path(folder))]
        parts.append(("random", lambda: random_bytes(Path(folder), options.random)))
        for name, compare in parts:
            start = time.process_time()
            count, wrong = compare()
            total += count
            for one in wrong[:20]:
                proof.fail(one)
            proof.row(name, f"{count:,}", len(wrong), f"{time.process_time() - start:.1f}")
    return proof.finish(f"All of {total:,} instructions have the length that LLVM gives them.")


if __name__ == "__main__":
    sys.exit(main())
