"""Variables that steer the go command, exported or written by `go env -w`."""

from __future__ import annotations

from pathlib import Path

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.line import Verdict, failed, fine, harmless, warned
from crosswind.port import ARCHS


def env_file(facts: Facts) -> Verdict:
    """Is the file of `go env -w` there, and does Go read all of it."""
    settings = facts.go.settings
    file = settings.user_file
    chosen = settings.env.get("GOENV", "")
    change = mend.unset("GOENV", settings, facts.host.goos)
    if file is None:
        return harmless("GOENV=off", "what `go env -w` wrote does not count", change)
    if chosen and not file.is_file():
        what = "is no file" if file.exists() else "does not exist"
        return warned(f"GOENV={chosen} {what}", "Go silently takes no settings from it", change)
    if facts.go.odd_lines:
        lines = ", ".join(map(str, facts.go.odd_lines[:5]))
        why = "Go ignores lines that are not NAME=value, and takes a carriage return for a value"
        return warned(f"{file}, line {lines}", why, f"mend line {facts.go.odd_lines[0]} of {file}")
    if settings.user:
        return fine(f"{file} sets {', '.join(sorted(settings.user))}")
    return fine("nothing is set by `go env -w`")


def module_mode(facts: Facts) -> Verdict:
    """Is Go in module mode."""
    setting = facts.go.settings.get("GO111MODULE")
    if setting.value in ("", "on", "auto"):
        return fine(setting.value or "not set")
    found = f"GO111MODULE={setting.value}, from {setting.origin}"
    change = mend.unset("GO111MODULE", facts.go.settings, facts.host.goos)
    if setting.value == "off":
        if facts.project.module is None:
            return harmless(found, "there is no go.mod here", change)
        return failed(found, "Go ignores go.mod and looks for packages in GOPATH", change)
    return failed(found, "Go knows on, off and auto, and refuses everything else", change)


def target_variables(facts: Facts) -> Verdict:
    """Are GOOS, GOARCH or CGO_ENABLED set for every go command."""
    settings = facts.go.settings
    found = {name: settings.get(name) for name in ("GOOS", "GOARCH", "CGO_ENABLED")}
    found = {name: setting for name, setting in found.items() if setting.value}
    if not found:
        return fine("GOOS, GOARCH and CGO_ENABLED are not set")
    name, first = next(iter(found.items()))
    text = ", ".join(f"{name}={setting.value}" for name, setting in found.items())
    why = "crosswind sets them anew for each target; plain go commands follow them"
    change = mend.unset(name, settings, facts.host.goos)
    return harmless(f"{text}, from {first.origin}", why, change)


def levels(facts: Facts) -> Verdict:
    """Does an instruction-set variable leak into targets that name no variant."""
    settings = facts.go.settings
    found: list[str] = []
    for arch in ARCHS.values():
        if arch.variant is None:
            continue
        setting = settings.get(arch.variant.variable)
        if setting.value in ("", arch.variant.default):
            continue
        name = arch.variant.variable
        text = f"{name}={setting.value}, from {setting.origin}"
        change = mend.unset(name, facts.go.settings, facts.host.goos)
        leaked = [
            unit.target
            for unit in facts.targets.units
            if (unit.target.goarch, unit.target.variant) == (arch.name, "")
            and name not in dict(unit.settings.env)
        ]
        if leaked and not arch.variant.accepts(setting.value):
            why = f"no value of {name}; Go may build {leaked[0]} all the same and record it"
            return warned(text, why, change)
        if leaked:
            why = f"{leaked[0]} is built for it and may not run on older processors"
            return warned(text, why, change)
        found.append(text)
    if found:
        return harmless("; ".join(found), "no target without a variant has this processor")
    return fine("no instruction-set level is set")


def experiments(facts: Facts) -> Verdict:
    """Do GOEXPERIMENT or GOFIPS140 change what every build makes."""
    for name in ("GOEXPERIMENT", "GOFIPS140"):
        setting = facts.go.settings.get(name)
        if setting.value and (name, setting.value) != ("GOFIPS140", "off"):
            change = mend.unset(name, facts.go.settings, facts.host.goos)
            why = "every program here is built with it, and differs from one built elsewhere"
            return warned(f"{name}={setting.value}, from {setting.origin}", why, change)
    return fine("GOEXPERIMENT and GOFIPS140 are not set")


def debug(facts: Facts) -> Verdict:
    """Is GODEBUG set."""
    value = facts.go.settings.env.get("GODEBUG", "")
    if not value:
        return fine("not set")
    why = "it changes how the go command itself runs; programs carry go.mod's settings instead"
    change = mend.unset("GODEBUG", facts.go.settings, facts.host.goos)
    return harmless(f"GODEBUG={value}, from the environment", why, change)


def gobin(facts: Facts) -> Verdict:
    """Is GOBIN set."""
    setting = facts.go.settings.get("GOBIN")
    if not setting.value:
        return fine("not set")
    why = "crosswind unsets it; plain `go install` refuses to cross-compile with it"
    change = mend.unset("GOBIN", facts.go.settings, facts.host.goos)
    return harmless(f"GOBIN={setting.value}, from {setting.origin}", why, change)


def gocache(facts: Facts) -> Verdict:
    """Can Go write its build cache."""
    setting = facts.go.settings.get("GOCACHE")
    place = facts.host.gocache
    change = mend.unset("GOCACHE", facts.go.settings, facts.host.goos)
    if setting.value == "off":
        return failed(
            f"off, from {setting.origin}", "no Go since 1.12 builds without its cache", change
        )
    if setting.value and not Path(setting.value).is_absolute():
        why = "Go wants an absolute path, and refuses this one"
        return failed(f"{setting.value}, from {setting.origin}", why, change)
    if place.problem:
        if not setting.value:
            change = mend.export("GOCACHE", "/path/to/a/folder", facts.host.goos)
        origin = f", from {setting.origin}" if setting.origin else ""
        return failed(
            f"{place.path}{origin}: {place.problem}", "Go cannot keep what it compiles", change
        )
    return fine(str(place.path))
