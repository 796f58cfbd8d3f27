"""Build in several checkouts that share a store, in every disorder, and compare with plain `go build`.

    python prove/prove_store.py --steps 600 --seed 1

A step does one thing that happens to checkouts, stores or builds, then builds; equal seeds, equal steps.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from commands import GO, crosswind, environment, go, sha256
from report import Proof

CLAIM = """Three checkouts of one small program share a store that is too small for all that is built. At each step
one of them changes in a way that was drawn: sources of the same size and time come and go, results are edited or
deleted, the store is damaged, a build is killed, two builds run at once, sources change and change back while go
compiles. Then it is built, and its program must be that of plain `go build` for the sources as they are. A build
that fails, or a program that differs, speaks against the store."""

TARGET = "linux/amd64"
VARIANTS = 8
LIBRARY = 'package lib\n\nconst Text = "variant %d"\n'
FILES = {
    "go.mod": "module example.com/app\n\ngo 1.24\n",
    "main.go": 'package main\n\nimport "example.com/app/lib"\n\nfunc main() { println(lib.Text) }\n',
    "crosswind.yaml": "buildvcs: false\n",
}


class Lab:
    """Three checkouts, their store, and what plain go makes of each variant."""

    def __init__(self, base: Path, seed: int) -> None:
        self.base = base
        self.chance = random.Random(seed)
        self.places = [base / f"place{number}" for number in range(3)]
        self.env = {
            "CROSSWIND_CACHE": str(base / "cache"),
            "CROSSWIND_STORE_LIMIT": "9MB",
            "GOFLAGS": "-buildvcs=false",
        }
        for place in self.places:
            (place / "lib").mkdir(parents=True)
            for name, text in FILES.items():
                (place / name).write_text(text)
            self.write(place, 0)
        self.truth = {number: self._plain(number) for number in range(VARIANTS)}

    def write(self, place: Path, number: int) -> None:
        """Take one of the variants, all of one size."""
        (place / "lib/lib.go").write_text(LIBRARY % number)

    def _plain(self, number: int) -> str:
        place = self.places[0]
        self.write(place, number)
        program = self.base / "plain"
        settings = {"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0"}
        go(place, "build", "-trimpath", "-o", program, ".", **settings, GOFLAGS="-buildvcs=false")
        return sha256(program)

    def variant(self, place: Path) -> int:
        """Return which variant a checkout holds."""
        text = (place / "lib/lib.go").read_text()
        return int(text.split("variant ")[1][0])

    def start(self, place: Path) -> subprocess.Popen[bytes]:
        """Begin to build."""
        argv = [sys.executable, "-m", "crosswind", "build", "-q", "--go", GO, "-t", TARGET]
        return subprocess.Popen(
            argv, cwd=place, env=environment(**self.env), start_new_session=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def build(self, place: Path) -> tuple[str, str]:
        """Build; return the outcome, and what is wrong."""
        document = crosswind(place, "build", "-q", "--go", GO, "-t", TARGET, **self.env)
        wanted = self.truth[self.variant(place)]
        if not document["ok"]:
            return "failed", str(document["findings"])
        (artifact,) = document["artifacts"]
        if sha256(place / "dist/app_linux_amd64/app") != wanted or artifact["sha256"] != wanted:
            return artifact["outcome"], f"stale: {artifact}"
        return artifact["outcome"], ""


def another_variant(lab: Lab, place: Path) -> None:
    """The sources are another commit's."""
    lab.write(place, lab.chance.randrange(VARIANTS))


def same_size_and_time(lab: Lab, place: Path) -> None:
    """The sources change, their size and time do not."""
    path = place / "lib/lib.go"
    seen = path.stat()
    if lab.chance.random() < 0.5:
        path.unlink()
    lab.write(place, lab.chance.randrange(VARIANTS))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def from_the_past(lab: Lab, place: Path) -> None:
    """The sources are older than anything that was built, as after the clock was set back."""
    lab.write(place, lab.chance.randrange(VARIANTS))
    for path in (place / "lib/lib.go", place / "lib"):
        os.utime(path, (1, 1))


def no_results(_lab: Lab, place: Path) -> None:
    """The results are deleted."""
    shutil.rmtree(place / "dist", ignore_errors=True)


def edited_results(_lab: Lab, place: Path) -> None:
    """A result is edited in place, its time set back."""
    path = place / "dist/app_linux_amd64/app"
    if path.exists():
        seen = path.stat()
        with path.open("r+b") as stream:
            stream.write(b"edited")
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def damaged_store(lab: Lab, place: Path) -> None:
    """Files of the store are cut off, changed or gone, and the results deleted."""
    no_results(lab, place)
    for path in sorted((lab.base / "cache/store").rglob("*")):
        if path.is_file() and lab.chance.random() < 0.3:
            path.chmod(0o644)
            how, data = lab.chance.randrange(3), bytearray(path.read_bytes())
            if how == 0:
                path.unlink()
            elif how == 1:
                path.write_bytes(data[: len(data) // 2])
            elif data:
                data[lab.chance.randrange(len(data))] ^= 1
                path.write_bytes(data)


def killed_build(lab: Lab, place: Path) -> None:
    """A build of other sources is killed."""
    another_variant(lab, place)
    running = lab.start(place)
    time.sleep(lab.chance.random())
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def two_at_once(lab: Lab, place: Path) -> None:
    """All checkouts build the same at once."""
    number = lab.chance.randrange(VARIANTS)
    running = []
    for one in lab.places:
        lab.write(one, number)
        running.append(lab.start(one))
    for process in running:
        process.wait()
    del place


def there_and_back(lab: Lab, place: Path) -> None:
    """The sources change while it builds, and change back."""
    number = lab.variant(place)
    no_results(lab, place)
    running = lab.start(place)
    while running.poll() is None:
        lab.write(place, lab.chance.randrange(VARIANTS))
        time.sleep(0.02)
    lab.write(place, number)


STEPS: tuple[Callable[[Lab, Path], None], ...] = (
    another_variant, same_size_and_time, from_the_past, no_results, edited_results, damaged_store,
    killed_build, two_at_once, there_and_back,
)  # fmt: skip


def main() -> int:
    """Take the steps, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    columns = ("what happens", "steps", "built", "cached", "restored", "wrong")
    proof = Proof("store", "The store never serves what is stale", CLAIM, columns, go=GO)
    seen: dict[str, Counter[str]] = {step.__name__: Counter() for step in STEPS}
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder), options.seed)
        for number in range(options.steps):
            step, place = STEPS[number % len(STEPS)], lab.chance.choice(lab.places)
            step(lab, place)
            outcome, wrong = lab.build(place)
            seen[step.__name__][outcome] += 1
            if wrong:
                seen[step.__name__]["wrong"] += 1
                proof.fail(f"step {number}, {step.__name__}: {wrong}")
    for step in STEPS:
        found = seen[step.__name__]
        what = (step.__doc__ or "").rstrip(".")
        total = sum(found[name] for name in ("built", "cached", "restored", "failed"))
        proof.row(what, total, *(found[name] for name in ("built", "cached", "restored", "wrong")))
    return proof.finish(f"{options.steps} builds, each with the program of plain go build.")


if __name__ == "__main__":
    sys.exit(main())
