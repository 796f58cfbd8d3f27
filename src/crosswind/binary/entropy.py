"""How random bytes look: Shannon's entropy, which tells code from packed or encrypted data."""

from __future__ import annotations

from collections import Counter
from math import log2

from crosswind.binary.view import View

# Bytes counted at a time: a memory map is read without a copy of all of it, and the processor's
# cache holds what is read twice.
_CHUNK = 1 << 18


def entropy(view: View) -> float:
    """Return bits per byte, 0 to 8; 0 for nothing at all. Every byte counts: about 20 ns each."""
    counts: Counter[int] = Counter()
    for start in range(0, len(view), _CHUNK):
        chunk = bytes(view.data[start : start + _CHUNK])
        # A quarter of a program is zeros, which are counted ten times as fast by themselves.
        counts[0] += chunk.count(0)
        counts.update(chunk.translate(None, b"\0"))
    total = len(view)
    return sum(count / total * log2(total / count) for count in counts.values() if count)
