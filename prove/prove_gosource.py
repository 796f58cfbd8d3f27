"""Compare our reading of Go files with go/build's and go/parser's, for every file there is and many made ones.

    python prove/prove_gosource.py --go go1.27.3 --modules --count 500000

It takes the `go` on PATH, and the versions that `--go` names.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from report import Proof

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import gosource_made
from gosource_oracle import Oracle, differences

CLAIM = """Every file that ends in `.go` below GOROOT, test data included, and in the module cache, and files made at random,
most of them nearly sound: package, imports with names and positions, `//go:embed` patterns with positions, the text above
`import "C"`, `//go:…` comments above the package clause, mistakes with Go's wording and positions. Asked are `go/build`
(ImportDir on a folder with that one file) and `go/parser`. CPU time is ours alone."""

_AT_ONCE = 5000


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--go", action="append", default=["local"], help="one more version")
    parser.add_argument("--modules", action="store_true", help="the module cache, too")
    parser.add_argument("--count", type=int, default=100_000, help="files made at random")
    options = parser.parse_args()
    columns = ("files of", "Go", "files", "with mistakes", "megabytes", "CPU seconds", "differing")
    proof = Proof("gosource", "Heads of Go files", CLAIM, columns)
    for chosen in options.go:
        os.environ["GOTOOLCHAIN"] = chosen
        version = _said("GOVERSION")
        with tempfile.TemporaryDirectory() as folder:
            oracle = Oracle.build(Path(folder))
            _compare(proof, "GOROOT", version, oracle, _read(Path(_said("GOROOT"))))
            if options.modules:
                _compare(proof, "modules", version, oracle, _read(Path(_said("GOMODCACHE"))))
            _compare(proof, "chance", version, oracle, _made(options.count))
    return proof.finish("No file differs.")


def _said(name: str) -> str:
    # Outside of any module: a go.mod there could choose another Go.
    with tempfile.TemporaryDirectory() as folder:
        argv = ["go", "env", name]
        done = subprocess.run(argv, cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def _read(root: Path) -> Iterator[tuple[str, bytes]]:
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            path = Path(folder, name)
            if name.endswith(".go") and path.is_file():
                yield str(path.relative_to(root)), path.read_bytes()


def _made(count: int) -> Iterator[tuple[str, bytes]]:
    dice = random.Random(1)
    for number in range(count):
        yield f"number {number}", gosource_made.file(dice)


def _compare(
    proof: Proof, name: str, version: str, oracle: Oracle, files: Iterator[tuple[str, bytes]]
) -> None:
    count = size = mistaken = differing = 0
    seconds = 0.0
    while part := [one for _, one in zip(range(_AT_ONCE), files, strict=False)]:
        answers = oracle.texts([data for _, data in part])
        for (path, data), answer in zip(part, answers, strict=True):
            began = time.process_time()
            wrong = differences(data, answer)
            seconds += time.process_time() - began
            count, size = count + 1, size + len(data)
            mistaken += bool(answer["Errors"] or answer["Unread"])
            if wrong:
                differing += 1
                proof.fail(f"{path}: {wrong[0]}")
    proof.row(
        name,
        version,
        f"{count:,}",
        f"{mistaken:,}",
        f"{size / 1e6:,.0f}",
        f"{seconds:.1f}",
        differing,
    )


if __name__ == "__main__":
    sys.exit(main())
