"""Resource scripts on the command line, as users run it."""

from __future__ import annotations

import json
from pathlib import Path

from integration.resource.conftest import CROSSWIND, run

SCRIPT = """#include "version.h"
ID RCDATA { MAJOR, TEXT }
"""


def crosswind(*words: str | Path, cwd: Path, code: int = 0) -> str:
    return run(*CROSSWIND, "resource", *words, cwd=cwd, code=code)


def test_a_script_with_folders_and_macros(tmp_path: Path) -> None:
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc/version.h").write_text("#define MAJOR 3\n")
    (tmp_path / "app.rc").write_text(SCRIPT)
    macros = ("-D", "ID=7", "--define", 'TEXT="x"', "-I", "inc")
    shown = crosswind("build", "app.rc", *macros, "-o", "app_windows_arm64.syso", cwd=tmp_path)
    assert "RCDATA        7" in shown
    assert (tmp_path / "app_windows_arm64.syso").exists()


def test_all_mistakes_are_shown_once_for_all_architectures(tmp_path: Path) -> None:
    (tmp_path / "app.rc").write_text('1 ICON "no.ico"\n2 RCDATA { 1.2 }\n3 RCDATA { 70000 }\n')
    document = json.loads(crosswind("build", "app.rc", "--json", cwd=tmp_path, code=1))
    assert [(one["code"], one["subject"]) for one in document["findings"]] == [
        ("CW0771", "app.rc:1:8"),
        ("CW0769", "app.rc:2:12"),
    ]
    assert not list(tmp_path.glob("*.syso"))


def test_warnings_are_shown_and_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.rc").write_text("1 RCDATA { 70000 }\n")
    document = json.loads(crosswind("build", "app.rc", "--json", cwd=tmp_path))
    assert [one["code"] for one in document["findings"]] == ["CW0776", "CW0716"]
    assert len(document["files"]) == 3
