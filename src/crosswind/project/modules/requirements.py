"""What the go command would have to change in go.mod, or miss in go.sum, before it builds anything.

It says "updates to go.mod needed" or "missing go.sum entry" then, and ends (modload/init.go,
commitRequirements and UpdateGoModFromReqs; modfile.go, modFileIsDirty and goModSummary).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswind.errors import UsageError
from crosswind.project.modules import semver
from crosswind.project.modules.directives import Required
from crosswind.project.modules.model import MainModule
from crosswind.project.modules.modfile import ModFile
from crosswind.project.modules.vendored import Version
from crosswind.toolchain import version as gover

if TYPE_CHECKING:
    from crosswind.project.modules.modules import Modules

# gover.GoStrictVersion: an earlier toolchain says nothing on its line.
_STRICT = gover.parse("1.21")


def check(modules: Modules) -> None:
    """Refuse a main module that Go would have to bring up to date, as far as its own files tell.

    Raises:
        UsageError: CW5024.
    """
    main = modules.mains[0]
    for message, line, column in (*_stale(main), *_unsummed(modules, main)):
        place = f"{main.file.name}:{line}:{column}" if line else main.file.name
        raise UsageError("CW5024", message, subject=place, hint="go mod tidy")


def _stale(main: MainModule) -> Iterator[tuple[str, int, int]]:
    file = main.file
    excluded = {(one.path, one.version) for one in file.exclude}
    known: dict[str, Required] = {}
    for one in file.require:
        before = known.setdefault(one.path, one)
        if (one.path, one.version) in excluded:
            yield f"requires the excluded {one.path} {one.version}", one.line, one.column
        elif before.version != one.version:
            yield f"requires {one.path} twice", one.line, one.column
    lines = [(one.path, one.exact, one.line, one.column) for one in (*file.require, *file.exclude)]
    lines += [(one.path, one.exact, one.line, one.column) for one in file.replace]
    for path, exact, line, column in lines:
        if not exact:
            yield f"a version of {path} is not written in full", line, column
    if file.toolchain and _says_nothing(main):
        message = f"the toolchain line says nothing: {file.toolchain.text}"
        yield message, file.toolchain.line, file.toolchain.column


def _says_nothing(main: MainModule) -> bool:
    """Whether Go would drop the toolchain line: it names no release, or the go line's own."""
    is_same = main.toolchain == f"go{main.go}"
    return is_same or gover.parse(gover.of_toolchain(main.toolchain)) < _STRICT


def raised(modules: Modules, file: ModFile) -> str:
    """Say what another module's go.mod asks for beyond the main module's (spotCheckRoots); empty if nothing."""
    required = modules.required
    for one in file.require:
        known = required.get(one.path)
        if known and semver.key(known) < semver.key(one.version):
            return f"updates to go.mod needed: it requires {one.path} {one.version}, not {known}"
    wanted = gover.parse(file.go.text) if file.go else gover.MALFORMED
    if file.go and wanted >= _STRICT and wanted > gover.parse(modules.go):
        return f"updates to go.mod needed: it requires go >= {file.go.text}, not {modules.go}"
    return ""


def _unsummed(modules: Modules, main: MainModule) -> Iterator[tuple[str, int, int]]:
    """Before Go 1.17 every go.mod in the graph is read, and must have its sum."""
    if modules.is_complete or modules.mode.name != "readonly":
        return
    for one in main.file.require:
        new = modules.replacement(Version(one.path, one.version))
        actual = Version(new.path, new.version) if new else Version(one.path, one.version)
        if actual.version and not modules.sums.of(*actual, only_go_mod=True):
            yield f"{actual}: missing go.sum entry for go.mod file", one.line, one.column
