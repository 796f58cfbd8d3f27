"""A system's Go enters keys by its content, which is read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.building.key import toolchain
from crosswind.system import files, stamps
from crosswind.target import Target
from crosswind.toolchain import Source, Toolchain

OLD = 10**18


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolchain:
    """A GOROOT with a source file, long unchanged."""
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    goroot = tmp_path / "go"
    source(goroot).parent.mkdir(parents=True)
    source(goroot).write_text("package fmt\n")
    return Toolchain("1.27.3", goroot, Source.SYSTEM, Target("linux", "amd64"))


def source(goroot: Path) -> Path:
    """Return the place of its source file."""
    return goroot / "src" / "fmt" / "fmt.go"


def test_a_patched_source_is_another_toolchain(go: Toolchain) -> None:
    before = toolchain.part(go).digest
    assert toolchain.part(go).digest == before
    source(go.goroot).write_text("package fmt // patched\n")
    assert toolchain.part(go).digest != before


def test_old_files_are_read_once(go: Toolchain, monkeypatch: pytest.MonkeyPatch) -> None:
    real = stamps.now
    monkeypatch.setattr(stamps, "now", lambda: real() + OLD)
    before = toolchain.part(go).digest
    monkeypatch.setattr(files, "sha256", lambda path: pytest.fail(f"{path} was read again"))
    assert toolchain.part(go).digest == before


def test_young_files_are_not_believed(go: Toolchain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a file may be written in the tick in which it was read."""
    monkeypatch.setattr(stamps, "of", lambda _: stamps.Stamp(1, OLD, OLD, 1))
    monkeypatch.setattr(stamps, "now", lambda: OLD + 1_000_000_000)
    before = toolchain.part(go).digest
    source(go.goroot).write_text("package fnt\n")
    assert toolchain.part(go).digest != before


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    go: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "file" / "cache"))
    real = stamps.now
    monkeypatch.setattr(stamps, "now", lambda: real() + OLD)
    assert toolchain.part(go).digest
