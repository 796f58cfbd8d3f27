"""Choosing a runner and saying why, with runners made up for the test."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crosswind.errors import BuildError, MissingError, UsageError
from crosswind.run import launch, select
from crosswind.run.runner import Absent, Command, Ended, Found, Job, Result, Session, Subject
from crosswind.run.subject import read
from crosswind.target import Target

HERE = Target("linux", "amd64")
# ELF64, little-endian, EM_AARCH64, one loadable segment that holds the header (gABI, "ELF Header").
ARM64 = bytes.fromhex(
    "7f454c46 02010100 00000000 00000000 0200b700 01000000 00000100 00000000"
    "40000000 00000000 00000000 00000000 00000000 4000 3800 0100 4000 0000 0000"
    "01000000 05000000 00000000 00000000 00000100 00000000 00000100 00000000"
    "78000000 00000000 78000000 00000000 00000100 00000000"
)


@dataclass(frozen=True)
class Made:
    """A runner that is as the test says."""

    name: str
    finds: bool = True
    works: bool = True
    watches: bool = False

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        del target, host, env
        return Found(self.name, Path(f"/bin/{self.name}")) if self.finds else Absent("not here")

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        del target, env
        return replace(found, version="1.2") if self.works else Absent("broken", "mend it")

    @contextlib.contextmanager
    def session(self, found: Found, subject: Subject, env: Mapping[str, str]) -> Iterator[Session]:
        del subject, env
        yield _Session(found)


@dataclass(frozen=True)
class _Session:
    found: Found

    def command(self, job: Job) -> Command:
        return Command((str(job.program),), job.env, job.cwd)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "größe"
    path.write_bytes(ARM64)
    return path


def among(monkeypatch: pytest.MonkeyPatch, *runners: Made) -> None:
    monkeypatch.setattr(select, "RUNNERS", runners)


def test_the_first_that_works_is_taken_and_all_are_accounted_for(
    monkeypatch: pytest.MonkeyPatch, program: Path
) -> None:
    among(
        monkeypatch, Made("a", finds=False), Made("b", works=False), Made("c"), Made("d"),
        Made("e", finds=False),
    )  # fmt: skip
    started = launch.prepare(program, HERE, {})
    assert list(started.explain()) == [
        "c 1.2 (/bin/c) runs linux/arm64 programs here",
        "not a: not here",
        "not b: broken",
        "not d: c comes first",
        "not e: not here",
    ]


def test_one_that_is_wanted_is_the_only_candidate(
    monkeypatch: pytest.MonkeyPatch, program: Path
) -> None:
    among(monkeypatch, Made("a"), Made("b", works=False))
    with pytest.raises(MissingError, match="b does not run it: broken") as caught:
        launch.prepare(program, HERE, {}, "b")
    assert (caught.value.code, caught.value.hint) == ("CW4008", "mend it")
    with pytest.raises(UsageError, match="no runner is called 'x'") as wrong:
        launch.prepare(program, HERE, {}, "x")
    assert wrong.value.hint == "they are a, b"


def test_only_one_that_watches_serves_where_that_is_asked(
    monkeypatch: pytest.MonkeyPatch, program: Path
) -> None:
    among(monkeypatch, Made("a"), Made("b", watches=True))
    assert launch.prepare(program, HERE, {}).choice.found.runner == "a"
    assert launch.prepare(program, HERE, {}, watched=True).choice.found.runner == "b"


def test_nothing_that_runs_it_is_told_with_every_remedy(
    monkeypatch: pytest.MonkeyPatch, program: Path
) -> None:
    among(monkeypatch, Made("a", finds=False), Made("b", works=False))
    with pytest.raises(MissingError) as caught:
        launch.prepare(program, HERE, {})
    assert caught.value.hint == "b: broken; mend it"
    among(monkeypatch, Made("a", finds=False))
    with pytest.raises(MissingError) as caught:
        launch.prepare(program, HERE, {})
    assert caught.value.hint == "a: not here"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"#!/bin/sh\necho hi\n", "it is a script"),
        (b"hello world\n", "it is text"),
        (ARM64[:80], "fit"),
        (b"MZ" + bytes(100), "PE"),
        (ARM64[:18] + b"\x0f\x27" + ARM64[20:], "which Go has no port for"),
        (ARM64[:16] + b"\x01\0" + ARM64[18:], "an object file"),
    ],
)
def test_what_is_no_program_is_refused_with_the_reason(
    tmp_path: Path, data: bytes, message: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(BuildError, match=message) as caught:
        read(path, HERE)
    assert caught.value.code == "CW4002"


def test_who_names_a_package_or_a_bare_name_is_told_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        launch.prepare(tmp_path, HERE, {})
    assert "crosswind build" in caught.value.hint
    built = tmp_path / "dist" / "greet_windows_amd64" / "greet.exe"
    built.parent.mkdir(parents=True)
    built.touch()
    with pytest.raises(UsageError) as caught:
        launch.prepare(Path("greet"), HERE, {})
    assert caught.value.hint == f"did you mean {built.relative_to(tmp_path)}?"


def test_source_is_to_be_built_first(tmp_path: Path) -> None:
    source = tmp_path / "main.go"
    source.write_text("package main\n")
    with pytest.raises(BuildError, match="it is text") as caught:
        launch.prepare(source, HERE, {})
    assert "crosswind build" in caught.value.hint


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGPIPE])
def test_shells_say_nothing_of_these_signals(number: signal.Signals) -> None:
    assert launch.finding(Result(Ended.SIGNAL, number, "a", "1"), "greet") is None


def test_the_environment_is_ours_or_only_its_basic_part() -> None:
    ours = {"PATH": "/bin", "HOME": "/root", "SECRET": "1"}
    assert launch.environment(ours, {"A": "b"}, clean=False) == {**ours, "A": "b"}
    clean = launch.environment(ours, {"HOME": "/tmp"}, clean=True)
    assert clean == {"PATH": "/bin", "HOME": "/tmp"}


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (Ended.EXIT, None),
        (Ended.TIMEOUT, "CW4005"),
        (Ended.MEMORY, "CW4005"),
        (Ended.UNSUPPORTED, "CW4006"),
        (Ended.BROKEN, "CW4007"),
        (Ended.SIGNAL, "CW4009"),
    ],
)
def test_every_end_but_the_programs_own_is_told(ended: Ended, code: str | None) -> None:
    finding = launch.finding(Result(ended, 1, "a", "1"), "greet")
    assert (finding.code if finding else None) == code
