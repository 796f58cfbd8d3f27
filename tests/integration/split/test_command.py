"""`crosswind split` as a process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crosswind.errors import ExitCode
from integration.split.conftest import Build

CROSSWIND = [sys.executable, "-m", "crosswind"]


def split(*words: str | Path, status: ExitCode = ExitCode.OK) -> dict[str, object]:
    done = subprocess.run(
        [*CROSSWIND, "split", *words, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    document: dict[str, object] = json.loads(done.stdout)
    assert document["schema"] == "crosswind/split/1"
    return document


def code(document: dict[str, object]) -> object:
    (finding,) = document["findings"]
    return finding["code"]


@pytest.fixture
def app(program: Build, tmp_path: Path) -> Path:
    return Path(shutil.copy(program("linux/amd64"), tmp_path / "app"))


def test_in_place(app: Path) -> None:
    before = app.stat()
    (made,) = split(app)["files"]
    assert made["path"] == str(app)
    assert (made["before"], made["size"]) == (before.st_size, app.stat().st_size)
    assert app.stat().st_mode == before.st_mode
    assert [one["path"] for one in made["debug"]] == [f"{app}.debug"]
    assert {path.name for path in app.parent.iterdir()} == {"app", "app.debug"}


def test_into_a_folder(app: Path, tmp_path: Path) -> None:
    before = app.read_bytes()
    split(app, "-o", tmp_path / "out")
    assert app.read_bytes() == before
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"app", "app.debug"}
    assert os.access(tmp_path / "out" / "app", os.X_OK) == os.access(app, os.X_OK)


def test_a_debug_file_elsewhere(app: Path, tmp_path: Path) -> None:
    split(app, "--debug-file", tmp_path / "symbols" / "other.dbg")
    assert (tmp_path / "symbols" / "other.dbg").is_file()
    assert b"other.dbg\0" in app.read_bytes()


def test_strip(app: Path) -> None:
    (made,) = split(app, "--strip")["files"]
    assert made["debug"] == []
    assert made["notes"] == []
    (again,) = split(app, "--strip")["files"]
    assert (again["size"], again["notes"]) == (made["size"], ["there was nothing to remove"])


def test_through_a_link_the_program_itself_is_split(app: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(app)
    split(link)
    assert link.is_symlink()
    assert b"link.debug\0" in app.read_bytes()
    assert (tmp_path / "link.debug").is_file()


def test_what_cannot_be_split_stays_as_it_is(app: Path, tmp_path: Path) -> None:
    data = app.read_bytes()
    app.write_bytes(data[:-100])
    (finding,) = split(app, status=ExitCode.FAILED)["findings"]
    assert (finding["code"], finding["subject"]) == ("CW0820", str(app))
    assert app.read_bytes() == data[:-100]
    assert list(tmp_path.iterdir()) == [app]


def test_wrong_words(app: Path, tmp_path: Path) -> None:
    assert code(split(tmp_path / "none", status=ExitCode.USAGE)) == "CW0826"
    assert code(split(tmp_path, status=ExitCode.USAGE)) == "CW0826"
    assert code(split(app, "--debug-file", app, status=ExitCode.USAGE)) == "CW0824"
    split(app, "--strip", "--debug-file", "x", status=ExitCode.USAGE)
    split(app)
    assert code(split(app, status=ExitCode.FAILED)) == "CW0821"


def test_what_people_see(app: Path) -> None:
    done = subprocess.run([*CROSSWIND, "split", app], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{app}  1.")
    assert first.endswith(" % less")
    assert second.startswith(f"  {app}.debug  0.")
