"""What `crosswind explain-file` tells: which targets a source file is for, and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crosswind import toolchain
from crosswind.constraints import Context, Universe
from crosswind.constraints.explain import Explained, explain
from crosswind.constraints.universe import release_tags
from crosswind.errors import UsageError
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags, tags

# Constraints stand at the start; a source file of more than this is none.
_MAX_SIZE = 64 << 20
# The newest release of Go that is known where there is no Go at all.
_NEWEST = 27


@frozen
class FileTargets:
    """A file and its targets.

    Attributes:
        path: the file.
        explained: its constraints.
        targets: that it is built for without cgo, in the order asked for.
        with_cgo: that it is built for with cgo.
    """

    path: Path
    explained: Explained
    targets: tuple[Target, ...]
    with_cgo: tuple[Target, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The file as it stands in the JSON document."""
        said = self.explained
        return {
            "path": self.path.as_posix(),
            "ignored": said.ignored,
            "suffix": list(said.suffix),
            "expression": str(said.expression or ""),
            "line": said.line,
            "broken": said.broken,
            "targets": [str(target) for target in self.targets],
            "cgo_targets": [str(target) for target in self.with_cgo],
        }


@frozen
class Explanation:
    """What was found out about several files.

    Attributes:
        files: those that could be read, in the order asked for.
        unread: why each of the others could not: CW5007.
    """

    files: tuple[FileTargets, ...]
    unread: tuple[Finding, ...]


def explain_files(
    paths: Sequence[Path],
    targets: Sequence[Target],
    chosen: Toolchain | None,
    more_tags: Sequence[str] | None = None,
) -> Explanation:
    """Explain files for targets; one that cannot be read keeps none of the others from it.

    Args:
        paths: the files; each is judged by its own name and content alone.
        targets: those to ask about.
        chosen: the toolchain whose tags count; None takes those of the newest Go that is known.
        more_tags: tags that the user sets, as with `-tags`: they stand instead of those of GOFLAGS;
            None leaves these.

    Raises:
        UsageError: CW0303, the go command refuses a setting; CW0318, GOFLAGS holds an overlay.
        MissingError: CW0414, the go command does not tell its tags.
    """
    contents: dict[Path, tuple[str, bytes]] = {}
    unread: list[Finding] = []
    for path in paths:
        try:
            contents[path] = _read(path)
        except UsageError as error:
            unread.append(error.finding)
    settings = Settings.read(os.environ, chosen.goroot if chosen else None)
    if chosen and settings.get("GOFLAGS").value:
        # Only the go command knows all flags: what it refuses it refuses here, what it took is known.
        tags.remembered(chosen, toolchain.environment(chosen, os.environ), [chosen.host])
    always = goflags.user_tags(settings, more_tags)
    universe = _universe(targets, {}, chosen, always)
    if chosen and any(_asks_the_toolchain(explain(*one, universe)) for one in contents.values()):
        known = tags.remembered(chosen, toolchain.environment(chosen, os.environ), targets)
        universe = _universe(targets, known, chosen, always)
    files = (
        _targets(path, explain(*one, universe, str(path)), universe)
        for path, one in contents.items()
    )
    return Explanation(tuple(files), tuple(unread))


def _read(path: Path) -> tuple[str, bytes]:
    try:
        # A pipe would wait for its writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError("CW5007", "not a file", subject=str(path), hint="name a source file")
        with path.open("rb") as stream:
            return path.name, stream.read(_MAX_SIZE)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("CW5007", f"cannot read it: {reason}", subject=str(path)) from error


def _universe(
    targets: Sequence[Target],
    known: dict[Target, frozenset[str]],
    chosen: Toolchain | None,
    more_tags: frozenset[str],
) -> Universe:
    """Make two contexts of each target: without cgo, and with it."""
    always = release_tags(tags.release(chosen.version) if chosen else _NEWEST) | more_tags
    contexts = (
        Context(target, cgo, always | known.get(target, frozenset()))
        for target in targets
        for cgo in (False, True)
    )
    return Universe(tuple(contexts))


def _asks_the_toolchain(said: Explained) -> bool:
    """Whether a tag with a dot, or an experiment's old name, decides: a toolchain sets such tags."""
    asked = said.expression.tags if said.expression else ()
    return any(
        ("." in tag and not tag.startswith("go1.")) or tag == "boringcrypto" for tag in asked
    )


def _targets(path: Path, said: Explained, universe: Universe) -> FileTargets:
    members = list(universe.members(said.selected))
    return FileTargets(
        path,
        said,
        tuple(one.target for one in members if not one.cgo),
        tuple(one.target for one in members if one.cgo),
    )
