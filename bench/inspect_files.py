"""`make bench`: how long `inspect` takes on large programs, as whole processes.

Real input: go-task v3.44.0 (26 MB) and Helm v3.19.0 (87 MB) for windows/amd64, with symbols and DWARF;
they are built by `go install` first, which takes minutes the first time.
    BENCH_ROUNDS=N   rounds (default 7)
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import ENVIRON, Contender, race

CROSSWIND = str(Path(sys.executable).with_name("crosswind"))
PROGRAMS = {
    "task": "github.com/go-task/task/v3/cmd/task@v3.44.0",
    "helm": "helm.sh/helm/v3/cmd/helm@v3.19.0",
}
# The promise: a program of 30 MB in a second.
PROMISE_MB, PROMISE_SECONDS = 30, 1.0


def build(work: Path, package: str, name: str) -> Path:
    """Build a published program for Windows below a folder of its own."""
    gopath = subprocess.run(["go", "env", "GOMODCACHE"], check=True, capture_output=True, text=True)
    env = {
        **ENVIRON, "GOENV": "off", "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0", "GOOS": "windows", "GOARCH": "amd64", "GOPATH": str(work),
        "GOMODCACHE": gopath.stdout.strip(), "GOBIN": "",
    }  # fmt: skip
    print(f"building {package} …", flush=True)
    subprocess.run(["go", "install", package], cwd=work, env=env, check=True)
    return work / "bin" / "windows_amd64" / f"{name}.exe"


def main() -> None:
    """Time the command as people use it, with everything as JSON, and Go's own lister of symbols."""
    rounds = int(os.environ.get("BENCH_ROUNDS", "7"))
    print(
        f"host: {platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, package in PROGRAMS.items():
            path = build(work, package, name)
            size = path.stat().st_size / 1e6
            plain = Contender("inspect", [CROSSWIND, "inspect", str(path)], work, ENVIRON)
            race(
                f"{name}.exe, {size:.0f} MB",
                [
                    plain,
                    Contender("inspect --json", [CROSSWIND, "inspect", "--json", str(path)], work, ENVIRON),
                    Contender("go tool nm -size", ["go", "tool", "nm", "-size", "-sort", "size", str(path)], work, ENVIRON),
                ],
                rounds,
            )  # fmt: skip
            scaled = statistics.median(plain.wall) * PROMISE_MB / size
            print(
                f"  at that rate {PROMISE_MB} MB take {scaled:.2f} s (at most {PROMISE_SECONDS:g})"
            )


if __name__ == "__main__":
    main()
