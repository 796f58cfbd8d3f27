"""`make bench`: builds where nothing changed, and where one file for one system did.

Real input: filippo.io/age v1.3.2, its two main programs, Go 1.27.3; for six targets and for all that need no C.
    BENCH_ROUNDS=N   rounds (default 7)
    BENCH_PEERS=1    GoReleaser takes part for six targets; it is built by `go install` first (minutes)
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from build import CROSSWIND, ENV, GO, PROGRAMS, TARGETS, goreleaser, source_tree
from timing import Contender, race


def every_target(tree: Path) -> list[str]:
    """List the targets that crosswind builds without a C compiler."""
    words = [CROSSWIND, "build", "--dry-run", "--go", GO, "-t", "all", *PROGRAMS]
    done = subprocess.run(words, cwd=tree, env=ENV, check=True, capture_output=True, text=True)
    pairs = [line.split() for line in done.stdout.splitlines() if " GOOS=" in line]
    values = [dict(word.split("=", 1) for word in line if "=" in word) for line in pairs]
    return list(dict.fromkeys(f"{value['GOOS']}/{value['GOARCH']}" for value in values))


def ours(name: str, targets: Sequence[str], tree: Path, edit: Path | None = None) -> Contender:
    """`crosswind build`; with a file to edit before each run."""
    chosen = ",".join(targets)
    words = [CROSSWIND, "build", "-q", "--go", GO, "-t", chosen, "-o", f"dist/{name}", *PROGRAMS]
    return Contender("crosswind build", words, tree, ENV, lambda: touch(edit))


def loop(name: str, targets: Sequence[str], tree: Path, edit: Path | None = None) -> Contender:
    """`go build` in a loop over targets, both programs in each command."""
    lines = [
        f"GOOS={goos} GOARCH={goarch} CGO_ENABLED=0 go build -trimpath"
        f" -o dist/{name}/{goos}_{goarch}/ {' '.join(PROGRAMS)}"
        for goos, goarch in (target.split("/") for target in targets)
    ]
    script = tree / "dist" / f"{name}.sh"
    script.parent.mkdir(exist_ok=True)
    script.write_text("set -e\n" + "\n".join(lines) + "\n")
    return Contender(
        f"go build, {len(lines)} commands", ["sh", str(script)], tree, ENV, lambda: touch(edit)
    )


def touch(path: Path | None) -> None:
    """Change a text in a file, to one that it never had."""
    if path:
        text = path.read_text().partition("\n// bench")[0]
        number = int.from_bytes(os.urandom(6))
        path.write_text(
            f'{text}\n// bench\nvar bench = "{number}"\n\nfunc init() {{ println(bench) }}\n'
        )


def main() -> None:
    """Run every race on one source tree."""
    rounds = int(os.environ.get("BENCH_ROUNDS", "7"))
    print(
        f"host: {platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tree = source_tree(work)
        found = [ours("six", TARGETS, tree)]
        if os.environ.get("BENCH_PEERS"):
            found.append(Contender("goreleaser build", goreleaser(tree, work), tree, ENV))
        race(
            f"nothing changed, {len(TARGETS)} targets",
            [*found, loop("six-loop", TARGETS, tree)],
            rounds,
        )
        windows = tree / "cmd" / "age" / "bench_windows.go"
        windows.write_text("package main\n")
        edited = [ours("six", TARGETS, tree, windows), loop("six-loop", TARGETS, tree, windows)]
        race(f"one file for Windows edited, {len(TARGETS)} targets", edited, rounds)
        windows.unlink()
        every = every_target(tree)
        race(
            f"nothing changed, {len(every)} targets",
            [ours("all", every, tree), loop("all-loop", every, tree)],
            rounds,
        )


if __name__ == "__main__":
    sys.exit(main())
