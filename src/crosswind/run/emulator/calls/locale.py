"""The locale, code pages, and texts' case and order."""

from __future__ import annotations

from crosswind.run.emulator import code_pages, locales, ordinal, status
from crosswind.run.emulator.abi import I32, U32, Bool, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import encoded, filled, units
from crosswind.run.emulator.code_pages import NoTranslation
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import Unsupported, WinError

# MultiByteToWideChar's and WideCharToMultiByte's flags (stringapiset.h).
_MB_ERR_INVALID_CHARS = 0x08
_MB_ALL = 0x0F
_WC_ERR_INVALID_CHARS = 0x80
_WC_NO_BEST_FIT_CHARS = 0x400
# LCMapString's flags (winnls.h).
_MAP_LOWER, _MAP_UPPER = 0x100, 0x200
_MAP_SUPPORTED = _MAP_LOWER | _MAP_UPPER | 0x01000000
# CompareString's answers.
_LESS, _EQUAL, _GREATER = 1, 2, 3
# MUI_LANGUAGE_ID: names are numbers.
_LANGUAGE_ID = 0x04


@call("kernel32", "kernelbase")
def GetACP(p: Process) -> U32:
    """Return the ANSI code page: 1252."""
    del p
    return code_pages.ANSI


@call("kernel32", "kernelbase")
def GetOEMCP(p: Process) -> U32:
    """Return the OEM code page: 437."""
    del p
    return code_pages.OEM


@call("kernel32", "kernelbase")
def IsValidCodePage(p: Process, page: U32) -> Bool:
    """Say whether a code page is there; CP_ACP and its like are roles, not pages."""
    del p
    if code_pages.resolve(page) != page:
        return 0
    if not code_pages.known(page):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return 1


@call("kernel32", "kernelbase")
def GetCPInfo(p: Process, page: U32, info: Pointer) -> Bool:
    """Describe a code page; lead bytes are told of the double-byte ones."""
    if not code_pages.known(page) or not info:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    lead = code_pages.lead_bytes(page).ljust(12, b"\0")
    p.memory.write(info, code_pages.max_char_size(page).to_bytes(4, "little") + b"?\0" + lead)
    return 1


@call("kernel32", "kernelbase")
def GetUserDefaultLocaleName(p: Process, buffer: Pointer, size: I32) -> I32:
    """Return en-US."""
    return filled(p, buffer, size or -1, locales.NAME)


@call("kernel32", "kernelbase")
def GetSystemDefaultLocaleName(p: Process, buffer: Pointer, size: I32) -> I32:
    """Return en-US."""
    return filled(p, buffer, size or -1, locales.NAME)


@call("kernel32", "kernelbase")
def GetUserDefaultLCID(p: Process) -> U32:
    """Return the locale's number."""
    del p
    return locales.LCID


@call("kernel32", "kernelbase")
def GetSystemDefaultLCID(p: Process) -> U32:
    """Return the locale's number."""
    del p
    return locales.LCID


@call("kernel32", "kernelbase")
def GetThreadLocale(p: Process) -> U32:
    """Return the locale's number."""
    del p
    return locales.LCID


@call("kernel32", "kernelbase")
def GetUserDefaultLangID(p: Process) -> U32:
    """Return the language's number."""
    del p
    return locales.LANGID


@call("kernel32", "kernelbase")
def GetSystemDefaultLangID(p: Process) -> U32:
    """Return the language's number."""
    del p
    return locales.LANGID


@call("kernel32", "kernelbase")
def GetUserDefaultUILanguage(p: Process) -> U32:
    """Return the language's number."""
    del p
    return locales.LANGID


@call("kernel32", "kernelbase")
def GetSystemDefaultUILanguage(p: Process) -> U32:
    """Return the language's number."""
    del p
    return locales.LANGID


@call("kernel32", "kernelbase")
def LocaleNameToLCID(p: Process, name: WideString, flags: U32) -> U32:
    """Return a locale's number; there is one locale."""
    del p, flags
    if not locales.known_name(name or ""):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return locales.LCID


