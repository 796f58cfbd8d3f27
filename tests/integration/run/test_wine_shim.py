"""The library that crosswind lends to Wine is what its source gives."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from conftest import ROOT
from crosswind.binary import pe
from crosswind.binary.view import View
from crosswind.run.wine_files import SHIM
from crosswind.toolchain import Zig


def test_the_pinned_zig_makes_the_same_bytes(zig: Zig, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("wine_shim", ROOT / "scripts/wine_shim.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.compile_shim(zig, tmp_path / SHIM.name)
    assert (tmp_path / SHIM.name).read_bytes() == SHIM.read_bytes()


def test_what_it_exports() -> None:
    image = pe.read(View.of(SHIM.read_bytes()))
    assert [export.name for export in image.exports] == ["ProcessPrng"]
