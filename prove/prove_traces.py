"""Trace programs twenty times each, and compare the traces byte by byte.

python prove/prove_traces.py --runs 20
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commands import GO, go
from report import Proof

from crosswind.run import launch
from crosswind.run.runner import Job
from crosswind.run.watching import watch
from crosswind.system import host
from crosswind.target import Target

PROGRAMS = Path(__file__).parent.parent / "tests" / "integration" / "run" / "programs"
CLAIM = """The same program with the same input gives the same trace, whatever else this machine does: time is virtual,
threads take turns by the code they ran, and the seed of Go's runtime is always the same. "calls" are those in one trace;
every run has a new folder, whose name is the same in Windows."""


@dataclass(frozen=True)
class Case:
    """A program of the tests and what it is asked to do; `suffix` chooses the trace's format."""

    program: str
    arguments: tuple[str, ...]
    suffix: str


CASES = (
    Case("traced", ("files", "system"), "txt"),
    Case("traced", ("files", "system"), "jsonl"),
    Case("traced", ("system", "outside"), "json"),
    Case("traced", ("crash",), "txt"),
    Case("processor", (), "txt"),
)


def traces(case: Case, program: Path, runs: int) -> Iterator[bytes]:
    """Run a program and yield each trace."""
    here = Target(host.goos(), host.goarch())
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as place:
            box = Path(place) / "box"
            box.mkdir()
            (box / "given.txt").write_text("given")
            trace = Path(place) / f"trace.{case.suffix}"
            seen = watch(trace=str(trace), sandbox=box, deny=["net,exec"])
            started = launch.prepare(program, here, os.environ, "emulator", watched=True)
            started.run(Job(program, case.arguments, box, {}, watch=seen))
            yield trace.read_bytes()


def main() -> int:
    """Trace all and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    proof = Proof(
        "traces", "The same trace each time", CLAIM,
        ("program", "format", "runs", "calls", "bytes", "different traces"), go=GO,
    )  # fmt: skip
    settings = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0"}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            program = Path(folder) / f"{case.program}.exe"
            if not program.exists():
                go(PROGRAMS / case.program, "build", "-o", program, ".", **settings)
            found = list(traces(case, program, options.runs))
            different = len({hashlib.sha256(trace).digest() for trace in found})
            name = " ".join([case.program, *case.arguments])
            size = len(found[0])
            proof.row(name, case.suffix, len(found), found[0].count(b"\n"), f"{size:,}", different)
            if different > 1 or size < 1000:
                proof.fail(f"{name}: {different} different traces of {len(found)}")
    return proof.finish(f"{options.runs} of {options.runs} traces are the same, for each program.")


if __name__ == "__main__":
    sys.exit(main())
