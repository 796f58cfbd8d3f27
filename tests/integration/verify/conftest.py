"""Real Go programs, built once per session, each with all that was asked of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from conftest import ROOT
from crosswind.binary.view import View
from crosswind.split import split_path
from crosswind.target import Target
from crosswind.verify import Expectation
from crosswind.windows import icon, manifest, version
from crosswind.windows.patch import patch
from crosswind.windows.resource import Resource, ResourceType, describe, tree
from signing import apple, authority, missing, server

# Why the program with an Authenticode signature cannot be made; empty if it can.
SIGNERS = missing("osslsigncode", "openssl")
VALUE = "v1.2.3-seed"
SEARCH_PATH = "$ORIGIN/lib"
PROGRAM = """\
package main

import "fmt"

var version = "unset"

func main() { fmt.Println("hello", version) }
"""
# Older than any Go in use: the default settings of GODEBUG are then recorded.
GO_MOD = "module example.com/seed\n\ngo 1.23\n"


@dataclass(frozen=True)
class Seed:
    """A program, the expectation that it fulfils in every point, its debug file if it has one."""

    path: Path
    expected: Expectation
    debug: Path | None = None


@dataclass(frozen=True)
class _Source:
    directory: Path
    out: Path
    revision: str
    go_version: str

    def build(self, name: str, goos: str, goarch: str, *flags: str, link: str = "") -> Seed:
        """Build with everything that can be asked for."""
        path = self.out / (f"{name}.exe" if goos == "windows" else name)
        strip = "-s" in link
        _run(
            *("go", "build", "-trimpath", "-buildvcs=true", "-tags=seed", *flags),
            *(f"-ldflags={link} -X main.version={VALUE}", "-o", str(path), "."),
            directory=self.directory,
            env={"GOOS": goos, "GOARCH": goarch},
        )
        expected = Expectation(
            target=Target(goos, goarch),
            cgo=False,
            tags=("seed",),
            trimpath=True,
            gui=False if goos == "windows" else None,
            go_version=self.go_version,
            program="example.com/seed",
            module="example.com/seed",
            vcs_modified=False,
            vcs_revision=self.revision,
            strip_symbols=strip,
            strip_dwarf=strip,
            variables=(("main.version", VALUE),),
            pgo=False,
            file_name=path.name,
            traces=(("build directory", str(self.directory)), ("home directory", "/home/bob")),
        )
        return Seed(path, expected)


def _run(*command: str, directory: Path, env: dict[str, str] | None = None) -> str:
    """Run a tool without the settings of whoever runs the tests."""
    clean = {
        "GOENV": "off",
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    done = subprocess.run(
        command,
        cwd=directory,
        env=os.environ | clean | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> _Source:
    directory = tmp_path_factory.mktemp("source")
    (directory / "main.go").write_text(PROGRAM)
    (directory / "go.mod").write_text(GO_MOD)
    _run("git", "init", "-q", directory=directory)
    _run("git", "add", ".", directory=directory)
    author = ("-c", "user.name=Seed", "-c", "user.email=seed@example.com")
    _run("git", *author, "commit", "-qm", "seed", directory=directory)
    revision = _run("git", "rev-parse", "HEAD", directory=directory)
    version = _run("go", "env", "GOVERSION", directory=directory)
    return _Source(directory, tmp_path_factory.mktemp("out"), revision, version)


@pytest.fixture(scope="session")
def seeds(source: _Source, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seed]:
    """Build all seeds, the one from a changed tree last."""
    built = {
        "linux": source.build("linux", "linux", "amd64"),
        "stripped": source.build("stripped", "linux", "amd64", link="-s -w"),
        "pie": _with_search_path(source),
        "windows": source.build("windows", "windows", "amd64"),
        "darwin": source.build("darwin", "darwin", "amd64"),
        "signed": source.build("signed", "darwin", "arm64"),
    }
    built["split"] = _split(built["linux"], tmp_path_factory.mktemp("split"))
    if not SIGNERS:
        folder = tmp_path_factory.mktemp("signed")
        built["authenticode"] = _signed_for_windows(built["windows"], folder)
    built["resources"] = _with_resources(built["windows"], tmp_path_factory.mktemp("resources"))
    built["developer"] = _signed_for_macos(built["signed"], tmp_path_factory.mktemp("developer"))
    (source.directory / "left-behind").touch()
    dirty = source.build("dirty", "linux", "amd64")
    built["dirty"] = Seed(dirty.path, replace(dirty.expected, vcs_modified=True))
    return built


def _split(seed: Seed, folder: Path) -> Seed:
    """The program without its debug data, and the file that holds them."""
    made = split_path(seed.path, output=folder)
    ((debug, _),) = made.debug
    # Without symbols no variable can be found.
    asked = {"strip_symbols": True, "strip_dwarf": True, "debug_file": True, "variables": ()}
    return Seed(made.path, replace(seed.expected, **asked), debug)


def _with_search_path(source: _Source) -> Seed:
    """A position-independent program, the only sort for which Go's linker writes a RUNPATH."""
    seed = source.build("pie", "linux", "amd64", "-buildmode=pie", link=f"-r={SEARCH_PATH}")
    return Seed(seed.path, replace(seed.expected, buildmode="pie", glibc="2.17"))


def _with_resources(seed: Seed, folder: Path) -> Seed:
    """Put in what most programs have, and a little more."""
    resources = tree(
        [
            *icon.from_ico((ROOT / "examples/greet/winres/icon.ico").read_bytes()),
            version.resource(version.from_settings("1.2.3", {"ProductName": "Seed"})),
            manifest.resource(manifest.write()),
            Resource(ResourceType.RCDATA, 1, 0, b"raw data"),
        ]
    )
    path = folder / seed.path.name
    path.write_bytes(patch(View.of(seed.path.read_bytes()), resources))
    digests = [(describe(one), hashlib.sha256(one.data).hexdigest()) for one in resources]
    return Seed(path, replace(seed.expected, resources=tuple(digests)))


def _signed_for_windows(seed: Seed, folder: Path) -> Seed:
    """Sign by osslsigncode, with a timestamp."""
    root = authority.issue("Root", authority.ec_key(), authority=True)
    signer = authority.issue("Signer", authority.rsa_key(), root, purposes=(authority.CODE,))
    clock = authority.issue("Clock", authority.rsa_key(), root, purposes=(authority.STAMPS,))
    certificate, key = signer.write(folder, "signer")
    path = folder / seed.path.name
    with server.running(folder, clock) as url:
        words = ["osslsigncode", "sign", "-h", "sha256", "-ts", url]
        words += ["-certs", str(certificate), "-key", str(key)]
        _run(*words, "-in", str(seed.path), "-out", str(path), directory=folder)
    return Seed(path, replace(seed.expected, signed=True, trusted=(root.der,)))


def _signed_for_macos(seed: Seed, folder: Path) -> Seed:
    """Sign with a certificate, as codesign on a Mac would; the signature's maker is a test's."""
    root = authority.issue("Root", authority.ec_key(), authority=True)
    signer = authority.issue("Developer", authority.rsa_key(), root, purposes=(authority.CODE,))
    path = folder / seed.path.name
    path.write_bytes(apple.sign(seed.path.read_bytes(), signer))
    return Seed(path, replace(seed.expected, signed=True, trusted=(root.der,)))
