"""greet of every port, run here by whatever runs it.

    python prove/prove_runners.py

Levels count, too: a program that was built for a larger instruction set must get a processor that has it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from commands import GO, crosswind, environment
from report import ROOT, Proof

# The first and the last level of every architecture that has some, beside the default ones.
LEVELS = (
    "linux/386/softfloat", "linux/amd64/v2", "linux/amd64/v3", "linux/arm/5", "linux/arm/7,softfloat",
    "linux/arm64/v9.0,lse,crypto", "linux/mips/softfloat", "linux/mipsle/softfloat",
    "linux/mips64/softfloat", "linux/mips64le/softfloat", "linux/ppc64/power10", "linux/ppc64le/power9",
    "linux/ppc64le/power10", "linux/riscv64/rva22u64", "linux/riscv64/rva23u64",
    "wasip1/wasm/satconv,signext", "windows/amd64/v3",
)  # fmt: skip
GREETING, NAME = "こんにちは、世界さん！\n", "世界"  # noqa: RUF001 - what greet says
UNKNOWN = 'greet: no greeting in "tlh"'
# The status of crosswind run itself where it has no runner.
NO_RUNNER = 127

CLAIM = f"""`crosswind build -t all --go {GO}` makes `examples/greet` for every port, and for levels of instruction sets
above the default. Each program is run by `crosswind run --clean-env --json FILE`, with the runner that is chosen: it must
greet in Japanese with status 0, and refuse an unknown language on standard error with status 2. What no runner here
runs is listed with the reason. Seconds are wall time of the program under its runner, on a machine shared with other
work."""


def main() -> int:
    """Build all, run what can run, write the table."""
    proof = Proof(
        "runners",
        "greet of every port, run here",
        CLAIM,
        ("target", "runner", "greets", "refuses", "seconds"),
        go=GO,
    )
    ran = 0
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "greet"
        shutil.copytree(ROOT / "examples/greet", project, ignore=shutil.ignore_patterns("dist"))
        config = project / "crosswind.yaml"
        config.write_text(
            config.read_text("utf-8").replace("smoke: -version", "smoke: false"), "utf-8"
        )
        levels = [word for level in LEVELS for word in ("-t", level)]
        document = crosswind(project, "build", "-t", "all", *levels, "--go", GO)
        for artifact in document["artifacts"]:
            if artifact["outcome"] == "built":
                ran += prove(proof, artifact["target"], project / artifact["path"])
    return proof.finish(
        f"All {ran} programs that have a runner here greet and refuse as they should."
    )


def prove(proof: Proof, target: str, program: Path) -> bool:
    """Run one program twice; whether something here ran it."""
    status, greeted = run(program, "-lang", "ja", NAME)
    if status == NO_RUNNER:
        (finding,) = greeted["findings"]
        # Lines that name a remedy are about runners that could do it.
        lacking = (line for line in finding["hint"].splitlines() if "; " in line)
        proof.row(target, "none", next(lacking, "no runner has this system"), "", "")
        return False
    refused_status, refused = run(program, "-lang", "tlh")
    greets = (status, greeted["stdout"], greeted["stderr"]) == (0, GREETING, "")
    refuses = (refused_status, refused["stdout"]) == (2, "") and refused["stderr"].startswith(
        UNKNOWN
    )
    # The version of the host itself is no matter of the proof.
    by = greeted["runner"]
    by += f" {greeted['version']}" if by != "native" else ""
    seconds = f"{greeted['usage']['wall']:.2f}"
    proof.row(
        target, by, "yes" if greets else status, "yes" if refuses else refused_status, seconds
    )
    if not (greets and refuses):
        proof.fail(f"{target} by {by}: {greeted['message'] or greeted['stderr'][:200]}")
    return True


def run(program: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Run a program; its status and the document."""
    argv = [sys.executable, "-m", "crosswind", "run", "--clean-env", "--json", "--timeout", "120"]
    done = subprocess.run(
        [*argv, program, "--", *arguments],
        capture_output=True,
        env=environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, document


if __name__ == "__main__":
    sys.exit(main())
