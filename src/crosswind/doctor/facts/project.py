"""What the project is: configuration, module files, and the packages as `go list` sees them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from crosswind.config.load import load
from crosswind.config.settings import Config
from crosswind.errors import CrosswindError
from crosswind.frozen import frozen
from crosswind.project import golist, gomod
from crosswind.project.cgo import CgoUse
from crosswind.project.gomod import Module
from crosswind.system import files, process
from crosswind.target import Target
from crosswind.toolchain import Setting, Toolchain

# Seconds for `go mod edit -json`, which only parses a file.
_LIMIT = 60
_UNSET = Setting("", "")
_FIELDS = "-json=ImportPath,Name,CgoFiles,Imports,Standard,DepOnly,Error"


@frozen
class Listing:
    """What `go list` says of one operating system's packages.

    Attributes:
        goos: the operating system.
        uses: the packages that take part in a program and use cgo.
        errors: what the go command says of packages that it could not load.
        programs: import paths of the main packages.
    """

    goos: str
    uses: tuple[CgoUse, ...] = ()
    errors: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()


@frozen
class ProjectFacts:
    """The project's files.

    Attributes:
        directory: where doctor was called.
        config: the configuration; the defaults if there is none, or it cannot be read.
        config_error: why it cannot be read.
        module: the main module.
        module_error: why there is none.
        gowork: GOWORK and where it was set.
        used: the modules that go.work names.
        requires: paths of the modules that go.mod requires from elsewhere.
        has_sum: whether there is a go.sum.
        vendored: whether there is a vendor folder.
        listings: one per operating system; empty if no Go is here to ask.
        elsewhere: folders of programs that build constraints leave out of all listings; looked for
            only where no listing has a program.
    """

    directory: Path
    config: Config = field(default_factory=Config)
    config_error: CrosswindError | None = None
    module: Module | None = None
    module_error: CrosswindError | None = None
    gowork: Setting = _UNSET
    used: tuple[Path, ...] = ()
    requires: tuple[str, ...] = ()
    has_sum: bool = False
    vendored: bool = False
    listings: tuple[Listing, ...] = ()
    elsewhere: tuple[Path, ...] = ()


def configuration(directory: Path, file: Path | None) -> tuple[Config, CrosswindError | None]:
    """Read the configuration, or say why not."""
    from crosswind.config.cache import Cache

    try:
        return load(directory, file, Cache(files.cache_dir() / "config", files.write_atomic)), None
    except CrosswindError as error:
        return Config(), error


def module(directory: Path, gowork: str) -> tuple[Module | None, CrosswindError | None]:
    """Find the main module, or say why there is none."""
    try:
        return gomod.find(directory, {"GOWORK": gowork}), None
    except CrosswindError as error:
        return None, error


def used_modules(go: Toolchain, found: Module, env: Mapping[str, str]) -> tuple[Path, ...]:
    """List the folders of the modules that go.work uses."""
    if found.workspace is None or not found.workspace.is_file():
        return ()
    work = _edit(go, found.directory, env, "work", found.workspace)
    paths = (entry["DiskPath"] for entry in work.get("Use") or ())
    return tuple((found.workspace.parent / path).resolve() for path in paths)


def required_modules(go: Toolchain, found: Module, env: Mapping[str, str]) -> tuple[str, ...]:
    """List the modules that go.mod requires and does not replace by a folder."""
    file = found.directory / "go.mod"
    if not file.is_file():
        return ()
    mod = _edit(go, found.directory, env, "mod", file)
    # Go Modules Reference, "replace directive": a folder is a replacement without version.
    local = {
        entry["Old"]["Path"]
        for entry in mod.get("Replace") or ()
        if not entry["New"].get("Version")
    }
    paths = (entry["Path"] for entry in mod.get("Require") or ())
    return tuple(path for path in paths if path not in local)


def _edit(
    go: Toolchain, directory: Path, env: Mapping[str, str], kind: str, file: Path
) -> dict[str, Any]:
    done = process.run([go.go, kind, "edit", "-json", file], cwd=directory, env=env, timeout=_LIMIT)
    document: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    return document


def listing(
    go: Toolchain,
    directory: Path,
    env: Mapping[str, str],
    words: Sequence[str],
    target: Target,
) -> Listing:
    """Load the packages for one target, with cgo, offline, and without writing to go.mod."""
    environment = {**env, **target.env, "CGO_ENABLED": "1", "GOPROXY": "off"}
    try:
        found = list(golist.packages(go, directory, environment, ["-deps", _FIELDS, *words]))
    except CrosswindError as error:
        return Listing(target.goos, errors=(error.message,))
    errors = tuple(
        str(document["Error"].get("Err", ""))
        for document in found
        if document.get("Error") and not _is_excluded(document)
    )
    return Listing(
        target.goos,
        _uses(found),
        tuple(dict.fromkeys(errors)),
        _programs(found),
    )


def _is_excluded(document: Mapping[str, Any]) -> bool:
    """A package that build constraints leave out here may be another target's."""
    return "build constraints exclude all Go files" in str(document["Error"].get("Err", ""))


def _programs(documents: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(
        document["ImportPath"]
        for document in documents
        if document.get("Name") == "main" and not document.get("DepOnly")
    )


def _uses(documents: Sequence[Mapping[str, Any]]) -> tuple[CgoUse, ...]:
    """Pick the packages with cgo files that some main package of the project needs."""
    known = {document["ImportPath"]: document for document in documents}
    left = list(_programs(documents))
    needed: set[str] = set()
    while left:
        path = left.pop()
        if path in known and path not in needed:
            needed.add(path)
            left += known[path].get("Imports") or ()
    return tuple(
        CgoUse(path, bool(document.get("Standard")))
        for path, document in known.items()
        if path in needed and document.get("CgoFiles")
    )
