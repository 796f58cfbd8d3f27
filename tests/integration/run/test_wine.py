"""Windows programs by Wine: what they get, what comes back, and that nothing is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from conftest import ROOT
from crosswind.run import execute, wine
from crosswind.run.runner import Ended, Job, Result
from crosswind.system.process import Limits
from wine import Wine, found, session

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(scope="module")
def streams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("streams") / "streams.exe"
    env = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOFLAGS": "", "GOENV": "off"}
    argv = ["go", "build", "-trimpath", "-o", program, "."]
    subprocess.run(argv, cwd=PROGRAMS / "streams", env={**os.environ, **env}, check=True)
    return program


@pytest.fixture(scope="module")
def opened() -> Iterator[Wine]:
    with session() as one:
        yield one


Start = Callable[..., Result]


@pytest.fixture
def start(opened: Wine, streams: Path) -> Start:
    def run(*arguments: str, **given: object) -> Result:
        settings = {"cwd": streams.parent, "limits": Limits(60), **given}
        return execute.execute(opened.session, Job(streams, arguments, **settings))

    return run


def test_streams_are_handed_on_byte_for_byte(start: Start) -> None:
    data = bytes(range(256)) * 300 + b"\r\n\x1a\n"
    result = start("copy", stdin=data)
    assert (result.ended, result.stdout, result.stderr) == (Ended.EXIT, data, data)
    assert (result.runner, result.version) == ("wine", found().version)


@pytest.mark.parametrize("status", ["0", "1", "255", "0xC0000005", "0x100", "0xFFFFFFFF"])
def test_all_bits_of_a_status(start: Start, status: str) -> None:
    result = start("exit", status)
    assert (result.ended, result.status) == (Ended.EXIT, int(status, 0))
    assert not any("low 8 bits" in note for note in result.notes)
    assert not (result.exit_status == 0 and result.status)


def test_the_status_of_a_child_is_the_childs(start: Start) -> None:
    result = start("again", "zero", "exit", "0x1234")
    assert (result.status, b"exit status 4660" in result.stderr) == (2, True)


def test_a_status_that_nobody_wrote_is_cut_and_said_to_be(opened: Wine, streams: Path) -> None:
    command = opened.session.command(Job(streams, ("exit", "0x105"), streams.parent))
    env = {name: text for name, text in command.env.items() if name != "CROSSWIND_WINE_STATUS"}
    silent = SimpleNamespace(
        found=opened.session.found, command=lambda _: replace(command, env=env)
    )
    result = execute.execute(silent, Job(streams))
    assert result.status == 5
    assert any("low 8 bits" in note for note in result.notes)


def test_what_a_program_is_given(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "Grüße 世界"
    folder.mkdir()
    arguments = ["a b", 'c"d', "", "ü", "/tmp", "Z:\\", "*"]
    told = json.loads(
        start("tell", *arguments, cwd=folder, env={"OWN": "é", "DISPLAY": ":0"}).stdout
    )
    assert told == {
        "arguments": arguments,
        "folder": f"Z:{folder}".replace("/", "\\"),
        "own": "é",
        "display": False,
        "host": "CROSSWIND",
        "home": r"C:\users\crosswind",
        "temporary": r"C:\users\crosswind\Temp",
        "offset": 0,
    }


def test_a_program_whose_name_is_not_ascii(opened: Wine, streams: Path, tmp_path: Path) -> None:
    program = tmp_path / "größe" / "прога.exe"
    program.parent.mkdir()
    program.write_bytes(streams.read_bytes())
    assert "ü" in opened.run(program, "tell", "ü")


def test_a_crash_ends_at_once(start: Start) -> None:
    began = time.monotonic()
    result = start("crash")
    assert (result.ended, result.status) == (Ended.EXIT, 2)
    assert b"invalid memory address" in result.stderr
    assert time.monotonic() - began < 60


def test_a_limit_of_time(start: Start) -> None:
    result = start("wait", limits=Limits(1.0))
    assert (result.ended, result.stdout) == (Ended.TIMEOUT, b"waiting\n")


def test_what_a_program_leaves_ends_with_the_session(streams: Path) -> None:
    with session() as one:
        assert one.run(streams, "leave") == "left\n"
        folder = Path(one.session.command(Job(streams)).env["WINEPREFIX"])
    assert not folder.exists()
    assert not alive(str(folder))


def test_system_files_go_from_session_to_session_until_a_program_changes_them(
    streams: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path))
    seen = []
    for own in (False, False, True, False):
        with session() as one:
            folder = Path(one.session.command(Job(streams)).env["WINEPREFIX"])
            system = folder / "drive_c/windows/system32"
            seen.append((system.stat().st_ino, (system / "own.exe").exists()))
            one.run(streams, "exit", "0")
            if own:
                (system / "own.exe").write_bytes(streams.read_bytes())
                one.run(system / "own.exe", "exit", "0")
    first = seen[0][0]
    assert seen[:3] == [(first, False)] * 3
    assert not seen[3][1]


def test_many_at_once(streams: Path) -> None:
    def once(number: int) -> bytes:
        with session() as one:
            job = Job(streams, ("copy",), streams.parent, {}, Limits(120), b"%d" % number)
            return execute.execute(one.session, job).stdout

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(once, range(20))) == [b"%d" % number for number in range(20)]


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from crosswind.run import execute
from crosswind.run.runner import Job
from wine import session
program = Path(sys.argv[1])
with session() as one:
    print(one.session.command(Job(program)).env["WINEPREFIX"], flush=True)
    execute.execute(one.session, Job(program, ("wait",), program.parent, stdout=1))
"""


