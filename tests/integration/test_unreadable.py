"""Files and folders that may not be read: the go command's answer, and nothing left out without a word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import powerless

pytestmark = powerless.needed

MAIN = 'package main\n\nimport "example.com/m/lib"\n\nfunc main() { lib.F() }\n'
MODULE = {
    "go.mod": "module example.com/m\n\ngo 1.24\n",
    "cmd/a/main.go": MAIN,
    "cmd/b/main.go": MAIN,
    "lib/lib.go": "package lib\n\nfunc F() {}\n",
}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "-buildvcs=false", "NO_COLOR": "1"}
    return subprocess.run(
        [*powerless.WORDS, *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def crosswind(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = run(folder, sys.executable, "-m", "crosswind", "--json", *words)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    for name, text in MODULE.items():
        path = tmp_path / "m" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], cwd=tmp_path / "m", check=True)
    return tmp_path / "m"


def codes(document: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["subject"] for one in document["findings"]}


def test_a_folder_in_which_a_program_may_be(module: Path) -> None:
    shut = module / "cmd/b"
    shut.chmod(0)
    assert run(module, "go", "build", "./...").returncode
    code, built = crosswind(module, "build", "-t", "host")
    assert (code, codes(built)) == (2, {"CW0307": "./..."}), built
    assert "cmd/b: permission denied" in built["findings"][0]["message"]
    for words in (["list"], ["portability", "-t", "host"], ["affected", "--since", "HEAD"]):
        code, document = crosswind(module, *words)
        assert (code, codes(document)) == (0, {"CW5032": str(shut)}), document
    assert crosswind(module, "build", "./cmd/a", "-t", "host")[0] == 0
    shut.chmod(0o755)
    code, built = crosswind(module, "build", "-t", "host")
    assert code == 0
    assert [one["name"] for one in built["artifacts"]] == ["a", "b"]
    assert codes(crosswind(module, "portability", "-t", "host")[1]) == {}


@pytest.mark.parametrize(("name", "mode"), [("lib/lib.go", 0), ("lib", 0), ("lib", 0o444)])
def test_what_a_program_imports(module: Path, name: str, mode: int) -> None:
    assert crosswind(module, "build", "-t", "host")[0] == 0
    (module / name).chmod(mode)
    try:
        assert run(module, "go", "build", "-o", os.devnull, "./cmd/a").returncode == 1
        code, built = crosswind(module, "build", "./cmd/a", "-t", "host")
        assert (code, [one["outcome"] for one in built["artifacts"]]) == (1, ["failed"])
        assert "permission denied" in built["findings"][0]["message"]
        code, survey = crosswind(module, "portability", "-t", "host")
        assert code == 1
        works = {row["path"] for row in survey["packages"] if row["works"]}
        assert works <= {"example.com/m/lib"}
        theirs = run(module, "go", "list", "-e", "-f", "{{.ImportPath}}", "./...").stdout.split()
        listed = {
            row["ImportPath"] for row in crosswind(module, "list", "-t", "host")[1]["packages"]
        }
        assert listed == set(theirs) - {"./..."}
    finally:
        (module / name).chmod(0o755)
    code, built = crosswind(module, "build", "-t", "host")
    assert (code, {one["outcome"] for one in built["artifacts"]}) == (0, {"cached"})


@pytest.mark.parametrize("name", ["go.mod", "crosswind.yaml"])
def test_what_says_what_to_build(module: Path, name: str) -> None:
    (module / name).touch()
    (module / name).chmod(0)
    for words in (["build"], ["affected", "--since", "HEAD"]):
        code, document = crosswind(module, *words, "-t", "host")
        assert code == 2
        assert "Permission denied" in document["findings"][0]["message"]


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["verify", "lib/x"], "CW1000", 2),
        (["inspect", "lib/x"], "CW0901", 2),
        (["run", "lib/x"], "CW4001", 125),
        (["split", "lib/x"], "CW0826", 2),
        (["sign", "lib/x"], "CW0801", 2),
        (["resource", "extract", "lib/x.exe", "-o", "out"], "CW0705", 2),
        (["explain-file", "lib/x.go"], "CW5007", 2),
        (["build", "./lib/x"], "CW0307", 2),
        (["list", "./lib/x"], "CW5030", 2),
        (["portability", "lib/x"], "CW5030", 2),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_place_that_may_not_be_entered(
    module: Path, words: list[str], code: str, status: int
) -> None:
    (module / "lib").chmod(0)
    ended, document = crosswind(module, *words)
    finding = document["findings"][0]
    assert (ended, finding["code"]) == (status, code)
    assert "cannot write" not in finding["message"], "nobody wanted to"
