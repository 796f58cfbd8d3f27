"""`winres.json` and `versioninfo.json`: what go-winres and goversioninfo make of them, so do we."""

from __future__ import annotations

import io
import json
import struct

import pytest
from PIL import Image

from crosswind.binary.view import View
from crosswind.resource import json_files
from crosswind.resource.sources import Context
from crosswind.system import process
from crosswind.windows import icon, manifest, version
from crosswind.windows.patch import patch
from crosswind.windows.resource import Resource, tree
from images import pe
from images.icons import bitmap, cur, ico, png_image

pytestmark = pytest.mark.network


def by_key(resources):
    return {resource.key: resource.data for resource in resources}


def differences(theirs, ours):
    """Keys whose payload is not the same, or that only one side has."""
    one, other = by_key(theirs), by_key(ours)
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


SWITCHES = (
    "ui-access", "auto-elevate", "disable-theming", "disable-window-filtering",
    "high-resolution-scrolling-aware", "ultra-high-resolution-scrolling-aware", "long-path-aware",
    "printer-driver-isolation", "gdi-scaling", "segment-heap", "use-common-controls-v6",
)  # fmt: skip
MANIFESTS = [
    {},
    dict.fromkeys(SWITCHES, True),
    {"identity": {}, "description": "", "minimum-os": "vista", "dpi-awareness": "per monitor v2"},
    {"identity": {"name": "A.B", "version": "1.2"}, "execution-level": "highest"},
    {"identity": {"name": "<\"&'>", "version": ""}, "description": "a < b & \"c\" 'd' ü"},
    {"identity": {"name": "", "version": "7"}, "minimum-os": "win8", "dpi-awareness": "unaware"},
    {"execution-level": "administrator", "minimum-os": "win8.1", "dpi-awareness": "per monitor"},
    {
        "Execution-Level": " Require Administrator ",
        "MINIMUM-OS": "WIN10",
        "dpi-awareness": "true/pm",
    },
]


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_manifests_are_the_same_bytes(both, manifest):
    text = json.dumps({"RT_MANIFEST": {"#7": {"0407": manifest}}})
    theirs, ours, _ = both("go-winres", text)
    assert [resource.key for resource in ours] == [(24, 1, 0x409)]
    assert differences(theirs, ours) == set()


VERSIONS = [
    {"info": {"0409": {"Comments": "only texts", "Empty": ""}}},
    {
        "fixed": {"file_version": "1.2.3.4", "product_version": "65535.0.1.2", "type": "DLL"},
        "info": {"0409": {"CompanyName": "Exämple 🎉", "aaa": "small", "ZZZ": "large"}},
    },
    {
        "fixed": {
            "file_version": "1.2",
            "flags": "Debug,Prerelease,Patched,PrivateBuild,SpecialBuild",
            "timestamp": "2020-12-18T23:00:00.1234567+01:00",
            "type": "driver",
        },
        "info": {
            "040C": {"FileDescription": "Une description", "Comments": "en français"},
            "0409": {"FileDescription": "A description"},
            "0000": {"ProductName": "neutral"},
            "0407": {},
        },
    },
]


@pytest.mark.parametrize("info", VERSIONS)
def test_version_information_is_the_same_bytes(both, info):
    theirs, ours, _ = both("go-winres", json.dumps({"RT_VERSION": {"#1": {"0000": info}}}))
    assert len(ours) == len(info["info"])
    assert differences(theirs, ours) == set()


