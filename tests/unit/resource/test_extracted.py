"""Resources out into a folder, and the folder as a source."""

from __future__ import annotations

import json

import pytest

from crosswind.errors import BuildError, UsageError
from crosswind.resource import extracted
from crosswind.resource.extracted import extract
from crosswind.resource.sources import Context, load
from crosswind.windows import coff
from images.resources import sample


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "rsrc.syso"
    path.write_bytes(coff.write(sample(), "arm64"))
    return path


def test_a_folder_gives_the_same_resources(source, tmp_path):
    (tmp_path / "out").mkdir()
    done = extract(source, tmp_path / "out")
    assert sorted(done.files) == sorted(path.name for path in done.folder.iterdir())
    assert load([done.folder], Context()) == sample()


def test_a_folder_that_holds_something_is_refused(source, tmp_path):
    with pytest.raises(UsageError) as caught:
        extract(source, tmp_path)
    assert caught.value.code == "CW0715"


def test_links_out_of_the_folder_are_refused(source, tmp_path):
    folder = extract(source, tmp_path / "out").folder
    (folder / "manifest_1.manifest").unlink()
    (folder / "manifest_1.manifest").symlink_to(source)
    with pytest.raises(BuildError, match="leads out of the folder"):
        load([folder], Context())


def test_a_file_named_again_and_again_does_not_fill_the_memory(source, tmp_path, monkeypatch):
    folder = extract(source, tmp_path / "out").folder
    index = json.loads((folder / "resources.json").read_text())
    (first,) = (entry for entry in index["resources"] if entry["type"] == "png")
    index["resources"] = [first | {"name": number} for number in range(10)]
    (folder / "resources.json").write_text(json.dumps(index))
    monkeypatch.setattr(extracted, "MAX_SOURCE", 1000)
    with pytest.raises(BuildError) as caught:
        load([folder], Context())
    assert caught.value.code == "CW0706"


def test_a_folder_without_an_index_is_none(tmp_path):
    with pytest.raises(UsageError) as caught:
        load([tmp_path], Context())
    assert (caught.value.code, caught.value.subject) == ("CW0705", str(tmp_path))
    assert "resource extract" in caught.value.hint
