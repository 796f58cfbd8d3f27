import importlib.util
import sys
from pathlib import Path

import pytest

from crosswind.errors import MissingError
from crosswind.toolchain import wheel


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
