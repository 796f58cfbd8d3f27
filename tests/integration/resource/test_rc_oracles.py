"""Resource scripts against windres and `zig rc`: types, names, languages and bytes are equal.

tests/golden/rc holds the scripts, `rc_differences` what differs. The scripts exercise what Microsoft
documents and what Go projects carry; each was written for this test.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import ROOT
from crosswind.binary.view import View
from crosswind.finding import Finding
from crosswind.resource.sources import Context, read
from crosswind.toolchain import Zig, zig_environment
from crosswind.windows import res
from crosswind.windows.rc.predefined import CONSTANTS
from crosswind.windows.resource import ResourceTree
from integration.resource.rc_differences import DIFFERENCES, Key

GOLDEN = ROOT / "tests/golden/rc"
DIALOGS = "dialogs.rc"
SCRIPTS = sorted(path.name for path in GOLDEN.glob("*.rc") if path.name != DIALOGS)
HEADERS = ("windows.h", "winver.h", "winres.h", "winresrc.h", "winuser.h", "winnt.h")

Payloads = Mapping[Key, bytes]

# The first `zig rc` compiles Zig's resource compiler: a minute of CPU, more of a busy machine's time.
pytestmark = pytest.mark.timeout(900)


def payloads(tree: ResourceTree) -> Payloads:
    return {resource.key: resource.data for resource in tree}


def ours(script: str) -> Payloads:
    with contextlib.chdir(GOLDEN):
        return payloads(read(Path(script), Context()))


def call(argv: list[str | Path], output: Path, env: Mapping[str, str] | None = None) -> Payloads:
    """Run a compiler; empty if it refuses the script."""
    done = subprocess.run(argv, cwd=GOLDEN, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        assert "error" in done.stderr, done.stderr
        return {}
    return payloads(res.read(View.of(output.read_bytes())))


def check(script: str, tool: str, theirs: Payloads, *, known: bool = True) -> None:
    """Compare all resources; what differs must be what the table says.

    Args:
        script: what was compiled.
        tool: by what.
        theirs: what it made.
        known: whether it is the very version that the table is about; another may have mended something.
    """
    mine = ours(script)
    assert mine
    expected = [one for one in DIFFERENCES if (one.script, one.tool) == (script, tool)]
    if any(not one.keys for one in expected):
        assert not (known and theirs), f"{tool} does not refuse {script} any more"
        return
    assert theirs, f"{tool} refuses {script}"
    differing = {key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)}
    explained = {key for one in expected for key in one.keys}
    assert differing == explained if known else differing <= explained


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our built-in constants as headers for windres; whether they are right, Zig's own headers tell."""
    folder = tmp_path_factory.mktemp("sdk")
    lines = "".join(f"#define {name} {value}\n" for name, value in CONSTANTS.items())
    for name in HEADERS:
        (folder / name).write_text(f"#pragma once\n#ifndef RT_ICON\n{lines}#endif\n")
    return folder


def test_there_are_enough_scripts():
    assert len(SCRIPTS) >= 20
    assert {one.script for one in DIFFERENCES} <= set(SCRIPTS)


@pytest.fixture(scope="module")
def windres() -> tuple[str, bool]:
    """The program, and whether it is the version of the table."""
    found = shutil.which("x86_64-w64-mingw32-windres")
    if not found or not shutil.which("cpp"):
        pytest.skip("no x86_64-w64-mingw32-windres, or no cpp for it")
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    return found, "2.40" in done.stdout.partition("\n")[0]


@pytest.mark.parametrize("script", SCRIPTS)
def test_windres(script: str, windres: tuple[str, bool], sdk: Path, tmp_path: Path):
    arguments = ["-xc", "-DRC_INVOKED", "-D_WIN32", f"-I{sdk}"]
    words = [f"--preprocessor-arg={argument}" for argument in arguments]
    output = tmp_path / "script.res"
    program, known = windres
    argv = [program, "--preprocessor=cpp", *words, "-O", "res", script, output]
    made = call(argv, output, {**os.environ, "LC_ALL": "C"})
    check(script, "windres", made, known=known)


@pytest.mark.network
@pytest.mark.parametrize("script", SCRIPTS)
def test_zig(script: str, zig: Zig, tmp_path: Path):
    output = tmp_path / "script.res"
    options = ["/:output-format", "res", "/:auto-includes", "gnu", "/fo", output]
    argv = [zig.path, "rc", *options, "--", script]
    check(script, "zig", call(argv, output, zig_environment(os.environ)))


@pytest.mark.network
def test_dialogs_are_compiled_by_zig(zig: Zig):
    said: list[Finding] = []
    tree = read(GOLDEN / DIALOGS, Context(warn=said.append))
    assert [(resource.type, resource.name) for resource in tree] == [
        (3, 1), (3, 2), (4, 200), (5, 100), (9, 300), (14, 1),
    ]  # fmt: skip
    (note,) = said
    assert note.code == "CW0778"
    assert note.subject.endswith("dialogs.rc:4:9")
    assert "DIALOGEX" in note.message


@pytest.mark.network
def test_what_zig_says_is_passed_on(zig: Zig, tmp_path: Path):
    (tmp_path / "part.h").write_text("#define X 1\n")
    script = tmp_path / "app.rc"
    script.write_text('#include "part.h"\n#define IDD 7\n\nIDD DIALOG 0, 0, oops\n{ }\n')
    with pytest.raises(Exception, match="expected number") as caught:
        read(script, Context())
    assert caught.value.code == "CW0779"
    assert caught.value.subject == f"{script}:4"


@pytest.mark.network
def test_defines_and_folders_reach_zig(zig: Zig, tmp_path: Path):
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc/size.h").write_text("#define HEIGHT 20\n")
    script = tmp_path / "app.rc"
    script.write_text("#include <size.h>\nNAME MENU { MENUITEM TEXT, HEIGHT }\n")
    context = Context(includes=(tmp_path / "inc",), defines=("NAME=9", 'TEXT="Open"'))
    (menu,) = read(script, context)
    assert (menu.type, menu.name) == (4, 9)
    assert "Open".encode("utf-16-le") in menu.data


@pytest.mark.network
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_scripts_of_visual_studio_with_a_byte_order_mark(zig: Zig, tmp_path: Path, encoding: str):
    (tmp_path / "resource.h").write_text("#define IDD 100\n")
    script = tmp_path / "app.rc"
    text = (
        '#include "resource.h"\n#pragma code_page(1252)\n'
        'IDD DIALOGEX 0, 0, 160, 60\nCAPTION "Grüße 世界"\nBEGIN\nEND\n'
    )
    script.write_text(text, encoding)
    (dialog,) = read(script, Context())
    assert "Grüße 世界".encode("utf-16-le") in dialog.data
    script.write_text(text.replace("160", "oops"), encoding)
    with pytest.raises(Exception, match="expected number") as caught:
        read(script, Context())
    assert caught.value.subject == f"{script}:3"
