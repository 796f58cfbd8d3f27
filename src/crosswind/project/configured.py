"""A configuration held against what it speaks of: the targets of a Go, the programs of a module."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

from crosswind import toolchain
from crosswind.config.check import check_programs, check_targets, check_templates
from crosswind.config.config_error import ConfigError
from crosswind.config.settings import Config
from crosswind.errors import CrosswindError, UsageError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.port import Port
from crosswind.project import at_hand, find_programs, gomod, programs
from crosswind.project.graph.scan import Scan
from crosswind.project.modules import locate
from crosswind.system import files, host
from crosswind.target import Target, parse
from crosswind.toolchain import Toolchain


@frozen
class Surroundings:
    """What a configuration can speak of.

    Attributes:
        ports: of the Go at hand.
        host: what that Go runs on.
        programs: the names of all programs; None where they cannot be found out.
        note: why these are not the ports of the Go that a build would take, if so.
    """

    ports: tuple[Port, ...]
    host: Target
    programs: tuple[str, ...] | None
    note: Finding | None


def look(config: Config, directory: Path, *, offline: bool = False) -> Surroundings:
    """Find out what there is to speak of; uses no network and raises nothing."""
    try:
        go, note = at_hand.go(directory, config.toolchain, offline=offline)
    except CrosswindError as error:  # settings that forbid any Go are no matter of this file
        go, note = None, error.finding
    return Surroundings(
        toolchain.ports(go),
        go.host if go else Target(host.goos(), host.goarch()),
        _programs(config, directory, go),
        note,
    )


def narrow(
    config: Config, directory: Path, target: str, program: str
) -> tuple[Config, Target | None]:
    """Read the target and the program that somebody asks about; an empty text asks about none.

    Returns:
        The configuration with `host` replaced by what it is, and the target.

    Raises:
        UsageError: CW0101, CW0102, no such target; CW0307, no such program.
    """
    around = look(config, directory)
    if program and around.programs is not None and program not in around.programs:
        near = difflib.get_close_matches(program, around.programs, 1)
        known = f"there are {', '.join(around.programs)}"
        hint = f"did you mean {near[0]}?" if near else known
        raise UsageError("CW0307", f"no program is called {program!r}", hint=hint)
    if target == "host":
        target = str(around.host)
    wanted = parse(target, around.ports) if target else None
    return config.on(around.host), wanted


def _programs(config: Config, directory: Path, go: Toolchain | None) -> tuple[str, ...] | None:
    if config.programs:
        return tuple(entry.name for entry in config.programs)
    if go is None:
        return None
    env = {**toolchain.environment(go, os.environ), "GOPROXY": "off"}
    try:
        module = gomod.find(directory, env)
        scan = Scan(files.cache_dir())
        wanted = gomod.everything(module, directory)
        found = find_programs.find(go, env, wanted, (go.host,), directory, scan)
    except CrosswindError:
        return None
    return tuple(program.name for program in found)


def check(config: Config, directory: Path, *, offline: bool = False) -> tuple[Finding, ...]:
    """Say what in a configuration does nothing.

    Raises:
        ConfigError: what keeps every build from working, at its position in the file: CW0210,
            CW0211 templates, CW0101, CW0102 targets, CW0307 programs that are not there.
    """
    check_templates(config)
    absent = tuple(_absent(config, directory))
    if absent:
        raise ConfigError(absent)
    around = look(config, directory, offline=offline)
    findings = check_targets(config, around.ports, around.host)
    if around.programs is not None:
        findings += check_programs(config, around.programs)
    return findings


def _absent(config: Config, directory: Path) -> Iterator[Finding]:
    """Find programs whose folder is not there."""
    for index, entry in enumerate(config.programs):
        pattern = programs.pattern(entry.main)
        if pattern.startswith((".", "/")) and not locate.is_folder(directory / pattern):
            place = config.where("programs", index, "main")
            message = f"programs[{index}].main: there is no folder {entry.main}"
            yield Finding(
                "CW0307", Severity.ERROR, place, message, programs.near(pattern, directory)
            )