def test_files_of_every_type_are_the_same_bytes(both):
    bmp = b"BM" + struct.pack("<IHHI", 14 + 44, 0, 0, 54) + bitmap(1)[:44]
    text = {
        "RT_GROUP_ICON": {
            "APP": {"0000": "two.ico", "0407": "one.ico"},
            "#42": {"0409": "two.ico"},
            "B": {"0409": "odd.ico"},
            "#7": {"0409": "one.ico"},
        },
        "RT_GROUP_CURSOR": {"MOVE": {"0409": "two.cur"}, "#3": {"0409": "one.cur"}},
        "RT_MANIFEST": {"#2": {"0407": "app.manifest"}},
        "RT_BITMAP": {"A": {"0409": "whole.bmp"}, "#1": {"0409": "bare.bmp"}},
        "RT_RCDATA": {"DATA": {"0409": "data.bin"}, "#65000": {"0000": "data.bin"}},
        "RT_HTML": {"INDEX": {"0409": "data.bin"}},
        "RT_ANICURSOR": {"#1": {"0409": "data.bin"}},
        "RT_FONTDIR": {"#1": {"0409": "data.bin"}},
        "#42": {"#-1": {"0409": "data.bin"}, "ü": {"0409": "data.bin"}},
        "#70000": {"lower": {"0409": "data.bin"}},
        "MY_TYPE": {"#1": {"0409": "data.bin"}},
    }
    theirs, ours, warnings = both(
        "go-winres",
        json.dumps(text),
        one__ico=ico(bitmap(32)),
        two__ico=ico(bitmap(16), bitmap(16, bits=8), png_image(256), bitmap(48)),
        odd__ico=ico(bitmap(16), bitmap(32), planes=0, bits=0),
        one__cur=cur(bitmap(32), hotspot=(3, 4)),
        two__cur=cur(bitmap(32, bits=8), bitmap(16), bitmap(48), hotspot=(1, 2)),
        app__manifest=b'<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0"/>',
        whole__bmp=bmp,
        bare__bmp=bmp[14:],
        data__bin=b"content",
    )
    # Their groups of cursors count the image's rows and bytes; resource compilers, and we, count the
    # mask's and the hot spot's, too (Win32, "CURSORRESOURCE").
    explained = {(12, "MOVE", 0x409), (12, 3, 0x409)}
    assert differences(theirs, ours) == explained
    one, other = by_key(theirs), by_key(ours)
    for key in explained:
        assert len(one[key]) == len(other[key])
        for at in range(6, len(one[key]), 14):
            theirs_entry, our_entry = (
                list(struct.unpack_from("<HHHHIH", group[key], at)) for group in (one, other)
            )
            theirs_entry[1] *= 2
            theirs_entry[4] += 4
            assert our_entry == theirs_entry
    assert set(warnings) == {"CW0725"}


def frames(resources, name, kind=14):
    """The images of an icon or cursor by their size, as Pillow reads them."""
    (group,) = (r for r in resources if r.type == kind and r.name == name)
    found = {}
    for frame in icon.to_icon(group, resources).frames:
        size = frame.width
        data = frame.data if frame.is_png else icon.write(icon.Icon((frame,)))
        with Image.open(io.BytesIO(data)) as image:
            found[size] = image.convert("RGBA")
    return found


