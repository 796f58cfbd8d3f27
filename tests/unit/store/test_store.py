"""What is put is what comes back, or nothing does."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from crosswind.finding import Finding
from crosswind.store import File, Store, key, opened
from crosswind.store.backend import Kind
from crosswind.store.disk import Disk

KEY = key("test", "one")


@pytest.fixture
def told() -> list[Finding]:
    return []


@pytest.fixture
def store(tmp_path: Path, told: list[Finding]) -> Store:
    return opened(tmp_path / "store", 1 << 30, told.append)


def program(folder: Path, content: bytes = b"program", name: str = "app") -> Path:
    path = folder / name
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def put(store: Store, path: Path, under: str = KEY) -> bool:
    return store.put(under, [kept(path)], {"checks": ["fine"]})


def kept(path: Path, name: str = "app") -> File:
    return File(name, "Binary", path, hashlib.sha256(path.read_bytes()).hexdigest())


def blob(folder: Path) -> Path:
    (found,) = (folder / "store").glob("v*/cas/*/*")
    return found


def test_what_was_put_comes_back_with_its_permissions(store: Store, tmp_path: Path) -> None:
    assert put(store, program(tmp_path))
    entry = store.get(KEY)
    assert entry is not None
    assert entry.meta == {"checks": ["fine"]}
    place = tmp_path / "out" / "app"
    assert store.restore(entry, {"app": place})
    assert place.read_bytes() == b"program"
    assert os.name == "nt" or stat.S_IMODE(place.stat().st_mode) == 0o755


def test_a_key_that_was_never_put_is_a_miss(store: Store, told: list[Finding]) -> None:
    assert store.get(KEY) is None
    assert told == []


def test_editing_what_was_put_or_restored_leaves_the_store_alone(
    store: Store, tmp_path: Path
) -> None:
    source = program(tmp_path)
    put(store, source)
    entry = store.get(KEY)
    assert entry
    first, second = tmp_path / "first", tmp_path / "second"
    assert store.restore(entry, {"app": first})
    for path in (source, first):
        with path.open("r+b") as stream:
            stream.write(b"PATCHED")
    assert store.restore(entry, {"app": second})
    assert second.read_bytes() == b"program"


@pytest.mark.parametrize("damage", [b"PROGRAM", b"", b"program and more", b"prog"])
def test_a_damaged_blob_is_a_miss_is_told_and_is_gone(
    store: Store, tmp_path: Path, told: list[Finding], damage: bytes
) -> None:
    put(store, program(tmp_path))
    blob(tmp_path).chmod(0o644)
    blob(tmp_path).write_bytes(damage)
    entry = store.get(KEY)
    assert entry
    place = tmp_path / "out"
    assert not store.restore(entry, {"app": place})
    assert not place.exists()
    assert [finding.code for finding in told] == ["CW5041"]
    assert not store.restore(entry, {"app": place})
    assert store.get(KEY) is None, "an entry without its files goes, too"
    assert put(store, program(tmp_path))
    entry = store.get(KEY)
    assert entry
    assert store.restore(entry, {"app": place})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and links of POSIX")
@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
@pytest.mark.parametrize("where", ["cas", "ac"])
def test_what_is_no_file_is_not_there(
    store: Store, tmp_path: Path, kind: str, where: str, told: list[Finding]
) -> None:
    put(store, program(tmp_path))
    (path,) = (tmp_path / "store").glob(f"v*/{where}/*/*")
    path.rename(tmp_path / "away")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(tmp_path / "away")
    else:
        path.mkdir()
    entry = store.get(KEY)
    assert entry is None or not store.restore(entry, {"app": tmp_path / "out"})
    assert told == []


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_nobody_else_reads_the_store(store: Store, tmp_path: Path) -> None:
    store.put(KEY, [], {})
    assert stat.S_IMODE((tmp_path / "store/v1").stat().st_mode) == 0o700


def test_if_one_file_is_damaged_none_is_restored(store: Store, tmp_path: Path) -> None:
    both = [kept(program(tmp_path, name.encode(), name), name) for name in "ab"]
    assert store.put(KEY, both, {})
    entry = store.get(KEY)
    assert entry
    (tmp_path / "store/v1/cas" / entry.parts[1].sha256[:2] / entry.parts[1].sha256).unlink()
    places = {"a": tmp_path / "x/a", "b": tmp_path / "x/b"}
    assert not store.restore(entry, places)
    assert not any(path.exists() for path in places.values())


def test_a_damaged_entry_is_a_miss_and_is_told(
    store: Store, tmp_path: Path, told: list[Finding]
) -> None:
    put(store, program(tmp_path))
    (path,) = (tmp_path / "store").glob("v*/ac/*/*")
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert store.get(KEY) is None
    assert [finding.code for finding in told] == ["CW5041"]
    assert not path.exists()


def test_the_entry_of_another_key_is_refused(
    store: Store, tmp_path: Path, told: list[Finding]
) -> None:
    put(store, program(tmp_path))
    (path,) = (tmp_path / "store").glob("v*/ac/*/*")
    other = key("test", "other")
    moved = path.parent.parent / other[:2] / other
    moved.parent.mkdir(exist_ok=True)
    path.rename(moved)
    assert store.get(other) is None
    assert [finding.code for finding in told] == ["CW5041"]


def test_a_file_that_changes_while_it_is_put_is_not_kept(
    store: Store, tmp_path: Path, told: list[Finding]
) -> None:
    path = program(tmp_path)
    assert not store.put(KEY, [kept(path)._replace(sha256="0" * 64)], {})
    assert store.get(KEY) is None
    assert told == [], "the user's own doing, and nothing is lost"


def test_a_full_disk_is_told_once_and_what_is_there_is_still_read(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[Finding]
) -> None:
    put(store, program(tmp_path))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("crosswind.system.cloning.copy", full)
    second = program(tmp_path, b"second")
    assert not put(store, second, key("test", "two"))
    assert not put(store, second, key("test", "three"))
    assert not store.keeps
    monkeypatch.undo()
    assert [(finding.code, finding.subject) for finding in told] == [
        ("CW5040", str(tmp_path / "store"))
    ]
    assert "CROSSWIND_CACHE" in told[0].hint
    entry = store.get(KEY)
    assert entry
    assert store.restore(entry, {"app": tmp_path / "out"})
    assert not list((tmp_path / "store").glob("v*/tmp/*/*"))


def test_a_store_that_is_no_folder_is_told_once(tmp_path: Path, told: list[Finding]) -> None:
    (tmp_path / "store").write_text("in the way")
    store = opened(tmp_path / "store", 1 << 30, told.append)
    assert store.get(KEY) is None
    assert not put(store, program(tmp_path))
    store.close()
    assert [finding.code for finding in told] == ["CW5040"]


def test_a_limit_of_nothing_is_no_store(tmp_path: Path) -> None:
    store = opened(tmp_path / "store", 0, print)
    assert not put(store, program(tmp_path))
    assert store.get(KEY) is None
    assert not (tmp_path / "store").exists()


def test_what_was_used_last_stays(tmp_path: Path, told: list[Finding]) -> None:
    keys = [key("test", str(number)) for number in range(10)]
    store = opened(tmp_path / "store", 6000, told.append)
    for number, one in enumerate(keys):
        assert put(store, program(tmp_path, bytes([number]) * 1000), one)
        os.utime(_entry(tmp_path, one), (number, number))
    assert store.get(keys[0]), "used again"
    store.close()
    left = [number for number, one in enumerate(keys) if store.get(one)]
    assert 0 in left
    assert 9 in left
    assert 1 not in left
    held = sum(path.stat().st_size for path in (tmp_path / "store").rglob("*") if path.is_file())
    assert held <= 6000
    for number in left:
        entry = store.get(keys[number])
        assert entry
        assert store.restore(entry, {"app": tmp_path / f"out{number}"})
    assert told == []


def test_a_blob_that_two_entries_name_goes_with_the_second(tmp_path: Path) -> None:
    store = opened(tmp_path / "store", 1, print)
    big = program(tmp_path, bytes(100))
    other = key("test", "other")
    assert put(store, big)
    assert put(store, big, other)
    assert len(list((tmp_path / "store").glob("v*/cas/*/*"))) == 1
    store.close()
    assert not list((tmp_path / "store").glob("v*/cas/*/*"))
    assert store.get(other) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files by itself")
def test_what_is_being_read_is_not_evicted(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "store", 1)
    store = Store(lambda: disk, print)
    put(store, program(tmp_path))
    reader = Disk(tmp_path / "store", 1 << 30).get(Kind.ENTRY, KEY)
    assert reader
    with reader:
        store.close()
        assert store.get(KEY)
    put(store, program(tmp_path, b"more"), key("test", "two"))
    store.close()
    assert store.get(KEY) is None


@pytest.mark.skipif(os.name == "nt", reason="locks of POSIX")
def test_nothing_is_evicted_while_another_is_about_to_name_a_blob(tmp_path: Path) -> None:
    ours, theirs = Disk(tmp_path / "store", 1), Disk(tmp_path / "store", 1)
    store = Store(lambda: ours, print)
    put(store, program(tmp_path))
    with program(tmp_path, b"other").open("rb") as stream:
        theirs.put(Kind.BLOB, hashlib.sha256(b"other").hexdigest(), stream)
    store.close()
    assert len(list((tmp_path / "store").glob("v*/cas/*/*"))) == 2
    theirs.close()
    assert not list((tmp_path / "store").glob("v*/cas/*/*"))


def _entry(folder: Path, one: str) -> Path:
    return folder / "store" / "v1" / "ac" / one[:2] / one
