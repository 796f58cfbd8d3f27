"""Entitlements: what a signed program asks macOS to allow it, as a property list and as DER.

Apple publishes the DER form nowhere; it is `[APPLICATION 16] { INTEGER 1, dictionary }`, where a
dictionary is `[CONTEXT 16] { SEQUENCE { UTF8String key, value } … }` in the order of its keys. Newer
systems read it instead of the property list, older ones know the list alone, so both are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosswind.binary import plist
from crosswind.binary.view import FormatError
from crosswind.errors import BuildError

# Identifier octets (X.690, 8.1.2).
_BOOLEAN, _INTEGER, _UTF8, _SEQUENCE = 0x01, 0x02, 0x0C, 0x30
_APPLICATION_16, _CONTEXT_16 = 0x70, 0xB0

# cs_blobs.h: CS_EXECSEG_*, and the entitlements for which Apple's signer sets them
# (Security, libsecurity_codesigning/lib/signer.cpp).
_SEGMENT_FLAGS = {
    "get-task-allow": 0x10,
    "run-unsigned-code": 0x10,
    "com.apple.private.cs.debugger": 0x20,
    "dynamic-codesigning": 0x40,
    "com.apple.private.skip-library-validation": 0x80,
    "com.apple.private.amfi.can-load-cdhash": 0x100,
    "com.apple.private.amfi.can-execute-cdhash": 0x200,
}

# Entitlements are a few lines; what is deeper is none.
_MAX_DEPTH = 16


def parse(xml: bytes) -> dict[str, Any]:
    """Read an XML property list of entitlements.

    Raises:
        BuildError: CW0809, it is none, is not a dictionary, or holds what entitlements cannot.
    """
    try:
        values = plist.read(xml, "entitlements")
    except FormatError as error:
        raise _unfit(error.message) from error
    if not isinstance(values, dict):
        raise _unfit("its top is not a dictionary")
    der(values)
    return values


def der(values: Mapping[str, Any]) -> bytes:
    """Encode entitlements as newer systems read them; raises as `parse` does."""
    return _field(_APPLICATION_16, _field(_INTEGER, b"\1") + _value(values, "", 0))


def segment_flags(values: Mapping[str, Any]) -> int:
    """Return the CS_EXECSEG_* flags that go with entitlements which are true."""
    flags = 0
    for name, flag in _SEGMENT_FLAGS.items():
        flags |= flag if values.get(name) is True else 0
    return flags


def _value(value: object, key: str, depth: int) -> bytes:
    if depth > _MAX_DEPTH:
        raise _unfit(f"{key} is nested too deeply")
    match value:
        case bool():
            return _field(_BOOLEAN, b"\xff" if value else b"\0")
        case int():
            return _field(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
        case str():
            return _field(_UTF8, value.encode())
        case list():
            return _field(_SEQUENCE, b"".join(_value(item, key, depth + 1) for item in value))
        case Mapping():
            entries = sorted((str(name).encode(), inner) for name, inner in value.items())
            pairs = (
                _field(_SEQUENCE, _field(_UTF8, name) + _value(inner, name.decode(), depth + 1))
                for name, inner in entries
            )
            return _field(_CONTEXT_16, b"".join(pairs))
    raise _unfit(f"{key} is a {type(value).__name__}, which entitlements do not hold")


def _field(tag: int, content: bytes) -> bytes:
    """Put tag and length before a content (X.690, 8.1.3)."""
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _unfit(message: str) -> BuildError:
    hint = "an XML property list with a dictionary of true, false, numbers, texts and lists of them"
    return BuildError(
        "CW0809", f"unfit entitlements: {message.removeprefix('entitlements: ')}", hint=hint
    )
