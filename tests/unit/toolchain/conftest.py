"""Toolchains made of the few files that are read without starting one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.system import host
from crosswind.toolchain import system

MakeGo = Callable[..., Path]


@pytest.fixture
def make_go(tmp_path: Path) -> MakeGo:
    """Return a function that lays out a GOROOT below `tmp_path`."""

    def make(place: str, version: str = "1.26.8", goos: str = "", goarch: str = "") -> Path:
        goroot = tmp_path / place
        goos, goarch = goos or host.goos(), goarch or host.goarch()
        (goroot / "bin").mkdir(parents=True)
        (goroot / "pkg" / "tool" / f"{goos}_{goarch}").mkdir(parents=True)
        (goroot / "src").mkdir()
        (goroot / "src" / "go.mod").write_text("module std\n")
        (goroot / "VERSION").write_text(f"go{version}\ntime 2026-08-28T16:20:06Z\n")
        go = goroot / "bin" / ("go.exe" if goos == "windows" else "go")
        go.write_text("#!/bin/sh\nexit 3\n")
        go.chmod(0o755)
        return goroot

    return make


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of a user who has nothing: no Go, no settings, an empty cache."""
    monkeypatch.setattr(system, "_USUAL", {})
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    home = tmp_path / "home"
    home.mkdir()
    return {"HOME": str(home), "USERPROFILE": str(home), "PATH": "", "GOENV": "off"}
