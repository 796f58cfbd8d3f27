"""`make bench`: debug data out of large programs, against GNU's objcopy where it does the same.

    BENCH_ROUNDS=N   rounds of each race (default 7)

Input: the go command itself, built for three systems, 20 MB each. objcopy takes two calls for a Linux
program; it leaves programs for Windows that do not load, and does not know those for macOS.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import ENVIRON, Contender, race

CROSSWIND = str(Path(sys.executable).with_name("crosswind"))
ENV = ENVIRON | {"GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
TARGETS = ("linux/amd64", "windows/amd64", "darwin/arm64")


def build(work: Path, target: str) -> Path:
    """Build the go command for a target."""
    goos, _, goarch = target.partition("/")
    path = work / f"go_{goos}"
    env = ENV | {"GOOS": goos, "GOARCH": goarch}
    subprocess.run(["go", "build", "-trimpath", "-o", path, "cmd/go"], env=env, check=True)
    return path


def main() -> int:
    """Run the races."""
    rounds = int(os.environ.get("BENCH_ROUNDS", "7"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for target in TARGETS:
            program = build(work, target)
            ours = [CROSSWIND, "split", str(program), "-o", str(work / "out")]
            contenders = [Contender("crosswind split", ours, work, ENV)]
            if target.startswith("linux/") and shutil.which("objcopy"):
                theirs, name = work / "theirs", shlex.quote(str(program))
                theirs.mkdir(exist_ok=True)
                debug = f"{theirs}/{program.name}.debug"
                script = (
                    f"objcopy --only-keep-debug {name} {debug} && objcopy --strip-all "
                    f"--add-gnu-debuglink={debug} {name} {theirs}/{program.name}"
                )
                contenders.append(Contender("objcopy", ["sh", "-c", script], work, ENV))
            size = program.stat().st_size / 1e6
            race(f"split a program of {size:.0f} MB for {target}", contenders, rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
