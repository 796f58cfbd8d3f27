"""crosswind: build a Go module for every platform from any host, and prove what was built.

>>> import crosswind
>>> result = crosswind.build("examples/greet", targets=["windows/amd64"])  # doctest: +SKIP
>>> result.artifacts[0].path.as_posix()  # doctest: +SKIP
'dist/greet_windows_amd64/greet.exe'

Nothing here prints; events are for those who pass an observer. The other commands are functions of
the packages of their names: `crosswind.verify.verify_file`, `crosswind.inspect.inspect_file`,
`crosswind.doctor.examine`, `crosswind.explain.by_text`, `crosswind.toolchain.resolve`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from crosswind.version import __version__

if TYPE_CHECKING:
    from crosswind.building.plan import Plan
    from crosswind.config.settings import Overlay
    from crosswind.events import Observer
    from crosswind.pipeline import BuildResult

__all__ = ["__version__", "build", "plan"]


def build(  # noqa: PLR0913 - the options of a command, all but one by keyword
    directory: str | Path = ".",
    *,
    packages: str | Iterable[str] = (),
    targets: str | Iterable[str] = (),
    dist: str | Path | None = None,
    go: str = "",
    overlay: Overlay | None = None,
    config: str | Path | None = None,
    parallel: int = 0,
    fail_fast: bool = False,
    clean: bool = False,
    offline: bool = False,
    force: bool = False,
    audit: int = 0,
    observer: Observer | None = None,
) -> BuildResult:
    """Build, verify and record programs, as `crosswind build` does.

    Args:
        directory: the project.
        packages: paths, patterns, or one `module/path@version`; all main packages if empty.
        targets: as `-t` takes them; the configuration's, else this host, if empty.
        dist: folder for the results, relative to `directory`.
        go: Go version to use.
        overlay: settings that override the configuration's.
        config: another configuration file than the project's own.
        parallel: go commands at a time; 0 chooses.
        fail_fast: start nothing more after a failure.
        clean: first remove what earlier runs made.
        offline: never use the network.
        force: build all, whatever earlier runs left in dist or in the store.
        audit: so many units that the store has are built all the same, and compared.
        observer: sees events while they happen, from several threads, one at a time.

    Returns:
        Every unit's outcome, checks and files; a unit that failed is part of it, no exception.

    Raises:
        crosswind.errors.CrosswindError: nothing could be built at all; its subclasses tell why.
    """
    from crosswind import api, events
    from crosswind.building.request import Request
    from crosswind.config.settings import Overlay

    request = Request(
        directory=Path(directory),
        packages=_several(packages),
        targets=_several(targets),
        dist=Path(dist) if dist else None,
        config=Path(config) if config else None,
        overlay=overlay or Overlay(),
        go=go,
        parallel=parallel,
        fail_fast=fail_fast,
        clean=clean,
        offline=offline,
        force=force,
        audit=audit,
    )
    return api.build(request, observer or events.ignore)


def _several(words: str | Iterable[str]) -> tuple[str, ...]:
    """Take one word for a list of one: a text is an iterable of its letters otherwise."""
    return (words,) if isinstance(words, str) else tuple(words)


def plan(
    directory: str | Path = ".",
    *,
    packages: str | Iterable[str] = (),
    targets: str | Iterable[str] = (),
) -> Plan:
    """Return what `build` would run, without running it; raises like `build`."""
    from crosswind import pipeline
    from crosswind.building.request import Request

    return pipeline.plan(Request(Path(directory), _several(packages), _several(targets)))
