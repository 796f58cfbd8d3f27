"""Build tags that a toolchain sets by itself: releases, experiments, levels of instruction sets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.system import process
from crosswind.target import Target
from crosswind.toolchain.model import Toolchain

# go help list: the function `context` returns the build context.
_TEMPLATE = "{{range context.ToolTags}}{{.}} {{end}}{{range context.ReleaseTags}}{{.}} {{end}}"
_SECONDS = 60.0
_MINOR = re.compile(r"1\.(\d+)")


def release(version: str) -> int:
    """Return N of a version 1.N of Go, such as `1.26.8`; 0 if it is none."""
    found = _MINOR.match(version)
    return int(found[1]) if found else 0


def of_targets(
    toolchain: Toolchain, env: Mapping[str, str], targets: Sequence[Target]
) -> dict[Target, frozenset[str]]:
    """Ask the go command, once for each target.

    Raises:
        MissingError: CW0414, it does not tell.
    """

    def ask(target: Target) -> frozenset[str]:
        words: list[str | Path] = [toolchain.go, "list", "-find", "-f", _TEMPLATE, "runtime"]
        here = {**env, **target.env, "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"}
        done = process.run(words, cwd=Path(toolchain.goroot), env=here, timeout=_SECONDS)
        if done.returncode:
            raise MissingError("CW0414", f"the go command tells no tags of {target}: {done.text}")
        return frozenset(done.stdout.decode().split())

    with process.workers(4, "tags") as pool:
        return dict(zip(targets, pool.map(ask, targets), strict=True))
