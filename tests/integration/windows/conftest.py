"""The Go tools whose input crosswind reads, and whose output it is held against."""

from __future__ import annotations

import pytest

from crosswind.binary.view import View
from crosswind.resource import json_files
from crosswind.resource.sources import Context
from crosswind.system import process
from crosswind.windows import coff
from crosswind.windows.resource import ResourceTree


@pytest.fixture
def both(peer, tmp_path):
    """Gives one file to a tool and to crosswind; returns what each makes of it, and our warnings."""

    def run(
        name: str, text: str, **contents: bytes
    ) -> tuple[ResourceTree, ResourceTree, list[str]]:
        for file, data in contents.items():
            (tmp_path / file.replace("__", ".")).write_bytes(data)
        path = tmp_path / {"go-winres": "winres.json", "goversioninfo": "versioninfo.json"}[name]
        path.write_text(text)
        options = {
            "go-winres": ["make", "--in", path.name, "--arch", "amd64"],
            "goversioninfo": ["-64", "-o", "rsrc_windows_amd64.syso", path.name],
        }
        done = process.run([peer(name), *options[name]], cwd=tmp_path)
        assert done.returncode == 0, done.text
        theirs = coff.read(View.of((tmp_path / "rsrc_windows_amd64.syso").read_bytes())).resources
        warnings = []
        ours = json_files.read(path, Context(warn=lambda finding: warnings.append(finding.code)))
        return theirs, ours, warnings

    return run
