"""`system/process.py` with real processes: what it starts ends, whatever happens, and is accounted for."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from crosswind.errors import BuildError, MissingError, UsageError
from crosswind.system import process

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX processes and signals")

# Ignores SIGTERM, starts a grandchild that ignores it too, and tells the ids of both in a file.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if len(sys.argv) > 2:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
    child = subprocess.Popen([sys.executable, "-c", code])
    with open(sys.argv[1] + ".part", "w") as out:
        out.write(f"{os.getpid()} {child.pid}")
    os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(300)
"""


@pytest.fixture(autouse=True)
def _children_may_start() -> Iterator[None]:
    process.resume()
    yield
    process.resume()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait but a moment between the polite and the final signal."""
    monkeypatch.setattr(process, "GRACE", 0.3)


def python(code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, *words]


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def ids(file: Path) -> list[int]:
    assert eventually(file.exists), "the child did not start"
    return [int(word) for word in file.read_text().split()]


def our_children() -> set[int]:
    """Our children, zombies too, without the reaper."""
    reaper = {"reaper.py"}
    found = set()
    for child in psutil.Process().children():
        words = [] if child.status() == psutil.STATUS_ZOMBIE else child.cmdline()
        if not {Path(word).name for word in words} & reaper:
            found.add(child.pid)
    return found


def test_output_and_status() -> None:
    done = process.run(python("import sys; print('out'); print('err', file=sys.stderr); exit(7)"))
    assert (done.returncode, done.stdout, done.stderr) == (7, b"out\n", b"err\n")
    assert done.text == "out\nerr"
    assert done.argv[0] == sys.executable


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
def test_a_signal_is_a_negative_status(number: signal.Signals) -> None:
    code = f"import os, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.kill(os.getpid(), {int(number)})"
    assert process.run(python(code)).returncode == -number


def test_standard_input() -> None:
    echo = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"
    assert process.run(python(echo), stdin=b"abc").stdout == b"cba"
    assert process.run(python(echo)).stdout == b"", "without stdin there is nothing, not ours"
    large = bytes(range(256)) * 40_000
    assert process.run(python(echo), stdin=large).stdout == large[::-1]


def test_a_child_that_does_not_read_its_standard_input() -> None:
    done = process.run(python("import os; os.close(0); exit(3)"), stdin=b"x" * (4 << 20))
    assert done.returncode == 3


def test_directory_and_environment(tmp_path: Path) -> None:
    show = "import os; print(os.getcwd(), os.environ.get('WORD'), os.environ.get('HOME'))"
    done = process.run(python(show), cwd=tmp_path, env={"WORD": "w", "LC_ALL": "C"})
    assert done.stdout.decode().split() == [str(tmp_path.resolve()), "w", "None"]


def test_a_relative_path_entry_is_relative_to_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "bin" / "tool"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho here\n")
    tool.chmod(0o755)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    done = process.run(["tool"], cwd=elsewhere, env={"PATH": "bin"})
    assert done.stdout == b"here\n"


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(MissingError) as raised:
        process.run(["crosswind-has-no-such-program"])
    assert raised.value.code == "CW0501"
    assert "crosswind-has-no-such-program" in raised.value.message


def test_files_that_are_no_programs(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no program")
    with pytest.raises(MissingError) as raised:
        process.run([text])
    assert raised.value.code == "CW0501"
    text.chmod(0o755)
    with pytest.raises(MissingError) as raised:
        process.run([text])
    assert "format" in raised.value.message
    orphan = tmp_path / "orphan"
    orphan.write_text("#!/no/such/interpreter\n")
    orphan.chmod(0o755)
    with pytest.raises(MissingError):
        process.run([orphan])


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        process.run(python("pass"), cwd=tmp_path / "gone")
    assert raised.value.subject == str(tmp_path / "gone")


def test_words_that_no_program_can_be_given() -> None:
    for word in ("a\0b", "\ud800"):
        with pytest.raises(UsageError) as raised:
            process.run(python("pass", word))
        assert raised.value.code == "CW0510"
        with pytest.raises(UsageError):
            process.run(python("pass"), env={**os.environ, "WORD": word})


def test_a_time_limit_ends_grandchildren_that_ignore_signals(tmp_path: Path) -> None:
    note = tmp_path / "ids"
    started = time.monotonic()
    with pytest.raises(BuildError) as raised:
        process.run(python(STUBBORN, str(note), "parent"), timeout=2.5)
    assert raised.value.code == "CW0502"
    assert "2.5 s" in raised.value.message
    assert time.monotonic() - started < 60
    assert eventually(lambda: not any(map(alive, ids(note))))


def test_what_a_child_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "id"
    done = process.run(["sh", "-c", f"sleep 300 & echo $! > '{note}'; exit 5"])
    assert done.returncode == 5
    assert eventually(lambda: not any(map(alive, ids(note))))


@pytest.mark.usefixtures("quick")
def test_kill_all_from_another_thread(tmp_path: Path) -> None:
    notes = [tmp_path / f"ids{number}" for number in range(3)]
    raised: list[BaseException] = []

    def work(note: Path) -> None:
        try:
            process.run(python(STUBBORN, str(note), "parent"))
        except process.StoppedError as error:
            raised.append(error)

    threads = [threading.Thread(target=work, args=(note,)) for note in notes]
    for thread in threads:
        thread.start()
    members = [pid for note in notes for pid in ids(note)]
    process.kill_all()
    for thread in threads:
        thread.join(60)
    assert len(raised) == 3
    assert eventually(lambda: not any(map(alive, members)))
    with pytest.raises(process.StoppedError):
        process.run(python("pass"))
    process.kill_all()
    process.resume()
    assert process.run(python("pass")).returncode == 0


def test_kill_all_is_polite_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a busy machine a signal's handler may begin late.
    monkeypatch.setattr(process, "GRACE", 60.0)
    note = tmp_path / "note"
    code = """
