"""What would be built: targets, programs with their settings, and runners for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from crosswind import target as targets_of
from crosswind.building import gocommand
from crosswind.config.settings import Config, Settings
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.port import Port
from crosswind.run import emulated
from crosswind.run import select as run
from crosswind.run.runner import Found
from crosswind.target import Selected, Target


@frozen
class Unit:
    """A program for a target, as configured; templates are not rendered.

    Attributes:
        program: its name; empty where the configuration names no programs.
        target: what it is built for.
        settings: how.
    """

    program: str
    target: Target
    settings: Settings

    def cgo(self, *, used: bool, host: Target) -> bool:
        """Whether C code takes part; `used` says whether the code imports any."""
        decided = gocommand.wants_cgo(self.settings, self.target, host, used)
        return gocommand.environment(self.settings, self.target, decided)["CGO_ENABLED"] == "1"


@frozen
class TargetFacts:
    """What was asked for.

    Attributes:
        selected: the targets.
        errors: why the others are no targets.
        units: every program for every target, without what the configuration skips.
        runners: for each GOOS/GOARCH, what runs its programs here, with its program; or empty.
        emulator: our own emulator of Windows, with its version; empty if it lacks its extra.
    """

    selected: tuple[Selected, ...] = ()
    errors: tuple[UsageError, ...] = ()
    units: tuple[Unit, ...] = ()
    runners: Mapping[str, str] = field(default_factory=dict)
    emulator: str = ""


def look(
    patterns: Sequence[str],
    config: Config,
    ports: Sequence[Port],
    host: Target,
    env: Mapping[str, str],
) -> TargetFacts:
    """Work out what would be built."""
    asked = tuple(patterns) or config.targets or ("host",)
    good, errors = [], []
    for pattern in asked:
        try:
            targets_of.select([pattern.removeprefix("!")], ports, host)
            good.append(pattern)
        except UsageError as error:
            errors.append(error)
    selected = targets_of.select(good, ports, host)
    return TargetFacts(
        selected,
        tuple(errors),
        _units(config, selected),
        _runners(selected, host, env),
        _emulator(host, env),
    )


def _units(config: Config, selected: Sequence[Selected]) -> tuple[Unit, ...]:
    only = {entry.name: entry.targets for entry in config.programs}
    return tuple(
        Unit(name, one.target, config.settings(name, one.target))
        for one in selected
        if not config.skipped(one.target)
        for name in (only or {"": ()})
        if not only.get(name) or targets_of.matches(one.target, only[name])
    )


def _runners(selected: Sequence[Selected], host: Target, env: Mapping[str, str]) -> dict[str, str]:
    ports = {str(one.port): Target(one.port.goos, one.port.goarch) for one in selected}
    found = {name: run.look(target, host, env) for name, target in ports.items()}
    return {name: one.label if one else "" for name, one in found.items()}


def _emulator(host: Target, env: Mapping[str, str]) -> str:
    windows = Target("windows", "amd64")
    found = emulated.RUNNER.find(windows, host, env)
    if isinstance(found, Found):
        found = emulated.RUNNER.probe(found, windows, env)
    return found.label if isinstance(found, Found) else ""
