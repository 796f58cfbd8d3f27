"""Contents of files: held ones are not read again, and one that changed is noted."""

from __future__ import annotations

import hashlib

import pytest

from crosswind.portability import contents
from crosswind.portability.contents import Contents
from crosswind.project.graph import File, Package


def file_of(data: bytes) -> File:
    return File("a.go", hashlib.sha256(data).hexdigest())


@pytest.fixture
def package(tmp_path):
    (tmp_path / "a.go").write_bytes(b"package a")
    return Package("a", tmp_path)


def test_what_is_held_is_not_read(package):
    file = file_of(b"held")
    found = Contents({file.digest: b"held"})
    assert found.of(package, file) == b"held"
    assert not found.moved


def test_a_file_that_changed_is_noted(package):
    found = Contents()
    assert found.of(package, file_of(b"package a")) == b"package a"
    assert not found.moved
    assert found.of(package, file_of(b"package b")) == b"package a"
    assert found.moved


def test_a_file_that_went_away_is_empty_and_noted(package):
    found = Contents()
    (package.directory / "a.go").unlink()
    assert found.of(package, file_of(b"package a")) == b""
    assert found.moved


def test_no_more_is_read_than_anybody_looks_at(package, monkeypatch):
    monkeypatch.setattr(contents, "MAX_READ", 4)
    found = Contents()
    assert found.of(package, file_of(b"package a")) == b"pack"
    assert not found.moved
