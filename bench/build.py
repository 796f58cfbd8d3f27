"""`make bench`: start-up, size, cold and unchanged builds, verification.

Real input: filippo.io/age v1.3.2, its two main programs for six targets, Go 1.27.3.
    BENCH_ROUNDS=N   rounds of the quick races (default 7)
    BENCH_COLD=N     rounds of the cold builds (default 2; each takes minutes; 0 leaves them out)
    BENCH_PEERS=1    GoReleaser takes part; it is built by `go install` first (minutes)
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from timing import ENVIRON, Contender, race

ROOT = Path(__file__).parent.parent
GO = "1.27.3"
MODULE = "filippo.io/age@v1.3.2"
PROGRAMS = ("./cmd/age", "./cmd/age-keygen")
TARGETS = (
    "windows/amd64", "windows/arm64", "linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64",
)  # fmt: skip
CROSSWIND = str(Path(sys.executable).with_name("crosswind"))
PEER = "github.com/goreleaser/goreleaser/v2@v2.13.3"

ENV = {**ENVIRON, "GOENV": "off", "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": f"go{GO}"}


def source_tree(work: Path) -> Path:
    """Copy age's sources out of the module cache, under git as a release would be."""
    listed = subprocess.run(
        ["go", "mod", "download", "-json", MODULE],
        cwd=work, env=ENV, check=True, capture_output=True,
    )  # fmt: skip
    tree = work / "age"
    shutil.copytree(json.loads(listed.stdout)["Dir"], tree, copy_function=shutil.copyfile)
    for folder, _, _ in os.walk(tree):
        Path(folder).chmod(0o755)
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"]
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        [*identity, "commit", "-qm", "age"],
        ["tag", "v1.3.2"],
    ):
        subprocess.run(["git", *words], cwd=tree, check=True, capture_output=True)
    (tree / ".git/info/exclude").write_text("dist\n.goreleaser.yaml\n")
    return tree


def plain_loop(
    tree: Path, name: str, groups: Sequence[Sequence[str]], targets: Sequence[str] = TARGETS
) -> list[str]:
    """What people write today: `go build` in a loop over targets and groups of programs."""
    lines = [
        f"GOOS={goos} GOARCH={goarch} CGO_ENABLED=0 go build -trimpath"
        f" -o dist/{name}/{goos}_{goarch}/ {' '.join(group)}"
        for goos, goarch in (target.split("/") for target in targets)
        for group in groups
    ]
    script = tree / "dist" / f"{name}.sh"
    script.parent.mkdir(exist_ok=True)
    script.write_text("set -e\n" + "\n".join(lines) + "\n")
    return ["sh", str(script)]


def goreleaser(tree: Path, work: Path) -> list[str]:
    """Build the peer, and configure the same work."""
    print("building GoReleaser for comparison …", flush=True)
    env = {**ENV, "GOBIN": str(work / "bin")}
    subprocess.run(["go", "install", PEER], cwd=work, env=env, check=True)
    oses = sorted({target.split("/")[0] for target in TARGETS})
    arches = sorted({target.split("/")[1] for target in TARGETS})
    builds = "".join(
        f"  - id: {Path(program).name}\n    main: {program}\n    binary: {Path(program).name}\n"
        f"    env: [CGO_ENABLED=0]\n    flags: [-trimpath]\n    ldflags: ['']\n"
        f"    goos: [{', '.join(oses)}]\n    goarch: [{', '.join(arches)}]\n"
        for program in PROGRAMS
    )
    configuration = tree / ".goreleaser.yaml"
    configuration.write_text(f"version: 2\nproject_name: age\nbuilds:\n{builds}dist: dist/peer\n")
    return [str(work / "bin/goreleaser"), "build", "--clean", "--snapshot", "--skip=validate"]


def ours() -> list[str]:
    """Build all programs for all targets with crosswind."""
    targets = ",".join(TARGETS)
    return [CROSSWIND, "build", "-q", "--go", GO, "-t", targets, "-o", "dist/ours", *PROGRAMS]


