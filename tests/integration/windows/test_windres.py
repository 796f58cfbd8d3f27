"""windres, given the same values in a script, writes the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crosswind.binary.view import View
from crosswind.system import process
from crosswind.windows import icon, manifest, res, strings, version, version_node
from crosswind.windows.version import Fixed, StringTable, VersionInfo
from images.icons import bitmap, cur, ico, png_image

pytestmark = pytest.mark.skipif(
    not shutil.which("x86_64-w64-mingw32-windres"),
    reason="needs the Debian package binutils-mingw-w64-x86-64",
)

TABLES = (
    StringTable(
        0x0409,
        1200,
        (("Comments", "odd"), ("CompanyName", "Example, Inc."), ("Empty", ""), ("K", "€")),
    ),
    StringTable(0x0407, 1252, (("Comments", "auf Deutsch: ü"),)),
)
INFOS = [
    VersionInfo(
        Fixed((1, 2, 3, 4), (65535, 0, 1, 2), mask=0x3F, flags=0x2B, type=2, subtype=7),
        TABLES,
        ((0x0409, 1200), (0x0407, 1252)),
    ),
    VersionInfo(Fixed((1, 0, 0, 0), mask=0, system=0, type=0), TABLES[:1], ()),
    VersionInfo(Fixed(), (), ((0x0409, 1200),)),
    VersionInfo(Fixed((9, 8, 7, 6), (5, 4, 3, 2)), (), ()),
    version.from_settings("v1.2.3-rc.1+meta", {"FileDescription": "a", "Zebra": "b"}),
]


def compiled(folder: Path, script: str):
    """The resources that windres makes of a script."""
    (folder / "app.rc").write_text("#pragma code_page(65001)\n" + script, encoding="utf-8")
    tool = "x86_64-w64-mingw32-windres"
    argv = [tool, "--preprocessor=cat", "-c", "65001", "-O", "res", "app.rc", "app.res"]
    done = process.run(argv, cwd=folder)
    assert done.returncode == 0, done.text
    return res.read(View.of((folder / "app.res").read_bytes()))


def block(key: str, *lines: str) -> str:
    return f'BLOCK "{key}"\nBEGIN\n' + "\n".join(lines) + "\nEND"


def script_of(info: VersionInfo) -> str:
    """The script that says the same; the case of tables' keys is the script's own."""
    fixed = info.fixed
    parts = []
    if info.tables:
        tables = [
            block(
                f"{table.language:04x}{table.code_page:04x}",
                *(f'VALUE "{name}", "{text}"' for name, text in table.strings),
            )
            for table in info.tables
        ]
        parts.append(block("StringFileInfo", *tables))
    if info.translations:
        pairs = ", ".join(f"{language}, {page}" for language, page in info.translations)
        parts.append(block("VarFileInfo", f'VALUE "Translation", {pairs}'))
    return "\n".join(
        [
            "1 VERSIONINFO",
            f"FILEVERSION {','.join(map(str, fixed.file))}",
            f"PRODUCTVERSION {','.join(map(str, fixed.product))}",
            f"FILEFLAGSMASK {fixed.mask}\nFILEFLAGS {fixed.flags}\nFILEOS {fixed.system}",
            f"FILETYPE {int(fixed.type)}\nFILESUBTYPE {fixed.subtype}",
            "BEGIN",
            *parts,
            "END\n",
        ]
    )


@pytest.mark.parametrize("info", INFOS)
def test_version_information_is_the_same_bytes(tmp_path, info):
    (made,) = compiled(tmp_path, script_of(info))
    assert made == version.resource(info)
    assert version.read(made.data) == info
    assert version_node.write(version_node.read(View.of(made.data))) == made.data


def test_string_tables_are_the_same_bytes(tmp_path):
    texts = {1: "one", 15: "fünfzehn €", 16: "sixteen", 65535: "last", 40: "a" * 500}
    lines = "\n".join(f'{number} "{text}"' for number, text in texts.items())
    made = compiled(tmp_path, f"LANGUAGE 7, 1\nSTRINGTABLE\nBEGIN\n{lines}\nEND\n")
    assert list(made) == strings.write(texts, 0x0407)
    assert strings.read_all(made) == texts


def test_icons_and_manifests_are_the_same_bytes(tmp_path):
    (tmp_path / "app.ico").write_bytes(ico(bitmap(16), bitmap(16, bits=8), png_image(256)))
    (tmp_path / "app.manifest").write_bytes(manifest.write())
    made = compiled(tmp_path, '7 ICON "app.ico"\n1 24 "app.manifest"\n')
    ours = icon.from_ico((tmp_path / "app.ico").read_bytes(), 7)
    assert list(made) == [*ours, manifest.resource(manifest.write())]


def test_icons_of_directories_with_gaps_differ_as_explained(tmp_path):
    """windres counts bits from the colors, and finds none; rc.exe and we look into the image."""
    data = ico(bitmap(32, bits=8), bitmap(16), planes=0, bits=0)
    (tmp_path / "app.ico").write_bytes(data)
    *_, theirs = compiled(tmp_path, '1 ICON "app.ico"\n')
    *_, ours = icon.from_ico(data, 1)
    differing = [
        at for at, pair in enumerate(zip(theirs.data, ours.data, strict=True)) if len({*pair}) > 1
    ]
    assert differing == [12, 26]
    assert [ours.data[at] for at in differing] == [8, 32]


def test_cursors_differ_as_explained(tmp_path):
    """windres writes one bit per pixel for every cursor; rc.exe and we look into the image."""
    data = cur(bitmap(32), hotspot=(5, 7))
    (tmp_path / "app.cur").write_bytes(data)
    theirs_image, theirs = compiled(tmp_path, '1 CURSOR "app.cur"\n')
    ours_image, ours = icon.from_ico(data, 1)
    assert theirs_image == ours_image
    assert theirs.data[:12] + b"\x20" + theirs.data[13:] == ours.data
    assert theirs.data[12] == 1
