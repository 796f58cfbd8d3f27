"""What patterns embed, against the go command."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from crosswind.gosource import read
from crosswind.gosource.embed import resolve
from embed_folders import DiskFolder, fill, patterns

PACKAGES = 300


@pytest.fixture(scope="module")
def module(tmp_path_factory) -> Path:
    """Many packages, each with a tree of its own."""
    root = tmp_path_factory.mktemp("module")
    (root / "go.mod").write_text("module m\n\ngo 1.26\n")
    dice = random.Random(3)
    for number in range(PACKAGES):
        folder = root / f"p{number}"
        folder.mkdir()
        fill(dice, folder)
        quoted = " ".join(f'"{pattern}"' for pattern in patterns(dice, folder))
        text = f'package p\n\nimport "embed"\n\n//go:embed {quoted}\nvar fs embed.FS\n'
        (folder / "p.go").write_text(text)
    return root


def test_every_pattern_gives_what_go_gives(module):
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "-mod=mod", "GOWORK": "off"}
    folders = [f"./p{number}" for number in range(PACKAGES)]
    argv = ["go", "list", "-e", "-json=Dir,EmbedPatterns,EmbedFiles,Error", "--", *folders]
    done = subprocess.run(argv, cwd=module, env=env, capture_output=True, check=True, text=True)
    decoder, at, wrong, refused = json.JSONDecoder(), 0, [], 0
    while (start := done.stdout.find("{", at)) >= 0:
        said, at = decoder.raw_decode(done.stdout, start)
        folder = Path(said["Dir"])
        found = read((folder / "p.go").read_bytes())
        asked = sorted({embed.pattern for embed in found.embeds})
        assert asked == said["EmbedPatterns"]
        ours = resolve(asked, DiskFolder(folder))
        refused += ours.refusal is not None
        theirs = said.get("Error", {}).get("Err", "")
        if (str(ours.refusal or ""), list(ours.files)) != (theirs, said.get("EmbedFiles", [])):
            wrong.append((folder.name, asked, ours, theirs, said.get("EmbedFiles")))
    assert not wrong
    assert PACKAGES / 5 < refused < PACKAGES * 4 / 5
