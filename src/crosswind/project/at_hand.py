"""The Go that a build here would take, as far as it is on this host already."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from crosswind import toolchain
from crosswind.errors import CrosswindError
from crosswind.finding import Finding, Severity
from crosswind.project import gomod
from crosswind.toolchain import Toolchain, bundled

_TOO_OLD = "CW0405"


def go(
    directory: Path,
    pinned: str,
    *,
    strict: bool = False,
    as_go: bool = False,
    offline: bool = False,
) -> tuple[Toolchain | None, Finding | None]:
    """Find the Go for a folder without fetching anything: a list is not worth a download.

    Args:
        directory: the project's.
        pinned: version that the command line or the configuration asks for.
        strict: raise where that Go is not here, instead of taking another one.
        as_go: raise where go would refuse the module: it is too old, and must not hand over.
        offline: whether `--offline` was given.

    Returns:
        The toolchain, None if there is no Go at all; and a note where it is not the one that a
        build would take.

    Raises:
        CrosswindError: with `strict`, as `toolchain.resolve`; with `as_go`, CW0405 of these.
    """
    module = None
    with contextlib.suppress(CrosswindError):
        module = gomod.find(directory)
    wanted = toolchain.Request(
        version=pinned,
        module_go=module.go if module else "",
        module_toolchain=module.toolchain if module else "",
        offline=True,
    )
    if not offline:
        wanted = replace(wanted, offline_because="this command fetches nothing")
    try:
        return toolchain.resolve(wanted), None
    except CrosswindError as error:
        if strict or (as_go and error.code == _TOO_OLD):
            raise
        instead = next(iter(toolchain.installed(wanted)), None)
        name = f"Go {instead.version if instead else bundled.VERSION}"
        message = f"{error.message}; the targets are those of {name}"
        return instead, Finding(error.code, Severity.NOTE, error.subject, message, error.hint)
