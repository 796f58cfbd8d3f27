"""Change inputs of builds one at a time: the bytes may never change while the key stays.

    python prove/prove_keys.py --count 2000

Half of the mutations are made in small modules with every kind of input, half in public ones.
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
from collections.abc import Callable, Iterator
from pathlib import Path

from report import Proof

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


def cases(folder: Path) -> Iterator[tuple[str, Project]]:
    """Yield the projects, small ones first."""
    makes: tuple[Callable[[Path], Project], ...] = (
        small.plain, small.stamped, small.vendored, small.workspace,
        small.with_c,
    )  # fmt: skip
    for make in makes:
        yield f"small, {make.__name__}", make(folder / make.__name__)
    for module, packages in PUBLIC:
        place = folder / module.replace("/", "_")
        place.mkdir()
        project = public(place, module, packages) if packages else None
        if project:
            yield module, project


def main() -> int:
    """Mutate, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000, help="mutations in all")
    parser.add_argument("--seed", type=int, default=1)
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
        os.environ["CROSSWIND_CACHE"] = str(folder / "cache")
        found = list(cases(folder))
        for number, (title, project) in enumerate(found):
            count = options.count // len(found)
            verdicts = list(mutations.run(project, count, options.seed + number))
            _row(proof, title, count, verdicts)
            alone.update(one.cause for one in verdicts if one.key and one.bytes is False)
    causes = [f"{cause} {count}" for cause, count in alone.most_common()]
    proof.notes.append(
        f"Keys that changed though the bytes did not, by cause: {'; '.join(causes)}."
    )
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
