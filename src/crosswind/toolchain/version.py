"""Go's versions: `1.27.3`, `1.27rc1`, the language version `1.27`; parsed and ordered as Go does.

Go does not use semantic versioning for itself. The rules here are those of Go 1.27.3's
internal/gover/gover.go (Parse, Compare, IsLang) and cmd/go/internal/gover/toolchain.go
(FromToolchain); a version is written without the `go` in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# gover.Parse: decimal numbers without leading zeros; a pre-release only behind major.minor.
# Go compares numbers of any length; one of more than 100 digits is none to us.
_NUMBER = r"(?:0|[1-9][0-9]{0,99})"
_VERSION = re.compile(
    rf"(?P<major>{_NUMBER})"
    rf"(?:\.(?P<minor>{_NUMBER})"
    rf"(?:\.(?P<patch>{_NUMBER})|(?P<kind>[a-z]+)(?P<pre>{_NUMBER})?)?)?",
    re.ASCII,
)
# Since Go 1.21 the first release is 1.21.0, and 1.21 names the language.
_FIRST_WITH_PATCH = 21


class Version(NamedTuple):
    """A parsed version; tuples compare as gover.Compare does. What is absent is -1 or empty."""

    major: int
    minor: int
    patch: int
    kind: str
    pre: int


# gover.Compare: malformed versions are less than well-formed ones, and equal to each other.
MALFORMED = Version(-1, -1, -1, "", -1)


def parse(text: str) -> Version:
    """Read a version; `MALFORMED` if it is none."""
    found = _VERSION.fullmatch(text)
    if not found:
        return MALFORMED
    if found["minor"] is None:
        return Version(int(found["major"]), 0, 0, "", -1)
    minor, patch = int(found["minor"]), found["patch"]
    if patch is None and not found["kind"] and minor < _FIRST_WITH_PATCH:
        patch = "0"
    return Version(
        int(found["major"]),
        minor,
        -1 if patch is None else int(patch),
        found["kind"] or "",
        -1 if found["pre"] is None else int(found["pre"]),
    )


def is_valid(text: str) -> bool:
    """Whether the text is a Go version."""
    return parse(text) != MALFORMED


def is_language(text: str) -> bool:
    """Whether the version names a language (`1.27`), not a release of it (`1.27.0`)."""
    version = parse(text)
    return version != MALFORMED and (version.patch, version.kind) == (-1, "")


def language(text: str) -> str:
    """The language version of a version: `1.27` of `1.27.3`."""
    version = parse(text)
    return f"{version.major}.{version.minor}"


def of_toolchain(name: str) -> str:
    """The version in a toolchain's name: `1.2.3` of `go1.2.3-custom`; empty if it is no name."""
    if not name.startswith("go") or "/" in name or "\\" in name:
        return ""
    version = re.split(r"[ \t-]", name[2:], maxsplit=1)[0]
    return version if is_valid(version) else ""


def first_release(text: str) -> str:
    """The release that a go line asks for: `1.27.0` for `1.27` (cmd/go, toolchain.Select)."""
    return f"{text}.0" if is_language(text) and parse(text) >= parse("1.21") else text


def nearest(text: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The known versions that were likeliest meant, newest first.

    Those of the same language version, else the newest of all.
    """
    ordered = sorted((name for name in known if is_valid(name)), key=parse, reverse=True)
    same = [name for name in ordered if language(name) == language(text)]
    return tuple((same or ordered)[:count])