@call("kernel32", "kernelbase")
def LCIDToLocaleName(p: Process, lcid: U32, buffer: Pointer, size: I32, flags: U32) -> I32:
    """Return a locale's name; there is one locale."""
    del flags
    if not locales.known_lcid(lcid):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return filled(p, buffer, size, locales.NAME)


@call("kernel32", "kernelbase")
def IsValidLocale(p: Process, lcid: U32, flags: U32) -> Bool:
    """Say whether it is the one locale."""
    del p, flags
    return int(locales.known_lcid(lcid))


@call("kernel32", "kernelbase")
def GetLocaleInfoEx(p: Process, name: WideString, kind: U32, buffer: Pointer, size: I32) -> I32:
    """Answer a question about the locale."""
    if not locales.known_name(name or ""):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return _info(p, kind, buffer, size)


@call("kernel32", "kernelbase")
def GetLocaleInfoW(p: Process, lcid: U32, kind: U32, buffer: Pointer, size: I32) -> I32:
    """Answer a question about the locale."""
    if not locales.known_lcid(lcid):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return _info(p, kind, buffer, size)


def _info(p: Process, kind: int, buffer: int, size: int) -> int:
    """Write an answer; a number takes the room of two characters."""
    answer = locales.info(kind)
    if answer is None:
        raise WinError(status.ERROR_INVALID_FLAGS)
    if isinstance(answer, str):
        return filled(p, buffer, size, answer)
    if size:
        if size < 2:
            raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
        p.memory.write_u32(buffer, answer)
    return 2


