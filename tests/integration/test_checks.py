"""The scripts of `make check` find what they are there for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT


def check(checkout: Path, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, checkout / "scripts" / name], capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small repository with the scripts in it."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def add(checkout: Path, name: str, text: str) -> None:
    file = checkout / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    subprocess.run(["git", "add", name], cwd=checkout, check=True)


@pytest.mark.parametrize(
    "text",
    # With a ~ in them, so that this file is clean itself.
    [
        "GOPROXY=https://proxy~.golang.org",
        "see pypi~.org/simple",
        "open(/root~/secret)",
        "cd /work~/main",
    ],
)
def test_clean_finds(checkout: Path, text: str) -> None:
    add(checkout, "notes.txt", f"first line\n{text.replace('~', '')}\n")
    done = check(checkout, "check_clean.py")
    assert done.returncode == 1
    assert done.stdout.startswith("notes.txt:2: ")


def test_clean_passes_what_only_looks_like_it(checkout: Path) -> None:
    add(checkout, "a.txt", "golang.org/x/tools, example.com/root/main, net/work/x, happypi.org\n")
    done = check(checkout, "check_clean.py")
    assert done.returncode == 0, done.stdout


def test_locks_find_a_changed_range_and_a_missing_hash(checkout: Path) -> None:
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (checkout / "pyproject.toml").write_text(project.replace('"click>=8.1"', '"click>=9"'))
    lock = (checkout / "requirements/base.txt").read_text("utf-8")
    spoilt = re.sub(r"^(rich==[\d.]+)( \\\n +--hash=\S+)+", r"\1", lock, flags=re.MULTILINE)
    spoilt = spoilt.replace("psutil==", "psutil==9")
    (checkout / "requirements/base.txt").write_text(spoilt)
    done = check(checkout, "check_locks.py")
    assert done.returncode == 1
    for said in (
        "base.in and pyproject.toml disagree on click>=9",
        "base.txt: psutil differs from dev.txt",
        "wants hashes and nothing else",
    ):
        assert said in done.stdout


def test_docs_find_dead_links_wrong_examples_and_missing_pages(checkout: Path) -> None:
    shutil.copy(ROOT / "Makefile", checkout)
    add(checkout, "README.md", "[gone](docs/gone.md) and [far](https://example.com)\n")
    add(checkout, "docs/configuration.md", "`targets` and no other key\n")
    add(checkout, "docs/a.md", "# One two\n[up](#one-two) [no](#three)\n")
    add(
        checkout,
        "docs/b.md",
        "```sh\nmake dmeo\ncrosswind explian x\ncrosswind explain --fsat\n```\n",
    )
    add(checkout, "src/crosswind/x.py", 'raise UsageError("CW0999", "x")\n')
    add(checkout, "src/crosswind/explain/pages/CW0998.md", "title: x\n")
    done = check(checkout, "check_docs.py")
    assert done.returncode == 1
    assert set(done.stdout.splitlines()) >= {
        "README.md: link to docs/gone.md",
        "docs/a.md: no heading for #three",
        "docs/b.md: make dmeo: no target dmeo",
        "docs/b.md: crosswind explian x: no command 'explian'",
        "docs/b.md: crosswind explain --fsat: no option --fsat",
        "docs/commands/build.md is missing",
        "docs/configuration.md does not mention `ldflags`",
        "CW0999 has no page in src/crosswind/explain/pages",
        "CW0998 has a page and nothing uses it",
    }
