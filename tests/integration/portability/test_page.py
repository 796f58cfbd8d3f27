"""The page in a real Chromium: a click on a cell tells the reason, and the list can be narrowed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crosswind.report.portability.page import page
from small_surveys import survey_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TREE = {
    "a/a.go": 'package a\n\nimport "syscall"\n\nfunc A() { syscall.Kill() }\n',
    "b/b.go": "package b\n",
}


def after(html: str, script: str, folder: Path) -> str:
    """The page's elements after its script and another one ran."""
    # Our policy lets no other script run, as it should.
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    path = folder / "page.html"
    path.write_text(html.replace("</body>", f"<script>{script}</script></body>"), "utf-8")
    words = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=2000", "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def test_a_click_tells_the_reason_and_a_search_narrows(tmp_path):
    if CHROMIUM is None:
        pytest.skip("needs chromium")
    html = page(survey_of(tmp_path, TREE))
    script = """
        document.querySelector("td.b").click();
        search.value = "m/b";
        search.dispatchEvent(new Event("input"));
    """
    shown = after(html, script, tmp_path)
    said = shown.partition('<aside id="said"')[2].partition("</aside>")[0]
    assert "example.com/m/a on windows/amd64: does not build" in said
    assert "undefined: syscall.Kill" in said
    assert "a/a.go:5:20" in said
    hidden = re.findall(r'<tr[^>]*hidden=""[^>]*><th scope="row" title="([^"]*)"', shown)
    assert hidden == ["example.com/m/a"]
