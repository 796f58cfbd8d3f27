"""`crosswind test` on this host says what `go test` says."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from xml.etree import ElementTree as ET

import pytest

from .conftest import PACKAGES, Module

ALL = [f"./{name}" for name in (*PACKAGES, "files", "untested", "broken")]


def lines(text: str) -> list[str]:
    """Leave out what differs between any two runs: times, addresses, goroutines."""
    text = re.sub(r"0x[0-9a-f]+\??", "ADDRESS", text)
    text = re.sub(
        r"\d+\.\d+s|\d+(\.\d+)? ns/op|goroutine \d+|^\w+-\d+\s+\d+", "N", text, flags=re.MULTILINE
    )
    return text.splitlines()


@pytest.mark.parametrize(
    "flags", [(), ("-v",), ("-short", "-run", "TestS|TestFails"), ("-v", "-bench", ".")]
)
def test_text_is_that_of_go_test(module: Module, flags):
    packages = ALL if not flags or "-short" in flags else ["./passes", "./fails", "./untested"]
    ours = module.crosswind("-q", *packages, "-t", "host", "--", *flags)
    theirs = module.go(*flags, *packages)
    wanted = lines(theirs.out)
    assert wanted.pop() == "FAIL"
    if (
        "-bench" in flags
    ):  # go test has not seen the output that it streams, and so tells the status
        wanted.remove("exit status 1")
    assert lines(ours.out) == wanted
    assert ours.code == theirs.code == 1


def events(text: str) -> dict[str, list[tuple[object, ...]]]:
    """Events by package; what goroutines do at the same time has no order."""
    found: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for line in text.splitlines():
        event = json.loads(line)
        output = event.get("Output")
        found[event.get("Package", event.get("ImportPath"))].append(
            (
                event["Action"],
                event.get("Test"),
                output if output is None else lines(output),
                event.get("OutputType"),
                event.get("FailedBuild"),
                "Elapsed" in event,
            )
        )
    return found


def test_events_are_those_of_go_test(module: Module):
    ours = module.crosswind(*ALL, "-t", "host", "--", "-json", "-p", "1", "-parallel", "1")
    theirs = module.go("-json", "-p", "1", "-parallel", "1", *ALL)
    got, wanted = events(ours.out), events(theirs.out)
    assert got.keys() == wanted.keys()
    for package, expected in wanted.items():
        assert got[package] == expected, package
    assert ours.code == theirs.code == 1


def test_what_hangs_ends_at_its_time_limit(module: Module):
    ours = module.crosswind("-q", "./hangs", "-t", "host", "--", "-timeout", "1s")
    theirs = module.go("-timeout", "1s", "./hangs")
    assert ours.code == theirs.code == 1
    assert "panic: test timed out after 1s" in ours.out
    assert lines(ours.out)[-2:] == lines(theirs.out)[-3:-1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("./nowhere", "-t", "host"), 2, "CW4033"),
        (("example.com/x@v1.0.0", "-t", "host"), 2, "CW4032"),
        (("./passes/x_test.go", "-t", "host"), 2, "CW4032"),
        (("./passes", "-t", "amiga/68k"), 2, "CW0101"),
        (("./passes", "-t", "host", "--", "-count", "many"), 2, "CW4030"),
        (("./passes", "-t", "host", "--", "-exec", "sudo"), 2, "CW4031"),
        (("./passes", "-t", "windows/amd64", "--", "-race"), 2, "CW4031"),
        (("./passes", "-t", "host", "--with", "magic"), 2, "CW4003"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_anything_runs(module: Module, words, code, said):
    ran = module.crosswind(*words)
    assert (ran.code, said in ran.err) == (code, True), ran
    assert "Traceback" not in ran.err


def test_what_no_runner_runs_is_no_pass(module: Module, tmp_path):
    report = tmp_path / "report.xml"
    ran = module.crosswind("./passes", "-t", "darwin/arm64", "--junit", str(report))
    assert ran.code == 3
    assert "no runner for darwin/arm64" in ran.out
    cases = list(ET.parse(report).getroot().iter("testcase"))
    assert [case.find("skipped") is not None for case in cases] == [True]


def test_the_junit_report_has_every_test(module: Module, tmp_path):
    report = tmp_path / "report.xml"
    ran = module.crosswind("./passes", "./fails", "./broken", "-t", "host", "--junit", str(report))
    assert ran.code == 1
    suites = {suite.get("name", "").split()[0]: suite for suite in ET.parse(report).getroot()}
    named = {case.get("name") for case in suites["example.com/m/passes"].iter("testcase")}
    assert {"TestOne", "TestParts/second_part", "ExamplePrint", "FuzzSeeds/seed#0"} <= named
    assert suites["example.com/m/fails"].get("failures") == "2"
    assert suites["example.com/m/broken"].get("failures") == "1"


def test_a_package_for_other_targets_is_told_of(module: Module):
    ran = module.crosswind("--json", "./only...", "-t", "host,windows/amd64")
    document = json.loads(ran.out)
    verdicts = {
        one["target"]: [package["verdict"] for package in one["packages"]]
        for one in document["targets"]
    }
    assert verdicts["linux/amd64"] == ["excluded"]
    assert verdicts["windows/amd64"] == ["no tests"]
