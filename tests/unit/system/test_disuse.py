"""What nobody used for a month leaves the cache, and nothing else does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from crosswind.system import disuse

DAY = 86400
NAME = "0123456789abcdef" * 2


def _file(path: Path, *, written: float, read: float | None = None) -> Path:
    """Make a file that was written and read so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    now = time.time()
    os.utime(path, (now - (written if read is None else read) * DAY, now - written * DAY))
    return path


@pytest.mark.parametrize(
    "place",
    ["scan/X.json", "portability/declarations/XX.json", "portability/habits/XX.json", "icons/XX.ico",
     "leading-back/XX", "listed/X", "goroots/0123456789abcdef.json", "scan/.X.json.crosswind-a_1b.tmp"],
)  # fmt: skip
def test_what_was_not_used_goes(tmp_path, place):
    path = tmp_path / place.replace("X", NAME)
    old = _file(path, written=31)
    young = _file(path.with_name(path.name.replace("0", "f")), written=29)
    disuse.sweep(tmp_path)
    assert not old.exists()
    assert young.exists()


def test_what_is_read_stays(tmp_path):
    read = _file(tmp_path / "scan" / f"{NAME}.json", written=400, read=2)
    disuse.sweep(tmp_path)
    assert read.exists()


@pytest.mark.parametrize(
    "place",
    [f"store/{NAME}", f"{NAME}.json", "c/objects.json", "scan/mine.json", f"mine/{NAME}.json"],
)
def test_what_is_not_named_so_stays(tmp_path, place):
    other = _file(tmp_path / place, written=400)
    disuse.sweep(tmp_path)
    assert other.exists()


def test_links_and_folders_stay(tmp_path):
    kept = _file(tmp_path / "elsewhere" / f"{NAME}.json", written=400)
    (tmp_path / "portability").mkdir()
    (tmp_path / "portability" / "holes").symlink_to(tmp_path / "scan")
    _file(tmp_path / "scan" / NAME / "x", written=400)
    link = tmp_path / "scan" / f"{NAME}.json"
    link.symlink_to(kept)
    os.utime(link, (0, 0), follow_symlinks=False)
    disuse.sweep(tmp_path)
    assert kept.exists()
    assert link.is_symlink()
    assert (tmp_path / "scan" / NAME / "x").exists()


def test_it_looks_once_a_day(tmp_path):
    disuse.sweep(tmp_path)
    old = _file(tmp_path / "scan" / f"{NAME}.json", written=31)
    disuse.sweep(tmp_path)
    assert old.exists()
    _file(tmp_path / "swept", written=2)
    disuse.sweep(tmp_path)
    assert not old.exists()


def test_a_look_in_time_to_come_counts_for_none(tmp_path):
    _file(tmp_path / "swept", written=-400)
    old = _file(tmp_path / "scan" / f"{NAME}.json", written=31)
    disuse.sweep(tmp_path)
    assert not old.exists()
    assert abs((tmp_path / "swept").stat().st_mtime - time.time()) < DAY


def test_without_a_cache_nothing_happens(tmp_path):
    disuse.sweep(tmp_path / "none")
    assert not (tmp_path / "none").exists()