def picture(side):
    """A gradient with a disc and a transparent border."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    inner = Image.linear_gradient("L").resize((side * 3 // 4, side * 3 // 4))
    image.paste(Image.merge("RGB", (inner, inner.rotate(90), inner)), (side // 8, side // 8))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def distance(one, other):
    """Mean difference of premultiplied channels, 0 to 255."""
    pairs = zip(one.convert("RGBa").tobytes(), other.convert("RGBa").tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (one.width * one.height * 4)


def test_images_become_the_same_pictures(both):
    text = {
        "RT_GROUP_ICON": {
            "BIG": {"0000": "big.png"},
            "SET": {"0000": ["64.png", "16.png", "24.png"]},
        },
        "RT_GROUP_CURSOR": {
            "ONE": {"0000": {"image": "24.png", "x": 3, "y": 4}},
            "SET": {
                "0000": [{"image": "64.png", "x": 1, "y": 2}, {"image": "16.png", "x": 0, "y": 0}]
            },
        },
    }
    images = {f"{side}__png": picture(side) for side in (16, 24, 64)}
    theirs, ours, _ = both("go-winres", json.dumps(text), big__png=picture(512), **images)
    # They make 256, 64, 48, 32 and 16 of a single image; we make all that Windows asks for.
    assert set(frames(theirs, "BIG")) == {256, 64, 48, 32, 16}
    assert set(frames(ours, "BIG")) == {256, 128, 64, 48, 40, 32, 24, 20, 16}
    # Images of a list stay as they are; sizes in between are added by us, none is enlarged.
    assert set(frames(theirs, "SET")) == {64, 24, 16}
    assert set(frames(ours, "SET")) == {64, 48, 40, 32, 24, 20, 16}
    for name in ("BIG", "SET"):
        one, other = frames(theirs, name), frames(ours, name)
        for size in one:
            # Scaling by other filters: theirs is Lanczos2, ours Lanczos3 with some sharpening.
            assert distance(one[size], other[size]) < (4 if name == "BIG" else 0.5), (name, size)


def test_cursors_of_images_are_the_same_pixels_and_hot_spots(both):
    text = {"RT_GROUP_CURSOR": {"A": {"0409": {"image": "24.png", "x": 3, "y": 4}}}}
    theirs, ours, _ = both("go-winres", json.dumps(text), **{"24__png": picture(24)})
    # Theirs leaves the mask out, which Windows takes for damage in old programs; ours has it.
    one, other = by_key(theirs)[1, 1, 0], by_key(ours)[1, 1, 0]
    assert one[:4] == other[:4] == struct.pack("<HH", 3, 4)
    assert one[44 : 44 + 24 * 24 * 4] == other[44 : 44 + 24 * 24 * 4]
    assert len(other) == len(one) + 24 * 4


GOVERSIONINFO = [
    {},
    {
        "StringFileInfo": {
            "FileVersion": "1.2.3.4 (text)",
            "ProductVersion": "2.0.1",
            "Comments": "x",
        }
    },
    {
        "FixedFileInfo": {
            "FileVersion": {"Major": 1, "Build": 65535},
            "ProductVersion": {"Patch": 3},
        }
    },
    {
        "FixedFileInfo": {
            "FileVersion": {"Major": 6, "Minor": 3, "Patch": 9600, "Build": 17284},
            "ProductVersion": {"Major": 6},
            "FileFlagsMask": "3f",
            "FileFlags": "02",
            "FileOS": "040004",
            "FileType": "01",
            "FileSubType": "00",
        },
        "StringFileInfo": {
            "CompanyName": "Example, Inc.",
            "FileVersion": "6.3.9600.17284 (aaa)",
            "LegalCopyright": "© Exämple",
            "ProductName": "",
            "Unknown": "left out",
        },
        "VarFileInfo": {"Translation": {"LangID": "0409", "CharsetID": "04B0"}},
    },
    {"VarFileInfo": {"Translation": {"LangID": 1031, "CharsetID": 1200}}, "stringfileinfo": None},
]


@pytest.mark.parametrize("document", GOVERSIONINFO)
def test_version_information_of_goversioninfo_is_equivalent(both, document):
    theirs, ours, warnings = both("goversioninfo", json.dumps(document))
    (one,), (other,) = theirs, ours
    assert one.key == other.key == (16, 1, 0x409)
    # Not the same bytes: they count padding as part of a string, and write hexadecimal in capitals.
    assert version.read(one.data) == version.read(other.data)
    assert warnings == []


def test_icons_and_manifest_of_goversioninfo_are_the_same_bytes(both):
    document = {
        "IconPath": "one.ico,two.ico",
        "ApplicationIconPath": "two.ico",
        "ManifestPath": "app.manifest",
    }
    data = {
        "one__ico": ico(bitmap(32)),
        "two__ico": ico(bitmap(16), png_image(256)),
        "app__manifest": b'<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0"/>',
    }
    theirs, ours, _ = both("goversioninfo", json.dumps(document), **data)
    assert differences(theirs, ours) == set()
    # Without an ApplicationIconPath the icon stands for it.
    theirs, ours, _ = both("goversioninfo", json.dumps({"IconPath": "two.ico"}))
    assert differences(theirs, ours) == set()
    assert len(tree(ours).of_type(14)) == 2


def test_versions_that_contradict_each_other_are_told(both):
    document = {
        "FixedFileInfo": {"FileVersion": {"Major": 1}},
        "StringFileInfo": {"FileVersion": "2.0.0", "ProductVersion": "two"},
    }
    (one,), (other,), warnings = both("goversioninfo", json.dumps(document))
    assert version.read(one.data) == version.read(other.data)
    assert warnings == ["CW0792", "CW0792"]


def test_go_winres_takes_our_resources_out_and_we_take_them_in_again(peer, tmp_path):
    """Program → `go-winres extract` → winres.json and files → the same resources."""
    made = icon.completed(icon.read(ico(png_image(256), bitmap(48), bitmap(16))))
    cursor = icon.read(cur(bitmap(32), hotspot=(3, 4)))
    info = version.from_settings("v1.2.3-rc.1", {"Comments": "a", "CompanyName": "Example"})
    resources = tree(
        [
            *icon.resources(made, 42, 0x0407, frame_language=0),
            *icon.resources(made, "APP", 0x0409, first=4, frame_language=0),
            *icon.resources(cursor, 7, 0, frame_language=0),
            manifest.resource(manifest.write()),
            version.resource(info),
            Resource(10, "DATA", 0, b"data"),
            Resource(2, 1, 0x0409, bitmap(4, bits=24)[:40] + b"pixels"),
            Resource("MYTYPE", 1, 0x0409, png_image(4)),
        ]
    )
    (tmp_path / "app.exe").write_bytes(patch(View.of(pe.build()), resources))
    argv = [peer("go-winres"), "extract", "--xml-manifest", "--dir", "out", "app.exe"]
    done = process.run(argv, cwd=tmp_path)
    assert done.returncode == 0, done.text
    again = json_files.read(tmp_path / "out/winres.json", Context())
    assert by_key(again) == by_key(resources)
