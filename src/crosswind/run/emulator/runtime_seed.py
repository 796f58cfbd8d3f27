"""The randomness of a Go program: its runtime's is the same in every run, its own is real.

The runtime asks once, at its start, for the seed of what it decides at random: where the heap lies (Go 1.26),
the order of maps and of `select` (runtime/rand.go, randinit). Were that real, no two traces of a program would
be alike. What comes after, crypto/rand's above all, is.
"""

from __future__ import annotations

import random
from collections.abc import Callable


def seeded_first(real: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return a source whose first answer is always the same, and the others are those of `real`."""
    asked = False

    def source(size: int) -> bytes:
        nonlocal asked
        if asked:
            return real(size)
        asked = True
        return random.Random(size).randbytes(size)  # noqa: S311 - it is not for secrets

    return source
