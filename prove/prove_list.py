"""Compare `crosswind list` with `go list -e -json`, field by field, package by package, target by target.

    python prove/prove_list.py --go go1.27.3 --modules

It takes the `go` on PATH, and the versions that `--go` names.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from prove_constraints import modules, said
from report import Proof

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import listoracle
from crosswind.target import Target

CLAIM = f"""Every package of the standard library and the go command for every port, with cgo and without, and every
package of modules of others for one port of each GOOS, with cgo on and off by turns: `go list -e -json` is asked
once for each of these, and crosswind for all at once, twice: the second answer comes from what the first one left.
They must list the same packages, and in each the same {len(listoracle.FIELDS)} fields in the same order:
{", ".join(listoracle.FIELDS)}; of `Module` what docs/commands/list.md names; and whether there is an error, and in
which line if both name one."""

# So many contexts at a time: what Go says of all of them would fill the memory.
_AT_ONCE = 16


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--go", action="append", default=["local"], help="one more version")
    parser.add_argument("--modules", action="store_true", help="those of the module cache, too")
    parser.add_argument("--most", type=int, default=60, help="modules to take at most")
    parser.add_argument("--minutes", type=float, default=600, help="begin no module after so many")
    parser.add_argument("--only", default="", help="modules whose folder has this in its name")
    options = parser.parse_args()
    end = time.monotonic() + 60 * options.minutes
    columns = ("packages of", "Go", "contexts", "packages", "answers", "differing")
    proof = Proof("list", "Lists of packages", CLAIM, columns)
    for chosen in options.go:
        os.environ["GOTOOLCHAIN"] = chosen
        version = said("env", "GOVERSION")
        goroot = Path(said("env", "GOROOT"))
        ports = [Target(*line.split("/")) for line in said("tool", "dist", "list").split()]
        ways = [(port, cgo) for port in ports for cgo in (False, True)]
        if not options.only:
            _compare(proof, ("std, cmd", version), goroot / "src", ["std", "cmd"], ways, goroot)
    if options.modules:
        systems = {port.goos: port for port in reversed(ports)}
        some = [(port, bool(number % 2)) for number, port in enumerate(systems.values())]
        cache = Path(said("env", "GOMODCACHE"))
        found = [one for one in modules(cache) if options.only in str(one)]
        for number, folder in enumerate(found[: options.most]):
            if time.monotonic() > end:
                proof.notes.append(
                    f"In the time given {number} of {len(found)} modules were taken."
                )
                break
            name = str(folder.relative_to(cache))
            _compare(proof, (name, version), folder, ["./..."], some, goroot)
    return proof.finish("No field differs.")


def _compare(
    proof: Proof,
    title: tuple[str, str],
    folder: Path,
    patterns: Sequence[str],
    ways: Sequence[tuple[Target, bool]],
    goroot: Path,
) -> None:
    packages: set[str] = set()
    answers, wrong = 0, []
    for start in range(0, len(ways), _AT_ONCE):
        try:
            theirs = listoracle.ask(folder, patterns, ways[start : start + _AT_ONCE])
        except subprocess.CalledProcessError as error:
            proof.notes.append(f"{title[0]}: go list ended with {error.returncode}")
            return
        for _ in ("made of the files", "kept from that"):
            mine = listoracle.ours(folder, patterns, theirs, goroot)
            wrong += listoracle.differences(theirs, mine)
        packages |= {path for one in theirs for path in one.packages}
        answers += sum(len(one.packages) for one in theirs) * len(listoracle.FIELDS)
    figures = (len(ways), len(packages), answers, len(wrong))
    proof.row(*title, *(f"{figure:,}" for figure in figures))
    for one in wrong[:8]:
        proof.fail(one[:600])


if __name__ == "__main__":
    sys.exit(main())
