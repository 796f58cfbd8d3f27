"""Run the go commands of a plan, within the machine's means."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crosswind.building import work_folder
from crosswind.building.compiled import Compiled
from crosswind.building.plan import Compile, Output, Plan, Unit
from crosswind.frozen import frozen
from crosswind.outcome import Usage
from crosswind.project import gorun
from crosswind.system import files, host, process
from crosswind.system.process import Completed
from crosswind.toolchain import Settings

# A second compile starts only while this much memory is free: the linker of a large program maps
# about 1 GiB, its compiler processes some more.
_MEMORY_PER_COMPILE = 3 << 29


@frozen
class Hooks:
    """What is called while go commands run.

    Attributes:
        before: with each command and its environment, before it runs.
        on_start: with its process id, once it does.
        on_fetch: with each module that go asks a proxy for, as `path version`: how long to wait for one that
            stalls is for people to decide, since go itself waits without end.
    """

    before: Callable[[Compile, Mapping[str, str]], None]
    on_start: Callable[[Compile, int], None]
    on_fetch: Callable[[Compile, str], None]


# Seconds. A go command that finds all up to date takes a tenth of it.
_QUICK = 1.0


@dataclass(slots=True)
class Width:
    """How many go commands run at a time.

    `go build` keeps several processors busy while it compiles: two at once on two cores cost 12 %
    more CPU and won nothing, so there is one per four processors. Where every file is there from
    an earlier run most will be up to date; then go waits more than it works, and one per
    processor wins, until one of them turns out slow (docs/decisions/0006-width.md).
    """

    cpus: int
    asked: int = 0
    all_there: bool = False
    slow: bool = False

    @property
    def most(self) -> int:
        """The most that can ever run at a time."""
        return max(self.asked, self.cpus)

    @property
    def now(self) -> int:
        """How many may run now."""
        if self.asked:
            return self.asked
        return self.cpus if self.all_there and not self.slow else max(1, self.cpus // 4)


def run(
    plan: Plan,
    env: Mapping[str, str],
    *,
    width: Width,
    fail_fast: bool,
    hooks: Hooks,
    earlier: Callable[[Output], Path | None],
) -> Iterator[Compiled]:
    """Run every command of a plan; yield each as it ends, failed ones too.

    `earlier` gives the finished file of an earlier run, if it is still as it was made: with it in
    place the go command compares build IDs and links only what changed (cmd/go/internal/work,
    buildid.go, useCache).

    On KeyboardInterrupt (or when the caller stops iterating) the children die with their groups.
    """
    waiting = deque(plan.compiles)
    running: set[Future[Compiled]] = set()
    failed = False
    with process.workers(width.most, "compile") as pool:
        while waiting or running:
            if failed and fail_fast:
                yield from (_give_up(compile_) for compile_ in waiting)
                waiting.clear()
            while waiting and len(running) < width.now and _has_room(len(running)):
                running.add(pool.submit(_run_one, waiting.popleft(), env, hooks, earlier))
            # A timeout, so that room that became free meanwhile is used.
            done, running = wait(running, _QUICK, FIRST_COMPLETED)
            width.slow = width.slow or not done
            for future in done:
                result = future.result()
                failed = failed or bool(result.failed)
                width.slow = width.slow or result.usage.wall > _QUICK
                yield result


def _has_room(running: int) -> bool:
    return running == 0 or host.memory() > _MEMORY_PER_COMPILE


def _run_one(
    compile_: Compile,
    env: Mapping[str, str],
    hooks: Hooks,
    earlier: Callable[[Output], Path | None],
) -> Compiled:
    stage = compile_.directory / compile_.stage
    with files.translated(stage):
        stage.mkdir(parents=True, exist_ok=True)
    if compile_.go_env:
        lines = compile_.go_env.read_bytes().splitlines(keepends=True)
        kept = b"".join(line for line in lines if not line.startswith(b"GOBIN="))
        files.write_atomic(Path(dict(compile_.env)["GOENV"]), kept)
    for output in compile_.outputs:
        if finished := earlier(output):
            # A link is safe: the go command renames over what it finds, or removes it before it
            # writes (cmd/go/internal/work/shell.go, moveOrCopyFile and CopyFile), so that a link
            # which is still there tells that nothing was written.
            files.link(finished, compile_.directory / output.staged)
    environment = {**env, **dict(compile_.env)}
    with work_folder.made(Settings.read(environment), compile_.directory) as work:
        if work:
            environment["GOTMPDIR"] = str(work)
        return _run_in(work, compile_, environment, hooks)


def _run_in(
    work: Path | None, compile_: Compile, environment: Mapping[str, str], hooks: Hooks
) -> Compiled:
    """Run a command whose work folder is made."""
    started = time.monotonic()
    hooks.before(compile_, environment)
    go = partial(_go, hooks=hooks)
    done = go(compile_, environment)
    spent = [done.usage]
    failed: dict[Unit, str] = {}
    if done.returncode != 0 and len(compile_.units) == 1:
        failed = {compile_.units[0]: _said(done)}
    elif done.returncode != 0:
        # A package that cannot be loaded stops the whole command: try each program by itself.
        for unit in compile_.units:
            single = go(compile_.alone(unit), environment)
            spent.append(single.usage)
            if single.returncode != 0:
                failed[unit] = _said(single)
    made = tuple(
        output
        for output in compile_.outputs
        if output.unit not in failed and (compile_.directory / output.staged).is_file()
    )
    stage = compile_.directory / compile_.stage
    pdbs = _save_pdbs(work, stage) if work and compile_.keeps_work else ()
    return Compiled(compile_, made, _said(done), _sum(started, spent), failed, pdbs=pdbs)


def _save_pdbs(work: Path, stage: Path) -> tuple[Path, ...]:
    """Take PDB files out of go's work folder: they lie where it links (cmd/go, `$WORK/b001/exe`)."""
    found = sorted(work.glob("go-build*/b*/exe/*.pdb"))
    places = tuple(stage / "pdb" / str(number) / path.name for number, path in enumerate(found))
    for path, place in zip(found, places, strict=True):
        files.copy(path, place)  # it may be another file system
    return places


def _go(
    compile_: Compile,
    env: Mapping[str, str],
    *,
    hooks: Hooks,
) -> Completed:
    return gorun.run(
        compile_.argv,
        cwd=compile_.directory,
        env=env,
        on_start=lambda pid: hooks.on_start(compile_, pid),
        on_fetch=lambda module: hooks.on_fetch(compile_, module),
    )


def _said(done: Completed) -> str:
    # With -json in GOFLAGS the compilers' messages stand on the standard output.
    text = (done.stderr or (done.stdout if done.returncode else b"")).decode(errors="replace")
    # What -work prints.
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("WORK="))
    if done.returncode < 0:
        text += f"\nthe go command was killed by signal {-done.returncode}"
    return text


def _sum(started: float, spent: list[Usage]) -> Usage:
    """Add up what several commands cost."""
    cpu = [usage.cpu for usage in spent if usage.cpu is not None]
    peak = [usage.peak_rss for usage in spent if usage.peak_rss is not None]
    return Usage(time.monotonic() - started, sum(cpu) if cpu else None, max(peak, default=None))


def _give_up(compile_: Compile) -> Compiled:
    return Compiled(compile_, (), "", Usage(0.0), given_up=True)
