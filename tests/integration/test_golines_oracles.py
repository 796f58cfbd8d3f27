"""Functions, files and lines as Go's own addr2line tells them."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from crosswind.binary import golines, pclntab, pe
from crosswind.binary.view import View

SOURCE = """package main

import (
	"os"
	"strings"
)

func twice(text string) string { return text + text }

func main() {
	os.Stdout.WriteString(strings.ToUpper(twice("hi")))
}
"""


@pytest.fixture(scope="module", params=["1.26.8", "1.27.3"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lines")
    (folder / "main.go").write_text(SOURCE)
    settings = {
        "GOOS": "windows",
        "GOARCH": "amd64",
        "CGO_ENABLED": "0",
        "GOENV": "off",
        "GOFLAGS": "",
        "GOTOOLCHAIN": f"go{request.param}",
    }
    subprocess.run(
        ["go", "build", "-o", "main.exe", "main.go"],
        cwd=folder, env={**os.environ, **settings}, check=True,
    )  # fmt: skip
    return folder / "main.exe"


def test_as_addr2line(program: Path) -> None:
    image = pe.read(View.of(program.read_bytes()))
    lines, table = golines.read(image), pclntab.read(image)
    assert lines
    assert table
    dice = random.Random(1)
    functions = [one for one in table.functions() if not one.name.startswith("go:")]
    pcs = [one.address + dice.randrange(max(one.size, 1)) for one in functions]
    done = subprocess.run(
        ["go", "tool", "addr2line", str(program)],
        input="".join(f"{pc:#x}\n" for pc in pcs), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = done.stdout.splitlines()
    inlined = 0
    for pc, name, place in zip(pcs, told[::2], told[1::2], strict=True):
        frames = lines.frames(pc)
        assert frames[-1].function == name
        # What lies behind a function's last instruction has no line.
        expected = ":-1" if not frames[0].file else f"{frames[0].file}:{frames[0].line}"
        assert place == expected, hex(pc)
        inlined += len(frames) > 1
    assert inlined > 50


def test_an_inlined_call_has_its_own_frame(program: Path) -> None:
    image = pe.read(View.of(program.read_bytes()))
    lines, table = golines.read(image), pclntab.read(image)
    assert lines
    assert table
    main = next(one for one in table.functions() if one.name == "main.main")
    stacks = [lines.frames(pc) for pc in range(main.address, main.address + main.size)]
    names = {tuple(frame.function for frame in stack) for stack in stacks}
    assert ("main.twice", "main.main") in names
    assert all(stack[-1].line >= 10 for stack in stacks if stack[-1].file)
    assert lines.frames(1) == []
    assert lines.frame_size(1) is None
    assert (
        max(lines.frame_size(pc) or 0 for pc in range(main.address, main.address + main.size)) > 0
    )
