"""Mistakes: the code, the place, and that hostile scripts end quickly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crosswind.windows.rc import Options, ScriptError, compile_script

GOLDEN = Path(__file__).parents[3] / "golden/rc"


def findings(script: str | bytes, files: dict[str, bytes] | None = None, **options):
    data = script if isinstance(script, bytes) else script.encode()
    with pytest.raises(ScriptError) as caught:
        compile_script("app.rc", data, (files or {}).get, Options(**options))
    return caught.value.findings


def codes(found) -> list[str]:
    return [finding.code for finding in found]


@pytest.mark.parametrize(
    ("script", "code", "place"),
    [
        ('#include "nowhere.h"', "CW0760", "1:2"),
        ("#include nowhere", "CW0762", "1:2"),
        ("\n#if 1\n1 RCDATA { 1 }", "CW0762", "2:2"),
        ("#else", "CW0762", "1:2"),
        ("#if 1\n#else\n#else\n#endif", "CW0762", "3:2"),
        ("  #define", "CW0762", "1:4"),
        ("#define A(x", "CW0762", "1:10"),
        ("#define A(x, x) x", "CW0762", "1:9"),
        ("#nonsense", "CW0762", "1:2"),
        ("#ifdef\n#endif", "CW0762", "1:2"),
        ("#error no version", "CW0763", "1:2"),
        ("#define A(x) x\n1 RCDATA { A(1, 2) }", "CW0764", "2:12"),
        ("#define A(x) x\n1 RCDATA { A(1 }", "CW0764", "2:12"),
        ("#if 1 +\n#endif", "CW0765", "1:2"),
        ("#if 1 2\n#endif", "CW0765", "1:7"),
        ("#if 1 / 0\n#endif", "CW0765", "1:7"),
        ("#if 1.5\n#endif", "CW0765", "1:5"),
        ("#if defined\n#endif", "CW0765", "1:5"),
        ("#if (1\n#endif", "CW0765", "1:2"),
        ("#if 99999999999\n#endif", "CW0769", "1:5"),
        ("#pragma code_page(37)", "CW0766", "1:2"),
        ("#pragma code_page(99999)", "CW0766", "1:2"),
        ("#define F(x) x\n1 RCDATA { " + "F(" * 70 + "1" + ")" * 70 + " }", "CW0774", "2:140"),
        ("1 RCDATA BEGIN MENU\n{", "CW0768", "1:16"),
        ("1 MENU {", "CW0768", "1:9"),
        ("#pragma code_page(nonsense)", "CW0766", "1:2"),
        ("#pragma code_page 1252", "CW0766", "1:2"),
        (b'#pragma code_page(65001)\n1 RCDATA { "\xff" }', "CW0766", "2:12"),
        (b"1 RCDATA { \0 }", "CW0766", "1:12"),
        (b"\xff\xfe1", "CW0766", ""),
        ('1 RCDATA { "never closed }', "CW0767", "1:12"),
        ("1 RCDATA { 1 } /* never", "CW0767", "1:16"),
        ("1 RCDATA { 1\n", "CW0768", "2:1"),
        ("1 RCDATA { , }", "CW0768", "1:12"),
        ("1 RCDATA { * }", "CW0768", "1:12"),
        ("1 RCDATA { 1 + }", "CW0768", "1:16"),
        ("1 RCDATA { (1 }", "CW0768", "1:15"),
        ("1 RCDATA { UNKNOWN }", "CW0768", "1:12"),
        ("1", "CW0768", "1:1"),
        ("1 RCDATA", "CW0768", "1:9"),
        ("STRINGTABLE { }", "CW0768", "1:15"),
        ('STRINGTABLE { "no number" }', "CW0768", "1:15"),
        ("STRINGTABLE { 1 2 }", "CW0768", "1:17"),
        ('1 VERSIONINFO { BLOCK "x" VALUE }', "CW0768", "1:27"),
        ("1 VERSIONINFO FILEVERSION { }", "CW0768", "1:27"),
        ("1 VERSIONINFO FILEVERSION 1.2.3.4 { }", "CW0769", "1:27"),
        ("1 VERSIONINFO FILEVERSION 1,2,x { }", "CW0768", "1:31"),
        ("1 VERSIONINFO FILEVERSION 1,70000 { }", "CW0769", "1:29"),
        ("1 RCDATA { 4294967296 }", "CW0769", "1:12"),
        ("1 RCDATA { 12abc }", "CW0769", "1:12"),
        ("1 RCDATA { 2*3 }", "CW0769", "1:12"),
        ("LANGUAGE 0x409, 1", "CW0769", "1:10"),
        ("LANGUAGE 9, 64", "CW0769", "1:13"),
        ("LANGUAGE 9", "CW0768", "1:11"),
        ("70000 RCDATA { 1 }", "CW0770", "1:1"),
        ("1 70000 { 1 }", "CW0770", "1:3"),
        ("x" * 300 + " RCDATA { 1 }", "CW0770", "1:1"),
        ("1 6 { 1 }", "CW0770", "1:3"),
        ('1 STRINGTABLE { 1 "x" }', "CW0770", "1:1"),
        ('STRINGTABLE { 70000 "x" }', "CW0770", "1:15"),
        ('1 ICON "nowhere.ico"', "CW0771", "1:8"),
        ('1 ICON "text.txt"', "CW0772", "1:8"),
        ('1 CURSOR "app.ico"', "CW0772", "1:10"),
        ('1 BITMAP "text.txt"', "CW0772", "1:10"),
        ("1 BITMAP { 1 }", "CW0768", "1:10"),
        ('NAMED FONT "text.txt"', "CW0770", "1:1"),
        ('STRINGTABLE { 1 "a" 1 "b" }', "CW0773", "1:21"),
        ("1 RCDATA { 1 }\n1 RCDATA { 2 }", "CW0701", "2:1"),
        ("1 RCDATA { " + "(" * 100, "CW0774", "1:77"),
        ("#if 1\n" * 300, "CW0774", "257:2"),
        ('1 FONT "text.txt"\nFONTDIR 7 { 1 }', "CW0701", ""),
        ("1 VERSIONINFO {\n" + 'BLOCK "b" {\n' * 16, "CW0774", "17:7"),
    ],
)  # fmt: skip
def test_code_and_place(script, code, place):
    files = {"text.txt": b"no image", "app.ico": (GOLDEN / "files/app.ico").read_bytes()}
    first = findings(script, files)[0]
    assert (first.code, first.subject) == (code, f"app.rc:{place}" if place else "app.rc")
    assert first.message


def test_a_message_names_the_token_and_what_was_expected():
    (finding,) = findings("#define A 1\n1 RCDATA { A + B }")
    assert finding.message == "`B` found, expected a number"
    assert "--define" in finding.hint
    (finding,) = findings("1 VERSIONINFO FILEVERSION 1.2.3.4 {}")
    assert "1,2,3,4" in finding.hint


def test_several_mistakes_are_told_together():
    script = """1 RCDATA { X }
