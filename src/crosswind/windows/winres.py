"""`winres.json` of go-winres: the same resources, without go-winres.

Semantics: the README of github.com/tc-hib/go-winres and its resdir.go. What differs on purpose is
listed in docs/icons-versions-manifests.md and in tests/integration/windows/test_json_peers.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from crosswind.errors import CrosswindError, UsageError
from crosswind.finding import Finding
from crosswind.windows import icon, json_value, manifest, winres_manifest, winres_version
from crosswind.windows.icon import Icon
from crosswind.windows.json_value import Read, Value
from crosswind.windows.pictures import Pictures
from crosswind.windows.resource import (
    ENGLISH_US,
    NEUTRAL,
    Identifier,
    Resource,
    ResourceTree,
    ResourceType,
    tree,
)

# go-winres takes RT_DLGINCLUDE for a name of the program's own.
_TYPES = {
    f"RT_{known.name}": known.value
    for known in ResourceType
    if known is not ResourceType.DLGINCLUDE
}
# A BMP file is this header and then what a BITMAP resource holds (Win32, BITMAPFILEHEADER).
_BMP_HEADER = 14


Warn = Callable[[Finding], None]


def load(
    data: bytes,
    read: Read,
    pictures: Pictures,
    file: str = "winres.json",
    warn: Warn | None = None,
) -> ResourceTree:
    """Make the resources that a `winres.json` describes.

    Args:
        data: its content.
        read: returns the content of a file by the name that stands in it.
        pictures: makes icons of images.
        file: its name, for messages.
        warn: takes what is doubtful: parts of a manifest that have no effect.

    Raises:
        UsageError: CW0790, no JSON; CW0791, a value that has no meaning; CW0740 or CW0741, a version.
        BuildError: a file that it names is damaged or unfit.
    """
    found: dict[tuple[Identifier, Identifier, int], Resource] = {}
    reader = _Reader(read, pictures, warn or (lambda _finding: None))
    for type_name, names in json_value.parse(data, file).items():
        type_ = _TYPES.get(type_name) or _identifier(names, type_name)
        # The frames of icons are numbered in this order.
        for name, languages in sorted(names.items(), key=lambda item: item[0].encode()):
            for language, value in sorted(languages.items(), key=lambda item: item[0].encode()):
                key = type_, _identifier(languages, name), _language(value, language)
                for resource in _told(reader, key, value):
                    found[resource.key] = resource
    return tree(found.values())


def _identifier(value: Value, text: str) -> Identifier:
    """Read `#42` as a number and all else as a name, as strconv.ParseInt does with 16 bits."""
    if re.fullmatch(r"#[-+]?[0-9]{1,9}", text) and -0x8000 <= int(text[1:]) <= 0x7FFF:
        number = int(text[1:]) & 0xFFFF
        if number:
            return number
    elif text and "\0" not in text:
        return text
    raise value.mistake(f"{text!r} cannot name a resource", "a name, or #1 to #32767")


def _language(value: Value, text: str) -> int:
    if not re.fullmatch("[0-9a-fA-F]{1,4}", text):
        raise value.mistake(
            f"{text[:40]!r} is no language", "four hexadecimal digits, such as 0409"
        )
    return int(text, 16)


def _told(
    reader: _Reader, key: tuple[Identifier, Identifier, int], value: Value
) -> Iterator[Resource]:
    """Make the resources of one entry; errors name its place if they name none."""
    try:
        yield from reader.make(key, value)
    except CrosswindError as error:
        if error.subject:
            raise
        raise type(error)(
            error.code, f"{value.path}: {error.message}", subject=value.file, hint=error.hint
        ) from error


@dataclass
class _Reader:
    """Makes resources of entries; counts the frames of icons and cursors."""

    read: Read
    pictures: Pictures
    warn: Warn
    icons: int = 0
    cursors: int = 0

    def make(self, key: tuple[Identifier, Identifier, int], value: Value) -> Iterator[Resource]:
        type_, name, language = key
        if type_ in (ResourceType.ICON, ResourceType.CURSOR):
            raise value.mistake(
                "images of icons and cursors cannot stand alone",
                "use RT_GROUP_ICON or RT_GROUP_CURSOR",
            )
        if type_ == ResourceType.GROUP_ICON:
            yield from self._icon(name, language, value)
        elif type_ == ResourceType.GROUP_CURSOR:
            yield from self._cursor(name, language, value)
        elif type_ == ResourceType.VERSION:
            # As in go-winres, the name is always 1, and there is one for each language of texts.
            yield from winres_version.resources(value)
        elif type_ == ResourceType.MANIFEST and not isinstance(value.raw, str):
            # As in go-winres, an object is the program's manifest whatever its name and language.
            yield manifest.resource(winres_manifest.write(value), ENGLISH_US)
        elif type_ == ResourceType.MANIFEST:
            content = value.content(self.read)
            for finding in manifest.check(content, value.text()).findings(value.text()):
                self.warn(finding)
            yield Resource(type_, name, language, content)
        elif type_ == ResourceType.BITMAP:
            yield Resource(type_, name, language, _bitmap(value.content(self.read)))
        else:
            yield Resource(type_, name, language, value.content(self.read))

    def _icon(self, name: Identifier, language: int, value: Value) -> list[Resource]:
        images = [(item.text(), item.content(self.read)) for item in value.elements()]
        if not images:
            raise value.mistake("an icon of no images")
        data = self.pictures.icon(images, enlarge=not isinstance(value.raw, list))
        made = icon.resources(
            _ordered(icon.read(data, images[0][0])),
            name,
            language,
            first=self.icons + 1,
            frame_language=NEUTRAL,
        )
        self.icons += len(made) - 1
        return made

    def _cursor(self, name: Identifier, language: int, value: Value) -> list[Resource]:
        if isinstance(value.raw, str):
            data = value.content(self.read)
        else:
            images = []
            for item in value.elements():
                image = item.get("image")
                x, y = item.get("x"), item.get("y")
                if x.raw is None or y.raw is None:
                    raise item.mistake("a cursor needs image, x and y")
                images.append((image.text(), image.content(self.read), x.number(), y.number()))
            data = self.pictures.cursor(images)
        cursor = icon.read(data, value.path)
        if not cursor.cursor:
            raise UsageError("CW0791", "an icon in place of a cursor", hint="give a .cur file")
        made = icon.resources(
            _ordered(cursor), name, language, first=self.cursors + 1, frame_language=NEUTRAL
        )
        self.cursors += len(made) - 1
        return made


def _ordered(made: Icon) -> Icon:
    """Order frames as go-winres does: most bits first, then the largest."""
    bits = {id(frame): icon.measure_bytes(frame.data).bits for frame in made.frames}

    def rank(frame: icon.Frame) -> tuple[int, int]:
        return -(bits[id(frame)] if made.cursor else frame.bits), -frame.width

    return replace(made, frames=tuple(sorted(made.frames, key=rank)))


def _bitmap(data: bytes) -> bytes:
    whole = data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data)
    return data[_BMP_HEADER:] if whole and len(data) > _BMP_HEADER else data
