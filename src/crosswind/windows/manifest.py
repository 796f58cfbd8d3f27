"""Application manifests: what a program asks of Windows, written from settings.

Source of every element: Win32, "Application manifests". `manifest_check.py` reads given ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from html import escape

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.windows.manifest_check import ManifestFacts, check
from crosswind.windows.resource import ENGLISH_US, Resource, ResourceType

__all__ = [
    "Dpi",
    "Level",
    "ManifestFacts",
    "ManifestSettings",
    "System",
    "check",
    "resource",
    "write",
]

# winuser.h: CREATEPROCESS_MANIFEST_RESOURCE_ID for programs; ISOLATIONAWARE_MANIFEST_RESOURCE_ID
# for libraries, whose manifest the loader reads when they are loaded.
PROGRAM_ID, LIBRARY_ID = 1, 2


class Level(StrEnum):
    """requestedExecutionLevel: with whose rights the program runs."""

    AS_INVOKER = "asInvoker"
    HIGHEST_AVAILABLE = "highestAvailable"
    REQUIRE_ADMINISTRATOR = "requireAdministrator"


class Dpi(StrEnum):
    """dpiAwareness: who scales the program's windows, as the configuration spells it."""

    UNAWARE = "unaware"
    SYSTEM = "system"
    PER_MONITOR = "per-monitor"
    PER_MONITOR_V2 = "per-monitor-v2"


# dpiAware counts before Windows 10 version 1607; from there on dpiAwareness does, by the leftmost
# item that is known. "permonitorv2" came with 1703; before it "permonitor" is nearest.
_DPI = {
    Dpi.UNAWARE: ("false", "unaware"),
    Dpi.SYSTEM: ("true", "system"),
    Dpi.PER_MONITOR: ("true/pm", "permonitor"),
    Dpi.PER_MONITOR_V2: ("true/pm", "permonitorv2,permonitor"),
}


class System(StrEnum):
    """The oldest Windows that the program says it knows."""

    VISTA = "windows-vista"
    SEVEN = "windows-7"
    EIGHT = "windows-8"
    EIGHT_ONE = "windows-8.1"
    TEN = "windows-10"


# supportedOS: the ids, oldest first. Windows 11 and the servers since 2016 share that of 10.
SYSTEM_IDS = {
    System.VISTA: "{e2011457-1546-43c5-a5fe-008deee3d3f0}",
    System.SEVEN: "{35138b9a-5d96-4fbd-8e2d-a2440225f93a}",
    System.EIGHT: "{4a2f28e3-53b9-4441-ba9c-d69d4a4a6e38}",
    System.EIGHT_ONE: "{1f676c76-80e1-4239-95bb-83d0f6d0da78}",
    System.TEN: "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}",
}


@frozen
class ManifestSettings:
    """What the manifest says.

    Attributes:
        level: see `Level`.
        ui_access: drive windows of programs with more rights; takes a signature and a place in a
            protected folder.
        dpi: see `Dpi`.
        long_paths: paths may be longer than MAX_PATH where the system allows it.
        utf8: the ANSI functions of Windows take UTF-8.
        supported_os: the oldest known Windows; all later ones are known, too.
        common_controls: controls look as since Windows XP.
        gdi_scaling: Windows scales what the program draws by GDI; with `dpi` unaware.
        segment_heap: use the heap of newer Windows, which often takes less memory.
        name: of the program as an assembly, such as `Example.Greet`; empty: no identity.
        version: of the assembly, four numbers.
        description: shown nowhere, but allowed.
    """

    level: Level = Level.AS_INVOKER
    ui_access: bool = False
    dpi: Dpi = Dpi.PER_MONITOR_V2
    long_paths: bool = True
    utf8: bool = False
    supported_os: System = System.SEVEN
    common_controls: bool = False
    gdi_scaling: bool = False
    segment_heap: bool = False
    name: str = ""
    version: tuple[int, int, int, int] = (0, 0, 0, 0)
    description: str = ""


