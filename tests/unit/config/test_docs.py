"""docs/configuration.md names everything there is, and its examples hold."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT
from crosswind.config.check import check_templates
from crosswind.config.context import TemplateContext
from crosswind.config.functions import bound
from crosswind.config.model import (
    File,
    IgnoreEntry,
    OverrideEntry,
    ProgramEntry,
    SettingsKeys,
    SkipEntry,
    VerifyKeys,
)
from crosswind.config.read import read
from crosswind.config.settings import Config
from crosswind.config.sign_model import SignDarwinKeys, SignWindowsKeys
from crosswind.config.smoke_model import SmokeKeys
from crosswind.config.windows_model import ManifestKeys, WindowsKeys
from crosswind.target import Target

TEXT = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_holds(example: str) -> None:
    config = read(example.encode(), "example.yaml")
    check_templates(config)
    assert config != Config(file="example.yaml")


OWN = {
    "The project": set(File.model_fields) - set(SettingsKeys.model_fields),
    "Settings": set(SettingsKeys.model_fields),
    "Smoke": set(SmokeKeys.model_fields),
    "Windows": set(WindowsKeys.model_fields),
    "Manifest": set(ManifestKeys.model_fields),
    "Programs": set(ProgramEntry.model_fields) - set(SettingsKeys.model_fields),
    "Overrides": set(OverrideEntry.model_fields) - set(SettingsKeys.model_fields),
    "Verification": set(VerifyKeys.model_fields) | set(IgnoreEntry.model_fields),
}


@pytest.mark.parametrize("section", OWN)
def test_each_key_has_its_row_and_no_row_is_stale(section: str) -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", SECTIONS[section], re.MULTILINE))
    assert rows == OWN[section]


@pytest.mark.parametrize(
    "section", ["The project", "Settings", "Windows", "Programs", "Verification"]
)
def test_each_key_has_an_example(section: str) -> None:
    [example] = re.findall(r"^```yaml\n(.*?)^```", SECTIONS[section], re.MULTILINE | re.DOTALL)
    elsewhere = {"programs", "overrides", "verify"}
    for key in OWN[section] - elsewhere:
        assert re.search(rf"^[\s-]*{key}:", example, re.MULTILINE), key


def test_each_key_of_signing_is_there() -> None:
    for key in {*SignWindowsKeys.model_fields, *SignDarwinKeys.model_fields}:
        assert f"`{key}`" in SECTIONS["Signing"], key


def test_both_keys_of_a_skipped_target_are_shown() -> None:
    for key in SkipEntry.model_fields:
        assert f"{key}:" in SECTIONS["The project"]


def test_each_name_of_templates_is_there() -> None:
    context = TemplateContext("x", target=Target("linux", "amd64"))
    documented = set(re.findall(r"`\.(\w+)", SECTIONS["Templates"]))
    names = {*context.names(), "Env", "Now", "Runtime"}
    assert names <= documented
    # Methods of .Now stand beside it.
    assert documented - names == {"Format", "Unix", "Year", "exe"}


def test_each_function_is_there() -> None:
    table = SECTIONS["Templates"].partition("| function |")[2]
    given, _, left_out = table.partition("Left out of")
    for name in bound({}, TemplateContext("x").now):
        assert f"`{name}" in given, name
        assert f"`{name}`" not in left_out
