"""Which files a pattern of `//go:embed` takes in."""

import pytest

from crosswind.affected.embeds import matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a.txt", "a.txt"),
        (".a.txt", ".a.txt"),
        ("*.txt", "a.txt"),
        ("data", "data/deep/a"),
        ("data/*", "data/_x"),
        ("data/*.t?t", "data/b.txt"),
        ("all:data", "data/.hidden/x"),
        ("[a-c].txt", "b.txt"),
        (r"\*.txt", "*.txt"),
        ("all:.", ".x"),
        ("*", "data/a"),
    ],
)
def test_taken_in(pattern: str, path: str) -> None:
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a.txt", "b.txt"),
        ("*.txt", "data/a.txt"),
        ("data", "data/.x"),
        ("data", "data/sub/_y"),
        ("data", "database"),
        ("data/*.txt", "data"),
        ("[a.txt", "a.txt"),
        ("[z-a]", "b"),
    ],
)
def test_left_out(pattern: str, path: str) -> None:
    assert not matches(pattern, path)
