"""Go toolchains for these tests, each fetched once in a session."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosswind.system import files
from crosswind.toolchain import Request, Toolchain, module, system
from integration.toolchain.registry import Registry

CROSSWIND = [sys.executable, "-m", "crosswind"]


def clean_env(**changes: str) -> dict[str, str]:
    """Our environment without Go's settings, theirs and the user's; see `go help environment`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GO")}
    return {**kept, "GOENV": "off", "GOTOOLCHAIN": "auto", **changes}


def without_go(**changes: str) -> dict[str, str]:
    """An environment whose PATH leads to no Go."""
    env = clean_env(**changes)
    places = env["PATH"].split(os.pathsep)
    env["PATH"] = os.pathsep.join(p for p in places if not shutil.which("go", path=p))
    assert system.find(env) is None
    return env


@pytest.fixture(scope="session")
def local() -> Toolchain:
    """The Go on PATH."""
    found = system.find(clean_env())
    assert found is not None
    return found


@pytest.fixture(scope="session")
def other_version(local: Toolchain) -> str:
    """A release that is not the local one."""
    return "1.27.3" if local.version != "1.27.3" else "1.26.8"


@pytest.fixture(scope="session")
def module_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty GOMODCACHE that Go may fill, and that can be removed after it."""
    place = tmp_path_factory.mktemp("modules")
    yield place
    files.remove_tree(place)


@pytest.fixture(scope="session")
def fetched(local: Toolchain, other_version: str, module_cache: Path) -> Toolchain:
    """Another version, through Go's own client."""
    env = clean_env(GOMODCACHE=str(module_cache))
    return module.fetch(f"go{other_version}", local, Request(env=env))


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A Go proxy and Python index on the loopback interface."""
    with Registry() as running:
        yield running
