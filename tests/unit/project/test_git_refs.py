"""Where tags stand, read without git: the same tags have one digest, however git keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.project import git_refs

ONE, TWO = "1" * 40, "2" * 40


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit and no tag; nobody's settings count."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, text in {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": f"{ONE}\n"}.items():
        write(tmp_path, name, text)
    (tmp_path / ".git" / "objects").mkdir()
    return tmp_path


def write(repository: Path, name: str, text: str) -> None:
    """Write a file of the repository."""
    path = repository / ".git" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def tags(repository: Path) -> str:
    """Take the digest of the tags."""
    found = git_refs.read(repository, {})
    assert found
    return found.tags


def test_packed_and_loose_tags_are_the_same(repository: Path) -> None:
    write(repository, "refs/tags/v1.0.0", f"{ONE}\n")
    loose = tags(repository)
    write(repository, "packed-refs", f"# pack-refs with: peeled\n{ONE} refs/tags/v1.0.0\n^{TWO}\n")
    (repository / ".git" / "refs" / "tags" / "v1.0.0").unlink()
    assert tags(repository) == loose


def test_a_loose_tag_counts_before_a_packed_one(repository: Path) -> None:
    write(repository, "packed-refs", f"{TWO} refs/tags/v1.0.0\n")
    packed = tags(repository)
    write(repository, "refs/tags/v1.0.0", f"{ONE}\n")
    assert tags(repository) != packed


@pytest.mark.parametrize("name", ["shallow", "info/grafts", f"refs/replace/{TWO}"])
def test_what_bends_the_history_counts_with_the_tags(repository: Path, name: str) -> None:
    """Which tags a commit has behind it hangs on these, too; Go derives a version from that."""
    before = tags(repository)
    write(repository, name, f"{ONE}\n")
    assert tags(repository) != before


def test_branches_do_not_count_with_the_tags(repository: Path) -> None:
    before = tags(repository)
    write(repository, "refs/heads/main", f"{TWO}\n")
    write(repository, "packed-refs", f"{TWO} refs/heads/other\n")
    assert tags(repository) == before


@pytest.mark.parametrize("name", ["HEAD", "objects", "refs"])
def test_a_folder_that_git_does_not_take_for_a_repository_tells_nothing(
    repository: Path, name: str
) -> None:
    """It goes on upwards then, and what it says is of another one (setup.c, is_git_directory)."""
    (repository / ".git" / name).rename(repository / "elsewhere")
    assert git_refs.read(repository, {}) is None
