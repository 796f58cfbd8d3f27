"""Choose what runs a program here, and say why."""

from __future__ import annotations

from collections.abc import Mapping

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.run import emulated, native, qemu, rosetta, wasm, wine
from crosswind.run.runner import Absent, Found, Runner
from crosswind.target import Target

# Every runner, the one that is closest to the real system first.
RUNNERS: tuple[Runner, ...] = (
    native.RUNNER,
    rosetta.RUNNER,
    qemu.RUNNER,
    wasm.RUNNER,
    wine.RUNNER,
    emulated.RUNNER,
)


@frozen
class Choice:
    """The runner that serves, with the reasons.

    Attributes:
        runner: the runner, and `found` what `find` or `probe` returned of it.
        passed_over: the runners before it in the order that do not serve.
    """

    runner: Runner
    found: Found
    passed_over: tuple[tuple[str, Absent], ...] = ()


def look(target: Target, host: Target, env: Mapping[str, str]) -> Found | None:
    """Find the first runner that is here for a target, starting no process."""
    looks = (runner.find(target, host, env) for runner in RUNNERS)
    return next((found for found in looks if isinstance(found, Found)), None)


def choose(
    target: Target,
    host: Target,
    env: Mapping[str, str],
    wanted: str = "",
    *,
    watched: bool = False,
) -> Choice | tuple[tuple[str, Absent], ...]:
    """Choose a runner that works, or the one that is wanted; else say why each does not serve.

    Args:
        target: what the program is for.
        host: what this host is.
        env: where runners are looked for: PATH and their own variables.
        wanted: the name of the only runner that will do.
        watched: only one that can watch its programs will do.

    Raises:
        UsageError: CW4003, no runner has the name that is wanted.
    """
    absent: list[tuple[str, Absent]] = []
    for runner in _candidates(wanted):
        found: Found | Absent = runner.find(target, host, env)
        if watched and not runner.watches:
            found = Absent("it cannot watch a program, nor keep anything from it")
        if isinstance(found, Found):
            found = runner.probe(found, target, env)
        if isinstance(found, Found):
            return Choice(runner, found, tuple(absent))
        absent.append((runner.name, found))
    return tuple(absent)


def after(
    choice: Choice, target: Target, host: Target, env: Mapping[str, str]
) -> tuple[tuple[str, Found | Absent], ...]:
    """Look at the runners behind the chosen one in the order, without starting any."""
    place = RUNNERS.index(choice.runner)
    behind = RUNNERS[place + 1 :]
    return tuple((runner.name, runner.find(target, host, env)) for runner in behind)


def _candidates(wanted: str) -> tuple[Runner, ...]:
    if not wanted:
        return RUNNERS
    chosen = tuple(runner for runner in RUNNERS if runner.name == wanted)
    if not chosen:
        names = ", ".join(runner.name for runner in RUNNERS)
        raise UsageError("CW4003", f"no runner is called {wanted!r}", hint=f"they are {names}")
    return chosen