_ASM1 = "urn:schemas-microsoft-com:asm.v1"
_ASM3 = "urn:schemas-microsoft-com:asm.v3"
_COMPATIBILITY = "urn:schemas-microsoft-com:compatibility.v1"
_SETTINGS = "http://schemas.microsoft.com/SMI/{}/WindowsSettings"
# The library that brings the newer controls, as "Enabling Visual Styles" names it.
_CONTROLS = (
    '<assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"'
    ' processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/>'
)


def write(settings: ManifestSettings | None = None) -> bytes:
    """Write a manifest; equal settings give equal bytes.

    Raises:
        UsageError: CW0753, settings that Windows does not take together, or text that XML cannot hold.
    """
    settings = settings or ManifestSettings()
    if settings.gdi_scaling and settings.dpi is not Dpi.UNAWARE:
        raise UsageError(
            "CW0753",
            f"gdi_scaling has no effect with dpi {settings.dpi}",
            hint="set dpi to unaware, or leave gdi_scaling out",
        )
    for text in (settings.name, settings.description):
        _printable(text)
    text = "\n".join(_lines(settings)) + "\n"
    return text.encode()


def _printable(text: str) -> None:
    """Refuse what XML 1.0, 2.2, "Characters" leaves out."""
    if any(
        (ord(char) < 32 and char not in "\t\n\r") or 0xD800 <= ord(char) < 0xE000 for char in text
    ):
        raise UsageError("CW0753", f"{text[:40]!r} cannot stand in XML", hint="remove controls")


def _lines(settings: ManifestSettings) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    yield f'<assembly xmlns="{_ASM1}" manifestVersion="1.0">'
    if settings.name:
        version = ".".join(map(str, settings.version))
        yield (
            f'  <assemblyIdentity type="win32" name="{escape(settings.name)}"'
            f' version="{version}" processorArchitecture="*"/>'
        )
    if settings.description:
        yield f"  <description>{escape(settings.description, quote=False)}</description>"
    if settings.common_controls:
        yield f"  <dependency><dependentAssembly>{_CONTROLS}</dependentAssembly></dependency>"
    yield f'  <compatibility xmlns="{_COMPATIBILITY}"><application>'
    # Newest first, as Windows' own programs have them.
    for system in reversed(list(System)):
        if list(System).index(system) >= list(System).index(settings.supported_os):
            yield f'    <supportedOS Id="{SYSTEM_IDS[system]}"/>'
    yield "  </application></compatibility>"
    yield f'  <application xmlns="{_ASM3}"><windowsSettings>'
    for name, year, value in _windows_settings(settings):
        yield f'    <{name} xmlns="{_SETTINGS.format(year)}">{value}</{name}>'
    yield "  </windowsSettings></application>"
    yield f'  <trustInfo xmlns="{_ASM3}"><security><requestedPrivileges>'
    access = "true" if settings.ui_access else "false"
    yield f'    <requestedExecutionLevel level="{settings.level}" uiAccess="{access}"/>'
    yield "  </requestedPrivileges></security></trustInfo>"
    yield "</assembly>"


def _windows_settings(settings: ManifestSettings) -> Iterator[tuple[str, int, str]]:
    """Name, year of the schema and value of each element of windowsSettings."""
    aware, awareness = _DPI[settings.dpi]
    yield "dpiAware", 2005, aware
    yield "dpiAwareness", 2016, awareness
    if settings.gdi_scaling:
        yield "gdiScaling", 2017, "true"
    if settings.long_paths:
        yield "longPathAware", 2016, "true"
    if settings.utf8:
        yield "activeCodePage", 2019, "UTF-8"
    if settings.segment_heap:
        yield "heapType", 2020, "SegmentHeap"


def resource(data: bytes, language: int = ENGLISH_US, *, library: bool = False) -> Resource:
    """Make the resource of a manifest: number 1 in programs, 2 in libraries."""
    return Resource(ResourceType.MANIFEST, LIBRARY_ID if library else PROGRAM_ID, language, data)
