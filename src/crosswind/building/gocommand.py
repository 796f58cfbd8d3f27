"""The words of a go command: how settings become flags and environment."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from crosswind.config.settings import Cgo, Settings
from crosswind.errors import UsageError
from crosswind.target import Target

# Build modes whose result is one executable per main package (go help buildmode).
EXECUTABLE_MODES = frozenset({"", "default", "exe", "pie"})


def flags(settings: Settings, target: Target) -> tuple[str, ...]:
    """Return the build flags for a target, in a fixed order.

    Raises:
        UsageError: CW0309, a value that `-ldflags` cannot carry.
    """
    words: list[str] = []
    if settings.buildmode:
        words.append(f"-buildmode={settings.buildmode}")
    if settings.trimpath:
        words.append("-trimpath")
    if settings.buildvcs:
        words.append(f"-buildvcs={settings.buildvcs}")
    if settings.mod:
        words.append(f"-mod={settings.mod}")
    if settings.pgo:
        words.append(f"-pgo={settings.pgo}")
    if settings.tags:
        words.append(f"-tags={','.join(settings.tags)}")
    words += [f"-gcflags={value}" for value in settings.gcflags]
    words += [f"-asmflags={value}" for value in settings.asmflags]
    if linker := ldflags(settings, target):
        words.append(f"-ldflags={linker}")
    return (*words, *settings.flags)


def ldflags(settings: Settings, target: Target) -> str:
    """Return the linker's flags: the user's, then the injected variables, then the subsystem."""
    parts = list(settings.ldflags)
    parts += [f"-X {quote(f'{name}={value}')}" for name, value in settings.variables]
    if settings.gui and target.goos == "windows":
        parts.append("-H=windowsgui")
    return " ".join(parts)


def quote(word: str) -> str:
    """Quote one word of `-ldflags` (cmd/internal/quoted, Split: quotes do not nest, no escapes).

    Raises:
        UsageError: CW0309, it holds both kinds of quotes.
    """
    if word and not any(mark.isspace() or mark in "'\"" for mark in word):
        return word
    for mark in "'\"":
        if mark not in word:
            return f"{mark}{word}{mark}"
    raise UsageError(
        "CW0309",
        f"a linker flag cannot hold both ' and \": {word}",
        hint="leave one kind of quotes out of the value",
    )


def environment(settings: Settings, target: Target, cgo: bool) -> dict[str, str]:
    """Return the variables that select target and cgo, with the user's `env` laid over them."""
    return {**target.env, "CGO_ENABLED": "1" if cgo else "0", **dict(settings.env)}


def wants_cgo(settings: Settings, target: Target, host: Target, used: bool) -> bool:
    """Decide `cgo: auto`: on where the code uses C and this host's own compiler can serve."""
    if settings.cgo is Cgo.AUTO:
        return used and (target.goos, target.goarch) == (host.goos, host.goarch)
    return settings.cgo is Cgo.ON


def shell(argv: Iterable[str], env: Mapping[str, str]) -> str:
    """Write a command so that a POSIX shell runs just that."""
    assignments = [f"{name}={shlex.quote(value)}" for name, value in sorted(env.items())]
    command = shlex.join(argv)
    return f"env {' '.join(assignments)} {command}" if assignments else command
