"""Versions of commits."""

from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.building import naming
from crosswind.errors import UsageError
from crosswind.project.git import Commit
from crosswind.project.gomod import Module
from crosswind.target import Target

COMMIT = Commit(
    hash="0123456789abcdef",
    date="2026-11-23T08:00:00Z",
    timestamp=1795420800,
    branch="main",
    tag="v1.2.3",
    exact=True,
    previous_tag="v1.2.2",
    summary="v1.2.3",
    dirty=False,
    url="",
)
MODULE = Module(Path("/src"), "example.com/greet/v2")


@pytest.mark.parametrize(
    ("commit", "version"),
    [
        (COMMIT, "1.2.3"),
        (replace(COMMIT, dirty=True), "1.2.3-SNAPSHOT-0123456"),
        (replace(COMMIT, exact=False), "1.2.3-SNAPSHOT-0123456"),
        (replace(COMMIT, tag="", exact=False), "0.0.0-SNAPSHOT-0123456"),
        (None, "0.0.0-SNAPSHOT"),
    ],
)
def test_only_a_clean_tagged_commit_is_a_release(commit: Commit | None, version: str) -> None:
    assert naming.version(commit) == version


def test_a_major_version_is_no_name() -> None:
    assert naming.project_name(MODULE) == "greet"


def test_the_builds_time_is_the_commits_or_source_date_epoch() -> None:
    host = Target("linux", "amd64")
    plain = naming.context("greet", "1.2.3", COMMIT, MODULE, {}, host)
    assert plain.names()["Date"] == "2026-11-23T08:00:00Z"
    dated = naming.context("greet", "1.2.3", COMMIT, MODULE, {"SOURCE_DATE_EPOCH": "0"}, host)
    assert dated.names()["Date"] == "1970-01-01T00:00:00Z"
    assert dated.names()["CommitDate"] == "2026-11-23T08:00:00Z"


@pytest.mark.parametrize("text", ["yesterday", "1e9", "9" * 30])
def test_a_wrong_source_date_epoch_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        naming.context(
            "x", "1", None, MODULE, {"SOURCE_DATE_EPOCH": text}, Target("linux", "amd64")
        )
    assert caught.value.code == "CW0313"
