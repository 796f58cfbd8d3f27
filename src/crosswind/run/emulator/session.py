"""One emulated process from its file to its end."""

from __future__ import annotations

import contextlib
import mmap
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from crosswind.binary import buildinfo
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.run.emulator import blocks, calls, command_line, environment, image, policy, standard
from crosswind.run.emulator.cpu import Cpu, EngineError
from crosswind.run.emulator.emulator import Emulator
from crosswind.run.emulator.filesystem import session as drives
from crosswind.run.emulator.giving_up import give_up
from crosswind.run.emulator.identity import SYSTEM
from crosswind.run.emulator.job import Ending, JobFile
from crosswind.run.emulator.memory import AccessViolation
from crosswind.run.emulator.modules import Modules, UnsupportedCallError
from crosswind.run.emulator.process import Process, Settings
from crosswind.run.emulator.runtime_seed import seeded_first
from crosswind.run.emulator.scheduler import DeadlockError
from crosswind.run.emulator.status import STATUS_CONTROL_C_EXIT, CallError, Unsupported
from crosswind.run.emulator.stillness import Stillness

if TYPE_CHECKING:
    from crosswind.run.emulator.callers import Callers
    from crosswind.run.emulator.threads import Thread

# GOAMD64 levels that need VEX-encoded instructions ("Minimum requirements", go.dev/wiki).
_TOO_NEW = frozenset({"v3", "v4"})
# Where Go's own DLLs are when its first instruction runs.
_AT_START = ("ntdll.dll", "kernel32.dll", "kernelbase.dll")
_INTERRUPTED = "interrupted"
# So many waiting threads are told of.
_MOST_TOLD = 4


def run(program: Path, arguments: Sequence[str], job: JobFile) -> tuple[Ending, Emulator | None]:
    """Run a program to its end.

    Raises:
        MissingError: CW4050, unicorn is not there.
        OSError: the file cannot be read.
    """
    try:
        with _private(job) as folder:
            loaded = image.read(_view(program))
            _check_level(loaded)
            try:
                emulator = _prepare(program, arguments, job, loaded, folder)
            except CallError as error:  # such as for a stack larger than all memory
                raise FormatError(f"no process can be made of it: {error}") from error
            note = _give_up(job, folder)
            try:
                ending = _finish(emulator, loaded)
            finally:
                standard.detach(emulator.p)
            ending.notes.append(note)
            return ending, emulator
    except FormatError as error:
        where = f"{program.name}:{error.offset:#x}"
        return Ending("broken", 125, f"{where}: {error.message}"), None
    except Unsupported as error:
        return Ending("unsupported", 126, f"unsupported: {error.reason}"), None


def _view(path: Path) -> View:
    with path.open("rb") as stream:
        if not path.stat().st_size:
            raise FormatError("the file is empty")
        data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    return View.of(memoryview(data))


@contextlib.contextmanager
def _private(job: JobFile) -> Iterator[Path]:
    """Return the folder for drive C: the runner's, or one that goes at the end."""
    if job.private:
        yield Path(job.private)
        return
    with tempfile.TemporaryDirectory(prefix="crosswind-emulator-") as folder:
        yield Path(folder)


def _give_up(job: JobFile, private: Path) -> str:
    """Give up what the process will not need; return how that went."""
    host = Path(job.sandbox or Path.cwd().anchor)
    own = [Path(job.report).parent] if job.report else []
    return give_up([private, host, *own])


def _check_level(loaded: PEImage) -> None:
    """Refuse what was built for processors that the emulated one is not."""
    try:
        build = buildinfo.read(loaded)
    except FormatError:
        return
    level = build.settings.get("GOAMD64", "") if build else ""
    if level in _TOO_NEW:
        raise Unsupported(
            f"GOAMD64={level}: the emulated processor has no AVX; build with v2 or v1"
        )


def _is_go(loaded: PEImage) -> bool:
    try:
        return buildinfo.read(loaded) is not None
    except FormatError:
        return False


def _prepare(
    program: Path, arguments: Sequence[str], job: JobFile, loaded: PEImage, folder: Path
) -> Emulator:
    """Make the process: its memory, its drives, its first thread."""
    calls.load()
    denied = policy.parse(job.deny)
    cpu = Cpu()
    found = drives.drives(
        private=folder,
        program=program,
        current=Path.cwd(),
        sandbox=Path(job.sandbox) if job.sandbox else None,
        writable=policy.Action.WRITE not in denied,
    )
    directory = found.files.current
    variables = environment.default(1, directory) | job.variables
    settings = Settings(
        program=program,
        path=found.program,
        arguments=tuple(arguments),
        variables=tuple(variables.items()),
        directory=directory,
        real_time=job.real_time,
        deterministic=job.deterministic,
        memory=job.memory,
        time_zone=job.time_zone,
        denied=denied,
    )
    p = Process(settings, cpu)
    if _is_go(loaded) and not job.deterministic:
        p.random = seeded_first(p.random)
    found.files.activity = p.activity
    p.files = found.files
    standard.attach(p)
    modules = Modules(p.memory, SYSTEM)
    for name in _AT_START:
        modules.load(name)
    emulator = Emulator(p, cpu, modules, image.load(loaded, p.memory, modules, found.program))
    line = command_line.join(found.program, arguments)
    emulator.peb = p.peb = blocks.write_peb(
        p.memory,
        base=emulator.loaded.module.base,
        path=found.program,
        line=line,
        directory=directory,
        environment=p.environment.block(),
    )
    own = emulator.loaded.module
    others = [module for module in modules if module is not own]
    blocks.write_modules(p.memory, p.peb, [own, *others])
    _trace(emulator, job)
    emulator.new_thread(emulator.loaded.module.entry, p.peb)
    return emulator


