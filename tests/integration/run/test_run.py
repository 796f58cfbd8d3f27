"""`crosswind run` as people use it: programs of other platforms, by the real runners."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from conftest import ROOT
from crosswind.system import interpreted

Build = Callable[[str, str], Path]

CROSSWIND = [sys.executable, "-m", "crosswind"]
# One CPU of each kind: the whole of QEMU's is in prove/prove_runners.py.
ELSEWHERE = ("linux/arm64", "linux/arm", "linux/riscv64", "linux/s390x", "linux/386")


def run(*words: str | Path, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*CROSSWIND, "run", *map(str, words)],
        input=stdin,
        capture_output=True,
        env={**os.environ, **env},
        timeout=120,
        check=False,
    )


@contextlib.contextmanager
def started(*words: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start `crosswind run` and wait until the program has said something."""
    argv = [*CROSSWIND, "run", *map(str, words)]
    # As a job of its own, as a shell would have it.
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    ) as child:
        assert child.stdout
        assert child.stdout.readline()
        yield child


def processes(program: Path) -> list[psutil.Process]:
    """Find what runs that has to do with a program, beside ourselves."""
    mine = os.getpid()
    return [
        one
        for one in psutil.process_iter(["cmdline"])
        if one.pid != mine and any(str(program) in word for word in one.info["cmdline"] or ())
    ]


def gone(program: Path) -> bool:
    """Whether nothing of a program is left; the last to be killed may take a moment."""
    deadline = time.monotonic() + 60
    while processes(program):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("target", ELSEWHERE)
def test_greet_of_every_kind_of_processor(built: Build, target: str) -> None:
    program = built("greet", target)
    done = run(program, "--", "-lang", "de", "Käthe")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Grüß dich, Käthe!\n".encode(), b"")
    wrong = run(program, "--", "-lang", "tlh")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr.startswith(b'greet: no greeting in "tlh"')


@pytest.mark.parametrize("target", ["js/wasm", "wasip1/wasm"])
def test_greet_as_webassembly(built: Build, target: str) -> None:
    program = built("greet", target)
    done = run("--clean-env", "--json", program, "--", "-lang", "ja", "世界")
    document = json.loads(done.stdout)
    assert document["stdout"].startswith("こんにちは、世界さん")
    assert (document["runner"], document["version"].partition(" ")[0]) == ("wasm", "node")
    assert document["target"].startswith(target)
    assert run("--clean-env", program, "--", "-shout").returncode == 2


def test_a_result_says_by_what_it_was_obtained(built: Build) -> None:
    program = built("greet", "linux/arm64")
    said = run("-v", program).stderr.decode()
    asked = subprocess.run(["qemu-aarch64", "--version"], capture_output=True, check=True)
    version = asked.stdout.decode().split()[2]
    assert f"run: qemu {version} (" in said
    assert "run: not native: linux/" in said
    document = json.loads(run("--json", program).stdout)
    assert (document["runner"], document["version"]) == ("qemu", version)
    assert document["ok"]
    assert document["usage"]["wall"] > 0
    none = run("--with", "wasm", program)
    assert none.returncode == 127
    assert b"wasm does not run it: it runs WebAssembly only" in none.stderr


@pytest.mark.parametrize("target", ["linux/amd64", "linux/arm64"])
def test_streams_and_status_are_the_programs_own(built: Build, target: str) -> None:
    program = built("streams", target)
    data = bytes(range(256)) * 4000 + b"\r\n\x1a\n"
    done = run(program, "--", "copy", stdin=data)
    assert (done.returncode, done.stdout, done.stderr) == (0, data, data)
    for status in (1, 2, 124, 255):
        assert run(program, "--", "exit", str(status)).returncode == status
    told = json.loads(run("--clean-env", "--env", "OWN=ü", program, "--", "tell", "a b", "").stdout)
    assert (told["arguments"], told["own"]) == (["a b", ""], "ü")
    assert told["folder"] == str(Path.cwd())


def test_a_program_of_another_processor_starts_itself(built: Build) -> None:
    program = built("streams", "linux/arm64")
    done = run("-v", program, "--", "again", "zero", "name")
    if b"apt-get install qemu-user-binfmt" in done.stderr:
        assert done.returncode == 2  # this kernel lets nobody list programs of their own
    else:
        assert done.stdout.decode().split() == ["zero", str(os.getuid()), str(os.getgid())]
        assert b"run by QEMU, too" in done.stderr


