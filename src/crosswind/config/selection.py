"""Which program is built for which targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from crosswind import target as targets_of
from crosswind.config.settings import Config
from crosswind.frozen import frozen
from crosswind.port import Port
from crosswind.target import Selected, Target


@frozen
class Selection:
    """The targets of a build.

    Attributes:
        targets: of all programs together, each once.
        own: those of programs that the configuration gives targets of their own.
        common: those of all other programs.
    """

    targets: tuple[Selected, ...]
    own: Mapping[str, frozenset[Target]]
    common: frozenset[Target]

    def wants(self, program: str, target: Target) -> bool:
        """Whether a program is to be built for a target."""
        return target in self.own.get(program, self.common)


def select(config: Config, asked: Sequence[str], ports: Sequence[Port], host: Target) -> Selection:
    """Expand the targets asked for on the command line, else the configuration's, else the host.

    A program's own targets stand in place of the project's; what the command line asks for
    chooses among them.

    Raises:
        UsageError: CW0101, CW0102 for a pattern that fits no target.
    """
    common = targets_of.select(asked or config.targets or ("host",), ports, host)
    own = {
        entry.name: targets_of.select(entry.targets, ports, host)
        for entry in config.programs
        if entry.targets
    }
    if asked:
        own = {name: _among(common, mine) for name, mine in own.items()}
    together: dict[Target, Selected] = {}
    for one in chain(common, *own.values()):
        # Whoever is called by its name is more than one of many that a pattern fits.
        if one.named or one.target not in together:
            together[one.target] = one
    return Selection(
        tuple(together.values()),
        {name: frozenset(one.target for one in mine) for name, mine in own.items()},
        frozenset(one.target for one in common),
    )


def _among(asked: Sequence[Selected], mine: Sequence[Selected]) -> tuple[Selected, ...]:
    """Keep what is asked for if it is mine: `linux/amd64/v3` is one of `linux/amd64`."""
    patterns = [str(one.target) for one in mine]
    return tuple(one for one in asked if targets_of.matches(one.target, patterns))
