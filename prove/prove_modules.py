"""Compare our reading of modules with the go command's: files, build lists, and where packages are.

python prove/prove_modules.py --most 200 --files 3000
"""

from __future__ import annotations

import argparse
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
build list must be that of `go list -m all`, replacements included. A figure is missing where Go itself cannot tell
without fetching more. Random go.mod and go.work files must give the values of `go mod edit -json` and `go work edit
-json`, or mistakes at the same places."""


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
    version = _said("env", "GOVERSION")
    columns = ("what", "packages or files", "differing", "modules in the build list", "differing ")
    proof = Proof("modules", "Modules and packages", CLAIM, columns, version)
    for name in ("go.mod", "go.work"):
        _random(proof, name, options.files)
    cache = Path(_said("env", "GOMODCACHE"))
    for folder in roots(cache)[: options.most]:
        _compare(proof, str(folder.relative_to(cache)), folder)
    for name in ("", "cmd"):
        _compare(
            proof, f"GOROOT/src/{name}".rstrip("/"), Path(_said("env", "GOROOT")) / "src" / name
        )
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
    proof.row(f"random {name} files", f"{count:,}", len(wrong), "", "")
    for one in wrong:
        proof.fail(one)


def _compare(proof: Proof, name: str, folder: Path) -> None:
    try:
        count, wrong = gomodules.package_differences(folder, ["./..."])
        known, other = gomodules.list_differences(folder)
    except (subprocess.SubprocessError, OSError) as error:
        proof.notes.append(f"{name}: {error}")
        return
    first = (f"{count:,}", len(wrong)) if count >= 0 else ("", "")
    second = (f"{known:,}", len(other)) if known >= 0 else ("", "")
    proof.row(name, *first, *second)
    for one in (*wrong[:3], *other[:3]):
        proof.fail(f"{name}: {one}")


if __name__ == "__main__":
    sys.exit(main())
