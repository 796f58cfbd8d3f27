"""Fuzz every call of the emulator: arguments may be anything, and no answer may be an error of Python.

    python prove/fuzz_calls.py --count 200 --seed 1

A process is made without a processor, with files, pipes, events and memory of all kinds, and each call of Windows gets
handles, pointers, sizes and texts that fit, nearly fit, or are nonsense. It may answer, fail, wait, raise an
access violation, or end the program as unsupported. Nothing outside of the sandbox may change.
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from crosswind.run.emulator import abi, calls
from crosswind.run.emulator.abi import Call
from crosswind.run.emulator.filesystem.session import drives
from crosswind.run.emulator.memory import PAGE, AccessViolation, Protection
from crosswind.run.emulator.objects import Event, Mutex, Semaphore
from crosswind.run.emulator.process import Process, Settings
from crosswind.run.emulator.status import CallError, Unsupported
from crosswind.run.emulator.threads import EnterProgram, ExitThread, SwitchThread, Thread, Wait

# Seconds of CPU that one call may take.
LIMIT = 1.0
# Calls after which a process has seen enough and a new one is made.
LIFE = 400
_ENDINGS = (
    CallError, AccessViolation, Unsupported, Wait, SwitchThread, EnterProgram, ExitThread, OSError,
)  # fmt: skip
_TEXTS = (
    "", ".", "..", "a.txt", r"..\..\..\..\outside\canary", r"Z:\..\..\outside\canary", r"C:\Windows\Temp\x",
    r"\\?\Z:\a.txt", r"\\.\pipe\name", r"\\.\PhysicalDrive0", r"\??\Z:\a.txt", r"\\server\share\x", "CON", "NUL", "nul.txt",
    "link", r"link\canary", "a.txt:stream", "*", r"Z:\*.t?t", "\ud800", "a\0b", "x" * 300, "x" * 40_000, "ä€😀",
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion", "PATH", "%PATH%", "kernel32.dll", "GetTickCount64",
)  # fmt: skip
_NUMBERS = (
    *range(20), 32, 63, 64, 127, 128, 255, 256, 259, 0x400, 0xFFF, 0x1000, 0x1001, 0x8000, 0xFFFF, 0x10000,
    0x7FFFFFFF, 0x80000000, 0x80000002, 0xC0000000, 0xFFFFFFF4, 0xFFFFFFFE, 0xFFFFFFFF, 1 << 32, 1 << 40, 1 << 47,
    (1 << 63) - 1, 1 << 63, (1 << 64) - 11, (1 << 64) - 1,
)  # fmt: skip


class NoProcessor:
    """Takes the place of the processor: memory is mapped nowhere."""

    def map(self, address: int, size: int, rights: int, host: int) -> None:
        """Do nothing."""

    def unmap(self, address: int, size: int) -> None:
        """Do nothing."""

    def protect(self, address: int, size: int, rights: int) -> None:
        """Do nothing."""

    def forget(self, address: int, size: int) -> None:
        """Do nothing."""


@dataclass
class World:
    """A process, and what arguments can be made of."""

    process: Process
    dice: random.Random
    pointers: list[int] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    buffer: int = 0

    def word(self, kind: str) -> int:
        """Return an argument of a kind; now and then one of another."""
        if self.dice.random() < 0.15:
            kind = self.dice.choice(("Pointer", "Handle", "WideString", "U32"))
        if kind in ("WideString", "AnsiString"):
            return self.dice.choice((*self.texts, *self.pointers, 0))
        if kind == "Pointer":
            return self.dice.choice(
                (*self.pointers, self.buffer, self.buffer, self.dice.choice(self.texts))
            )
        if kind in ("Handle", "FileHandle", "Socket"):
            open_ones = [number for number, _ in self.process.handles]
            return self.dice.choice((*open_ones, *open_ones, 0, 1, 0x7FFFFFF0, *_NUMBERS[-4:]))
        return self.dice.choice(_NUMBERS)

    def refill(self) -> None:
        """Put other contents into the buffer: numbers, pointers, texts."""
        words = [self.word(self.dice.choice(("Pointer", "U32", "Handle"))) for _ in range(64)]
        data = struct.pack("<64Q", *(word & (1 << 64) - 1 for word in words))
        with suppress(AccessViolation):
            self.process.memory.write(self.buffer, data if self.dice.random() < 0.7 else bytes(512))


def make(folder: Path, dice: random.Random) -> World:
    """Make a process with a bit of everything; `folder` gets a sandbox and what lies outside of it."""
    inside, outside, private = folder / "inside", folder / "outside", folder / "private"
    for one in (inside, outside, private):
        one.mkdir()
    (inside / "a.txt").write_bytes(b"content")
    (inside / "program.exe").write_bytes(b"MZ")
    (inside / "folder").mkdir()
    (outside / "canary").write_bytes(b"alive")
    (inside / "link").symlink_to(outside)
    program = inside / "program.exe"
    p = Process(
        Settings(program, r"Z:\program.exe", memory=1 << 28, deterministic=True), NoProcessor()
    )
    p.files = drives(
        private=private, program=program, current=inside, sandbox=inside, activity=p.activity
    ).files
    p.run_as(Thread(1, p.memory.new(2 * PAGE), 0))
    p.threads.append(p.thread)
    world = World(p, dice)
    _fill_memory(world)
    for thing in (
        Event(manual=True, is_set=False), Event(manual=False, is_set=True, name="named"), Mutex(),
        Semaphore(1, 2), p, p.thread,
    ):  # fmt: skip
        p.handles.add(thing)
    closed = p.handles.add(Event(manual=True, is_set=True))
    p.handles.close(closed)
    return world


def _fill_memory(world: World) -> None:
    memory = world.process.memory
    world.buffer = memory.new(16 * PAGE)
    read_only = memory.new(PAGE, Protection.READONLY)
    no_access = memory.new(PAGE, Protection.NOACCESS)
    guarded = memory.new(PAGE, Protection.READWRITE | Protection.GUARD)
    code = memory.new(PAGE, Protection.EXECUTE_READ)
    end = world.buffer + 16 * PAGE
    world.pointers = [
        0, 1, 0xFFFF, end - 1, end - 3, end - 8, end, world.buffer + 1, read_only, no_access, guarded, code,
        1 << 47, (1 << 63) + 8, (1 << 64) - 1, (1 << 64) - 8, world.process.thread.teb,
    ]  # fmt: skip
    for text in _TEXTS:
        data = text.encode("utf-16-le", "surrogatepass") + b"\0\0"
        place = memory.new(len(data))
        memory.write(place, data)
        world.texts.append(place)
    endless = memory.new(PAGE)
    memory.write(endless, b"x\0" * (PAGE // 2))
    world.texts.append(endless)


def ask(world: World, call: Call) -> str:
    """Make one call as the emulator does; return what came of it, in a word."""
    decoder = call.decoder
    words = [world.word(kind.name) for _, kind in decoder.parameters]
    p = world.process
    try:
        result = call.function(p, *decoder.arguments(p, words))
    except _ENDINGS as ending:
        return type(ending).__name__
    if result is not None and not isinstance(result, int):
        raise TypeError(f"{call.name} returned {result!r}")
    return "returned"


@dataclass
class Outcome:
    """What a campaign found: words of `ask`, and descriptions of what must not be."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


