"""Go's index of a module's folders, and when no go command may believe it.

The go command remembers the constraints and imports of a folder's files by their names, sizes and times of change
(cmd/go/internal/modindex/read.go, dirHash). Of a file that took the place of another one and has its size and time
it then believes what the other one said, and may build a program without the file, or with it where it is for another
system. `GODEBUG=goindex=0` has it read the files; that takes some 30 milliseconds, so it is asked for only where a
file may be such a one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from crosswind.building.plan import Plan
from crosswind.constraints import names
from crosswind.errors import CrosswindError
from crosswind.project.modules.load import load
from crosswind.system import stamps

# cmd/go/internal/modindex/read.go, enabled.
_WITHOUT = "goindex=0"


def believed(plan: Plan, directory: Path, env: Mapping[str, str]) -> Plan:
    """Return a plan whose commands believe Go's index only where that cannot be wrong.

    Args:
        plan: the go commands.
        directory: where they run; there are no local files around one for `module@version`.
        env: their environment.
    """
    more = variables(directory, env)
    compiles = (
        replace(one, env=tuple(sorted({**dict(one.env), **more}.items()))) for one in plan.compiles
    )
    return replace(plan, compiles=tuple(compiles)) if more else plan


def variables(directory: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Return what go commands must have in their environment besides; see `believed`."""
    try:
        trees = dict.fromkeys(folder for _, folder in load(directory, env).local)
    except CrosswindError:
        return {}  # the go command says why
    if not any(map(_may_be_misread, trees)):
        return {}
    return {"GODEBUG": ",".join(filter(None, (env.get("GODEBUG"), _WITHOUT)))}


def _may_be_misread(tree: Path) -> bool:
    """Whether a file below a folder may have got the time of another one; folders that wildcards pass by count, too."""
    pending = [str(tree)]
    while pending:
        try:
            with os.scandir(pending.pop()) as listing:
                for entry in listing:
                    if entry.is_dir(follow_symlinks=False):
                        pending += [entry.path] if entry.name != ".git" else []
                    elif names.is_source(entry.name) and stamps.may_be_set(entry.stat()):
                        return True
        except OSError:  # what go cannot read it does not know, either
            continue
    return False
