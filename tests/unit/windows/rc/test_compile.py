"""Statements: what each makes, and how the text in it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.binary.view import View
from crosswind.windows import version_node
from crosswind.windows.rc import Compiled, NeedsZig, Options, ScriptError, compile_script
from crosswind.windows.resource import Resource

GOLDEN = Path(__file__).parents[3] / "golden/rc"
FILES = {f"files/{path.name}": path.read_bytes() for path in (GOLDEN / "files").iterdir()}


def resources(script: str | bytes, **options) -> list[Resource]:
    data = script if isinstance(script, bytes) else script.encode("cp1252")
    result = compile_script("app.rc", data, FILES.get, Options(**options))
    assert isinstance(result, Compiled), result
    return list(result.tree)


def only(script: str | bytes, **options) -> Resource:
    (resource,) = resources(script, **options)
    return resource


def warned(script: str) -> list[str]:
    result = compile_script("app.rc", script.encode("cp1252"), FILES.get)
    assert isinstance(result, Compiled)
    return [warning.message for warning in result.warnings]


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("1", b"\1\0"),
        ("1L", b"\1\0\0\0"),
        ("0x12345678L", b"\x78\x56\x34\x12"),
        ("-1", b"\xff\xff"),
        ("~1L", b"\xfe\xff\xff\xff"),
        ("1 + 2L", b"\3\0\0\0"),
        ("5 & 3 | 8", b"\x09\0"),
        ("(1 | 2) & (4 | 1)", b"\1\0"),
        ("0o17", b"\x0f\0"),
        ('"ab"', b"ab"),
        ('L"ab"', b"a\0b\0"),
        ('"a" "b", "c"', b"abc"),
        ('"say ""hi"""', b'say "hi"'),
        (r'"\a\n\r\t\\"', b"\b\n\r\t\\"),
        (r'"\x4a\x4Ab\x\101\1018"', b"JJb\0AA8"),
        (r'"\q\z"', rb"\q\z"),
        (r'L"\q\x263a\0000101"', "\u263aA".encode("utf-16-le")),
        ('"a\n   b"', b"a \nb"),
        ('"a\\\n   b"', b"a   b"),  # the preprocessor joins the lines
        ("1,, 2", b"\1\0\2\0"),
        ("", b""),
    ],
)
def test_raw_data(source, data):
    assert only(f"1 RCDATA {{ {source} }}").data == data
    assert only(f"1 RCDATA BEGIN {source} END").data == data


def test_a_tab_goes_to_the_next_eighth_column():
    assert only('1 RCDATA { "a\tb"\n"\t"\n\t"\tc" }').data == b"a   b" + b" " * 7 + b" " * 7 + b"c"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("1", 1),
        ("0x10", 16),
        ("0x10L", 16),
        ("007", 7),
        ("65535", 65535),
        ("app", "APP"),
        ("App.Icon-1", "APP.ICON-1"),
        ("7zip", "7ZIP"),
        ("äpp", "äPP"),
        ("100L", 100),
        ("(100+1)", 101),
        ("1-a", "1-A"),
        ("(" * 99 + "1" + ")" * 99, "(" * 99 + "1" + ")" * 99),
        ("0", "0"),
    ],
)
def test_names(word, name):
    assert only(f"{word} RCDATA {{ 1 }}").name == name
    assert word in ("0x10", "0x10L") or only(f"1 {word} {{ 1 }}").type == name


@pytest.mark.parametrize(
    ("keyword", "number"),
    [("RCDATA", 10), ("html", 23), ("24", 24), ("MANIFEST", 24), ("VXD", 20), ("PlugPlay", 19)],
)
def test_types(keyword, number):
    assert only(f"1 {keyword} {{ 1 }}").type == number


@pytest.mark.parametrize(
    "statement",
    ['RCDATA "files/data.bin"', r'RCDATA "files\\data.bin"', "RCDATA files/data.bin",
     'RCDATA PRELOAD MOVEABLE "files/data.bin"', 'RCDATA LANGUAGE 9, 1 "files/data.bin"'],
)  # fmt: skip
def test_files(statement):
    assert only(f"1 {statement}").data == FILES["files/data.bin"]


def test_a_backslash_that_is_meant_as_one():
    assert only(r'1 BITMAP "files\logo24.bmp"').data
    script = r'1 RCDATA "files\app.manifest"'
    assert only(script).data == FILES["files/app.manifest"]
    assert warned(script) == [r'rc.exe reads an escape in `"files\app.manifest"`']


