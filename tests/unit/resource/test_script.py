"""Scripts as inputs: files around them, folders, macros, and what is told."""

from __future__ import annotations

import contextlib

import pytest

from crosswind.errors import BuildError, UsageError
from crosswind.finding import Finding
from crosswind.resource.script import definition
from crosswind.resource.sources import Context, load


def test_folders_and_macros_come_from_the_command_line(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/text.txt").write_bytes(b"hello")
    script = tmp_path / "app.rc"
    script.write_text('ID RCDATA "text.txt"\n2 RCDATA { ON, NAME }\n')
    context = Context(includes=(tmp_path / "assets",), defines=("ID=7", "ON", 'NAME="x=y"'))
    found = load([script], context)
    assert {resource.name: resource.data for resource in found} == {7: b"hello", 2: b"\1\0x=y"}


@pytest.mark.parametrize(
    ("text", "pair"), [("A", ("A", "1")), ("A=", ("A", "")), ("A=b=c", ("A", "b=c"))]
)
def test_macros_are_split_at_the_first_sign(text, pair):
    assert definition(text) == pair


@pytest.mark.parametrize("text", ["", "=1", "1x", "a b=c", "f(x)=x"])
def test_a_macro_needs_a_name(text):
    with pytest.raises(UsageError) as caught:
        definition(text)
    assert caught.value.code == "CW0764"


def test_files_are_found_in_any_case_and_from_the_current_directory(tmp_path):
    (tmp_path / "Res").mkdir()
    (tmp_path / "Res/Data.BIN").write_bytes(b"data")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/app.rc").write_text('1 RCDATA "res\\\\data.bin"\n')
    with contextlib.chdir(tmp_path):
        (resource,) = load([tmp_path / "scripts/app.rc"], Context())
    assert resource.data == b"data"


def test_two_files_that_differ_in_case_only_are_no_choice(tmp_path):
    for name in ("Data.bin", "DATA.bin"):
        (tmp_path / name).write_bytes(b"data")
    (tmp_path / "app.rc").write_text('1 RCDATA "data.bin"\n')
    if len(list(tmp_path.iterdir())) == 3:
        with pytest.raises(BuildError, match="there is no file"):
            load([tmp_path / "app.rc"], Context())


def test_warnings_are_handed_on(tmp_path):
    said: list[Finding] = []
    script = tmp_path / "app.rc"
    script.write_text("1 RCDATA { 70000 }\n")
    load([script], Context(warn=said.append))
    (warning,) = said
    assert (warning.code, warning.subject) == ("CW0776", f"{script.as_posix()}:1:12")


def test_mistakes_name_the_script_and_a_folder_is_no_file(tmp_path):
    script = tmp_path / "app.rc"
    script.write_text('1 RCDATA "."\n')
    with pytest.raises(BuildError) as caught:
        load([script], Context())
    assert caught.value.code == "CW0771"
    assert caught.value.subject == f"{script.as_posix()}:1:10"
    with pytest.raises(UsageError) as absent:
        load([tmp_path / "absent.rc"], Context())
    assert absent.value.code == "CW0705"


def test_a_manifest_that_windows_would_refuse_is_refused(tmp_path):
    script = tmp_path / "app.rc"
    script.write_text('1 24 { "<assembly" }\n')
    with pytest.raises(BuildError) as caught:
        load([script], Context())
    assert caught.value.code == "CW0750"
    assert caught.value.subject.startswith(f"{script}: MANIFEST 1")
