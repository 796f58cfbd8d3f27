"""Fuzz the emulator's loader: damaged programs are refused, or loaded; nothing else may happen.

    python prove/fuzz_loader.py load --count 50000 --seed 1

Headers, sections, imports, relocations and TLS of programs are mutated as `fuzz_readers.py` does it: where the
reader looks. "load" puts each into the memory of a process; the processor is not there, so it takes a millisecond.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from fuzz_calls import NoProcessor
from fuzz_readers import READERS, Result, attack, command, prepare
from fuzz_seeds import go_programs

from crosswind.binary.view import FormatError, View
from crosswind.run.emulator import calls, image
from crosswind.run.emulator.memory import Memory
from crosswind.run.emulator.modules import Modules
from crosswind.run.emulator.status import Unsupported

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from images import pe
from images.machine_code import Program

# What a process may take; images of up to a gigabyte are loaded.
MEMORY = 2 << 30


def seeds() -> list[bytes]:
    """Programs: of Go, of a few instructions, and one with every table that loaders know."""
    program = Program()
    program.call("GetStdHandle", -11)
    program.call("GetTickCount64")
    program.exit()
    small = [program.build(), pe.build(), pe.build(tables=False)]
    return [*small, *go_programs((("windows/amd64", "-ldflags=-s -w"),))]


def load(data: memoryview, *, thorough: bool) -> None:
    """Load one into memory.

    Raises:
        FormatError: it was refused.
    """
    calls.load()
    memory = Memory(NoProcessor(), MEMORY)
    modules = Modules(memory, "C:\\Windows\\System32")
    if thorough:
        # Where it wants to be something is already, so that it must be moved.
        memory.reserve(0x140000000, 0x10000, 4)
    try:
        image.load(image.read(View.of(data)), memory, modules, "Z:\\program.exe")
    except Unsupported as error:
        raise FormatError(error.reason) from error


def campaign(_what: str, count: int, seed: int) -> Result:
    """Load `count` damaged programs."""
    prepared = [prepare(READERS["pe"], data) for data in seeds()]
    random.Random(seed).shuffle(prepared)
    return attack(prepared, load, count, seed)


if __name__ == "__main__":
    sys.exit(command(__doc__ or "", ["load"], campaign))
