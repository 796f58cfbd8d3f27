"""Run crosswind, go and git as users do, with nothing of this machine's settings in the way."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# The Go that every proof builds with; crosswind selects it by --go, plain go by GOTOOLCHAIN.
GO = "1.27.3"

# What would make a build differ from Go's defaults.
_SETTINGS = ("GOFLAGS", "GOOS", "GOARCH", "GOBIN", "CGO_ENABLED", "GITHUB_ACTIONS")


def environment(**more: str) -> dict[str, str]:
    """Return the environment for any command; no file of settings is read (GOENV), and no store."""
    env = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    return {**env, "GOENV": "off", "NO_COLOR": "1", "CROSSWIND_STORE_LIMIT": "0", **more}


def run(folder: Path, *argv: str | Path, **env: str) -> str:
    """Run a command in a folder and return what it printed; a failure ends the proof."""
    done = subprocess.run(
        argv, cwd=folder, env=environment(**env), stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, argv))}: exit status {done.returncode}")
    return done.stdout.decode()


def go(folder: Path, *words: str | Path, **env: str) -> str:
    """Run plain go."""
    return run(folder, "go", *words, GOTOOLCHAIN=f"go{GO}", **env)


def crosswind(folder: Path, *words: str, **env: str) -> dict[str, Any]:
    """Run crosswind and return its JSON document, whatever the exit status; progress is seen."""
    done = subprocess.run(
        [sys.executable, "-m", "crosswind", "--json", *words],
        cwd=folder,
        env=environment(**env),
        stdout=subprocess.PIPE,
        check=False,
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def source_tree(folder: Path, module: str) -> Path:
    """Copy `path@version` out of Go's module cache, under git as a release would be."""
    folder.mkdir(parents=True)
    source = json.loads(go(folder, "mod", "download", "-json", module))["Dir"]
    tree = folder / "tree"
    shutil.copytree(source, tree, copy_function=shutil.copyfile)
    for name, _, _ in os.walk(tree):
        Path(name).chmod(0o755)  # Go makes the folders of its cache read-only
    identity = ("-c", "user.name=prove", "-c", "user.email=prove@example.com")
    run(tree, "git", "init", "-q")
    run(tree, "git", "add", "-A")
    run(tree, "git", *identity, "commit", "-q", "-m", module)
    run(tree, "git", "tag", module.partition("@")[2])
    return tree


def sha256(path: Path) -> str:
    """Digest a file; empty if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def count(checks: Iterable[Mapping[str, str]]) -> str:
    """Sum verdicts up: `35 pass, 2 skip`."""
    counted = Counter(check["status"] for check in checks)
    return ", ".join(
        f"{counted[name]} {name}" for name in ("pass", "fail", "warn", "skip") if counted[name]
    )
