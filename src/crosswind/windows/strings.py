"""String tables: texts by number, in blocks of sixteen.

Sources: Win32, "STRINGTABLE resource" and "LoadStringW"; The Old New Thing, "The format of string
resources" (2004): block N holds the strings 16 (N - 1) to 16 N - 1, each a count of UTF-16 units
and the units, without a terminating NUL; strings that are not there have the count 0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from crosswind.binary.view import FormatError, View
from crosswind.errors import UsageError
from crosswind.windows.damage import told
from crosswind.windows.resource import ENGLISH_US, Resource, ResourceType, describe

_BLOCK = 16
_COUNT = struct.Struct("<H")
_MOST = 0xFFFF


def write(texts: Mapping[int, str], language: int = ENGLISH_US) -> list[Resource]:
    """Make the blocks that hold the given texts.

    An empty text is stored as one that is not there: LoadString cannot tell them apart.

    Raises:
        UsageError: CW0730, a number or a text does not fit.
    """
    for number, text in texts.items():
        if not 0 <= number <= _MOST:
            raise UsageError("CW0730", f"{number} is no number of a string", hint="0 to 65535")
        if len(_encoded(text)) // 2 > _MOST:
            raise UsageError(
                "CW0730",
                f"string {number} has more than {_MOST} UTF-16 units",
                hint="shorten it, or embed it as RCDATA",
            )
    blocks = sorted({number // _BLOCK for number in texts})
    return [
        Resource(ResourceType.STRING, block + 1, language, _block(texts, block * _BLOCK))
        for block in blocks
    ]


def _block(texts: Mapping[int, str], first: int) -> bytes:
    encoded = [_encoded(texts.get(number, "")) for number in range(first, first + _BLOCK)]
    return b"".join(_COUNT.pack(len(text) // 2) + text for text in encoded)


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def read(block: Resource) -> dict[int, str]:
    """Read the texts of one block; those of no length are left out.

    Raises:
        BuildError: CW0731, it is cut off, or its name is no number.
    """
    with told("CW0731", f"{describe(block)} is damaged"):
        if not isinstance(block.name, int) or not 0 < block.name <= _MOST // _BLOCK + 1:
            raise FormatError("its name is no number of a block")
        first = (block.name - 1) * _BLOCK
        texts = enumerate(_texts(View.of(block.data)), first)
        return {number: text for number, text in texts if text}


def read_all(blocks: Iterable[Resource]) -> dict[int, str]:
    """Read the texts of several blocks of one language; raises BuildError as `read`."""
    return {number: text for block in blocks for number, text in read(block).items()}


def _texts(view: View) -> Iterator[str]:
    offset = 0
    for _ in range(_BLOCK):
        (units,) = view.unpack(_COUNT, offset, "string")
        text = view.take(offset + _COUNT.size, units * 2, "string")
        yield bytes(text).decode("utf-16-le", "surrogatepass")
        offset += _COUNT.size + units * 2
