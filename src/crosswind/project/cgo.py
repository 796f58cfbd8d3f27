"""Which packages use cgo, and what a build without it loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crosswind.project import golist
from crosswind.target import Target
from crosswind.toolchain import Toolchain

# Packages of the standard library with a pure Go side and a cgo side, and the difference
# (net: "Name Resolution" in its package documentation; os/user: its package documentation).
STANDARD_LOSSES = {
    "net": "host names are looked up by Go's resolver alone, never by the C library's",
    "os/user": "users and groups come from /etc/passwd and /etc/group, not from LDAP or NIS",
    "plugin": "plugins cannot be opened",
}


@dataclass(frozen=True, slots=True)
class CgoUse:
    """A package whose files say `import "C"` for a target."""

    package: str
    standard: bool

    @property
    def loss(self) -> str:
        """What happens without cgo, in a few words; empty if nothing a user would notice."""
        if self.standard:
            return STANDARD_LOSSES.get(self.package, "")
        return "its cgo files are left out: it fails to compile, or does less"


def uses(
    toolchain: Toolchain,
    directory: Path,
    env: Mapping[str, str],
    packages: Sequence[str],
    target: Target,
) -> tuple[CgoUse, ...]:
    """List the packages among `packages` and all they import that use cgo on a target.

    Raises as `golist.packages`.
    """
    environment = {**env, **target.env, "CGO_ENABLED": "1"}
    fields = "-json=ImportPath,CgoFiles,Standard"
    listed = golist.packages(toolchain, directory, environment, ["-deps", fields, "--", *packages])
    return tuple(
        CgoUse(document["ImportPath"], bool(document.get("Standard")))
        for document in listed
        if document.get("CgoFiles")
    )
