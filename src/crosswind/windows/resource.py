"""`ResourceTree`: what Windows programs carry beside code, by type, name and language.

The order and the meaning of identifiers are those of Microsoft's "PE Format", "The .rsrc Section";
the numbers of types those of Win32's "Resource Types" (winuser.h, RT_*).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from enum import IntEnum
from itertools import pairwise

from crosswind.errors import BuildError
from crosswind.frozen import frozen

# A type or a name: a number from 1 to 65535, or text. Windows looks names up by their upper case,
# so that is how resource compilers store them (FindResourceW's remarks); ours keep what they read.
Identifier = int | str

# winnt.h: MAKELANGID(LANG_NEUTRAL, SUBLANG_NEUTRAL) and (LANG_ENGLISH, SUBLANG_ENGLISH_US).
NEUTRAL, ENGLISH_US = 0, 0x0409


# More than any program has (Windows' time zones, with 2,501, are among the most): readers stop here,
# so that a file of many tiny entries does not fill the memory.
MAX_RESOURCES = 1 << 18


class ResourceType(IntEnum):
    """The types that Windows knows by number (winuser.h)."""

    CURSOR = 1
    BITMAP = 2
    ICON = 3
    MENU = 4
    DIALOG = 5
    STRING = 6
    FONTDIR = 7
    FONT = 8
    ACCELERATOR = 9
    RCDATA = 10
    MESSAGETABLE = 11
    GROUP_CURSOR = 12
    GROUP_ICON = 14
    VERSION = 16
    DLGINCLUDE = 17
    PLUGPLAY = 19
    VXD = 20
    ANICURSOR = 21
    ANIICON = 22
    HTML = 23
    MANIFEST = 24


_TYPE_NAMES: dict[Identifier, str] = {known.value: known.name for known in ResourceType}


@frozen
class Resource:
    """One resource.

    Attributes:
        type: a `ResourceType`'s number, another number, or text.
        name: a number or text.
        language: a LANGID; 0 is neutral.
        data: its content.
        code_page: of the text in it, as the resource data entry has it; mostly 0.
    """

    type: Identifier
    name: Identifier
    language: int
    data: bytes = field(repr=False)
    code_page: int = 0

    @property
    def key(self) -> tuple[Identifier, Identifier, int]:
        """What no two resources of a tree share."""
        return self.type, self.name, self.language


@frozen
class ResourceTree:
    """Resources in the order of a PE file's directory: by type, then name, then language.

    Build one with `tree`, which sorts and refuses doubles.
    """

    resources: tuple[Resource, ...] = ()

    def __iter__(self) -> Iterator[Resource]:
        """Yield the resources in their order."""
        return iter(self.resources)

    def __len__(self) -> int:
        """Number of resources."""
        return len(self.resources)

    def of_type(self, type_: Identifier) -> tuple[Resource, ...]:
        """Return all of one type, by name and language."""
        return tuple(resource for resource in self if resource.type == type_)

    def merged(self, later: ResourceTree) -> ResourceTree:
        """Return both trees in one; where keys are equal the later one's resource stays."""
        by_key = {resource.key: resource for resource in (*self, *later)}
        return tree(by_key.values())


def tree(resources: Iterable[Resource]) -> ResourceTree:
    """Sort resources into a tree.

    Raises:
        BuildError: CW0701, two of them have the same type, name and language; CW0702, an identifier
            or a language that no resource directory can hold.
    """
    ordered = sorted((_checked(resource) for resource in resources), key=_order)
    for one, other in pairwise(ordered):
        if one.key == other.key:
            raise BuildError(
                "CW0701",
                f"two resources are {describe(one)}",
                hint="give one of them another name or language",
            )
    return ResourceTree(tuple(ordered))


def describe(resource: Resource) -> str:
    """Name a resource for people: `ICON 1 (0x0409)`."""
    name = shown(resource.name)
    return f"{type_name(resource.type)} {name} (0x{resource.language:04x})"


def type_name(type_: Identifier) -> str:
    """Name a type as winuser.h does, without `RT_`; unknown numbers and text as `shown` does."""
    return _TYPE_NAMES.get(type_) or shown(type_)


def shown(identifier: Identifier) -> str:
    """Spell an identifier so that it can be printed, whatever characters a file put into it."""
    text = str(identifier)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _checked(resource: Resource) -> Resource:
    """Hold the limits of "Resource Directory Entries" and "Resource Directory String"."""
    for identifier in (resource.type, resource.name):
        if isinstance(identifier, int):
            fits = 0 <= identifier <= 0xFFFF
        else:
            fits = 0 < len(identifier.encode("utf-16-le", "surrogatepass")) // 2 <= 0xFFFF
        if not fits:
            raise BuildError(
                "CW0702",
                f"{str(identifier)[:40]!r} cannot name a resource",
                hint="a number from 0 to 65535, or text of at most 65535 UTF-16 units",
            )
    if not 0 <= resource.language <= 0xFFFF:
        raise BuildError("CW0702", f"{resource.language} is no language", hint="0 to 0xffff")
    # Enumerations of ours compare equal to numbers, but print otherwise.
    return replace(resource, type=_plain(resource.type), name=_plain(resource.name))


def _plain(identifier: Identifier) -> Identifier:
    return int(identifier) if isinstance(identifier, int) else identifier


def _order(resource: Resource) -> tuple[object, ...]:
    """Order as "Resource Directory Table" says: names by their code units, then numbers."""

    def part(identifier: Identifier) -> tuple[int, int, bytes]:
        if isinstance(identifier, int):
            return 1, identifier, b""
        return 0, 0, identifier.encode("utf-16-be", "surrogatepass")

    return part(resource.type), part(resource.name), resource.language
