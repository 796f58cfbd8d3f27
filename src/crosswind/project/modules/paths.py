"""Module paths and import paths: what Go takes for one, and how the cache spells it (golang.org/x/mod/module)."""

from __future__ import annotations

import functools
import re

from crosswind.project.modules import semver

# checkElem for import paths: ASCII only, no dot at the end, not dots alone.
_ELEMENT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~+-"
_DIGITS = "0123456789"
_NUMBERED_DEVICES = {f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10)}
_RESERVED = frozenset({"con", "prn", "aux", "nul"} | _NUMBERED_DEVICES)
_GOPKG = r".*\.v(?P<ending>[0-9]*(?:-unstable)?)"


def import_path_mistake(path: str) -> str:
    """Say what is wrong with an import path (CheckImportPath); empty if nothing is."""
    if not path.isascii() and any("\ud800" <= character <= "\udfff" for character in path):
        return "invalid UTF-8"
    whole = {
        "empty string": not path,
        "leading dash": path.startswith("-"),
        "double slash": "//" in path,
        "trailing slash": path.endswith("/"),
    }
    wrong = next((message for message, holds in whole.items() if holds), "")
    return wrong or next(filter(None, map(_element_mistake, path.split("/"))), "")


# The paths of a graph have most of their elements in common.
@functools.lru_cache(4096)
def _element_mistake(element: str) -> str:
    if not element:
        return "empty path element"
    if not element.strip("."):
        return f'invalid path element "{element}"'
    if element.endswith("."):
        return "trailing dot in path element"
    if element.strip(_ELEMENT):
        bad = next(character for character in element if character not in _ELEMENT)
        return f"invalid char '{bad}'"
    return _windows_mistake(element.partition(".")[0])


def _windows_mistake(short: str) -> str:
    """Say what Windows has against a name (checkElem)."""
    if short.lower() in _RESERVED:
        return f'"{short}" disallowed as path element component on Windows'
    _, tilde, digits = short.rpartition("~")
    if tilde and digits and not digits.strip(_DIGITS):
        return "trailing tilde and digits in path element"
    return ""


def path_major(path: str) -> str | None:
    """Return the major version at a module path's end, `/v2` or `.v2`; None if it is malformed.

    SplitPathVersion: empty for v0 and v1.
    """
    if path.startswith("gopkg.in/"):
        found = re.fullmatch(_GOPKG, path, re.ASCII | re.DOTALL)
        ending = found["ending"] if found else ""
        return None if not ending or (ending[0] == "0" and ending != "0") else f".v{ending}"
    _, slash, number = path.rpartition("/")
    digits = number.removeprefix("v")
    if not slash or digits == number or not digits or digits.strip(f"{_DIGITS}."):
        return ""
    if "." in digits or digits[0] == "0" or digits == "1":
        return None
    return f"/v{digits}"


def major_mistake(version: str, ending: str) -> str:
    """Say why a version does not fit its path's ending (CheckPathMajor); empty if it does."""
    if ending.startswith(".v"):
        ending = ending.removesuffix("-unstable")
    if ending == ".v1" and version.startswith("v0.0.0-"):
        return ""
    have = semver.major(version)
    if not ending:
        if have in ("v0", "v1") or semver.build(version) == "+incompatible":
            return ""
        return f'version "{version}" invalid: should be v0 or v1, not {have}'
    if have == ending[1:]:
        return ""
    return f'version "{version}" invalid: should be {ending[1:]}, not {have}'


def escape(text: str) -> str:
    """Spell a path or version as the module cache does: `!x` for `X` (escapeString)."""
    return re.sub(r"[A-Z]", lambda found: f"!{found[0].lower()}", text)


def is_folder(path: str) -> bool:
    """Whether a replacement is a folder by its look (modfile, IsDirectoryPath)."""
    return path in (".", "..") or re.match(r"\.{0,2}[/\\]|[A-Za-z]:", path) is not None


def is_standard(path: str) -> bool:
    """Whether an import path looks like one of the standard library's (search.IsStandardImportPath)."""
    return "." not in path.partition("/")[0]


def is_within(path: str, module: str) -> bool:
    """Whether a package of this path could be in the module (maybeInModule)."""
    return path == module or (path.startswith(module) and path[len(module)] == "/")
