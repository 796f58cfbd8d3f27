"""Look at a host and a project, and say what is wrong for this project."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosswind.doctor.facts import Facts, gather
from crosswind.doctor.line import Line
from crosswind.doctor.registry import CHECKS
from crosswind.errors import ExitCode
from crosswind.finding import Report, Status
from crosswind.frozen import frozen

# Which failure decides the exit status: wrong input comes before all that was judged by it.
_PRECEDENCE = (ExitCode.USAGE, ExitCode.MISSING, ExitCode.REMOTE, ExitCode.FAILED)


@frozen
class Examination:
    """Every line, in the order of the report.

    Attributes:
        directory: the project.
        lines: one per check that is about this kind of host.
    """

    directory: Path
    lines: tuple[Line, ...]

    @property
    def report(self) -> Report:
        """The lines as the value that all reports are."""
        return Report(str(self.directory), tuple(line.check for line in self.lines))

    @property
    def exit_code(self) -> ExitCode:
        """OK without failures: warnings do not stop a build."""
        codes = {
            line.verdict.exit_code for line in self.lines if line.verdict.status is Status.FAIL
        }
        return next((code for code in _PRECEDENCE if code in codes), ExitCode.OK)


def examine(
    directory: Path,
    targets: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    *,
    config: Path | None = None,
    offline: bool = False,
) -> Examination:
    """Examine a project and this host. Uses no network, and writes nothing into the project.

    Args:
        directory: the project.
        targets: as `-t` takes them; else those of the configuration, else this host.
        env: the user's environment; ours if None.
        config: another configuration file than the project's own.
        offline: judge as for a build that may not use the network.
    """
    environment = dict(os.environ if env is None else env)
    place = directory.absolute()
    facts = gather(place, tuple(targets), environment, config, offline=offline)
    return Examination(place, judge(facts))


def judge(facts: Facts) -> tuple[Line, ...]:
    """Let every check decide that is about this kind of host."""
    return tuple(
        Line(entry.code, entry.group, entry.title, entry.decide(facts))
        for entry in CHECKS
        if entry.only in ("", facts.host.goos)
    )
