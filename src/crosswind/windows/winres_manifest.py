"""The manifest that go-winres writes for an object in `winres.json`, byte for byte.

Semantics: the README of github.com/tc-hib/go-winres, "Manifest", and manifest.go of
github.com/tc-hib/winres, against which tests/integration/windows compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from crosswind.windows.json_value import Value
from crosswind.windows.manifest import SYSTEM_IDS, Level, System

T = TypeVar("T")

_LEVELS = {
    "": Level.AS_INVOKER,
    "as invoker": Level.AS_INVOKER,
    "asinvoker": Level.AS_INVOKER,
    "highest": Level.HIGHEST_AVAILABLE,
    "highest available": Level.HIGHEST_AVAILABLE,
    "highestavailable": Level.HIGHEST_AVAILABLE,
    "administrator": Level.REQUIRE_ADMINISTRATOR,
    "require administrator": Level.REQUIRE_ADMINISTRATOR,
    "requireadministrator": Level.REQUIRE_ADMINISTRATOR,
}
_SYSTEM, _UNAWARE = ("true", "system"), ("false", "unaware")
_PER_MONITOR, _V2 = ("true/pm", "permonitor"), ("true", "permonitorv2,system")
_DPI = {
    "": _SYSTEM,
    "system": _SYSTEM,
    "true": _SYSTEM,
    "unaware": _UNAWARE,
    "false": _UNAWARE,
    "per monitor": _PER_MONITOR,
    "permonitor": _PER_MONITOR,
    "true/pm": _PER_MONITOR,
    "per monitor v2": _V2,
    "permonitorv2": _V2,
}
_SYSTEMS = {
    "vista": System.VISTA,
    "win7": System.SEVEN,
    "win8": System.EIGHT,
    "win8.1": System.EIGHT_ONE,
    "win10": System.TEN,
}
# Name in JSON; element, year of its namespace, value.
_SWITCHES = (
    ("auto-elevate", "autoElevate", 2005, "true"),
    ("disable-theming", "disableTheming", 2005, "true"),
    ("disable-window-filtering", "disableWindowFiltering", 2011, "true"),
    ("high-resolution-scrolling-aware", "highResolutionScrollingAware", 2013, "true"),
    ("printer-driver-isolation", "printerDriverIsolation", 2011, "true"),
    ("ultra-high-resolution-scrolling-aware", "ultraHighResolutionScrollingAware", 2013, "true"),
    ("long-path-aware", "longPathAware", 2016, "true"),
    ("gdi-scaling", "gdiScaling", 2017, "true"),
    ("segment-heap", "heapType", 2020, "SegmentHeap"),
)
_CONTROLS = (
    '<assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"'
    ' processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/>'
)


def write(manifest: Value) -> bytes:
    """Write the manifest that an object describes.

    Raises:
        UsageError: CW0791, a value of the wrong kind or not known.
    """
    return ("\n".join(_lines(manifest)) + "\n").encode()


def _lines(manifest: Value) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    yield '<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">'
    yield from _identity(manifest)
    yield ""
    yield '  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">'
    yield "    <application>"
    oldest = _known(manifest.get("minimum-os"), _SYSTEMS | {"": System.SEVEN})
    for system in reversed(list(System)[list(System).index(oldest) :]):
        yield f'      <supportedOS Id="{SYSTEM_IDS[system]}"/>'
    yield "    </application>"
    yield "  </compatibility>"
    yield ""
    yield '  <application xmlns="urn:schemas-microsoft-com:asm.v3">'
    yield "    <windowsSettings>"
    aware, awareness = _known(manifest.get("dpi-awareness"), _DPI)
    yield _setting("dpiAware", 2005, aware)
    yield _setting("dpiAwareness", 2016, awareness)
    for name, element, year, value in _SWITCHES:
        if manifest.get(name).flag():
            yield _setting(element, year, value)
    yield "    </windowsSettings>"
    yield "  </application>"
    yield ""
    yield '  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">'
    yield "    <security>"
    yield "      <requestedPrivileges>"
    level = _known(manifest.get("execution-level"), _LEVELS)
    access = "true" if manifest.get("ui-access").flag() else "false"
    yield f'        <requestedExecutionLevel level="{level}" uiAccess="{access}"/>'
    yield "      </requestedPrivileges>"
    yield "    </security>"
    yield "  </trustInfo>"
    if manifest.get("use-common-controls-v6").flag():
        yield from ("", "  <dependency>", "    <dependentAssembly>")
        yield f"      {_CONTROLS}"
        yield from ("    </dependentAssembly>", "  </dependency>")
    yield ""
    yield "</assembly>"


def _identity(manifest: Value) -> Iterator[str]:
    identity = manifest.get("identity")
    name, version = identity.get("name").text(), identity.get("version")
    numbers = _numbers(version)
    if name:
        yield ""
        yield (
            f'  <assemblyIdentity type="win32" name="{_escaped(name)}"'
            f' version="{".".join(map(str, numbers))}" processorArchitecture="*"/>'
        )
    description = manifest.get("description").text()
    if description:
        yield f"  <description>{_escaped(description)}</description>"


def _numbers(version: Value) -> list[int]:
    text = version.text().strip()
    if text and not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,5}){0,3}", text):
        raise version.mistake(f"{text[:40]!r} is no version", "write one to four numbers")
    numbers = [int(number) for number in text.split(".")] if text else []
    if max(numbers, default=0) > 0xFFFF:
        raise version.mistake(f"a number in {text!r} is over 65535", code="CW0741")
    return [*numbers, 0, 0, 0, 0][:4]


def _setting(name: str, year: int, value: str) -> str:
    space = f"http://schemas.microsoft.com/SMI/{year}/WindowsSettings"
    return f'      <{name} xmlns="{space}">{value}</{name}>'


def _known(value: Value, table: dict[str, T]) -> T:
    text = value.text().strip().lower()
    if text not in table:
        names = ", ".join(name for name in table if name)
        raise value.mistake(f"{text[:40]!r} is not known", f"one of {names}")
    return table[text]


# What Go's text/template does for `html`: numbers for quotes, and no NUL.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\ufffd"}
)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
