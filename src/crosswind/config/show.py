"""Every value that is in force, with where it comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from crosswind.config.settings import (
    MAPS,
    Config,
    Origin,
    Override,
    Path,
    Settings,
    place,
)
from crosswind.frozen import frozen
from crosswind.target import Target

# Fits no override, so that what holds before them can be shown.
_NO_TARGET = Target("", "")

# Text that YAML takes for itself without quotes; much more would be, too.
_PLAIN = re.compile(r"[\w./][\w./=@+-]*")


@frozen
class Entry:
    """One value: the key that sets it, templates unrendered, and who decided it."""

    key: str
    value: object
    origin: Origin

    @property
    def text(self) -> str:
        """The value as it could stand in the file."""
        is_plain = isinstance(self.value, str) and _PLAIN.fullmatch(self.value)
        return str(self.value) if is_plain else json.dumps(self.value, ensure_ascii=False)


def entries(config: Config, target: Target | None = None, program: str = "") -> tuple[Entry, ...]:
    """List the values of a configuration.

    Args:
        config: what to show.
        target: show what holds for it; without one, overrides are listed by themselves.
        program: show only this program; empty for all that the file names.
    """
    shown = [*_project(config)]
    names = [program] if program else [entry.name for entry in config.programs] or [""]
    base = config if target else replace(config, overrides=())
    for name in names:
        shown.extend(_settings(base, name, target or _NO_TARGET))
    if target is None:
        for index, override in enumerate(config.overrides):
            shown.extend(_override(config, index, override))
    return tuple(shown)


def _project(config: Config) -> Iterator[Entry]:
    values: Sequence[tuple[Path, object]] = (
        (("name",), config.name),
        (("toolchain",), config.toolchain),
        (("targets",), list(config.targets)),
        (("skip",), [_without_empty(target=s.target, reason=s.reason) for s in config.skip]),
        (("dist",), config.dist),
        (("fail_fast",), config.fail_fast),
        (("parallel",), config.parallel),
        (("store", "limit"), config.store_limit),
        (
            ("verify", "ignore"),
            [
                _without_empty(code=i.code, reason=i.reason, targets=list(i.targets))
                for i in config.ignore
            ],
        ),
    )
    known = {path for path, _ in config.positions}
    for path, value in values:
        origin = Origin("", config.where(*path)) if path in known else Origin("default")
        yield Entry(".".join(map(str, path)), value, origin)


def _without_empty(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def _settings(config: Config, program: str, target: Target) -> Iterator[Entry]:
    prefix = f"{program}." if program else ""
    settings = config.settings(program, target)
    for setting in fields(Settings):
        name, value = setting.name, getattr(settings, setting.name)
        spelt = prefix + _spell(name)
        if name in MAPS and value:
            for key, text in value:
                origin = config.origin(program, target, name, key)
                yield Entry(f"{spelt}.{key}", text, origin)
            continue
        shown = {} if name in MAPS else list(value) if isinstance(value, tuple) else value
        yield Entry(spelt, shown, config.origin(program, target, name))


def _spell(name: str) -> str:
    """Spell a setting as the path of its key: `windows.icon`."""
    return ".".join(map(str, place(name)))


def _override(config: Config, index: int, override: Override) -> Iterator[Entry]:
    path: Path = ("overrides", index)
    prefix = f"overrides[{index}]"
    said: list[tuple[str, object]] = [
        ("targets", override.targets),
        ("programs", override.programs),
        *override.overlay.spoken(),
    ]
    for name, value in said:
        if value == () and name in ("targets", "programs"):
            continue
        shown = value
        if isinstance(value, tuple):
            shown = dict(value) if name in MAPS else list(value)
        known = name in ("targets", "programs")
        where = config.where(*path, *((name,) if known else place(name)))
        yield Entry(f"{prefix}.{name if known else _spell(name)}", shown, Origin("", where))
