"""What is refused before anything is built, and why nothing runs a target."""

from __future__ import annotations

import pytest

from crosswind.errors import UsageError
from crosswind.gotest import flags, preparation
from crosswind.run.runner import Absent
from crosswind.target import Target

HERE, THERE = Target("linux", "amd64"), Target("windows", "amd64")


def test_runners_for_other_systems_are_not_named() -> None:
    absent = [
        ("native", Absent("linux/amd64 does not run windows/amd64 programs by itself")),
        ("qemu", Absent("it runs Linux programs only")),
        ("wine", Absent("wine64 is not on PATH", "apt-get install wine64")),
    ]
    told = preparation._why(THERE, absent)
    assert told == "no runner for windows/amd64 here (wine: wine64 is not on PATH)"
    assert preparation._why(THERE, absent[:2]) == "no runner for windows/amd64 here"


def test_instrumentation_is_for_this_host_only() -> None:
    given = flags.parse(["-race"], ["."], [])
    preparation.refuse_sanitizers(given, [HERE], HERE)
    with pytest.raises(UsageError) as caught:
        preparation.refuse_sanitizers(given, [HERE, THERE], HERE)
    assert caught.value.code == "CW4031"


@pytest.mark.parametrize("word", ["-cpuprofile=x", "-trace=x", "-memprofile=x"])
def test_a_profile_is_of_one_run(word: str) -> None:
    given = flags.parse([word], ["."], [])
    preparation.refuse_profiles(given, 1, 1)
    for targets, packages in ((1, 2), (2, 1)):
        with pytest.raises(UsageError) as caught:
            preparation.refuse_profiles(given, targets, packages)
        assert caught.value.code == "CW4031"