def test_nothing_is_left_if_crosswind_is_killed(streams: Path) -> None:
    argv = [sys.executable, "-c", KILLED, streams, ROOT / "tests"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as crosswind:
        assert crosswind.stdout is not None
        folder = crosswind.stdout.readline().strip()
        assert crosswind.stdout.readline() == "waiting\n"
        crosswind.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while alive(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(folder)


def alive(folder: str) -> list[str]:
    """Name the processes of a prefix that still run."""
    names = []
    for process in psutil.process_iter():
        try:
            ended = process.status() == psutil.STATUS_ZOMBIE
            if not ended and process.environ().get("WINEPREFIX") == folder:
                names.append(process.name())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return names


def test_the_loader_may_speak_if_asked(opened: Wine, streams: Path) -> None:
    loud = opened.session.command(Job(streams, verbose=True)).env["WINEDEBUG"]
    assert opened.session.command(Job(streams)).env["WINEDEBUG"] == "-all"
    assert loud != "-all"


def test_a_server_that_does_not_start(streams: Path, tmp_path: Path) -> None:
    from crosswind.errors import MissingError
    from crosswind.run import wine_layout, wine_prefix, wine_server

    real = wine_layout.layout(found().program or Path())
    broken = tmp_path / "wineserver"
    broken.write_text("#!/bin/sh\necho no socket for me; exit 1\n")
    broken.chmod(0o755)
    layout = wine_layout.Layout(real.loader, broken, real.libraries)
    folder = tmp_path / "prefix"
    folder.mkdir()
    env = wine_prefix.environment(folder, os.environ, boots=False)
    with (
        pytest.raises(MissingError, match="does not start") as error,
        wine_server.server(folder, layout, env),
    ):
        pass
    assert (error.value.code, error.value.hint) == ("CW4021", "no socket for me")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo wine-from-nowhere", "does not tell Wine's version"),
        ("echo cannot open libwine >&2; exit 1", "is broken: cannot open libwine"),
        ("kill -SEGV $$", "is broken"),
    ],
)
def test_a_broken_wine_is_no_wine(tmp_path: Path, script: str, reason: str) -> None:
    from crosswind.run.runner import Absent, Found
    from wine import AMD64

    loader = tmp_path / "wine"
    loader.write_text(f"#!/bin/sh\n{script}\n")
    loader.chmod(0o755)
    absent = wine.RUNNER.probe(Found("wine", loader), AMD64, os.environ)
    assert isinstance(absent, Absent)
    assert reason in absent.reason
