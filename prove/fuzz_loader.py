"""Fuzz the emulator's loader: damaged programs are refused, or loaded; nothing else may happen.

    python prove/fuzz_loader.py load --count 50000 --seed 1
    python prove/fuzz_loader.py start --count 2000 --seed 1

Headers, sections, imports, relocations and TLS of programs are mutated as `fuzz_readers.py` does it: where the
reader looks. "load" puts each into the memory of a process; the processor is not there, so it takes a millisecond.
"start" runs each for a while, in a process of its own as a runner does: it may end in any way that has a word, or be ended
after a second, but Python must not fail, and nothing outside of its folder may change.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from fuzz_calls import NoProcessor
from fuzz_readers import READERS, Result, attack, command, prepare
from fuzz_seeds import go_programs

from crosswind.binary.view import FormatError, View
from crosswind.run.emulator import __main__ as emulator
from crosswind.run.emulator import calls, image
from crosswind.run.emulator.job import JobFile
from crosswind.run.emulator.memory import Memory
from crosswind.run.emulator.modules import Modules
from crosswind.run.emulator.status import Unsupported

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from images import pe
from images.machine_code import Program

# What a process may take; images of up to a gigabyte are loaded.
MEMORY = 2 << 30
# CPU time that a started program gets.
SECONDS = 1.0
_PYTHON_FAILED = 99


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


def start(data: memoryview, *, thorough: bool) -> None:
    """Run one in a process of its own.

    Raises:
        FormatError: it was refused, or is unsupported.
        AssertionError: Python failed, or something outside of the folder changed.
    """
    del thorough
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for name in ("box", "c"):
            (base / name).mkdir()
        (base / "canary").write_bytes(b"alive")
        (base / "box" / "program.exe").write_bytes(data)
        job = JobFile(
            private=str(base / "c"), sandbox=str(base / "box"), report=str(base / "report")
        )
        (base / "job").write_bytes(job.dumps())
        # A time limit is the runner's affair, and a signal may come of unicorn's own mistakes.
        failed = _child(base) == _PYTHON_FAILED
        told = (base / "report").read_text() if (base / "report").exists() else "{}"
        names = sorted(path.name for path in base.iterdir())
        left = (base / "canary").read_bytes() if (base / "canary").exists() else b""
        errors = (base / "errors").read_text(errors="replace")
    if failed or "Traceback" in errors:
        raise AssertionError(f"Python failed: {errors}")
    if left != b"alive" or set(names) - {"box", "c", "canary", "errors", "job", "report"}:
        raise AssertionError(f"something outside of the folder changed: {names}")
    if json.loads(told).get("ended") in ("broken", "unsupported"):
        raise FormatError(json.loads(told)["message"])


def _child(base: Path) -> int:
    """Carry a job out in a fork of this process; return its exit status, or minus a signal."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    status = _PYTHON_FAILED
    try:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        errors = os.open(base / "errors", os.O_WRONLY | os.O_CREAT)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number, stream in ((0, nothing), (1, nothing), (2, errors)):
            os.dup2(stream, number)
        os.chdir(base / "box")
        emulator.main(["--job", str(base / "job"), str(base / "box" / "program.exe")])
        status = 0
    except BaseException:  # noqa: BLE001 - what this is about
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def campaign(what: str, count: int, seed: int) -> Result:
    """Load or start `count` damaged programs."""
    prepared = [prepare(READERS["pe"], data) for data in seeds()]
    random.Random(seed).shuffle(prepared)
    calls.load()
    return attack(prepared, start if what == "start" else load, count, seed)


if __name__ == "__main__":
    sys.exit(command(__doc__ or "", ["load", "start"], campaign))
