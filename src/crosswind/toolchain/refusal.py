"""Settings that the go command refuses whatever it is asked to do, in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.system import process
from crosswind.toolchain.model import Toolchain
from crosswind.toolchain.settings import Settings

# base/goflags.go, InitGOFLAGS; cfg/cfg.go, ExperimentErr; internal/buildcfg and fips140/fips140.go.
_NAMES = ("GOFLAGS", "GOEXPERIMENT", "GOFIPS140")
_SECONDS = 60.0


def of(message: str) -> UsageError | None:
    """Return what the go command says as an error about a setting; None where it names none."""
    name = next((one for one in _NAMES if one in message), None)
    if name is None:
        return None
    hint = f"unset {name}, or: go env -u {name}"
    return UsageError("CW0303", message.removeprefix("go: "), subject=name, hint=hint)


def check_flags(toolchain: Toolchain, env: Mapping[str, str]) -> None:
    """Let the go command read GOFLAGS, if there is anything in it: only it knows all flags.

    Values of flags that `go version` does not have itself are not looked at.

    Raises:
        UsageError: CW0303, it refuses a word.
    """
    if not Settings.read(env, toolchain.goroot).get("GOFLAGS").value:
        return
    # Every command looks at every word, and this one does nothing else worth mentioning.
    words: list[str | Path] = [toolchain.go, "version"]
    done = process.run(words, cwd=Path(toolchain.goroot), env=env, timeout=_SECONDS)
    if done.returncode and (error := of(done.text)):
        raise error