def second_checkout(tree: Path) -> list[Contender]:
    """What was built before, in a folder without results: from the store, and from go's build cache."""

    def fresh() -> None:
        for name in ("ours", "together"):
            shutil.rmtree(tree / "dist" / name, ignore_errors=True)

    together = plain_loop(tree, "together", [PROGRAMS])
    return [
        Contender("crosswind build", ours(), tree, ENV, fresh),
        Contender("go build, 6 commands", together, tree, ENV, fresh),
    ]


def contenders(tree: Path, work: Path, cache: Path | None) -> list[Contender]:
    """crosswind, the peer if wanted, and the tightest plain loop last: the base of the ratios."""
    env = {**ENV, "GOCACHE": str(cache), "CROSSWIND_STORE_LIMIT": "0"} if cache else ENV

    def fresh() -> None:
        """Before a cold build: no build cache, and no program from before, which go would not link."""
        if cache:
            for folder in (cache, tree / "dist/ours", tree / "dist/together", tree / "dist/peer"):
                shutil.rmtree(folder, ignore_errors=True)

    found = [Contender("crosswind build", ours(), tree, env, fresh)]
    if os.environ.get("BENCH_PEERS"):
        found.append(Contender("goreleaser build", goreleaser(tree, work), tree, env, fresh))
    if not cache:
        each = plain_loop(tree, "each", [[program] for program in PROGRAMS])
        found.append(Contender("go build, 12 commands", each, tree, env))
    together = plain_loop(tree, "together", [PROGRAMS])
    found.append(Contender("go build, 6 commands", together, tree, env, fresh))
    return found


def installed_size() -> None:
    """Size of the base install in an environment of its own, without byte code."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "site"
        lock = ROOT / "requirements/base.txt"
        pip = [sys.executable, "-m", "pip"]
        if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
            pip = [str(Path(sys.executable).with_name("uv")), "pip"]
        common = ["install", "--quiet", "--target", str(target), "--no-deps"]
        subprocess.run([*pip, *common, "--require-hashes", "-r", str(lock)], check=True)
        subprocess.run([*pip, *common, "--no-build-isolation", str(ROOT)], check=True)
        size = sum(
            path.stat().st_size
            for path in target.rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        )
        print(f"\nbase install: {size / 1e6:.1f} MB without byte code (at most 25)")


def verification_share(tree: Path) -> None:
    """CPU time of verifying an artifact against that of building it cold."""
    record = json.loads((tree / "dist/ours/crosswind.json").read_text())
    paths = sorted({str(tree / artifact["path"]) for artifact in record["artifacts"]})
    race(
        f"verify {len(paths)} finished programs, one process; start-up to subtract",
        [
            Contender("crosswind verify", [CROSSWIND, "verify", "-q", *paths], tree, ENV),
            Contender("start-up alone", [CROSSWIND, "verify", "--help"], tree, ENV),
        ],
        5,
    )


def main() -> None:
    """Run every race on one source tree."""
    rounds = int(os.environ.get("BENCH_ROUNDS", "7"))
    cold = int(os.environ.get("BENCH_COLD", "2"))
    print(
        f"host: {platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tree = source_tree(work)
        race(
            "start-up",
            [
                Contender("crosswind --help", [CROSSWIND, "--help"], tree, ENV),
                Contender("crosswind doctor", [CROSSWIND, "doctor", "-q"], tree, ENV),
                Contender("python3 -c pass", [sys.executable, "-c", "pass"], tree, ENV),
            ],
            max(rounds, 11),
        )
        installed_size()
        race("nothing changed, 2 programs × 6 targets", contenders(tree, work, None), rounds)
        verification_share(tree)
        race("built before, no results here", second_checkout(tree), rounds)
        if cold:
            found = contenders(tree, work, work / "cold cache")
            race("cold, 2 programs × 6 targets", found, cold, warm=False)


if __name__ == "__main__":
    main()
