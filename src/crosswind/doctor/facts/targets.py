"""What would be built: targets, programs with their settings, and runners for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crosswind import target as targets_of
from crosswind.building import gocommand
from crosswind.config.settings import Config, Settings
from crosswind.errors import UsageError
from crosswind.port import Port
from crosswind.target import Selected, Target
from crosswind.toolchain.targets import describe

# Where Wine lies beside PATH: Debian's wine64 package, WineHQ's packages, Homebrew's casks.
_WINE = (
    "/usr/lib/wine/wine64",
    "/opt/wine-stable/bin/wine",
    "/opt/wine-devel/bin/wine",
    "/opt/wine-staging/bin/wine",
    "/Applications/Wine Stable.app/Contents/Resources/wine/bin/wine",
)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What was asked for.

    Attributes:
        selected: the targets.
        errors: why the others are no targets.
        units: every program for every target, without what the configuration skips.
        runners: for each GOOS/GOARCH, `native` or the program that runs its executables here; or
            empty.
    """

    selected: tuple[Selected, ...] = ()
    errors: tuple[UsageError, ...] = ()
    units: tuple[Unit, ...] = ()
    runners: Mapping[str, str] = field(default_factory=dict)


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
        selected, tuple(errors), _units(config, selected), _runners(selected, host, env)
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
    ports = tuple({str(one.port): one.port for one in selected}.values())

    def which(name: str) -> str | None:
        found = shutil.which(name, path=env.get("PATH", ""))
        if found or not name.startswith("wine"):
            return found
        return next((place for place in _WINE if os.access(place, os.X_OK)), None)

    return {
        str(info.port): (which(info.runner) or info.runner) if info.runner else ""
        for info in describe(ports, (), host, which)
    }
