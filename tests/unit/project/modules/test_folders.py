"""Folders that may hold packages."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from crosswind.project.modules.folders import Folders


def test_a_link_in_a_circle_hides_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.go").symlink_to("a.go")
    assert not Folders().has_go_files(str(tmp_path))
    (tmp_path / "b.go").touch()
    with os.scandir(tmp_path) as entries:
        listed = sorted(entries, key=lambda one: one.name)
    monkeypatch.setattr(os, "scandir", lambda _: contextlib.nullcontext(listed))
    assert Folders().has_go_files(str(tmp_path))
