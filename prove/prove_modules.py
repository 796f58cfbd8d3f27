"""Compare our reading of modules with the go command's: files, build lists, and where packages are.

python prove/prove_modules.py --most 200 --files 3000
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from report import Proof

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import gomod_oracle
import gomodules

CLAIM = """Modules of the module cache, each as the main module: the packages that `go list -e -deps -test ./...`
names must be found in the same folder, module and version, and those that Go does not find must not be found; the
build list must be that of `go list -m all`, replacements included. What Go itself cannot tell without fetching more is
not counted. Random go.mod and go.work files must give the values of `go mod edit -json` and `go work edit
-json`, or mistakes at the same places."""


_USED = ("helm.sh/helm/v3@v3.19.0", "github.com/mikefarah/yq/v4@v4.45.4", "filippo.io/age@v1.3.2")


def roots(cache: Path) -> list[Path]:
    """Find the folders of modules in a module cache."""
    found = (path.parent for path in cache.rglob("go.mod"))
    unwanted = {"testdata", "cache", "toolchain"}
    return sorted(
        path
        for path in found
        if "@" in path.name
        and not unwanted & {part.partition("@")[0] for part in path.relative_to(cache).parts}
    )


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=200, help="modules to take at most")
    parser.add_argument("--files", type=int, default=3000, help="random files of each kind")
    options = parser.parse_args()
    version = _said("env", "GOVERSION").removeprefix("go")
    columns = (
        "what",
        "modules",
        "packages or files",
        "differing",
        "modules in build lists",
        "differing ",
    )
    proof = Proof("modules", "Modules and packages", CLAIM, columns, version)
    for name in ("go.mod", "go.work"):
        _random(proof, name, options.files)
    cache = Path(_said("env", "GOMODCACHE"))
    hosts: dict[str, list[Path]] = {}
    for folder in roots(cache)[: options.most]:
        hosts.setdefault(folder.relative_to(cache).parts[0], []).append(folder)
    for host, folders in hosts.items():
        _compare(proof, f"modules of {host}", folders)
    source = Path(_said("env", "GOROOT")) / "src"
    _compare(proof, "GOROOT/src, GOROOT/src/cmd", [source, source / "cmd"])
    _workspace(proof, cache)
    return proof.finish("Nothing differs.")


def _said(*words: str) -> str:
    return gomodules.go(Path(tempfile.gettempdir()), *words)[1].strip()


def _random(proof: Proof, name: str, count: int) -> None:
    suppressed = list(HealthCheck)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:

        @settings(
            max_examples=count, deadline=None, suppress_health_check=suppressed, database=None
        )
        @given(gomod_oracle.files())
        def check(data: bytes) -> None:
            difference = gomod_oracle.difference(Path(folder), data, name)
            assert not difference, difference

        try:
            check()
        except AssertionError as error:
            wrong.append(str(error))
    proof.row(f"random {name} files", "", f"{count:,}", len(wrong), "", "")
    for one in wrong:
        proof.fail(one)


def _workspace(proof: Proof, cache: Path) -> None:
    """Compare a workspace of several large modules, whose versions raise each other's."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        names = [name for name in _USED if (cache / name).is_dir()]
        for number, name in enumerate(names):
            shutil.copytree(cache / name, top / str(number), copy_function=shutil.copyfile)
        uses = "".join(f"use ./{number}\n" for number in range(len(names)))
        for made in (top, *top.rglob("*")):
            made.chmod(0o755)
        (top / "go.work").write_text(f"go 1.25.0\n{uses}")
        # What go.mod files are still to be fetched is fetched now: the comparison is without network.
        subprocess.run(["go", "list", "-m", "all"], cwd=top, capture_output=True, check=False)
        patterns = [f"./{number}/..." for number in range(len(names))]
        count, wrong = gomodules.package_differences(top, patterns)
        known, other = gomodules.list_differences(top)
    proof.row(
        f"a workspace of {', '.join(names)}",
        len(names),
        f"{count:,}",
        len(wrong),
        known,
        len(other),
    )
    for one in (*wrong[:3], *other[:3]):
        proof.fail(f"workspace: {one}")


def _compare(proof: Proof, name: str, folders: list[Path]) -> None:
    packages = known = 0
    wrong: list[str] = []
    other: list[str] = []
    for folder in folders:
        try:
            count, differing = gomodules.package_differences(folder, ["./..."])
            listed, differing_too = gomodules.list_differences(folder)
        except (subprocess.SubprocessError, OSError) as error:
            proof.notes.append(f"{folder.name}: {error}")
            continue
        packages, known = packages + max(count, 0), known + max(listed, 0)
        wrong += differing
        other += differing_too
    figures = (f"{packages:,}", len(wrong), f"{known:,}", len(other))
    proof.row(name, len(folders), *figures)
    for one in (*wrong[:3], *other[:3]):
        proof.fail(f"{name}: {one}")


if __name__ == "__main__":
    sys.exit(main())
