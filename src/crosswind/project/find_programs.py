"""The programs of a build, for all targets together: our own graph tells, and Go says what is wrong."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crosswind.errors import UsageError
from crosswind.project import golist, mains
from crosswind.project.gorun import OnFetch, silent
from crosswind.project.graph.scan import Scan
from crosswind.project.modules import locate
from crosswind.project.programs import Program, executable_name, near
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags

# Flags of which the go command finds nothing to say, or says it where modules are read.
_PLAIN = frozenset(("buildvcs", "mod", "modcacherw", "modfile", "tags", "trimpath"))
_FIELDS = "-json=ImportPath,Name,Dir,Module,Error,Match"


def find(
    toolchain: Toolchain,
    env: Mapping[str, str],
    wanted: Sequence[str],
    targets: Sequence[Target],
    directory: Path,
    scan: Scan,
    on_fetch: OnFetch = silent,
) -> tuple[Program, ...]:
    """Find the main packages that match, whichever of the targets they are for.

    The go command is asked where it would refuse something, since it has the words for that; where
    modules are not here, since it fetches them; and where files are replaced by an overlay.

    Raises:
        UsageError: CW0306, no main package matches; CW0307, a pattern names none or is unknown;
            and those of `golist.packages`.
        RemoteError: as `golist.packages`.
    """
    asked: list[dict[str, Any]] = []

    def ours() -> tuple[Program, ...] | None:
        return mains.find(toolchain, env, wanted, targets, directory, scan)

    def ask(target: Target) -> Iterator[dict[str, Any]]:
        here = {**env, **target.env, "CGO_ENABLED": "0"}
        words = ["-find", _FIELDS, "--", *wanted]
        return golist.packages(toolchain, directory, here, words, on_fetch)

    found = ours() if _is_plain(env, toolchain) else None
    if found is None:
        first, *more = targets
        for document in ask(first):
            error = document.get("Error")
            if error and not document.get("Name"):
                _complain_unless_excluded(str(error.get("Err", "")), wanted, document, directory)
            asked.append(document)
        found = ours()
    if found is None:
        for target in more:
            asked += ask(target)
        found = _of(asked)
    if not found:
        raise UsageError(
            "CW0306",
            f"no main package matches {' '.join(wanted)}",
            subject=str(directory),
            hint="`go list -f '{{.Name}} {{.ImportPath}}' ./...` shows what is there",
        )
    return found


def _is_plain(env: Mapping[str, str], toolchain: Toolchain) -> bool:
    """Whether the go command has nothing to say of GOFLAGS itself."""
    try:
        words = goflags.split(Settings.read(env, toolchain.goroot).get("GOFLAGS").value)
    except ValueError:
        return False
    return all(goflags.name(word) in _PLAIN for word in words)


def _of(documents: Sequence[Mapping[str, Any]]) -> tuple[Program, ...]:
    found: dict[str, Program] = {}
    for one in documents:
        if one.get("Name") == "main":
            path = str(one["ImportPath"])
            module = str((one.get("Module") or {}).get("Path", ""))
            found[path] = Program(executable_name(path), path, Path(str(one["Dir"])), module)
    return tuple(sorted(found.values(), key=lambda program: program.package))


def _complain_unless_excluded(
    error: str, patterns: Sequence[str], document: Mapping[str, object], directory: Path
) -> None:
    # A package that build constraints exclude here may still be there for another target.
    if "build constraints exclude all Go files" in error:
        return
    matched = document.get("Match")
    if isinstance(matched, list) and any("..." in str(one) for one in matched):
        is_empty = "no Go files" in error
        if is_empty:
            return
    asked = " ".join(patterns)
    known = "go.work" in error or "permission denied" in error
    hint = golist.mend(error) if known else _meant(asked, directory)
    raise UsageError("CW0307", error, subject=asked, hint=hint)


def _meant(asked: str, directory: Path) -> str:
    """Say what was likely meant by a path that is no package."""
    place = directory / asked
    if locate.is_file(place / "go.mod"):
        return f"it is a module of its own: crosswind -C {shlex.quote(asked)} build"
    if locate.is_folder(place) and not asked.startswith((".", "/")):
        return f"a folder begins with a dot: ./{asked}"
    usual = "give a path such as ./cmd/app, a pattern ./cmd/..., or module/path@version"
    return near(asked, directory) or usual
