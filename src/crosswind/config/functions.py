"""Functions of templates: those GoReleaser documents whose result depends on arguments alone.

Each does what the named Go function does. Not here, because they would make builds depend on the
machine: `abs`, `readFile`, `mustReadFile` and the file digests.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

# unicode.IsSpace: the White_Space property. Python's own strip takes more (U+001C to U+001F).
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)

FUNCTIONS: dict[str, Callable[..., object]] = {}


_F = TypeVar("_F", bound=Callable[..., object])


def _function(name: str) -> Callable[[_F], _F]:
    def register(function: _F) -> _F:
        FUNCTIONS[name] = function
        return function

    return register


@_function("replace")
def _replace(text: str, old: str, new: str) -> str:
    """strings.ReplaceAll."""
    return text.replace(old, new)


@_function("split")
def _split(text: str, separator: str) -> list[str]:
    """strings.Split: an empty separator splits after each character."""
    return text.split(separator) if separator else list(text)


@_function("contains")
def _contains(text: str, part: str) -> bool:
    """strings.Contains."""
    return part in text


@_function("tolower")
def lower(text: str) -> str:
    """strings.ToLower: character by character; only U+0130 becomes two in Python."""
    return "".join(c.lower() if c != "\u0130" else "i" for c in text)


@_function("toupper")
def upper(text: str) -> str:
    """strings.ToUpper: character by character, `ß` stays as it is."""
    return "".join(_single(c.upper(), c.title(), c) for c in text)


def _single(*choices: str) -> str:
    return next(choice for choice in choices if len(choice) == 1)


@_function("trim")
def _trim(text: str) -> str:
    """strings.TrimSpace."""
    return text.strip(_SPACE)


@_function("trimprefix")
def _trimprefix(text: str, prefix: str) -> str:
    """strings.TrimPrefix."""
    return text.removeprefix(prefix)


@_function("trimsuffix")
def _trimsuffix(text: str, suffix: str) -> str:
    """strings.TrimSuffix."""
    return text.removesuffix(suffix)


@_function("title")
def _title(text: str) -> str:
    """Upper case for each word's first letter, lower case for the rest, as x/text/cases does.

    A word is what Unicode's word boundaries make it (UAX 29, WB6, WB7, WB13a): apostrophes and
    dots between letters, and underscores, do not end it.
    """
    return re.sub(r"\w+(?:['.\u2019:\u00b7]\w+)*", _title_word, text)


def _title_word(found: re.Match[str]) -> str:
    word = found[0]
    first = next((at for at, c in enumerate(word) if c.isalpha()), len(word))
    return word[:first] + word[first : first + 1].title() + lower(word[first + 1 :])


@_function("dir")
def _directory(path: str) -> str:
    """path.Dir, with slashes on every host."""
    return _clean(path[: path.rfind("/") + 1])


@_function("base")
def _base(path: str) -> str:
    """path.Base, with slashes on every host."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def _clean(path: str) -> str:
    """path.Clean; unlike POSIX, two leading slashes are one."""
    return posixpath.normpath(re.sub(r"^//+", "/", path))


# Perl's escapes, groups and possessive repeats mean other things, or nothing, to POSIX.
_NOT_POSIX = re.compile(r"\\[A-Za-z0-9]|\(\?|[*+?}]\+")
_POSIX_CLASS = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ", "upper": "A-Z", "xdigit": "0-9A-Fa-f", "word": "0-9A-Za-z_",
    "ascii": r"\x00-\x7f",
}  # fmt: skip


def _posix(pattern: str) -> re.Pattern[str]:
    """Compile an egrep expression, as regexp.CompilePOSIX takes them."""
    if _NOT_POSIX.search(pattern):
        raise ValueError(f"{pattern!r} is no POSIX regular expression")
    classes = re.sub(r"\[:([a-z]+):\]", lambda found: _POSIX_CLASS.get(found[1], found[0]), pattern)
    try:
        # Go's POSIX syntax has ^ and $ at line ends; there is one line at a time here.
        return re.compile(classes)
    except re.error as error:
        raise ValueError(f"{pattern!r}: {error.msg}") from error


@_function("filter")
def _filter(text: str, pattern: str) -> str:
    """Keep the lines that match, like `grep -E`."""
    wanted = _posix(pattern)
    return "\n".join(line for line in text.split("\n") if wanted.search(line))


@_function("reverseFilter")
def _reverse_filter(text: str, pattern: str) -> str:
    """Drop the lines that match, like `grep -vE`."""
    unwanted = _posix(pattern)
    return "\n".join(line for line in text.split("\n") if not unwanted.search(line))


@_function("map")
def _map(*pairs: str) -> Mapping[str, str]:
    """Make a map of names and values in turn; `index` gives an empty text for other names."""
    from gotpl import TypedMap

    if len(pairs) % 2:
        raise ValueError(f"map takes names and values in turn, got {len(pairs)} arguments")
    return TypedMap(dict(zip(pairs[::2], pairs[1::2], strict=True)), "")


@_function("indexOrDefault")
def _index_or_default(values: Mapping[str, str], name: str, default: str) -> str:
    """Look a name up in a map, with a value for when it is not there."""
    if not isinstance(values, Mapping):
        raise TypeError("indexOrDefault looks into a map")
    return values.get(name, default)


@_function("urlPathEscape")
def _url_path_escape(text: str) -> str:
    """url.PathEscape: net/url's shouldEscape spares these in a path segment."""
    return quote(text, safe="$&+=:@~")


_LENIENT_VERSION = re.compile(
    r"(v?)(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\Z"
)


def _increment(version: str, part: str) -> str:
    """Count one part up; what is below becomes 0, prerelease and build metadata go.

    A prerelease's patch is the one it leads to, so that it only loses the prerelease.
    """
    found = _LENIENT_VERSION.match(version)
    if not found:
        raise ValueError(f"{version!r} is no semantic version")
    major, minor, patch = (int(found[group] or 0) for group in (2, 3, 4))
    if part == "major":
        major, minor, patch = major + 1, 0, 0
    elif part == "minor":
        minor, patch = minor + 1, 0
    elif not found[5]:
        patch += 1
    return f"{found[1]}{major}.{minor}.{patch}"


@_function("incmajor")
def _incmajor(version: str) -> str:
    return _increment(version, "major")


@_function("incminor")
def _incminor(version: str) -> str:
    return _increment(version, "minor")


@_function("incpatch")
def _incpatch(version: str) -> str:
    return _increment(version, "patch")


def format_time(time: datetime, layout: str) -> str:
    """time.Time.Format in UTC, with Go's reference layout (`2006-01-02`)."""
    from gotime.go import Time

    return str(Time.from_datetime(time).utc().format(layout))


def bound(env: Any, now: datetime) -> dict[str, Callable[..., object]]:
    """Return all functions, with those that read the environment or the time bound to them."""

    def env_or_default(name: str, default: str) -> str:
        return str(env.get(name, default))

    def is_env_set(name: str) -> bool:
        return bool(env.get(name))

    def time(layout: str) -> str:
        return format_time(now, layout)

    return {**FUNCTIONS, "envOrDefault": env_or_default, "isEnvSet": is_env_set, "time": time}