def test_languages():
    script = """
1 RCDATA { 1 }
LANGUAGE 7, 1
1 RCDATA { 2 }
1 RCDATA LANGUAGE 12, 1 { 3 }
STRINGTABLE { 1 "deutsch" }
STRINGTABLE LANGUAGE 12, 1 { 1 "français" }
"""
    found = [(resource.type, resource.language) for resource in resources(script)]
    assert found == [(6, 0x407), (6, 0x40C), (10, 0x407), (10, 0x409), (10, 0x40C)]
    assert only("1 RCDATA { 1 }", language=0).language == 0


def test_strings_of_one_language_share_their_blocks():
    script = 'STRINGTABLE { 1 "a" 16 "b" }\nSTRINGTABLE { 3, "c" 0 "d" }\n'
    first, second = resources(script)
    assert first.name == 1
    assert first.data == b"\1\0d\0\1\0a\0\0\0\1\0c\0" + bytes(24)
    assert second.name == 2
    assert second.data == b"\1\0b\0" + bytes(30)


def test_pictures_are_numbered_over_the_whole_script():
    script = '1 ICON "files/app.ico"\n2 CURSOR "files/arrow.cur"\n9 ICON "files/app.ico"'
    found = [(resource.type, resource.name) for resource in resources(script)]
    assert found == [(1, 3), (3, 1), (3, 2), (3, 4), (3, 5), (12, 2), (14, 1), (14, 9)]


def test_animated_pictures_stay_whole():
    assert only('1 CURSOR "files/wait.ani"').type == 21
    assert only('1 ICON "files/wait.ani"').type == 22


def test_bitmaps_lose_their_file_header():
    assert only('1 BITMAP "files/logo4.bmp"').data == FILES["files/logo4.bmp"][14:]


def bitmap(header: bytes, tables: bytes = b"", gap: bytes = b"", pixels: bytes = b"pix") -> bytes:
    offset = 14 + len(header) + len(tables) + len(gap)
    head = b"BM" + bytes(8) + offset.to_bytes(4, "little")
    return head + header + tables + gap + pixels


def info(size: int, bits: int, compression: int = 0, colours: int = 0) -> bytes:
    fields = [size, 1, 1, 1 | bits << 16, compression, 0, 0, 0, colours, 0]
    return b"".join(field.to_bytes(4, "little") for field in fields).ljust(size, b"\0")


@pytest.mark.parametrize(
    ("header", "tables"),
    [
        (info(40, 1), b"c" * 8),
        (info(40, 8, colours=3), b"c" * 12),
        (info(40, 24), b""),
        (info(40, 24, colours=2), b"c" * 8),
        (info(40, 16, compression=3), b"m" * 12),
        (info(40, 32, compression=6), b"m" * 16),
        (info(124, 32, compression=3), b""),
        (b"\x0c\0\0\0\1\0\1\0\1\0\4\0", b"c" * 48),
        (b"\x0c\0\0\0\1\0\1\0\1\0\x18\0", b""),
    ],
)
def test_bitmaps_of_every_kind(header, tables):
    for gap in (b"", b"gap"):
        files = {"a.bmp": bitmap(header, tables, gap)}
        result = compile_script("app.rc", b'1 BITMAP "a.bmp"', files.get)
        assert isinstance(result, Compiled)
        assert next(iter(result.tree)).data == header + tables + b"pix"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"BM", b"XX" + bytes(60), bitmap(info(40, 8)), bitmap(info(20, 8)),
        bitmap(info(40, 1, colours=3), b"c" * 12), bitmap(info(40, 24))[:40],
    ],
)  # fmt: skip
def test_bitmaps_that_are_none(data):
    with pytest.raises(ScriptError, match="no bitmap"):
        compile_script("app.rc", b'1 BITMAP "a.bmp"', {"a.bmp": data}.get)


def test_numbers_in_narrow_strings_are_bytes_of_the_code_page():
    script = b'// x\n#pragma code_page(65001)\n1 RCDATA { "\\xe9\\x41" }\nSTRINGTABLE { 1 "\\xe9" }'
    table, data = resources(script)
    assert data.data == "\N{REPLACEMENT CHARACTER}A".encode()
    assert table.data[2:6] == b"\1\0\xfd\xff"
    table, data = resources('1 RCDATA { "\\xe9" }\nSTRINGTABLE { 1 "\\x80" }')
    assert data.data == b"\xe9"
    assert table.data[2:6] == b"\1\0" + "€".encode("utf-16-le")


def test_a_return_in_a_string_is_nothing():
    assert only(b'1 RCDATA { "a\rb" }').data == b"ab"


