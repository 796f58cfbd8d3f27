"""`crosswind inspect` as a command."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosswind.cli.inspect import command
from crosswind.errors import UsageError
from crosswind.inspect.parts import NAMES, USUAL
from images import elf, pclntab, pe, resources

ROOT = Path(__file__).parents[3]


@pytest.fixture
def program(tmp_path) -> Path:
    path = tmp_path / "made.exe"
    path.write_bytes(pe.build(certificate=b""))
    return path


def run(*arguments: object):
    return CliRunner().invoke(command, [str(word) for word in arguments])


def test_what_is_usual(program):
    done = run(program)
    assert done.exit_code == 0
    assert "PE32+" in done.output
    for words in ("Sections", "KERNEL32.dll", "Delayed imports", "Where the bytes are"):
        assert words in done.output
    assert "MS-DOS header" not in done.output


def test_quiet_is_the_summary_alone(program):
    done = run(program, "-q")
    assert "subsystem" not in done.output
    assert "program, Windows console" in done.output
    assert "Sections" not in done.output


def test_help_names_the_parts():
    assert "debug-directory" in run("--help").output


def test_parts_that_were_asked_for_are_shown_in_full(program):
    done = run(program, "--show", "headers,imports")
    assert "MS-DOS header" in done.output
    assert "Sections" not in done.output
    rows = [line.split() for line in done.output.splitlines()]
    assert ["KERNEL32.dll", "WriteFile"] in rows


def test_everything(program):
    done = run(program, "--show", "all")
    assert done.exit_code == 0
    assert "Symbols" in done.output


def test_a_part_that_is_none(program):
    done = run(program, "--show", "import")
    assert done.exit_code == 2
    assert "imports" in done.output


@pytest.mark.parametrize(("top", "rows"), [(1, 1), (2, 2), (0, 3)])
def test_rows_of_long_tables(tmp_path, top, rows):
    table = pclntab.build("1.20", [(f"main.f{n}", 0x401000 + 16 * n, 16) for n in range(3)])
    data = bytearray(pe.build())
    at = pe.HEADERS + pe.FILE_ALIGNMENT + 0x900
    data[at : at + len(table)] = table
    path = tmp_path / "go.exe"
    path.write_bytes(data)
    done = run(path, "--show", "functions", "--top", top)
    assert done.output.count("main.f") == rows
    assert ("more (--top 0 shows all)" in done.output) is bool(top)


def test_json_is_one_document(program):
    done = run(program, "--json")
    held = json.loads(done.output)
    assert held["schema"] == "crosswind/inspect/1"
    assert held["ok"] is True
    (file,) = held["files"]
    assert file["sha256"] == hashlib.sha256(program.read_bytes()).hexdigest()
    (image,) = file["images"]
    assert (image["offset"], image["size"]) == (0, file["size"])
    assert "symbols" not in image["parts"]
    assert image["parts"]["imports"]["libraries"][0]["name"] == "KERNEL32.dll"
    assert image["parts"]["imports"]["delayed"][0]["name"] == "user32.dll"


def test_damage_is_told_and_fails(tmp_path):
    path = tmp_path / "cut"
    path.write_bytes(elf.build()[:-40])
    done = run(path)
    assert done.exit_code == 1
    assert "CW0902" in done.output
    held = json.loads(run(path, "--json").output)
    assert held["ok"] is False
    assert held["findings"][0]["code"] == "CW0902"


def test_a_missing_file_hides_no_other(tmp_path, program):
    done = run(tmp_path / "nothing", program)
    assert done.exit_code == 2
    assert "KERNEL32.dll" in done.output
    assert "CW0901" in done.output
    assert not run(tmp_path / "nothing").stdout


def test_the_page(tmp_path, program):
    done = run(program, "--html", tmp_path / "page.html")
    assert done.exit_code == 0
    assert done.output == ""
    assert "KERNEL32.dll" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize("option", ["--html", "--icon", "--export-resources"])
def test_one_output_takes_one_file(tmp_path, program, option):
    assert run(program, program, option, tmp_path / "out").exit_code == 2


def test_resources_are_exported(tmp_path):
    from crosswind.binary.view import View
    from crosswind.windows import patch

    path = tmp_path / "resources.exe"
    path.write_bytes(patch.patch(View.of(pe.build(tables=False)), resources.sample()))
    done = run(path, "--export-resources", tmp_path / "out", "--show", "resources")
    assert done.exit_code == 0
    assert (tmp_path / "out/resources.json").exists()
    assert "GROUP_ICON" in done.output
    with pytest.raises(UsageError, match="there already"):
        CliRunner().invoke(
            command,
            [str(path), "--export-resources", str(tmp_path / "out")],
            catch_exceptions=False,
        )


def test_names_that_are_no_text(tmp_path):
    from crosswind.binary.view import View
    from crosswind.windows import patch
    from crosswind.windows.resource import Resource, tree

    path = tmp_path / "resources.exe"
    made = tree([Resource("\ud800", "\udfff\x1b[2J", 0, b"data")])
    path.write_bytes(patch.patch(View.of(pe.build(tables=False)), made))
    for words in ((), ("--json",), ("--show", "all")):
        done = run(path, *words)
        assert done.exit_code == 0
        assert "\x1b" not in done.output
    assert run(path, "--html", tmp_path / "page.html").exit_code == 0


def test_there_is_nothing_to_export(tmp_path):
    path = tmp_path / "plain"
    path.write_bytes(elf.build())
    for option in ("--export-resources", "--icon"):
        with pytest.raises(UsageError, match="no resources"):
            CliRunner().invoke(
                command, [str(path), option, str(tmp_path / "x")], catch_exceptions=False
            )
    assert not (tmp_path / "x").exists()


def test_every_part_is_documented():
    text = (ROOT / "docs/commands/inspect.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []
    assert set(NAMES) >= USUAL
