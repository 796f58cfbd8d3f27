"""`versioninfo.json` of goversioninfo: the same resources, without goversioninfo.

Semantics: the README of github.com/josephspurrier/goversioninfo, its goversioninfo.go and icon.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from crosswind.finding import Finding, Severity
from crosswind.windows import icon, json_value, manifest, version
from crosswind.windows.json_value import Read, Value
from crosswind.windows.pictures import Pictures
from crosswind.windows.resource import ENGLISH_US, Resource, ResourceTree, ResourceType, tree
from crosswind.windows.version import Fixed, Numbers, StringTable, VersionInfo

# winuser.h: IDI_APPLICATION, which a program may load as the icon of its windows.
_APPLICATION_ICON = 32512
_PARTS = ("Major", "Minor", "Patch", "Build")
_NO_VERSION: Numbers = (0, 0, 0, 0)

Warn = Callable[[Finding], None]


def load(
    data: bytes,
    read: Read,
    pictures: Pictures,
    file: str = "versioninfo.json",
    warn: Warn | None = None,
) -> ResourceTree:
    """Make the resources that a `versioninfo.json` describes.

    Args:
        data: its content.
        read: returns the content of a file by the name that stands in it.
        pictures: makes icons of images, which goversioninfo does not.
        file: its name, for messages.
        warn: takes what is doubtful: versions that contradict each other, a manifest's parts.

    Raises:
        UsageError: CW0790, no JSON; CW0791, a value that has no meaning; CW0741, a version's number.
        BuildError: a file that it names is damaged or unfit.
    """
    document = json_value.parse(data, file)
    tell = warn or (lambda _finding: None)
    info = _info(document, tell)
    made = [version.resource(info)]
    # One counter for the manifest, the icons and their images.
    number = 1
    path = document.get("ManifestPath")
    if path.text():
        content = path.content(read)
        for finding in manifest.check(content, path.text()).findings(path.text()):
            tell(finding)
        made.append(Resource(ResourceType.MANIFEST, number, ENGLISH_US, content))
        number += 1
    icons = [name for name in document.get("IconPath").text().split(",") if name]
    application = document.get("ApplicationIconPath").text()
    for name in icons:
        made += _icon(name, number, number + 1, read, pictures)
        number = 1 + _highest(made)
    if icons or application:
        made += _icon(application or icons[0], _APPLICATION_ICON, number, read, pictures)
    return tree(made)


def _highest(made: list[Resource]) -> int:
    """The last number that the counter gave."""
    return max(r.name for r in made if isinstance(r.name, int))


def _icon(name: str, group: int, first: int, read: Read, pictures: Pictures) -> list[Resource]:
    data = read(name)
    if not icon.is_icon(data):
        data = pictures.icon([(name, data)], enlarge=True)
    return icon.resources(icon.read(data, name), group, ENGLISH_US, first=first)


def _info(document: Value, warn: Warn) -> VersionInfo:
    numbers, strings = document.get("FixedFileInfo"), document.get("StringFileInfo")
    texts = {name: strings.get(name).text() for name in version.STRINGS}
    found = []
    for name in ("FileVersion", "ProductVersion"):
        stated = _numbers(numbers.get(name))
        stated, texts[name] = _agreed(stated, texts[name], strings.get(name), warn)
        found.append(stated)
    fixed = Fixed(
        found[0],
        found[1],
        mask=numbers.get("FileFlagsMask").hexadecimal(0xFFFFFFFF),
        flags=numbers.get("FileFlags").hexadecimal(0xFFFFFFFF),
        system=numbers.get("FileOS").hexadecimal(0xFFFFFFFF),
        type=numbers.get("FileType").hexadecimal(0xFFFFFFFF),
        subtype=numbers.get("FileSubType").hexadecimal(0xFFFFFFFF),
    )
    translation = document.get("VarFileInfo").get("Translation")
    language, code_page = (_word(translation.get(name)) for name in ("LangID", "CharsetID"))
    present = {name: text for name, text in texts.items() if text}
    table = StringTable(language, code_page, version.checked(present, document.file))
    return VersionInfo(fixed, (table,), ((language, code_page),))


def _numbers(value: Value) -> Numbers:
    one, two, three, four = (value.get(part).number(code="CW0741") for part in _PARTS)
    return one, two, three, four


def _word(value: Value) -> int:
    """Read a number, or text in hexadecimal."""
    return value.hexadecimal(0xFFFF) if isinstance(value.raw, str) else value.number()


def _agreed(numbers: Numbers, text: str, value: Value, warn: Warn) -> tuple[Numbers, str]:
    """Take each form of a version from the other where only one is given."""
    if not text:
        return numbers, "" if numbers == _NO_VERSION else ".".join(map(str, numbers))
    match = re.match(r"([0-9]+)\.([0-9]+)\.([0-9]+)(?:\.([0-9]+))?", text)
    if not match:
        warn(_doubt(value, f"{text[:80]!r} does not start with three numbers"))
        return numbers, text
    digits = [(part or "0").lstrip("0") or "0" for part in match.groups()]
    if any(len(part) > 5 or int(part) > 0xFFFF for part in digits):
        raise value.mistake(f"a number in {text[:80]!r} is over 65535", code="CW0741")
    one, two, three, four = map(int, digits)
    if numbers == _NO_VERSION:
        return (one, two, three, four), text
    if numbers != (one, two, three, four):
        stated = ".".join(map(str, numbers))
        warn(_doubt(value, f"{text[:80]!r} is not {stated} of FixedFileInfo"))
    return numbers, text


def _doubt(value: Value, message: str) -> Finding:
    return Finding("CW0792", Severity.WARNING, value.file, f"{value.path}: {message}")
