"""Go's durations: what `time.ParseDuration` reads and `Duration.String` writes."""

from __future__ import annotations

import re

# time/format.go, unitMap.
_UNITS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9,
    "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
# A number has digits before or behind its point.
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_LIMIT = 1 << 63


def parse(text: str) -> float:
    """Return the seconds of a duration such as `1h15m30.5s`.

    Raises:
        ValueError: it is none.
    """
    bare = text[1:] if text[:1] in ("-", "+") else text
    sign = -1 if text.startswith("-") else 1
    if bare == "0":
        return 0.0
    total, position = 0, 0
    while match := _PART.match(bare, position):
        whole, _, fraction = match[1].partition(".")
        unit = _UNITS[match[2]]
        total += int(whole or "0") * unit + int(float(f"0.{fraction or 0}") * unit)
        position = match.end()
    if not bare or position != len(bare) or total >= _LIMIT:
        raise ValueError(f"time: invalid duration {text!r}")
    return sign * total / 10**9


def spell(seconds: float) -> str:
    """Write a duration of whole milliseconds as Go does: `1m30s`, `250ms`, `1.5s`."""
    millis = round(seconds * 1000)
    if 0 < millis < 1000:
        return f"{millis}ms"
    minutes, millis = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{millis / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text
