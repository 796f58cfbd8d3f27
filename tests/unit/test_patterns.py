"""Regular expressions of ours mean the same on every Python."""

import re
from pathlib import Path

import crosswind

# `)*+`: repeats a group and gives nothing back. Python before 3.11.5 loses matches of these
# (github.com/python/cpython/issues/106052); of one character or a set it does not.
_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)[*+?]\+")


def test_no_group_is_repeated_possessively() -> None:
    sources = Path(crosswind.__file__).parent.rglob("*.py")
    found = [path.name for path in sources if _POSSESSIVE_GROUP.search(path.read_text("utf-8"))]
    assert not found
