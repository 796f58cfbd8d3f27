"""The pinned Zig, as it comes from the package index."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from crosswind.system import files
from crosswind.toolchain import Zig, zig_environment
from integration.toolchain.conftest import CROSSWIND

pytestmark = pytest.mark.network


def test_it_runs_with_its_own_files_and_our_cache(zig: Zig, tmp_path: Path) -> None:
    env = zig_environment(os.environ | {"ZIG_LIB_DIR": str(tmp_path)})
    version = subprocess.run([zig.path, "version"], env=env, capture_output=True, check=True)
    assert version.stdout.decode().strip() == zig.version
    said = subprocess.run([zig.path, "env"], env=env, capture_output=True, text=True, check=True)
    places = dict(re.findall(r'\.(\w+_dir) = "([^"]*)"', said.stdout))
    assert Path(places["lib_dir"]).resolve() == (zig.root / "lib").resolve()
    assert Path(places["global_cache_dir"]).resolve() == (files.cache_dir() / "zig").resolve()


def test_it_compiles_for_another_platform(zig: Zig, tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("int answer(void) { return 42; }\n")
    subprocess.run(
        [zig.path, "cc", "-target", "aarch64-windows-gnu", "-c", "a.c", "-o", "a.o"],
        cwd=tmp_path,
        env=zig_environment(os.environ),
        check=True,
    )
    # COFF header: IMAGE_FILE_MACHINE_ARM64.
    assert (tmp_path / "a.o").read_bytes()[:2] == b"\x64\xaa"


def test_the_commands_know_it(zig: Zig) -> None:
    for command in ("list", "verify zig", "install zig"):
        done = subprocess.run(
            [*CROSSWIND, "toolchain", *command.split(), "--json", "--offline"],
            capture_output=True,
            check=True,
        )
        document = json.loads(done.stdout)
        found = next(one for one in document["toolchains"] if one["kind"] == "zig")
        assert (found["version"], found["root"]) == (zig.version, str(zig.root))
    assert [check["code"] for check in found.get("checks", ())] == []
