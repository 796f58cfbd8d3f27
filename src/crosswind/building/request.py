"""What a build was asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from crosswind.config.settings import Overlay
from crosswind.frozen import frozen


@frozen
class Request:
    """A build as a user asks for it; everything left out comes from crosswind.yaml or defaults.

    Attributes:
        directory: the project.
        packages: paths or patterns of main packages, or one `module/path@version`.
        targets: as `-t` takes them.
        dist: folder for the results; relative to `directory`.
        config: another configuration file than the project's own.
        overlay: settings that override the configuration's.
        go: Go version.
        parallel: go commands at a time; 0 chooses.
        fail_fast: start nothing more after a failure.
        clean: remove what earlier runs made, first.
        why: tell which inputs of each unit changed since last time.
        offline: never use the network.
        force: build all, whatever earlier runs left in dist or in the store.
        audit: so many units that the store has are built all the same, and compared.
        env: the user's environment; ours if empty.
    """

    directory: Path
    packages: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    dist: Path | None = None
    config: Path | None = None
    overlay: Overlay = field(default_factory=Overlay)
    go: str = ""
    parallel: int = 0
    fail_fast: bool = False
    clean: bool = False
    why: bool = False
    offline: bool = False
    force: bool = False
    audit: int = 0
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def user_env(self) -> dict[str, str]:
        """The user's environment, without a registry where the network is forbidden."""
        env = dict(self.env or os.environ)
        return {**env, "GOPROXY": "off"} if self.offline else env
