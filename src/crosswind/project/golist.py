"""Ask the go command what packages there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from crosswind.errors import BuildError, CrosswindError, MissingError, RemoteError, UsageError
from crosswind.project import gorun
from crosswind.project.gorun import OnFetch, silent
from crosswind.toolchain import Toolchain

# Seconds for one go list: it may have to download every module that the packages import.
_TIMEOUT = 900


def packages(
    toolchain: Toolchain,
    directory: Path,
    env: Mapping[str, str],
    words: Sequence[str],
    on_fetch: OnFetch = silent,
) -> Iterator[dict[str, Any]]:
    """Run `go list -e -json` with more flags and patterns; yield one document per package.

    Raises:
        UsageError: CW0302, go.mod is broken; CW0303, the patterns or modules cannot be loaded.
        RemoteError: CW0304 or CW0305, a module could not be fetched, or is not what it must be.
        MissingError: CW0314, a module is not here and may not be fetched.
    """
    command: list[str | Path] = [toolchain.go, "list", "-e", *words]
    try:
        done = gorun.run(command, cwd=directory, env=env, timeout=_TIMEOUT, on_fetch=on_fetch)
    except BuildError as error:
        raise too_slow(error, str(directory)) from None
    if done.returncode != 0:
        raise failure(done.stderr.decode(errors="replace"), directory)
    decoder = json.JSONDecoder()
    text = done.stdout.decode(errors="replace")
    position = 0
    while (start := text.find("{", position)) >= 0:
        document, position = decoder.raw_decode(text, start)
        yield document


# archive/zip, ErrFormat: what came is no module, or only a part of one.
_DAMAGED = "zip: not a valid zip file"
# What cmd/go says when a server, not the project, is to blame (modfetch/proxy.go, web/http.go).
_REMOTE = (
    "dial tcp", "i/o timeout", "connection refused", "connection reset", "TLS handshake",
    "no such host", "server misbehaving", "x509:", "502 Bad Gateway", "503 Service",
    "500 Internal", "504 Gateway", "unexpected EOF", "Client.Timeout", "429 Too Many",
    "401 Unauthorized", "403 Forbidden", "407 Proxy",
)  # fmt: skip


def too_slow(error: BuildError, subject: str) -> CrosswindError:
    """Blame the network for a go command that reads packages or modules and does not end."""
    if error.code != "CW0502":
        return error
    hint = "check GOPROXY and the network, then run again"
    return RemoteError("CW0304", error.message, subject=subject, hint=hint)


class OuterCause(NamedTuple):
    """What outside of the project made a go command fail: a code and its mend."""

    code: str
    hint: str


def outer_cause(message: str) -> OuterCause | None:
    """Tell whether a registry, or a ban to ask one, is to blame for what is said of modules."""
    if "SECURITY ERROR" in message or "checksum mismatch" in message:
        return OuterCause("CW0305", "do not build this: find out who is wrong")
    if "module lookup disabled by GOPROXY=off" in message:
        return OuterCause("CW0314", "leave out --offline (or unset GOPROXY=off)")
    if _DAMAGED in message:
        return OuterCause(
            "CW0304", "the registry sent a damaged file: run again, or ask who runs it"
        )
    if any(mark in message for mark in _REMOTE):
        return OuterCause("CW0304", "check GOPROXY and the network, then run again")
    return None


def is_of_content(message: str) -> bool:
    """Whether a registry had what was asked for, and sent something else."""
    cause = outer_cause(message)
    return bool(cause and cause.code == "CW0305") or _DAMAGED in message


def failure(stderr: str, directory: Path) -> CrosswindError:
    """Turn what the go command printed about modules into an error of ours."""
    lines = [line for line in stderr.splitlines() if not line.startswith("go: downloading ")]
    message = "\n".join(lines).strip().removeprefix("go: ") or "the go command failed"
    subject = str(directory)
    if outer := outer_cause(message):
        kind: type[CrosswindError] = MissingError if outer.code == "CW0314" else RemoteError
        return kind(outer.code, message, subject=subject, hint=outer.hint)
    if "errors parsing go." in message or re.search(r"go\.(mod|work):\d", message):
        return UsageError("CW0302", message, subject=subject, hint="mend the line that it names")
    return UsageError("CW0303", message, subject=subject, hint=mend(message))


# The command in which cmd/go's messages end, on a line of its own (modload: "to update it:",
# "To sync the vendor directory, run:", "You can add the module to the workspace using:").
_COMMAND = r"^\t+(go (?:mod|work|get|env) .*\S)"
# What cmd/go leaves to its reader, by the words it uses (base/goflags.go, cfg/cfg.go,
# modload/init.go, modload/search.go, cache/default.go).
_MENDS = (
    ("go list -", "GOFLAGS holds a flag of `go list`; go env -u GOFLAGS drops it all"),
    ("parsing $GOFLAGS", "take the word out of GOFLAGS; go env -u GOFLAGS drops it all"),
    ("from $GOFLAGS", "take the word out of GOFLAGS; go env -u GOFLAGS drops it all"),
    ("GOEXPERIMENT", "unset GOEXPERIMENT, or: go env -u GOEXPERIMENT"),
    ("listed in go.work file: open", "bring that folder, or: go work edit -dropuse=FOLDER"),
    ("does not contain modules listed in go.work", "name a module of the workspace with -C, or add this one: go work use ."),
    ("malformed module path", "give the module in go.mod a path of ASCII letters, digits and -._~/"),
    ("reading go.work", "unset GOWORK, or: go env -u GOWORK"),
    ("missing go.sum entry", "go mod tidy"),
    ("no required module provides", "go mod tidy, or go get PACKAGE"),
    ("permission denied", "make that place readable for this user, or name another one"),
    ("GOCACHE=off", "give GOCACHE a folder by its whole path, or: go env -u GOCACHE"),
    ("GOCACHE is not an absolute", "give GOCACHE a folder by its whole path, or: go env -u GOCACHE"),
    ("build cache is required", "set HOME or GOCACHE"),
    ("module cache not found", "set HOME, GOPATH or GOMODCACHE"),
)  # fmt: skip


def mend(message: str) -> str:
    """Find the mend for what the go command says of modules: its own command, or one we know."""
    return known_mend(message) or "`crosswind doctor` looks at the settings and files behind it"


def known_mend(message: str) -> str:
    """As `mend`; empty where there is none."""
    commands = re.findall(_COMMAND, message, re.MULTILINE)
    if commands:
        return str(commands[-1])
    return next((text for words, text in _MENDS if words in message), "")
