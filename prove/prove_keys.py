"""Change inputs of builds one at a time: the bytes may never change while the key stays.

    python prove/prove_keys.py --count 2000

They are made in small modules with every kind of input, in public ones, and in small ones with C for every compiler
that is here: `crosswind toolchain install zig` and the packages of requirements/debian.txt bring them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from report import Proof

from crosswind import toolchain

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import mutated_project as small
import mutations
from mutations import Project, Verdict

CLAIM = """Inputs of real builds are changed at random, one at a time: lines, letters and numbers of files, files that
come, go, are renamed or replaced by others of the same size and time, constraints, go.mod, flags, variables,
settings, what git stamps. After each the keys are taken and plain `go build` is run. No mutation may change the
bytes, or break the build, while the key stays: then an earlier result would be taken for the present one."""
PUBLIC = (
    ("filippo.io/age@v1.3.2", ("./cmd/age", "./cmd/age-keygen")),
    ("golang.org/x/tools@v0.38.0", ("./cmd/stringer",)),
)
# A mutation of a program with C takes longer than one of another, one of Zig's by far: in
# this proportion they are made in each project.
WEIGHTS = {"without C": 10, "C": 5, "Zig": 1}
# (Programs for Windows have no key with it: no two links are alike.)
ZIGS = (("linux/arm64", "aarch64-linux-musl"), ("linux/amd64", "x86_64-linux-musl"))
# Bytes of Go's cache that are left after each project; what was used last stays.
CACHE = 4 << 30
COLUMNS = (
    "project",
    "mutations",
    "programs",
    "key and bytes",
    "key alone",
    "neither",
    "refused",
    "bytes alone",
)


def public(folder: Path, module: str, packages: tuple[str, ...]) -> Project | None:
    """Copy a public module's sources; None where they cannot be had."""
    env = {**small.environment(), "GOPROXY": os.environ.get("GOPROXY", "")}
    done = subprocess.run(
        ["go", "mod", "download", "-json", module],
        cwd=folder,
        env=env,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        return None
    root = folder / "tree"
    shutil.copytree(json.loads(done.stdout)["Dir"], root, copy_function=shutil.copyfile)
    for name, _, _ in os.walk(root):
        Path(name).chmod(0o755)
    # From here on without the network; what the programs need is fetched by building them once.
    words = ["go", "build", "-o", os.devnull, *packages]
    if subprocess.run(words, cwd=root, env=env, capture_output=True, check=False).returncode:
        return None
    env |= {"GOPROXY": "off", "GOTOOLCHAIN": "local"}
    return Project(root, packages, ("linux/amd64", "windows/amd64"), env)


class Case(NamedTuple):
    """A project, what it is called, and how much of the mutations it gets."""

    title: str
    project: Project
    weight: int


def cases(folder: Path) -> Iterator[Case]:
    """Yield the projects, small ones first; those whose compiler is not there are left out."""
    makes = (small.plain, small.stamped, small.vendored, small.workspace)
    for make in makes:
        project = make(folder / make.__name__)
        yield Case(f"small, {make.__name__}", project, WEIGHTS["without C"])
    for module, packages in PUBLIC:
        place = folder / module.replace("/", "_")
        place.mkdir()
        if found := public(place, module, packages):
            yield Case(module, found, WEIGHTS["without C"])
    for number, one in enumerate((small.GCC, *small.COMPILERS)):
        if shutil.which(one.words.split()[0]):
            title = f"C, {one.words}, {one.target}"
            yield Case(title, small.with_c(folder / f"c{number}", one), WEIGHTS["C"])
    if shutil.which("pkg-config"):
        yield Case("C, pkg-config", small.with_pkg_config(folder / "pkg-config"), WEIGHTS["C"])
    for target, name in ZIGS if toolchain.find_zig() else ():
        project = small.with_c(folder / name, small.zig(target, name))
        yield Case(f"C, zig cc -target {name}", project, WEIGHTS["Zig"])


def prune(cache: Path, most: int) -> None:
    """Remove what was used longest ago, until a cache is small enough; go does without what is gone."""
    found = [path for path in cache.glob("??/*") if path.is_file()]
    stats = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in found)
    size = sum(one for _, one, _ in stats)
    for _, one, path in stats:
        if size <= most:
            return
        path.unlink(missing_ok=True)
        size -= one


def main() -> int:
    """Mutate, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000, help="mutations in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="projects whose title has this text")
    options = parser.parse_args()
    version = subprocess.run(
        ["go", "env", "GOVERSION"],
        capture_output=True,
        check=True,
        text=True,
        env=small.environment(),
    ).stdout.strip()
    proof = Proof("keys", "Keys of units", CLAIM, COLUMNS, version.removeprefix("go"))
    alone: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Zig stays where it was fetched; all else that is remembered or built goes with the folder.
        zig = toolchain.find_zig()
        cache = folder / "cache"
        if zig:
            (cache / "toolchains").mkdir(parents=True)
            (cache / "toolchains" / zig.root.parent.name).symlink_to(zig.root.parent)
        os.environ |= {"CROSSWIND_CACHE": str(cache), "GOCACHE": str(folder / "gocache")}
        found = [case for case in cases(folder) if options.only in case.title]
        whole = sum(case.weight for case in found)
        for number, case in enumerate(found):
            count = max(1, options.count * case.weight // whole)
            verdicts = list(mutations.run(case.project, count, options.seed + number))
            _row(proof, case.title, count, verdicts)
            alone.update(one.cause for one in verdicts if one.key and one.bytes is False)
            print(case.title, count, flush=True)
            prune(folder / "gocache", CACHE)
    causes = [f"{cause} {count}" for cause, count in alone.most_common()]
    proof.notes.append(
        f"Keys that changed though the bytes did not, by cause: {'; '.join(causes)}."
    )
    if options.only:  # a part proves nothing
        return 1 if proof.failures else 0
    return proof.finish("No bytes changed under an unchanged key.")


def _row(proof: Proof, title: str, count: int, verdicts: list[Verdict]) -> None:
    kinds = Counter((one.key is not False, one.bytes) for one in verdicts)
    stale = [one for one in verdicts if one.stale]
    proof.row(
        title,
        count,
        len(verdicts),
        kinds[True, True],
        kinds[True, False],
        kinds[False, False],
        kinds[True, None],
        len(stale),
    )
    for one in stale[:10]:
        proof.fail(f"{title}: {one.cause}, {one.where}")


if __name__ == "__main__":
    sys.exit(main())
