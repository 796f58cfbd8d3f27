"""Version information and strings as JSON: exactly back, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary.view import FormatError, View
from crosswind.windows import folder, readable, strings, version
from crosswind.windows.resource import Resource, tree

INFO = version.VersionInfo(
    version.Fixed((1, 2, 3, 4), (5, 6, 7, 65535), flags=1, date=1 << 40),
    (version.StringTable(0x409, 1200, (("ProductName", "Gruß 日本"), ("Empty", ""))),),
    ((0x409, 1200),),
)


def as_json(data: bytes) -> dict:
    return json.loads(data)


def test_versions_are_spelled_out():
    made = version.resource(INFO)
    written = readable.write_version(made)
    assert as_json(written)["fixed"]["product"] == "5.6.7.65535"
    assert as_json(written)["tables"][0]["strings"] == {"ProductName": "Gruß 日本", "Empty": ""}
    assert readable.read_version(View.of(written), 1) == made.data


def test_numbers_may_be_absent():
    made = version.resource(replace(INFO, fixed=None))
    assert readable.read_version(View.of(readable.write_version(made)), 1) == made.data


@given(st.binary(max_size=80))
def test_damaged_versions_and_strings_stay_raw(data):
    made = tree([Resource(16, 1, 0, data), Resource(6, 1, 0, data)])
    files = folder.dump(made)
    assert folder.load(files[folder.INDEX], files.__getitem__) == made


def test_a_name_that_stands_twice_stays_raw():
    table = version.StringTable(0x409, 1200, (("A", "1"), ("A", "2")))
    made = tree([version.resource(replace(INFO, tables=(table,)))])
    files = folder.dump(made)
    assert "version_1.bin" in files
    assert folder.load(files[folder.INDEX], files.__getitem__) == made


@given(st.dictionaries(st.integers(16, 31), st.text(max_size=5), min_size=1))
def test_strings_come_back(texts):
    (made,) = strings.write(texts)
    written = readable.write_strings(made)
    assert as_json(written) == {str(key): text for key, text in texts.items() if text}
    assert readable.read_strings(View.of(written), made.name) == made.data


def test_lone_surrogates_are_escaped():
    (made,) = strings.write({1: "\ud800"})
    written = readable.write_strings(made)
    assert written.isascii()
    assert readable.read_strings(View.of(written), 1) == made.data


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"32": "x"}, "string 32 is not one of 16 to 31"),
        ({"x": "x"}, "'x' has no text"),
        ({"16": 5}, "'16' has no text"),
        ({"16": "x" * 65536}, "more than 65535"),
        ([], "no JSON object"),
    ],
)
def test_wrong_strings_are_refused(document, message):
    with pytest.raises(FormatError, match=message):
        readable.read_strings(View.of(json.dumps(document).encode()), 2)
    with pytest.raises(FormatError):
        readable.read_strings(View.of(b"{}"), "NAME")


def changed(**fixed: object) -> dict:
    document = as_json(readable.write_version(version.resource(INFO)))
    return document | {"fixed": document["fixed"] | fixed}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (changed(file="1.2"), "no version of four numbers"),
        (changed(file="1.2.3.x"), "no version information"),
        (changed(file="1.2.3.65536"), "no number of 16 bits"),
        (changed(flags=-1), "no number of 32 bits"),
        (changed(what=1), "no version information"),
        (changed() | {"tables": [{}]}, "no version information"),
        (changed() | {"tables": 5}, "no version information"),
        (changed() | {"translations": [[1]]}, "no version information"),
        ({}, "no version information"),
        (changed() | {"fixed": []}, "no version information"),
        (
            changed()
            | {"tables": [{"language": 1, "code_page": 1, "strings": {"A": "x" * 70000}}]},
            "has 140014 bytes",
        ),
    ],
)
def test_wrong_versions_are_refused(document, message):
    with pytest.raises(FormatError, match=message):
        readable.read_version(View.of(json.dumps(document).encode()), 1)