def test_version_numbers():
    script = """
#include <winver.h>
VS_VERSION_INFO VERSIONINFO
FILEVERSION 1,2,3,4
PRODUCTVERSION 5,6
FILEFLAGSMASK VS_FFI_FILEFLAGSMASK
FILEFLAGS VS_FF_DEBUG | VS_FF_PRERELEASE
FILEOS VOS_NT_WINDOWS32
FILETYPE VFT_DLL
FILESUBTYPE 0
{}
"""
    data = only(script).data
    fixed = [int.from_bytes(data[at : at + 4], "little") for at in range(40, 92, 4)]
    assert fixed == [
        0xFEEF04BD, 0x10000, 0x10002, 0x30004, 0x50006, 0, 0x3F, 3, 0x40004, 2, 0, 0, 0,
    ]  # fmt: skip
    assert int.from_bytes(data[:2], "little") == len(data) == 92


def test_blocks_as_deep_as_they_are_read():
    script = "1 VERSIONINFO { " + 'BLOCK "b" { ' * 15 + "} " * 16
    node = version_node.read(View.of(only(script).data))
    for _ in range(15):
        (node,) = node.children
    assert (node.key, node.children) == ("b", ())


def test_what_only_editors_use():
    script = """
#ifdef APSTUDIO_INVOKED
nothing of this
#endif
GUIDELINES DESIGNINFO
BEGIN
  100, DIALOG
  BEGIN
    LEFTMARGIN, 7
  END
END
1 TEXTINCLUDE BEGIN "resource.h\\0" END
2 DLGINCLUDE "resource.h"
"""
    assert [(resource.type, resource.data) for resource in resources(script)] == [
        ("TEXTINCLUDE", b"resource.h\0"),
        (17, b"resource.h\0"),
    ]


@pytest.mark.parametrize(
    "statement",
    ['DIALOG 0, 0, 10, 10 { LTEXT "x", -1, 0, 0, 1, 1 }', "DIALOGEX 0,0,1,1 BEGIN END",
     'MENU { MENUITEM "x", 1 }', "MENUEX BEGIN END", 'ACCELERATORS { "^C", 1 }',
     "TOOLBAR 16, 15 { BUTTON 1 }", "DLGINIT { 1 }", "5 { 1 }", "dialog 0,0,1,1 { }"],
)  # fmt: skip
def test_what_zig_has_to_compile(statement):
    script = f"1 RCDATA {{ 1 }}\nIDD_X {statement}\n2 RCDATA {{ unknown }}\n"
    result = compile_script("app.rc", script.encode(), FILES.get)
    assert isinstance(result, NeedsZig)
    assert str(result.place) == "app.rc:2:7"
    assert result.keyword == statement.split()[0].upper()


@pytest.mark.parametrize(
    "script",
    ['1 RCDATA { "1 DIALOG {" }', "// 1 MENU {}\n1 RCDATA { 1 }", "dialog RCDATA { 1 }",
     "#if 0\n1 DIALOG\n#endif\n1 RCDATA { 1 }", 'STRINGTABLE { 1 "MENU" }'],
)  # fmt: skip
def test_words_alone_make_no_dialog(script):
    assert resources(script)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("1 RCDATA { 70000 }", "more than 16 bits"),
        ("1 RCDATA { 1 | 2 & 0 }", "from left to right"),
        ("1 RCDATA { 010 }", "octal for windres"),
        ("RT_X RT_MANIFEST { 1 }", "RT_MANIFEST is not defined"),
        ("VS_VERSION_INFO VERSIONINFO {}", "VS_VERSION_INFO is not defined"),
        ("2 VERSIONINFO {}", "looks for VERSIONINFO number 1"),
        (r'1 RCDATA { "\"" }', r"rc.exe does not know \""),
        ('STRINGTABLE { 1 "a" "b" }', "joins the first"),
        ("100L RCDATA { 1 }", "the text itself"),
        ("0 RCDATA { 1 }", "number 0"),
        ('"quoted" RCDATA { 1 }', "the quotes are part of the name"),
        ("1 MANIFEST { 1 }", "only a name for rc.exe"),
        ("1 RCDATA{ 1 }", "as one word"),
        ('STRINGTABLE{ 1 "x" }', "as one word"),
        ('1 10"files/data.bin"', "as one word"),
        ('1 VERSIONINFO { BLOCK "B" { VALUE "V", "a", 1 } }', "mixes text and numbers"),
        ('1 VERSIONINFO { BLOCK "B" { VALUE "V" "a" } }', "aligns its value wrongly"),
        ("#warning old\n1 RCDATA { 1 }", "the script says: old"),
    ],
)
def test_doubtful_places_are_told(script, message):
    assert any(message in said for said in warned(script)), warned(script)


def test_characters_that_a_code_page_lacks_are_told():
    script = '#pragma code_page(65001)\n1 RCDATA { "世" }'.encode()
    result = compile_script("app.rc", script, FILES.get)
    assert isinstance(result, Compiled)
    assert next(iter(result.tree)).data == b"?"
    assert "lacks" in result.warnings[0].message
