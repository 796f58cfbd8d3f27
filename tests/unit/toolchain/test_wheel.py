import base64
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from crosswind.errors import MissingError
from crosswind.target import Target
from crosswind.toolchain import version, wheel
from crosswind.toolchain.pins import PINS


def test_every_pin_is_whole() -> None:
    for number, hosts in PINS.items():
        assert version.is_valid(number)
        assert set(hosts) == set(wheel._UV_PLATFORMS)
        for pin in hosts.values():
            assert re.fullmatch(r"[0-9a-f]{64}", pin.sha256)
            assert len(base64.b64decode(pin.tree.removeprefix("h1:"), validate=True)) == 32
            assert 50_000_000 < pin.size < 150_000_000


def test_pins_of_different_hosts_differ() -> None:
    for hosts in PINS.values():
        assert len({pin.sha256 for pin in hosts.values()}) == len(hosts)
        assert len({pin.tree for pin in hosts.values()}) == len(hosts)


def test_the_newest_pin_by_gos_order(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = PINS["1.27.3"]
    monkeypatch.setattr(wheel, "PINS", {"1.9.1": hosts, "1.27.10": hosts, "1.27.9": hosts})
    assert wheel.newest(Target("linux", "amd64")) == "1.27.10"
    assert wheel.newest(Target("plan9", "amd64")) == ""
    assert wheel.pin("1.27.10", Target("linux", "amd64")) == hosts["linux/amd64"]
    assert wheel.pin("1.27.10", Target("plan9", "amd64")) is None


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python without pip, alone in its directory, and an empty directory for PATH."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "python"))
    (tmp_path / "path").mkdir()
    return tmp_path / "path"


def program(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_this_pythons_pip_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "uv")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())
    expected = wheel.Client("pip", (sys.executable, "-m", "pip"))
    assert wheel.client({"PATH": str(bare)}) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="a script there needs another name")
def test_then_uv_then_any_pip(bare: Path) -> None:
    env = {"PATH": str(bare)}
    with pytest.raises(MissingError) as caught:
        wheel.client(env)
    assert caught.value.code == "CW0410"
    pip = program(bare / "pip3")
    assert wheel.client(env) == wheel.Client("pip", (pip,))
    uv = program(bare / "uv")
    assert wheel.client(env) == wheel.Client("uv", (uv,))


def test_uv_is_told_what_the_user_told_pip() -> None:
    env = {"PIP_INDEX_URL": "i", "PIP_CERT": "c", "PIP_FIND_LINKS": "", "X": "x"}
    said = wheel._for_uv(env)
    assert said == {**env, "UV_DEFAULT_INDEX": "i", "SSL_CERT_FILE": "c"}


def test_what_the_user_told_uv_wins() -> None:
    env = {"PIP_INDEX_URL": "i", "UV_DEFAULT_INDEX": "u"}
    assert wheel._for_uv(env)["UV_DEFAULT_INDEX"] == "u"