2 ICON "nowhere.ico"
3 RCDATA { BEGIN }
STRINGTABLE { 1 "ok" }
LANGUAGE 0x409, 1
4 RCDATA { 1 }
"""
    found = findings(script)
    assert [finding.subject for finding in found] == [
        "app.rc:1:12",
        "app.rc:2:8",
        "app.rc:3:12",
        "app.rc:5:10",
    ]


def test_at_most_twenty_mistakes_are_told():
    assert len(findings("1 RCDATA { X }\n" * 100)) == 20


def test_strings_may_not_end_a_folder():
    (finding,) = findings('1 RCDATA "res\\"\n2 RCDATA { 1 }\n')
    assert "backslash before the last quote" in finding.hint


HOSTILE = {
    "a file that includes itself": ('#include "app.rc"\n', "CW0761"),
    "two files that include each other": ('#include "a.rc"\n', "CW0761"),
    "macros that double": (
        "#define A0 1,1\n"
        + "".join(f"#define A{n} A{n - 1},A{n - 1}\n" for n in range(1, 60))
        + "1 RCDATA { A59 }\n",
        "CW0764",
    ),
    "arguments that double": (
        "#define D(x) x,x\n1 RCDATA { " + "D(" * 50 + "1" + ")" * 50 + " }\n",
        "CW0764",
    ),
    "arguments within arguments": ("#define I(x) x\n1 RCDATA { " + "I(" * 5000 + "\n}", "CW0764"),
    "a long macro many times": (
        "#define F(x) " + "1," * 60_000 + "\n1 RCDATA {\n" + "F(1)\n" * 10_000 + "}\n",
        "CW0764",
    ),
    "a long argument many times": (
        "#define F(x) x x x x\n1 RCDATA { F(" + "1 " * 60_000 + ") }\n",
        "CW0764",
    ),
    "many names of macros": ("#define F(x) x\n" + "F " * 120_000 + "\n", "CW0771"),
    "many strings on a line": (
        '1 RCDATA { "\t",' + '"",' * 80_000 + " X }",
        "CW0768",
    ),
    "a header of Windows many times": ("#include <windows.h>\n" * 50_000 + "X", "CW0768"),
    "a header many times": ('#include "empty.h"\n' * 50_000, "CW0761"),
    "text that doubles": (
        "#define C(x) x##x\n#define D(x) C(x)\n1 RCDATA { " + "D(" * 60 + "a" + ")" * 60 + " }",
        "CW0764",
    ),
    "pasting without end": ("#define P " + "a##" * 60000 + "a\n1 RCDATA { P }\n", "CW0768"),
    "parentheses": ("1 RCDATA { " + "(" * 100_000, "CW0774"),
    "minus signs": ("1 RCDATA { " + "- " * 100_000, "CW0774"),
    "parentheses in a condition": ("#if " + "(" * 100_000 + "\n#endif", "CW0774"),
    "signs in a condition": ("#if " + "!" * 100_000 + "\n#endif", "CW0774"),
    "conditionals": ("#if 1\n" * 100_000, "CW0774"),
    "blocks": ("1 VERSIONINFO { " + 'BLOCK "x" { ' * 10_000, "CW0774"),
    "a long line": ("1 RCDATA { " + "1," * 300_000 + " }", "CW0761"),
    "a continued line": ("1 \\\n" * 200_000, "CW0761"),
    "a large file": ("//" + "x" * (5 << 20), "CW0761"),
    "a long string": ('1 RCDATA { "' + "x" * 70_000 + '" }', "CW0767"),
    "a string that is never closed": ('1 RCDATA { "' + 'x""' * 50_000 + "\n", "CW0767"),
    "many quotes": ('"' * 200_001, "CW0768"),
    "a long version": (
        "1 VERSIONINFO { " + f'VALUE "k", "{"x" * 40_000}" ' * 2 + "}",
        "CW0775",
    ),
    "many resources": ("".join(f"N{n} RCDATA {{ 1 }}\n" for n in range(20_002)), "CW0775"),
    "braces": ("1 MENU " + "{" * 100_000, "CW0768"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_scripts_end_quickly(name):
    script, code = HOSTILE[name]
    files = {
        "app.rc": script.encode(),
        "a.rc": b'#include "b.rc"\n',
        "b.rc": b'#include "a.rc"\n',
        "empty.h": b"",
    }
    start = time.thread_time()
    found = findings(script, files)
    assert code in codes(found)
    assert time.thread_time() - start < 3
    assert all(len(finding.message) < 400 for finding in found)


def test_the_same_file_many_times_stays_below_the_limit_of_all():
    script = "".join(f'{n} RCDATA "big.bin"\n' for n in range(1, 40))
    assert codes(findings(script, {"big.bin": bytes(8 << 20)})) == ["CW0761"]
