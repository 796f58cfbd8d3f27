"""Fuzz every reader of executables and resources, the checks on top, and resource scripts.

    python prove/prove_fuzz.py --count 200000 --jobs 2

`fuzz_readers.py` and its neighbours say how inputs are made; here its campaigns run side by side and are summed up.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import fuzz_contents
import fuzz_inspect
import fuzz_loader
import fuzz_parsers
import fuzz_scripts
from fuzz_parsers import PARSERS
from fuzz_readers import LIMIT, READERS, Result, campaign
from fuzz_seeds import go_programs, made_files
from report import Proof

from crosswind.target import Target
from crosswind.verify import Expectation, verify_file

CLAIM = f"""Damaged programs are read by each reader, which is asked for everything it can tell. It may refuse
an input with a FormatError; any other exception is a crash, and so is more than {LIMIT:g} s of CPU time for one
input. "rejected" are inputs that could not even be opened. `verify` stands for all that `crosswind verify` does:
the file is written, mapped, its format detected, and every check run, on programs of all formats in turn; there
nothing may be raised at all; `inspect` likewise, with every part as text, JSON and page. Mutated are programs of Go
and small made files with rarer tables, in the bytes that their reader looks at; equal counts give equal inputs. "scripts" are resource scripts, cut up and put together anew
at their tokens; "rejected" are those with mistakes. The other rows are what reads and writes parts of programs and
files beside them; "patch" must also find in its output what it put in, and give the same bytes a second time.
Icons, version information, manifests, string tables and the JSON of other tools must be read, or refused with an error
for the user; what was read is written and read once more. "emulator's loader" puts programs into the memory of an emulated process. "icon source" makes an icon and a contact sheet of images of
all kinds."""

# Inputs of one campaign: long enough that preparing the programs does not count.
CHUNK = 10_000
SCRIPTS = "scripts"
INSPECT = "inspect"
LOADER = "emulator's loader"
# `inspect` reads and draws all of a file, which takes tens of milliseconds: it gets fewer.
INSPECT_SHARE = 20

# Everything that can be asked of a program, so that no check is left out for want of a question.
EXPECTED = Expectation(
    target=Target("windows", "amd64"),
    cgo=False,
    tags=("netgo",),
    trimpath=True,
    buildmode="exe",
    gui=False,
    go_version="1.27.3",
    program="example.com/hello",
    module="example.com/hello",
    module_version="v1.0.0",
    vcs_modified=False,
    vcs_revision="0123456789abcdef",
    strip_symbols=False,
    strip_dwarf=False,
    variables=(("main.version", "1.0.0"), ("runtime.buildVersion", "go1.27.3")),
    pgo=False,
    glibc="2.17",
    traces=(("home directory", "/home/somebody/"), ("user name", "somebody")),
    signed=True,
)


@dataclass(frozen=True)
class Part:
    """A campaign: what is asked (a reader's name, or verify), of which format, with how much."""

    asked: str
    reader: str
    count: int
    seed: int

    def run(self) -> Result:
        """Run it."""
        if self.asked == SCRIPTS:
            return fuzz_scripts.campaign(self.count, self.seed)
        if self.asked == LOADER:
            return fuzz_loader.campaign(self.asked, self.count, self.seed)
        if self.asked in PARSERS:
            return fuzz_parsers.campaign(PARSERS[self.asked], self.count, self.seed)
        if self.asked in fuzz_contents.PARSERS:
            return fuzz_contents.campaign(self.asked, self.count, self.seed)
        reader = READERS[self.reader]
        seeds = go_programs(reader.builds) + made_files(self.reader)
        if self.asked not in ("verify", INSPECT):
            return campaign(reader, seeds, self.count, self.seed)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "program"

            def ask(data: memoryview, *, thorough: bool) -> None:
                path.write_bytes(data)
                if self.asked == INSPECT:
                    fuzz_inspect.everything(path)
                else:
                    verify_file(path, EXPECTED if thorough or self.seed % 2 else None)

            return campaign(reader, seeds, self.count, self.seed, ask)


def parts(count: int) -> list[Part]:
    """Share out the inputs of each reader, and those of `verify` among all readers' programs."""
    shares = [(name, name, count) for name in READERS]
    shares += [("verify", name, math.ceil(count / len(READERS))) for name in READERS]
    shares += [(INSPECT, name, math.ceil(count / len(READERS) / INSPECT_SHARE)) for name in READERS]
    shares += [(name, name, count) for name in (SCRIPTS, LOADER, *PARSERS, *fuzz_contents.PARSERS)]
    return [
        Part(asked, reader, min(CHUNK, share - start), start // CHUNK + 1)
        for asked, reader, share in shares
        for start in range(0, share, CHUNK)
    ]


def describe(proof: Proof, asked: str, results: list[Result]) -> None:
    """Add one row, from all campaigns of one kind."""
    times = sorted(seconds * 1000 for result in results for seconds in result.seconds)
    crashes = [crash for result in results for crash in result.crashes]
    rejected = sum(result.rejected for result in results)
    p999 = times[int(len(times) * 0.999)]
    figures = (f"{value:.2f}" for value in (statistics.median(times), p999, times[-1]))
    proof.row(asked, f"{len(times):,}", f"{rejected:,}", len(crashes), *figures)
    for report, data in crashes[:10]:
        print(report, file=sys.stderr)
        proof.fail(f"{asked}, an input of {len(data)} bytes: {report.strip().splitlines()[-1]}")
    if asked in ("verify", INSPECT) and rejected:
        proof.fail(f"{asked} raised FormatError {rejected} times")


def main() -> int:
    """Run all campaigns and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=200_000, help="inputs for each reader")
    parser.add_argument("--jobs", type=int, default=2, help="campaigns at a time")
    options = parser.parse_args()
    proof = Proof(
        "fuzz",
        "Fuzzed readers",
        CLAIM,
        ("what", "inputs", "rejected", "crashes", "median ms", "99.9 % below ms", "slowest ms"),
    )
    for reader in READERS.values():
        go_programs(reader.builds)  # once, before several want them
    todo = parts(options.count)
    results: dict[str, list[Result]] = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        for number, (part, result) in enumerate(
            zip(todo, pool.map(Part.run, todo), strict=True), 1
        ):
            print(
                f"[{number}/{len(todo)}] {part.asked} {part.reader}: {result.count} inputs,"
                f" {len(result.crashes)} crashes, slowest {result.slowest * 1000:.1f} ms",
                flush=True,
            )
            results.setdefault(part.asked, []).append(result)
    for asked, found in results.items():
        describe(proof, asked, found)
    total = sum(result.count for found in results.values() for result in found)
    return proof.finish(f"No crash and no input above {LIMIT:g} s in {total:,} inputs.")


if __name__ == "__main__":
    sys.exit(main())
