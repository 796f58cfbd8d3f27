"""The resources of a program as others read them: pefile and LIEF."""

from __future__ import annotations

import lief
import pefile

from crosswind.windows.resource import ResourceTree

# Type, name, language, code page, content.
Found = set[tuple[object, ...]]


def by_pefile(data: bytes) -> Found:
    """Read with pefile."""
    image = pefile.PE(data=data, fast_load=True)
    image.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])

    def name(entry: object) -> object:
        return entry.id if entry.name is None else entry.name.decode()

    found = set()
    for type_ in image.DIRECTORY_ENTRY_RESOURCE.entries:
        for named in type_.directory.entries:
            for language in named.directory.entries:
                part = language.data.struct
                content = image.get_data(part.OffsetToData, part.Size) if part.Size else b""
                found.add((name(type_), name(named), language.id, part.CodePage, bytes(content)))
    return found


def by_lief(data: bytes) -> Found:
    """Read with LIEF."""

    def name(node: lief.PE.ResourceNode) -> object:
        return node.name if node.has_name else node.id

    root = lief.PE.parse(list(data)).resources
    return {
        (name(type_), name(named), leaf.id, leaf.code_page, bytes(leaf.content))
        for type_ in root.childs
        for named in type_.childs
        for leaf in named.childs
    }


def as_set(resources: ResourceTree) -> Found:
    """Return what they should find."""
    return {(one.type, one.name, one.language, one.code_page, one.data) for one in resources}
