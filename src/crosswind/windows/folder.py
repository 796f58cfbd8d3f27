"""A resource tree as a folder of files: for people to look at and change, and exactly back.

`resources.json` says what each file is. Whatever no friendlier form gives back byte for byte is
stored as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import forms
from crosswind.windows.merge import PICTURES
from crosswind.windows.resource import (
    MAX_RESOURCES,
    Identifier,
    Resource,
    ResourceTree,
    tree,
    type_name,
)

INDEX = "resources.json"
SCHEMA = "crosswind/resources/1"
# What may stand in a file's name everywhere, Windows' own devices (`con`, `nul.txt`) left aside:
# a name of ours has "_" in it and no "." but the suffix's.
_UNSAFE = re.compile(r"[^a-z0-9_-]+")
_MAX_PART = 40
_MAX_NUMBER = 0xFFFF

Entry = dict[str, Any]


def dump(resources: ResourceTree) -> dict[str, bytes]:
    """Return the files of a folder by name, the index among them; equal trees, equal files."""
    writer = _Writer(resources)
    entries = [writer.entry(resource) for resource in resources if not writer.is_shown(resource)]
    index = {"schema": SCHEMA, "resources": entries}
    text = json.dumps(index, indent=2) + "\n"
    return {INDEX: text.encode(), **writer.files}


class _Writer:
    """Gives each resource a file, and each file a name that no other has on any system."""

    def __init__(self, resources: ResourceTree) -> None:
        self.files: dict[str, bytes] = {}
        self._resources = resources
        self._groups: dict[tuple[Identifier, Identifier, int], forms.Group] = {}
        self._shown: set[tuple[Identifier, Identifier, int]] = set()
        by_key = {resource.key: resource for resource in resources}
        for group in resources:
            if group.type in PICTURES:
                self._group(group, by_key)
        self._languages: dict[tuple[Identifier, Identifier], int] = {}
        for resource in resources:
            place = resource.type, resource.name
            self._languages[place] = self._languages.get(place, 0) + 1

    def _group(
        self, group: Resource, by_key: dict[tuple[Identifier, Identifier, int], Resource]
    ) -> None:
        """Note which pictures a group can show in its own file; only one group can."""
        type_ = PICTURES[group.type]
        pictures = {
            resource.name: resource
            for (other, _, language), resource in by_key.items()
            if (other, language) == (type_, group.language)
            and isinstance(resource.name, int)
            and resource.code_page == group.code_page
            and resource.key not in self._shown
        }
        found = forms.group_file(group, pictures)
        if found:
            self._groups[group.key] = found
            self._shown |= {(type_, number, group.language) for number in found.numbers}

    def is_shown(self, resource: Resource) -> bool:
        """Whether a picture is part of another's file."""
        return resource.key in self._shown

    def entry(self, resource: Resource) -> Entry:
        """Make a resource's file, and return what the index says about it."""
        entry: Entry = {"type": resource.type, "means": type_name(resource.type)}
        entry |= {"name": resource.name, "language": resource.language}
        if isinstance(resource.type, str) or entry["means"].isdigit():
            del entry["means"]
        if resource.code_page:
            entry["code_page"] = resource.code_page
        group = self._groups.get(resource.key)
        if group:
            entry["pictures"] = list(group.numbers)
            suffix, data = forms.SUFFIXES[resource.type], group.data
        else:
            form, suffix, data = forms.single_file(resource)
            if form:
                entry["form"] = form
        entry["file"] = self._name(resource, suffix)
        self.files[entry["file"]] = data
        return entry

    def _name(self, resource: Resource, suffix: str) -> str:
        parts = [_safe(type_name(resource.type)), _safe(str(resource.name))]
        if self._languages[resource.type, resource.name] > 1:
            parts.append(f"{resource.language:04x}")
        stem = name = "_".join(parts)
        number = 1
        while name + suffix in self.files:
            number += 1
            name = f"{stem}-{number}"
        return name + suffix


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text.lower())[:_MAX_PART].strip("-") or "x"


def load(index: bytes, read: Callable[[str], bytes]) -> ResourceTree:
    """Put a folder's resources together.

    Args:
        index: the content of `resources.json`.
        read: returns the content of one of the files it names.

    Raises:
        BuildError: CW0711, the index or a file is not as it must be; CW0701, CW0702, the resources
            do not make a tree; and what `read` raises.
    """
    entries = _entries(index)
    reader = _Reader(entries, read)
    return tree(
        resource for number, entry in enumerate(entries) for resource in reader(number, entry)
    )


