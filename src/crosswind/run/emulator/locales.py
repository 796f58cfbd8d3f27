"""The one locale of an emulated computer, en-US, and what programs ask about it.

The values are those that Windows documents for LCID 0x0409 (LCTYPE constants of winnls.h).
"""

from __future__ import annotations

NAME = "en-US"
LCID = 0x0409
LANGID = 0x0409
# Names that mean this locale too: the user's default, and the invariant one answers the same here.
_NAMES = {"", "en-us", "en", "!x-sys-default-locale"}
_LCIDS = {LCID, 0x0009, 0x0400, 0x0800, 0x0C00, 0x1000, 0x007F, 0}

# LOCALE_NOUSEROVERRIDE, LOCALE_USE_CP_ACP: how to look; LOCALE_RETURN_NUMBER: a DWORD is wanted.
_FLAGS = 0x80000000 | 0x40000000
RETURN_NUMBER = 0x20000000

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_TEXTS = {
    0x0001: "0409",  # LOCALE_ILANGUAGE
    0x0002: "English (United States)",  # LOCALE_SLOCALIZEDDISPLAYNAME
    0x0003: "ENU",  # LOCALE_SABBREVLANGNAME
    0x0004: "English (United States)",  # LOCALE_SNATIVEDISPLAYNAME
    0x0005: "1",  # LOCALE_ICOUNTRY
    0x0006: "United States",  # LOCALE_SLOCALIZEDCOUNTRYNAME
    0x0007: "USA",  # LOCALE_SABBREVCTRYNAME
    0x0008: "United States",  # LOCALE_SNATIVECOUNTRYNAME
    0x0009: "0409",  # LOCALE_IDEFAULTLANGUAGE
    0x000B: "437",  # LOCALE_IDEFAULTCODEPAGE
    0x000C: ",",  # LOCALE_SLIST
    0x000D: "1",  # LOCALE_IMEASURE
    0x000E: ".",  # LOCALE_SDECIMAL
    0x000F: ",",  # LOCALE_STHOUSAND
    0x0010: "3;0",  # LOCALE_SGROUPING
    0x0011: "2",  # LOCALE_IDIGITS
    0x0012: "1",  # LOCALE_ILZERO
    0x0013: "0123456789",  # LOCALE_SNATIVEDIGITS
    0x0014: "$",  # LOCALE_SCURRENCY
    0x0015: "USD",  # LOCALE_SINTLSYMBOL
    0x001D: "/",  # LOCALE_SDATE
    0x001E: ":",  # LOCALE_STIME
    0x001F: "M/d/yyyy",  # LOCALE_SSHORTDATE
    0x0020: "dddd, MMMM d, yyyy",  # LOCALE_SLONGDATE
    0x0021: "0",  # LOCALE_IDATE
    0x0023: "0",  # LOCALE_ITIME
    0x0028: "AM",  # LOCALE_S1159
    0x0029: "PM",  # LOCALE_S2359
    **{0x002A + day: name for day, name in enumerate(_DAYS)},
    **{0x0031 + day: name[:3] for day, name in enumerate(_DAYS)},
    **{0x0038 + month: name for month, name in enumerate(_MONTHS)},
    **{0x0044 + month: name[:3] for month, name in enumerate(_MONTHS)},
    0x0050: "",  # LOCALE_SPOSITIVESIGN
    0x0051: "-",  # LOCALE_SNEGATIVESIGN
    0x0059: "en",  # LOCALE_SISO639LANGNAME
    0x005A: "US",  # LOCALE_SISO3166CTRYNAME
    0x005C: NAME,  # LOCALE_SNAME
    0x0067: "eng",  # LOCALE_SISO639LANGNAME2
    0x0068: "USA",  # LOCALE_SISO3166CTRYNAME2
    0x006D: "en",  # LOCALE_SPARENT
    0x0072: "English (United States)",  # LOCALE_SENGLISHDISPLAYNAME
    0x1001: "English",  # LOCALE_SENGLISHLANGUAGENAME
    0x1002: "United States",  # LOCALE_SENGLISHCOUNTRYNAME
    0x1003: "h:mm:ss tt",  # LOCALE_STIMEFORMAT
    0x1004: "1252",  # LOCALE_IDEFAULTANSICODEPAGE
    0x1009: "1",  # LOCALE_ICALENDARTYPE
    0x100C: "6",  # LOCALE_IFIRSTDAYOFWEEK
    0x100D: "0",  # LOCALE_IFIRSTWEEKOFYEAR
}
# These are written in hexadecimal.
_HEXADECIMAL = frozenset({0x0001, 0x0009})


def known_name(name: str) -> bool:
    """Say whether a locale's name means ours."""
    return name.lower() in _NAMES


def known_lcid(lcid: int) -> bool:
    """Say whether a locale's number means ours."""
    return lcid in _LCIDS


def info(kind: int) -> str | int | None:
    """Answer a question: a text, or a number where RETURN_NUMBER is set; None where unknown."""
    number = bool(kind & RETURN_NUMBER)
    kind &= ~(_FLAGS | RETURN_NUMBER)
    found = _TEXTS.get(kind)
    if found is None or not number:
        return found
    try:
        return int(found, 16 if kind in _HEXADECIMAL else 10)
    except ValueError:
        return None
