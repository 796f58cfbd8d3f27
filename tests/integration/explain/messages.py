"""What the tests of real messages share: a Go, a module on disk, a command's whole output."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosswind import explain

# A name that only Debian's non-login shells set up must not change what is tested.
_DROPPED = ("GOFLAGS", "GOOS", "GOARCH", "GOWORK", "GO111MODULE", "CC", "GO_EXTLINK_ENABLED")


def write(directory: Path, files: Mapping[str, str]) -> Path:
    """Write files by their relative names."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def said(argv: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Everything a command prints."""
    clean = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    done = subprocess.run(
        argv,
        cwd=cwd,
        env={**clean, "LC_ALL": "C", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=250,
        check=False,
    )
    return done.stdout.decode(errors="replace")


def go_env(**extra: str) -> dict[str, str]:
    """Go as it comes, but for cgo: nobody's GOENV file, no toolchain switch, no network."""
    quiet = {"GOENV": "off", "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOSUMDB": "off"}
    return {**quiet, "CGO_ENABLED": "0", **extra}


def first(text: str) -> str:
    """The code that `explain` names first."""
    matches = explain.by_text(text)
    assert matches, text
    return matches[0].page.code


def plain(text: str) -> str:
    """A text in which all white space counts alike."""
    return re.sub(r"\s+", " ", text)
