"""The contexts of a plan's units, as far as they are known without a toolchain at hand.

Experiments and levels of instruction sets are tags that only the toolchain knows. A file whose
constraint has one of them counts wherever its name allows: rather one input too many.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crosswind.building.key.flags import Flags
from crosswind.building.plan import Unit
from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.project.graph import Folder
from crosswind.project.graph.contexts import needs_toolchain
from crosswind.project.graph.model import NONE
from crosswind.target import Target
from crosswind.toolchain import goflags, tags


def of_unit(unit: Unit, flags: Flags, go_version: str) -> Context:
    """Return the context in which a unit's files are chosen."""
    chosen = goflags.set_tags(flags.words)
    bare = Target(unit.target.goos, unit.target.goarch)
    return Context(bare, unit.cgo, release_tags(tags.release(go_version)) | chosen)


def universe(contexts: Iterable[Context]) -> Universe:
    """Put contexts together, each once."""
    return Universe(tuple(dict.fromkeys(contexts)))


def without_unknown(folder: Folder) -> Folder:
    """Take away the constraints that only the toolchain can decide."""
    if not any(map(needs_toolchain, folder.files)):
        return folder
    files = (replace(one, constraint=NONE) if needs_toolchain(one) else one for one in folder.files)
    return replace(folder, files=tuple(files))
