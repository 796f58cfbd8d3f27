"""Keys of modules at a version: all follows from hashes; in doubt there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.building.key import fetched
from crosswind.building.key.model import Doubt
from crosswind.project.remote import Remote

OWN, OTHER, WRONG = (f"h1:{letter * 43}=" for letter in "AOW")
GO_MOD = "module example.com/app\n\ngo 1.24\n\nrequire lib.test/l v1.0.0\n"
GO_SUM = f"lib.test/l v1.0.0 {OTHER}\nlib.test/l v1.0.0/go.mod {OTHER}\n"
DOWNLOADS = "cache/download"


class Cache:
    """A module cache with one module."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "example.com/app@v1.2.3"
        self.write("example.com/app@v1.2.3/go.mod", GO_MOD)
        self.write("example.com/app@v1.2.3/go.sum", GO_SUM)
        self.hash("example.com/app", "v1.2.3", OWN)

    def write(self, name: str, text: str) -> None:
        place = self.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def hash(self, path: str, version: str, text: str) -> None:
        self.write(f"{DOWNLOADS}/{path}/@v/{version}.ziphash", text)

    def inputs(self) -> dict[str, str]:
        source = Remote("example.com/app", "v1.2.3", self.folder, ".")
        env = {"GOMODCACHE": str(self.root), "GOENV": "off", "GOFLAGS": "-mod=vendor"}
        return dict(fetched.part(source, env).inputs)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def test_what_is_in_the_cache_and_what_is_not_yet_give_one_key(cache: Cache) -> None:
    found = cache.inputs()
    assert found == {"module example.com/app@v1.2.3": OWN, "module lib.test/l@v1.0.0": OTHER}
    cache.hash("lib.test/l", "v1.0.0", f"{OTHER}\n")
    assert cache.inputs() == found


def test_other_content_gives_another_key(cache: Cache) -> None:
    found = cache.inputs()
    cache.hash("example.com/app", "v1.2.3", WRONG)
    assert cache.inputs() != found


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        (f"{DOWNLOADS}/lib.test/l/@v/v1.0.0.ziphash", WRONG, "is not what"),
        (f"{DOWNLOADS}/example.com/app/@v/v1.2.3.ziphash", "", "has no hash"),
        ("example.com/app@v1.2.3/go.mod", f"{GO_MOD}replace lib.test/l => ../l\n", "replaces"),
        ("example.com/app@v1.2.3/go.mod", f"{GO_MOD}exclude lib.test/l v1.1.0\n", "excludes"),
        ("example.com/app@v1.2.3/go.mod", "module\n", "go.mod"),
        # Before Go 1.17 what go.mod names is not all, and the rest is not here.
        ("example.com/app@v1.2.3/go.mod", GO_MOD.replace("1.24", "1.16"), "cannot be told"),
    ],
)
def test_in_doubt_there_is_no_key(cache: Cache, name: str, text: str, why: str) -> None:
    cache.write(name, text)
    with pytest.raises(Doubt, match=why):
        cache.inputs()
