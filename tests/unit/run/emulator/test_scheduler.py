import pytest

from crosswind.run.emulator import status
from crosswind.run.emulator.clock import TICKS, UPTIME, RealClock, VirtualClock
from crosswind.run.emulator.objects import Event, Mutex, Semaphore, Timer
from crosswind.run.emulator.ports import Entry, Packet, Port
from crosswind.run.emulator.scheduler import DeadlockError, Scheduler
from crosswind.run.emulator.status import WinError
from crosswind.run.emulator.threads import Thread, Waiting
from crosswind.run.emulator.wakes import Wakes


class Nothing:
    """No console: nothing comes from it."""

    handlers = ()

    def deliver(self):
        pass

    drain = deliver

    def descriptors(self):
        return []


@pytest.fixture
def clock():
    return VirtualClock(0)


@pytest.fixture
def threads():
    return [Thread(number, 0, 0) for number in (1, 2, 3)]


@pytest.fixture
def scheduler(threads, clock):
    return Scheduler(threads, clock, lambda _: None, Nothing())


def wait_for(thread, *things, deadline=None):
    def poll():
        for index, thing in enumerate(things):
            if thing.signaled(thread):
                thing.consume(thread)
                return index
        return None

    thread.waiting = Waiting(poll, deadline, objects=things)


def test_threads_run_in_turn(scheduler, threads):
    turns, current = [], None
    for _ in range(7):
        current = scheduler.next(current)
        turns.append(current.tid)
    assert turns == [1, 2, 3, 1, 2, 3, 1]


def test_suspended_threads_are_passed_over(scheduler, threads):
    threads[1].suspended = 1
    assert scheduler.next(threads[0]) is threads[2]


def test_an_event_lets_one_or_all_through(scheduler, threads):
    event = Event(manual=False, is_set=False)
    for thread in threads[1:]:
        wait_for(thread, event)
    assert scheduler.next(threads[0]) is threads[0]
    event.set()
    assert scheduler.next(threads[0]) is threads[1]
    threads[1].waiting = None
    assert not event.is_set
    assert not scheduler.is_ready(threads[2])


def test_time_jumps_to_the_earliest_end_of_a_wait(scheduler, threads, clock):
    for thread, seconds in zip(threads, (30, 10, 20), strict=True):
        wait_for(thread, deadline=UPTIME + seconds * TICKS)
    assert scheduler.next(None) is threads[1]
    assert threads[1].waiting.outcome == status.WAIT_TIMEOUT
    assert clock.uptime() == UPTIME + 10 * TICKS


def test_a_timer_ends_a_wait_by_time(scheduler, threads, clock):
    timer = Timer(clock, manual=False)
    timer.start(UPTIME + 5, 10)
    del threads[1:]
    wait_for(threads[0], timer)
    assert scheduler.next(None) is threads[0]
    assert (clock.uptime(), timer.due()) == (UPTIME + 5, UPTIME + 15)


def test_what_nothing_can_end_is_a_deadlock(scheduler, threads):
    for thread in threads:
        wait_for(thread, Event(manual=True, is_set=False))
    with pytest.raises(DeadlockError):
        scheduler.next(None)


def test_an_error_ends_a_wait(scheduler, threads):
    def poll():
        raise WinError(status.ERROR_BROKEN_PIPE)

    threads[0].waiting = Waiting(poll)
    assert scheduler.is_ready(threads[0])
    assert threads[0].waiting.error.win32 == status.ERROR_BROKEN_PIPE


def test_only_alertable_waits_end_for_an_apc(scheduler, threads):
    for thread, alertable in zip(threads, (True, False, True), strict=True):
        thread.waiting = Waiting(lambda: None, alertable=alertable)
    threads[0].apcs.append((1, 2))
    threads[1].apcs.append((1, 2))
    assert [scheduler.is_ready(thread) for thread in threads] == [True, False, False]
    assert threads[0].waiting.outcome == status.STATUS_USER_APC


def test_a_mutex_is_owned_as_often_as_it_was_waited_for(threads):
    mutex = Mutex()
    one, other = threads[:2]
    mutex.consume(one)
    mutex.consume(one)
    assert mutex.signaled(one)
    assert not mutex.signaled(other)
    with pytest.raises(WinError):
        mutex.give_back(other)
    assert [mutex.give_back(one), mutex.give_back(one)] == [2, 1]
    assert mutex.signaled(other)


def test_a_mutex_whose_owner_ends_is_abandoned(threads):
    mutex = Mutex()
    mutex.consume(threads[0])
    threads[0].end(0)
    assert mutex.signaled(threads[1])
    assert mutex.consume(threads[1])
    assert not mutex.abandoned


def test_a_semaphore_counts(threads):
    semaphore = Semaphore(1, 2)
    semaphore.consume(threads[0])
    assert not semaphore.signaled(threads[0])
    assert semaphore.add(2) == 0
    with pytest.raises(WinError) as error:
        semaphore.add(1)
    assert error.value.win32 == status.ERROR_TOO_MANY_POSTS


def test_a_packet_brings_a_wait_to_a_port_once(threads, clock):
    port, packet, timer = Port(), Packet(), Timer(clock, manual=False)
    timer.start(UPTIME + 7, 0)
    packet.arm(port, timer, Entry(1, 2, 3, 4))
    assert port.due() == UPTIME + 7
    assert not port.ready(threads[0])
    clock.sleep_until(UPTIME + 7)
    assert port.ready(threads[0])
    assert port.take(5) == [Entry(1, 2, 3, 4)]
    assert (port.ready(threads[0]), port.due(), timer.references) == (False, None, 0)


def test_a_closed_packet_waits_no_more(threads):
    port, packet, event = Port(), Packet(), Event(manual=True, is_set=True)
    packet.arm(port, event, Entry(1, 2, 3, 4))
    packet.close()
    assert not port.ready(threads[0])
    assert (port.references, event.references) == (0, 0)


def test_wakes_go_to_those_who_wait_longest():
    wakes = Wakes()
    first, second, third = (wakes.enter(64) for _ in range(3))
    wakes.leave(64, second)
    wakes.call(64, 1)
    assert [wakes.is_called(64, one) for one in (first, third)] == [True, False]
    wakes.call(64, None)
    assert wakes.is_called(64, third)
    wakes.call(128, None)


def test_virtual_time_passes_by_work_and_never_back(clock):
    clock.work(2.5)
    clock.work(2.5)
    clock.sleep_until(UPTIME + 3)
    assert clock.uptime() == UPTIME + 5
    assert clock.filetime() == 5


def test_real_time_passes_by_itself():
    clock = RealClock()
    before = clock.uptime()
    clock.sleep_until(before + 20_000)
    assert clock.uptime() >= before + 20_000
