"""Compare the names that packages declare and files use with go/build, go/parser and GOROOT/api.

    python prove/prove_api.py --go go1.27.3

It takes the `go` on PATH, and the versions that `--go` names.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from report import Proof

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import goapi
import namesoracle
import removaloracle
from crosswind.portability.tables import sources
from crosswind.project.graph import Graph
from crosswind.target import Target

CLAIM = """Tables: for every port, with cgo and without, each package's names at package scope and the fields of its
structs; Go's go/build chooses the files of one context after the other, go/parser reads them. Uses: for each file, what
it names and leaves to its package or to an import, with line and column; go/parser resolves the scopes. Each file
removed: what go/types calls undefined or declared twice in packages of which one file after the other is left out, on three
ports. Lists: the exported names of GOROOT/api, in the contexts that they are listed for."""
_MODULES = ("golang.org/x/sys", "golang.org/x/net", "golang.org/x/tools", "golang.org/x/crypto")
_REMOVED = ("os", "os/signal", "os/user", "internal/poll", "time")
_REMOVED_ON = frozenset(("linux/amd64", "windows/386", "plan9/arm"))
_AT_ONCE = 500
_NUMBER = re.compile(r"\d+")


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--go", action="append", default=["local"], help="one more version")
    options = parser.parse_args()
    columns = ("what", "of", "Go", "files", "compared", "differing", "seconds of CPU, ours")
    proof = Proof("names", "Names of packages", CLAIM, columns)
    for chosen in options.go:
        os.environ["GOTOOLCHAIN"] = chosen
        with tempfile.TemporaryDirectory() as folder:
            _prove(proof, Path(folder))
    return proof.finish("No name and no use differs.")


def _prove(proof: Proof, folder: Path) -> None:
    goroot = Path(_said(folder, "env", "GOROOT"))
    source = goroot / "src"
    ports = [Target(*line.split("/")) for line in _said(folder, "tool", "dist", "list").split()]
    ways = [(port, cgo) for port in ports for cgo in (False, True)]
    universe = namesoracle.universe_of(ways, source)
    one = _Comparison(proof, _said(folder, "env", "GOVERSION"), namesoracle.built(folder))

    std = namesoracle.graph_of(source, universe, ["std"], goroot)
    one.tables("std", std)
    if (goroot / "api").is_dir():  # toolchains from the module proxy have none
        one.lists(goroot, std)
    one.removed(folder, goroot, ports)
    one.uses("std, cmd", source)
    for path in _MODULES:
        top = _newest(Path(_said(folder, "env", "GOMODCACHE")), path)
        if top:
            one.tables(top.name, namesoracle.graph_of(top, universe, ["./..."], goroot))
            one.uses(top.name, top)


@dataclass
class _Comparison:
    """Fills a proof's table.

    Attributes:
        proof: the proof.
        version: of Go.
        program: asks Go's packages.
    """

    proof: Proof
    version: str
    program: Path

    def tables(self, name: str, graph: Graph) -> None:
        """Compare the tables of all packages of a graph."""
        files = sum(len(package.files) for package in graph.packages.values())
        before = time.process_time()
        found = namesoracle.table_differences(self.program, graph)
        self._row(("tables", name, files), found, before)

    def lists(self, goroot: Path, graph: Graph) -> None:
        """Compare the tables with Go's lists."""
        before = time.process_time()
        found = goapi.compare(goroot, graph)
        self._row(("lists", "std", len(list((goroot / "api").glob("go1*")))), found, before)

    def removed(self, folder: Path, goroot: Path, ports: Sequence[Target]) -> None:
        """Leave out each file of some packages, and compare what is missing then with go/types."""
        ways = [(port, False) for port in ports if str(port) in _REMOVED_ON]
        source = goroot / "src"
        universe = namesoracle.universe_of(ways, source)
        graph = namesoracle.graph_of(source, universe, _REMOVED, goroot, deps=True)
        before = time.process_time()
        files = sum(len(sources(graph.packages[path])) for path in _REMOVED)
        said = removaloracle.compare(folder, graph, _REMOVED)
        wrong = [f"missed: {one}" for one in said.missed] + [f"alarm: {one}" for one in said.alarms]
        self._row(("each file removed", ", ".join(_REMOVED), files), (said.agreed, wrong), before)
        self.proof.notes.append(
            f"{self.version}, each file removed: {said.nowhere:,} uses more, in files for all targets, of names that"
            " no file declares then, which the analysis leaves to any build."
        )

    def uses(self, name: str, top: Path) -> None:
        """Compare what all files below a folder use; tests are among them."""
        files = sorted(path for path in top.rglob("*.go") if "testdata" not in path.parts)
        before = time.process_time()
        count, wrong = 0, []
        for start in range(0, len(files), _AT_ONCE):
            some, differing = namesoracle.use_differences(
                self.program, files[start : start + _AT_ONCE]
            )
            count, wrong = count + some, wrong + differing
        unread = [line for line in wrong if line.endswith("cannot be read in full")]
        for line in unread:
            said = Path(line.partition(":")[0]).relative_to(top)
            self.proof.notes.append(f"{name}, {said}: the grammar does not know it; left out.")
        self._row(
            ("uses", name, len(files)), (count, [x for x in wrong if x not in unread]), before
        )

    def _row(self, what: tuple[str, str, int], found: tuple[int, list[str]], before: float) -> None:
        spent = f"{time.process_time() - before:.1f}"
        kind, of, files = what
        count, wrong = found
        self.proof.row(kind, of, self.version, f"{files:,}", f"{count:,}", len(wrong), spent)
        for one in wrong[:5]:
            self.proof.fail(one)


def _said(folder: Path, *words: str) -> str:
    # Outside of any module: a go.mod there could choose another Go.
    done = subprocess.run(["go", *words], cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def _newest(cache: Path, path: str) -> Path | None:
    """Return the newest version of a module that the module cache has."""
    found = (cache / path).parent.glob(f"{Path(path).name}@v*")
    return max(
        found, key=lambda folder: [int(one) for one in _NUMBER.findall(folder.name)], default=None
    )


if __name__ == "__main__":
    sys.exit(main())
