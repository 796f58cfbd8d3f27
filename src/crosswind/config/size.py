"""Sizes as people write them: `10 GB`, `512MiB`."""

from __future__ import annotations

import re

_UNITS = {
    "": 1, "b": 1,
    "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
_SIZE = r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]*)\s*"


def parse(text: str) -> int | None:
    """Return the bytes that a size such as `10 GB`, `512MiB` or `0` means; None if it is no size."""
    found = re.fullmatch(_SIZE, text, re.ASCII)
    unit = _UNITS.get(found[2].lower()) if found else None
    return int(float(found[1]) * unit) if found and unit else None
