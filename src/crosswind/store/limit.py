"""How large the store may grow: `CROSSWIND_STORE_LIMIT`, else `store.limit`, else 10 GB."""

from __future__ import annotations

from crosswind.config import size
from crosswind.errors import UsageError

VARIABLE = "CROSSWIND_STORE_LIMIT"
DEFAULT = 10_000_000_000


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
    asked = size.parse(environment)
    if asked is None:
        raise UsageError(
            "CW5044",
            f"{environment!r} is no size",
            subject=VARIABLE,
            hint="give a number and a unit, such as 10 GB or 512MiB; 0 is no store",
        )
    return asked