AS_NOBODY = """
import os, sys
from crosswind.system import interpreted
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(os.getuid(), os.getgid(), flush=True)
sys.exit(interpreted.main(*sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a list of Linux's")
def test_a_user_lists_programs_for_themselves() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        program = Path(name) / "hello.of-another-kind"
        program.write_text("no program by itself")
        program.chmod(0o755)
        kind = interpreted.registration("E", "of-another-kind", "", "/bin/echo", keeps_name=False)
        argv = [
            sys.executable,
            "-c",
            AS_NOBODY,
            kind,
            "/bin/sh",
            "-c",
            f"id -u; id -g; {program} a",
        ]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/")
    user, group, *told = done.stdout.split()
    if done.returncode == 125:
        assert done.stderr.startswith("crosswind: no list of programs of its own: ")
        assert not told
    else:
        assert told == [user, group, str(program), "a"]
    assert not list(Path("/proc/sys/fs/binfmt_misc").glob("crosswind"))


def test_bytes_that_are_no_text_survive_json(built: Build) -> None:
    import base64

    document = json.loads(
        run("--json", built("streams", "linux/amd64"), "--", "copy", stdin=b"\xff\n").stdout
    )
    assert base64.b64decode(document["stdout_base64"]) == b"\xff\n"


@pytest.mark.parametrize(
    ("target", "options", "how", "status"),
    [
        ("linux/amd64", ("--timeout", "1s"), ("loop",), 124),
        ("linux/arm64", ("--timeout", "1s"), ("loop",), 124),
        ("linux/amd64", ("--timeout", "1s"), ("write",), 124),
        ("linux/amd64", ("--timeout", "1s"), ("multiply", "3"), 124),
        ("linux/amd64", ("--memory", "300M"), ("allocate",), 125),
        ("linux/arm64", ("--memory", "300M"), ("allocate",), 125),
    ],
)
def test_what_does_not_end_is_ended_and_nothing_is_left(
    built: Build, target: str, options: Sequence[str], how: Sequence[str], status: int
) -> None:
    program = built("unruly", target)
    done = subprocess.run(
        [*CROSSWIND, "run", *options, program, "--", *how],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == status
    assert b"error[CW4005]" in done.stderr
    assert gone(program)


def test_what_leaves_its_group_is_ended_too() -> None:
    script = "setsid sh -c 'setsid sleep 4321 & sleep 4321' & sleep 0.3; echo left; exit 5"
    done = run("/bin/sh", "--", "-c", script)
    assert (done.returncode, done.stdout) == (5, b"left\n")
    assert not [
        one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", "4321"]
    ]


def test_output_without_end_is_captured_up_to_a_limit(built: Build) -> None:
    done = run("--json", built("unruly", "linux/amd64"), "--", "write")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ended"], document["ok"]) == (125, "output", False)
    assert len(document["stdout"]) == 64 << 20


def test_input_without_end_is_no_reason_to_wait(built: Build) -> None:
    reader, writer = os.pipe()
    try:
        done = subprocess.run(
            [*CROSSWIND, "run", "--timeout", "0.5", built("streams", "linux/amd64"), "--", "copy"],
            stdin=reader,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(reader)
        os.close(writer)
    assert done.returncode == 124


@pytest.mark.parametrize("target", ["linux/amd64", "linux/arm64"])
def test_a_signal_that_ends_the_program_is_its_status(built: Build, target: str) -> None:
    program = built("streams", target)
    assert run(program, "--", "crash").returncode == 2
    done = run("--env", "GOTRACEBACK=crash", program, "--", "crash")
    assert done.returncode == 128 + signal.SIGABRT
    assert b"error[CW4009] streams: ended by SIGABRT" in done.stderr


@pytest.mark.parametrize(
    ("runner", "target"),
    [("native", "linux/amd64"), ("qemu", "linux/arm64"), ("emulator", "windows/amd64")],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_reach_the_program(
    built: Build, runner: str, target: str, number: signal.Signals
) -> None:
    with started("--with", runner, built("unruly", target), "--", "polite") as child:
        child.send_signal(number)
        out, _ = child.communicate(timeout=60)
    assert child.returncode == 3
    assert out.startswith(b"got ")


def test_an_emulated_program_that_waits_takes_no_more_memory(built: Build) -> None:
    program = built("unruly", "windows/amd64")
    done = run("--with", "emulator", "--timeout", "5s", "--json", program, "--", "deaf")
    document = json.loads(done.stdout)
    assert document["ended"] == "timeout"
    # Some 45 MiB; every wait that was kept made it 20 MiB more in each second.
    assert document["usage"]["peak_rss"] < 90 << 20


@pytest.mark.parametrize(
    ("runner", "target"), [("native", "linux/amd64"), ("emulator", "windows/amd64")]
)
def test_a_second_signal_ends_who_does_not_listen(built: Build, runner: str, target: str) -> None:
    program = built("unruly", target)
    with started("--with", runner, program, "--", "deaf") as child:
        child.send_signal(signal.SIGTERM)
        assert child.stdout
        assert child.stdout.readline() == b"got terminated\n"
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
    assert child.returncode == 130
    assert gone(program)


def test_a_kill_of_crosswind_ends_the_program(built: Build) -> None:
    program = built("unruly", "linux/arm64")
    with started(program, "--", "deaf") as child:
        child.kill()
        child.communicate(timeout=60)
    assert gone(program)


def test_a_runner_that_is_killed_is_told(built: Build) -> None:
    program = built("unruly", "linux/arm64")
    with started(program, "--", "polite") as child:
        (qemu,) = (one for one in processes(program) if "qemu" in one.info["cmdline"][0])
        qemu.kill()
        _, err = child.communicate(timeout=60)
    assert child.returncode == 128 + signal.SIGKILL
    assert b"ended by SIGKILL" in err


@pytest.mark.parametrize("target", ["linux/arm64", "js/wasm", "wasip1/wasm"])
def test_a_path_that_is_not_ascii(built: Build, target: str, tmp_path: Path) -> None:
    folder = tmp_path / "größe 世界"
    folder.mkdir()
    program = folder / "прога"
    program.write_bytes(built("greet", target).read_bytes())
    program.chmod(0o755)
    done = run("--clean-env", "--cwd", folder, program, "--", "é")
    assert (done.returncode, done.stdout.decode()) == (0, "Hello, é!\n")


def test_what_cannot_run_says_so_with_its_own_status(built: Build, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    vax = tmp_path / "vax"
    data = bytearray(built("greet", "linux/arm64").read_bytes())
    data[18:20] = (75).to_bytes(2, "little")  # e_machine: EM_VAX
    vax.write_bytes(data)
    cut = tmp_path / "cut"
    cut.write_bytes(data[:5000])
    unready = tmp_path / "unready"
    unready.write_bytes(built("streams", "linux/amd64").read_bytes())
    for words, status, text in (
        ((script,), 125, "it is a script"),
        ((vax,), 125, "which Go has no port for"),
        ((cut,), 125, "CW4002"),
        ((tmp_path / "nothing",), 125, "No such file"),
        ((tmp_path,), 125, "build it first"),
        (("--bad", script), 125, "No such option"),
        ((built("greet", "linux/arm64"), "-lang"), 125, "stand behind `--`"),
        ((built("greet", "plan9/amd64"),), 127, "nothing on this host runs plan9/amd64 programs"),
        ((unready, "--", "exit", "0"), 125, "CW0501"),
    ):
        done = run(*words)
        assert (done.returncode, done.stdout) == (status, b"")
        assert text in done.stderr.decode()


def on_a_terminal(argv: Sequence[str], talk: Sequence[tuple[str, bytes]]) -> tuple[int, str]:
    """Run a program on a terminal of its own; write each answer once its prompt has come."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execvp(argv[0], argv)
    said = b""
    deadline = time.monotonic() + 30
    try:
        for prompt, answer in talk:
            while prompt.encode() not in said:
                assert select.select([terminal], [], [], deadline - time.monotonic())[0], said
                said += os.read(terminal, 1 << 12)
            said = said.partition(prompt.encode())[2]
            os.write(terminal, answer)
        while True:
            said += os.read(terminal, 1 << 12)
    except OSError:  # Linux: the last one that had the terminal closed it
        pass
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def test_a_terminal_stays_one() -> None:
    script = "test -t 0 && test -t 1 && test -t 2 && echo yes; read line; echo got $line; exit 7"
    argv = [*CROSSWIND, "run", "/bin/sh", "--", "-c", script]
    status, said = on_a_terminal(argv, [("yes", b"hello\n")])
    assert (status, said.splitlines()[-1]) == (7, "got hello")


def test_ctrl_c_on_a_terminal_ends_the_program() -> None:
    argv = [*CROSSWIND, "run", "/bin/sh", "--", "-c", "echo go; exec sleep 60"]
    status, _ = on_a_terminal(argv, [("go", b"\x03")])
    assert status == 130


def test_ctrl_z_stops_both_and_fg_goes_on() -> None:
    line = " ".join([*CROSSWIND, "run", "/bin/cat"])
    talk = [
        ("$ ", f"echo ready; {line}\n".encode()),
        ("ready\r\n", b"one\n"),
        ("one\r\none\r\n", b"\x1a"),
        ("Stopped", b""),
        ("$ ", b"fg\n"),
        ("crosswind run /bin/cat\r\n", b"two\n"),
        ("two\r\ntwo\r\n", b"\x04"),
        ("$ ", b"echo $?\n"),
        ("0\r\n", b"exit\n"),
    ]
    bash = ["env", "PS1=$ ", "TERM=dumb", "bash", "--norc", "--noprofile", "-i"]
    status, _ = on_a_terminal(bash, talk)
    assert status == 0
