"""What a go command left: of a run now, or of an earlier one from the same inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from crosswind.building.plan import Compile, Output, Unit
from crosswind.frozen import frozen
from crosswind.outcome import Usage


@frozen
class Compiled:
    """How one go command ended.

    Attributes:
        compile: the command.
        made: the outputs that are there.
        stderr: what it printed.
        usage: what it cost.
        failed: what was printed for each unit that was not made.
        given_up: not run, because another one failed before.
        pdbs: what the linker made beside its output, for whom it may be.
        reused: made by an earlier run from the same inputs; no go command ran.
    """

    compile: Compile
    made: tuple[Output, ...]
    stderr: str
    usage: Usage
    failed: Mapping[Unit, str] = field(default_factory=dict)
    given_up: bool = False
    pdbs: tuple[Path, ...] = ()
    reused: bool = False
