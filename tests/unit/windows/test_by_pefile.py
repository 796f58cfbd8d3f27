"""pefile reads versions and strings in a program as they were written."""

from __future__ import annotations

import pefile

from crosswind.binary.view import View
from crosswind.windows import icon, manifest, strings, version
from crosswind.windows.patch import patch
from crosswind.windows.resource import tree
from images import pe
from images.icons import bitmap, ico

TEXTS = {"CompanyName": "Exämple, Inc.", "FileDescription": "odd", "Zebra": "€", "A": "even"}


def program(*resources):
    data = patch(View.of(pe.build()), tree(resources))
    image = pefile.PE(data=data, fast_load=True)
    image.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
    return image


def test_pefile_reads_the_version_information():
    info = version.from_settings("v1.2.3-rc.1", TEXTS, product_version="65535.4.5.6", dll=True)
    image = program(version.resource(info))
    (fixed,) = image.VS_FIXEDFILEINFO
    assert (fixed.Signature, fixed.StrucVersion) == (0xFEEF04BD, 0x10000)
    assert (fixed.FileVersionMS, fixed.FileVersionLS) == (0x00010002, 0x00030000)
    assert (fixed.ProductVersionMS, fixed.ProductVersionLS) == (0xFFFF0004, 0x00050006)
    assert (fixed.FileFlagsMask, fixed.FileFlags) == (0x3F, 2)
    assert (fixed.FileOS, fixed.FileType, fixed.FileSubtype) == (0x40004, 2, 0)
    ((texts, translations),) = image.FileInfo
    (table,) = texts.StringTable
    assert table.LangID == b"040904b0"
    read = {key.decode(): value.decode() for key, value in table.entries.items()}
    assert read == {**TEXTS, "FileVersion": "1.2.3-rc.1", "ProductVersion": "65535.4.5.6"}
    assert translations.Var[0].entry == {b"Translation": "0x0409 0x04b0"}
    assert image.get_warnings() == []


def test_pefile_reads_strings_icon_and_manifest():
    texts = {0: "zero", 17: "seventeen", 18: "ü"}
    written = manifest.write()
    image = program(
        *strings.write(texts),
        *icon.from_ico(ico(bitmap(16), bitmap(32)), "APP"),
        manifest.resource(written),
    )
    found = {}
    for kind in image.DIRECTORY_ENTRY_RESOURCE.entries:
        for entry in kind.directory.entries:
            for leaf in entry.directory.entries:
                found[kind.id, entry.id or str(entry.name)] = leaf.data
    place = found[24, 1].struct
    assert image.get_data(place.OffsetToData, place.Size) == written
    assert set(found) == {(6, 1), (6, 2), (3, 1), (3, 2), (14, "APP"), (24, 1)}
    strings_read = {
        number: text
        for kind in image.DIRECTORY_ENTRY_RESOURCE.entries
        if kind.id == 6
        for entry in kind.directory.entries
        for number, text in entry.directory.strings.items()
    }
    assert strings_read == texts
