"""Inputs: told apart by their names, read, and put into one tree."""

from __future__ import annotations

from importlib import import_module

import pytest

from crosswind.binary.view import View
from crosswind.errors import BuildError, UsageError
from crosswind.resource import reading
from crosswind.resource.sources import BY_NAME, BY_SUFFIX, FOLDER, Context, load
from crosswind.windows import coff, manifest, res
from crosswind.windows.patch import patch
from crosswind.windows.resource import Resource, tree
from images import pe
from images.icons import bitmap, cur, png_image
from images.resources import sample


@pytest.mark.parametrize("place", [FOLDER, *BY_SUFFIX.values(), *BY_NAME.values()])
def test_every_line_of_the_registry_leads_to_a_function(place):
    module, _, name = place[0].partition(":")
    assert callable(getattr(import_module(module), name))


def test_later_inputs_win(tmp_path):
    (tmp_path / "all.RES").write_bytes(res.write(tree([Resource(24, 1, 1033, b"old")])))
    (tmp_path / "new.manifest").write_bytes(manifest.write())
    found = load([tmp_path / "all.RES", tmp_path / "new.manifest"], Context())
    assert [resource.data for resource in found] == [manifest.write()]


def test_a_manifest_that_windows_would_refuse_is_refused(tmp_path):
    (tmp_path / "bad.manifest").write_bytes(b"<assembly")
    with pytest.raises(BuildError) as caught:
        load([tmp_path / "bad.manifest"], Context())
    assert caught.value.code == "CW0750"
    assert caught.value.subject.startswith(f"{tmp_path / 'bad.manifest'}:1:")


def test_what_windows_leaves_out_of_a_manifest_is_a_warning(tmp_path):
    text = manifest.write().replace(b"SMI/2016/", b"SMI/2005/")
    (tmp_path / "old.manifest").write_bytes(text)
    warnings = []
    load([tmp_path / "old.manifest"], Context(warn=warnings.append))
    assert [warning.code for warning in warnings] == ["CW0754", "CW0754"]


def test_images_become_the_icon(tmp_path):
    (tmp_path / "app.png").write_bytes(png_image(64))
    (tmp_path / "app.cur").write_bytes(cur(bitmap(32)))
    warnings = []
    found = load([tmp_path / "app.png", tmp_path / "app.cur"], Context(warn=warnings.append))
    assert [len(found.of_type(kind)) for kind in (3, 14, 1, 12)] == [9, 1, 1, 1]
    assert [(w.code, w.subject) for w in warnings] == [("CW0726", str(tmp_path / "app.png"))]


def test_an_object_for_another_architecture_is_refused(tmp_path):
    path = tmp_path / "rsrc.syso"
    path.write_bytes(coff.write(sample(), "arm64"))
    assert load([path], Context("arm64")) == load([path], Context("")) == sample()
    with pytest.raises(BuildError, match="for arm64, but the resources are for amd64") as caught:
        load([path], Context("amd64"))
    assert caught.value.code == "CW0708"


def test_inputs_that_cannot_be_read_are_named(tmp_path):
    cases = {"gone.res": "CW0705", "picture.psd": "CW0707"}
    (tmp_path / "picture.psd").touch()
    for name, code in cases.items():
        with pytest.raises(UsageError) as caught:
            load([tmp_path / name], Context())
        assert (caught.value.code, caught.value.subject) == (code, str(tmp_path / name))


def test_damage_is_reported_with_file_and_offset(tmp_path):
    path = tmp_path / "cut.res"
    path.write_bytes(res.write(tree([Resource(10, 1, 0, b"content")]))[:40])
    with pytest.raises(BuildError) as caught:
        load([path], Context())
    assert (caught.value.code, caught.value.subject) == ("CW0703", f"{path}:0x20")


@pytest.mark.parametrize("name", ["greet", "saver.scr", "control.ocx"])
def test_programs_are_known_by_their_content_whatever_their_name(tmp_path, name):
    (tmp_path / name).write_bytes(patch(View.of(pe.build(tables=False)), sample()))
    assert load([tmp_path / name], Context()) == sample()


@pytest.mark.parametrize(
    ("name", "content"), [("tool.exe", b"\x7fELF"), ("tool.dll", b""), ("tool.exe", b"text")]
)
def test_what_is_no_windows_program_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BuildError) as caught:
        load([tmp_path / name], Context())
    assert caught.value.code == "CW0703"


def test_a_file_larger_than_the_limit_is_refused(tmp_path):
    (tmp_path / "big").write_bytes(bytes(11))
    assert reading.read_file(tmp_path / "big", 11) == bytes(11)
    with pytest.raises(BuildError) as caught:
        reading.read_file(tmp_path / "big", 10)
    assert caught.value.code == "CW0706"


def test_the_manifest_of_a_library_has_another_number(tmp_path):
    path = tmp_path / "app.manifest"
    path.write_bytes(manifest.write())
    names = [load([path], Context(library=library)).resources[0].name for library in (False, True)]
    assert names == [1, 2]
