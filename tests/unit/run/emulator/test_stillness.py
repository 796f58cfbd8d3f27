"""When a program waits for ever, by what its threads wait for."""

from __future__ import annotations

from crosswind.run.emulator.clock import TICKS
from crosswind.run.emulator.stillness import Stillness
from crosswind.run.emulator.threads import Thread, Waiting

MINUTE = 60 * TICKS


def waiting(number: int, deadline: int | None) -> Thread:
    thread = Thread(number, 0, 0)
    thread.waiting = Waiting(lambda: None, deadline)
    return thread


def stillness(**stacks: tuple[int | None, str]) -> tuple[Stillness, list[Thread]]:
    threads = [waiting(number, time) for number, (time, _) in enumerate(stacks.values())]
    names = [name for _, name in stacks.values()]
    return Stillness(threads, lambda thread: ["runtime.notetsleep", names[thread.tid]]), threads


def test_ten_minutes_in_which_only_gos_runtime_looks_around() -> None:
    still, threads = stillness(runtime=(MINUTE, "runtime.sysmon"), main=(None, "main.main"))
    assert [still.lasts(MINUTE) for _ in range(10)] == [False] * 9 + [True]
    assert not still.waits_for_signals()
    still.end()
    assert not still.lasts(MINUTE)
    threads[0].suspended = 1
    assert still.lasts(10 * MINUTE)


def test_a_timer_of_the_programs_own_begins_anew() -> None:
    still, threads = stillness(runtime=(MINUTE, "runtime.sysmon"), main=(None, "main.main"))
    assert not still.lasts(9 * MINUTE)
    threads[1].waiting = Waiting(lambda: None, MINUTE)
    assert not still.lasts(100 * MINUTE)
    threads[1].waiting = None
    assert not still.lasts(9 * MINUTE)


def test_who_waits_for_signals() -> None:
    still, _ = stillness(one=(None, "main.main"), two=(None, "os/signal.signal_recv"))
    assert still.waits_for_signals()
