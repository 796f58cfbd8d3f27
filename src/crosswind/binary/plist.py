"""XML property lists out of untrusted files."""

from __future__ import annotations

import plistlib
from typing import Any
from xml.parsers.expat import ExpatError

from crosswind.binary.view import FormatError

# Entitlements and lists of hashes are a few kilobytes.
_MAX_SIZE = 1 << 20


def read(xml: bytes, what: str, offset: int = 0) -> Any:
    """Read a property list.

    Args:
        xml: its text.
        what: names it in messages.
        offset: where it lies in its file, for messages.

    Raises:
        FormatError: it is none, or larger than such lists are.
    """
    if len(xml) > _MAX_SIZE:
        raise FormatError(f"{what}: {len(xml)} bytes are too many", offset)
    # Entities can grow without limit. plistlib refuses their declarations as well, in newer Pythons.
    if b"<!ENTITY" in xml:
        raise FormatError(f"{what}: it declares entities", offset)
    try:
        return plistlib.loads(xml, fmt=plistlib.FMT_XML)
    except (AttributeError, TypeError, IndexError, KeyError, OverflowError) as error:
        # plistlib's way of saying that keys and values do not alternate, or a tag is unknown.
        raise FormatError(f"{what}: not a property list", offset) from error
    except (
        plistlib.InvalidFileException, ExpatError, ValueError, LookupError, RecursionError,
    ) as error:  # fmt: skip
        # LookupError: its text is in an encoding that Python does not know.
        raise FormatError(f"{what}: not a property list: {error}", offset) from error
