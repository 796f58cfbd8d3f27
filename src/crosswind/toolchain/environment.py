"""The environment in which a toolchain's go command runs."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from crosswind.toolchain.model import Toolchain
from crosswind.toolchain.settings import Settings


def environment(toolchain: Toolchain, base: Mapping[str, str]) -> dict[str, str]:
    """Make the environment for running this toolchain's own go command.

    It is the user's, so that the output is what plain `go build` gives under the same Go, but for
    two variables. `GOTOOLCHAIN=local` keeps the go command from handing over to another one; whether
    this one suits go.mod was decided by `resolve`. `GOROOT` is set only if the user has set it to
    another Go, which this go command would believe; by itself it finds its root by its own place.
    """
    env = {**base, "GOTOOLCHAIN": "local"}
    chosen = Settings.read(base).get("GOROOT").value
    if chosen and Path(chosen) != toolchain.goroot:
        env["GOROOT"] = str(toolchain.goroot)
    return env


def outside_modules() -> Path:
    """A directory for go commands that must not see the user's go.mod or go.work.

    The go command ignores a go.mod in the system's directory for temporary files itself
    (cmd/go/internal/modload/init.go, "system temp root"): it can only be there by mistake.
    """
    return Path(tempfile.gettempdir())
