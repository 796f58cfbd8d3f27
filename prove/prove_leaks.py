"""Run a Windows program 500 times in one process of ours, and look for what is left behind.

    python prove/prove_leaks.py --runs 500 --jobs 2

Memory of our own process, open files, child processes, and files in the temporary folder are counted before and
after. Programs end in every way: by themselves, by a fault, by what is unsupported, by a time limit.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
from commands import GO, go
from report import Proof

from crosswind.run import launch
from crosswind.run.runner import Job, Result
from crosswind.run.watching import watch
from crosswind.system import host
from crosswind.system.process import Limits
from crosswind.target import Target

PROGRAMS = Path(__file__).parent.parent / "tests" / "integration" / "run" / "programs"
CLAIM = """Programs are started by the emulator, again and again from one process of ours, several at a time; they end by
themselves, by an exception, by a call that is unsupported, and by a time limit. "before" is counted after a tenth of the
runs, when everything is loaded that will be."""
# Growth of our own process that is still noise: allocators keep what they may need again.
NOISE = 4 << 20


@dataclass(frozen=True)
class Way:
    """A way to end: what the program is asked to do, within how many seconds."""

    name: str
    arguments: tuple[str, ...]
    seconds: float = 60
    traced: bool = False


WAYS = (
    Way("by itself", ("files", "system")),
    Way("traced", ("files",), traced=True),
    Way("exception", ("crash",)),
    Way("unsupported", ("unsupported",)),
    Way("time limit", ("loop",), seconds=0.5),
)


@dataclass(frozen=True)
class Count:
    """What may leak."""

    memory: int
    descriptors: int
    children: int
    files: int


def count(folder: Path) -> Count:
    """Count now; `folder` is the temporary folder of all runs."""
    here = psutil.Process()
    return Count(
        memory=here.memory_info().rss,
        descriptors=here.num_fds(),
        children=len(here.children(recursive=True)),
        files=sum(len(names) + len(folders) for _, folders, names in os.walk(folder)),
    )


def runner(program: Path, box: Path, wanted: str) -> Callable[[int], Result]:
    """Return what starts a program for the n-th time."""
    here = Target(host.goos(), host.goarch())

    def run(number: int) -> Result:
        way = WAYS[number % len(WAYS)]
        folder = box / str(number)
        folder.mkdir()
        seen = watch(
            trace=str(folder / "trace.jsonl") if way.traced else "",
            sandbox=folder,
            deny=["net,exec"],
        )
        started = launch.prepare(program, here, os.environ, wanted, watched=True)
        job = Job(program, way.arguments, folder, {}, Limits(seconds=way.seconds), watch=seen)
        return started.run(job)

    return run


def main() -> int:
    """Run and count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    parser.add_argument("--with", dest="wanted", default="emulator")
    options = parser.parse_args()
    proof = Proof("leaks", "Runs leave nothing behind", CLAIM, ("what", "before", "after"), go=GO)
    with tempfile.TemporaryDirectory() as place:
        base = Path(place)
        program, box, scratch = base / "traced.exe", base / "box", base / "scratch"
        settings = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0"}
        go(PROGRAMS / "traced", "build", "-o", program, ".", **settings)
        for folder in (box, scratch):
            folder.mkdir()
        tempfile.tempdir = str(scratch)
        run = runner(program, box, options.wanted)
        with ThreadPoolExecutor(options.jobs) as pool:
            first = list(pool.map(run, range(options.runs // 10)))
            before = count(scratch)
            rest = list(pool.map(run, range(options.runs // 10, options.runs)))
        after = count(scratch)
    ended = Counter(result.ended.value for result in (*first, *rest))
    proof.row("memory, MiB", *(f"{one.memory / (1 << 20):.1f}" for one in (before, after)))
    proof.row("open files", before.descriptors, after.descriptors)
    proof.row("child processes", before.children, after.children)
    proof.row("temporary files", before.files, after.files)
    if after.memory > before.memory + NOISE:
        proof.fail(f"memory grew by {(after.memory - before.memory) >> 10} KiB")
    for name in ("descriptors", "children", "files"):
        if getattr(after, name) > getattr(before, name):
            proof.fail(f"{name}: {getattr(before, name)} before, {getattr(after, name)} after")
    if not {"exit", "unsupported", "timeout"} <= set(ended) or "broken" in ended:
        proof.fail(f"the runs did not end in every way: {dict(ended)}")
    proof.notes.append(
        f"How the runs ended: {', '.join(f'{n} {how}' for how, n in ended.items())}."
    )
    return proof.finish(f"{options.runs} runs left no memory, file or process behind.")


if __name__ == "__main__":
    sys.exit(main())
