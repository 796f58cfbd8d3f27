"""Bad input: a clear message, the contract's exit code, never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .conftest import HELLO, CommandLine, Files, write

GO_MOD = HELLO["go.mod"]
CASES: dict[str, tuple[Files, tuple[str, ...], int, str]] = {
    "no go.mod": ({}, (), 2, "CW0301"),
    "broken go.mod": ({**HELLO, "go.mod": GO_MOD + "frob x\n"}, (), 2, "CW0302"),
    "go.mod that is not text": ({**HELLO, "go.mod": "\0\1"}, (), 2, "CW0302"),
    "no main package": ({"go.mod": GO_MOD, "x.go": "package x\n"}, (), 2, "CW0306"),
    "package that is not there": (HELLO, ("./nowhere",), 2, "CW0307"),
    "a file in place of a package": (HELLO, ("main.go",), 2, "CW0307"),
    "no such version": ({}, ("filippo.io/age@v99.0.0",), 2, "CW0308"),
    "an address for a module path": ({}, ("https://example.com/a@v1.0.0",), 2, "CW0308"),
    "no host in a module path": ({}, ("foo@latest",), 2, "CW0308"),
    "nothing may be fetched": ({}, ("example.com/a@v1.0.0", "--offline"), 3, "CW0314"),
    "the sources as dist": (HELLO, ("-o", "."), 2, "CW0506"),
    "the root as dist": (HELLO, ("-o", "/"), 2, "CW0506"),
    "two modules": ({}, ("example.com/a@v1.0.0", "example.com/b@v1.0.0"), 2, "CW0311"),
    "unknown target": (HELLO, ("-t", "windwos/amd64"), 2, "CW0101"),
    "unknown variant": (HELLO, ("-t", "linux/amd64/v7"), 2, "CW0102"),
    "no target left": (HELLO, ("-t", "linux/amd64,!linux/*"), 2, "CW0103"),
    "an audit of nothing": (HELLO, ("--force", "--audit", "1"), 2, "CW0100"),
    "unknown option": (HELLO, ("--frob",), 2, "CW0100"),
    "unknown key": ({**HELLO, "crosswind.yaml": "name: x\ntargetz: []\n"}, (), 2, "CW0205"),
    "configuration that is not there": (HELLO, ("--config", "no.yaml"), 2, "CW0204"),
    "go version that does not exist": (HELLO, ("--go", "1.99.9"), 2, "CW0402"),
    "unknown build mode": (HELLO, ("--buildmode", "foo"), 2, "CW0100"),
    "unknown build mode in the configuration": (
        {**HELLO, "crosswind.yaml": "overrides: [{targets: linux, buildmode: foo}]\n"},
        (),
        2,
        "CW0206",
    ),
    "a build mode for packages that are no programs": (
        HELLO,
        ("--buildmode", "archive"),
        2,
        "CW0100",
    ),
    "a profile that is not there": (HELLO, ("--pgo", "no.pgo"), 2, "CW0317"),
    "flags that only print": (HELLO, (), 2, "CW0316"),
    "unknown experiment": (HELLO, (), 2, "CW0303"),
    "both quotes in a variable": (HELLO, ("--var", "main.version=a'\""), 2, "CW0309"),
    "unknown name in a template": (HELLO, ("--ldflags", "-X main.v={{ .Versoin }}"), 2, "CW0211"),
}
# Cases that are about a setting of Go.
ENVIRONMENTS = {
    "flags that only print": {"GOFLAGS": "-n"},
    "unknown experiment": {"GOEXPERIMENT": "foo"},
}


@pytest.mark.network
@pytest.mark.parametrize("case", CASES)
def test_bad_input(case: str, crosswind: CommandLine, tmp_path: Path) -> None:
    files, words, code, finding = CASES[case]
    write(tmp_path, files)
    env = ENVIRONMENTS.get(case)
    ran = crosswind(tmp_path, "build", "--json", *words, env=env)
    assert ran.code == code, ran.out + ran.err
    assert ran.document["ok"] is False
    assert ran.document["schema"] == "crosswind/build/1"
    assert finding in ran.codes
    assert "\\t" not in ran.out
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("./cmd/grete", "did you mean ./cmd/greet?"),
        ("cmd/greet", "a folder begins with a dot: ./cmd/greet"),
        ("./tools", "it is a module of its own: crosswind -C ./tools build"),
        ("./nothing/like/it", "give a path such as ./cmd/app"),
    ],
)
def test_what_was_meant_by_a_path(
    asked: str, hint: str, crosswind: CommandLine, tmp_path: Path
) -> None:
    write(
        tmp_path,
        {"go.mod": GO_MOD, "cmd/greet/main.go": HELLO["main.go"], "tools/go.mod": "module t\n"},
    )
    ran = crosswind(tmp_path, "build", asked)
    assert ran.code == 2
    assert hint in ran.err


def test_the_place_of_an_unknown_key_and_the_nearest_name(
    crosswind: CommandLine, tmp_path: Path
) -> None:
    write(tmp_path, {**HELLO, "crosswind.yaml": "name: x\ntargetz: []\n"})
    ran = crosswind(tmp_path, "build")
    assert ran.code == 2
    assert "crosswind.yaml:2:1" in ran.err
    assert "targets" in ran.err


def test_a_go_that_is_too_old_for_go_mod_and_none_may_be_fetched(
    crosswind: CommandLine, tmp_path: Path
) -> None:
    write(tmp_path, {**HELLO, "go.mod": "module x\n\ngo 1.99\n"})
    ran = crosswind(tmp_path, "build", "--offline", "--json")
    assert ran.code in (2, 3)
    assert all(code.startswith("CW04") for code in ran.codes)


def test_dist_that_cannot_be_made(crosswind: CommandLine, hello: Path) -> None:
    (hello / "blocked").write_text("a file")
    ran = crosswind(hello, "build", "-t", "linux/amd64", "-o", "blocked/dist", "--json")
    assert ran.code in (1, 2)
    assert ran.codes <= {"CW0504", "CW0505", "CW0506"}


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_that_is_named_like_a_source(
    crosswind: CommandLine, hello: Path, *, linked: bool
) -> None:
    pipe = hello / ("pipe" if linked else "x_linux.go")
    os.mkfifo(pipe)
    if linked:
        (hello / "x_linux.go").symlink_to(pipe.name)
    ran = crosswind(hello, "build", "-t", "linux/386,linux/amd64,windows/amd64", "--json")
    assert ran.code == 1
    assert [(one["code"], one["subject"]) for one in ran.document["findings"]] == [
        ("CW5007", "x_linux.go")
    ]
    outcomes = [one["outcome"] for one in ran.document["artifacts"]]
    assert outcomes == ["failed", "failed", "built"], "for Windows nobody opens it"


def test_an_error_without_json_names_its_mend(crosswind: CommandLine, tmp_path: Path) -> None:
    ran = crosswind(tmp_path, "build")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("error[CW0301]")
    assert "go mod init" in ran.err


def test_json_errors_are_documents(crosswind: CommandLine, tmp_path: Path) -> None:
    document = json.loads(crosswind(tmp_path, "--json", "build").out)
    assert set(document["findings"][0]) == {"code", "severity", "subject", "message", "hint"}
