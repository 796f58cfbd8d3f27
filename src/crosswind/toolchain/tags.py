"""Build tags that a toolchain sets by itself: releases, experiments, levels of instruction sets."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.port import ARCHS
from crosswind.system import files, kept, process, stamps
from crosswind.target import Target
from crosswind.toolchain import goflags, refusal
from crosswind.toolchain.model import Toolchain
from crosswind.toolchain.settings import Settings

# go help list: the function `context` returns the build context. Without GOFLAGS its BuildTags are
# what GOFIPS140 sets (fips140/fips140.go, initVersion).
_TEMPLATE = "".join(
    f"{{{{range context.{name}}}}}{{{{.}}}} {{{{end}}}}"
    for name in ("ToolTags", "ReleaseTags", "BuildTags")
)
_SECONDS = 60.0
_MINOR = re.compile(r"1\.(\d+)")


# internal/buildcfg/cfg.go, ToolTags: experiments, and levels behind a GOARCH; what GOFIPS140 sets
# (cmd/go/internal/fips140).
_OF_TOOLCHAIN = re.compile(
    r"goexperiment\..*|boringcrypto|fips140.*|(386|amd64|arm|arm64|mips\w*|ppc64\w*|riscv64|wasm)\..*"
)


def is_of_toolchain(tag: str) -> bool:
    """Whether only the toolchain knows if a tag is set."""
    return _OF_TOOLCHAIN.fullmatch(tag) is not None


def release(version: str) -> int:
    """Return N of a version 1.N of Go, such as `1.26.8`; 0 if it is none."""
    found = _MINOR.match(version)
    return int(found[1]) if found else 0


def of_targets(
    toolchain: Toolchain, env: Mapping[str, str], targets: Sequence[Target]
) -> dict[Target, frozenset[str]]:
    """Ask the go command, once for each target.

    Raises:
        UsageError: CW0303, it refuses a setting.
        MissingError: CW0414, it does not tell.
    """
    refusal.check_flags(toolchain, env)

    def ask(target: Target) -> frozenset[str]:
        words: list[str | Path] = [toolchain.go, "list", "-find", "-f", _TEMPLATE, "runtime"]
        here = {**env, **target.env, "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"}
        done = process.run(words, cwd=Path(toolchain.goroot), env=here, timeout=_SECONDS)
        if done.returncode:
            if error := refusal.of(done.text):
                raise error
            raise MissingError("CW0414", f"the go command tells no tags of {target}: {done.text}")
        return frozenset(done.stdout.decode().split())

    with process.workers(4, "tags") as pool:
        return dict(zip(targets, pool.map(ask, targets), strict=True))


def remembered(
    toolchain: Toolchain, env: Mapping[str, str], targets: Sequence[Target]
) -> dict[Target, frozenset[str]]:
    """Return what `of_targets` does, and start the go command for new targets alone.

    Raises as `of_targets`.
    """
    path = files.cache_dir() / "tags" / f"{_identity(toolchain, env)}.json"
    known = _load(path)
    new = [target for target in targets if str(target) not in known]
    if new:
        asked = of_targets(toolchain, env, new)
        known |= {str(target): tags for target, tags in asked.items()}
        kept.keep(path, {target: sorted(tags) for target, tags in known.items()})
    return {target: known[str(target)] for target in targets}


def _identity(toolchain: Toolchain, env: Mapping[str, str]) -> str:
    """Digest everything that the tags depend on: the go command, and what it reads of the environment.

    internal/buildcfg: GOEXPERIMENT, GOFIPS140 and the architectures' variables. Of GOFLAGS, which it
    was found not to refuse, the names of flags.
    """
    settings = Settings.read(env, toolchain.goroot)
    names = {arch.variant.variable for arch in ARCHS.values() if arch.variant}
    names |= {"GOEXPERIMENT", "GOFIPS140"}
    words = [f"{name}={settings.get(name).value}" for name in sorted(names)]
    words += goflags.heads(settings)
    there = stamps.of(toolchain.go.stat())
    identity = [toolchain.version, str(toolchain.goroot), *there, *words]
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]


def _load(path: Path) -> dict[str, frozenset[str]]:
    """Read what is remembered."""
    document = kept.load(path) or {}
    return {target: frozenset(tags) for target, tags in document.items()}
