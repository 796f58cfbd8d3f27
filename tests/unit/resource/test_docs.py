"""The example on the docs page does what it says."""

from __future__ import annotations

import re
from pathlib import Path

from crosswind.binary.view import View
from crosswind.windows import coff
from images.icons import png_image

PAGE = Path(__file__).parents[3] / "docs/icons-versions-manifests.md"


def test_the_python_example_writes_an_object(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    (tmp_path / "icon.png").write_bytes(png_image(256))
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    exec(compile(example, PAGE.name, "exec"), {})
    made = coff.read(View.of((tmp_path / "rsrc_windows_amd64.syso").read_bytes()))
    assert (made.goarch, made.ours) == ("amd64", True)
    assert {resource.type for resource in made.resources} == {3, 6, 14, 16, 24}
