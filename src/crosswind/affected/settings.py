"""What changes of the configuration, and of files that it names, touch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from crosswind.affected.model import Cause, Touches
from crosswind.config.selection import Selection
from crosswind.config.settings import Config, Settings
from crosswind.errors import CrosswindError
from crosswind.frozen import frozen
from crosswind.project.changes import Change
from crosswind.target import Target

Units = Mapping[str, tuple[Target, ...]]


@frozen
class Configuration:
    """A configuration, and where it stands.

    Attributes:
        config: as it is.
        path: of its file, relative to the top of the repository; None without one, or outside.
        folder: of the project, likewise: paths in the configuration begin there.
        units: the targets of each program.
        select: selects the targets of a configuration.
    """

    config: Config
    path: str | None
    folder: str
    units: Units
    select: Callable[[Config], Selection]


def take_file(now: Configuration, old: bytes | None, touches: Touches) -> None:
    """Find the programs that the configuration builds otherwise than before.

    Args:
        now: the configuration as it is.
        old: its file's content before; None if there was none.
        touches: where what is found goes.
    """
    path = now.path or ""
    try:
        before = _read(old, now.config) if old is not None else Config()
        selection = now.select(before)
    except CrosswindError as error:
        touches.everything.append(Cause(path, f"was broken before: {error.message}"))
        return
    if before.toolchain != now.config.toolchain:
        was, is_now = before.toolchain or "the one at hand", now.config.toolchain or "that at hand"
        touches.everything.append(Cause(path, f"toolchain: {was}, now {is_now}"))
    for name, targets in now.units.items():
        for message, found in _differences(name, targets, before, now.config, selection):
            touches.program(name, Cause(path, message), found)


def _read(data: bytes, now: Config) -> Config:
    from crosswind.config.read import read

    return read(data, now.file)


def _differences(
    name: str, targets: tuple[Target, ...], before: Config, now: Config, selection: Selection
) -> Iterator[tuple[str, tuple[Target, ...]]]:
    """Yield what differs for a program, and for which targets."""
    if before.name != now.name:
        yield "the project's name changed", targets
    if before.ignore != now.ignore:
        yield "other failures of checks are accepted", targets
    if _main(before, name) != _main(now, name):
        yield "the program's main package changed", targets
    known = {one.target for one in selection.targets}
    new = tuple(
        one
        for one in targets
        if one not in known or not selection.wants(name, one) or before.skipped(one)
    )
    if new:
        yield "new targets", new
    other = tuple(
        one
        for one in targets
        if one not in new and before.settings(name, one) != now.settings(name, one)
    )
    if other:
        yield "its settings changed", other


def _main(config: Config, name: str) -> str:
    return next((one.main for one in config.programs if one.name == name), "")


class Named:
    """The files and folders that the configuration names, and for whom."""

    def __init__(self, now: Configuration) -> None:
        """Look through the settings of every program on every target, once."""
        self._places: dict[tuple[str, bool], dict[str, list[Target]]] = {}
        for name, targets in now.units.items():
            for target in targets:
                for named in _files(now.config.settings(name, target), target):
                    if place := _place(now.folder, named):
                        self._places.setdefault(place, {}).setdefault(name, []).append(target)

    def take(self, change: Change, message: str, touches: Touches) -> None:
        """Find the programs whose settings name a changed file, or a folder around it."""
        for (place, is_open), programs in self._places.items():
            if change.path == place or change.path.startswith(place if is_open else f"{place}/"):
                cause = Cause(change.path, f"{message}; the configuration names it")
                for name, targets in programs.items():
                    touches.program(name, cause, targets)


def _files(settings: Settings, target: Target) -> Iterator[str]:
    """Yield the files and folders that settings name, as far as they count for a target."""
    if settings.pgo not in ("", "auto", "off"):
        yield settings.pgo
    if target.goos == "windows":
        yield from _of_windows(settings)
    signing = {"windows": settings.sign_windows, "darwin": settings.sign_darwin}
    yield from (value for _, value in signing.get(target.goos, ()))


def _of_windows(settings: Settings) -> Iterable[str]:
    yield from settings.icon
    yield from settings.includes
    for place in settings.resources:
        yield place
        # Scripts and descriptions name further files, which lie beside them.
        folder = place.replace("\\", "/").rpartition("/")[0]
        if folder and folder != ".":
            yield folder
    yield from (value for _, value in settings.rcdata)
    yield from (value for key, value in settings.manifest if key == "file")


def _place(folder: str, named: str) -> tuple[str, bool] | None:
    """Return where a name in the configuration leads; of a template its start, and True."""
    fixed, template, _ = named.replace("\\", "/").partition("{{")
    parts = [part for part in fixed.split("/") if part not in ("", ".")]
    base = folder.split("/") if folder else []
    for part in parts:
        if part == ".." and base:
            base.pop()
        else:
            base.append(part)
    return ("/".join(base), bool(template)) if parts else None