import os, signal, sys, time
def end(*_):
    open(sys.argv[1], "w").write("cleaned")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print(flush=True)
open(sys.argv[1] + ".ready", "w")
time.sleep(300)
"""

    def work() -> None:
        with pytest.raises(process.StoppedError):
            process.run(python(code, str(note)))

    thread = threading.Thread(target=work)
    thread.start()
    assert eventually((tmp_path / "note.ready").exists)
    process.kill_all()
    thread.join(60)
    assert note.read_text() == "cleaned"


@pytest.mark.usefixtures("quick")
def test_a_second_interrupt_makes_kill_all_final(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 60.0)
    note = tmp_path / "ids"

    def work() -> None:
        with pytest.raises(process.StoppedError):
            process.run(python(STUBBORN, str(note), "parent"))

    thread = threading.Thread(target=work)
    thread.start()
    members = ids(note)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        process.kill_all()
    thread.join(60)
    assert not thread.is_alive()
    assert eventually(lambda: not any(map(alive, members)))


def test_stop_ends_one_child(tmp_path: Path) -> None:
    note = tmp_path / "ids"

    def end(pid: int) -> None:
        ids(note)
        process.stop(pid)

    done = process.run(
        python(STUBBORN, str(note), "parent"),
        on_start=lambda pid: threading.Thread(target=end, args=(pid,)).start(),
    )
    assert done.returncode == -signal.SIGKILL
    assert eventually(lambda: not any(map(alive, ids(note))))
    process.stop(1)  # not ours: nothing happens


@pytest.mark.usefixtures("quick")
def test_an_interrupt_ends_the_child(tmp_path: Path) -> None:
    note = tmp_path / "ids"
    before = our_children()

    def interrupt() -> None:
        ids(note)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        process.run(python(STUBBORN, str(note), "parent"))
    assert eventually(lambda: not any(map(alive, ids(note))))
    assert our_children() <= before, "no zombie stays"


INTERRUPTED = """
import os, psutil, signal, threading, time
from crosswind.system import process
process.run(["true"])
for number in range(60):
    # The start of a child takes some 3 ms: these interrupts hit every part of it.
    timer = threading.Timer(number / 15_000, os.kill, (os.getpid(), signal.SIGINT))
    try:
        timer.start()
        process.run(["sleep", "3000"])
    except KeyboardInterrupt:
        timer.join()