def _languages(p: Process, flags: int, count: int, buffer: int, size_at: int) -> int:
    """Write the list of preferred languages: one, ended by two NULs."""
    text = f"{locales.LANGID:04X}" if flags & _LANGUAGE_ID else locales.NAME
    data = encoded(f"{text}\0")
    room = p.memory.read_u32(size_at)
    p.memory.write_u32(size_at, len(data) // 2)
    p.memory.write_u32(count, 1)
    if room or buffer:
        if room < len(data) // 2:
            raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
        p.memory.write(buffer, data)
    return 1


@call("kernel32", "kernelbase")
def GetUserPreferredUILanguages(
    p: Process, flags: U32, count: Pointer, buffer: Pointer, size: Pointer
) -> Bool:
    """Return the one language."""
    return _languages(p, flags, count, buffer, size)


@call("kernel32", "kernelbase")
def GetSystemPreferredUILanguages(
    p: Process, flags: U32, count: Pointer, buffer: Pointer, size: Pointer
) -> Bool:
    """Return the one language."""
    return _languages(p, flags, count, buffer, size)


@call("kernel32", "kernelbase")
def GetThreadPreferredUILanguages(
    p: Process, flags: U32, count: Pointer, buffer: Pointer, size: Pointer
) -> Bool:
    """Return the one language."""
    return _languages(p, flags, count, buffer, size)


@call("kernel32", "kernelbase")
def GetProcessPreferredUILanguages(
    p: Process, flags: U32, count: Pointer, buffer: Pointer, size: Pointer
) -> Bool:
    """Return the one language."""
    return _languages(p, flags, count, buffer, size)


@call("kernel32", "kernelbase")
def MultiByteToWideChar(
    p: Process, page: U32, flags: U32, source: Pointer, length: I32, buffer: Pointer, size: I32
) -> I32:
    """Turn bytes into UTF-16."""
    if not source or not length or length < -1 or size < 0 or (size and not buffer):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if not code_pages.known(page):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if flags & ~_MB_ALL:
        raise WinError(status.ERROR_INVALID_FLAGS)
    data = p.memory.read_narrow(source) + b"\0" if length < 0 else p.memory.read(source, length)
    try:
        text = code_pages.decode(data, page, strict=bool(flags & _MB_ERR_INVALID_CHARS))
    except NoTranslation as error:
        raise WinError(status.ERROR_NO_UNICODE_TRANSLATION) from error
    result = text.encode("utf-16-le", "surrogatepass")
    return _copied(p, result, 2, buffer, size)


@call("kernel32", "kernelbase")
def WideCharToMultiByte(
    p: Process, page: U32, flags: U32, source: Pointer, length: I32, buffer: Pointer, size: I32,
    default: Pointer, used_default: Pointer,
) -> I32:  # fmt: skip
    """Turn UTF-16 into bytes."""
    if not source or not length or length < -1 or size < 0 or (size and not buffer):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if not code_pages.known(page):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if length < 0:
        text = p.memory.read_wide(source) + "\0"
    else:
        text = p.memory.read(source, 2 * length).decode("utf-16-le", "surrogatepass")
    try:
        result, used = code_pages.encode(
            text,
            page,
            default=p.memory.read_narrow(default)[:2] if default else b"?",
            strict=bool(flags & _WC_ERR_INVALID_CHARS),
            best_fit=not flags & _WC_NO_BEST_FIT_CHARS,
        )
    except NoTranslation as error:
        raise WinError(status.ERROR_NO_UNICODE_TRANSLATION) from error
    if used_default:
        p.memory.write_u32(used_default, int(used))
    return _copied(p, result, 1, buffer, size)


def _copied(p: Process, data: bytes, width: int, buffer: int, size: int) -> int:
    """Write a result that fits and return its length in characters; a size of 0 only asks."""
    if size:
        if len(data) > width * size:
            raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
        p.memory.write(buffer, data)
    return len(data) // width


@call("kernel32", "kernelbase")
def CompareStringOrdinal(
    p: Process,
    left: Pointer,
    left_length: I32,
    right: Pointer,
    right_length: I32,
    ignore_case: Bool,
) -> I32:
    """Compare by code units; case may not count."""
    if not left or not right or left_length < -1 or right_length < -1:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    order = ordinal.compare(
        _text(p, left, left_length), _text(p, right, right_length), ignore_case=bool(ignore_case)
    )
    return _EQUAL + order


def _text(p: Process, address: int, length: int) -> str:
    """Read UTF-16 of a known length, or up to its NUL where that is -1."""
    if length < 0:
        return p.memory.read_wide(address)
    return p.memory.read(address, 2 * length).decode("utf-16-le", "surrogatepass")


@call("kernel32", "kernelbase")
def LCMapStringEx(
    p: Process, name: WideString, flags: U32, source: Pointer, length: I32, buffer: Pointer,
    size: I32, version: Pointer, reserved: Pointer, handle: Pointer,
) -> I32:  # fmt: skip
    """Map to upper or lower case, letter by letter; sort keys are unsupported."""
    del version, reserved, handle
    if not locales.known_name(name or ""):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return _mapped(p, flags, source, length, buffer, size)


@call("kernel32", "kernelbase")
def LCMapStringW(
    p: Process, lcid: U32, flags: U32, source: Pointer, length: I32, buffer: Pointer, size: I32
) -> I32:
    """Map to upper or lower case, letter by letter; sort keys are unsupported."""
    if not locales.known_lcid(lcid):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return _mapped(p, flags, source, length, buffer, size)


def _mapped(p: Process, flags: int, source: int, length: int, buffer: int, size: int) -> int:
    """Map a text and copy it out."""
    if not source or not length or size < 0:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if flags & ~_MAP_SUPPORTED:
        raise Unsupported(f"mapping a text with flags {flags:#x}: only its case can be changed")
    if not flags & (_MAP_LOWER | _MAP_UPPER):
        raise WinError(status.ERROR_INVALID_FLAGS)
    text = _text(p, source, length) + ("\0" if length < 0 else "")
    mapped = ordinal.upper(text) if flags & _MAP_UPPER else ordinal.lower(text)
    return _copied(p, mapped.encode("utf-16-le", "surrogatepass"), 2, buffer, size)


@call("kernel32", "kernelbase")
def lstrlenW(p: Process, text: WideString) -> I32:
    """Count a text's code units."""
    del p
    return units(text or "")
