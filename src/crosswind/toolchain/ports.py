"""The ports of a toolchain: every GOOS/GOARCH pair that it builds for, broken ones included."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.port import Port
from crosswind.system import process
from crosswind.toolchain.bundled import PORTS
from crosswind.toolchain.environment import environment, outside_modules
from crosswind.toolchain.model import Toolchain

# Seconds for `go tool dist list`; an old Go has to build the tool first.
_LIMIT = 120.0
# internal/platform/zosarch.go, which cmd/dist writes: List has each pair once, distInfo says more.
_SOURCE = Path("src", "internal", "platform", "zosarch.go")
_PAIR = re.compile(r'^\t\{"(\w+)", "(\w+)"\}(?:: *\{([\w:, ]*)\})?,$', re.MULTILINE)


def ports(toolchain: Toolchain | None) -> tuple[Port, ...]:
    """List a toolchain's ports, ordered by name.

    They are read from its own source file internal/platform/zosarch.go, because that takes a
    thousandth of a second and no process. Where a distribution leaves sources out, or a Go is older
    than that file, `go tool dist list` is asked. Where there is no Go yet, it is the table of Go
    1.27.3 that comes with crosswind.

    Raises:
        MissingError: CW0414, neither the file nor the go command tells.
    """
    if toolchain is None:
        return PORTS
    try:
        found = read(toolchain.goroot.joinpath(_SOURCE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        found = ()
    return found or _ask(toolchain)


def read(source: str) -> tuple[Port, ...]:
    """Read the text of zosarch.go; empty if it does not look as expected."""
    listed: set[tuple[str, str]] = set()
    told: dict[tuple[str, str], str] = {}
    for goos, goarch, info in (found.groups() for found in _PAIR.finditer(source)):
        if info is None:
            listed.add((goos, goarch))
        else:
            told[goos, goarch] = info
    if listed != set(told):
        return ()
    return tuple(
        Port(
            *pair,
            cgo_supported="CgoSupported: true" in told[pair],
            first_class="FirstClass: true" in told[pair],
            broken="Broken: true" in told[pair],
        )
        for pair in sorted(listed)
    )


def _ask(toolchain: Toolchain) -> tuple[Port, ...]:
    done = process.run(
        [toolchain.go, "tool", "dist", "list", "-json", "-broken"],
        cwd=outside_modules(),
        env=environment(toolchain, os.environ),
        timeout=_LIMIT,
    )
    try:
        rows = json.loads(done.stdout)
        found = [
            Port(
                row["GOOS"],
                row["GOARCH"],
                cgo_supported=row["CgoSupported"],
                first_class=row["FirstClass"],
                broken=row.get("Broken", False),
            )
            for row in rows
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise MissingError(
            "CW0414",
            f"{toolchain.name} does not tell its ports: {done.text[:200]}",
            subject=str(toolchain.goroot),
            hint="install it again, or choose another with --go",
        ) from error
    return tuple(sorted(found))
