"""Say what is lost where code uses cgo and is built without."""

from __future__ import annotations

from collections.abc import Mapping

from crosswind.building.prepare import Prepared
from crosswind.finding import Finding, Severity
from crosswind.project import cgo, remote
from crosswind.project.cgo import CgoUse


def findings(prepared: Prepared) -> tuple[Finding, ...]:
    """Ask the go command once per GOOS which packages use cgo; one finding per package.

    A package of others is a warning, one of the standard library a note.
    Raises as `project.golist.packages`.
    """
    without = sorted(unit.target for unit in prepared.plan.units if not unit.cgo)
    first_of_each = {target.goos: target for target in reversed(without)}
    packages = [program.package for program in prepared.programs]
    systems: dict[CgoUse, list[str]] = {}
    for goos, target in sorted(first_of_each.items()):
        directory = prepared.source.directory
        for use in cgo.uses(prepared.toolchain, directory, _env(prepared), packages, target):
            if use.loss:
                systems.setdefault(use, []).append(goos)
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
