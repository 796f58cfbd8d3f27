"""Read a manifest as Windows would, and say what it asks for or what is wrong with it.

Source of the elements, their values and their namespaces: Win32, "Application manifests".
Windows refuses to start a program whose manifest it cannot read ("side-by-side configuration is
incorrect", error 14001) and silently leaves out a setting in the wrong namespace.
"""

from __future__ import annotations

import re
from dataclasses import field
from xml.parsers import expat

from crosswind.errors import BuildError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen

# Real manifests have some kilobytes and some ten levels.
_SIZE_MAX = 1 << 20
_DEPTH_MAX = 64
_ELEMENTS_MAX = 10_000
_TEXT_MAX = 1 << 12

_ASM = "urn:schemas-microsoft-com:asm.v"
_LEVELS = ("asInvoker", "highestAvailable", "requireAdministrator")
_DPI = ("unaware", "system", "permonitor", "permonitorv2")
_CONTROLS = "microsoft.windows.common-controls"
# The year in http://schemas.microsoft.com/SMI/<year>/WindowsSettings of each element.
_YEARS = {
    "autoElevate": 2005,
    "disableTheming": 2005,
    "dpiAware": 2005,
    "disableWindowFiltering": 2011,
    "printerDriverIsolation": 2011,
    "highResolutionScrollingAware": 2013,
    "ultraHighResolutionScrollingAware": 2013,
    "dpiAwareness": 2016,
    "longPathAware": 2016,
    "gdiScaling": 2017,
    "magicFutureSetting": 2017,
    "activeCodePage": 2019,
    "heapType": 2020,
}
_SYSTEMS = {
    "{e2011457-1546-43c5-a5fe-008deee3d3f0}": "Windows Vista",
    "{35138b9a-5d96-4fbd-8e2d-a2440225f93a}": "Windows 7",
    "{4a2f28e3-53b9-4441-ba9c-d69d4a4a6e38}": "Windows 8",
    "{1f676c76-80e1-4239-95bb-83d0f6d0da78}": "Windows 8.1",
    "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}": "Windows 10",
}


@frozen
class ManifestFacts:
    """What a manifest asks for.

    Attributes:
        level: asInvoker, highestAvailable, requireAdministrator, or empty if it says nothing.
        ui_access: whether uiAccess is true.
        settings: the elements of windowsSettings that Windows would heed, by name.
        systems: names of the supportedOS entries; the id itself where it is unknown.
        common_controls: whether version 6 of the common controls is asked for.
        name: of its identity, or empty.
        version: of its identity, or empty.
        description: its description, or empty.
        warnings: what Windows will not heed, each with line and column.
    """

    level: str = ""
    ui_access: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    systems: tuple[str, ...] = ()
    common_controls: bool = False
    name: str = ""
    version: str = ""
    description: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def dpi(self) -> str:
        """The DPI awareness in force on a current Windows: unaware, system, permonitor, ...v2."""
        if "dpiAwareness" in self.settings:
            # The leftmost item that is known; dpiAware does not count any more.
            items = [item.strip().lower() for item in self.settings["dpiAwareness"].split(",")]
            return next((item for item in items if item in _DPI), "unaware")
        old = self.settings.get("dpiAware", "").strip().lower()
        per_monitor = {"true/pm": "permonitor", "per monitor": "permonitor"}
        return per_monitor.get(old, "system" if old == "true" else "unaware")

    def findings(self, file: str) -> tuple[Finding, ...]:
        """Return the warnings as findings on a file."""
        placed = (warning.partition(": ") for warning in self.warnings)
        return tuple(
            Finding("CW0754", Severity.WARNING, f"{file}:{place}", message)
            for place, _, message in placed
        )

    def is_true(self, setting: str) -> bool:
        """Whether a setting of windowsSettings is `true`."""
        return self.settings.get(setting, "").strip().lower() == "true"


def check(data: bytes, subject: str = "") -> ManifestFacts:
    """Read a manifest.

    Args:
        data: XML in UTF-8 or UTF-16.
        subject: its file, for messages; line and column are added.

    Raises:
        BuildError: CW0750, no well-formed XML; CW0751, well-formed, but no manifest that Windows
            takes; CW0752, a document type, or larger than any manifest.
    """
    if len(data) > _SIZE_MAX:
        raise BuildError(
            "CW0752", f"a manifest of {len(data)} bytes", subject=subject, hint="at most 1 MiB"
        )
    return _Reader(subject).read(data)


