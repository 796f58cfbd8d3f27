"""Habits are kept by content, and damage is as good as nothing kept."""

from __future__ import annotations

import pytest

from crosswind.portability.habits import Habit
from crosswind.portability.remembered import Remembered

HABIT = Habit("absolute", 3, 7, "/tmp/x")


def test_what_is_put_comes_back(tmp_path):
    first = Remembered(tmp_path, tmp_path / "tree")
    assert first.get("d1") is None
    first.put("d1", (HABIT,))
    first.put("d2", ())
    first.save()
    second = Remembered(tmp_path, tmp_path / "tree")
    assert second.get("d1") == (HABIT,)
    second.save()
    third = Remembered(tmp_path, tmp_path / "tree")
    assert third.get("d2") is None
    assert Remembered(tmp_path, tmp_path / "other").get("d1") is None


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b'{"d1": 1}', b'{"d1": [["a"]]}', b"\xff", b"[" * 9999]
)
def test_damage_is_nothing(tmp_path, damage):
    first = Remembered(tmp_path, tmp_path)
    first.put("d1", (HABIT,))
    first.save()
    (path,) = (tmp_path / "habits").iterdir()
    path.write_bytes(damage)
    assert Remembered(tmp_path, tmp_path).get("d1") is None


def test_without_a_folder_nothing_is_kept(tmp_path):
    first = Remembered(None, tmp_path)
    first.put("d1", ())
    first.save()
    assert Remembered(None, tmp_path).get("d1") is None
