"""What `go list -e -json` says of packages in many contexts, and where our lists differ."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import golist
from crosswind.constraints import Context, Universe
from crosswind.listing import FURTHER, LISTS, Listed, listing
from crosswind.project.graph import load, modules_at
from crosswind.project.modules.default_godebug import Defaults
from crosswind.target import Target

# Of a package, whatever the target.
OF_PACKAGE = ("Goroot", "Standard", "Root", "Module")
FIELDS = ("Name", *LISTS, *FURTHER, *OF_PACKAGE)
_OF_MODULE = ("Path", "Version", "Main", "Dir", "Replace")
_ASKED = ",".join(("Dir", "ImportPath", "Error", *FIELDS))
_TAGS = "{{range context.ToolTags}}{{.}} {{end}}{{range context.ReleaseTags}}{{.}} {{end}}"

Document = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What the go command says in one context, by import path."""

    context: Context
    packages: dict[str, Document]


def ask(
    folder: Path, patterns: Sequence[str], ways: Sequence[tuple[Target, bool]], at_once: int = 2
) -> list[Said]:
    """Ask the go command about packages, once for each way to build."""

    def one(way: tuple[Target, bool]) -> Said:
        # Profiles make further packages of those that they reach, with names such as "x [main]".
        env = {**golist.env_of(*way), "GOFLAGS": "-pgo=off"}
        words = ["go", "list", "-find", "-f", _TAGS, "runtime"]
        found = subprocess.run(words, cwd=folder, env=env, capture_output=True, check=True)
        words = ["go", "list", "-e", f"-json={_ASKED}", "--", *patterns]
        said = subprocess.run(words, cwd=folder, env=env, capture_output=True, check=True)
        # Go makes up a package that stands for a pattern which has an error of its own.
        packages = {
            one["ImportPath"]: one
            for one in golist.documents(said.stdout.decode())
            if one["ImportPath"] not in patterns or "Dir" in one
        }
        return Said(Context(*way, frozenset(found.stdout.decode().split())), packages)

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, ways))


def ours(folder: Path, patterns: Sequence[str], said: Sequence[Said], goroot: Path) -> list[Said]:
    """Say the same from our own graph, in one pass."""
    universe = Universe(tuple(one.context for one in said))
    env = golist.env_of(said[0].context.target, cgo=False)
    modules = modules_at(folder, env, goroot, patterns)
    graph = load(modules, universe, patterns, folder)
    found = listing(graph, modules, Defaults(modules, _version(goroot), fips=False))
    return [
        Said(
            one.context,
            {
                entry.package.import_path: {**entry.fields[bit], **_of_package(entry)}
                for entry in found
                if bit in entry.fields
            },
        )
        for bit, one in enumerate(said)
    ]


def _version(goroot: Path) -> str:
    return (goroot / "VERSION").read_text().split()[0].removeprefix("go")


def _of_package(entry: Listed) -> Document:
    about = entry.about
    return {field: about[field] for field in OF_PACKAGE if field in about}


def _of_module(document: Document) -> Document:
    """Leave what both sides say of a module."""
    module = document.get("Module", {})
    known = {field: module[field] for field in _OF_MODULE if field in module}
    if "Replace" in known:
        replace = known["Replace"]
        known["Replace"] = {one: replace[one] for one in ("Path", "Version") if one in replace}
    return {**document, "Module": known}


def differences(theirs: Sequence[Said], mine: Sequence[Said]) -> Iterator[str]:
    """Yield what differs: a package that only one side has, or a field."""
    for one, other in zip(theirs, mine, strict=True):
        where = f"{one.context.target} cgo {'on' if one.context.cgo else 'off'}"
        for path in sorted({*one.packages, *other.packages}):
            go, our = one.packages.get(path), other.packages.get(path)
            if go is None or our is None:
                yield f"{path} [{where}]: {'go' if our is None else 'crosswind'} alone lists it"
                continue
            go, our = _of_module(go), _of_module(our)
            # Go comes to the module after the first errors; we know it all the same.
            if go.get("Error") and not go["Module"]:
                go["Module"] = our["Module"]
            for field in FIELDS:
                if (go.get(field) or []) != (our.get(field) or []):
                    yield f"{path} [{where}] {field}: go {go.get(field)} crosswind {our.get(field)}"
            if bool(go.get("Error")) != bool(our.get("Error")):
                yield f"{path} [{where}] Error: go {go.get('Error')} crosswind {our.get('Error')}"
            elif _place(our) and _place(go) and _place(our) != _place(go):
                yield f"{path} [{where}] Pos: go {go.get('Error')} crosswind {our.get('Error')}"


def _place(document: Document) -> str:
    """Return where the error is, if that is a line of a file of the package itself."""
    place = str(document.get("Error", {}).get("Pos", "")).rpartition("/")[2]
    return place if re.search(r":\d+:\d+$", place) else ""
