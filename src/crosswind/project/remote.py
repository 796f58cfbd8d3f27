"""A program named as `module/path@version`, fetched by the go command into its module cache."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from crosswind.errors import BuildError, MissingError, UsageError
from crosswind.frozen import frozen
from crosswind.system import process
from crosswind.toolchain import Toolchain, goflags

# Seconds for one module.
_TIMEOUT = 600


@frozen
class Remote:
    """A module at a version, and which of its packages were asked for.

    Attributes:
        module: module path.
        version: the version it resolved to, such as `v1.3.2`.
        directory: its files in the module cache, read-only.
        pattern: the packages asked for, relative to the module: `./cmd/age`, `./cmd/...`.
    """

    module: str
    version: str
    directory: Path
    pattern: str


def is_remote(argument: str) -> bool:
    """Whether a build argument names a module at a version rather than a local package."""
    return "@" in argument and not argument.startswith((".", "/"))


def fetch(toolchain: Toolchain, env: Mapping[str, str], argument: str) -> Remote:
    """Find the module that provides a package at a version, and download it.

    As the go command does, every prefix of the path is tried at once and the longest that is a
    module wins (Go Modules Reference, "Resolving a package to a module").

    Raises:
        UsageError: CW0308, malformed, or no such module, version or package.
        RemoteError: CW0304 or CW0305, the download failed.
    """
    path, _, version = argument.partition("@")
    base = path.removesuffix("/...")
    if not base or not version or "..." in base:
        raise UsageError(
            "CW0308",
            f"{argument!r} is not module/path@version",
            hint="such as example.com/app/cmd/app@v1.2.3 or example.com/app/cmd/...@latest",
        )
    candidates = list(_prefixes(base))
    if "://" in argument or not candidates:
        raise UsageError(
            "CW0308",
            f"{argument!r}: a module path begins with a host name that has a dot",
            hint="leave out https://; such as example.com/app/cmd/app@v1.2.3",
        )
    with (
        tempfile.TemporaryDirectory() as nowhere,
        process.workers(len(candidates), "fetch") as pool,
    ):
        environment = outside_modules(env)
        answers = list(
            pool.map(
                lambda name: _download(toolchain, environment, Path(nowhere), name, version),
                candidates,
            )
        )
    for name, answer in zip(candidates, answers, strict=True):
        if "Dir" not in answer:
            continue
        directory = Path(answer["Dir"])
        inside = base[len(name) :].strip("/")
        if (directory / inside).is_dir():
            pattern = "./" + "/".join(filter(None, (inside, "..." if path != base else "")))
            return Remote(name, answer["Version"], directory, pattern)
    raise _not_found(argument, answers)


def outside_modules(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which no local module, workspace or vendor folder has a say."""
    return {**env, "GOWORK": "off", "GO111MODULE": "on", "GOFLAGS": _flags(env)}


def inside(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for listing packages of a fetched module.

    Its files are read-only: go may not want to mend go.mod, nor look for a vendor folder.
    """
    outside = outside_modules(env)
    return {**outside, "GOFLAGS": f"{outside['GOFLAGS']} -mod=mod"}


def _flags(env: Mapping[str, str]) -> str:
    """Return GOFLAGS, wherever they are set, less those about the user's own module."""
    words = goflags.effective(env)
    kept = [word for word in words if goflags.name(word) not in ("mod", "modfile", "overlay")]
    # Never empty: an empty variable counts as unset, and what `go env -w` wrote would count.
    return goflags.join(kept) or "-modcacherw=false"


def _prefixes(path: str) -> Iterator[str]:
    """Yield every possible module path, the longest first; a host name needs a dot."""
    parts = path.split("/")
    for length in range(len(parts), 0, -1):
        if "." in parts[0]:
            yield "/".join(parts[:length])


def _download(
    toolchain: Toolchain, env: Mapping[str, str], directory: Path, module: str, version: str
) -> dict[str, Any]:
    command: list[str | Path] = [toolchain.go, "mod", "download", "-json", f"{module}@{version}"]
    try:
        done = process.run(command, cwd=directory, env=env, timeout=_TIMEOUT)
    except BuildError as error:
        from crosswind.project import golist

        raise golist.too_slow(error, f"{module}@{version}") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout or b"{}")
    except ValueError:
        answer = {}
    if "Error" not in answer and "Dir" not in answer:
        answer["Error"] = done.text
    return answer


def _not_found(argument: str, answers: list[dict[str, Any]]) -> Exception:
    """Choose the answer that tells most: the one of the shortest path that is a module at all."""
    errors = [str(answer["Error"]) for answer in answers if "Error" in answer]
    if errors and all("GOPROXY=off" in error for error in errors):
        return MissingError(
            "CW0314",
            f"{argument} is not on this host, and nothing may be fetched",
            hint="leave out --offline (or unset GOPROXY=off)",
        )
    from crosswind.project import golist  # late: builds of a source tree know it not

    for error in errors:
        if golist.is_of_content(error):
            return golist.failure(error, Path(argument))
    if len(errors) < len(answers):
        return UsageError("CW0308", f"{argument}: the module has no such package")
    reasons = "\n".join(dict.fromkeys(errors[-2:]))
    translated = golist.failure(reasons, Path(argument))
    # A lookup of a path that is no module fails as a dead network does; a version answer decides.
    if translated.code == "CW0304" and not any("not available" in e or "404" in e for e in errors):
        return translated
    return UsageError(
        "CW0308",
        f"{argument}: no such module or version",
        hint=reasons.expandtabs(4),
    )