def _entries(index: bytes) -> list[Entry]:
    try:
        document = json.loads(index)
    except (ValueError, RecursionError) as error:
        raise _mistake(f"no JSON: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise _mistake(f"its schema is not {SCHEMA}")
    entries = document.get("resources")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _mistake("resources: not a list of objects")
    if len(entries) > MAX_RESOURCES:
        raise _mistake(f"more than {MAX_RESOURCES} resources")
    return entries


def _mistake(message: str, hint: str = "") -> BuildError:
    return BuildError(
        "CW0711",
        message,
        subject=INDEX,
        hint=hint or "`crosswind resource extract` writes one as it should be",
    )


class _Reader:
    """Turns entries of the index into resources."""

    def __init__(self, entries: list[Entry], read: Callable[[str], bytes]) -> None:
        self._read = read
        # Pictures that were added to a file get numbers above all that stand in the index.
        self._highest = dict.fromkeys(PICTURES.values(), 0)
        for entry in entries:
            for type_, number in self._numbers(entry):
                self._highest[type_] = max(self._highest[type_], number)

    def _numbers(self, entry: Entry) -> Iterator[tuple[int, int]]:
        type_, name, pictures = entry.get("type"), entry.get("name"), entry.get("pictures")
        if not _is_number(type_):
            return
        if type_ in self._highest and _is_number(name):
            yield type_, name
        if type_ in PICTURES and isinstance(pictures, list):
            yield from ((PICTURES[type_], number) for number in pictures if _is_number(number))

    def __call__(self, position: int, entry: Entry) -> Iterator[Resource]:
        """Yield what one entry stands for."""
        where = f"resources[{position}]"
        type_, name = (_identifier(entry, key, where) for key in ("type", "name"))
        language, code_page = entry.get("language", 0), entry.get("code_page", 0)
        file, form = entry.get("file"), entry.get("form", "")
        if not (_is_number(language) and _is_number(code_page, 0xFFFF_FFFF)):
            raise _mistake(f"{where}: language or code_page is no number that fits")
        if not isinstance(file, str) or not _is_plain(file):
            raise _mistake(f"{where}: file is no name of a file beside the index")
        if not isinstance(form, str) or (form and form not in forms.FORMS):
            raise _mistake(f"{where}: unknown form {form!r}", f"known: {', '.join(forms.FORMS)}")
        view = View.of(self._read(file))
        try:
            if "pictures" in entry:
                yield from self._group(where, entry, view, (type_, name, language, code_page))
            else:
                data = (forms.FORMS[form] if form else forms.RAW).read(view, name)
                yield Resource(type_, name, language, data, code_page)
        except FormatError as error:
            raise BuildError(
                "CW0711",
                error.message,
                subject=f"{file}:{error.offset:#x}",
                hint="mend the file, or extract the resources again",
            ) from error

    def _group(
        self,
        where: str,
        entry: Entry,
        view: View,
        key: tuple[Identifier, Identifier, int, int],
    ) -> Iterator[Resource]:
        """Yield a group and its pictures; the file may have more or fewer than it had."""
        type_, name, language, code_page = key
        listed = entry["pictures"]
        if (
            type_ not in PICTURES
            or not isinstance(listed, list)
            or not all(map(_is_number, listed))
        ):
            raise _mistake(f"{where}: pictures are no numbers of an icon or cursor")
        pictures = tuple(forms.read_group(forms.kind_of(type_), view))
        numbers = listed[: len(pictures)]
        while len(numbers) < len(pictures):
            self._highest[PICTURES[type_]] += 1
            numbers.append(self._highest[PICTURES[type_]])
        for number, picture in zip(numbers, pictures, strict=True):
            yield Resource(PICTURES[type_], number, language, picture.data, code_page)
        data = forms.group_bytes(type_, pictures, numbers)
        yield Resource(type_, name, language, data, code_page)


def _is_number(value: object, most: int = _MAX_NUMBER) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _identifier(entry: Entry, key: str, where: str) -> Identifier:
    value = entry.get(key)
    if _is_number(value) or (isinstance(value, str) and value):
        return value
    raise _mistake(f"{where}: {key} is neither a number nor text")


def _is_plain(name: str) -> bool:
    """Whether a name is that of a file in the same folder, on every system."""
    return name not in ("", ".", "..") and not any(mark in name for mark in "/\\:\0")
