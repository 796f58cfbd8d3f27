"""Languages of resources: names as people write them, and the numbers that Windows has for them."""

from __future__ import annotations

import locale

from crosswind.errors import UsageError

# [MS-LCID]: two sort orders of one language; Windows' own name belongs to the modern one.
_MODERN = {"es-es": 0x0C0A}


def langid(text: str, where: str = "") -> int:
    """Return the LANGID of `en-US`, `0x0409`, `1033` or `neutral`.

    The numbers are those of [MS-LCID], which Python carries as `locale.windows_locale`.

    Args:
        text: the language.
        where: where it stands, for the message.

    Raises:
        UsageError: CW0230, it is no language of Windows.
    """
    number = _number(text) if text[:1].isdigit() else _named(text)
    if number is None or not 0 <= number <= 0xFFFF:
        raise UsageError(
            "CW0230",
            f"{text!r} is no language of Windows",
            subject=where,
            hint="write one such as en-US, or its number, such as 0x0409",
        )
    return number


def name(number: int) -> str:
    """Return what a LANGID is called: `en-US`, `neutral`, or its number where it has no name."""
    if number == 0:
        return "neutral"
    known = locale.windows_locale.get(number)
    return known.replace("_", "-") if known else f"{number:#06x}"


def _number(text: str) -> int | None:
    try:
        return int(text, 16 if text[:2].lower() == "0x" else 10)
    except ValueError:
        return None


def _named(text: str) -> int | None:
    wanted = text.lower().replace("_", "-")
    if wanted == "neutral":
        return 0
    if wanted in _MODERN:
        return _MODERN[wanted]
    codes = [code for code, name in locale.windows_locale.items() if _spell(name) == wanted]
    return min(codes, default=None)


def _spell(name: str) -> str:
    return name.lower().replace("_", "-")
