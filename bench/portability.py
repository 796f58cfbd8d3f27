"""`make bench`: `portability` for all targets of a large module, as whole processes, against `go list`.

Real input: k8s.io/client-go v0.34.0, 384 packages that need 480 more; and, for memory, the same module with
two copies of itself inside, 6,900 Go files. `go list -deps` tells imports for one target at a time, and nothing of
names.
    BENCH_ROUNDS=N   rounds (default 5)
"""

from __future__ import annotations

import itertools
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import ENVIRON, Contender, race

CROSSWIND = str(Path(sys.executable).with_name("crosswind"))
MODULE = "k8s.io/client-go@v0.34.0"
# The promises in seconds, for 300 packages and 47 targets: with nothing changed; in a module never seen, with the
# tables of what it needs there; and with nothing there at all. And in megabytes, for a module of 5,000 files.
PACKAGES = 300
PROMISES = {"warm": 0.25, "fresh, tables built": 0.8, "nothing there": 15.0}
MEMORY = 200


def copy(work: Path) -> Path:
    """Copy the module out of the module cache, and fetch what it needs."""
    said = subprocess.run(
        ["go", "mod", "download", "-json", MODULE], cwd=work, check=True, capture_output=True
    )
    folder = work / "module"
    shutil.copytree(json.loads(said.stdout)["Dir"], folder, copy_function=shutil.copyfile)
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    print(f"fetching what {MODULE} needs …", flush=True)
    subprocess.run(["go", "mod", "download"], cwd=folder, check=True)
    return folder


def change(folder: Path, number: int) -> None:
    """Give every file of the module another content, as if none had been seen before."""
    for path in folder.rglob("*.go"):
        text = path.read_text("utf-8").partition("\n// bench ")[0].rstrip("\n")
        path.write_text(f"{text}\n// bench {number}\n", "utf-8")


def count(words: list[str], folder: Path, env: dict[str, str]) -> int:
    """Return how many packages the command tells of."""
    said = subprocess.run([*words, "--json"], cwd=folder, env=env, check=True, capture_output=True)
    return len(json.loads(said.stdout)["packages"])


def double(folder: Path) -> int:
    """Put two copies of a module inside, and return how many Go files there are then."""
    names = [path for path in folder.iterdir() if path.name not in ("go.mod", "go.sum")]
    for copy_ in ("one", "two"):
        for path in names:
            place = folder / "copies" / copy_ / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if path.is_dir() else shutil.copyfile)(path, place)
    return sum(1 for _ in folder.rglob("*.go"))


def main() -> None:
    """Time the command in its three states, and the loop."""
    rounds = int(os.environ.get("BENCH_ROUNDS", "5"))
    print(
        f"host: {platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folder = copy(work)
        cache = work / "cache"
        numbers = itertools.count()
        plain = {**ENVIRON, "GOFLAGS": "-mod=readonly"}
        env = {**plain, "CROSSWIND_CACHE": str(cache)}
        words = [CROSSWIND, "portability", "-q", "--offline"]
        loop = (
            "for target in $(go tool dist list); do"
            " GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 go list -e -deps ./...; done"
        )

        def run() -> None:
            subprocess.run(words, cwd=folder, env=env, check=True, capture_output=True)

        def renew() -> None:
            change(folder, next(numbers))

        def forget() -> None:
            shutil.rmtree(cache, ignore_errors=True)

        contenders = [
            Contender("warm", words, folder, env, run),
            Contender("fresh, tables built", words, folder, env, renew),
            Contender("nothing there", words, folder, env, forget),
            Contender("go list -deps, a loop", ["sh", "-c", loop], folder, plain),
        ]
        packages = count(words, folder, env)
        race(f"{MODULE}, {packages} packages, 47 targets", contenders, rounds)
        for one in contenders:
            if one.name in PROMISES:
                share = statistics.median(one.wall) * PACKAGES / packages
                print(
                    f"  {one.name}: {share:.3f} s for {PACKAGES} packages; promised {PROMISES[one.name]} s"
                )
        files = double(folder)
        large = [
            Contender("nothing there", words, folder, env, forget),
            Contender("fresh, tables built", words, folder, env, renew),
        ]
        race(f"the same with {files} Go files; promised {MEMORY} MB for 5000", large, 1, warm=False)


if __name__ == "__main__":
    main()
