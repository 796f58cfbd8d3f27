"""`make bench`: builds where nothing changed, and where one file for one system did.

Real input: filippo.io/age v1.3.2, its two main programs, Go 1.27.3; for six targets and for all that need no C.
    BENCH_ROUNDS=N   rounds (default 7)
    BENCH_PEERS=1    GoReleaser takes part for six targets; it is built by `go install` first (minutes)

Loops of `go build` are written in two ways: a command for each target and program, as most people write
them, and a command for each target with both programs, which costs half of that. Ratios are to the latter.
"""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from build import CROSSWIND, ENV, GO, PROGRAMS, TARGETS, goreleaser, plain_loop, source_tree
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


def loops(
    name: str, targets: Sequence[str], tree: Path, edit: Path | None = None
) -> list[Contender]:
    """`go build` in a loop over targets: each program by itself, and both in one command."""
    found = []
    for groups in ([[program] for program in PROGRAMS], [PROGRAMS]):
        number = len(groups) * len(targets)
        words = plain_loop(tree, f"{name}-loop-{number}", groups, targets)
        found.append(
            Contender(f"go build, {number} commands", words, tree, ENV, lambda: touch(edit))
        )
    return found


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
            [*found, *loops("six", TARGETS, tree)],
            rounds,
        )
        windows = tree / "cmd" / "age" / "bench_windows.go"
        windows.write_text("package main\n")
        edited = [ours("six", TARGETS, tree, windows), *loops("six", TARGETS, tree, windows)]
        race(f"one file for Windows edited, {len(TARGETS)} targets", edited, rounds)
        windows.unlink()
        every = every_target(tree)
        race(
            f"nothing changed, {len(every)} targets",
            [ours("all", every, tree), *loops("all", every, tree)],
            rounds,
        )


if __name__ == "__main__":
    main()
