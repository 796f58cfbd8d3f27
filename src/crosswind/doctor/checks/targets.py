"""Can the targets be built: by this Go, with or without C."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.targets import Unit
from crosswind.doctor.line import (
    Verdict,
    failed,
    fine,
    harmless,
    missing,
    refused,
    unchecked,
    warned,
)
from crosswind.target import Target
from crosswind.toolchain import goflags

# More names than this are counted, not listed.
_SHOWN = 6


def known(facts: Facts) -> Verdict:
    """Are all targets in the toolchain's own list."""
    errors = facts.targets.errors
    if errors:
        first = refused(errors[0], "this Go does not build for it")
        more = f", and {len(errors) - 1} more unknown" if len(errors) > 1 else ""
        return failed(f"{first.found}{more}", first.why, first.mend, first.exit_code)
    targets = [one.target for one in facts.targets.selected]
    if not targets:
        return harmless("no target is selected", "nothing is built")
    return fine(f"{_names(targets)}: in the list of {_go(facts)}")


def broken(facts: Facts) -> Verdict:
    """Is one of the targets a port that its maintainers call broken."""
    found = [one.target for one in facts.targets.selected if one.port.broken]
    if not found:
        return fine("none of the targets is marked broken")
    why = "Go marks the port as broken: it may not compile, or not work"
    return warned(_names(found), why, f"leave it out: -t '!{found[0]}'")


def external_linker(facts: Facts) -> Verdict:
    """Do targets need a C toolchain even without cgo."""
    ports = {one.target: one for one in facts.targets.selected}
    needing = {
        unit.target: ports[unit.target].named
        for unit in facts.targets.units
        if ports[unit.target].port.needs_external_linker and not facts.cgo(unit)
    }
    if not needing:
        return fine("Go links all of them itself")
    why = "cannot be linked without a C toolchain for it (Android NDK, Xcode)"
    named = [target for target, by_name in needing.items() if by_name]
    if not named:
        return harmless(_names(needing), f"{why}; only a glob asked for it, so it is left out")
    return missing(_names(named), why, "set CC to its compiler, and cgo: on in crosswind.yaml")


def cgo(facts: Facts) -> Verdict:
    """Does the code use C where C takes no part."""
    project = facts.project
    if project.module is None:
        return harmless("no go.mod", "there is no code")
    if not project.listings:
        return unchecked("no fitting Go is here to list the packages")
    uses = {use.package: use for listing in project.listings for use in listing.uses}
    theirs = sorted(name for name, use in uses.items() if not use.standard)
    if theirs:
        return _with_theirs(facts, theirs)
    if any(listing.errors for listing in project.listings):
        return unchecked("not all packages could be loaded")
    losses = {use.package: use.loss for use in uses.values() if use.loss}
    if losses and not all(facts.cgo(unit) for unit in facts.targets.units):
        why = "; ".join(f"{name}: {loss}" for name, loss in sorted(losses.items()))
        return harmless("only the standard library would use it", why)
    return fine("no package needs it")


def _with_theirs(facts: Facts, packages: list[str]) -> Verdict:
    without = {
        unit.target
        for unit in facts.targets.units
        if facts.uses_c(unit.target.goos) and not facts.cgo(unit)
    }
    if not without:
        return fine(f"{_listed(packages)} uses cgo, which is on")
    why = f"off for {_names(without)}: its cgo files are left out, it fails or does less"
    change = "cgo: on in crosswind.yaml, or crosswind build --cgo on"
    return warned(f"{_listed(packages)} uses cgo", why, change)


def compiler(facts: Facts) -> Verdict:
    """Is the C compiler of every target with cgo there."""
    units = [unit for unit in facts.targets.units if facts.cgo(unit)]
    if not units:
        return harmless("none is needed", "C takes no part in any target")
    path = facts.go.settings.env.get("PATH", "")
    for unit in units:
        words, chosen = _compiler(facts, unit)
        if not shutil.which(words[0], path=path):
            change = mend.install("gcc", facts.host.installer)
            if facts.host.goos == "darwin":
                change = "xcode-select --install"
            return missing(f"{words[0]} is not there", f"{unit.target} is built with cgo", change)
        if not chosen and (unit.target.goos, unit.target.goarch) != (
            facts.on.goos,
            facts.on.goarch,
        ):
            why = f"{unit.target} is built with cgo, and CC is this host's own compiler"
            change = f"set CC for {unit.target} under overrides, env in crosswind.yaml"
            return warned(f"{words[0]} compiles for {facts.on}", why, change)
    names = sorted({_compiler(facts, unit)[0][0] for unit in units})
    return fine(f"{', '.join(names)} for {_names(unit.target for unit in units)}")


def zig(facts: Facts) -> Verdict:
    """Is the pinned Zig here, or will it be fetched."""
    if facts.host.zig:
        return fine(str(facts.host.zig))
    where = "is not here"
    if not facts.host.zig_pinned:
        why = f"none is pinned for {facts.host.port}; only resource scripts with dialogs, menus or"
        return harmless(where, f"{why} accelerators need it")
    why = "100 MB, fetched when a resource script with dialogs, menus or accelerators needs it"
    return harmless(where, why, "crosswind toolchain install zig")


def _compiler(facts: Facts, unit: Unit) -> tuple[tuple[str, ...], bool]:
    """The words of CC for a unit, and whether somebody chose it."""
    text = dict(unit.settings.env).get("CC") or facts.go.settings.get("CC").value
    try:
        words = goflags.split(text)
    except ValueError:
        words = (text,)
    # cmd/dist/build.go, clangos: clang for these systems, gcc for the others.
    default = "clang" if unit.target.goos in ("darwin", "ios", "freebsd", "openbsd") else "gcc"
    return words or (default,), bool(words)


def _go(facts: Facts) -> str:
    go = facts.go.chosen or facts.go.local
    return go.name if go else "Go 1.27.3, since none is here"


def _names(targets: Iterable[Target]) -> str:
    return _listed(sorted({str(target) for target in targets}))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
