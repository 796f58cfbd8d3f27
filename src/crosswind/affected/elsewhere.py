"""Changes that touch nothing only because no target they are for was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from crosswind.constraints import Context, Universe, constraint, names, selected
from crosswind.finding import Finding, Severity
from crosswind.port import Port
from crosswind.target import Target, grouped

# More systems than this are counted.
_NAMED = 3


def note(
    idle: Iterable[str],
    content: Callable[[str], bytes],
    ports: Sequence[Port],
    seen: Universe,
) -> Finding | None:
    """Return a note about sources for other targets than the ones that were looked at.

    Args:
        idle: the changed files that touch nothing.
        content: of one of them.
        ports: of the toolchain.
        seen: the contexts that were looked at.
    """
    every = [Target(port.goos, port.goarch) for port in ports]
    asked = dict.fromkeys(one.target for one in seen.contexts)
    here = {(one.goos, one.goarch) for one in asked}
    releases = {tag for one in seen.contexts for tag in one.tags if tag.startswith("go1.")}
    universe = Universe(
        tuple(Context(one, cgo, frozenset(releases)) for one in every for cgo in (False, True))
    )
    found: dict[str, list[Target]] = {}
    for path in idle:
        if _may_count(path):
            name = path.rpartition("/")[2]
            where = selected(names.tags(name), constraint(name, content(path)), universe)
            targets = list(dict.fromkeys(one.target for one in universe.members(where)))
            if targets and not {(one.goos, one.goarch) for one in targets} & here:
                found[path] = targets
    if not found:
        return None
    path, targets = next(iter(found.items()))
    words = list(grouped(targets, every))
    meant = ", ".join(words) if len(words) <= _NAMED else f"{len(targets)} other targets"
    others = f", as {len(found) - 1} more changed files are for others" if len(found) > 1 else ""
    looked = ", ".join(map(str, asked))
    message = f"is for {meant} alone{others}, and only {looked} was looked at"
    hint = f"-t '{words[0]}' looks there; `targets` in crosswind.yaml does so each time"
    return Finding("CW5097", Severity.NOTE, path, message, hint)


def _may_count(path: str) -> bool:
    """Whether it is a source in a folder that the go command looks into."""
    *folders, name = path.split("/")
    outside = any(one == "testdata" or one.startswith(("_", ".")) for one in folders)
    return not outside and not names.is_ignored(name)
