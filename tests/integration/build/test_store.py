"""Builds that take results over from the store: any order of checkouts, nothing stale, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from crosswind.api import build
from crosswind.building.request import Request
from crosswind.finding import Severity
from crosswind.pipeline import BuildResult

from .conftest import HELLO, clean_environment, write

ARGV = (sys.executable, "-m", "crosswind", "build", "-t", "linux/amd64", "-q")
BOTH = "linux/amd64,windows/amd64"
QUIET = "buildvcs: false\n"  # the commit is no part of the program
# Notes each call of the go command, then runs what a test wants to happen around a build.
WRAPPER = """#!/bin/sh
echo "$*" >> "$GO_LOG"
if [ "$1" = build ] && [ -n "$BEFORE" ]; then sh -c "$BEFORE"; fi
"$REAL_GO" "$@"
status=$?
if [ "$1" = build ] && [ -n "$AFTER" ]; then sh -c "$AFTER"; fi
exit $status
"""


@dataclass(frozen=True)
class Ran:
    """How a build in this process ended."""

    result: BuildResult

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.result.findings}


class Checkout:
    """A project, and builds of it with a store that other checkouts of the test share."""

    def __init__(self, folder: Path, shared: Path) -> None:
        self.folder, self.shared = folder, shared
        self.calls: list[str] = []

    def environment(self, **env: str) -> dict[str, str]:
        return {
            **clean_environment(),
            "CROSSWIND_CACHE": str(self.shared / "cache"),
            "CROSSWIND_STORE_LIMIT": "",
            "GO_LOG": str(self.shared / "log"),
            "REAL_GO": shutil.which("go") or "",
            "PATH": f"{self.shared / 'go/bin'}{os.pathsep}{os.environ['PATH']}",
            **env,
        }

    def build(
        self, *, ok: bool = True, targets: str = "linux/amd64", force: bool = False, audit: int = 0,
        **env: str,
    ) -> Ran:  # fmt: skip
        """Build; `calls` are the go command's builds then."""
        log = self.shared / "log"
        log.write_text("")
        wanted = tuple(targets.split(","))
        request = Request(
            self.folder, targets=wanted, force=force, audit=audit, env=self.environment(**env)
        )
        result = build(request)
        assert result.ok is ok, result.findings
        lines = log.read_text().splitlines()
        self.calls = [line for line in lines if line.startswith(("build", "install"))]
        return Ran(result)

    def edit(self, text: str, name: str = "main.go") -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")

    def program(self, target: str = "linux_amd64") -> bytes:
        suffix = ".exe" if target.startswith("windows") else ""
        return (self.folder / f"dist/hello_{target}/hello{suffix}").read_bytes()

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        command = ["git", *who, *words]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    def commit(self, text: str) -> None:
        self.edit(text)
        self.git("add", "-A")
        self.git("commit", "-qm", "next")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all tests share: a Go whose command is the wrapper, and what is known of it."""
    folder = tmp_path_factory.mktemp("shared")
    real = Path(shutil.which("go") or "").resolve().parent.parent
    (folder / "go/bin").mkdir(parents=True)
    for name in ("VERSION", "go.env", "pkg", "src", "lib"):
        (folder / "go" / name).symlink_to(real / name)
    wrapper = folder / "go/bin/go"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    return folder


@pytest.fixture
def checkout(
    tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Checkout]:
    """Makes checkouts of a small program; the store is empty at first."""
    monkeypatch.setenv("CROSSWIND_CACHE", str(shared / "cache"))
    shutil.rmtree(shared / "cache/store", ignore_errors=True)

    def make(name: str = "one", files: Mapping[str, str] = HELLO, config: str = QUIET) -> Checkout:
        folder = write(tmp_path / name, {**files, "crosswind.yaml": config})
        return Checkout(folder, shared)

    return make


def outcomes(ran: Ran) -> set[str]:
    return {one.outcome.name for one in ran.result.results}


def said(text: str) -> str:
    return f'package main\n\nfunc main() {{ println("{text}") }}\n'


@pytest.mark.parametrize("config", [QUIET, "name: stamped\n"])
def test_checkouts_in_any_order_need_no_go_command(
    checkout: Callable[..., Checkout], config: str
) -> None:
    one = checkout(config=config)
    one.git("init", "-q", "-b", "main")
    built = []
    for text in ("first", "second", "third"):
        one.commit(said(text))
        one.git("tag", text)
    for text in ("first", "second", "third"):
        one.git("checkout", "-q", text)
        assert outcomes(one.build()) == {"built"}
        assert one.calls
        built.append(one.program())
    for number, tag in ((0, "first"), (2, "third"), (1, "second")):
        one.git("checkout", "-q", tag)
        ran = one.build()
        assert outcomes(ran) == {"restored"}
        assert one.calls == []
        assert one.program() == built[number]
    shutil.rmtree(one.shared / "cache/store")
    assert outcomes(one.build()) == {"cached"}, "dist knows it, too"
    assert one.calls == []


def test_a_second_checkout_gets_the_bytes_and_the_checks(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    first, second = one.build(targets=BOTH), two.build(targets=BOTH)
    assert outcomes(second) == {"restored"}
    assert two.calls == []
    assert one.program() == two.program()
    told = [[one.report for one in ran.result.results] for ran in (first, second)]
    assert told[0] == told[1]
    record = json.loads((two.folder / "dist/crosswind.json").read_text())
    assert [artifact["outcome"] for artifact in record["artifacts"]] == ["restored", "restored"]
    assert os.access(two.folder / "dist/hello_linux_amd64/hello", os.X_OK)


def test_a_program_of_another_name_is_the_same_program(checkout: Callable[..., Checkout]) -> None:
    one = checkout()
    one.build()
    two = checkout("two", config=f"{QUIET}programs: [{{main: ., name: greet}}]\n")
    assert outcomes(two.build()) == {"restored"}
    assert (two.folder / "dist/greet_linux_amd64/greet").read_bytes() == one.program()


def test_editing_dist_never_reaches_the_store(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    one.build()
    good = one.program()
    for place in (one, two):
        with (place.folder / "dist/hello_linux_amd64/hello").open("r+b") as stream:
            stream.write(b"edited")
        place.build()
        assert place.program() == good
        two.build()
    assert two.program() == good


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
@pytest.mark.parametrize("config", [QUIET, f"{QUIET}debug: split\n"], ids=["plain", "split"])
@pytest.mark.parametrize("mode", [0o644, 0o000])
def test_a_program_that_nobody_may_run_is_put_again(
    checkout: Callable[..., Checkout], mode: int, config: str
) -> None:
    one = checkout(config=config)
    one.build()
    program, good = one.folder / "dist/hello_linux_amd64/hello", one.program()
    was = program.stat().st_mode
    assert was & 0o111
    for limit, outcome in (("", "restored"), ("0", "built")):
        program.chmod(mode)
        assert outcomes(one.build(CROSSWIND_STORE_LIMIT=limit)) == {outcome}
        assert program.stat().st_mode == was
        assert one.program() == good
        assert outcomes(one.build()) == {"cached"}


def test_a_link_in_a_program_s_place_is_replaced(checkout: Callable[..., Checkout]) -> None:
    one = checkout()
    one.build()
    program = one.folder / "dist/hello_linux_amd64/hello"
    mine = program.replace(one.folder / "mine")
    program.symlink_to(mine)
    assert outcomes(one.build()) == {"restored"}
    assert not program.is_symlink()
    assert one.program() == mine.read_bytes()


def test_a_damaged_store_is_said_and_built_anew(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    one.build()
    for blob in (one.shared / "cache/store").glob("v*/cas/*/*"):
        data = bytearray(blob.read_bytes())
        data[len(data) // 2] ^= 1
        blob.write_bytes(data)
    ran = two.build()
    assert outcomes(ran) == {"built"}
    assert ran.codes >= {"CW5041"}
    assert two.program() == one.program()
    assert outcomes(checkout("three").build()) == {"restored"}


def test_a_program_that_steps_changed_comes_back_whole(checkout: Callable[..., Checkout]) -> None:
    split = QUIET + "debug: split\nwindows:\n  version:\n    ProductName: one\n"
    one, two = checkout("one", config=split), checkout("two", config=split)
    one.build(targets=BOTH)
    assert outcomes(two.build(targets=BOTH)) == {"restored"}
    assert two.calls == []
    for name in ("hello_linux_amd64/hello.debug", "hello_windows_amd64/hello.exe"):
        files = [place.folder / "dist" / name for place in (one, two)]
        assert files[0].read_bytes() == files[1].read_bytes()
    # Another resource costs no link: the linked file is known.
    two.edit(split.replace("one", "two"), "crosswind.yaml")
    assert outcomes(two.build(targets=BOTH)) == {"cached", "built"}
    assert two.calls == []
    three = checkout("three", config=split.replace("one", "two"))
    assert outcomes(three.build(targets=BOTH)) == {"restored"}
    assert three.program("windows_amd64") == two.program("windows_amd64")


def test_only_a_smoke_run_that_passed_is_remembered(checkout: Callable[..., Checkout]) -> None:
    run = QUIET + "smoke: {args: [], output: hello}\n"
    one, two = checkout("one", config=run), checkout("two", config=run)
    (first,) = one.build().result.results
    (second,) = two.build().result.results
    assert first.report
    assert first.report.run
    assert first.report == second.report, "with the seconds of the run there was"
    bad = run.replace("hello", "goodbye")
    three = checkout("three", config=bad)
    three.build(ok=False)
    three.edit(bad.replace("goodbye", "hello"), "crosswind.yaml")
    three.build()
    three.edit(bad, "crosswind.yaml")
    three.build(ok=False)


def test_force_builds_and_keeps(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    one.build()
    assert outcomes(two.build(force=True)) == {"built"}
    assert len(two.calls) == 1
    shutil.rmtree(one.shared / "cache/store")
    two.build(force=True)
    assert outcomes(checkout("three").build()) == {"restored"}


def test_an_audit_finds_what_a_key_does_not_tell(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    one.build()
    ran = two.build(audit=5)
    assert "CW5042" not in ran.codes
    assert "CW5045" in ran.codes
    assert len(two.calls) == 1
    # A go command that adds to what it links stands for an input that nobody knows of.
    shutil.rmtree(one.shared / "cache/store")
    two.build(force=True, AFTER="for f in dist/.crosswind/work/*/hello*; do echo x >> $f; done")
    ran = one.build(audit=1, ok=False)
    (found,) = [one for one in ran.result.findings if one.code == "CW5042"]
    assert found.severity is Severity.ERROR
    assert "key " in found.hint
    assert "GOOS" in found.hint


def test_two_builds_at_once_share_one_store(checkout: Callable[..., Checkout]) -> None:
    places = [checkout(f"place{number}") for number in range(3)]
    running = [
        subprocess.Popen(ARGV, cwd=place.folder, env=place.environment()) for place in places
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len({place.program() for place in places}) == 1
    assert outcomes(checkout("last").build()) == {"restored"}


@pytest.mark.parametrize("when", ["BEFORE", "AFTER"])
def test_sources_that_change_during_a_build_leave_nothing_stale(
    checkout: Callable[..., Checkout], when: str
) -> None:
    one = checkout()
    (one.folder / "other").write_text(said("other"))
    ran = one.build(**{when: "cp other main.go"})
    assert "CW5043" in ran.codes
    for text in (said("other"), HELLO["main.go"]):
        one.edit(text)
        ran = one.build()
        done = subprocess.run(
            [one.folder / "dist/hello_linux_amd64/hello"], capture_output=True, check=True
        )
        assert (b"other" in done.stderr) is ("other" in text)


def test_sources_that_change_and_change_back_leave_nothing_stale(
    checkout: Callable[..., Checkout],
) -> None:
    one = checkout()
    (one.folder / "other").write_text(said("elsewhere-said"))
    (one.folder / "first").write_text(HELLO["main.go"])
    there_and_back = {"BEFORE": "cp other main.go", "AFTER": "cp first main.go"}
    ran = one.build(**there_and_back)
    assert "CW5043" in ran.codes
    assert b"elsewhere-said" in one.program(), "what go read"
    one.build()
    assert b"elsewhere-said" not in one.program()


@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_of_the_same_size_and_time_is_another_file(
    checkout: Callable[..., Checkout], in_place: bool
) -> None:
    one = checkout()
    one.edit(said("one1"))
    one.build()
    path = one.folder / "main.go"
    seen = path.stat()
    if not in_place:
        path.rename(one.folder / "old")
    one.edit(said("two2"))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert outcomes(one.build()) == {"built"}
    assert b"two2" in one.program()


def test_a_file_from_the_past_is_another_file(checkout: Callable[..., Checkout]) -> None:
    one = checkout()
    one.edit(said("one1"))
    one.build()
    one.edit(said("two2"))
    os.utime(one.folder / "main.go", (1, 1))
    os.utime(one.folder, (1, 1))
    one.build()
    assert b"two2" in one.program()
    one.edit(said("one1"))
    os.utime(one.folder / "main.go", (0, 0))
    assert outcomes(one.build()) == {"restored"}
    assert b"one1" in one.program()


def test_builds_that_are_killed_leave_nothing_stale(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    for number, seconds in enumerate((0.3, 0.5, 0.8)):
        text = f"kept-{number}"
        one.edit(said(text))
        two.edit(said(text))
        killed = subprocess.Popen(
            ARGV, cwd=one.folder, env=one.environment(), start_new_session=True
        )
        try:
            killed.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
        for place in (two, one):
            place.build()
            assert text.encode() in place.program()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts, as root on Linux")
@pytest.mark.parametrize("options", ["size=64k", "ro"])
def test_a_store_that_takes_nothing_is_said_once(
    checkout: Callable[..., Checkout], options: str
) -> None:
    one = checkout()
    store = one.shared / "cache/store"
    store.mkdir(parents=True)
    script = f"""
        mount -t tmpfs -o {options} none '{store}'
        exec '{sys.executable}' -m crosswind build -t linux/amd64 --json
    """
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=one.folder, env=one.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [finding["code"] for finding in document["findings"]] == ["CW5040"]
    assert [artifact["outcome"] for artifact in document["artifacts"]] == ["built"]
    assert done.stderr.count("CW5040") <= 1
