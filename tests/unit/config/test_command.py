"""`crosswind config` as a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crosswind.cli.config import command
from crosswind.config.config_error import ConfigError
from crosswind.config.model import File, SettingsKeys
from crosswind.errors import UsageError

FILE = """\
name: greet
targets: [windows/amd64]
variables: {main.version: "{{ .Version }}"}
env: {TOKEN: "{{ .Env.TOKEN }}"}
programs: [{main: ./cmd/greet, tags: a}]
overrides:
  - {targets: windows, gui: true}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TOKEN", "secret")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cmd" / "greet").mkdir(parents=True)

    def call(*arguments: str, text: str | None = FILE) -> Result:
        if text is not None:
            (tmp_path / "crosswind.yaml").write_text(text)
        return CliRunner().invoke(command, arguments)

    return call


def test_show(run: Any) -> None:
    lines = run("show", "--origin").output.splitlines()
    shown = {line.partition("  #")[0].rstrip(): line.partition("  # ")[2] for line in lines}
    assert shown["name: greet"] == "crosswind.yaml:1"
    assert shown["dist: dist"] == "default"
    assert shown['greet.tags: ["a"]'] == "crosswind.yaml:5 (programs[0])"
    assert shown['greet.variables.main.version: "{{ .Version }}"'] == "crosswind.yaml:3"
    assert shown["greet.gui: false"] == "default"
    assert shown["overrides[0].gui: true"] == "crosswind.yaml:7"


def test_show_one_target(run: Any) -> None:
    lines = run("show", "--origin", "-t", "windows/amd64").output.splitlines()
    gui = next(line for line in lines if line.startswith("greet.gui"))
    assert gui.split("  # ") == [gui.split("  # ")[0], "crosswind.yaml:7 (overrides[0])"]
    assert gui.startswith("greet.gui: true")
    assert not any(line.startswith("overrides") for line in lines)


def test_show_names_every_setting(run: Any) -> None:
    document = json.loads(run("show", "--json", text="").output)
    assert (document["schema"], document["ok"]) == ("crosswind/config/1", True)
    keys = {one["key"].partition(".")[0] for one in document["values"]}
    assert keys >= set(SettingsKeys.model_fields)
    assert {one["origin"] for one in document["values"]} == {"default"}


def test_no_secret_is_shown(run: Any) -> None:
    for arguments in (["show"], ["show", "--origin", "-t", "windows/amd64"], ["show", "--json"]):
        output = run(*arguments).output
        assert ".Env.TOKEN" in output
        assert "secret" not in output


@pytest.mark.parametrize("name", ["windows", "windows/*", "a//b", "linux/amd64,windows/amd64"])
def test_show_wants_one_target(run: Any, name: str) -> None:
    error = run("show", "-t", name).exception
    assert isinstance(error, UsageError)
    assert error.code == "CW0101"


def test_show_knows_targets_and_programs(run: Any) -> None:
    assert run("show", "-t", "windows/amd64/v3", "--program", "greet").exit_code == 0
    for arguments, hint in (
        (["-t", "windwos/amd64"], "windows/amd64"),
        (["--program", "gret"], "did you mean greet?"),
        (["--program", "nothing like it"], "there are greet"),
    ):
        error = run("show", *arguments).exception
        assert isinstance(error, UsageError)
        assert hint in error.hint


def test_show_for_this_host(run: Any) -> None:
    output = run("show", "-t", "host", text="overrides: [{targets: host, gui: true}]").output
    assert "gui: true" in output.splitlines()


def test_check(run: Any) -> None:
    assert run("check").output == "crosswind.yaml: no mistakes\n"
    assert json.loads(run("check", "--json").output)["ok"] is True


def test_check_tells_what_does_nothing(run: Any) -> None:
    idle = FILE + "  - {targets: widnows, programs: [greet, gret], gui: true}\n"
    found = run("check", "--json", text=idle)
    assert found.exit_code == 0
    assert [(one["code"], one["subject"]) for one in json.loads(found.output)["findings"]] == [
        ("CW0101", "crosswind.yaml:8:6"),
        ("CW0214", "crosswind.yaml:8:42"),
    ]
    assert "no mistakes" not in run("check", text=idle).output


def test_check_without_a_file(run: Any) -> None:
    assert run("check", text=None).output == "no configuration here: the defaults hold\n"


@pytest.mark.parametrize(
    "text",
    [
        "nmae: x\ngui: 1",
        "ldflags: '{{ .Nope }}'",
        "targets: widnows/amd64",
        "programs: [{main: ./cmd/gret}]",
        "skip: '!plan9/*'",
    ],
)
def test_check_finds(run: Any, text: str) -> None:
    assert isinstance(run("check", text=text).exception, ConfigError)


def test_schema(run: Any) -> None:
    schema = json.loads(run("schema").output)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) == set(File.model_fields)
    objects = [schema, *schema["$defs"].values()]
    assert all(one["additionalProperties"] is False for one in objects)
    assert all(p.get("description") for one in objects for p in one["properties"].values())
    assert "null" not in json.dumps(schema)
    assert schema["properties"]["cgo"]["enum"] == ["off", "on", "auto", True, False]
    assert schema["$defs"]["ProgramEntry"]["required"] == ["main"]
    # One target, a list of them, or entries with a reason.
    skip = schema["properties"]["skip"]["anyOf"]
    assert [one.get("type", "entry") for one in skip] == ["string", "entry", "array"]
