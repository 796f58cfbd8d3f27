"""Resources that another compiler, Wine's wrc, has made: what we read stays the same when written."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.binary import pe
from crosswind.binary.view import View
from crosswind.windows import dib, icon, manifest, rsrc, strings, version
from crosswind.windows.resource import ResourceTree

FOLDERS = ("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows", "/usr/lib/wine/x86_64-windows")
# Together they have icons and cursors of all depths, hundreds of strings in many languages, and
# manifests with dependencies.
NAMES = ("comctl32.dll", "notepad.exe", "regedit.exe", "taskmgr.exe", "user32.dll", "winemine.exe")


@pytest.fixture(scope="module")
def trees() -> dict[str, ResourceTree]:
    folder = next((Path(name) for name in FOLDERS if Path(name).is_dir()), None)
    if folder is None:
        pytest.skip("needs the Debian package wine64")
    return {name: rsrc.read_image(pe.read(View.of((folder / name).read_bytes()))) for name in NAMES}


def test_versions_are_read_and_survive(trees):
    for name, tree in trees.items():
        for resource in tree.of_type(16):
            info = version.read(resource.data)
            assert info.get("ProductName") in ("Wine", "Task Manager by Brian Palmer")
            assert info.get("OriginalFilename").lower().startswith(name.partition(".")[0])
            assert info.fixed.file != (0, 0, 0, 0)
            assert version.read(version.write(info)) == info


def test_strings_are_read_and_survive(trees):
    blocks = [block for tree in trees.values() for block in tree.of_type(6)]
    assert len(blocks) > 100
    for block in blocks:
        texts = strings.read(block)
        if texts:
            assert strings.write(texts, block.language)[0].data == block.data


def test_icons_and_cursors_are_read_decoded_and_survive(trees):
    count = 0
    for tree in trees.values():
        for group in (*tree.of_type(12), *tree.of_type(14)):
            made = icon.to_icon(group, tree)
            for frame in made.frames:
                if not frame.is_png:
                    width, height, pixels = dib.decode(View.of(frame.data))
                    assert len(pixels) == width * height * 4
                    assert (width, height) == (frame.width, frame.height)
            assert icon.read(icon.write(made)) == made
            count += len(made.frames)
    assert count > 50


def test_manifests_are_sound(trees):
    found = [
        manifest.check(resource.data) for tree in trees.values() for resource in tree.of_type(24)
    ]
    assert found
    assert all(facts.warnings == () for facts in found)
    assert any(facts.common_controls for facts in found)
