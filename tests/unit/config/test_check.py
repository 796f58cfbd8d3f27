"""Patterns against the toolchain's targets, templates against the names there are."""

from __future__ import annotations

import pytest

from crosswind.config.check import check_programs, check_targets, check_templates
from crosswind.config.config_error import ConfigError
from crosswind.config.read import read
from crosswind.finding import Finding, Severity
from crosswind.port import Port
from crosswind.target import Target

PORTS = [
    Port("linux", "amd64"),
    Port("linux", "arm"),
    Port("windows", "amd64"),
    Port("darwin", "arm64"),
]
HOST = Target("linux", "amd64")


def targets(text: str) -> tuple[Finding, ...]:
    return check_targets(read(text.encode(), "c.yaml"), PORTS, HOST)


def test_patterns_that_fit() -> None:
    assert not targets(
        "targets: [all, '!windows/*', host, 'linux/amd64,linux/arm/7', linux_amd64_v1]\n"
        "skip: [windows, linux/*]\n"
        "programs: [{main: ./a, targets: [darwin/*]}]\n"
        "overrides: [{targets: [windows, '*/arm64', all], gui: true}]\n"
        "verify: {ignore: [{code: CW1501, reason: r, targets: [linux/arm/6, host]}]}\n"
    )


def test_wanted_targets_that_do_not_exist() -> None:
    with pytest.raises(ConfigError) as caught:
        targets(
            "targets: [windwos/amd64, linux/amd64]\n"
            "programs:\n  - main: ./a\n    targets: linux/amd64/v9\n"
        )
    assert [(one.code, one.severity, one.subject) for one in caught.value.findings] == [
        ("CW0101", Severity.ERROR, "c.yaml:1:11"),
        ("CW0102", Severity.ERROR, "c.yaml:4:5"),
    ]
    assert "did you mean windows/amd64" in caught.value.findings[0].hint


def test_conditions_that_nothing_fits() -> None:
    found = targets(
        "skip:\n  - {target: plan9/*}\n"
        "overrides:\n  - targets: [linux/amd64, widnows]\n    gui: true\n"
    )
    assert [(one.code, one.severity, one.subject) for one in found] == [
        ("CW0101", Severity.WARNING, "c.yaml:2:5"),
        ("CW0101", Severity.WARNING, "c.yaml:4:28"),
    ]


def test_programs_that_are_not_there() -> None:
    text = "overrides:\n  - programs: [age, age-*, agekeygen, x]\n    gui: true\n"
    found = check_programs(read(text.encode(), "c.yaml"), ["age", "age-keygen"])
    assert [(one.code, one.subject, one.hint) for one in found] == [
        ("CW0214", "c.yaml:2:28", "did you mean age-keygen?"),
        ("CW0214", "c.yaml:2:39", "there are age, age-keygen"),
    ]


def test_templates() -> None:
    good = "ldflags: '-X main.v={{ .Version }} {{ .Env.ANY }} {{ slice .Commit 0 7 }}'\npgo: '{{ .Os }}'\n"
    check_templates(read(good.encode(), "c.yaml"))
    with pytest.raises(ConfigError) as caught:
        check_templates(
            read(
                b"ldflags: ['{{ .Versoin }}', '{{ .Version }}', '{{ if }}']\n"
                b"variables: {main.a: '{{ nofunc }}', main.b: '{{ replace 1 2 3 }}'}\n"
                b"programs:\n  - main: ./a\n    env: {A: '{{'}\n"
                b"overrides:\n  - targets: a\n    tags: '{{ .Nope }}'\n",
                "c.yaml",
            )
        )
    assert [(one.code, one.subject) for one in caught.value.findings] == [
        ("CW0211", "c.yaml:1:11"),
        ("CW0210", "c.yaml:1:47"),
        ("CW0211", "c.yaml:2:13"),
        ("CW0210", "c.yaml:5:11"),
        ("CW0211", "c.yaml:8:5"),
    ]