def _trace(emulator: Emulator, job: JobFile) -> None:
    """Begin a trace, if one is wanted."""
    if not job.trace:
        return
    from crosswind.run.emulator.trace import open_tracer

    stream = sys.stderr if job.trace == "-" else _opened(job.trace)
    names = callers(emulator, emulator.loaded.image)
    emulator.tracer = open_tracer(emulator.p, stream, job.trace, names, job.trace_filter)


def _opened(path: str) -> TextIO:
    """Open the trace's file, which its writer closes."""
    return Path(path).open("w", encoding="utf-8")


def _finish(emulator: Emulator, loaded: PEImage) -> Ending:
    """Run, and say how it ended."""
    p = emulator.p
    if _is_go(loaded):
        _watch_stillness(emulator, loaded)
    try:
        with emulator.control.heeded():
            emulator.start()
            emulator.run()
        ending = Ending("exit", p.exit_code)
    except KeyboardInterrupt:
        # What Windows does to a program without a handler of its own.
        ending = Ending("exit", STATUS_CONTROL_C_EXIT, _INTERRUPTED)
    except DeadlockError:
        ending = Ending("deadlock", 124, _who_waits(emulator, loaded))
    except UnsupportedCallError as error:
        p.activity.note("unsupported", str(error.target))
        ending = Ending(
            "unsupported", 126, f"unsupported: {error.target}{_caller(emulator, loaded)}"
        )
    except Unsupported as error:
        ending = Ending(
            "unsupported", 126, f"unsupported: {error.reason}{_caller(emulator, loaded)}"
        )
    except (EngineError, CallError, AccessViolation) as error:
        ending = Ending("broken", 125, f"the emulator failed: {error}")
    except Exception as error:  # noqa: BLE001 - a mistake of ours, which says nothing about the program
        what = f"{type(error).__name__}: {error}{_caller(emulator, loaded)}"
        ending = Ending("broken", 125, f"the emulator failed: {what}")
    finally:
        p.handles.close_all()
        p.files.close()
    if emulator.tracer is not None:
        emulator.tracer.finish(ending.message or ending.how, ending.status)
    return ending


def callers(emulator: Emulator, loaded: PEImage) -> Callers:
    """Return what names who called."""
    from crosswind.run.emulator.callers import Callers

    preferred = loaded.headers.optional.image_base
    build = None
    with contextlib.suppress(FormatError):
        build = buildinfo.read(loaded)
    module = build.main.path if build and build.main else ""
    return Callers.of(
        loaded, emulator.loaded.module.base, preferred, emulator.p.memory.readable, module
    )


def _caller(emulator: Emulator, loaded: PEImage) -> str:
    """Say who made the last call, or where the program is else, if that can be told."""
    from crosswind.run.emulator.callers import blame

    rip, stack, frame = emulator.place()
    names = callers(emulator, loaded)
    called = emulator.modules.target(rip - 1) is not None
    origin = names.of_call(stack, frame) if called else names.of_fault(rip, stack, frame)
    who = blame(origin)
    return f", {who}" if who else ""


def _watch_stillness(emulator: Emulator, loaded: PEImage) -> None:
    """Let the scheduler tell Go's own timers from the program's."""
    known: list[Callers] = []

    def names(thread: Thread) -> list[str]:
        if not known:
            known.append(callers(emulator, loaded))
        _, stack, frame = emulator.place(thread)
        return [one.function for one in known[0].of_waiting(stack, frame)]

    emulator.scheduler.stillness = Stillness(emulator.p.threads, names)


def _who_waits(emulator: Emulator, loaded: PEImage) -> str:
    """Say of a program that waits for ever what its own code waits for."""
    from crosswind.run.emulator.callers import blame

    names, told = callers(emulator, loaded), []
    for thread in emulator.p.threads:
        rip, stack, frame = emulator.place(thread)
        origin = names.of_call(stack, frame)
        target = emulator.modules.target(rip - 1)
        if origin.user and target:
            told.append(f"{target}, {blame(origin)}")
    return f"it waits for ever: {'; '.join(told[:_MOST_TOLD]) or 'no thread will run again'}"
