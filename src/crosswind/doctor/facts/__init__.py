"""Everything that the checks look at, found out once, before any of them decides."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from crosswind import toolchain
from crosswind.doctor.facts import git, go, host, project, targets
from crosswind.doctor.facts.git import GitFacts
from crosswind.doctor.facts.go import GoFacts
from crosswind.doctor.facts.host import HostFacts
from crosswind.doctor.facts.project import Listing, ProjectFacts
from crosswind.doctor.facts.targets import TargetFacts, Unit
from crosswind.errors import CrosswindError
from crosswind.frozen import frozen
from crosswind.project import gomod, mains, programs
from crosswind.project.gomod import Module
from crosswind.system import host as this
from crosswind.system import process
from crosswind.target import Target
from crosswind.toolchain import Toolchain, goflags, system

__all__ = ["Facts", "gather"]


@frozen
class Facts:
    """A host and a project, as found.

    Attributes:
        offline: whether the network may not be used.
        go, targets, project, git, host: what was found, by subject.
    """

    offline: bool
    go: GoFacts
    targets: TargetFacts
    project: ProjectFacts
    git: GitFacts
    host: HostFacts

    @property
    def on(self) -> Target:
        """The port that the Go here runs on, else this host's own."""
        go = self.go.chosen or self.go.local
        return go.host if go else Target(self.host.goos, self.host.goarch)

    def uses_c(self, goos: str) -> bool:
        """Whether code outside of the standard library uses cgo on an operating system."""
        return any(
            not use.standard
            for listing in self.project.listings
            if listing.goos == goos
            for use in listing.uses
        )

    def cgo(self, unit: Unit) -> bool:
        """Whether C code takes part in a unit."""
        return unit.cgo(used=self.uses_c(unit.target.goos), host=self.on)

    def flag(self, unit: Unit, name: str) -> str:
        """What a unit's go command is told by a flag, be it in `flags`, ours, or in GOFLAGS."""
        ours = {"mod": unit.settings.mod, "buildvcs": unit.settings.buildvcs}.get(name)
        spoken = goflags.value(unit.settings.flags, name) or ours
        return spoken or goflags.value(self.go.flags, name) or ""


def gather(
    directory: Path,
    patterns: tuple[str, ...],
    env: Mapping[str, str],
    config_file: Path | None,
    *,
    offline: bool,
) -> Facts:
    """Find out everything; writes nothing into the project, and uses no network."""
    configured, config_error = project.configuration(directory, config_file)
    with process.workers(4, "doctor") as pool:
        asked_git = pool.submit(git.look, directory, configured.dist, env)
        local = system.find(env)
        settings = toolchain.Settings.read(env, local.goroot if local else None)
        gowork = settings.get("GOWORK")
        module, module_error = project.module(directory, gowork.value)
        request = toolchain.Request(version=configured.toolchain, offline=offline, env=env)
        found = go.look(request, module)
        runs_on = found.chosen or found.local
        native = runs_on.host if runs_on else Target(this.goos(), this.goarch())
        configured = configured.on(native)
        chosen = targets.look(patterns, configured, found.ports, native, env)
        known = ProjectFacts(
            directory, configured, config_error, module, module_error, gowork,
            has_sum=bool(module and (module.directory / "go.sum").is_file()),
            vendored=bool(module and (_root(module) / "vendor").is_dir()),
        )  # fmt: skip
        if found.chosen and module:
            known = _ask_go(known, found, found.chosen, chosen, env, pool)
        this_host = host.look(directory, configured.dist, settings)
        return Facts(offline, found, chosen, known, asked_git.result(), this_host)


def _root(module: Module) -> Path:
    """Where the vendor folder lies: beside go.work, if one is in force."""
    return module.workspace.parent if module.workspace else module.directory


def _ask_go(
    known: ProjectFacts,
    found: GoFacts,
    go_: Toolchain,
    chosen: TargetFacts,
    env: Mapping[str, str],
    pool: ThreadPoolExecutor,
) -> ProjectFacts:
    """Ask the go command about module files and packages: one `go list` per operating system."""
    module = known.module
    if module is None:
        return known
    environment = toolchain.environment(go_, env)
    one_of_each = {unit.target.goos: unit.target for unit in reversed(chosen.units)}
    words = _listed(known, found)
    asked = [
        pool.submit(project.listing, go_, known.directory, environment, words, target)
        for _, target in sorted(one_of_each.items())
    ]
    requires = pool.submit(project.required_modules, go_, module, environment)
    used = pool.submit(project.used_modules, go_, module, environment)
    listings: list[Listing] = [answer.result() for answer in asked]
    return replace(
        known,
        requires=requires.result(),
        used=used.result(),
        listings=tuple(listings),
        elsewhere=()
        if any(one.programs for one in listings)
        else mains.folders(known.directory, _patterns(known)),
    )


def _listed(known: ProjectFacts, found: GoFacts) -> list[str]:
    """The flags and patterns of `go list`: as a build's, but never -mod=mod, which writes go.mod."""
    mod = known.config.overlay.mod or goflags.value(found.flags, "mod")
    flags = [f"-mod={'readonly' if mod == 'mod' else mod}"] if mod else []
    return [*flags, "--", *_patterns(known)]


def _patterns(known: ProjectFacts) -> list[str]:
    """The patterns of a build without arguments; `./...` where go.work is unreadable."""
    if known.config.programs:
        return [programs.pattern(entry.main) for entry in known.config.programs]
    with contextlib.suppress(CrosswindError):
        if known.module:
            return list(gomod.everything(known.module, known.directory))
    return ["./..."]
