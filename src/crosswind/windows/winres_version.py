"""Version information of `winres.json`: one resource for each language of texts.

Semantics: version/json.go and version/version.go of github.com/tc-hib/winres.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from crosswind.errors import UsageError
from crosswind.windows import version
from crosswind.windows.json_value import Value
from crosswind.windows.resource import ENGLISH_US, NEUTRAL, Resource
from crosswind.windows.version import (
    UNICODE,
    FileType,
    Fixed,
    Flag,
    Numbers,
    StringTable,
    VersionInfo,
)

_FLAGS = {
    "debug": Flag.DEBUG,
    "prerelease": Flag.PRERELEASE,
    "patched": Flag.PATCHED,
    "privatebuild": Flag.PRIVATE_BUILD,
    "specialbuild": Flag.SPECIAL_BUILD,
}
_TYPES = {"": FileType.APP, "app": FileType.APP, "dll": FileType.DLL}
# Win32, "FILETIME structure": 100 ns since 1601.
_FRACTION = re.compile(r"(?<=:[0-9]{2})\.([0-9]{1,30})")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def resources(value: Value) -> list[Resource]:
    """Make the resources of one entry.

    Explorer looks for a resource in the user's language, not for a table within one. So each
    language has its own, filled up from the neutral one, from English, then from the others.

    Raises:
        UsageError: CW0740 or CW0741, a version; CW0742, a text; CW0791, any other value.
    """
    fixed = _fixed(value.get("fixed"))
    tables = {_language(table, key): _strings(table) for key, table in value.get("info").items()}
    if not tables:
        return [version.resource(VersionInfo(fixed), NEUTRAL)] if value.get("fixed").raw else []
    first = [language for language in (NEUTRAL, ENGLISH_US) if language in tables]
    common: dict[str, str] = {}
    for language in [*first, *sorted(tables)]:
        common = {**tables[language], **common}
    made = []
    for language, strings in tables.items():
        texts = {**common, **strings}
        version.checked(texts, value.file)
        # Sorted as Go sorts text: by UTF-8.
        ordered = tuple(sorted(texts.items(), key=lambda item: item[0].encode()))
        table = StringTable(language, UNICODE, ordered)
        info = VersionInfo(fixed, (table,), ((language, UNICODE),))
        made.append(version.resource(info, language))
    return made


def _language(value: Value, key: str) -> int:
    return Value(key, value.path, value.file).hexadecimal(0xFFFF)


def _strings(table: Value) -> dict[str, str]:
    return {name: text.text() for name, text in table.items()}


def _fixed(value: Value) -> Fixed:
    flags = value.get("flags").text().lower()
    return Fixed(
        _numbers(value.get("file_version")),
        _numbers(value.get("product_version")),
        flags=sum(int(flag) for name, flag in _FLAGS.items() if name in flags),
        type=_TYPES.get(value.get("type").text().lower(), FileType.UNKNOWN),
        date=_date(value.get("timestamp")),
    )


def _numbers(value: Value) -> Numbers:
    text = value.text().strip()
    if not text:
        return 0, 0, 0, 0
    try:
        return version.parse(text).numbers
    except UsageError as error:
        raise value.mistake(error.message, error.hint, error.code) from error


def _date(value: Value) -> int:
    text = value.text()
    if not text:
        return 0
    # datetime keeps six digits of a second; FILETIME has seven, and later ones are cut off.
    fraction = _FRACTION.search(text)
    try:
        time = datetime.fromisoformat(_FRACTION.sub("", text))
    except ValueError:
        raise value.mistake(
            f"{text[:40]!r} is no time", "write one such as 2020-12-18T23:00:00+01:00"
        ) from None
    if time.tzinfo is None or time < _EPOCH:
        raise value.mistake(f"{text!r} lacks its offset, or is before 1601")
    passed = time - _EPOCH
    ticks = int(fraction.group(1)[:7].ljust(7, "0")) if fraction else 0
    return (passed.days * 86400 + passed.seconds) * 10_000_000 + ticks
