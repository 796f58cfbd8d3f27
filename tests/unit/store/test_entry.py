"""Entries: what is written is read, and whatever else stands there is refused without harm."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.store.entry import MAX_BYTES, DamagedError, Entry, Part, decode, encode, is_inside
from crosswind.store.entry import key as key_of

KEY = key_of("test")
PART = {"name": "app", "kind": "Binary", "mode": 0o755, "size": 3, "sha256": "0" * 64}

_names = st.text(st.sampled_from("abcäé-_. 0"), min_size=1, max_size=20).filter(
    lambda name: name not in (".", "..")
)
_paths = st.lists(_names, min_size=1, max_size=4).map("/".join)
_parts = st.builds(
    Part,
    name=_paths,
    kind=st.text(max_size=10),
    mode=st.integers(0, 0o777),
    size=st.integers(0, 1 << 40),
    sha256=st.binary(max_size=4).map(lambda data: hashlib.sha256(data).hexdigest()),
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
_entries = st.builds(
    Entry,
    key=st.just(KEY),
    parts=st.lists(_parts, max_size=5, unique_by=lambda part: part.name.lower()).map(tuple),
    meta=st.dictionaries(st.text(max_size=5), _json, max_size=3),
)


def sealed(value: Any) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@given(_entries)
def test_what_is_written_is_read(entry: Entry) -> None:
    assert decode(encode(entry), KEY) == entry


@given(_entries, st.data())
def test_no_changed_byte_goes_unnoticed(entry: Entry, data: st.DataObject) -> None:
    good = bytearray(encode(entry))
    place = data.draw(st.integers(0, len(good) - 1))
    good[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedError):
        decode(bytes(good), KEY)


@given(st.binary(max_size=300) | _json.map(sealed))
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedError):
        decode(data, KEY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../app"},
        {"name": "/etc/passwd"},
        {"name": "C:/app"},
        {"name": "a\\..\\b"},
        {"name": "a//b"},
        {"name": ""},
        {"name": "a/./b"},
        {"name": "a\0b"},
        {"name": "x" * 256},
        {"name": "/".join("x" * 17)},
        {"name": 7},
        {"size": -1},
        {"size": 1 << 50},
        {"size": True},
        {"size": 1e3},
        {"mode": 0o4755},
        {"mode": -1},
        {"sha256": "A" * 64},
        {"sha256": "../../../etc/passwd"},
        {"sha256": None},
        {"kind": None},
        {"more": 1},
    ],
)
def test_a_hostile_file_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DamagedError):
        decode(sealed({"key": KEY, "parts": [{**PART, **wrong}], "meta": {}}), KEY)


@pytest.mark.parametrize(
    "value",
    [
        {"key": KEY, "parts": [PART, {**PART, "name": "APP"}], "meta": {}},
        {"key": KEY, "parts": [{**PART, "name": str(n)} for n in range(1001)], "meta": {}},
        {"key": KEY, "parts": {}, "meta": {}},
        {"key": KEY, "parts": [], "meta": 3},
        {"key": [], "parts": [], "meta": {}},
        {"key": KEY, "parts": []},
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"key": 1e999}',
    ],
)
def test_a_hostile_entry_is_refused(value: Any) -> None:
    with pytest.raises(DamagedError):
        decode(sealed(value), KEY)


def test_a_huge_entry_is_refused() -> None:
    with pytest.raises(DamagedError):
        decode(sealed(b" " * MAX_BYTES), KEY)


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_keys_tell_words_apart(one: list[str], other: list[str]) -> None:
    assert (key_of(*["p", *one]) == key_of(*["p", *other])) == (one == other)


@given(_paths)
def test_ordinary_names_are_inside(name: str) -> None:
    assert is_inside(name)
