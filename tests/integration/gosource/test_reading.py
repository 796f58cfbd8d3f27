"""Every kind of Go file, against go/build and go/parser themselves."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

import gosource_made
import gosource_oracle
from gosource_oracle import Oracle


@pytest.fixture(scope="session")
def oracle(tmp_path_factory) -> Oracle:
    return Oracle.build(tmp_path_factory.mktemp("oracle"))


def test_files_made_at_random(oracle):
    dice = random.Random(11)
    texts = [gosource_made.file(dice) for _ in range(5000)]
    wrong = [
        (text, found)
        for text, answer in zip(texts, oracle.texts(texts), strict=True)
        if (found := gosource_oracle.differences(text, answer))
    ]
    assert not wrong


def test_files_of_the_standard_library(oracle):
    """Those of some folders; `prove/prove_gosource.py` takes them all."""
    said = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    source = Path(said.stdout.strip()) / "src"
    folders = ("net", "os", "runtime/cgo", "runtime/testdata", "crypto", "internal/types/testdata",
               "embed", "time", "cmd/cgo/internal/test", "go/parser")  # fmt: skip
    paths = [
        Path(place, name)
        for folder in folders
        for place, _, names in os.walk(source / folder)
        for name in names
        if name.endswith(".go") and Path(place, name).is_file()
    ]
    assert len(paths) > 1000
    wrong = [
        (path, found)
        for path, answer in zip(paths, oracle.paths(paths), strict=True)
        if (found := gosource_oracle.differences(path.read_bytes(), answer))
    ]
    assert not wrong
