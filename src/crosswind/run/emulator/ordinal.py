"""Windows' ordinal comparison of names: by UTF-16 code units, upper case where case does not count.

It is what environment variables, registry keys and kernel objects are found by (documented as
CompareStringOrdinal and RtlCompareUnicodeString). A letter is mapped only where its upper-case form
is one code unit too, so `ß` stays itself and letters beyond the first plane have no case.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def upper(text: str) -> str:
    """Map every code unit to upper case as RtlUpcaseUnicodeString does."""
    if text.isascii():
        return text.upper()
    return "".join(map(_upper, text))


def _upper(letter: str) -> str:
    """Map one letter, if its upper-case form is as long as itself and leads back to it.

    So dotless i, long s and final sigma stay as they are, as in Windows' table, and U+1F80 becomes
    its title case. Compared with all of RtlUpcaseUnicodeChar.
    """
    if letter > "\uffff" or "\ud800" <= letter <= "\udfff":
        return letter
    mapped = letter.upper()
    if len(mapped) != 1:
        mapped = letter.title()
    return mapped if len(mapped) == 1 and mapped.lower() == letter else letter


def length(text: str) -> int:
    """Count UTF-16 code units, as Windows does."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def lower(text: str) -> str:
    """Map every code unit to lower case."""
    return "".join(
        mapped if len(mapped := letter.lower()) == 1 and mapped <= "\uffff" >= letter else letter
        for letter in text
    )


def units(text: str) -> bytes:
    """Return a key that sorts as Windows sorts code units; lone surrogates are units like others."""
    return text.encode("utf-16-be", "surrogatepass")


def compare(left: str, right: str, *, ignore_case: bool) -> int:
    """Return -1, 0 or 1 as `left` sorts before, with or after `right`."""
    if ignore_case:
        left, right = upper(left), upper(right)
    one, other = units(left), units(right)
    return (one > other) - (one < other)
