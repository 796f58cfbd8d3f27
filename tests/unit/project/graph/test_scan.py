"""Scans that are kept: never a wrong "nothing changed", and damage only makes them slower."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosswind.project.graph import scan
from crosswind.project.graph.model import Folder
from crosswind.project.graph.scan import Scan
from crosswind.system import stamps

OLD = 1_700_000_000_000_000_000
ONE = b'package a\n\nimport "one"\n'
TWO = b'package a\n\nimport "two"\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree/sub").mkdir(parents=True)
    (tmp_path / "tree/a.go").write_bytes(ONE)
    (tmp_path / "tree/b_windows.go").write_bytes(b"//go:build amd64 && !cgo\n\npackage a\n")
    (tmp_path / "tree/c.s").write_bytes(b"// nothing\n")
    (tmp_path / "tree/README").write_bytes(b"text")
    return tmp_path / "tree"


def look(tree: Path, fixed: str = "") -> Folder:
    found = Scan(tree.parent / "cache")
    found.add(tree, fixed=fixed)
    folder = found.folder(tree)
    found.save()
    return folder


def imports(folder: Folder) -> list[str]:
    go = folder.files[0].go
    return [one.path for one in go.imports] if go else []


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files of a test be old."""
    real = stamps.now
    monkeypatch.setattr(stamps, "now", lambda: real() + 10_000_000_000)


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every file the same stamp, as a file system with a coarse clock may."""
    monkeypatch.setattr(stamps, "of", lambda _: stamps.Stamp(1, OLD, OLD, 1))


def test_what_is_kept_is_what_was_found(tree: Path, later: None) -> None:
    first = look(tree)
    assert look(tree) == first
    assert first.folders == ("sub",)
    assert first.others == ("README",)
    assert [file.name for file in first.files] == ["a.go", "b_windows.go", "c.s"]


def test_old_files_are_not_read_again(
    tree: Path, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(tree)

    def refuse(path: Path, _: int) -> None:
        pytest.fail(f"{path} was read again")

    monkeypatch.setattr(scan, "_content", refuse)
    assert imports(look(tree)) == ["one"]


def test_a_file_replaced_with_the_same_size_and_time(tree: Path, later: None) -> None:
    file = tree / "a.go"
    os.utime(file, ns=(OLD, OLD))
    assert imports(look(tree)) == ["one"]
    file.write_bytes(TWO)
    os.utime(file, ns=(OLD, OLD))
    assert imports(look(tree)) == ["two"]


def test_a_young_file_is_read_again_whatever_its_stamp(
    tree: Path, monkeypatch: pytest.MonkeyPatch, coarse: None
) -> None:
    monkeypatch.setattr(stamps, "now", lambda: OLD + 1_000_000_000)
    assert imports(look(tree)) == ["one"]
    (tree / "a.go").write_bytes(TWO)
    assert imports(look(tree)) == ["two"]


def test_nothing_is_believed_where_the_clock_was_set_back(
    tree: Path, monkeypatch: pytest.MonkeyPatch, coarse: None
) -> None:
    monkeypatch.setattr(stamps, "now", lambda: OLD + 10_000_000_000)
    assert imports(look(tree)) == ["one"]
    (tree / "a.go").write_bytes(TWO)
    assert imports(look(tree)) == ["one"], "the same stamp, and old: this is what a stamp is for"
    monkeypatch.setattr(stamps, "now", lambda: OLD + 5_000_000_000)
    assert imports(look(tree)) == ["two"]


def test_a_file_that_changes_while_it_is_read(
    tree: Path, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(1000))
    with monkeypatch.context() as patch:
        patch.setattr(stamps, "of", lambda _: stamps.Stamp(next(numbers), OLD, OLD, 1))
        look(tree)
    (tree / "a.go").write_bytes(TWO)
    assert imports(look(tree)) == ["two"]


def test_what_was_read_is_held_as_far_as_there_is_room(tree: Path, later: None) -> None:
    (tree / "d.go").write_bytes(TWO)
    (tree / "d_test.go").write_bytes(b"package a")
    for room, wanted in ((0, set()), (len(ONE), {ONE}), (1000, {ONE, TWO})):
        found = Scan(None, room)
        folder = found.folder(tree)
        named = {file.digest for file in folder.files}
        assert found.held.keys() <= named
        assert set(found.held.values()) & {ONE, TWO} == wanted
        assert b"package a" not in found.held.values()
    look(tree)
    again = Scan(tree.parent / "cache", 1000)
    again.add(tree)
    again.folder(tree)
    assert again.held == {}, "nothing was read"


def test_a_file_that_is_read_in_pieces(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = look(tree).files[0].digest
    monkeypatch.setattr(scan, "_MAX_SIZE", 5)
    monkeypatch.setattr(scan, "_CHUNK", 3)
    assert Scan(None).folder(tree).files[0].digest == whole


def test_files_come_and_go(tree: Path, later: None) -> None:
    look(tree)
    (tree / "a.go").unlink()
    (tree / "d.go").write_bytes(TWO)
    assert [file.name for file in look(tree).files] == ["b_windows.go", "c.s", "d.go"]
    (tree / "sub").rmdir()
    assert look(tree).folders == ()


def test_modules_of_the_cache_are_not_looked_at_again(tree: Path) -> None:
    first = look(tree, "h1:a=")
    (tree / "a.go").write_bytes(TWO)
    assert look(tree, "h1:a=") == first


def test_a_module_that_was_fetched_anew_is_looked_at_again(tree: Path) -> None:
    look(tree, "h1:a=")
    (tree / "a.go").write_bytes(TWO)
    assert imports(look(tree, "h1:b=")) == ["two"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_what_could_not_be_read_is_read_again_wherever_it_is(tree: Path) -> None:
    os.mkfifo(tree / "z.go")
    assert look(tree, "h1:a=").files[-1].unreadable
    (tree / "z.go").unlink()
    (tree / "z.go").write_bytes(TWO)
    assert not look(tree, "h1:a=").files[-1].unreadable


def test_a_tree_in_another_one_has_records_of_its_own(tree: Path, later: None) -> None:
    inner = tree / "sub"
    (inner / "s.go").write_bytes(ONE)
    look(inner)
    (inner / "s.go").write_bytes(TWO)
    found = Scan(tree.parent / "cache")
    found.add(tree)
    first = found.folder(inner)
    found.add(inner)
    assert found.content(inner) == "", "what is recorded is of another file"
    assert found.folder(inner) == first
    assert imports(found.known(inner)) == ["two"]
    assert str(inner) in found.looked_at()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_is_no_source(tree: Path) -> None:
    os.mkfifo(tree / "z.go")
    assert look(tree).files[-1].unreadable


def test_any_file_s_digest_is_kept(tree: Path, later: None) -> None:
    readme = tree / "README"
    found = Scan(tree.parent / "cache")
    found.add(tree)
    first = found.digest(readme)
    found.save()
    again = Scan(tree.parent / "cache")
    again.add(tree)
    assert again.digest(readme) == first
    readme.write_bytes(b"TEXT")
    assert again.digest(readme) != first


@given(st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_damage_is_only_slower(tree: Path, later: None, data: st.DataObject) -> None:
    first = look(tree)
    [kept] = (tree.parent / "cache/scan").iterdir()
    content = bytearray(kept.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[at:]
    else:
        content[at] ^= data.draw(st.integers(1, 255))
    kept.write_bytes(content)
    assert look(tree) == first


def test_many_at_once(tree: Path, later: None) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: look(tree), range(40)))
    assert all(one == found[0] for one in found)


def test_folders_that_cannot_be_read_are_told(tree: Path) -> None:
    found = Scan(None)
    assert found.folder(tree / "nothing").files == ()
    assert found.folder(tree / "a.go").files == ()
    assert list(found.unreadable) == [str(tree / "nothing"), str(tree / "a.go")]


def test_a_scan_that_is_kept_makes_room(tree: Path, later: None) -> None:
    unused = tree.parent / "cache" / "scan" / f"{'0' * 32}.json"
    unused.parent.mkdir(parents=True)
    unused.write_bytes(b"{}")
    os.utime(unused, ns=(OLD, OLD))
    look(tree)
    assert not unused.exists()
    assert len([*unused.parent.iterdir()]) == 1
    unused.write_bytes(b"{}")
    os.utime(unused, ns=(OLD, OLD))
    (tree.parent / "cache" / "swept").unlink()
    look(tree)
    assert unused.exists()  # nothing changed, and so nothing is looked for


def test_what_could_not_be_read_stays_told_when_a_tree_is_announced(tree: Path) -> None:
    found = Scan(tree.parent / "cache")
    found.add(tree)
    found.folder(tree / "sub/nothing")
    found.add(tree / "sub")
    assert list(found.unreadable) == [str(tree / "sub/nothing")]
    assert found.content(tree / "sub/nothing") == ""
