"""Builds that take results over from the store: any order of checkouts, nothing stale, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from .conftest import HELLO, CommandLine, Ran, clean_environment, write

TARGETS = "linux/amd64,windows/amd64"
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


class Checkout:
    """A project, and builds of it with a store that other checkouts of the test share."""

    def __init__(self, folder: Path, run: CommandLine, shared: Path) -> None:
        self.folder, self._run, self.shared = folder, run, shared
        self.calls: list[str] = []

    def build(self, *words: str, code: int = 0, **env: str) -> Ran:
        """Build as JSON; `calls` are the go command's builds then."""
        log = self.shared / "log"
        log.write_text("")
        wrapper = self.shared / "go/bin"
        variables = {
            "CROSSWIND_CACHE": str(self.shared / "cache"),
            "CROSSWIND_STORE_LIMIT": "",
            "GO_LOG": str(log),
            "REAL_GO": shutil.which("go") or "",
            "PATH": f"{wrapper}{os.pathsep}{os.environ['PATH']}",
            **env,
        }
        targets = () if "-t" in words else ("-t", TARGETS)
        ran = self._run(self.folder, "build", *targets, *words, "--json", env=variables)
        assert ran.code == code, ran.out + ran.err
        lines = log.read_text().splitlines()
        self.calls = [line for line in lines if line.startswith(("build", "install"))]
        return ran

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
def checkout(tmp_path: Path, crosswind: CommandLine, shared: Path) -> Callable[..., Checkout]:
    """Makes checkouts of a small program; the store is empty at first."""
    shutil.rmtree(shared / "cache/store", ignore_errors=True)

    def make(name: str = "one", files: Mapping[str, str] = HELLO, config: str = QUIET) -> Checkout:
        folder = write(tmp_path / name, {**files, "crosswind.yaml": config})
        return Checkout(folder, crosswind, shared)

    return make


def outcomes(ran: Ran) -> list[str]:
    return [artifact["outcome"] for artifact in ran.document["artifacts"]]


def said(text: str) -> str:
    return f'package main\n\nfunc main() {{ println("{text}") }}\n'


def test_checkouts_in_any_order_need_no_go_command(checkout: Callable[..., Checkout]) -> None:
    one = checkout()
    one.git("init", "-q", "-b", "main")
    built = []
    for text in ("first", "second", "third"):
        one.commit(said(text))
        one.git("tag", text)
        assert outcomes(one.build()) == ["built", "built"]
        assert one.calls
        built.append((one.program(), one.program("windows_amd64")))
    for number, tag in ((0, "first"), (2, "third"), (1, "second")):
        one.git("checkout", "-q", tag)
        ran = one.build()
        assert outcomes(ran) == ["restored", "restored"]
        assert one.calls == []
        assert (one.program(), one.program("windows_amd64")) == built[number]
    assert outcomes(one.build()) == ["cached", "cached"]
    assert one.calls == []


