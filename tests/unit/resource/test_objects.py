"""Which files `-o` stands for, and what may not be written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.binary.view import View
from crosswind.errors import UsageError
from crosswind.resource.objects import Output, findings, outputs, write
from crosswind.windows import coff, res
from crosswind.windows.resource import ResourceTree
from images.resources import sample


def foreign(goarch: str) -> bytes:
    """An object with resources that another tool made: without our name in it."""
    return coff.write(sample(), goarch).replace(b"crosswind", b"windres\0\0")


@pytest.mark.parametrize(
    ("out", "goarchs", "expected"),
    [
        ("d", [], [f"d/rsrc_windows_{arch}.syso" for arch in ("386", "amd64", "arm64")]),
        ("d", ["arm", "arm"], ["d/rsrc_windows_arm.syso"]),
        ("x_windows_arm64.syso", [], ["x_windows_arm64.syso"]),
        ("x.syso", ["386"], ["x.syso"]),
        ("x.res", [], ["x.res"]),
    ],
)
def test_a_folder_gets_a_file_for_each_architecture(out, goarchs, expected):
    assert [str(one.path) for one in outputs(Path(out), goarchs)] == expected


@pytest.mark.parametrize(("out", "goarchs"), [("x.syso", []), ("x_arm64.syso", ["386", "amd64"])])
def test_a_file_is_for_one_architecture(out, goarchs):
    with pytest.raises(UsageError) as caught:
        outputs(Path(out), goarchs)
    assert caught.value.code == "CW0709"


def test_what_is_written_is_read_back(tmp_path):
    written = write(dict.fromkeys(outputs(tmp_path, []), sample()))
    for one in written:
        found = coff.read(View.of(one.path.read_bytes()))
        assert found == coff.Object(one.goarch, sample(), ours=True)
    again = write(dict.fromkeys(outputs(tmp_path, []), sample()))
    assert [one.sha256 for one in again] == [one.sha256 for one in written]
    write({Output(tmp_path / "x.res", ""): sample()})
    assert len(res.read(View.of((tmp_path / "x.res").read_bytes()))) == len(sample())


@pytest.mark.parametrize("content", [foreign("arm64"), b"", b"text"])
def test_somebody_elses_file_is_not_replaced(tmp_path, content):
    path = tmp_path / "rsrc_windows_arm64.syso"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="not made by crosswind") as caught:
        write(dict.fromkeys(outputs(tmp_path, []), sample()))
    assert (caught.value.code, caught.value.subject) == ("CW0710", str(path))
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_go_links_one_object_with_resources(tmp_path):
    (tmp_path / "rsrc.syso").write_bytes(foreign("amd64"))
    with pytest.raises(UsageError, match="Go links one such file only"):
        write(dict.fromkeys(outputs(tmp_path, ["amd64"]), sample()))
    write(dict.fromkeys(outputs(tmp_path, ["arm64"]), sample()))


def test_objects_without_resources_are_left_alone(tmp_path):
    (tmp_path / "code.syso").write_bytes(coff.write(ResourceTree(), "amd64")[:20] + bytes(40))
    (tmp_path / "other.syso").write_bytes(b"\x7fELF")
    write(dict.fromkeys(outputs(tmp_path, ["amd64"]), sample()))


def test_an_object_where_go_does_not_look_is_warned_of(tmp_path):
    places = outputs(tmp_path, ["amd64", "arm64"])
    written = write(dict.fromkeys(places, ResourceTree()))
    [finding] = findings(written)
    assert (finding.code, finding.subject) == ("CW0716", str(tmp_path))
    (tmp_path / "main.go").touch()
    assert not list(findings(written))
