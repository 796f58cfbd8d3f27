"""Runs a process: lets its threads run in turn, and carries out what they call.

All changes of registers and memory are made while the processor stands still; see `cpu`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crosswind.run.emulator import blocks, engine, exceptions, status
from crosswind.run.emulator.abi import Call
from crosswind.run.emulator.control import Control
from crosswind.run.emulator.cpu import READ, WRITE, Context, Cpu, EngineError, Stop
from crosswind.run.emulator.exceptions import Handlers
from crosswind.run.emulator.filesystem.hosterrors import nt_status
from crosswind.run.emulator.image import Loaded
from crosswind.run.emulator.memory import PAGE, AccessViolation, Protection
from crosswind.run.emulator.modules import Modules, UnsupportedCallError
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.scheduler import Scheduler
from crosswind.run.emulator.status import CallError, NtError, Unsupported
from crosswind.run.emulator.threads import (
    EnterProgram,
    ExitThread,
    SwitchThread,
    Thread,
    Wait,
    Waiting,
)

if TYPE_CHECKING:
    from crosswind.run.emulator.trace import Pending, Tracer

# A thread runs for so many blocks of code in turn: half a millisecond of the virtual clock.
SLICE = 250_000
# What the virtual clock counts for a block of code and for a call, in ticks of 100 ns.
_TICKS_PER_BLOCK, _TICKS_PER_CALL = 0.02, 5.0
# A thread of Windows gets what the image asks for; at least this much, since we commit no guard growth.
_LEAST_STACK = 0x10000
# Functions of the program that may run for each other, in one thread.
_MAX_FRAMES = 64
_MASK = (1 << 64) - 1
_RETURN = "!return"
_THREAD_END = "!thread-end"


@dataclass(slots=True)
class Frame:
    """A function of the program that runs for a call or an exception; `then` gets what it returns."""

    context: Context
    then: Callable[[int], None]


class Emulator:
    """One process and its processor.

    Attributes:
        p: the process.
        cpu: the processor.
        modules: what is loaded.
        handlers: the program's handlers of exceptions.
        control: Ctrl-C, and the program's handlers of it.
        scheduler: what chooses threads.
        internal: what is done at entry points of our own.
        calls: how many calls were made.
        ran: how many blocks of code were run.
    """

    def __init__(self, p: Process, cpu: Cpu, modules: Modules, loaded: Loaded) -> None:
        """Take a process with its image in memory."""
        self.p = p
        self.cpu = cpu
        self.modules = modules
        self.loaded = loaded
        self.handlers = Handlers()
        self.tracer: Tracer | None = None
        self.calls = self.ran = 0
        self.peb = 0
        self._shared = blocks.SharedPage(p.memory, p.processors)
        self._next_tid = 0x64
        self._current: Thread | None = None
        self._pc = 0
        self._in_stub = False
        self._leave = False
        self._granted = 0
        system = modules.load("ntdll.dll")
        self._return_stub = modules.entry_point(system, _RETURN)
        self._thread_end = modules.entry_point(system, _THREAD_END)
        self.internal = {_RETURN: self._returned, _THREAD_END: self._thread_returned}
        self.control = Control(self)
        self.scheduler = Scheduler(p.threads, p.clock, p.run_as, self.control)
        p.emulator = self

    # Threads.

    def new_thread(
        self, entry: int, argument: int, stack: int = 0, *, suspended: bool = False
    ) -> Thread:
        """Make a thread; it runs when its turn comes.

        Raises:
            WinError: there is no memory for its stack.
        """
        low, high = blocks.new_stack(
            self.p.memory, max(stack or self.loaded.stack_reserve, _LEAST_STACK)
        )
        tid = self._next_tid
        self._next_tid += 4
        teb = blocks.write_teb(
            self.p.memory, peb=self.peb, pid=self.p.pid, tid=tid, stack=(low, high)
        )
        thread = Thread(tid, teb, entry)
        thread.stack_low = low
        thread.suspended = int(suspended)
        thread.context = self._first_context(thread, argument, high)
        self.p.threads.append(thread)
        thread.acquire()
        if self.tracer is not None:
            self.tracer.thread_started(tid, entry)
        return thread

    def _first_context(self, thread: Thread, argument: int, high: int) -> Context:
        """Return the registers with which a thread begins."""
        cpu = self.cpu
        keep = cpu.new_context()
        cpu.save(keep)
        cpu.restore(cpu.pristine)
        stack = high - 0x60 - 8
        self.p.memory.write_u64(stack, self._thread_end)
        cpu.write(engine.RSP, stack)
        cpu.write(engine.RCX, argument)
        cpu.write(engine.RIP, thread.entry)
        cpu.write(engine.GS_BASE, thread.teb)
        made = cpu.new_context()
        cpu.save(made)
        cpu.restore(keep)
        return made

    def end_thread(self, thread: Thread, exit_code: int) -> None:
        """End a thread; the process ends with the last one."""
        if thread.ended:
            return
        thread.end(exit_code)
        self.p.threads.remove(thread)
        self.p.memory.release(thread.stack_low)
        self.p.memory.release(thread.teb)
        thread.release()
        if not self.p.threads:
            self.p.end(exit_code)
        if thread is self._current:
            self._current = None
            self._leave = True

    # Running.

    def start(self) -> None:
        """Let the image's callbacks run before its entry point (DLL_PROCESS_ATTACH is 1)."""
        self._switch(self.scheduler.next(None))
        left = list(self.loaded.callbacks)

        def following(_: int = 0) -> None:
            if left:
                self.enter(left.pop(0), (self.loaded.module.base, 1, 0), following)

        following()

    def run(self) -> None:
        """Run until the process ends.

        Raises:
            DeadlockError: every thread waits for ever.
            Unsupported: the program wants what the emulator does not do.
            EngineError: unicorn failed.
            KeyboardInterrupt: a signal is to end it.
        """
        while not self.p.ended:
            thread = self.scheduler.next(self._current)
            self._switch(thread)
            self._run_thread(thread)

    def _switch(self, thread: Thread) -> None:
        if self._current is not thread:
            self._park()
            self.cpu.restore(thread.context)
            self.cpu.read_call()
            self._pc, self._in_stub = self.cpu.registers[0], False
            self._current = thread
        self.p.run_as(thread)
        self._shared.show(self.p.clock)

    def _park(self) -> None:
        """Keep the registers of the thread that ran."""
        if self._current is not None:
            self.cpu.write(engine.RIP, self._pc)
            self.cpu.save(self._current.context)

    def _run_thread(self, thread: Thread) -> None:
        """Run a thread until its time is over, or it waits, or ends."""
        self._leave = False
        self._granted = self._grant()
        waiting = thread.waiting
        if waiting is not None:
            thread.waiting = None
            # It holds the wait, which holds it: nothing here collects what holds itself.
            then, waiting.then = waiting.then, None
            if then is not None:
                then()
        cpu, p = self.cpu, self.p
        while not self._leave and not p.ended:
            if self._in_stub:
                stop = cpu.run_stub(self._pc, self._granted)
            else:
                stop = cpu.run(self._pc, self._granted)
            self._spend()
            self._pc, self._in_stub = cpu.registers[0], False
            if stop is Stop.BREAKPOINT:
                self._breakpoint()
            elif stop is Stop.SLICE:
                return
            elif stop is Stop.FAULT:
                self._fault()
            else:
                self._refused()

    def _grant(self) -> int:
        """Return how many blocks may run: a slice, or less if a wait ends before."""
        moment = self.scheduler.earliest()
        if moment is None or self.p.settings.real_time:
            return SLICE
        left = int((moment - self.p.clock.uptime()) / _TICKS_PER_BLOCK)
        return min(SLICE, max(left, 1))

    def _spend(self) -> None:
        """Count what was run."""
        left = self.cpu.blocks_left
        ran = self._granted - left
        if ran > 0:
            self.ran += ran
            self.p.clock.work(ran * _TICKS_PER_BLOCK)
        # A thread that makes calls at the end of its time goes on for a little.
        self._granted = max(left, 1)

    def stack_pointer(self) -> int:
        """Return RSP as it was when the processor stopped."""
        return self.cpu.registers[5]

    def resume_at(self, rip: int) -> None:
        """Go on somewhere else."""
        self._pc, self._in_stub = rip, False

    # Calls.

    def _breakpoint(self) -> None:
        """Carry out the call at whose entry point the processor stopped."""
        target = self.modules.target(self._pc - 1)
        if target is None:
            # A breakpoint of the program's own.
            address = self._pc - 1
            self._raise(status.STATUS_BREAKPOINT, address, (0,))
            return
        self.calls += 1
        self.p.clock.work(_TICKS_PER_CALL)
        self._in_stub = True
        if target.call is not None:
            self._call(target.call)
            return
        internal = self.internal.get(target.name)
        if internal is None:
            raise UnsupportedCallError(target)
        internal()

    def _call(self, call: Call) -> None:
        """Decode the arguments, carry a call out, and let it return, or do what it asks for."""
        p = self.p
        registers = self.cpu.registers
        pending = None
        try:
            words = call.decoder.words(p, registers[1:5], registers[5])
            if self.tracer is not None:
                frame = self.cpu.read(engine.RBP)
                pending = self.tracer.called(call, words, registers[5], frame)
            result = call.function(p, *call.decoder.arguments(p, words))
        except CallError as error:
            self._answer(call, pending, None, error)
        except (Wait, SwitchThread, EnterProgram, ExitThread, AccessViolation, OSError) as reason:
            self._act(call, pending, reason)
        else:
            if pending is not None:
                self._answer(call, pending, result, None)
            elif result is not None:
                self.cpu.write(engine.RAX, result & _MASK)

    def _act(self, call: Call, pending: Pending | None, reason: Exception) -> None:
        """Do what a call asked for instead of returning."""
        match reason:
            case Wait():
                self._wait(call, pending, reason.waiting)
            case SwitchThread():
                self._answer(call, pending, reason.result, None)
                self._leave = True
            case EnterProgram():
                self._enter(call, pending, reason)
            case ExitThread():
                self.end_thread(self.p.thread, reason.exit_code)
            case AccessViolation():
                self._violation(call, pending, reason)
            case OSError():
                self._answer(call, pending, None, NtError(nt_status(reason)))
            case _:
                raise reason

    def _answer(
        self, call: Call, pending: Pending | None, result: int | None, error: CallError | None
    ) -> None:
        """Let a call return."""
        if error is not None:
            result, last_error = call.decoder.failure(error)
            if last_error is not None:
                self.p.set_last_error(last_error)
        if result is not None:
            self.cpu.write(engine.RAX, result & _MASK)
        if pending is not None and self.tracer is not None:
            self.tracer.returned(pending, result, error)

    def _wait(self, call: Call, pending: Pending | None, waiting: Waiting) -> None:
        thread = self.p.thread

        def over() -> None:
            self._in_stub = True
            self._answer(call, pending, waiting.outcome, waiting.error)
            if waiting.outcome == status.STATUS_USER_APC and waiting.alertable:
                self.run_apcs(thread)

        waiting.then = over
        thread.waiting = waiting
        self._leave = True

    def _enter(self, call: Call, pending: Pending | None, entry: EnterProgram) -> None:
        """Let a function of the program run, and the call return after it."""

        def over(result: int) -> None:
            self._in_stub = True
            try:
                self._answer(call, pending, entry.then(result), None)
            except CallError as error:
                self._answer(call, pending, None, error)
            except (Wait, EnterProgram, AccessViolation) as reason:
                self._act(call, pending, reason)

        self.enter(entry.function, entry.arguments, over)

    def _violation(self, call: Call, pending: Pending | None, violation: AccessViolation) -> None:
        """A call touched memory that is not there: a status from NT's, an exception from others."""
        if call.decoder.result.name == "NtStatus":
            self._answer(call, pending, None, NtError(status.STATUS_ACCESS_VIOLATION))
            return
        how = WRITE if violation.write else READ
        self._raise(status.STATUS_ACCESS_VIOLATION, self._pc - 1, (how, violation.address))

    # Functions of the program.

    def enter(
        self,
        function: int,
        arguments: tuple[int, ...],
        then: Callable[[int], None],
        stack: int | None = None,
    ) -> None:
        """Let a function of the program run in the running thread.

        Args:
            function: its address.
            arguments: up to four.
            then: gets what it returns, with all registers as they were before.
            stack: where its stack begins; the thread's own if left out.

        Raises:
            Unsupported: such functions call each other too deeply.
        """
        frames = self.p.thread.frames
        if len(frames) >= _MAX_FRAMES:
            raise Unsupported("functions that call each other through Windows without end")
        cpu = self.cpu
        kept = cpu.new_context()
        cpu.write(engine.RIP, self._pc)
        cpu.save(kept)
        frames.append(Frame(kept, then))
        top = (cpu.read(engine.RSP) if stack is None else stack) & ~0xF
        # The shadow space, and the return address below it.
        bottom = top - 0x28
        self.p.memory.write_u64(bottom, self._return_stub)
        cpu.write(engine.RSP, bottom)
        for register, value in zip(
            (engine.RCX, engine.RDX, engine.R8, engine.R9), arguments, strict=False
        ):
            cpu.write(register, value)
        self.resume_at(function)

    def _returned(self) -> None:
        """A function that `enter` let run has returned."""
        result = self.cpu.read(engine.RAX)
        frames = self.p.thread.frames
        if not frames:
            raise Unsupported("a return to where nothing called")
        frame = frames.pop()
        self.cpu.restore(frame.context)
        self.cpu.read_call()
        self.resume_at(self.cpu.registers[0])
        frame.then(result)

    def _thread_returned(self) -> None:
        self.end_thread(self.p.thread, self.cpu.read(engine.RAX) & 0xFFFFFFFF)

    def run_apcs(self, thread: Thread) -> None:
        """Run what was queued for a thread, one after the other."""
        if not thread.apcs:
            return
        function, argument = thread.apcs.popleft()
        in_stub = self._in_stub

        def over(_: int) -> None:
            self._in_stub = in_stub
            self.run_apcs(thread)

        self.enter(function, (argument,), over)

    # Exceptions.

    def _fault(self) -> None:
        code, parameters = self.cpu.fault
        address = self._pc
        if code == status.STATUS_ACCESS_VIOLATION and len(parameters) == 2:
            code, parameters = self._page_fault(*parameters)
            if not code:
                return
        self._raise(code, address, parameters)

    def _page_fault(self, how: int, address: int) -> tuple[int, tuple[int, ...]]:
        """Tell guards from violations; 0 if the thread may go on."""
        region = self.p.memory.query(address) if 0 <= address < 1 << 47 else None
        if region is None or not region.protection & Protection.GUARD:
            return status.STATUS_ACCESS_VIOLATION, (how, address)
        page = address & ~(PAGE - 1)
        self.p.memory.protect(page, PAGE, region.protection & ~Protection.GUARD)
        low = self.p.thread.stack_low
        if low <= address < low + 3 * PAGE:
            return status.STATUS_STACK_OVERFLOW, ()
        return status.STATUS_GUARD_PAGE_VIOLATION, (how, address)

    def _raise(self, code: int, address: int, parameters: tuple[int, ...]) -> None:
        if self.tracer is not None:
            detail = " ".join(f"{value:#x}" for value in parameters)
            self.tracer.raised(code, address, detail, *self.place()[1:])
        if code == status.STATUS_STACK_BUFFER_OVERRUN:
            # __fastfail asks nobody.
            self.p.end(code)
            return
        exceptions.dispatch(self, code, address, parameters)

    def raise_exception(self, code: int, flags: int, parameters: tuple[int, ...]) -> None:
        """RaiseException: the exception's address is in the call; going on means returning."""
        self.resume_at(self._pc)
        self._in_stub = False
        exceptions.dispatch(self, code, self._pc, parameters, flags, rip=self._pc)

    def _refused(self) -> None:
        if self.cpu.refused is None:
            raise EngineError("the processor refused nothing")
        address, what = self.cpu.refused
        raise Unsupported(f"{what.name}: {what.code.hex(' ')} at {address:#x}")

    def place(self, thread: Thread | None = None) -> tuple[int, int, int]:
        """Return where a thread is, the running one if left out: RIP, RSP and RBP."""
        read = self.cpu.read
        if thread in (None, self._current):
            return self._pc, self.stack_pointer(), read(engine.RBP)
        numbers = (engine.RIP, engine.RSP, engine.RBP)
        rip, stack, frame = self.other_registers(thread, lambda: [read(one) for one in numbers])
        return rip, stack, frame

    def other_registers(self, thread: Thread, use: Callable[[], Any]) -> Any:
        """Do something with the registers of a thread that does not run, and keep them.

        The thread that runs has its own back afterwards.
        """
        cpu = self.cpu
        keep = cpu.new_context()
        cpu.save(keep)
        cpu.restore(thread.context)
        try:
            return use()
        finally:
            cpu.save(thread.context)
            cpu.restore(keep)