class _Reader:
    """Collects the facts while expat walks through the document."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.parser = expat.ParserCreate(namespace_separator=" ")
        # Entities could be given inside of a document type only, and that is refused.
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.buffer_text = True
        self.path: list[tuple[str, str]] = []
        self.count = 0
        self.text = ""
        self.facts: dict[str, object] = {}
        self.settings: dict[str, str] = {}
        self.systems: list[str] = []
        self.warnings: list[str] = []

    def read(self, data: bytes) -> ManifestFacts:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise self._error(
                "CW0750",
                f"no well-formed XML: {expat.ErrorString(error.code)}",
                f"{error.lineno}:{error.offset + 1}",
                "Windows refuses to start a program with such a manifest",
            ) from error
        except (LookupError, ValueError) as error:
            # An encoding that is unknown to Python, or no encoding for text.
            raise self._error("CW0750", f"no readable XML: {error}", self._place(), "") from error
        facts = {**self.facts, "systems": tuple(self.systems), "warnings": tuple(self.warnings)}
        return ManifestFacts(settings=self.settings, **facts)  # type: ignore[arg-type]

    def _place(self) -> str:
        return f"{self.parser.CurrentLineNumber}:{self.parser.CurrentColumnNumber + 1}"

    def _error(self, code: str, message: str, place: str, hint: str) -> BuildError:
        subject = f"{self.subject}:{place}" if self.subject else place
        return BuildError(code, message, subject=subject, hint=hint)

    def _refuse(self, message: str, hint: str) -> BuildError:
        return self._error("CW0751", message, self._place(), hint)

    def _warn(self, message: str) -> None:
        self.warnings.append(f"{self._place()}: {message}")

    def _doctype(self, *_: object) -> None:
        raise self._error(
            "CW0752", "a document type in a manifest", self._place(), "remove the <!DOCTYPE …>"
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        self.count += 1
        if self.count > _ELEMENTS_MAX or len(self.path) >= _DEPTH_MAX:
            raise self._error("CW0752", "too many elements for a manifest", self._place(), "")
        self.path.append((space, name))
        self.text = ""
        if len(self.path) == 1:
            self._root(space, name, attributes)
        elif name == "requestedExecutionLevel":
            self._level(space, attributes)
        elif name == "supportedOS":
            self._system(attributes)
        elif name == "assemblyIdentity":
            self._identity(attributes)

    def _root(self, space: str, name: str, attributes: dict[str, str]) -> None:
        if (space, name) != (f"{_ASM}1", "assembly"):
            raise self._refuse(
                f"<{name}> in namespace {space!r} is no manifest",
                f'the outermost element must be <assembly xmlns="{_ASM}1" manifestVersion="1.0">',
            )
        if attributes.get("manifestVersion") != "1.0":
            raise self._refuse(
                f"manifestVersion is {attributes.get('manifestVersion')!r}", 'it must be "1.0"'
            )

    def _level(self, space: str, attributes: dict[str, str]) -> None:
        if not re.fullmatch(re.escape(_ASM) + "[123]", space):
            self._warn(f"Windows leaves out requestedExecutionLevel in namespace {space!r}")
            return
        # "The values of elements and attributes are case-insensitive."
        given = attributes.get("level", "")
        level = next((level for level in _LEVELS if level.lower() == given.lower()), "")
        if not level:
            raise self._refuse(f"unknown execution level {given!r}", f"one of {', '.join(_LEVELS)}")
        access = attributes.get("uiAccess", "false")
        if access.lower() not in ("true", "false"):
            raise self._refuse(f"uiAccess is {access!r}", "true or false")
        self.facts["level"] = level
        self.facts["ui_access"] = access.lower() == "true"

    def _system(self, attributes: dict[str, str]) -> None:
        identifier = attributes.get("Id", "")
        known = _SYSTEMS.get(identifier.lower())
        if not known:
            self._warn(f"supportedOS {identifier!r} is no system that is known")
        self.systems.append(known or identifier)

    def _identity(self, attributes: dict[str, str]) -> None:
        names = [name for _, name in self.path]
        name, version = attributes.get("name", ""), attributes.get("version", "")
        if names == ["assembly", "assemblyIdentity"]:
            if not re.fullmatch(r"\d{1,5}(\.\d{1,5}){3}", version):
                raise self._refuse(f"the identity's version is {version!r}", "write four numbers")
            self.facts["name"], self.facts["version"] = name, version
        elif "dependentAssembly" in names and name.lower() == _CONTROLS:
            self.facts["common_controls"] = version.startswith("6.")

    def _characters(self, text: str) -> None:
        if len(self.text) < _TEXT_MAX:
            self.text += text

    def _end(self, _: str) -> None:
        space, name = self.path.pop()
        parent = self.path[-1][1] if self.path else ""
        if name == "description" and parent == "assembly":
            self.facts["description"] = self.text.strip()
        elif parent == "windowsSettings":
            self._setting(space, name, self.text.strip())
        self.text = ""

    def _setting(self, space: str, name: str, value: str) -> None:
        year = _YEARS.get(name)
        expected = f"http://schemas.microsoft.com/SMI/{year}/WindowsSettings"
        if year is None:
            self._warn(f"{name} is no setting that is known")
        elif space != expected:
            self._warn(f"Windows leaves out {name} here; its namespace is {expected}")
        else:
            self.settings[name] = value
