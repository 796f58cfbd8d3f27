"""Windows programs without their debug data, as Wine's loader takes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crosswind.binary.view import View
from crosswind.split import split_file, strip_file
from crosswind.windows.patch import patch
from crosswind.windows.resource import Resource, ResourceType, tree
from wine import Wine

RESOURCES = tree([Resource(ResourceType.RCDATA, "DATA", 0, b"raw")])


def put(folder: Path, data: bytes) -> Path:
    path = folder / "probe.exe"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("order", ["split", "strip", "patch, split", "split, patch"])
def test_it_runs_and_resources_are_found(
    order: str, wine: Wine, probe: Path, tmp_path: Path
) -> None:
    data = probe.read_bytes()
    for step in order.split(", "):
        if step == "patch":
            data = patch(View.of(data), RESOURCES)
        elif step == "strip":
            data = strip_file(data, probe.name).shipped
        else:
            data = split_file(data, probe.name).shipped
    assert len(data) < 0.75 * probe.stat().st_size
    found = json.loads(wine.run(put(tmp_path, data), "7", "40", "FileDescription"))["resources"]
    names = [one["Name"] for one in found or ()]
    assert names == (["DATA"] if "patch" in order else [])
