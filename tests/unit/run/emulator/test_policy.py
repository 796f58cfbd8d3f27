"""What is denied, and what is noted of a program."""

from __future__ import annotations

import pytest

from crosswind.run.emulator import activity, policy
from crosswind.run.emulator.policy import Action, Policy


def test_a_denied_action_is_noted() -> None:
    noted = activity.Activity()
    rules = Policy(noted, policy.parse(["net,exec"]))
    assert rules.allows(Action.WRITE, "a.txt")
    assert not rules.allows(Action.NET, "example.com:443")
    assert noted.document() == {"denied": [{"name": "net: example.com:443"}]}


def test_an_unknown_action_names_those_there_are() -> None:
    with pytest.raises(policy.UnknownActionError, match=r"cannot deny nets: there are exec, net"):
        policy.parse(["write", "nets"])


def test_the_report_names_each_once_in_order() -> None:
    noted = activity.Activity()
    for _ in range(2):
        noted.note("read", r"C:\a.txt", "/tmp/a.txt")
        noted.note("environment", "PATH")
        noted.note("environment", "HOME")
    noted.note("host", "evil\x1b[31m.example")
    assert activity.lines(noted.document()) == [
        "files read:",
        r"  C:\a.txt = /tmp/a.txt",
        "environment variables asked for: PATH, HOME",
        "hosts asked for:",
        r"  evil\x1b[31m.example",
    ]


def test_a_program_cannot_fill_the_memory_with_notes() -> None:
    noted = activity.Activity()
    for number in range(activity.MAX_SUBJECTS + 5):
        noted.note("read", f"{number}" + "x" * 100_000)
    document = noted.document()
    assert len(document["read"]) == activity.MAX_SUBJECTS
    assert max(len(one["name"]) for one in document["read"]) == 1000
    assert activity.lines(document)[-1] == "  … and more"


def test_nothing_is_said_in_words() -> None:
    assert activity.lines(activity.Activity().document()) == ["it touched nothing"]
