"""Programs to sign, and identities to sign with; both made once."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from signing import authority, server
from signing.authority import CODE, STAMPS, WEB, Identity

MAIN = 'package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString("signed\\n") }\n'


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build small programs."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "main.go").write_text(MAIN)
    (folder / "go.mod").write_text("module example.com/signed\n\ngo 1.23\n")
    built = {}
    for target in ("windows/amd64", "windows/386", "darwin/arm64", "darwin/amd64"):
        goos, _, goarch = target.partition("/")
        path = folder / target.replace("/", "_") / ("app.exe" if goos == "windows" else "app")
        clean = {"GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
        subprocess.run(
            ["go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "."],
            cwd=folder,
            env=os.environ | clean | {"GOOS": goos, "GOARCH": goarch},
            check=True,
        )
        built[target] = path
    return built


@dataclass(frozen=True)
class Keys:
    """Files of one identity."""

    identity: Identity
    certificate: Path
    key: Path


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    made = authority.issue("Root", authority.rsa_key(), authority=True)
    return Keys(made, *made.write(tmp_path_factory.mktemp("root"), "root"))


@pytest.fixture(scope="session")
def keys(root: Keys, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Keys]:
    """Write keys and certificates; `locked` has the password `secret word`."""
    folder = tmp_path_factory.mktemp("keys")
    key = authority.rsa_key(3072)
    made = {
        "rsa": authority.issue("RSA 3072", key, root.identity, purposes=(CODE,)),
        "ec": authority.issue("P-256", authority.ec_key(), root.identity, purposes=(CODE,)),
        "locked": authority.issue("Locked", key, root.identity, purposes=(CODE,)),
        "old": authority.issue("Old", key, root.identity, purposes=(CODE,), days=(-9, -3)),
        "web": authority.issue("Web", key, root.identity, purposes=(WEB,)),
    }
    return {
        name: Keys(one, *one.write(folder, name, "secret word" if name == "locked" else ""))
        for name, one in made.items()
    }


@pytest.fixture(scope="session")
def clock(root: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the URL of a timestamp server."""
    made = authority.issue("Clock", authority.rsa_key(), root.identity, purposes=(STAMPS,))
    with server.running(tmp_path_factory.mktemp("clock"), made) as url:
        yield url


@pytest.fixture
def exe(programs: dict[str, Path], tmp_path: Path) -> Path:
    """Copy the program for windows/amd64 to where it may be changed."""
    return Path(shutil.copy(programs["windows/amd64"], tmp_path / "app.exe"))
