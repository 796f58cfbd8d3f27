"""Ask the go command what packages there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crosswind.errors import CrosswindError, RemoteError, UsageError
from crosswind.system import process
from crosswind.toolchain import Toolchain

# Seconds for one go list: it may have to download every module that the packages import.
_TIMEOUT = 900


def packages(
    toolchain: Toolchain,
    directory: Path,
    env: Mapping[str, str],
    words: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """Run `go list -e -json` with more flags and patterns; yield one document per package.

    Raises:
        UsageError: CW0302, go.mod is broken; CW0303, the patterns or modules cannot be loaded.
        RemoteError: CW0304, a module could not be fetched.
    """
    command: list[str | Path] = [toolchain.go, "list", "-e", *words]
    done = process.run(command, cwd=directory, env=env, timeout=_TIMEOUT)
    if done.returncode != 0:
        raise failure(done.stderr.decode(errors="replace"), directory)
    decoder = json.JSONDecoder()
    text = done.stdout.decode(errors="replace")
    position = 0
    while (start := text.find("{", position)) >= 0:
        document, position = decoder.raw_decode(text, start)
        yield document


# What cmd/go says when a server, not the project, is to blame (modfetch/proxy.go, web/http.go).
_REMOTE = (
    "dial tcp", "i/o timeout", "connection refused", "connection reset", "TLS handshake",
    "no such host", "server misbehaving", "x509:", "502 Bad Gateway", "503 Service",
    "500 Internal", "504 Gateway", "unexpected EOF", "Client.Timeout", "429 Too Many",
)  # fmt: skip


def failure(stderr: str, directory: Path) -> CrosswindError:
    """Turn what the go command printed about modules into an error of ours."""
    lines = [line for line in stderr.splitlines() if not line.startswith("go: downloading ")]
    message = "\n".join(lines).strip().removeprefix("go: ") or "the go command failed"
    subject = str(directory)
    if "SECURITY ERROR" in message or "checksum mismatch" in message:
        return RemoteError(
            "CW0305", message, subject=subject, hint="do not build this: find out who is wrong"
        )
    if any(mark in message for mark in _REMOTE):
        return RemoteError(
            "CW0304", message, subject=subject, hint="check GOPROXY and the network, then run again"
        )
    if "errors parsing go." in message or re.search(r"go\.(mod|work):\d", message):
        return UsageError("CW0302", message, subject=subject, hint="mend the line that it names")
    return UsageError("CW0303", message, subject=subject, hint=mend(message))


# The command in which cmd/go's messages end, on a line of its own (modload: "to update it:",
# "To sync the vendor directory, run:", "You can add the module to the workspace using:").
_COMMAND = re.compile(r"^\t+(go (?:mod|work|get|env) .*\S)", re.MULTILINE)
# What cmd/go leaves to its reader, by the words it uses (base/goflags.go, cfg/cfg.go,
# modload/init.go, modload/search.go, cache/default.go).
_MENDS = (
    ("go list -", "GOFLAGS holds a flag of `go list`; go env -u GOFLAGS drops it all"),
    ("parsing $GOFLAGS", "take the word out of GOFLAGS; go env -u GOFLAGS drops it all"),
    ("from $GOFLAGS", "take the word out of GOFLAGS; go env -u GOFLAGS drops it all"),
    ("GOEXPERIMENT", "unset GOEXPERIMENT, or: go env -u GOEXPERIMENT"),
    ("listed in go.work file: open", "bring that folder, or: go work edit -dropuse=FOLDER"),
    ("does not contain modules listed in go.work", "name a module of the workspace with -C, or add this one: go work use ."),
    ("reading go.work", "unset GOWORK, or: go env -u GOWORK"),
    ("missing go.sum entry", "go mod tidy"),
    ("no required module provides", "go mod tidy, or go get PACKAGE"),
    ("permission denied", "make that place readable for this user, or name another one"),
    ("build cache is required", "set HOME or GOCACHE"),
    ("module cache not found", "set HOME, GOPATH or GOMODCACHE"),
)  # fmt: skip


def mend(message: str) -> str:
    """Find the mend for what the go command says of modules: its own command, or one we know."""
    commands = _COMMAND.findall(message)
    if commands:
        return str(commands[-1])
    known = (text for words, text in _MENDS if words in message)
    return next(known, "`crosswind doctor` looks at the settings and files behind it")
