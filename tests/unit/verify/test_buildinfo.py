"""Verdicts on recorded settings that no seed of the integration tests has."""

from __future__ import annotations

import pytest

from crosswind.binary.buildinfo import BuildInfo, Module
from crosswind.finding import Status
from crosswind.target import Target
from crosswind.verify import Expectation, buildinfo
from crosswind.verify.subject import Subject
from images import flat


def subject(go: str = "go1.27.3", main: Module | None = None, **settings: str) -> Subject:
    image = flat.image((".text", 0x1000, b"code", False))
    made = Subject("program", image.view, image)
    info = BuildInfo(go, "example.com/x", main, (), settings)
    # What is cached is not read again.
    made.__dict__["build"] = info
    return made


@pytest.mark.parametrize(
    ("settings", "asked", "status"),
    [
        ({"GOARCH": "amd64", "GOAMD64": "v1"}, "", Status.PASS),
        ({"GOARCH": "amd64", "GOAMD64": "v2"}, "", Status.WARN),
        ({"GOARCH": "amd64", "GOAMD64": "v2"}, "v2", Status.PASS),
        ({"GOARCH": "amd64", "GOAMD64": "v1"}, "v2", Status.FAIL),
        ({"GOARCH": "arm64", "GOARM64": "v8.0"}, "", Status.PASS),
        ({"GOARCH": "arm64", "GOARM64": "v9.0,crypto"}, "", Status.WARN),
        ({"GOARCH": "arm", "GOARM": "5"}, "", Status.PASS),
        ({"GOARCH": "arm", "GOARM": "7,hardfloat"}, "7", Status.PASS),
        ({"GOARCH": "arm", "GOARM": "7"}, "7,softfloat", Status.FAIL),
        ({"GOARCH": "arm", "GOARM": "6,softfloat"}, "6", Status.FAIL),
        ({"GOARCH": "mips", "GOMIPS": "softfloat"}, "", Status.PASS),
        ({"GOARCH": "wasm"}, "", Status.PASS),
        ({"GOARCH": "wasm", "GOWASM": "satconv"}, "", Status.WARN),
        ({"GOARCH": "amd64"}, "", Status.SKIP),
    ],
)
def test_variant(settings, asked, status):
    expected = Expectation(target=Target("linux", settings["GOARCH"], asked))
    assert buildinfo.variant(subject(**settings), expected).status is status


def test_architectures_without_variants():
    assert buildinfo.variant(subject(GOARCH="s390x"), Expectation()) is None


@pytest.mark.parametrize("asked", ["1.27.3", "go1.27.3"])
@pytest.mark.parametrize("found", ["go1.27.3", "go1.27.3 X:nodwarf5", "go1.27.3-X:nodwarf5"])
def test_version_with_or_without_go_and_experiments(asked, found):
    verdict = buildinfo.go_version(subject(found), Expectation(go_version=asked))
    assert verdict.status is Status.PASS


def test_experiments_in_the_version():
    for version in ("go1.27.3 X:nodwarf5", "go1.27.3-X:nodwarf5"):
        verdict = buildinfo.experiments(subject(version), Expectation())
        assert (verdict.status, "X:nodwarf5" in verdict.message) == (Status.WARN, True)


def test_old_go_recorded_no_settings():
    old = subject("go1.16")
    for check in (buildinfo.target, buildinfo.cgo, buildinfo.buildmode, buildinfo.revision):
        assert check(old, Expectation(cgo=True, buildmode="pie")).status is Status.SKIP


@pytest.mark.parametrize(
    ("asked", "status"),
    [("v1.2.3", Status.PASS), ("v1.2.4", Status.FAIL), (None, Status.PASS)],
)
def test_module_version(asked, status):
    built = subject(main=Module("example.com/x", "v1.2.3"))
    assert buildinfo.module(built, Expectation(module_version=asked)).status is status


def test_another_module():
    built = subject(main=Module("example.com/x", "v1.2.3"))
    verdict = buildinfo.module(built, Expectation(module="example.com/y"))
    assert verdict.status is Status.FAIL
    assert buildinfo.module(subject(), Expectation(module="example.com/y")).status is Status.SKIP


def test_tags_in_any_order():
    built = subject(**{"-tags": "b,a"})
    assert buildinfo.tags(built, Expectation(tags=("a", "b"))).status is Status.PASS
    assert buildinfo.tags(built, Expectation(tags=())).status is Status.FAIL
    assert buildinfo.tags(subject(), Expectation(tags=())).status is Status.PASS


@pytest.mark.parametrize("flag", ["-race", "-msan", "-asan", "-cover"])
def test_instruments(flag):
    assert buildinfo.instruments(subject(**{flag: "true"}), Expectation()).status is Status.WARN


def test_what_is_no_go_program_is_said_once():
    image = flat.image((".text", 0x1000, b"code", False))
    plain = Subject("program", image.view, image)
    # Nobody said that it is a Go program: then it may well be something else.
    assert buildinfo.present(plain, Expectation()).status is Status.WARN
    assert buildinfo.present(plain, Expectation(cgo=True)).status is Status.FAIL
    assert buildinfo.cgo(plain, Expectation(cgo=True)) is None
