"""The contexts of a graph: targets, with cgo or without, and the tags that are set in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crosswind.constraints import Context, Universe
from crosswind.project.graph.model import File
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags, tags


def universe(
    toolchain: Toolchain,
    env: Mapping[str, str],
    targets: Sequence[Target],
    cgo: Sequence[bool] = (False,),
    more_tags: Iterable[str] | None = None,
) -> Universe:
    """Make the set of all contexts: for each target in turn, one for each of `cgo`.

    Args:
        toolchain: whose own tags are set; asked once, and remembered.
        env: in which its go command runs.
        targets: the targets, in order.
        cgo: whether C takes part; more than one value makes as many contexts of a target.
        more_tags: the user's, as with `-tags`: they stand instead of those of GOFLAGS; None leaves
            these.

    Raises:
        UsageError: CW0303, the go command refuses a setting; CW0318, GOFLAGS holds an overlay.
        MissingError: CW0414, the go command does not tell its tags.
    """
    known = tags.remembered(toolchain, env, targets)
    always = goflags.user_tags(Settings.read(env, toolchain.goroot), more_tags)
    return Universe(tuple(Context(one, way, known[one] | always) for one in targets for way in cgo))


def needs_toolchain(file: File) -> bool:
    """Whether a file's constraint has a tag that only a toolchain can tell of."""
    expression = file.constraint.expression
    return expression is not None and any(map(tags.is_of_toolchain, expression.tags))
