"""Doctor on what comes after the link."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crosswind.config.settings import Settings
from crosswind.doctor.checks.finish import icons, signing
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.targets import Unit
from crosswind.errors import ExitCode
from crosswind.finding import Status
from crosswind.target import Target

from .conftest import Change

WINDOWS = Target("windows", "amd64")


def with_settings(but: Change, host: dict[str, Any] | None = None, **settings: Any) -> Facts:
    unit = Unit("app", WINDOWS, Settings(**settings))
    return but(targets={"units": (unit,)}, host=host or {})


def test_without_icons_and_keys_nothing_matters(but: Change) -> None:
    assert not icons(but()).matters
    assert not signing(but()).matters
    assert not icons(with_settings(but, embed=True, icon=("a.ico",))).matters


def test_an_image_needs_what_scales_it(but: Change) -> None:
    facts = with_settings(but, {"pillow": False}, embed=True, icon=("a.png",))
    verdict = icons(facts)
    assert (verdict.status, verdict.found) == (Status.WARN, "Pillow is not here")
    assert "crosswind[icons]" in verdict.mend
    assert icons(with_settings(but, embed=True, icon=("a.png",))).status is Status.PASS


@pytest.fixture
def signs(but: Change, tmp_path: Path) -> Facts:
    """A project whose key and signing tool are all there."""
    for name in ("osslsigncode", "release.pfx"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    said = (("enabled", "true"), ("pfx", "release.pfx"), ("password_env", "PIN"))
    facts = with_settings(but, sign_windows=said)
    env = {"PATH": str(tmp_path), "PIN": "secret word"}
    go = replace(facts.go, settings=replace(facts.go.settings, env=env))
    return replace(facts, go=go, project=replace(facts.project, directory=tmp_path))


def test_all_that_signing_takes_is_there(signs: Facts) -> None:
    verdict = signing(signs)
    assert (verdict.status, verdict.matters) == (Status.PASS, True)


def test_no_signing_tool(signs: Facts) -> None:
    (signs.project.directory / "osslsigncode").unlink()
    verdict = signing(signs)
    assert (verdict.found, verdict.mend, verdict.exit_code) == (
        "osslsigncode is not here",
        "apt-get install osslsigncode",
        ExitCode.MISSING,
    )


def test_no_key(signs: Facts) -> None:
    (signs.project.directory / "release.pfx").unlink()
    verdict = signing(signs)
    assert (verdict.status, verdict.found) == (Status.FAIL, "pfx: there is no release.pfx")


def test_no_password(signs: Facts) -> None:
    env = {"PATH": signs.go.settings.env["PATH"]}
    go = replace(signs.go, settings=replace(signs.go.settings, env=env))
    verdict = signing(replace(signs, go=go))
    assert (verdict.found, verdict.mend) == ("PIN is not set", 'export PIN="..."')
    assert "secret" not in repr(verdict)
