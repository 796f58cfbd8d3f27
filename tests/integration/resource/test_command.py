"""`crosswind resource` as users run it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from crosswind.binary.view import View
from crosswind.resource.sources import Context, load
from crosswind.windows import coff, res
from crosswind.windows.resource import Resource, tree
from images.resources import sample
from integration.resource.conftest import CROSSWIND, Package, run


def crosswind(*words: str | Path, cwd: Path, code: int = 0) -> str:
    return run(*CROSSWIND, "resource", *words, cwd=cwd, code=code)


def document(*words: str | Path, cwd: Path, code: int = 0) -> dict:
    return json.loads(crosswind(*words, "--json", cwd=cwd, code=code))


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    (tmp_path / "all.res").write_bytes(res.write(sample()))
    return tmp_path


def test_build_writes_objects_for_all_architectures(inputs: Path) -> None:
    made = document("build", "all.res", cwd=inputs)
    assert made["schema"] == "crosswind/resource/1"
    assert [(one["path"], one["arch"]) for one in made["files"]] == [
        (f"rsrc_windows_{arch}.syso", arch) for arch in ("386", "amd64", "arm64")
    ]
    assert len(made["files"][0]["resources"]) == len(sample())
    crosswind("build", "all.res", "--arch", "arm", "-o", "old.syso", cwd=inputs)
    assert coff.read(View.of((inputs / "old.syso").read_bytes())).goarch == "arm"


def test_a_users_own_object_stays(inputs: Path) -> None:
    foreign = inputs / "rsrc_windows_amd64.syso"
    foreign.write_bytes(b"mine")
    refused = document("build", "all.res", cwd=inputs, code=2)
    assert [one["code"] for one in refused["findings"]] == ["CW0710"]
    assert foreign.read_bytes() == b"mine"
    assert not list(inputs.glob("rsrc_windows_arm64*"))


def test_patch_and_extract_give_the_same_back(package: Package, inputs: Path) -> None:
    program = shutil.copy(package.plain["amd64"], inputs / "app.exe")
    done = document("patch", program, "all.res", cwd=inputs)
    assert done["files"][0]["changed"]
    assert not document("patch", program, "all.res", cwd=inputs)["files"][0]["changed"]
    shown = crosswind("extract", program, "-o", "out", cwd=inputs)
    assert str(Path("out", "resources.json")) in shown
    assert not document("patch", program, "out", cwd=inputs)["files"][0]["changed"]
    assert "amd64" not in crosswind("build", "out", "-o", "back.res", cwd=inputs)
    assert load([inputs / "back.res"], Context()).resources[2] == sample().resources[2]


def test_mistakes_end_with_their_codes(package: Package, inputs: Path) -> None:
    (inputs / "text.exe").write_text("no program")
    cases = {
        ("patch", "text.exe", "all.res"): (1, "CW0703"),
        ("patch", "gone.exe", "all.res"): (2, "CW0705"),
        ("build", "text.txt"): (2, "CW0707"),
        ("build", "all.res", "-o", "x.syso"): (2, "CW0709"),
        ("extract", "all.res", "-o", "."): (2, "CW0715"),
    }
    for words, (code, expected) in cases.items():
        refused = document(*words, cwd=inputs, code=code)
        assert [one["code"] for one in refused["findings"]] == [expected]


def test_names_out_of_hostile_files_are_printed_harmlessly(tmp_path: Path) -> None:
    made = tree([Resource("\x1b[31m", "half \ud800", 0, b"data")])
    (tmp_path / "evil.syso").write_bytes(coff.write(made, "amd64"))
    assert r"\x1b[31m" in crosswind("extract", "evil.syso", "-o", "text", cwd=tmp_path)
    found = document("extract", "evil.syso", "-o", "json", cwd=tmp_path)["resources"]
    assert (found[0]["type"], found[0]["name"]) == ("\x1b[31m", "half \ud800")


@pytest.mark.parametrize(
    ("words", "colored"),
    [(("--color", "always"), True), (("--color=always",), True), (("--color", "never"), False)],
)
def test_errors_are_colored_as_asked(
    tmp_path: Path, words: tuple[str, ...], *, colored: bool
) -> None:
    done = subprocess.run(
        [*CROSSWIND, "resource", "patch", "gone.exe", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert ("\x1b[" in done.stderr) == colored
