"""What a run puts into dist, and what it takes away."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from crosswind.artifact import Kind
from crosswind.building import dist
from crosswind.building.plan import Output, Unit
from crosswind.config.settings import Settings
from crosswind.errors import UsageError
from crosswind.system import files
from crosswind.target import Target

UNIT = Unit("app", "./cmd/app", "example.com/app", Target("linux", "amd64"), Settings(), cgo=False)


def never() -> None:
    pytest.fail("nobody else holds this lock")


def publish(folder: Path, content: bytes = b"program") -> Path:
    with dist.opened(folder, Path("dist"), never) as out:
        staged = folder / ".crosswind/work/app"
        staged.parent.mkdir(parents=True)
        staged.write_bytes(content)
        final = Path("dist/app_linux_amd64/app")
        artifact, _ = out.publish(
            staged, files.sha256(staged), Output(UNIT, staged, final, Kind.BINARY), "app"
        )
        assert artifact.size == len(content)
        out.record("crosswind.json", {"done": True})
    return folder / "app_linux_amd64/app"


def test_publishing_leaves_the_file_its_record_and_no_scratch(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    assert publish(folder).read_bytes() == b"program"
    assert json.loads((folder / "crosswind.json").read_text()) == {"done": True}
    assert not (folder / ".crosswind/work").exists()
    assert (folder / ".gitignore").read_text() == "*\n"


def test_records_vanish_before_anything_changes(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    publish(folder)
    with pytest.raises(KeyboardInterrupt), dist.opened(folder, Path("dist"), never):
        assert not (folder / "crosswind.json").exists()
        raise KeyboardInterrupt
    assert not (folder / "crosswind.json").exists()


def test_what_a_killed_run_left_is_swept_away(tmp_path: Path) -> None:
    debris = tmp_path / ".crosswind/work/linux_amd64/gopath/pkg"
    debris.mkdir(parents=True)
    (debris / "read-only").write_text("x")
    debris.chmod(0o555)
    with dist.opened(tmp_path, Path("dist"), never):
        assert not (tmp_path / ".crosswind/work").exists()


def test_clean_removes_what_was_made_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    made = publish(folder)
    mine = folder / "mine.txt"
    mine.write_text("keep")
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.clean() == ()
    assert not made.parent.exists()
    assert mine.read_text() == "keep"


def test_clean_keeps_what_somebody_changed(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    made = publish(folder)
    made.write_bytes(b"signed by hand")
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.clean() == ("app_linux_amd64/app",)
    assert made.read_bytes() == b"signed by hand"


OUTPUT = Output(UNIT, Path("staged"), Path("dist/app_linux_amd64/app"), Kind.BINARY)


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
@pytest.mark.parametrize("mode", [0o600, 0o000, 0o755])
def test_a_program_with_other_permissions_is_not_the_one_that_was_made(
    tmp_path: Path, mode: int
) -> None:
    folder = tmp_path / "dist"
    made = publish(folder)
    was = made.stat().st_mode
    made.chmod(mode)
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.linked(OUTPUT) is None
        assert not out.holds(OUTPUT, hashlib.sha256(b"program").hexdigest())
    publish(folder)
    assert made.stat().st_mode == was
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.linked(OUTPUT)


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_clean_removes_a_program_with_other_permissions(tmp_path: Path) -> None:
    made = publish(tmp_path)
    made.chmod(0o600)
    with dist.opened(tmp_path, Path("dist"), never) as out:
        assert out.clean() == ()
    assert not made.exists()


def test_a_link_to_equal_content_is_somebody_else_s(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    made = publish(folder)
    mine = made.replace(tmp_path / "mine")
    made.symlink_to(mine)
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.linked(OUTPUT) is None
        assert out.clean() == ("app_linux_amd64/app",)
    publish(folder)
    assert not made.is_symlink()
    assert made.read_bytes() == mine.read_bytes()


def finish(folder: Path, linked: bytes, finished: bytes) -> bool:
    """Publish a program that steps after linking changed; tell whether it was there before."""
    staged = folder / ".crosswind/work/app"
    with dist.opened(folder, Path("dist"), never) as out:
        staged.parent.mkdir(parents=True)
        staged.write_bytes(linked)
        place = out.keep_linked(staged, files.sha256(staged), OUTPUT)
        assert place.read_bytes() == linked
        staged.write_bytes(finished)
        return out.publish(staged, files.sha256(staged), OUTPUT, "app", changed=True)[1]


def test_of_a_changed_program_go_is_shown_what_it_linked(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    assert not finish(folder, b"linked", b"with icon")
    with dist.opened(folder, Path("dist"), never) as out:
        earlier = out.earlier(OUTPUT)
    assert earlier is not None
    assert earlier.read_bytes() == b"linked"
    assert (folder / "app_linux_amd64/app").read_bytes() == b"with icon"
    assert finish(folder, b"linked", b"with icon")


def test_without_steps_the_linked_copy_goes(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    finish(folder, b"linked", b"with icon")
    publish(folder, b"linked")
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.earlier(OUTPUT) == folder / "app_linux_amd64/app"
    assert not (folder / ".crosswind/linked/app_linux_amd64/app").exists()


def test_a_changed_program_alone_is_never_shown_to_go(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    finish(folder, b"linked", b"with icon")
    (folder / ".crosswind/linked/app_linux_amd64/app").unlink()
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.earlier(OUTPUT) is None
        assert out.holds(OUTPUT, files.sha256(folder / "app_linux_amd64/app"))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": 3}', '{"files": {"../../etc/passwd": "x", "/etc/x": "y"}}']
)
def test_a_damaged_or_hostile_ledger_removes_nothing(tmp_path: Path, text: str) -> None:
    ledger = tmp_path / ".crosswind/ledger.json"
    ledger.parent.mkdir()
    digest = hashlib.sha256(text.encode()).hexdigest()
    for written in (text, f"{digest}\n{text}" if text not in ("", "{") else ""):
        ledger.write_text(written)
        with dist.opened(tmp_path, Path("dist"), never) as out:
            assert out.ledger == {}


def test_damage_to_what_is_remembered_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    with dist.opened(folder, Path("dist"), never) as out:
        out.remember("verdict", "of this", {"status": "pass"})
        out.save_memory()
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.recall("verdict", "of this") == {"status": "pass"}
    memory = folder / ".crosswind/memory.json"
    memory.write_bytes(memory.read_bytes().replace(b"pass", b"skip"))
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.recall("verdict", "of this") is None


def test_a_file_in_the_place_of_dist_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("")
    with pytest.raises(UsageError) as caught, dist.opened(tmp_path / "dist", Path("dist"), never):
        pass
    assert caught.value.code == "CW0506"


def test_what_the_go_command_found_up_to_date_is_known_without_reading(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    made = publish(folder)
    before = made.stat().st_mtime_ns
    with dist.opened(folder, Path("dist"), never) as out:
        staged = folder / ".crosswind/work/app"
        output = Output(UNIT, staged, Path("dist/app_linux_amd64/app"), Kind.BINARY)
        files.link(made, staged)
        os.utime(staged, ns=(1, 1))  # as the go command does
        digest = out.digest(staged, output)
        assert digest == files.sha256(made)
        assert out.publish(staged, digest, output, "app")[1]
        out.save_memory()
    assert made.stat().st_mtime_ns == before
    assert made.stat().st_nlink == 1
    with dist.opened(folder, Path("dist"), never) as out:
        assert out.ledger["app_linux_amd64/app"].stamp == dist._stamp(made.lstat())


def test_what_was_linked_anew_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    made = publish(folder)
    with dist.opened(folder, Path("dist"), never) as out:
        staged = folder / ".crosswind/work/app"
        output = Output(UNIT, staged, Path("dist/app_linux_amd64/app"), Kind.BINARY)
        files.link(made, staged)
        staged.unlink()
        staged.write_bytes(b"another")
        digest = out.digest(staged, output)
        assert digest == files.sha256(staged)
        assert not out.publish(staged, digest, output, "app")[1]
    assert made.read_bytes() == b"another"


def test_debug_data_of_an_earlier_build_goes_where_nothing_is_split_any_more(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "dist"
    program = publish(folder)
    names = ["app.debug", "app.dSYM/Contents/Info.plist", "app.dSYM/Contents/x", "app.debug.txt"]
    debug = [Output(UNIT, Path(), OUTPUT.final.parent / name, Kind.DEBUG) for name in names]
    with dist.opened(folder, Path("dist"), never) as out:
        for one in debug:
            staged = folder / ".crosswind/work/debug"
            files.write_atomic(staged, b"debug data")
            out.publish(staged, files.sha256(staged), one, "app")
        out.place(debug[2]).write_bytes(b"changed since")
        out.drop_debug_data(OUTPUT, debug[:1])
        assert [out.place(one).exists() for one in debug] == [True, False, True, True]
        out.drop_debug_data(OUTPUT, ())
        assert [out.place(one).exists() for one in debug] == [False, False, True, True]
    assert program.exists()