def campaign(count: int, seed: int, names: Sequence[str] = ()) -> Outcome:
    """Ask each call `count` times.

    Args:
        count: for each call.
        seed: equal seeds ask the same.
        names: only these calls; all if empty.
    """
    calls.load()
    table = {call.name: call for _, call in abi.TABLE if not names or call.name in names}
    dice = random.Random(seed)
    order = [name for name in table for _ in range(count)]
    dice.shuffle(order)
    outcome = Outcome()
    for start in range(0, len(order), LIFE):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            world = make(folder, dice)
            stack.callback(world.process.handles.close_all)
            for name in order[start : start + LIFE]:
                _one(world, table[name], outcome)
            outcome.faults += _escapes(folder)
    return outcome


def _one(world: World, call: Call, outcome: Outcome) -> None:
    world.refill()
    start = time.thread_time()
    try:
        outcome.counts[ask(world, call)] += 1
    except Exception:  # noqa: BLE001 - what this is about
        outcome.faults.append(f"{call.name}: {traceback.format_exc()}")
    seconds = time.thread_time() - start
    outcome.slowest = max(outcome.slowest, seconds)
    if seconds > LIMIT:
        outcome.faults.append(f"{call.name} took {seconds:.2f} s")


def _escapes(folder: Path) -> Iterator[str]:
    """Yield what changed outside of the sandbox."""
    if sorted(path.name for path in folder.iterdir()) != ["inside", "outside", "private"]:
        yield f"something was made beside the sandbox: {list(folder.iterdir())}"
    outside = folder / "outside"
    if [path.name for path in outside.iterdir()] != ["canary"]:
        yield f"something was made outside of the sandbox: {list(outside.iterdir())}"
    elif (outside / "canary").read_bytes() != b"alive":
        yield "a file outside of the sandbox was changed"


def main() -> int:
    """Run one campaign."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="calls; all if left out")
    parser.add_argument("--count", type=int, default=200, help="for each call")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = campaign(options.count, options.seed, options.names)
    for fault in outcome.faults[:20]:
        print(fault, file=sys.stderr)
    print(dict(outcome.counts), f"{len(outcome.faults)} faults, slowest {outcome.slowest:.3f} s")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
