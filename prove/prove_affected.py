"""Compare what `crosswind affected` tells of random changes with the files that the go command reads.

python prove/prove_affected.py --rounds 60
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from report import Proof

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import affected_truth
import gomodules
from crosswind.target import Target

CLAIM = """Copies of public modules as git repositories. In each round up to three files are changed at random: edited,
removed, renamed to another system's name, given a `//go:build` line, or joined by a new file. `go list -deps -test` says
before and after which files each program and each package's tests read, for each target. Where that differs, `affected`
must name the program or the tests with this target (else it is missed); what it names without need is counted."""
MODULES = (
    "filippo.io/age@v1.3.2",
    "github.com/mikefarah/yq/v4@v4.45.4",
    "golang.org/x/sys@v0.34.0",
    "golang.org/x/term@v0.34.0",
    "golang.org/x/net@v0.57.0",
)
TARGETS = (Target("linux", "amd64"), Target("windows", "amd64"), Target("darwin", "arm64"))


def main() -> int:
    """Change, ask, compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=200, help="for each module")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.update(GOENV="off", GOFLAGS="", GOPROXY="off")
    version = (
        gomodules.go(Path(tempfile.gettempdir()), "env", "GOVERSION")[1].strip().removeprefix("go")
    )
    columns = ("module", "rounds", "touched", "missed", "named without need")
    proof = Proof("affected", "What changes touch", CLAIM, columns, version)
    cache = Path(gomodules.go(Path(tempfile.gettempdir()), "env", "GOMODCACHE")[1].strip())
    for name in MODULES:
        if (cache / name).is_dir():
            _try(proof, name, cache / name, options.rounds, options.seed)
        else:
            proof.notes.append(f"{name} is not in the module cache.")
    return proof.finish("Nothing is missed.")


def _try(proof: Proof, name: str, source: Path, rounds: int, seed: int) -> None:
    touched, missed, needless = 0, list[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve() / "module"
        place.mkdir()
        affected_truth.repository(source, place)
        trial = affected_truth.Trial(place, TARGETS, seed)
        for _ in range(rounds):
            outcome = trial.round()
            touched += outcome.touched
            needless += len(outcome.needless)
            missed += [f"{one} after {'; '.join(outcome.done)}" for one in outcome.missed]
    proof.row(name, rounds, f"{touched:,}", len(missed), needless)
    for one in missed[:5]:
        proof.fail(f"{name}: {one}")


if __name__ == "__main__":
    sys.exit(main())
