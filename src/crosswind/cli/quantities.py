"""Times and sizes on the command line: callbacks of options."""

from __future__ import annotations

import re

import click

# Go's units of time (time.ParseDuration), in seconds.
_TIMES = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
# Powers of two, with or without IEC's endings.
_SIZES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?) ?([a-z]*)", re.ASCII)


def seconds(_context: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """Read `30`, `1.5s`, `2m`."""
    if text is None:
        return None
    match = _NUMBER.fullmatch(text.lower())
    if not match or match[2] not in _TIMES or not float(match[1]):
        raise click.BadParameter(f"{text!r} is no time: such as 30, 1.5s, 2m")
    return float(match[1]) * _TIMES[match[2]]


def size(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    """Read `512M`, `1.5GiB`."""
    if text is None:
        return None
    match = _NUMBER.fullmatch(text.lower())
    unit = match[2].removesuffix("b").removesuffix("i") if match else "?"
    if not match or unit not in _SIZES or not float(match[1]):
        raise click.BadParameter(f"{text!r} is no size: such as 512M, 2GiB")
    return int(float(match[1]) * _SIZES[unit])
