"""`#cgo` lines made at random, against the go command."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.gosource import read
from crosswind.gosource.cgo import FIELDS, read_flags
from crosswind.target import Target

PACKAGES = 250
WAYS = [
    (Target("linux", "amd64"), True),
    (Target("windows", "386"), False),
    (Target("ios", "arm64"), True),
]
UNIVERSE = Universe(tuple(Context(target, cgo, release_tags(20)) for target, cgo in WAYS))
_CONDITIONS = ["linux", "!windows", "linux,amd64", "darwin", "cgo", "(linux||ios)&&cgo", "go1.20", "!", "!!x", "a&&",
               "windows,!cgo", "ios arm64", "unix", "()", "é"]  # fmt: skip
_VERBS = [*FIELDS, "CFLAGS", "LDFLAGS", "CFLAGS", "X", "cflags"]
_ARGUMENTS = ["-DA=1", "-I.", "-I", "inc", "-L../x", "-I${SRCDIR}/a", "'a b'", '"c\'d"', "-l\\ m", "-Wl,-rpath,$ORIGIN", "", "''",
              "-D`x`", "a\\", '"open', "é", "-I/abs/../x", "${SRCDIR}", "-L", "x;y", "-D'Q=\"z\"'", "\u00a0", "'x'y'z'", "-I\u3000z"]  # fmt: skip


def line(dice: random.Random) -> str:
    if dice.random() < 0.06:
        return dice.choice(
            [
                "#cgo",
                "#cgo x",
                "#cgo noescape f",
                "#cgo : x",
                "#cgo nocallback",
                "#cgofoo: x",
                "  #cgo\tLDFLAGS: -lz  ",
            ]
        )
    rare = dice.random() < 0.15
    words = dice.choices(_CONDITIONS if rare else _CONDITIONS[:7], k=dice.choice([0, 0, 1, 1, 2]))
    verb = dice.choice(_VERBS if rare else _VERBS[:6])
    arguments = dice.choices(_ARGUMENTS if rare else _ARGUMENTS[:10], k=dice.randint(0, 3))
    return " ".join(["#cgo", *words, verb + ":", *arguments])


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("module")
    (root / "go.mod").write_text("module m\n\ngo 1.26\n")
    dice = random.Random(8)
    for number in range(PACKAGES):
        folder = root / f"p{number}"
        folder.mkdir()
        lines = "\n".join(line(dice) for _ in range(dice.randint(1, 4)))
        more = f"// {line(dice)}\n" if dice.random() < 0.3 else ""
        text = f'package p\n\n/*\n{lines}\n*/\nimport "C"\n\n{more}import "C"\n'
        (folder / "p.go").write_text(text)
    return root


@pytest.mark.parametrize("bit", range(len(WAYS)))
def test_flags_are_those_of_go(module, bit):
    target, cgo = WAYS[bit]
    clean = {"GOENV": "off", "GOFLAGS": "-mod=mod", "GOWORK": "off", "CGO_ENABLED": str(int(cgo))}
    packages = [f"./p{number}" for number in range(PACKAGES)]
    argv = ["go", "list", "-e", f"-json=Dir,Error,{','.join(FIELDS.values())}", "--", *packages]
    env = {**os.environ, **clean, **target.env}
    done = subprocess.run(argv, cwd=module, env=env, capture_output=True, check=True, text=True)
    decoder, at, wrong, count = json.JSONDecoder(), 0, [], 0
    while (start := done.stdout.find("{", at)) >= 0:
        said, at = decoder.raw_decode(done.stdout, start)
        folder = Path(said["Dir"])
        ours = _ours(folder, bit)
        theirs = {field: said[field] for field in FIELDS.values() if field in said}
        message = said.get("Error", {}).get("Err", "")
        count += 1
        if ours["flags"] != theirs or ours["error"] not in message:
            wrong.append((folder.name, ours, theirs, message))
        if not ours["error"] and "#cgo" in message:
            wrong.append((folder.name, message))
    assert count == PACKAGES
    assert not wrong


def _ours(folder: Path, bit: int) -> dict[str, Any]:
    found = read((folder / "p.go").read_bytes())
    said = read_flags(found.preambles, UNIVERSE.everything, UNIVERSE, str(folder))
    here = {
        field: [flag.text for flag in flags if flag.where >> bit & 1]
        for field, flags in said.flags.items()
    }
    errors = [error.message for error in said.errors if error.where >> bit & 1]
    flags = {field: texts for field, texts in here.items() if texts}
    return {"flags": flags, "error": errors[0] if errors else ""}
