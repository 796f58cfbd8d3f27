"""Which file is read, and that an unchanged one is not read twice."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from crosswind.config import read
from crosswind.config.cache import Cache
from crosswind.config.config_error import ConfigError
from crosswind.config.load import load
from crosswind.config.settings import Config
from crosswind.errors import UsageError
from crosswind.target import Target

EVERYTHING = (Path(__file__).parent / "everything.yaml").read_text()


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", write)


def refused(directory: Path, file: Path | None = None) -> tuple[str, str, str]:
    with pytest.raises(UsageError) as caught:
        load(directory, file)
    return caught.value.code, caught.value.subject, caught.value.message + caught.value.hint


def test_no_file(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()


@pytest.mark.parametrize("name", ["crosswind.yaml", ".crosswind.yaml"])
def test_either_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("name: greet")
    assert load(tmp_path) == Config(file=name, name="greet")


def test_both_names(tmp_path: Path) -> None:
    (tmp_path / "crosswind.yaml").touch()
    (tmp_path / ".crosswind.yaml").touch()
    assert refused(tmp_path)[0] == "CW0203"


@pytest.mark.parametrize("name", ["crosswind.yml", ".crosswind.yml"])
def test_a_name_that_would_be_overlooked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    code, subject, text = refused(tmp_path)
    assert (code, subject) == ("CW0204", name)
    assert f"mv {name} {name[:-3]}yaml" in text


def test_not_looked_for_above(tmp_path: Path) -> None:
    (tmp_path / "crosswind.yaml").write_text("name: above")
    (tmp_path / "below").mkdir()
    assert load(tmp_path / "below") == Config()


def test_a_named_file(tmp_path: Path) -> None:
    (tmp_path / "crosswind.yaml").write_text("name: here")
    (tmp_path / "other.yaml").write_text("name: other")
    assert load(tmp_path, tmp_path / "other.yaml") == Config(file="other.yaml", name="other")


def test_a_named_file_outside_is_shown_whole(tmp_path: Path) -> None:
    outside = tmp_path / "c.yaml"
    outside.write_text("nmae: x")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "project", outside)
    assert caught.value.subject == f"{outside}:1:1"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "crosswind.yaml").mkdir()
    assert refused(tmp_path) == ("CW0204", "crosswind.yaml", "not a file")
    code, subject, text = refused(tmp_path, tmp_path / "croswind.yaml")
    assert (code, subject) == ("CW0204", "croswind.yaml")
    assert "no such file" in text
    assert "did you mean crosswind.yaml?" in text
    (tmp_path / "link.yaml").symlink_to("nowhere")
    assert "nowhere" in refused(tmp_path, tmp_path / "link.yaml")[2]
    assert refused(tmp_path, Path(os.devnull))[2] == "not a file"
    assert refused(tmp_path, tmp_path / "no" / "dir.yaml")[0] == "CW0204"


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    huge = tmp_path / "crosswind.yaml"
    with huge.open("wb") as stream:
        stream.truncate(1 << 40)
    assert refused(tmp_path)[0] == "CW0202"


def test_cached(tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "crosswind.yaml").write_text(EVERYTHING)
    first = load(tmp_path, cache=cache)
    monkeypatch.setattr(read, "read", None)
    second = load(tmp_path, cache=cache)
    assert second == first
    assert second.positions == first.positions
    assert second.settings("greet", second_target()) == first.settings("greet", second_target())


def second_target():

    return Target("windows", "amd64")


def test_a_cached_configuration_has_its_own_name(tmp_path: Path, cache: Cache) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("name: x")
    assert load(tmp_path, tmp_path / "a.yaml", cache).where("name") == "a.yaml:1:1"
    assert load(tmp_path, tmp_path / "b.yaml", cache).where("name") == "b.yaml:1:1"
    assert len(list(cache.directory.iterdir())) == 1


def test_a_change_is_read(tmp_path: Path, cache: Cache) -> None:
    file = tmp_path / "crosswind.yaml"
    file.write_text("name: a")
    assert load(tmp_path, cache=cache).name == "a"
    file.write_text("name: b")
    assert load(tmp_path, cache=cache).name == "b"


def test_mistakes_are_not_cached(tmp_path: Path, cache: Cache) -> None:
    (tmp_path / "crosswind.yaml").write_text("nmae: a")
    for _ in range(2):
        with pytest.raises(ConfigError):
            load(tmp_path, cache=cache)
    assert not cache.directory.exists()


def _stored(data: object) -> bytes:
    text = json.dumps(data)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({"sha256": digest, "config": text}).encode()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\x00",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"sha256": "0", "config": "{}"}',
        b'{"sha256": 0, "config": 0}',
        b"[" * 100_000,
        _stored({}),
        _stored([]),
        _stored({"file": "f", "unknown": 1}),
    ],
)
def test_a_damaged_entry_is_ignored_and_replaced(
    tmp_path: Path, cache: Cache, damage: bytes
) -> None:
    (tmp_path / "crosswind.yaml").write_text(EVERYTHING)
    first = load(tmp_path, cache=cache)
    [entry] = cache.directory.iterdir()
    good = entry.read_bytes()
    entry.write_bytes(damage)
    assert load(tmp_path, cache=cache) == first
    assert entry.read_bytes() == good


def test_each_flipped_bit_is_noticed(tmp_path: Path, cache: Cache) -> None:
    (tmp_path / "crosswind.yaml").write_text("name: greet\ngui: true\n")
    first = load(tmp_path, cache=cache)
    [entry] = cache.directory.iterdir()
    good = entry.read_bytes()
    for at in range(0, len(good), 7):
        entry.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        assert cache.load(b"name: greet\ngui: true\n", "crosswind.yaml") in (None, first)


def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "crosswind.yaml").write_text("name: a")
    assert load(tmp_path, cache=Cache(tmp_path / "cache", full)).name == "a"
