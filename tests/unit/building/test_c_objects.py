"""Which objects of C in Go's cache are made anew: by what they were made from, else by their age."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from crosswind.building.c_objects import Objects
from crosswind.building.key.model import Unseen

ACTION = bytes(range(32))
SECOND = 10**9
HOUR = 3600 * SECOND


class Unit:
    """Stands for a unit of a plan."""


class Compile:
    """Stands for a command of a plan, for one unit."""

    directory = Path()
    argv = ("go", "build", "-o", "stage/", "-work", "-trimpath", "./cmd/c")

    def __init__(self) -> None:
        self.units = (Unit(),)


class Cache:
    """A cache with one object, and go, which lists it and makes it anew where it is not there."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.header = place / "number.h"
        self.header.write_text("1")
        self.asked: list[tuple[str, ...]] = []
        digest = ACTION.hex()
        self.entry = place / digest[:2] / f"{digest}-a"
        self.entry.parent.mkdir()
        (place / "README").write_text("")
        self.now = self.header.stat().st_ctime_ns

    def put(self, when: int) -> None:
        self.entry.write_text(f"v1 {ACTION.hex()} {ACTION.hex()} 7 {when:20}\n")

    def run(self, argv: tuple[str, ...], **_: Any) -> Any:
        self.asked.append(argv)
        if not self.entry.exists():
            self.put(self.now + HOUR)
        name = base64.urlsafe_b64encode(ACTION[:15]).decode()

        class Done:
            stdout = f"example.com/c {name}/other\nexample.com/not -\n".encode()

        return Done()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    (tmp_path / "cache").mkdir()
    found = Cache(tmp_path / "cache")
    monkeypatch.setattr("crosswind.system.process.run", found.run)
    monkeypatch.setattr("crosswind.system.stamps.now", lambda: found.now + HOUR)
    return found


def refreshed(cache: Cache, state: str = "one", compile_: Any = None) -> Objects:
    objects = Objects(cache.place / "objects.json")
    unseen: Mapping[str, Unseen] = {"example.com/c": Unseen(state, frozenset((str(cache.header),)))}
    env = {"GOCACHE": str(cache.place), "GOENV": "off"}
    objects.refresh(compile_ or Compile(), env, unseen)  # type: ignore[arg-type]
    return objects


def older_readme(cache: Cache) -> None:
    os.utime(cache.place / "README", ns=(0, cache.now - SECOND))


def test_a_cache_younger_than_all_headers_is_believed(cache: Cache) -> None:
    readme = cache.place / "README"
    os.utime(cache.header)
    while readme.stat().st_mtime_ns <= cache.header.stat().st_ctime_ns:
        readme.write_text("")
    cache.put(0)
    refreshed(cache)
    assert not cache.asked


def test_a_cache_that_came_from_elsewhere_is_not_believed(cache: Cache) -> None:
    cache.header.unlink()
    os.utime(cache.place / "README", ns=(0, 1))
    cache.put(cache.now)
    refreshed(cache)
    assert len(cache.asked) == 2


def test_an_object_much_younger_than_its_headers_is_believed(cache: Cache) -> None:
    older_readme(cache)
    cache.put(cache.now + 700 * SECOND)
    refreshed(cache)
    assert len(cache.asked) == 1
    assert int(cache.entry.read_text().split()[-1]) == cache.now + 700 * SECOND


@pytest.mark.parametrize("later", [-HOUR, 0, 300 * SECOND])
def test_an_object_that_may_be_of_another_header_is_made_anew(cache: Cache, later: int) -> None:
    older_readme(cache)
    cache.put(cache.now + later)
    refreshed(cache)
    assert len(cache.asked) == 2
    assert int(cache.entry.read_text().split()[-1]) == cache.now + HOUR


def test_what_an_object_was_made_from_is_remembered_once_the_build_was_right(cache: Cache) -> None:
    older_readme(cache)
    cache.put(cache.now)
    compile_ = Compile()
    objects = refreshed(cache, "one", compile_)
    objects.remember(compile_.units[0])  # type: ignore[arg-type]
    cache.now += HOUR  # the clock goes on, and somebody touches the header
    os.utime(cache.header)
    cache.asked.clear()
    refreshed(cache, "one")
    assert len(cache.asked) == 1
    refreshed(cache, "two")
    assert len(cache.asked) == 3


def test_in_a_cache_that_may_not_be_written_nobody_is_sure(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    older_readme(cache)
    cache.put(cache.now)
    monkeypatch.setattr(Path, "unlink", refuse)
    compile_ = Compile()
    objects = refreshed(cache, compile_=compile_)
    assert objects.is_unsure(compile_.units[0])  # type: ignore[arg-type]


def test_an_object_of_which_nothing_is_known_is_made_anew(cache: Cache) -> None:
    cache.header.unlink()
    cache.put(cache.now - HOUR)
    (cache.place / "README").write_text("young")
    unknown = {"example.com/c": Unseen()}
    env = {"GOCACHE": str(cache.place), "GOENV": "off"}
    objects = Objects(cache.place / "objects.json")
    objects.refresh(Compile(), env, unknown)  # type: ignore[arg-type]
    assert int(cache.entry.read_text().split()[-1]) == cache.now + HOUR


def test_what_has_no_c_for_go_leaves_no_doubt(cache: Cache) -> None:
    older_readme(cache)
    cache.put(cache.now)
    compile_ = Compile()
    objects = refreshed(cache, compile_=compile_)
    assert not objects.is_unsure(compile_.units[0])  # type: ignore[arg-type]


def test_where_go_lists_nothing_nobody_is_sure(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failed:
        stdout = b""

    monkeypatch.setattr("crosswind.system.process.run", lambda *_, **__: Failed())
    older_readme(cache)
    compile_ = Compile()
    objects = refreshed(cache, compile_=compile_)
    assert objects.is_unsure(compile_.units[0])  # type: ignore[arg-type]


def test_go_lists_with_the_flags_of_the_build(cache: Cache) -> None:
    older_readme(cache)
    cache.put(cache.now + 700 * SECOND)
    refreshed(cache)
    ((_, verb, *words),) = cache.asked
    assert (verb, words[-2:]) == ("list", ["-trimpath", "./cmd/c"])
    assert not {"-o", "stage/", "-work"}.intersection(words)
