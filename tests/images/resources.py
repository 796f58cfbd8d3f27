"""Resource trees for tests, and how hypothesis makes them."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from crosswind.windows.resource import Resource, ResourceTree, tree


def group(*numbers: int, kind: int = 1) -> bytes:
    """The directory of an icon (1) or cursor (2) that names these pictures of ten bytes."""
    entries = (struct.pack("<BBBBHHIH", 16, 16, 0, 0, 1, 32, 10, number) for number in numbers)
    return struct.pack("<HHH", 0, kind, len(numbers)) + b"".join(entries)


def sample() -> ResourceTree:
    """A tree with names and numbers, several languages, and a code page."""
    return tree(
        [
            Resource(3, 1, 1033, b"picture 01"),
            Resource(3, 2, 1033, b"picture 02"),
            Resource(14, "APP", 1033, group(1, 2)),
            Resource(24, 1, 1033, b"<assembly/>"),
            Resource("PNG", "É", 0, b"\x89PNG", 1252),
            Resource("PNG", "É", 1031, b""),
            Resource("png", 65535, 0, bytes(range(256))),
        ]
    )


# Few values for each part, so that resources meet in one table often.
_TEXT = st.one_of(
    st.sampled_from(["A", "a", "É", "CON", "..", "a/b", "\ud800", "x" * 70, "nul.txt"]),
    st.text(st.characters(exclude_characters="\0\uffff"), min_size=1, max_size=8),
)
_IDENTIFIERS = st.one_of(st.integers(0, 30), st.integers(0, 0xFFFF), _TEXT)
_TYPES = st.one_of(st.sampled_from([1, 2, 3, 6, 10, 12, 14, 16, 23, 24]), _IDENTIFIERS)


def trees(*, code_pages: bool = True) -> st.SearchStrategy[ResourceTree]:
    """Any trees of a few resources."""
    resources = st.builds(
        Resource,
        _TYPES,
        _IDENTIFIERS,
        st.sampled_from([0, 1, 1031, 1033, 0xFFFF]),
        st.binary(max_size=40),
        st.sampled_from([0, 1252, 0xFFFF_FFFF]) if code_pages else st.just(0),
    )
    return st.lists(resources, max_size=12, unique_by=lambda resource: resource.key).map(tree)