def test_a_second_checkout_gets_the_bytes_and_the_checks(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    first, second = one.build(), two.build()
    assert outcomes(second) == ["restored", "restored"]
    assert two.calls == []
    assert one.program() == two.program()
    told = [[a["checks"] for a in ran.document["artifacts"]] for ran in (first, second)]
    assert told[0] == told[1]
    record = json.loads((two.folder / "dist/crosswind.json").read_text())
    assert [artifact["outcome"] for artifact in record["artifacts"]] == ["restored", "restored"]
    assert os.access(two.folder / "dist/hello_linux_amd64/hello", os.X_OK)


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


def test_a_damaged_store_is_said_and_built_anew(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    one.build()
    for blob in (one.shared / "cache/store").glob("v*/cas/*/*"):
        data = bytearray(blob.read_bytes())
        data[len(data) // 2] ^= 1
        blob.write_bytes(data)
    ran = two.build()
    assert outcomes(ran) == ["built", "built"]
    assert ran.codes >= {"CW5041"}
    assert two.program() == one.program()
    assert outcomes(checkout("three").build()) == ["restored", "restored"]


def test_a_program_that_steps_changed_comes_back_whole(checkout: Callable[..., Checkout]) -> None:
    split = QUIET + "debug: split\nwindows:\n  version:\n    ProductName: one\n"
    one, two = checkout("one", config=split), checkout("two", config=split)
    one.build()
    assert set(outcomes(two.build())) == {"restored"}
    assert two.calls == []
    for name in ("hello_linux_amd64/hello.debug", "hello_windows_amd64/hello.exe"):
        files = [place.folder / "dist" / name for place in (one, two)]
        assert files[0].read_bytes() == files[1].read_bytes()
    # Another resource costs no link: the linked file is known.
    two.edit(split.replace("one", "two"), "crosswind.yaml")
    assert outcomes(two.build()) == ["cached", "cached", "built", "built"]
    assert two.calls == []
    three = checkout("three", config=split.replace("one", "two"))
    assert set(outcomes(three.build())) == {"restored"}
    assert three.program("windows_amd64") == two.program("windows_amd64")


def test_only_a_smoke_run_that_passed_is_remembered(checkout: Callable[..., Checkout]) -> None:
    run = QUIET + "smoke: {args: [], output: hello}\n"
    one, two = checkout("one", config=run), checkout("two", config=run)
    words = ("-t", "host")
    (first,) = one.build(*words).document["artifacts"]
    (second,) = two.build(*words).document["artifacts"]
    assert first["run"] == second["run"], "with the seconds of the run there was"
    bad = run.replace("hello", "goodbye")
    three = checkout("three", config=bad)
    three.build(*words, code=1)
    three.edit(bad.replace("goodbye", "hello"), "crosswind.yaml")
    three.build(*words)
    three.edit(bad, "crosswind.yaml")
    three.build(*words, code=1)


def test_force_builds_and_keeps(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    one.build()
    assert outcomes(two.build("--force")) == ["built", "built"]
    assert len(two.calls) == 2
    shutil.rmtree(one.shared / "cache/store")
    two.build("--force")
    assert outcomes(checkout("three").build()) == ["restored", "restored"]


def test_an_audit_finds_what_a_key_does_not_tell(checkout: Callable[..., Checkout]) -> None:
    one, two = checkout("one"), checkout("two")
    one.build()
    ran = two.build("--audit", "5")
    assert "CW5042" not in ran.codes
    assert [f["message"] for f in ran.document["findings"] if f["code"] == "CW5045"]
    assert len(two.calls) == 2
    # A go command that adds to what it links stands for an input that nobody knows of.
    shutil.rmtree(one.shared / "cache/store")
    two.build("--force", AFTER="for f in dist/.crosswind/work/*/hello*; do echo x >> $f; done")
    ran = one.build("--audit", "1", code=1)
    (found,) = [f for f in ran.document["findings"] if f["code"] == "CW5042"]
    assert found["severity"] == "error"
    assert "key " in found["hint"]
    assert "GOOS" in found["hint"]


def test_two_builds_at_once_share_one_store(checkout: Callable[..., Checkout]) -> None:
    places = [checkout(f"place{number}") for number in range(3)]
    ran: list[Ran] = []
    threads = [
        threading.Thread(target=lambda place=place: ran.append(place.build())) for place in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.document["findings"] for one in ran] == [[]] * 3
    assert len({place.program() for place in places}) == 1
    assert outcomes(checkout("last").build()) == ["restored", "restored"]


@pytest.mark.parametrize("when", ["BEFORE", "AFTER"])
def test_sources_that_change_during_a_build_leave_nothing_stale(
    checkout: Callable[..., Checkout], when: str
) -> None:
    one = checkout()
    (one.folder / "other").write_text(said("other"))
    ran = one.build("-t", "linux/amd64", **{when: "cp other main.go"})
    assert "CW5043" in ran.codes
    for text in (said("other"), HELLO["main.go"]):
        one.edit(text)
        ran = one.build("-t", "linux/amd64")
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
    ran = one.build("-t", "linux/amd64", **there_and_back)
    assert "CW5043" in ran.codes
    assert b"elsewhere-said" in one.program(), "what go read"
    one.build("-t", "linux/amd64")
    assert b"elsewhere-said" not in one.program()


@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_of_the_same_size_and_time_is_another_file(
    checkout: Callable[..., Checkout], in_place: bool
) -> None:
    one = checkout()
    one.edit(said("one1"))
    one.build("-t", "linux/amd64")
    path = one.folder / "main.go"
    seen = path.stat()
    if not in_place:
        path.rename(one.folder / "old")
    one.edit(said("two2"))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert outcomes(one.build("-t", "linux/amd64")) == ["built"]
    assert b"two2" in one.program()


def test_a_file_from_the_past_is_another_file(checkout: Callable[..., Checkout]) -> None:
    one = checkout()
    one.edit(said("one1"))
    one.build("-t", "linux/amd64")
    one.edit(said("two2"))
    os.utime(one.folder / "main.go", (1, 1))
    os.utime(one.folder, (1, 1))
    one.build("-t", "linux/amd64")
    assert b"two2" in one.program()
    one.edit(said("one1"))
    os.utime(one.folder / "main.go", (0, 0))
    assert outcomes(one.build("-t", "linux/amd64")) == ["restored"]
    assert b"one1" in one.program()


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
        exec '{sys.executable}' -m crosswind build -t {TARGETS} --json
    """
    env = {
        **clean_environment(),
        "CROSSWIND_CACHE": str(one.shared / "cache"),
        "CROSSWIND_STORE_LIMIT": "",
    }
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=one.folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [finding["code"] for finding in document["findings"]] == ["CW5040"]
    assert [artifact["outcome"] for artifact in document["artifacts"]] == ["built", "built"]
    assert done.stderr.count("CW5040") <= 1
