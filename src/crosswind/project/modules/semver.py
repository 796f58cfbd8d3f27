"""Versions of modules: semantic versions with a `v`, ordered as Go orders them (golang.org/x/mod/semver)."""

from __future__ import annotations

import re

_NUMBER = r"(?:0|[1-9][0-9]*)"
# An identifier of a pre-release: no leading zero if it is a number.
_IDENTIFIER = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"v(?P<major>{_NUMBER})(?:\.(?P<minor>{_NUMBER})(?:\.(?P<patch>{_NUMBER})"
    rf"(?P<pre>-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?"
    r"(?P<build>\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?)?",
    re.ASCII,
)

# A number as its length and its digits: these compare as it does, however long it is.
_Number = tuple[int, str]
Key = tuple[_Number, _Number, _Number, bool, tuple[tuple[bool, _Number], ...]]
_ZERO: _Number = (1, "0")
# An invalid version is less than all others (semver.go, Compare).
_INVALID: Key = ((0, ""), (0, ""), (0, ""), False, ())


def is_valid(version: str) -> bool:
    """Whether a version is one, be it as short as `v1`."""
    return _VERSION.fullmatch(version) is not None


def canonical(version: str) -> str:
    """Return a version in full, without build metadata but `+incompatible`; empty if it is none.

    golang.org/x/mod/module, CanonicalVersion.
    """
    found = _VERSION.fullmatch(version)
    if found is None:
        return ""
    numbers = f"v{found['major']}.{found['minor'] or 0}.{found['patch'] or 0}"
    kept = found["build"] if found["build"] == "+incompatible" else ""
    return f"{numbers}{found['pre'] or ''}{kept}"


def major(version: str) -> str:
    """Return `v2` of `v2.1.0`; empty if it is no version."""
    found = _VERSION.fullmatch(version)
    return f"v{found['major']}" if found else ""


def build(version: str) -> str:
    """Return the build metadata, with its plus sign."""
    found = _VERSION.fullmatch(version)
    return (found["build"] or "") if found else ""


def key(version: str) -> Key:
    """Return what versions are ordered by."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return _INVALID
    numbers = (_number(found[part]) for part in ("major", "minor", "patch"))
    pre = found["pre"]
    identifiers = tuple(map(_identifier, pre[1:].split("."))) if pre else ()
    # A release is more than its pre-releases.
    return (*numbers, not pre, identifiers)  # type: ignore[return-value]  # three numbers


def _number(digits: str | None) -> _Number:
    return (len(digits), digits) if digits else _ZERO


def _identifier(text: str) -> tuple[bool, _Number]:
    """Order numbers before words, numbers by value, words by their letters."""
    return (False, _number(text)) if text.isdecimal() else (True, (0, text))
