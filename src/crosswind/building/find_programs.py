"""The programs of a build: by the go command once, from then on by reading the folders.

The go command has the last word on modules. Where it listed packages of the very same go.mod, go.sum,
environment and Go before, all that can be new is in the folders, and these are read by ourselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from crosswind.building.ground import Source
from crosswind.building.key import environment
from crosswind.building.key.local import Local
from crosswind.building.key.model import Doubt
from crosswind.project import mains, programs, remote
from crosswind.project.graph import Folder
from crosswind.project.programs import Program
from crosswind.system import files, kept
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain

Read = Callable[[Path], Folder]


def find(
    source: Source,
    go: Toolchain,
    env: Mapping[str, str],
    patterns: Sequence[str],
    targets: Sequence[Target],
    read: Read,
    on_fetch: Callable[[str], None],
) -> tuple[Program, ...]:
    """Find the main packages that match; raises as `programs.find`.

    Args:
        source: the source tree.
        go: the toolchain.
        env: of the go command.
        patterns: packages, relative to the source's directory; none for all.
        targets: one of each port.
        read: reads a folder.
        on_fetch: hears of modules that are fetched.
    """
    state = "" if source.remote else _state(source, go, env)
    memory = files.cache_dir() / "listed" / f"{_digest(str(source.module.directory))[:32]}"
    if state and kept.load(memory) == state:
        settings = Settings.read(env, go.goroot)
        found = mains.find(
            source.module, settings, patterns, targets, source.directory, go.version, read
        )
        if found:
            return found
    list_env = remote.inside(env) if source.remote else env
    listed = programs.find(
        go, source.module, list_env, patterns, targets, source.directory, on_fetch
    )
    if state and state == _state(source, go, env):
        kept.keep(memory, state)
    return listed


def _state(source: Source, go: Toolchain, env: Mapping[str, str]) -> str:
    """Tell all that the go command says of modules from what it would say of others; empty in doubt."""
    try:
        modules = Local(source.directory, env).part.digest
    except Doubt:
        return ""
    variables = environment.part(Settings.read(env, go.goroot), go.host, c=True).digest
    return _digest(f"{modules} {variables} {go.name} {go.goroot}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
