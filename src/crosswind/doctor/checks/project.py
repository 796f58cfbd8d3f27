"""Configuration and module files."""

from __future__ import annotations

import shlex

from crosswind.doctor import mend
from crosswind.doctor.checks import flags
from crosswind.doctor.checks.modules import lacks_modules
from crosswind.doctor.facts import Facts
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
from crosswind.errors import ExitCode
from crosswind.finding import Status
from crosswind.project import golist
from crosswind.project.gomod import Module


def configuration(facts: Facts) -> Verdict:
    """Can crosswind.yaml be read."""
    project = facts.project
    if project.config_error:
        return refused(project.config_error, "nothing is built before it is mended")
    if not project.config.file:
        return harmless("no crosswind.yaml", "defaults are used", "crosswind init")
    return fine(project.config.file)


def module(facts: Facts) -> Verdict:
    """Is there a module."""
    project = facts.project
    if project.module:
        name = project.module.path or "a workspace"
        return fine(f"{name} in {project.module.directory}")
    if _is_of_gowork(facts):
        return unchecked("GOWORK leads nowhere")
    if project.module_error:
        return refused(project.module_error, "only the host is examined")
    return harmless("no go.mod", "only the host is examined")


def workspace(facts: Facts) -> Verdict:
    """Is a go.work in force, and is it the project's own."""
    found = facts.project.module
    setting = facts.project.gowork
    if facts.project.module_error and _is_of_gowork(facts):
        error = facts.project.module_error
        change = mend.unset("GOWORK", facts.go.settings, facts.host.goos)
        return failed(f"{error.subject}: {error.message}", "Go refuses to work", change)
    if found is None or found.workspace is None:
        return fine("GOWORK=off" if setting.value == "off" else "no go.work is in force")
    file = found.workspace
    text = f"{file}, from {setting.origin}" if setting.value else str(file)
    change = "GOWORK=off crosswind build"
    if facts.go.chosen and found.directory.resolve() not in facts.project.used and found.path:
        why = f"it does not use {found.path}, and Go refuses to build it"
        return failed(text, why, f"go work use {shlex.quote(str(found.directory))}")
    if file.parent == found.directory:
        return fine(text, "the project's own")
    root = facts.git.root
    if root and file.resolve().is_relative_to(root.resolve()):
        return fine(text, "of the same repository")
    why = "it lies outside of the project: a build elsewhere takes other code or versions"
    return warned(text, why, change)


def sums(facts: Facts) -> Verdict:
    """Is there a go.sum where one is needed."""
    project = facts.project
    if project.module is None:
        return harmless("no go.mod", "there is nothing to verify")
    if facts.go.chosen is None:
        return unchecked("no fitting Go is here to read go.mod")
    if not project.requires:
        return fine("no module is required")
    count = f"{len(project.requires)} modules are required"
    if project.vendored:
        return fine(f"{count}, from the vendor folder")
    if any("missing go.sum entry" in error for error in _errors(facts)):
        what = "go.sum lacks some" if project.has_sum else "there is no go.sum"
        return failed(f"{count}, and {what}", "Go builds nothing unverified", "go mod tidy")
    return fine(f"{count}, and go.sum has them")


def packages(facts: Facts) -> Verdict:
    """Can the go command load every package, without network."""
    project = facts.project
    if project.module is None:
        return harmless("no go.mod", "there are no packages")
    if not project.listings:
        return unchecked("no fitting Go is here to list the packages")
    if any(check(facts).status is Status.FAIL for check in (flags.stopping, flags.sources)):
        return unchecked("of what the lines about flags say")
    errors = _errors(facts)
    own = [error.strip() for error in errors if not _is_told_elsewhere(error, project.module)]
    if own:
        lines = own[0].split("\n")
        first = " ".join(line.strip() for line in lines[: 2 if lines[0].endswith(":") else 1])
        return failed(first, "Go cannot load the packages", _mend(first, facts))
    if any("GOPROXY=off" not in error for error in errors):
        return unchecked("of what other lines say")
    return _modules_here(facts)


def programs(facts: Facts) -> Verdict:
    """Is there a main package to build."""
    project = facts.project
    if project.module is None:
        return harmless("no go.mod", "there is nothing to build")
    if not project.listings:
        return unchecked("no fitting Go is here to list the packages")
    found = sorted({path for listing in project.listings for path in listing.programs})
    if found:
        names = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")
        return fine(f"{len(found)}: {names}" if len(found) > 1 else names)
    if _errors(facts):
        return unchecked("of what other lines say")
    if project.elsewhere:
        return unchecked("build constraints leave out every program for these targets")
    why = "there is nothing to build: a program is a package main with a function main"
    mend = "name where it lies: crosswind -C DIR doctor"
    return failed("no main package below this folder", why, mend, ExitCode.USAGE)


def _mend(error: str, facts: Facts) -> str:
    if "listed in go.work" in error and facts.project.used:
        return f"crosswind -C {shlex.quote(str(facts.project.used[0]))} doctor"
    if "go.mod" in error or "go.work" in error:
        return "mend the line that it names"
    command = golist.mend(error)
    if command.startswith("go ") or "permission denied" in error:
        return command
    if "GOPATH" in error:
        return mend.unset("GOPATH", facts.go.settings, facts.host.goos)
    return "go mod tidy"


def _modules_here(facts: Facts) -> Verdict:
    if not lacks_modules(facts):
        return fine("all packages and their modules are here")
    found = "some modules are not on this host"
    if facts.offline or facts.go.settings.get("GOPROXY").value == "off":
        return missing(found, "and they may not be fetched", "GOPROXY= go mod download")
    return fine(found, "the first build fetches them", "go mod download")


def vendor(facts: Facts) -> Verdict:
    """Does vendor/modules.txt agree with go.mod."""
    project = facts.project
    if project.module is None or not project.vendored:
        return fine("no vendor folder")
    if not project.listings:
        return unchecked("no fitting Go is here to compare it")
    told = [error for error in _errors(facts) if "inconsistent vendoring" in error]
    if told:
        lines = [line.strip() for line in told[0].splitlines()]
        return failed(lines[min(1, len(lines) - 1)], "Go builds nothing from it", "go mod vendor")
    return fine("vendor/modules.txt agrees with go.mod")


def _is_of_gowork(facts: Facts) -> bool:
    """Whether no module was found because of the file that GOWORK names."""
    error = facts.project.module_error
    return bool(error and error.subject and error.subject == facts.project.gowork.value)


def _errors(facts: Facts) -> list[str]:
    return [error for listing in facts.project.listings for error in listing.errors]


def _is_told_elsewhere(error: str, found: Module) -> bool:
    """Whether another line speaks of it; in a workspace's own folder none speaks of go.work."""
    if "listed in go.work" in error:
        return bool(found.path)
    marks = (
        "missing go.sum entry", "inconsistent vendoring", "$GOFLAGS", "GOPROXY=off",
        "GO111MODULE", "GOEXPERIMENT", "build cache ",
        "-linkshared ",
        "is not supported on", "requires cgo",
    )  # fmt: skip
    return any(mark in error for mark in marks)
