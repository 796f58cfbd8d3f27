"""Versions of modules: semantic versions with a `v`, ordered as Go orders them (golang.org/x/mod/semver)."""

from __future__ import annotations

import re

# What is between dots is looked at afterwards: an expression for that takes milliseconds to compile.
_VERSION = re.compile(
    r"v(?P<major>[0-9]+)(?:\.(?P<minor>[0-9]+)(?:\.(?P<patch>[0-9]+)"
    r"(?P<pre>-[0-9A-Za-z.-]+)?(?P<build>\+[0-9A-Za-z.-]+)?)?)?"
)

# A number as its length and its digits: these compare as it does, however long it is.
_Number = tuple[int, str]
Key = tuple[_Number, _Number, _Number, bool, tuple[tuple[bool, _Number], ...]]
_ZERO: _Number = (1, "0")
# An invalid version is less than all others (semver.go, Compare).
_INVALID: Key = ((0, ""), (0, ""), (0, ""), False, ())


def is_valid(version: str) -> bool:
    """Whether a version is one, be it as short as `v1`."""
    return _parse(version) is not None


def canonical(version: str) -> str:
    """Return a version in full, without build metadata but `+incompatible`; empty if it is none.

    golang.org/x/mod/module, CanonicalVersion.
    """
    found = _parse(version)
    if found is None:
        return ""
    numbers = f"v{found['major']}.{found['minor'] or 0}.{found['patch'] or 0}"
    kept = found["build"] if found["build"] == "+incompatible" else ""
    return f"{numbers}{found['pre'] or ''}{kept}"


def major(version: str) -> str:
    """Return `v2` of `v2.1.0`; empty if it is no version."""
    found = _parse(version)
    return f"v{found['major']}" if found else ""


def build(version: str) -> str:
    """Return the build metadata, with its plus sign."""
    found = _parse(version)
    return (found["build"] or "") if found else ""


def key(version: str) -> Key:
    """Return what versions are ordered by."""
    found = _parse(version)
    if found is None:
        return _INVALID
    numbers = (_number(found[part]) for part in ("major", "minor", "patch"))
    pre = found["pre"]
    identifiers = tuple(map(_identifier, pre[1:].split("."))) if pre else ()
    # A release is more than its pre-releases.
    return (*numbers, not pre, identifiers)  # type: ignore[return-value]  # three numbers


def _parse(version: str) -> re.Match[str] | None:
    """Take a version apart; numbers have no leading zeros, those of pre-releases among them, and no part is empty."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    major, minor, patch, pre, build = found.groups()
    numbers = [major, minor, patch]
    if pre:
        identifiers = pre[1:].split(".")
        if "" in identifiers:
            return None
        numbers += filter(str.isdecimal, identifiers)
    if build and "" in build[1:].split("."):
        return None
    return None if any(one and one[0] == "0" and one != "0" for one in numbers) else found


def _number(digits: str | None) -> _Number:
    return (len(digits), digits) if digits else _ZERO


def _identifier(text: str) -> tuple[bool, _Number]:
    """Order numbers before words, numbers by value, words by their letters."""
    return (False, _number(text)) if text.isdecimal() else (True, (0, text))
