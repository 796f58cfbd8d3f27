"""A compressor whose output depends on its input only.

zlib and its replacements (zlib-ng in Python 3.14 for Windows, Apple's own) compress equal data to
different bytes, and a built program must not depend on which of them a host has. This one follows
RFC 1951: greedy matches, then one block with its own Huffman codes. RFC 1950 frames it.
"""

from __future__ import annotations

import heapq
import struct
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

# RFC 1951, 2: matches reach back 32768 bytes and are at most 258 long. Shorter ones than 6 cost more
# than the bytes themselves in images.
_WINDOW = 32768
_MATCH_MIN, _MATCH_MAX = 6, 258
# RFC 1951, 3.2.5: extra bits of the length codes 257 to 285 and of the distance codes 0 to 29.
_LENGTH_EXTRA = (*(0,) * 8, *(at // 4 for at in range(4, 24)), 0)
_DISTANCE_EXTRA = (0, 0, *(at // 2 for at in range(28)))
# The first value of each: what the codes before it cover comes before. Code 285 is 258 alone.
_LENGTH_BASE = (*(3 + sum(1 << e for e in _LENGTH_EXTRA[:at]) for at in range(28)), 258)
_DISTANCE_BASE = tuple(1 + sum(1 << e for e in _DISTANCE_EXTRA[:at]) for at in range(30))
_END, _FIRST_LENGTH = 256, 257
# RFC 1951, 3.2.7: the order in which the lengths of the code length codes stand, and how long
# codes may be.
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_CODE_MAX, _LENGTH_CODE_MAX = 15, 7
# RFC 1951, 3.2.3: the last block, with codes of its own, as bits in their order.
_LAST_DYNAMIC = "101"

# A literal is its byte; a match is its length and distance.
_Token = int | tuple[int, int]


def zlib_stream(data: bytes) -> bytes:
    """Compress into the format of RFC 1950."""
    # RFC 1950, 2.2: deflate with a window of 32 KiB, no hint about the level.
    return b"\x78\x01" + compress(data) + struct.pack(">I", zlib.adler32(data))


def compress(data: bytes) -> bytes:
    """Compress into one block of RFC 1951."""
    tokens = list(_tokens(data))
    literals: Counter[int] = Counter({_END: 1})
    distances: Counter[int] = Counter()
    for token, count in Counter(tokens).items():
        if isinstance(token, int):
            literals[token] += count
        else:
            literals[_FIRST_LENGTH + bisect_right(_LENGTH_BASE, token[0]) - 1] += count
            distances[bisect_right(_DISTANCE_BASE, token[1]) - 1] += count
    literal_lengths = _code_lengths(literals, _CODE_MAX)
    distance_lengths = _code_lengths(distances, _CODE_MAX)
    words = _words(tokens, _codes(literal_lengths), _codes(distance_lengths))
    head = _LAST_DYNAMIC + _tables(literal_lengths, distance_lengths)
    bits = head + "".join(map(words.__getitem__, tokens)) + words[_END]
    # RFC 1951, 3.1.1: the first bit is the lowest of the first byte.
    return int(bits[::-1], 2).to_bytes((len(bits) + 7) // 8, "little")


def _tokens(data: bytes) -> Iterator[_Token]:
    """Take the longest match with the last place that began with the same bytes."""
    seen: dict[bytes, int] = {}
    at, size = 0, len(data)
    while at < size:
        start = data[at : at + _MATCH_MIN]
        found = seen.get(start, -1)
        seen[start] = at
        if found < 0 or at - found > _WINDOW or len(start) < _MATCH_MIN:
            yield data[at]
            at += 1
            continue
        length = _common(data, found, at)
        yield length, at - found
        at += length


def _common(data: bytes, one: int, other: int) -> int:
    """Return how many bytes are equal at two places, at most `_MATCH_MAX`."""
    least, most = _MATCH_MIN, min(_MATCH_MAX, len(data) - other)
    if data[one : one + most] == data[other : other + most]:
        return most
    while most - least > 1:
        middle = (least + most) // 2
        if data[one + least : one + middle] == data[other + least : other + middle]:
            least = middle
        else:
            most = middle
    return least


def _code_lengths(weights: Mapping[int, int], limit: int) -> list[int]:
    """Return the length of each symbol's Huffman code, 0 for those that do not occur."""
    lengths = [0] * (max(weights, default=0) + 1)
    scale = 1
    while True:
        # Ties go by the symbol, so that one input has one code.
        heap = [(max(weight // scale, 1), symbol, [symbol]) for symbol, weight in weights.items()]
        heapq.heapify(heap)
        for symbol in weights:
            lengths[symbol] = int(len(heap) == 1)
        while len(heap) > 1:
            light, _, some = heapq.heappop(heap)
            heavy, tie, others = heapq.heappop(heap)
            for symbol in some + others:
                lengths[symbol] += 1
            heapq.heappush(heap, (light + heavy, tie, some + others))
        if max(lengths) <= limit:
            return lengths
        scale *= 2


def _codes(lengths: list[int]) -> dict[int, str]:
    """Number the codes as RFC 1951, 3.2.2 does."""
    codes: dict[int, str] = {}
    value, width = 0, 0
    for length, symbol in sorted(
        (length, symbol) for symbol, length in enumerate(lengths) if length
    ):
        value <<= length - width
        codes[symbol] = f"{value:0{length}b}"
        value, width = value + 1, length
    return codes


def _words(
    tokens: list[_Token], literals: dict[int, str], distances: dict[int, str]
) -> dict[_Token, str]:
    """Return the bits of each token that occurs, and of the block's end."""
    words: dict[_Token, str] = {_END: literals[_END]}
    for token in set(tokens):
        if isinstance(token, int):
            words[token] = literals[token]
        else:
            length, distance = token
            code = bisect_right(_LENGTH_BASE, length) - 1
            words[token] = literals[_FIRST_LENGTH + code] + _number(
                length - _LENGTH_BASE[code], _LENGTH_EXTRA[code]
            )
            code = bisect_right(_DISTANCE_BASE, distance) - 1
            words[token] += distances[code]
            words[token] += _number(distance - _DISTANCE_BASE[code], _DISTANCE_EXTRA[code])
    return words


def _number(value: int, width: int) -> str:
    """Write a number, its lowest bit first (RFC 1951, 3.1.1)."""
    return f"{value:0{width}b}"[::-1] if width else ""


def _tables(literals: list[int], distances: list[int]) -> str:
    """Write both tables of code lengths (RFC 1951, 3.2.7)."""
    runs = list(_runs(literals + distances))
    lengths = _code_lengths(Counter(symbol for symbol, _, _ in runs), _LENGTH_CODE_MAX)
    codes = _codes(lengths)
    ordered = [lengths[symbol] if symbol < len(lengths) else 0 for symbol in _ORDER]
    while not ordered[-1]:
        ordered.pop()
    head = _number(len(literals) - 257, 5) + _number(len(distances) - 1, 5)
    head += _number(len(ordered) - 4, 4) + "".join(_number(length, 3) for length in ordered)
    return head + "".join(codes[symbol] + _number(*extra) for symbol, *extra in runs)


def _runs(lengths: list[int]) -> Iterator[tuple[int, int, int]]:
    """Shorten equal lengths: the symbol, its extra value, and that value's width."""
    for length, group in groupby(lengths):
        count = len(list(group))
        if length:
            yield length, 0, 0
            count -= 1
        while count >= 3:
            if length:
                taken = min(count, 6)
                yield 16, taken - 3, 2
            elif count <= 10:
                taken = count
                yield 17, taken - 3, 3
            else:
                taken = min(count, 138)
                yield 18, taken - 11, 7
            count -= taken
        yield from [(length, 0, 0)] * count
