"""What is asked of `resolve` and the functions below it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field

from crosswind.events import Observer, ignore
from crosswind.frozen import frozen
from crosswind.toolchain.transfer import Limits


@frozen
class Request:
    """Which Go is wanted, and under which circumstances.

    Attributes:
        version: the version that `--go` or the configuration pins, with or without `go` in front;
            empty to decide as the go command does.
        module_go: the version of go.mod's (or go.work's) go line; empty if it has none.
        module_toolchain: the name in its toolchain line; empty if it has none.
        offline: use only what is on this host.
        offline_because: what forbids more, as a clause for messages.
        observer: sees downloads, and notes on why a toolchain was or was not taken.
        env: the user's environment.
        limits: when a download is given up.
    """

    version: str = ""
    module_go: str = ""
    module_toolchain: str = ""
    offline: bool = False
    offline_because: str = "--offline forbids to fetch it"
    observer: Observer = ignore
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    limits: Limits = field(default_factory=Limits)
