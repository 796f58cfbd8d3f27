"""What the go command says of packages' files, and whether our engine says the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosswind.constraints import Context, Universe, names
from crosswind.constraints.explain import explain
from crosswind.target import Target

BUILT = ("GoFiles", "CgoFiles", "TestGoFiles", "XTestGoFiles", "InvalidGoFiles", "CFiles", "CXXFiles", "MFiles",
         "HFiles", "FFiles", "SFiles", "SwigFiles", "SwigCXXFiles", "SysoFiles")  # fmt: skip
IGNORED = ("IgnoredGoFiles", "IgnoredOtherFiles")
_FIELDS = ",".join(("Dir", "ImportPath", *BUILT, *IGNORED))
# Without cgo the go command lists these nowhere (cmd/go/internal/load/pkg.go, load).
_FORGOTTEN = (".c", ".cc", ".cpp", ".cxx", ".m", ".swig", ".swigcxx")
_USES_C = re.compile(rb'^(import\s+|\s+)"C"', re.MULTILINE)
_DOCUMENTATION = re.compile(rb"^package\s+documentation\b", re.MULTILINE)


@dataclass(frozen=True)
class Listing:
    """A run of `go list` in one context: (built, ignored) by folder."""

    context: Context
    packages: dict[str, tuple[frozenset[str], frozenset[str]]]


def env_of(target: Target, cgo: bool) -> dict[str, str]:
    clean = {"GOENV": "off", "GOFLAGS": "", "GOPROXY": "off", "GOWORK": "off"}
    return {**os.environ, **clean, **target.env, "CGO_ENABLED": "1" if cgo else "0"}


def list_all(
    folder: Path, patterns: Sequence[str], ways: Sequence[tuple[Target, bool]]
) -> list[Listing]:
    """Ask the go command about packages in each way to build."""

    def one(way: tuple[Target, bool]) -> Listing:
        env = env_of(*way)
        tags = "{{range context.ToolTags}}{{.}} {{end}}{{range context.ReleaseTags}}{{.}} {{end}}"
        words = ["go", "list", "-find", "-f", tags, "runtime"]
        found = subprocess.run(words, cwd=folder, env=env, capture_output=True, check=True)
        words = ["go", "list", "-e", "-find", f"-json={_FIELDS}", "--", *patterns]
        said = subprocess.run(words, cwd=folder, env=env, capture_output=True, check=True)
        packages = {
            document["Dir"]: (_names(document, BUILT), _names(document, IGNORED))
            for document in documents(said.stdout.decode())
            if "Dir" in document
        }
        return Listing(Context(*way, frozenset(found.stdout.decode().split())), packages)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, ways))


def documents(text: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while (start := text.find("{", at)) >= 0:
        document, at = decoder.raw_decode(text, start)
        yield document


def _names(document: dict[str, Any], fields: Sequence[str]) -> frozenset[str]:
    return frozenset(name for field in fields for name in document.get(field, ()))


def differences(listings: Sequence[Listing]) -> tuple[int, list[str]]:
    """Compare each file of each package in all contexts at once; return how many, and what differs."""
    universe = Universe(tuple(listing.context for listing in listings))
    folders = sorted({folder for listing in listings for folder in listing.packages})
    count, wrong = 0, []
    for folder in folders:
        for path in sorted(Path(folder).iterdir()):
            if path.is_file() and names.is_source(path.name):
                count += 1
                wrong += _compare(path, listings, universe)
    return count, wrong


def _compare(path: Path, listings: Sequence[Listing], universe: Universe) -> Iterator[str]:
    data = path.read_bytes()
    found = explain(path.name, data, universe)
    for bit, listing in enumerate(listings):
        if str(path.parent) not in listing.packages:
            continue
        built, ignored = listing.packages[str(path.parent)]
        if not listing.context.cgo and path.suffix in _FORGOTTEN:
            continue
        if found.ignored and path.name not in built:
            continue  # of names that begin with _ the go command's index of modules says nothing
        if (path.name in built) == (path.name in ignored):
            yield f"{path}: go lists it {'twice' if path.name in built else 'nowhere'}"
        elif bool(found.selected >> bit & 1) != (path.name in built) and not (
            path.name in ignored and _left_out(path.name, data, built, listing.context)
        ):
            yield f"{path} {listing.context.target} cgo {listing.context.cgo}: built {path.name in built}"


def _left_out(name: str, data: bytes, built: frozenset[str], context: Context) -> bool:
    """Whether Go leaves a file out for what constraints do not tell: C without cgo, documentation."""
    if name.endswith((".S", ".sx")):
        return True  # they are C's, and left out where no file of the package uses C
    uses_c = not context.cgo and _USES_C.search(data) is not None
    return name.endswith(".go") and (uses_c or _DOCUMENTATION.search(data) is not None)
