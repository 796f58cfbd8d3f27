"""The events are those of both releases' own `go tool test2json`, on its own tests' inputs too."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from crosswind.gotest.test2json import Converter

PIECES = [
    "=== RUN   ", "=== PAUSE ", "=== CONT  ", "=== NAME  ", "=== NAME", "=== ATTR  T k v w",
    "=== ARTIFACTS T /x y", "--- PASS: ", "--- FAIL: T (0.10s)", "    --- SKIP: T/a (1.25s)",
    "        --- PASS: T/a/b (0.00s)", "--- BENCH: B", "PASS", "FAIL", "FAIL\tp 0.1s", "TestX",
    "TestY/sub two", "\n", "\n", "\n", "\r\n", "\x16", "\x16", "\x0f", "\x0e", "\x1b", "\x1b\x16",
    "ok text", "    ", "?   \tpkg\t[no test files]", "BenchmarkFoo-8 \t", "Benchmarkfoo\t",
    "\u20ac", "\U0001f600", "<&>", "\t", "\xa0", "\x00\x01", "--- PASS: T (NaNs)",
]  # fmt: skip
ODD = [*(piece.encode() for piece in PIECES), b"\xe2\x82", b"\xff", b"x" * 500, "é".encode() * 300]


@pytest.fixture(scope="module", params=["local", "go1.27.3"])
def tool(request, tmp_path_factory) -> tuple[Path, Path, bool]:
    """Go's converter, the inputs of its tests, and whether it knows marks."""
    env = {**os.environ, "GOENV": "off", "GOTOOLCHAIN": request.param, "GOFLAGS": ""}
    path = tmp_path_factory.mktemp("tool") / "test2json"
    subprocess.run(["go", "build", "-o", path, "cmd/test2json"], env=env, check=True)
    goroot = subprocess.run(
        ["go", "env", "GOROOT", "GOVERSION"], env=env, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    marks = int(goroot[1].removeprefix("go1.").partition(".")[0]) >= 27
    return path, Path(goroot[0]) / "src/cmd/internal/test2json/testdata", marks


def theirs(path: Path, data: bytes) -> list[object]:
    done = subprocess.run([path, "-p", "m/p"], input=data, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(data: bytes, marks: bool) -> list[object]:
    events: list[object] = []
    converter = Converter(
        "m/p", lambda event: events.append(json.loads(event.encode())), marks=marks
    )
    converter.write(data)
    converter.close()
    return events


def test_inputs_of_go_s_own_tests(tool):
    path, inputs, marks = tool
    names = sorted(inputs.glob("*.test"))
    assert len(names) > 10
    for name in names:
        data = name.read_bytes()
        assert ours(data, marks) == theirs(path, data), name.name


def test_random_inputs(tool):
    path, _, marks = tool
    chance = random.Random(20261125)
    for _ in range(60):
        data = b"".join(chance.choice(ODD) for _ in range(chance.randint(0, 60)))
        assert ours(data, marks) == theirs(path, data), data
