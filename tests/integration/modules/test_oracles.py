"""The go command about modules, packages and the files that name them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import gomod_oracle
import gomodules

_SUPPRESSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
RANDOM = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=_SUPPRESSED
)


@RANDOM
@given(gomod_oracle.files())
def test_random_go_mod_files(tmp_path: Path, data: bytes) -> None:
    assert not gomod_oracle.difference(tmp_path, data)


@RANDOM
@given(gomod_oracle.files())
def test_random_go_work_files(tmp_path: Path, data: bytes) -> None:
    assert not gomod_oracle.difference(tmp_path, data, "go.work")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that needs modules of others, in a copy that may be changed."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "go.mod").write_text("module real.test/app\n\ngo 1.24\n")
    (folder / "main.go").write_text(
        'package main\n\nimport (\n\t_ "filippo.io/age"\n\t_ "golang.org/x/sys/unix"\n)\n\nfunc main() {}\n'
    )
    env = {**os.environ, "GOFLAGS": "", "GOWORK": "off"}
    words = ["go", "get", "filippo.io/age@v1.3.2"]
    subprocess.run(words, cwd=folder, env=env, check=True, capture_output=True)
    subprocess.run(
        ["go", "list", "-m", "all"], cwd=folder, env=env, check=True, capture_output=True
    )
    return folder


@pytest.mark.network
def test_packages_of_a_real_program(real: Path) -> None:
    count, wrong = gomodules.package_differences(real, ["."])
    assert (count > 100, wrong) == (True, [])


@pytest.mark.network
def test_the_build_list_of_a_real_program(real: Path) -> None:
    count, wrong = gomodules.list_differences(real)
    assert (count > 5, wrong) == (True, [])


@pytest.mark.network
def test_the_vendor_folder_of_a_real_program(real: Path, tmp_path: Path) -> None:
    for name in ("go.mod", "go.sum", "main.go"):
        (tmp_path / name).write_bytes((real / name).read_bytes())
    assert gomodules.go(tmp_path, "mod", "vendor")[0] == 0
    count, wrong = gomodules.package_differences(tmp_path, ["."])
    assert (count > 100, wrong) == (True, [])
    count, wrong = gomodules.package_differences(tmp_path, ["."], {"GOFLAGS": "-mod=readonly"})
    assert (count > 100, wrong) == (True, [])
    text = (tmp_path / "vendor/modules.txt").read_text().replace("## explicit", "##", 1)
    (tmp_path / "vendor/modules.txt").write_text(text)
    assert gomodules.package_differences(tmp_path, ["."]) == (0, [])


def test_packages_of_the_standard_library() -> None:
    source = gomodules.goroot() / "src"
    for folder, pattern in ((source, "net/http"), (source / "cmd", "cmd/go")):
        count, wrong = gomodules.package_differences(folder, [pattern])
        assert (count > 50, wrong) == (True, [])
