"""Small JSON files in the cache: what is damaged counts as absent."""

from __future__ import annotations

from pathlib import Path

from crosswind.system import kept


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "one.json"
    assert kept.load(place) is None
    kept.keep(place, {"one": [1, "zwei"]})
    assert kept.load(place) == {"one": [1, "zwei"]}


def test_damage_is_nothing_kept(tmp_path: Path) -> None:
    place = tmp_path / "one.json"
    kept.keep(place, ["value"])
    place.write_bytes(place.read_bytes().replace(b"value", b"other"))
    assert kept.load(place) is None
    place.write_bytes(b"")
    assert kept.load(place) is None


def test_what_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept.keep(tmp_path / "file" / "one.json", 1)
    assert kept.load(tmp_path / "file" / "one.json") is None
