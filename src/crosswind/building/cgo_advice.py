"""Say what is lost where code uses cgo and is built without."""

from __future__ import annotations

from collections.abc import Mapping

from crosswind.building.prepare import Prepared
from crosswind.finding import Finding, Severity
from crosswind.project import remote
from crosswind.project.cgo import CgoUse, CgoUses
from crosswind.project.graph.scan import Scan
from crosswind.system import files


def findings(prepared: Prepared) -> tuple[Finding, ...]:
    """Tell which packages use cgo, for one target per GOOS; one finding per package.

    A package of others is a warning, one of the standard library a note.
    Raises as `project.cgo.CgoUses`.
    """
    without = sorted(unit.target for unit in prepared.plan.units if not unit.cgo)
    first_of_each = {target.goos: target for target in reversed(without)}
    packages = [program.package for program in prepared.programs]
    if not without:
        return ()
    targets = tuple(target for _, target in sorted(first_of_each.items()))
    known = CgoUses(
        prepared.toolchain,
        prepared.source.directory,
        _env(prepared),
        packages,
        targets,
        Scan(files.cache_dir()),
    )
    systems: dict[CgoUse, list[str]] = {}
    for target in targets:
        found = {use for package in packages for use in known.of(package, target) if use.loss}
        for use in sorted(found, key=lambda use: use.package):
            systems.setdefault(use, []).append(target.goos)
    return tuple(_finding(use, ", ".join(names)) for use, names in systems.items())


def _finding(use: CgoUse, systems: str) -> Finding:
    severity = Severity.NOTE if use.standard else Severity.WARNING
    hint = "" if use.standard else "--cgo on builds it in, with a C compiler for each target"
    return Finding(
        "CW0312", severity, systems, f"{use.package} uses cgo, which is off: {use.loss}", hint
    )


def _env(prepared: Prepared) -> Mapping[str, str]:
    if prepared.source.remote is None:
        return prepared.env
    return remote.inside(prepared.env)
