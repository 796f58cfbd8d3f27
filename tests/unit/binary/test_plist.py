"""Property lists: what is damaged is refused, whatever Python's parsers raise at it."""

import pytest

from crosswind.binary import plist
from crosswind.binary.view import FormatError

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>a</key><true/></dict></plist>"""


def test_a_list_is_read():
    assert plist.read(LIST, "entitlements") == {"a": True}


@pytest.mark.parametrize(
    "damage",
    [
        (b"UTF-8", b"UTN-8"),  # LookupError: no such encoding
        (b"UTF-8", b"zip"),  # LookupError: none of text
        (b"UTF-8", b"UTF-32"),  # expat: told otherwise by the text
        (b"<true/>", b"<truth/>"),  # a value that no reader knows
        (b"<true/>", b""),  # a key without value
        (b"</plist>", b""),
        (b"<plist", b"<!ENTITY><plist"),
        (LIST, b"\0"),
    ],
    ids=lambda damage: damage[1].decode()[:10],
)
def test_what_is_damaged_is_refused(damage):
    with pytest.raises(FormatError, match="entitlements"):
        plist.read(LIST.replace(*damage), "entitlements", 7)
