"""`winres.json` and `versioninfo.json`: every mistake is told with its place."""

from __future__ import annotations

import json
import re

import pytest

from crosswind.errors import BuildError, UsageError
from crosswind.windows import goversioninfo, version, winres
from images.icons import bitmap, ico


class Pictures:
    """Takes no images."""

    def icon(self, images, *, enlarge):
        return images[0][1]

    def cursor(self, images):
        return ico(bitmap(16))


FILES = {"app.ico": ico(bitmap(16)), "bad.ico": b"\0\0\1\0\1\0", "bad.manifest": b"<a", "x": b"x"}


def load(document, kind=winres):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return kind.load(data, FILES.__getitem__, Pictures(), "file.json")


def wrapped(type_, value):
    return {type_: {"#1": {"0409": value}}}


def fixed(**values):
    return wrapped("RT_VERSION", {"fixed": values, "info": {"0409": {}}})


@pytest.mark.parametrize("kind", [winres, goversioninfo])
@pytest.mark.parametrize(
    ("data", "code", "subject"),
    [
        (b"", "CW0790", "file.json:1:1"),
        (b'{\n  "a": 1,\n}', "CW0790", "file.json:3:1"),
        (b"[" * 100_000, "CW0790", "file.json"),
        (b'{"a":' + b"9" * 5000 + b"}", "CW0790", "file.json"),
        (b" " * (5 << 20), "CW0790", "file.json"),
        (b"[]", "CW0791", "file.json"),
        (b"\xff\xfe", "CW0790", "file.json:1:1"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(kind, data, code, subject):
    with pytest.raises(UsageError) as caught:
        load(data, kind)
    assert (caught.value.code, caught.value.subject) == (code, subject)


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        ({"RT_RCDATA": []}, "CW0791", "^RT_RCDATA: expected an object, found a list"),
        ({"": {"A": {"0": "x"}}}, "CW0791", "'' cannot name a resource"),
        ({"#0": {"A": {"0": "x"}}}, "CW0791", "'#0' cannot name a resource"),
        ({"RT_RCDATA": {"A\0": {"0": "x"}}}, "CW0791", "cannot name a resource"),
        (
            {"RT_RCDATA": {"A": {"en-US": "x"}}},
            "CW0791",
            "^RT_RCDATA/A/en-US: 'en-US' is no language",
        ),
        (wrapped("RT_RCDATA", {}), "CW0791", "^RT_RCDATA/#1/0409: expected text, found an object"),
        (wrapped("RT_RCDATA", ""), "CW0791", "expected the name of a file"),
        (wrapped("RT_RCDATA", "a\0b"), "CW0791", "expected the name of a file"),
        (wrapped("RT_ICON", "x"), "CW0791", "use RT_GROUP_ICON|cannot stand alone"),
        (wrapped("#1", "x"), "CW0791", "cannot stand alone"),
        (wrapped("RT_GROUP_ICON", []), "CW0791", "no images"),
        (
            wrapped("RT_GROUP_ICON", [1]),
            "CW0791",
            "^RT_GROUP_ICON/#1/0409/0: expected text, found 1",
        ),
        (wrapped("RT_GROUP_CURSOR", {"image": "x", "x": 1}), "CW0791", "needs image, x and y"),
        (wrapped("RT_GROUP_CURSOR", {"image": "x", "x": -1, "y": 0}), "CW0791", "/x: -1 is not"),
        (wrapped("RT_GROUP_CURSOR", "app.ico"), "CW0791", "an icon in place of a cursor"),
        (
            wrapped("RT_MANIFEST", {"ui-access": "yes"}),
            "CW0791",
            "ui-access: expected true or false",
        ),
        (wrapped("RT_MANIFEST", {"minimum-os": "win95"}), "CW0791", "'win95' is not known"),
        (wrapped("RT_MANIFEST", {"identity": {"version": "1.x"}}), "CW0791", "'1.x' is no version"),
        (wrapped("RT_MANIFEST", {"identity": {"version": "65536"}}), "CW0741", "over 65535"),
        (
            fixed(file_version="1.2.x"),
            "CW0740",
            "^RT_VERSION/#1/0409/fixed/file_version: '1.2.x' is",
        ),
        (fixed(product_version="1.65536"), "CW0741", "fixed/product_version: 65536 in version"),
        (fixed(timestamp="yesterday"), "CW0791", "'yesterday' is no time"),
        (fixed(timestamp="2020-12-18T23:00:00"), "CW0791", "lacks its offset"),
        (fixed(flags=1), "CW0791", "flags: expected text, found 1"),
        (wrapped("RT_VERSION", {"info": {"en": {}}}), "CW0791", "'en' is no hexadecimal number"),
        (wrapped("RT_VERSION", {"info": {"10000": {}}}), "CW0791", "is over ffff"),
        (wrapped("RT_VERSION", {"info": {"0409": {"": "x"}}}), "CW0742", "cannot be stored"),
    ],
)
def test_mistakes_in_winres_json_are_told(document, code, message):
    with pytest.raises(UsageError) as caught:
        load(document)
    assert (caught.value.code, caught.value.subject) == (code, "file.json")

    assert re.search(message, f"{caught.value.message} {caught.value.hint}")


@pytest.mark.parametrize(
    ("document", "code", "subject"),
    [
        (wrapped("RT_GROUP_ICON", "bad.ico"), "CW0720", "bad.ico"),
        (wrapped("RT_MANIFEST", "bad.manifest"), "CW0750", "bad.manifest:1:1"),
    ],
)
def test_damaged_files_are_named(document, code, subject):
    with pytest.raises(BuildError) as caught:
        load(document)
    assert (caught.value.code, caught.value.subject) == (code, subject)


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        ({"FixedFileInfo": 1}, "CW0791", "^FixedFileInfo: expected an object, found 1"),
        (
            {"FixedFileInfo": {"FileVersion": {"Major": 65536}}},
            "CW0741",
            "^FixedFileInfo/FileVersion/Major: 65536 is not between 0 and 65535",
        ),
        ({"FixedFileInfo": {"FileVersion": {"Minor": -1}}}, "CW0741", "Minor: -1 is not between"),
        ({"FixedFileInfo": {"FileVersion": {"Minor": "1"}}}, "CW0791", "expected a number"),
        ({"FixedFileInfo": {"FileOS": "NT"}}, "CW0791", "FileOS: 'NT' is no hexadecimal number"),
        ({"FixedFileInfo": {"FileType": "100000000"}}, "CW0791", "over ffffffff"),
        ({"StringFileInfo": {"FileVersion": "1.2.65536"}}, "CW0741", "is over 65535"),
        ({"StringFileInfo": {"FileVersion": "1.2." + "9" * 5000}}, "CW0741", "is over 65535"),
        ({"VarFileInfo": {"Translation": {"LangID": "en"}}}, "CW0791", "LangID: 'en' is no"),
        ({"IconPath": 5}, "CW0791", "^IconPath: expected text, found 5"),
    ],
)
def test_mistakes_in_versioninfo_json_are_told(document, code, message):
    with pytest.raises(UsageError, match=message) as caught:
        load(document, goversioninfo)
    assert (caught.value.code, caught.value.subject) == (code, "file.json")


def test_numbers_without_texts_are_kept_in_a_neutral_resource():
    """go-winres drops them: it makes one resource for each language of texts."""
    document = wrapped("RT_VERSION", {"fixed": {"file_version": "v1.2.3-rc.1"}})
    (resource,) = load(document)
    assert resource.key == (16, 1, 0)
    assert version.read(resource.data).fixed == version.Fixed((1, 2, 3, 0))


def test_the_case_of_known_names_does_not_matter_and_null_is_empty():
    document = {
        "ICONPATH": None,
        "stringfileinfo": {"COMMENTS": "a", "companyname": None},
    }
    (resource,) = load(document, goversioninfo)
    assert version.read(resource.data).tables[0].strings == (("Comments", "a"),)
