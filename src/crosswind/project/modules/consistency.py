"""Whether vendor/modules.txt says what go.mod says (modload/vendor.go, checkVendorConsistency)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crosswind.errors import UsageError
from crosswind.project.modules.model import Replacement
from crosswind.project.modules.vendored import Vendored, Version
from crosswind.toolchain import version as gover

if TYPE_CHECKING:
    from crosswind.project.modules.modules import Modules

# Before that, modules.txt did not say enough to be checked in full.
_MARKED = gover.parse("1.14")


def check(modules: Modules, listing: Vendored) -> None:
    """Refuse a vendor folder that is out of step.

    Raises:
        UsageError: CW5023, with every difference.
    """
    differences = tuple(_differences(modules, listing))
    if not differences:
        return
    command = "work" if modules.work_path else "mod"
    raise UsageError(
        "CW5023",
        "\n".join(("inconsistent vendoring:", *differences)),
        subject=str(modules.top),
        hint=f"go {command} vendor brings it up to date; -mod=readonly leaves it out",
    )


def _differences(modules: Modules, listing: Vendored) -> Iterator[str]:
    old = not modules.work_path and gover.parse(_go_line(modules)) < _MARKED
    for main in modules.mains:
        for one in main.file.require:
            module = Version(one.path, one.version)
            entry = listing.entries.get(module)
            if entry and entry.explicit:
                continue
            said = listing.selected.get(one.path)
            if not old:
                yield (
                    f"{module}: is explicitly required in go.mod, "
                    "but not marked as explicit in vendor/modules.txt"
                )
            elif said not in (None, one.version):
                yield (
                    f"{module}: is explicitly required in go.mod, "
                    f"but vendor/modules.txt indicates {one.path}@{said}"
                )
    yield from _replaced(modules, listing, old=old)
    required = {
        Version(one.path, one.version) for main in modules.mains for one in main.file.require
    }
    for path, version in listing.selected.items():
        module = Version(path, version)
        if listing.entries[module].explicit and module not in required:
            yield (
                f"{module}: is marked as explicit in vendor/modules.txt, "
                "but not explicitly required in go.mod"
            )
    yield from _unrequired(modules, listing)
    for module in listing.replaced:
        if modules.replacement(module) is None:
            yield f"{module}: is marked as replaced in vendor/modules.txt, but not replaced in go.mod"


def _unrequired(modules: Modules, listing: Vendored) -> Iterator[str]:
    """Name vendored modules that go.mod should name, since Go 1.17 all of them (initVendor)."""
    if modules.is_complete:
        required = modules.required
        for path, version in listing.selected.items():
            if required.get(path) != version:
                yield f"{Version(path, version)}: vendored module should be required in go.mod"


def _go_line(modules: Modules) -> str:
    """The go line as it stands: a file without one is older than any."""
    line = modules.mains[0].file.go
    return line.text if line else ""


def _replaced(modules: Modules, listing: Vendored, *, old: bool) -> Iterator[str]:
    for module in dict.fromkeys(module for level in modules.levels for module in level.lines):
        new = modules.replacement(module)
        entry = listing.entries.get(module)
        marked = entry.replacement if entry else Version("")
        wanted = _written(new, modules.top, in_workspace=bool(modules.work_path))
        if marked == wanted:
            continue
        if marked.path:
            yield (
                f"{module}: is replaced by {wanted} in go.mod, "
                f"but marked as replaced by {marked} in vendor/modules.txt"
            )
        elif old and (not module.version or listing.selected.get(module.path) != module.version):
            continue
        else:
            yield f"{module}: is replaced in go.mod, but not marked as replaced in vendor/modules.txt"


def _written(new: Replacement | None, top: Path, *, in_workspace: bool) -> Version:
    """Spell a replacement as modules.txt does (canonicalizeReplacePath)."""
    if new is None:
        return Version("")
    if new.folder is None or not in_workspace or Path(new.path).is_absolute():
        return Version(new.path, new.version)
    relative = Path(os.path.relpath(new.folder, top)).as_posix()
    return Version(relative if relative.startswith(".") else f"./{relative}")
