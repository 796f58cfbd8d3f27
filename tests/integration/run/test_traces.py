"""Traces, reports, denials and sandboxes of a real Go program in the emulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "programs"


def build(name: str, out: Path, **settings: str) -> Path:
    env = {
        **os.environ,
        "GOENV": "off",
        "GOFLAGS": "",
        "GOOS": "windows",
        "GOARCH": "amd64",
        "CGO_ENABLED": "0",
    }
    subprocess.run(
        ["go", "build", "-trimpath", "-ldflags=-s -w", "-o", str(out), "."],
        cwd=PROGRAMS / name, env={**env, **settings}, check=True,
    )  # fmt: skip
    return out


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("traced", tmp_path_factory.mktemp("traced") / "traced.exe")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A sandbox with a file, beside one that is outside."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "given.txt").write_text("given")
    return folder


def run(
    program: Path, box: Path, *words: str, options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    argv = [
        sys.executable,
        "-m",
        "crosswind",
        "run",
        "--cwd",
        str(box),
        "--sandbox",
        str(box),
        "--clean-env",
    ]
    argv += [*options, str(program), "--", *words]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def calls(text: str, name: str) -> list[str]:
    return [line for line in text.splitlines() if f" {name}(" in line]


def test_text_names_arguments_errors_and_the_line_that_wanted_it(traced: Path, box: Path) -> None:
    done = run(traced, box, "files", options=("--trace", "-"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == 'write: <nil>\n"given" <nil>\ntrue\n'.removeprefix("write: <nil>\n")
    (missing,) = [line for line in calls(done.stderr, "CreateFileW") if '"missing.txt"' in line]
    assert "GENERIC_READ" in missing
    assert "OPEN_EXISTING" in missing
    assert "= INVALID_HANDLE_VALUE ERROR_FILE_NOT_FOUND" in missing
    assert "<- main.load main.go:" in missing
    (written,) = [line for line in calls(done.stderr, "WriteFile") if '"hello\\n"' in line]
    assert "main.files main.go:" in written


def test_lines_are_objects(traced: Path, box: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    run(traced, box, "system", options=("--trace", str(trace)))
    head, *events = map(json.loads, trace.read_text("utf-8").splitlines())
    assert head == {"schema": "crosswind/trace/1", "program": "traced.exe"}
    keys = [one for one in events if one.get("call") == "RegOpenKeyExW"]
    assert keys[0]["arguments"]["key"] == "HKEY_LOCAL_MACHINE"
    assert keys[0]["user"]["function"] == "main.system"
    assert events[-1] == {**events[-1], "event": "end", "status": 0}
    times = [one["time"] for one in events if one["event"] == "call" and one["duration"] == 0]
    assert times == sorted(times)
    # What slept did so on the program's clock.
    assert events[-1]["time"] >= 0.003


def test_viewers_get_an_array(traced: Path, box: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    run(traced, box, "system", options=("--trace", str(trace)))
    events = json.loads(trace.read_text("utf-8"))
    assert {event["ph"] for event in events} >= {"X", "M"}
    assert all(
        isinstance(event[key], int | float) for event in events for key in ("ts", "pid", "tid")
    )
    assert all(event["dur"] >= 0 for event in events if event["ph"] == "X")


def test_filters(traced: Path, box: Path) -> None:
    options = ("--trace", "-", "--trace-filter", "files,by:main")
    lines = run(traced, box, "files", options=options).stderr.splitlines()
    shown = [line for line in lines if " = " in line]
    assert shown
    assert all("main." in line.partition("<-")[2] for line in shown)
    assert not calls("\n".join(lines), "VirtualAlloc")


@pytest.mark.parametrize("suffix", ["txt", "json"])
def test_the_same_run_gives_the_same_trace(
    traced: Path, box: Path, tmp_path: Path, suffix: str
) -> None:
    traces = []
    for number in range(3):
        (box / "given.txt").write_text("given")
        (box / "made.txt").unlink(missing_ok=True)
        if (box / "folder").is_dir():
            (box / "folder").rmdir()
        path = tmp_path / f"{number}.{suffix}"
        run(traced, box, "files", "system", options=("--trace", str(path)))
        traces.append(path.read_bytes())
    assert traces[0] == traces[1] == traces[2]
    assert len(traces[0]) > 5000


def test_the_report(traced: Path, box: Path) -> None:
    done = run(traced, box, "files", "system", options=("--report",))
    report = done.stderr
    for title, name in (
        ("files read:", "given.txt"),
        ("files created:", "made.txt"),
        ("files deleted:", "given.txt"),
        ("files not found:", "missing.txt"),
        ("registry keys:", "Windows NT"),
        ("environment variables asked for:", "TRACED_SECRET"),
    ):
        _, _, rest = report.partition(title)
        assert name in rest, (title, report)
    assert f"= {box / 'made.txt'}" in report


def test_what_is_denied_fails_and_is_reported(traced: Path, box: Path) -> None:
    done = run(traced, box, "outside", options=("--json", "--deny", "net,exec"))
    document: dict[str, Any] = json.loads(done.stdout)
    assert (document["ended"], document["status"]) == ("exit", 0), document
    assert document["stdout"].split() == ["host:", "true", "dial:", "true", "start:", "true"]
    activity = document["activity"]
    assert any("tracked.example.com" in one["name"] for one in activity["host"])
    assert any("calc.exe" in one["name"] for one in activity["process"])
    assert {one["name"].partition(":")[0] for one in activity["denied"]} == {"net", "exec"}


def test_without_it_the_program_ends(traced: Path, box: Path) -> None:
    done = run(traced, box, "outside")
    assert done.returncode == 126
    assert "--deny net" in done.stderr


def test_denied_writes(traced: Path, box: Path) -> None:
    done = run(traced, box, "files", options=("--json", "--deny", "write"))
    document: dict[str, Any] = json.loads(done.stdout)
    assert "Access is denied" in document["stdout"]
    assert sorted(path.name for path in box.iterdir()) == ["given.txt"]
    assert any("made.txt" in one["name"] for one in document["activity"]["denied"])


def test_an_unsupported_call_says_who_wanted_it(traced: Path, box: Path) -> None:
    done = run(traced, box, "unsupported")
    assert done.returncode == 126
    assert "user32!MessageBoxW" in done.stderr
    assert "main.ask" in done.stderr
    assert "main.go:" in done.stderr


def test_a_panic_of_the_program_is_its_own(traced: Path, box: Path) -> None:
    done = run(traced, box, "crash", options=("--trace", "-"))
    assert done.returncode == 2
    assert "invalid memory address or nil pointer dereference" in done.stderr
    (fault,) = [
        line for line in done.stderr.splitlines() if "!! EXCEPTION_ACCESS_VIOLATION" in line
    ]
    assert "<- main.crash main.go:" in fault


@pytest.mark.parametrize("level", ["v3", "v4"])
def test_a_program_for_newer_processors_is_refused_before_its_start(
    traced: Path, box: Path, level: str
) -> None:
    program = traced.with_name(f"{level}.exe")
    # What the linker would write; building the standard library anew takes half a minute.
    changed = traced.read_bytes().replace(b"GOAMD64=v1", f"GOAMD64={level}".encode())
    program.write_bytes(changed)
    done = run(program, box, options=("--with", "emulator"))
    assert done.returncode == 126
    assert f"GOAMD64={level}" in done.stderr


def test_the_processor_computes_what_this_one_does(tmp_path: Path, box: Path) -> None:
    program = build("processor", tmp_path / "processor.exe")
    here = build("processor", tmp_path / "processor", GOOS="linux")
    # math.Exp takes FMA where the processor has it, which rounds once less.
    settings = {**os.environ, "GODEBUG": "cpu.fma=off"}
    native = subprocess.run([str(here)], capture_output=True, text=True, check=True, env=settings)
    done = run(program, box)
    assert done.stdout.splitlines() == native.stdout.splitlines()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--deny", "everything"), "CW4080"),
        (("--trace-filter", "files"), "CW4081"),
        (("--trace", "-", "--trace-filter", "flies"), "CW4081"),
        (("--trace", "nowhere/trace.txt"), "CW4082"),
    ],
)
def test_mistaken_options(traced: Path, box: Path, options: tuple[str, ...], code: str) -> None:
    done = run(traced, box, options=options)
    assert done.returncode == 125
    assert code in done.stderr
