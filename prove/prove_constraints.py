"""Compare the constraint engine with `go list`, for every file of many packages and every target.

    python prove/prove_constraints.py --go go1.27.3 --modules

It takes the `go` on PATH, and the versions that `--go` names.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from report import Proof

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import golist
from crosswind.target import Target

CLAIM = """Every file that the go command knows by its ending, in every package of the standard library and the go
command, and in modules of others: the engine decides for all ports at once, with cgo and without. `go list -e` is asked
once for each of these; a file must be among those that it builds, or among those that it ignores, just as the engine
says. Files that Go leaves out for other reasons than constraints (C without cgo, package documentation) are known
by these."""


def modules(cache: Path) -> list[Path]:
    """Find the folders of modules in a module cache."""
    found = [
        path.parent for path in cache.rglob("go.mod") if "@" in str(path.parent.relative_to(cache))
    ]
    return sorted(
        path for path in found if "testdata" not in path.parts and "cache" not in path.parts
    )


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--go", action="append", default=["local"], help="one more version")
    parser.add_argument("--modules", action="store_true", help="those of the module cache, too")
    parser.add_argument("--most", type=int, default=60, help="modules to take at most")
    options = parser.parse_args()
    columns = ("packages of", "Go", "contexts", "packages", "files", "answers", "differing")
    proof = Proof("constraints", "Build constraints", CLAIM, columns)
    for chosen in options.go:
        os.environ["GOTOOLCHAIN"] = chosen
        version = said("env", "GOVERSION")
        ports = [Target(*line.split("/")) for line in said("tool", "dist", "list").split()]
        ways = [(port, cgo) for port in ports for cgo in (False, True)]
        source = Path(said("env", "GOROOT")) / "src"
        _compare(proof, "std, cmd", version, source, ["std", "cmd"], ways)
    if options.modules:
        # One context of each system and some machines, or this would take a day.
        chosen = {port.goos: port for port in reversed(ports)}
        some = [(port, port.goarch != "wasm") for port in chosen.values()]
        cache = Path(said("env", "GOMODCACHE"))
        for folder in modules(cache)[: options.most]:
            _compare(proof, str(folder.relative_to(cache)), version, folder, ["./..."], some)
    return proof.finish("No file differs.")


def said(*words: str) -> str:
    """Return what a go command prints, run outside of any module."""
    # A go.mod could choose another Go.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["go", *words], cwd=folder, capture_output=True, check=True, text=True
        )
    return done.stdout.strip()


def _compare(
    proof: Proof,
    name: str,
    version: str,
    folder: Path,
    patterns: list[str],
    ways: list[tuple[Target, bool]],
) -> None:
    try:
        listings = golist.list_all(folder, patterns, ways)
    except subprocess.CalledProcessError as error:
        proof.notes.append(f"{name}: go list ended with {error.returncode}")
        return
    packages = {place for listing in listings for place in listing.packages}
    count, wrong = golist.differences(listings)
    figures = (len(ways), len(packages), count, count * len(ways), len(wrong))
    proof.row(name, version, *(f"{figure:,}" for figure in figures))
    for one in wrong[:5]:
        proof.fail(one)


if __name__ == "__main__":
    sys.exit(main())
