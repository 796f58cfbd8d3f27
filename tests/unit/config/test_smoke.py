"""`smoke:` in crosswind.yaml: arguments alone, or a mapping."""

from __future__ import annotations

import re

import pytest

from crosswind.config.config_error import ConfigError
from crosswind.config.read import read
from crosswind.config.settings import Settings, as_pattern
from crosswind.target import Target

ANY = Target("linux", "amd64")


def smoke(text: str, target: Target = ANY) -> tuple[bool, tuple[str, ...], int, str]:
    settings: Settings = read(text.encode(), "c.yaml").settings("", target)
    return settings.smoke_run, settings.smoke, settings.smoke_exit, settings.smoke_output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a", (False, (), 0, "")),
        ("smoke: --version", (True, ("--version",), 0, "")),
        ("smoke: [a, 1.20]", (True, ("a", "1.20"), 0, "")),
        ("smoke: []", (False, (), 0, "")),
        ("smoke: false", (False, (), 0, "")),
        ("smoke: {}", (True, (), 0, "")),
        ("smoke: {args: -bad, exit: 2}", (True, ("-bad",), 2, "")),
        ("smoke: {exit: 3221225477}", (True, (), 0xC000_0005, "")),
        ("smoke: {args: [-v], output: '/^v[0-9]/'}", (True, ("-v",), 0, "/^v[0-9]/")),
        ("smoke: {enabled: false, args: -v}", (False, ("-v",), 0, "")),
    ],
)
def test_what_is_run(text: str, expected: tuple[bool, tuple[str, ...], int, str]) -> None:
    assert smoke(text) == expected


def test_a_later_layer_describes_the_run_anew() -> None:
    text = "smoke: {args: -bad, exit: 2, output: usage}\noverrides: [{targets: windows/*, smoke: -v}, {targets: js/*, smoke: false}]"
    assert smoke(text) == (True, ("-bad",), 2, "usage")
    assert smoke(text, Target("windows", "amd64")) == (True, ("-v",), 0, "")
    assert smoke(text, Target("js", "wasm"))[0] is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("smoke: {exit: -1}", "no exit status"),
        ("smoke: {exit: two}", "whole number"),
        ("smoke: {output: /(/}", "no regular expression"),
        ("smoke: {arg: -v}", "unknown key 'arg'"),
        ("smoke: {output: ''}", "blanks"),
    ],
)
def test_mistakes_have_a_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text.encode(), "c.yaml")
    (finding,) = caught.value.findings
    assert message in finding.message
    assert finding.subject.startswith("c.yaml:1:")


def test_an_expected_output_is_text_unless_it_stands_between_slashes() -> None:
    assert re.search(as_pattern("a.b"), "a.b")
    assert not re.search(as_pattern("a.b"), "axb")
    assert re.search(as_pattern("/a.b/"), "axb")
    assert re.search(as_pattern("/"), "a/b")
