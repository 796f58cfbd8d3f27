"""Where go commands work, and what is left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crosswind.building import work_folder
from crosswind.toolchain import Settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX names of temporary folders")


def settings(**env: str) -> Settings:
    return Settings.read({"GOENV": "off", **env})


@pytest.mark.parametrize(
    ("env", "place"),
    [
        ({}, "/tmp"),
        ({"TMPDIR": ""}, "/tmp"),
        ({"TMPDIR": "/t"}, "/t"),
        ({"TMPDIR": "/t", "GOTMPDIR": "/g"}, "/g"),
        ({"GOTMPDIR": "below"}, "/m/below"),
    ],
)
def test_go_works_where_it_would_by_itself(env: dict[str, str], place: str) -> None:
    assert work_folder.parent(settings(**env), Path("/m")) == Path(place)


def test_the_file_of_go_env_counts(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("GOTMPDIR=/g\n")
    chosen = Settings.read({"GOENV": str(tmp_path / "env"), "TMPDIR": "/t"})
    assert work_folder.parent(chosen, tmp_path) == Path("/g")


def test_a_folder_goes_with_its_command_and_with_the_next_if_it_was_killed(tmp_path: Path) -> None:
    chosen = settings(GOTMPDIR=str(tmp_path))
    killed = tmp_path / ".go-build.crosswind-killed00.tmp"
    (killed / "go-build1/b001").mkdir(parents=True)
    mine = tmp_path / "go-build2"
    mine.mkdir()
    os.utime(killed, (0, 0))
    with work_folder.made(chosen, Path("/m")) as one, work_folder.made(chosen, Path("/m")) as other:
        assert one
        assert other
        assert {*tmp_path.iterdir()} == {one, other, mine}
        (one / "go-build3").mkdir()
    assert [*tmp_path.iterdir()] == [mine]


def test_a_folder_goes_when_its_command_fails(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        work_folder.made(settings(TMPDIR=str(tmp_path)), tmp_path),
    ):
        raise KeyboardInterrupt
    assert not [*tmp_path.iterdir()]


def test_where_no_folder_can_be_made_go_says_why(tmp_path: Path) -> None:
    with work_folder.made(settings(GOTMPDIR=str(tmp_path / "absent")), tmp_path) as folder:
        assert folder is None


def test_a_work_folder_below_sources_is_known_by_any_name(tmp_path: Path) -> None:
    module, outside = tmp_path / "m", tmp_path / "t"
    (module / "tmp").mkdir(parents=True)
    outside.mkdir()
    (module / "link").symlink_to(outside)
    (outside / "link").symlink_to(module)

    def is_below(name: str) -> bool:
        return work_folder.is_below(settings(TMPDIR=name), module, [Path("/go"), module])

    assert is_below("tmp")
    assert is_below(str(module / "link"))
    assert is_below(str(outside / "link/tmp"))
    assert is_below(str(outside / "../m/tmp"))
    assert not is_below(str(outside))
    assert not is_below(f"{module}tmp")
