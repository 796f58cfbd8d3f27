"""What a Go program sees of the emulator's core: threads, waits, memory, exceptions, time, its end."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from crosswind.errors import MissingError
from crosswind.run import emulated, execute, subject
from crosswind.run.emulator import engine
from crosswind.run.runner import Ended, Found, Job
from crosswind.system.process import Limits
from crosswind.target import parse
from crosswind.toolchain.bundled import PORTS

WINDOWS = parse("windows/amd64", PORTS)
NIL = "runtime error: invalid memory address or nil pointer dereference"
LINUX = parse("linux/amd64", PORTS)


def run(program, *words, options=(), cwd=None):
    argv = [sys.executable, "-P", "-E", "-m", "crosswind.run.emulator", *options, program, *words]
    return subprocess.run(argv, capture_output=True, text=True, cwd=cwd, timeout=120, check=False)


@pytest.fixture(scope="module")
def core(built) -> Path:
    return built("core", "windows/amd64")


@pytest.mark.parametrize(
    ("what", "printed"),
    [
        ("apc", "0xc0 1 2\n"),
        ("busy", "preempted\n"),
        ("deep", "1\n"),
        (
            "divide",
            f"4\n<nil> {NIL} runtime error: integer divide by zero\n",
        ),
        ("fault", f"{NIL}\n"),
        ("gc", "9 true true\n"),
        ("goroutines", "19900 200\n"),
        ("lasterror", "[1000 1001 1002 1003]\n"),
        ("memory", "0x10000 0x10000 0x2000\ntrue The parameter is incorrect. 1 true\n"),
        ("mutex", "0x80 1 288\n"),
        ("ports", "<nil> 42 7 258\n"),
        ("protect", f"4 0\n{NIL}\n"),
        ("reserve", "reserved a tebibyte\n"),
        ("sleep", "true true true true\n"),
        ("stale", "6 false false\n6 false false\n<nil> true\n"),
        ("threads", "0x102 1 2 1 0 5 5\n"),
        ("timers", "true true\n"),
    ],
)
def test_a_program_sees_what_windows_would_show(core, what, printed):
    ended = run(core, what)
    assert (ended.stdout, ended.stderr, ended.returncode) == (printed, "", 0)


def test_arguments_and_variables_arrive_as_they_are(core):
    words = ["a b", 'c"d', "", "\\", 'e\\"f g\\', "ünïcode", "*"]
    ended = run(core, "args", *words, options=("--env", "GIVEN=ä=b"))
    quoted = " ".join('"' + w.replace("\\", "\\\\").replace('"', '\\"') + '"' for w in words)
    assert ended.stdout == f'[{quoted}] "ä=b"\n'


@pytest.mark.parametrize(("code", "status"), [(0, 0), (3, 3), (256, 1), (-1, 255)])
def test_the_exit_code_keeps_its_low_bits_and_is_never_0_by_that(core, code, status):
    assert run(core, "exit", str(code)).returncode == status


def test_a_panic_is_traced(core):
    ended = run(core, "panic")
    assert ended.returncode == 2
    assert "[signal 0xc0000005 code=0x0 addr=0x8" in ended.stderr
    assert "main.panics()" in ended.stderr


def test_a_deadlock_is_gos_own_error(core):
    ended = run(core, "deadlock")
    assert ended.returncode == 2
    assert "all goroutines are asleep - deadlock!" in ended.stderr


@contextlib.contextmanager
def started(core, *words):
    argv = [sys.executable, "-P", "-E", "-m", "crosswind.run.emulator", core, *words]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "ready\n"
        yield child
        child.kill()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (signal.SIGINT, "interrupt"),
        (signal.SIGQUIT, "interrupt"),
        (signal.SIGTERM, "terminated"),
        (signal.SIGHUP, "terminated"),
    ],
)
def test_signals_reach_a_program_that_waits_for_them(core, number, told):
    with started(core, "notify") as child:
        child.send_signal(number)
        assert child.communicate(timeout=60) == (f"{told}\n", "")
        assert child.returncode == 7


@pytest.mark.parametrize("what", ["notify", "line"])
def test_who_waits_for_people_waits_without_working(core, what):
    with started(core, what) as child:
        process = psutil.Process(child.pid)
        time.sleep(2)  # to reach the ten minutes
        before = process.cpu_times()
        time.sleep(1)
        after = process.cpu_times()
        assert after.user + after.system - before.user - before.system < 0.2
        if what == "line":
            assert child.communicate("word\n", timeout=60) == ("word\n", "")
            assert child.returncode == 0


def test_a_signal_that_a_program_does_not_want_ends_it(core):
    with started(core, "unheeded") as child:
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=60) == ("", "")
        assert child.returncode == 0x3A  # of STATUS_CONTROL_C_EXIT


def test_a_program_sends_itself_control_events(core):
    ended = run(core, "generate")
    assert (ended.stdout, ended.stderr) == ("interrupt 0 1\n0 87\n", "")
    assert ended.returncode == 0x3A


def test_a_program_that_waits_for_ever_is_told_so(core):
    ended = run(core, "stuck")
    assert (ended.stdout, ended.returncode) == ("waiting\n", 124)
    assert "it waits for ever" in ended.stderr
    assert "kernel32!WaitForSingleObject, called from main.forEver at main.go:" in ended.stderr


def test_a_program_that_waits_long_is_not_one_that_waits_for_ever(core):
    ended = run(core, "patient")
    assert (ended.stdout, ended.stderr, ended.returncode) == ("it came\n", "", 0)


def test_an_exception_of_the_programs_own_ends_it(core):
    ended = run(core, "raise")
    assert ended.returncode == 2
    assert ended.stderr.startswith("Exception 0xe0001234")


def test_a_call_that_is_not_there_is_named_with_its_caller(core, tmp_path):
    report = tmp_path / "report.json"
    ended = run(core, "unsupported", options=("--report", report))
    told = json.loads(report.read_text())
    assert ended.returncode == 126
    assert told["ended"] == "unsupported"
    assert told["status"] == 126
    assert "called from main.callIt at main.go:" in told["message"]


def test_more_memory_than_allowed_is_refused(core):
    ended = run(core, "limit", options=("--memory", "300"))
    assert ended.stdout == "1455\n"


def test_two_runs_make_the_same_calls(core, tmp_path):
    traces = []
    for number in range(2):
        path = tmp_path / f"{number}.jsonl"
        assert run(core, "goroutines", options=("--deterministic", "--trace", path)).returncode == 0
        traces.append(path.read_bytes())
    assert len(traces[0]) > 10_000
    assert traces[0] == traces[1]


def test_the_runner_carries_all_bits_of_the_status(core):
    found = emulated.RUNNER.probe(Found("emulator"), WINDOWS, {})
    told = subject.read(core, LINUX)
    job = Job(core, ("exit", "259"), limits=Limits(seconds=60))
    result = execute.run(emulated.RUNNER, found, told, job, {})
    assert (result.ended, result.status, result.exit_status) == (Ended.EXIT, 259, 3)
    assert result.version.startswith("unicorn 2.")
    job = Job(core, ("args", "x"), env={"GIVEN": "y"}, limits=Limits(seconds=60))
    assert execute.run(emulated.RUNNER, found, told, job, {}).stdout == b'["x"] "y"\n'


@pytest.mark.parametrize("level", ["v3", "v4"])
def test_a_program_for_newer_processors_is_refused_before_it_starts(level, core, tmp_path):
    program = tmp_path / "new.exe"
    program.write_bytes(core.read_bytes().replace(b"GOAMD64=v1", b"GOAMD64=" + level.encode()))
    ended = run(program, "args")
    assert (ended.stdout, ended.returncode) == ("", 126)
    assert f"GOAMD64={level}: the emulated processor has no AVX" in ended.stderr


def test_without_unicorn_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(engine, "find", lambda: None)
    with pytest.raises(MissingError) as error:
        engine.load()
    assert (error.value.code, error.value.hint) == (
        "CW4050", "install it with: pip install 'crosswind[emulator]'"
    )  # fmt: skip
