"""Tests of other platforms run here, by each runner; and age's own."""

from __future__ import annotations

import json

import pytest

from .conftest import Module


@pytest.mark.parametrize(
    ("target", "runner"),
    [
        ("linux/arm64", "qemu"),
        ("linux/s390x", "qemu"),
        ("windows/amd64", "wine"),
        ("windows/amd64", "emulator"),
    ],
)
def test_packages_fare_on_a_target_as_here(module: Module, target: str, runner: str):
    ran = module.crosswind(
        "--json", "./passes", "./fails", "./exits", "./files", "-t", target, "--with", runner
    )
    document = json.loads(ran.out)
    (told,) = document["targets"]
    assert (told["target"], told["runner"]) == (target, runner)
    assert told["version"]
    verdicts = {one["package"].rpartition("/")[2]: one for one in told["packages"]}
    assert {name: one["verdict"] for name, one in verdicts.items()} == {
        "exits": "fail", "fails": "fail", "files": "pass", "passes": "pass",
    }  # fmt: skip
    assert verdicts["exits"]["reason"] == "exit status 3"
    assert ran.code == 1


def test_several_targets_are_one_stream_of_events(module: Module):
    ran = module.crosswind("./passes", "-t", "host,windows/amd64", "--", "-json", "-short")
    ends = {
        event["Target"]: event["Action"]
        for event in map(json.loads, ran.out.splitlines())
        if event.get("Package") == "example.com/m/passes" and "Test" not in event
    }
    assert ends == {"linux/amd64": "pass", "windows/amd64": "pass"}
    assert ran.code == 0
