"""A lock excludes, says that it waits, and is never held on a file that is no more."""

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.system import locking

posix = pytest.mark.skipif(os.name != "posix", reason="the library's own locks are its to test")


def held_aside(path: Path, waits: Callable[[], None]) -> tuple[threading.Thread, threading.Event]:
    """Take the lock in a thread; the event tells that it has it."""
    has = threading.Event()

    def hold() -> None:
        with locking.held(path, waits):
            has.set()

    thread = threading.Thread(target=hold)
    thread.start()
    return thread, has


def never() -> None:
    pytest.fail("nobody holds it")


def test_a_second_holder_waits_and_says_so_once(tmp_path: Path) -> None:
    said = threading.Semaphore(0)
    with locking.held(tmp_path / "lock", never):
        thread, has = held_aside(tmp_path / "lock", said.release)
        assert said.acquire(timeout=10)
        assert not has.wait(3 * locking._LOOK)
    thread.join()
    assert has.is_set()
    assert not said.acquire(blocking=False)
    assert (tmp_path / "lock").read_bytes() == b""


@posix
def test_whoever_waited_for_a_file_that_went_takes_the_new_one(tmp_path: Path) -> None:
    folder, said = tmp_path / "dist", threading.Event()
    folder.mkdir()
    with locking.held(folder / "lock", never):
        thread, has = held_aside(folder / "lock", said.set)
        assert said.wait(10)
        shutil.rmtree(folder)
        folder.mkdir()
        with locking.held(folder / "lock", never):
            assert not has.wait(3 * locking._LOOK)
    thread.join()
    assert has.is_set()


@posix
def test_a_lock_of_a_file_that_was_replaced_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the opening and the lock somebody removes the folder, and makes it anew."""
    path, flock, tries = tmp_path / "lock", locking.fcntl.flock, []

    def late(handle: int, how: int) -> None:
        if not tries:
            path.unlink()
            path.touch()
        tries.append(handle)
        flock(handle, how)

    monkeypatch.setattr(locking.fcntl, "flock", late)
    with locking.held(path, lambda: None):
        assert len(tries) == 2
        assert os.path.samestat(os.fstat(tries[1]), path.stat())


@posix
def test_where_the_file_system_has_no_locks_the_library_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int, _how: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    asked = []

    def library(path: Path, _on_wait: Callable[[], None]):
        asked.append(path)
        return open(os.devnull)  # noqa: PTH123 - any context will do

    monkeypatch.setattr(locking.fcntl, "flock", refuse)
    monkeypatch.setattr(locking, "_by_library", library)
    with locking.held(tmp_path / "lock", never):
        assert asked == [tmp_path / "lock"]


def test_the_library_locks_as_well(tmp_path: Path) -> None:
    with locking._by_library(tmp_path / "lock", never):
        pass


def test_a_lock_is_let_go_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="work"), locking.held(tmp_path / "lock", never):
        raise ValueError("work")
    with locking.held(tmp_path / "lock", never):
        pass
