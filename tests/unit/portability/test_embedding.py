"""Which folders embedding packages look into."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.portability import embedding
from crosswind.project.graph import Package


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """A package with files to embed; nobody else looks into `testdata` and `_site`."""
    for name in ("testdata/deep", "_site", "texts"):
        (tmp_path / name).mkdir(parents=True)
    return Package("example.com/app", tmp_path)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("testdata/deep/x", ["testdata", "testdata/deep"]),
        ("all:testdata", ["testdata", "testdata/deep"]),
        ("_s*/index.html", ["_site"]),
        ("te[sx]t*", ["_site", "testdata", "testdata/deep", "texts"]),
        (".", ["_site", "testdata", "testdata/deep", "texts"]),
        ("absent/x", []),
    ],
)
def test_folders_of_a_pattern(package: Package, pattern: str, expected: list[str]) -> None:
    embedded = replace(package, lists={"EmbedPatterns": {pattern: 1}})
    found = [
        Path(one).relative_to(package.directory).as_posix() for one in embedding.folders([embedded])
    ]
    assert sorted(found) == expected
