"""How large the store may grow: `CROSSWIND_STORE_LIMIT`, else `store.limit`, else 10 GB."""

from __future__ import annotations

import re

from crosswind.errors import UsageError

VARIABLE = "CROSSWIND_STORE_LIMIT"
DEFAULT = 10_000_000_000
_UNITS = {
    "": 1, "b": 1,
    "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
_SIZE = re.compile(r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]*)\s*", re.IGNORECASE | re.ASCII)


def parse(text: str) -> int | None:
    """Return the bytes that a size such as `10 GB`, `512MiB` or `0` means; None if it is no size."""
    found = _SIZE.fullmatch(text)
    unit = _UNITS.get(found[2].lower()) if found else None
    return int(float(found[1]) * unit) if found and unit else None


def of(environment: str, configured: int | None) -> int:
    """Return the limit in bytes.

    Args:
        environment: the variable's value; empty if it is not set.
        configured: the configuration's `store.limit`, in bytes.

    Raises:
        UsageError: CW5044, the variable is no size.
    """
    if not environment:
        return DEFAULT if configured is None else configured
    size = parse(environment)
    if size is None:
        raise UsageError(
            "CW5044",
            f"{environment!r} is no size",
            subject=VARIABLE,
            hint="give a number and a unit, such as 10 GB or 512MiB; 0 is no store",
        )
    return size
