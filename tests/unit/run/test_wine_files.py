"""Folders of Wine's system files: who gets those of an earlier session, and who never does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.run import wine_files
from crosswind.run.wine_layout import Layout

NAMES = ("kernel32.dll", "ntdll.dll", "cmd.exe")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/wine/links"


@pytest.fixture
def wine(tmp_path: Path) -> Layout:
    folders = {"amd64": tmp_path / "x86_64-windows", "386": tmp_path / "i386-windows"}
    for folder in folders.values():
        folder.mkdir()
        for name in NAMES:
            (folder / name).write_bytes(b"MZ")
    return Layout(tmp_path / "wine", None, folders)


@pytest.fixture
def age(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let all folders count as old: whether they changed is then seen by their times alone."""
    return lambda: monkeypatch.setattr(wine_files, "_COARSE", -(1 << 62))


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def a_session(wine: Layout, folder: Path, change: Callable[[Path], object] = bool) -> int:
    """Run a session; return the number of the folder that it had."""
    with wine_files.windows(folder, wine):
        for name, goarch in (("system32", "amd64"), ("syswow64", "386")):
            ours = {wine_files.SHIM.name} if goarch == "amd64" else set()
            assert names(folder / name) == {*NAMES, *ours}
            for file in NAMES:
                assert (folder / name / file).readlink() == wine.libraries[goarch] / file
        assert (
            folder / "system32" / wine_files.SHIM.name
        ).read_bytes() == wine_files.SHIM.read_bytes()
        assert not list((folder / "temp").iterdir())
        assert names(folder) == {"system32", "syswow64", "temp"}
        number = (folder / "system32").stat().st_ino
        change(folder)
    return number


@pytest.mark.parametrize("old", [False, True])
def test_the_next_session_gets_what_was_left_as_it_was(
    wine: Layout, tmp_path: Path, age: Callable[[], None], old: bool
) -> None:
    if old:
        age()
    first = a_session(wine, tmp_path / "one")
    assert not (tmp_path / "one").exists()
    assert a_session(wine, tmp_path / "two") == first


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file": lambda folder: (folder / "system32/own.dll").write_bytes(b"MZ"),
    "a file that was there for a while": lambda folder: [
        (folder / "syswow64/own.dll").touch(),
        (folder / "syswow64/own.dll").unlink(),
    ],
    "no file": lambda folder: (folder / "system32/ntdll.dll").unlink(),
    "another name": lambda folder: (folder / "syswow64/ntdll.dll").rename(folder / "syswow64/a"),
    "another DLL of ours": lambda folder: (folder / "system32" / wine_files.SHIM.name).write_bytes(
        b"MZ"
    ),
    "a link elsewhere": lambda folder: [
        (folder / "system32").rename(folder / "mine"),
        (folder / "system32").symlink_to(folder / "mine"),
    ],
    "no folder": lambda folder: (folder / "syswow64").rename(folder.with_name("away")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nobody_gets_what_a_program_changed(
    wine: Layout,
    tmp_path: Path,
    cache: Path,
    change: Callable[[Path], object],
    age: Callable[[], None],
) -> None:
    first = a_session(wine, tmp_path / "one")
    age()
    assert a_session(wine, tmp_path / "two", change) == first
    assert not list(cache.glob("*/*"))
    a_session(wine, tmp_path / "three")


def test_a_change_that_no_time_shows(
    wine: Layout, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system whose times are seconds."""
    monkeypatch.setattr(wine_files._System, "stamp", lambda *_: f"{1 << 62:x}")
    a_session(wine, tmp_path / "one")
    assert list(cache.glob("*/*"))
    a_session(wine, tmp_path / "two", CHANGES["another name"])
    assert not list(cache.glob("*/*"))


def test_what_lies_beside_them_goes(wine: Layout, tmp_path: Path) -> None:
    first = a_session(
        wine, tmp_path / "one", lambda folder: (folder / "temp/left").write_bytes(b"left")
    )
    assert a_session(wine, tmp_path / "two") == first


def test_what_was_changed_while_it_was_kept(wine: Layout, tmp_path: Path, cache: Path) -> None:
    a_session(wine, tmp_path / "one")
    (kept,) = cache.glob("*/*")
    (kept / "system32/more").touch()
    a_session(wine, tmp_path / "two")


def test_each_of_several_sessions_has_its_own(wine: Layout, tmp_path: Path, cache: Path) -> None:
    with wine_files.windows(tmp_path / "one", wine):
        other = a_session(wine, tmp_path / "two")
        assert (tmp_path / "one/system32").stat().st_ino != other
    assert len(list(cache.glob("*/*"))) == 2


def test_another_wine_gets_others_and_the_old_ones_go(
    wine: Layout, tmp_path: Path, cache: Path
) -> None:
    a_session(wine, tmp_path / "one")
    (before,) = cache.iterdir()
    (wine.libraries["386"] / "kernel32.dll").unlink()
    (wine.libraries["386"] / "kernel32.dll").touch()
    a_session(wine, tmp_path / "two")
    (after,) = cache.iterdir()
    assert after != before


def test_no_more_are_kept_than_needed(
    wine: Layout, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wine_files, "_KEPT", 1)
    with wine_files.windows(tmp_path / "one", wine):
        a_session(wine, tmp_path / "two")
    assert len(list(cache.glob("*/*"))) == 1


def test_a_cache_that_cannot_be_used(
    wine: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "file"))
    a_session(wine, tmp_path / "one")
    a_session(wine, tmp_path / "two")
