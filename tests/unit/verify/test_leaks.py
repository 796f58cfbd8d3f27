"""What counts as a trace of the building machine, and what does not."""

from __future__ import annotations

import zlib

import pytest

from crosswind.finding import Status
from crosswind.verify import Expectation, leaks
from crosswind.verify.subject import Subject
from images import flat


def subject(content: bytes, section: str = ".rodata") -> Subject:
    image = flat.image((section, 0x1000, content, False))
    return Subject("program", image.view, image)


def status(content: bytes, what: str, text: str) -> Status:
    return leaks.traces(subject(content), Expectation(traces=((what, text),))).status


@pytest.mark.parametrize(
    ("what", "text", "content"),
    [
        ("home directory", "/home/bob", b"x/home/bob/src"),
        ("home directory", "/home/bob/", b"/home/bob"),
        ("home directory", r"C:\Users\bob", rb"C:\Users\bob\app"),
        ("home directory", r"C:\Users\bob", b"C:/Users/bob/app/main.go"),
        ("home directory", r"C:\Users\bob", r"C:\Users\bob".encode("utf-16-le")),
        ("home directory", "/home/bøb", "/home/bøb".encode()),
        # A folder of many machines, with a source file in it.
        ("home directory", "/root", b"\0/root/app/main.go\0"),
        ("Go installation", "/usr/local/go", b"/usr/local/go/src/fmt/print.go"),
        ("build directory", "/app", b"/app/cmd/x.c\0"),
        ("home directory", "/home/runner", b"/home/runner/work/x/x.go"),
        ("build directory", "/srv/app", b"\0/srv/app/main.go"),
        ("build directory", "/srv/ci/app", b"glued/srv/ci/app/main.go"),
        ("user name", "bob", b"at /home/bob/x"),
        ("user name", "bob", rb"D:\Users\bob"),
        ("host name", "laptop", b"bob@laptop\0"),
        ("text", "secret token", b"...secret token..."),
    ],
)
def test_traces(what, text, content):
    assert status(content, what, text) is Status.FAIL


@pytest.mark.parametrize(
    ("what", "text", "content"),
    [
        ("home directory", "/home/bob", b"/home/alice/src"),
        # Programs speak of such folders for reasons of their own.
        ("home directory", "/root", b"/root/.docker/config.json"),
        ("home directory", "/root", b"/var/root/app/main.go"),
        ("build directory", "/app", b"/apple/main.go"),
        ("build directory", "/net/http", b"golang.org/x/net/http/server.go"),
        ("build directory", "/srv/app", b"/srv/apple"),
        ("home directory", "/home/user", b"use /home/user/.config/app"),
        ("Go installation", "/usr/local/go", b"/usr/local/go/bin"),
        ("user name", "bob", b"github.com/bob/tool"),
        ("user name", "bob", b"/home/bobby/x"),
        ("host name", "laptop", b"a laptop"),
        ("host name", "laptop", b"bob@laptop-2"),
    ],
)
def test_no_traces(what, text, content):
    assert status(content, what, text) is Status.PASS


@pytest.mark.parametrize("name", ["root", "runner", "ab", "Ubuntu"])
def test_names_of_everybody_are_not_looked_for(name: str):
    assert status(b"/home/" + name.encode(), "user name", name) is Status.SKIP


def test_the_root_directory_is_nobodys():
    assert status(b"/", "build directory", "/") is Status.SKIP


def test_a_word_as_user_name_does_not_fill_the_search():
    assert status(b"test " * leaks._MAX_PLACES, "user name", "test") is Status.PASS


def test_without_trimpath_traces_are_no_surprise():
    expected = Expectation(trimpath=False, traces=(("home directory", "/home/bob"),))
    assert leaks.traces(subject(b"/home/bob/m.go"), expected).status is Status.WARN


def test_the_place_is_named_and_only_a_few_are_shown():
    verdict = leaks.traces(
        subject(b"/home/bob/m.go\0" * 500), Expectation(traces=(("home directory", "/home/bob"),))
    )
    # The header has 16 bytes.
    assert "home directory at .rodata 0x10: /home/bob" in verdict.message
    assert verdict.message.count("home directory") == leaks._SHOWN
    assert "or more others" in verdict.message


@pytest.mark.parametrize(
    "content",
    [
        b"/home/eve/src/app/main.go\0",
        b"/Users/eve/Library/go/x.s",
        rb"C:\Users\eve\go\src\main.go",
        b"/root/go/src/a.go",
        b"/tmp/go-build123456/b001/_cgo_gotypes.o",
        b"/tmp/go-build123456/b001/x",
        b"/tmp/app/main.go",
        b"/opt/go1.27.3/src/runtime/proc.go",
        b"/go/pkg/mod/example.com/dep@v1.2.3/dep.go",
    ],
)
def test_source_paths(content):
    verdict = leaks.source_paths(subject(content), Expectation())
    assert verdict.status is Status.WARN
    assert content.decode()[:17].rstrip("/") in verdict.message


@pytest.mark.parametrize(
    "content",
    [
        b"/home/%s/.config",
        b"/home/user/.bashrc",
        b"/Users/Shared/app",
        b"/root/.ssh/id_ed25519",
        b"golang.org/x/pkg/mod/module",
        b"go-builder",
        b"/tmp/app.sock",
        b"runtime/proc.go",
        b"/home/\0/main.go",
    ],
)
def test_no_source_paths(content):
    assert leaks.source_paths(subject(content), Expectation()).status is Status.PASS


def test_the_two_checks_take_turns():
    asked = Expectation(traces=(("text", "x"),))
    assert leaks.source_paths(subject(b""), asked) is None
    assert leaks.traces(subject(b""), Expectation()) is None


def test_compressed_debug_data_is_searched():
    raw = b"/home/bob/src/main.c\0"
    content = b"ZLIB" + len(raw).to_bytes(8, "big") + zlib.compress(raw)
    verdict = leaks.traces(
        subject(content, "__zdebug_line"), Expectation(traces=(("home directory", "/home/bob"),))
    )
    assert verdict.status is Status.FAIL
    assert "__zdebug_line (decompressed) 0x0" in verdict.message


def test_a_hostile_file_ends_the_search():
    content = b"/home/" * (leaks._MAX_PLACES + 10)
    verdict = leaks.source_paths(subject(content), Expectation())
    assert "more places than can be looked at" in verdict.message
