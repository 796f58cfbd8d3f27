"""Run the go commands of a plan, within the machine's means."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from crosswind.building.plan import Compile, Output, Plan
from crosswind.outcome import Usage
from crosswind.system import files, host, process

# A second compile starts only while this much memory is free: the linker of a large program maps
# about 1 GiB, its compiler processes some more.
_MEMORY_PER_COMPILE = 3 << 29


@dataclass(frozen=True, slots=True)
class Compiled:
    """How one go command ended.

    Attributes:
        compile: the command.
        made: the outputs that are there.
        stderr: what it printed.
        usage: what it cost.
        returncode: 0 if all went well.
        given_up: not run, because another one failed before.
    """

    compile: Compile
    made: tuple[Output, ...]
    stderr: str
    usage: Usage
    returncode: int = 0
    given_up: bool = False


def width(cpus: int, asked: int = 0) -> int:
    """Return how many go commands run at a time: what was asked, else one per four processors.

    `go build` keeps several processors busy by itself; two at once on two cores cost 12 % more
    CPU and won nothing (docs/decisions/0004-width.md).
    """
    return asked or max(1, cpus // 4)


def run(
    plan: Plan,
    env: Mapping[str, str],
    *,
    parallel: int,
    fail_fast: bool,
    on_start: Callable[[Compile, int], None],
) -> Iterator[Compiled]:
    """Run every command of a plan; yield each as it ends, failed ones too.

    On KeyboardInterrupt (or when the caller stops iterating) the children die with their groups.
    """
    waiting = deque(plan.compiles)
    running: set[Future[Compiled]] = set()
    failed = False
    with ThreadPoolExecutor(max(1, parallel), "compile") as pool:
        try:
            while waiting or running:
                if failed and fail_fast:
                    yield from (_give_up(compile_) for compile_ in waiting)
                    waiting.clear()
                while waiting and len(running) < parallel and _has_room(len(running)):
                    running.add(pool.submit(_run_one, waiting.popleft(), env, on_start))
                # A timeout, so that room that became free meanwhile is used.
                done, running = wait(running, 1.0, FIRST_COMPLETED)
                for future in done:
                    result = future.result()
                    failed = failed or result.returncode != 0
                    yield result
        except BaseException:
            process.kill_all()
            raise


def _has_room(running: int) -> bool:
    return running == 0 or host.memory() > _MEMORY_PER_COMPILE


def _run_one(
    compile_: Compile, env: Mapping[str, str], on_start: Callable[[Compile, int], None]
) -> Compiled:
    stage = compile_.directory / compile_.stage
    with files.translated(stage):
        stage.mkdir(parents=True, exist_ok=True)
        temporary = stage / "tmp"
        temporary.mkdir(exist_ok=True)
    # go's scratch folder lies in ours, so that even after kill -9 the next run sweeps it away.
    environment = {**env, **dict(compile_.env), "GOTMPDIR": str(temporary)}
    started = time.monotonic()
    done = process.run(
        compile_.argv,
        cwd=compile_.directory,
        env=environment,
        on_start=lambda pid: on_start(compile_, pid),
    )
    made = tuple(
        output for output in compile_.outputs if (compile_.directory / output.staged).is_file()
    )
    shutil.rmtree(temporary, ignore_errors=True)
    usage = Usage(time.monotonic() - started, done.usage.cpu, done.usage.peak_rss)
    stderr = done.stderr.decode(errors="replace")
    if done.returncode < 0:
        stderr += f"\nthe go command was killed by signal {-done.returncode}"
    return Compiled(compile_, made, stderr, usage, done.returncode)


def _give_up(compile_: Compile) -> Compiled:
    return Compiled(compile_, (), "", Usage(0.0), returncode=1, given_up=True)
