"""The promise of byte identity, on a real public module: filippo.io/age v1.3.2."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import CommandLine, clean_environment

MODULE = "filippo.io/age@v1.3.2"
# age's go.mod names a toolchain; this is the Go that both sides use.
GO = "1.27.3"
TARGETS = ("windows/amd64", "linux/arm64")
PROGRAMS = ("age", "age-keygen")

pytestmark = pytest.mark.network


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def go(folder: Path, *words: str, **env: str) -> str:
    """Run plain go, of the same version, with nothing of ours in the way."""
    done = subprocess.run(
        ["go", *words],
        cwd=folder,
        env={**clean_environment(), "GOTOOLCHAIN": f"go{GO}", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def finished(dist: Path, program: str, target: str) -> Path:
    goos, goarch = target.split("/")
    suffix = ".exe" if goos == "windows" else ""
    return dist / f"{program}_{goos}_{goarch}" / f"{program}{suffix}"


@pytest.fixture(scope="module")
def age(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """age's source tree, under git, with a tag, so that Go stamps it."""
    cache = tmp_path_factory.mktemp("lookup")
    listed = go(cache, "mod", "download", "-json", MODULE)
    source = Path(listed.split('"Dir": "')[1].split('"')[0])
    tree = tmp_path_factory.mktemp("age tree") / "age"
    shutil.copytree(source, tree, copy_function=shutil.copyfile)
    for folder, _, _ in os.walk(tree):
        Path(folder).chmod(0o755)
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        (*identity, "commit", "-q", "-m", "import"),
        ("tag", "v1.3.2"),
    ):
        subprocess.run(["git", *words], cwd=tree, check=True, capture_output=True)
    return tree


def test_a_source_tree_gives_the_bytes_of_go_build(
    age: Path, crosswind: CommandLine, tmp_path: Path
) -> None:
    ran = crosswind(
        age, "build", "./cmd/age", "./cmd/age-keygen", "-t", ",".join(TARGETS), "--go", GO, "--json"
    )
    assert ran.code == 0, ran.err + ran.out
    assert ran.document["ok"] is True
    by_name = {(a["program"], a["target"]): a for a in ran.document["artifacts"]}
    for target in TARGETS:
        goos, goarch = target.split("/")
        for program in PROGRAMS:
            plain = tmp_path / f"{program}-{goos}"
            selected = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"}
            go(age, "build", "-trimpath", "-o", str(plain), f"./cmd/{program}", **selected)
            made = finished(age / "dist", program, target)
            assert digest(made) == digest(plain)
            entry = by_name[program, target]
            assert entry["sha256"] == digest(made)
            assert entry["size"] == made.stat().st_size
            assert {check["status"] for check in entry["checks"]} <= {"pass"}


def test_a_version_gives_the_bytes_of_go_install(crosswind: CommandLine, tmp_path: Path) -> None:
    store = {"CROSSWIND_CACHE": str(tmp_path / "cache"), "CROSSWIND_STORE_LIMIT": ""}
    words = ("build", "filippo.io/age/cmd/age@v1.3.2", "-t", ",".join(TARGETS), "--go", GO)
    ran = crosswind(tmp_path, *words, env=store)
    assert ran.code == 0, ran.err
    cache = go(tmp_path, "env", "GOMODCACHE").strip()
    for target in TARGETS:
        goos, goarch = target.split("/")
        home = tmp_path / f"gopath-{goos}"
        selected = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"}
        private = {"GOPATH": str(home), "GOMODCACHE": cache}
        install = ("install", "-trimpath", "filippo.io/age/cmd/age@v1.3.2")
        go(tmp_path, *install, **selected, **private)
        (plain,) = [path for path in (home / "bin").rglob("age*") if path.is_file()]
        assert digest(finished(tmp_path / "dist", "age", target)) == digest(plain)
    # A version never changes: elsewhere the same comes from the store.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    again = crosswind(elsewhere, *words, "--json", env=store)
    assert {one["outcome"] for one in again.document["artifacts"]} == {"restored"}
    for target in TARGETS:
        made = [finished(folder / "dist", "age", target) for folder in (tmp_path, elsewhere)]
        assert digest(made[0]) == digest(made[1])


def test_dry_run_pasted_into_a_shell_gives_the_same_bytes(
    age: Path, crosswind: CommandLine, tmp_path: Path
) -> None:
    words = ("build", "./cmd/age", "-t", ",".join(TARGETS), "--go", GO)
    assert crosswind(age, *words, "--clean").code == 0
    # A fresh clone has no dist yet, and git does not ignore one: what is pasted must see to that.
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(age), str(clone)], check=True)
    printed = crosswind(clone, *words, "--dry-run")
    assert printed.code == 0
    env = clean_environment()
    subprocess.run(["sh", "-e", "-c", printed.out], cwd=clone, env=env, check=True)
    for target in TARGETS:
        made = finished(clone / "dist", "age", target)
        assert digest(made) == digest(finished(age / "dist", "age", target)), target


def test_dry_run_writes_nothing(crosswind: CommandLine, hello: Path) -> None:
    before = sorted(path.name for path in hello.rglob("*"))
    assert crosswind(hello, "build", "-t", "all", "--dry-run").code == 0
    assert sorted(path.name for path in hello.rglob("*")) == before
