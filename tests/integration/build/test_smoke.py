"""`smoke` in `build`: finished programs run where this host can run them, and the record says by what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import CommandLine, write

MAIN = """package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	fmt.Println("app 1.2 on", runtime.GOOS)
	if len(os.Args) > 1 && os.Args[1] == "-bad" {
		os.Exit(2)
	}
}
"""
TARGETS = ("linux/amd64", "linux/arm64", "windows/amd64", "darwin/arm64")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {"go.mod": "module example.com/app\n\ngo 1.24\n", "main.go": MAIN}
    return write(tmp_path_factory.mktemp("smoke") / "app", files)


def configure(app: Path, smoke: str) -> None:
    (app / "crosswind.yaml").write_text(f"smoke: {smoke}\ntargets: [{', '.join(TARGETS)}]\n")


def checks(document: dict[str, list[dict[str, object]]]) -> dict[str, tuple[str, str]]:
    return {
        str(artifact["target"]): (check["status"], check["message"])
        for artifact in document["artifacts"]
        for check in artifact["checks"]
        if check["code"] == "CW1801"
    }


def test_each_runs_by_what_is_here_and_the_record_says_so(
    app: Path, crosswind: CommandLine
) -> None:
    configure(app, "{args: -bad, exit: 2, output: '/^app 1\\.[0-9] on (linux|windows)$/'}")
    done = crosswind(app, "build", "--json")
    assert done.code == 0
    said = checks(done.document)
    assert [said[target][0] for target in TARGETS] == ["pass", "pass", "pass", "skip"]
    assert said["darwin/arm64"][1] == (
        "not checked because nothing on this host runs darwin/arm64 programs"
    )
    record = json.loads((app / "dist" / "crosswind.json").read_text("utf-8"))
    runs = {artifact["target"]: artifact.get("run") for artifact in record["artifacts"]}
    assert runs["darwin/arm64"] is None
    assert [runs[target]["runner"] for target in TARGETS[:2]] == ["native", "qemu"]
    assert runs["windows/amd64"]["runner"] in ("wine", "emulator")
    for target in TARGETS[:3]:
        assert (runs[target]["ended"], runs[target]["status"]) == ("exit", 2)
        assert runs[target]["version"]
        by = f"by {runs[target]['runner']} {runs[target]['version']}: app 1.2"
        assert by in said[target][1]


@pytest.mark.parametrize(
    ("smoke", "message"),
    [
        ("-bad", "ended with status 2"),
        ("{exit: 3}", "ended with status 0, not 3"),
        ("{output: app 2}", "printed no app 2"),
    ],
)
def test_what_was_not_expected_fails(
    app: Path, crosswind: CommandLine, smoke: str, message: str
) -> None:
    configure(app, smoke)
    done = crosswind(app, "build", "--json", "-t", "linux/amd64")
    assert done.code == 1
    ((status, said),) = checks(done.document).values()
    assert status == "fail"
    assert message in said


def test_what_is_switched_off_is_not_run(app: Path, crosswind: CommandLine) -> None:
    configure(app, "false")
    assert not checks(crosswind(app, "build", "--json", "-t", "linux/amd64").document)