print(process._live, [c.cmdline() for c in psutil.Process().children() if "3000" in c.cmdline()])
"""


def test_an_interrupt_at_any_moment_loses_no_child() -> None:
    done = subprocess.run(python(INTERRUPTED), capture_output=True, timeout=60, check=False)
    assert done.stdout == b"{} []\n", done.stderr.decode()


@pytest.mark.usefixtures("quick")
def test_workers_end_with_an_interrupted_block(tmp_path: Path) -> None:
    note = tmp_path / "ids"
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), process.workers(2, "test") as pool:
        waiting = [
            pool.submit(process.run, python(STUBBORN, str(note), "parent")),
            *(pool.submit(process.run, ["sleep", "300"]) for _ in range(5)),
        ]
        ids(note)
        raise KeyboardInterrupt
    assert time.monotonic() - started < 50
    assert eventually(lambda: not any(map(alive, ids(note))))
    assert all(one.cancelled() or one.exception() for one in waiting)


def test_no_zombie_and_nothing_under_guard_stays() -> None:
    before = our_children()
    for _ in range(5):
        process.run(python("pass"))
    assert our_children() <= before
    assert process._live == {}


def test_an_observer_that_raises_ends_the_child() -> None:
    pids: list[int] = []

    def fail(pid: int) -> None:
        pids.append(pid)
        raise ValueError

    with pytest.raises(ValueError):
        process.run(["sleep", "300"], on_start=fail)
    assert not alive(pids[0])


def test_usage_is_plausible() -> None:
    size = 80 << 20
    burn = f"""
import time
block = bytearray({size})
while time.process_time() < 0.5:
    block[:: 4096] = bytes(len(block) // 4096)
"""
    usage = process.run(python(burn)).usage
    assert 0.45 < usage.cpu < 2.5
    assert usage.wall >= 0.9 * usage.cpu
    # On Linux a child's peak begins with that of the process that started it, us.
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert size < usage.peak_rss < max(size, ours) + (100 << 20)
    idle = process.run(["sleep", "0.3"]).usage
    # Our clock starts a moment after the child's; how long a busy machine takes is no matter.
    assert 0.25 < idle.wall < 60
    assert idle.cpu < 0.1
    assert idle.peak_rss < ours + (50 << 20)


def test_usage_counts_what_the_child_waited_for() -> None:
    inner = "import time\nwhile time.process_time() < 0.3: pass"
    outer = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    assert process.run(python(outer, inner)).usage.cpu > 0.29


def test_output_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_OUTPUT", 1 << 20)
    chatter = "import os\nwhile True: os.write(1, b'x' * 65536)"
    started = time.monotonic()
    with pytest.raises(BuildError) as raised:
        process.run(python(chatter), timeout=60)
    assert raised.value.code == "CW0511"
    assert time.monotonic() - started < 50
    just = process.run(python("import os; os.write(2, b'y' * (1 << 20))"))
    assert len(just.stderr) == 1 << 20


def test_many_at_once() -> None:
    ended: list[int] = []

    def work(number: int) -> None:
        ended.append(process.run(["sh", "-c", f"exit {number}"]).returncode)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == list(range(40))


@pytest.mark.parametrize("moment", ["while it runs", "at once"])
def test_kill_dash_nine_takes_grandchildren_along(tmp_path: Path, moment: str) -> None:
    note = tmp_path / "ids"
    script = (
        "import sys; from crosswind.system import process; "
        "process.run([sys.executable, '-c', sys.argv[1], sys.argv[2], 'parent'])"
    )
    ours = subprocess.Popen([sys.executable, "-c", script, STUBBORN, str(note)])
    members = ids(note)
    if moment == "while it runs":
        time.sleep(0.5)
    assert all(map(alive, members))
    ours.kill()
    ours.wait()
    assert eventually(lambda: not any(map(alive, members)))


def test_children_start_again_after_workers_failed() -> None:
    with pytest.raises(ZeroDivisionError), process.workers(2, "test"):
        raise ZeroDivisionError
    assert process.run([sys.executable, "-c", ""]).returncode == 0


_HANGUP_AT_START = """
import os, signal, subprocess, sys
from crosswind.system import process

class Popen(subprocess.Popen):
    def __init__(self, *words, **rest):
        super().__init__(*words, **rest)
        if words[0][0] == "sleep":
            print(self.pid, flush=True)
            os.kill(os.getpid(), signal.SIGHUP)

subprocess.Popen = Popen
process.run(["sleep", "100"])
"""


def test_a_signal_while_a_child_starts_leaves_no_child():
    done = subprocess.run(
        [sys.executable, "-c", _HANGUP_AT_START], stdout=subprocess.PIPE, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGHUP
    child = int(done.stdout)
    assert eventually(lambda: not psutil.pid_exists(child))
