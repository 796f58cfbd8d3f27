"""Writing so that nothing half-written is seen."""

import errno
import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from crosswind.errors import BuildError, MissingError, UsageError
from crosswind.system import files, temporary


def test_a_write_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    files.write_atomic(path, b"one")
    files.write_atomic(path, b"two", mode=0o755)
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_a_failed_write_leaves_the_old_file_and_no_debris(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    files.write_atomic(path, b"old")

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(MissingError) as caught:
        files.write_atomic(path, b"new")
    assert caught.value.code == "CW0503"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [
        (errno.ENOSPC, MissingError, "CW0503"),
        (errno.EDQUOT, MissingError, "CW0503"),
        (errno.EACCES, UsageError, "CW0504"),
        (errno.EROFS, UsageError, "CW0504"),
        (errno.EIO, BuildError, "CW0505"),
    ],
)
def test_errors_of_the_system_are_told_apart(
    number: int, error: type[Exception], code: str
) -> None:
    translated = files.error_for(OSError(number, os.strerror(number), "x"), Path("y"))
    assert isinstance(translated, error)
    assert translated.code == code
    assert translated.subject == "x"


def test_a_cache_that_cannot_be_written_can_be_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path))
    denied = OSError(errno.EACCES, os.strerror(errno.EACCES))
    assert "CROSSWIND_CACHE" in files.error_for(denied, tmp_path / "tags" / "x").hint
    assert "CROSSWIND_CACHE" not in files.error_for(denied, Path("dist", "x")).hint


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked")
@pytest.mark.parametrize("xdg", ["/x/cache", "relative", "", None])
@pytest.mark.parametrize("home", ["/home/of me", "relative", None])
def test_the_cache_is_where_platformdirs_has_it(
    xdg: str | None, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("CROSSWIND_CACHE", None), ("XDG_CACHE_HOME", xdg), ("HOME", home)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert files.cache_dir() == platformdirs.user_cache_path("crosswind", appauthor=False)


def test_a_new_directory_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "toolchain"
    with pytest.raises(ValueError, match="stop"), files.new_directory(path) as temporary:
        (temporary / "half").write_text("")
        raise ValueError("stop")
    assert list(tmp_path.iterdir()) == []
    with files.new_directory(path) as temporary:
        (temporary / "go").write_text("")
        assert not path.exists()
    assert [entry.name for entry in path.iterdir()] == ["go"]


def test_the_faster_of_two_wins(tmp_path: Path) -> None:
    path = tmp_path / "toolchain"
    with files.new_directory(path) as slower:
        (slower / "from").write_text("slower")
        with files.new_directory(path) as faster:
            (faster / "from").write_text("faster")
    assert (path / "from").read_text() == "faster"
    assert list(tmp_path.iterdir()) == [path]


def test_trees_of_read_only_folders_can_be_removed(tmp_path: Path) -> None:
    tree = tmp_path / "mod" / "example.com@v1"
    tree.mkdir(parents=True)
    (tree / "go.mod").write_text("")
    tree.chmod(0o555)
    files.remove_tree(tmp_path / "mod")
    assert not (tmp_path / "mod").exists()
    files.remove_tree(tmp_path / "mod")


def test_a_link_is_removed_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "file").write_text("")
    link = tmp_path / "link"
    link.symlink_to(real)
    files.remove_tree(link)
    assert (real / "file").exists()
    assert not link.exists()


def test_digest(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert files.sha256(tmp_path / "f") == expected


def test_errors_name_the_file_that_was_wanted_not_our_temporary_one() -> None:
    wanted = Path("folder", "app.exe")
    error = PermissionError(
        errno.EACCES, "denied", str(Path("folder", ".app.exe.crosswind-x1.tmp"))
    )
    assert files.error_for(error, wanted).subject == str(wanted)


def test_the_lock_of_a_young_file_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who looks takes it from who made the file, between making it and locking it."""
    (tmp_path / ".made.crosswind-x.tmp").mkdir()

    def never(_path: Path) -> None:
        raise AssertionError

    monkeypatch.setattr(temporary, "_locked", never)
    assert list(temporary.abandoned(tmp_path / "made")) == []


def test_a_folder_in_the_place_of_a_file_is_said_and_the_other_way_round(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write: a folder"):
        files.write_atomic(tmp_path, b"")
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match="a file is where a folder is needed"):
        files.write_atomic(tmp_path / "file" / "x", b"")


def test_what_a_killed_run_left_beside_a_file_is_swept_away_and_nothing_else(
    tmp_path: Path,
) -> None:
    path = tmp_path / "app.exe"
    old = (0, 0)
    left = tmp_path / ".app.exe.crosswind-12ab_cd9.tmp"
    left.write_bytes(b"half")
    folder = tmp_path / ".app.exe.crosswind-aaaaaaaa.tmp"
    (folder / "below").mkdir(parents=True)
    mine = [tmp_path / name for name in (".app.exe.original.tmp", ".app.exe.tmp", "app.exe.tmp",
            ".b.exe.crosswind-12ab_cd9.tmp", ".app.exe.crosswind-12ab_cd9.tmp.bak")]  # fmt: skip
    for one in mine:
        one.touch()
    for one in (left, folder, *mine):
        os.utime(one, old)
    young = tmp_path / ".app.exe.crosswind-young000.tmp"
    young.touch()
    link = tmp_path / ".app.exe.crosswind-link0000.tmp"
    link.symlink_to(mine[0])
    files.sweep(path)
    assert sorted(tmp_path.iterdir()) == sorted([*mine, young, link])


def test_what_somebody_works_on_is_not_swept_away(tmp_path: Path) -> None:
    path = tmp_path / "app.exe"
    with files.replacement(path) as staged:
        os.utime(staged.parent, (0, 0))
        files.sweep(path)
        staged.write_bytes(b"signed")
    with temporary.file(path) as (handle, place):
        os.utime(place, (0, 0))
        files.sweep(path)
        assert place.exists()
        os.close(handle)
    assert list(tmp_path.iterdir()) == [path]


def test_sweeping_where_there_is_no_folder(tmp_path: Path) -> None:
    files.sweep(tmp_path / "absent" / "file")


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("x")
    (tmp_path / "place").mkdir()
    with pytest.raises(UsageError) as caught:
        files.move(tmp_path / "made", tmp_path / "place")
    assert (caught.value.code, caught.value.subject) == ("CW0504", str(tmp_path / "place"))
    assert "remove that folder" in caught.value.hint
