"""The pipeline's compile stage: go commands for what no earlier run has linked.

Where nothing changed this module is not even imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crosswind import linker_pdb
from crosswind.building import compile as compiler
from crosswind.building.compile import Hooks, Width
from crosswind.building.compiled import Compiled
from crosswind.building.plan import Compile, Output, Plan
from crosswind.building.prepare import Prepared
from crosswind.building.request import Request
from crosswind.events import Fetching, Observer, Stage, StageStarted
from crosswind.reuse import Reuse
from crosswind.system import host


def run(
    plan: Plan, request: Request, prepared: Prepared, reuse: Reuse, observer: Observer
) -> Iterator[Compiled]:
    """Run the go commands of a plan in its order; yield each as it ends, failed ones too."""

    def announce(compile_: Compile, pid: int) -> None:
        for unit in compile_.units:
            observer(StageStarted(unit.program, unit.target, Stage.COMPILE, pid))

    return compiler.run(
        plan,
        prepared.env,
        width=_width(plan, request, prepared, reuse),
        fail_fast=request.fail_fast or prepared.config.fail_fast,
        hooks=Hooks(
            reuse.refresh,
            announce,
            lambda compile_, module: observer(Fetching(module, compile_.target)),
        ),
        earlier=lambda output: _earlier(reuse, output),
    )


def _width(plan: Plan, request: Request, prepared: Prepared, reuse: Reuse) -> Width:
    outputs = [output for compile_ in plan.compiles for output in compile_.outputs]
    return Width(
        host.cpus(),
        asked=request.parallel or prepared.config.parallel,
        all_there=all(_earlier(reuse, output) for output in outputs),
    )


def _earlier(reuse: Reuse, output: Output) -> Path | None:
    """Return what go linked in an earlier run, unless a new link must tell of its PDB, or is asked for.

    Of libraries that a linker of C takes in the go command knows nothing, so there it always links anew.
    """
    if output.unit.cgo:
        return None
    if output.unit in reuse.left or not linker_pdb.is_known(reuse.out, output):
        return None
    return reuse.out.earlier(output)
