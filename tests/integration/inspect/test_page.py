"""The page in a real Chromium: it draws its map, searches its tables, and runs no script of a file's."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from crosswind.binary.image import Symbol, SymbolKind
from crosswind.inspect import inspect_file
from crosswind.inspect.model import Contents, Inspection, Problem
from crosswind.inspect.symbols import Symbols
from crosswind.report.inspect.page import page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def dom(path: Path, folder: Path) -> str:
    """The page's elements after its script ran."""
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=2000", "--dump-dom",
            path.as_uri(),
        ],
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def test_chromium_shows_the_page(seed, tmp_path):
    if CHROMIUM is None:
        pytest.skip("needs chromium")
    symbols = Symbols(1, {"code": 1}, (Symbol(MARKUP, 0, 0, SymbolKind.CODE),))
    whole = inspect_file(seed("windows/amd64"))
    parts = {**whole.contents[0].parts, "symbols": symbols}
    contents = Contents(MARKUP, parts, (Problem("file", MARKUP, 0),))
    html = tmp_path / "page.html"
    html.write_text(page(Inspection(Path("seed.exe"), 1, MARKUP, (contents,))))
    shown = dom(html, tmp_path)
    assert "<title>seed.exe</title>" in shown
    assert "<img" not in shown
    assert shown.count("<script") == 1
    # The script runs, policy or not: without it nothing could be searched, and the field is hidden.
    assert '<input id="search"' in shown
    assert shown.count("<rect") > 40
    assert "internal/shape" in shown
