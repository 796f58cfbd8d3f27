"""The preprocessor, seen through the bytes that come out."""

from __future__ import annotations

import pytest

from crosswind.windows.rc import Compiled, Options, compile_script


def compiled(script: str | bytes, files: dict[str, bytes] | None = None, **options) -> Compiled:
    data = script if isinstance(script, bytes) else script.encode()
    result = compile_script("app.rc", data, (files or {}).get, Options(**options))
    assert isinstance(result, Compiled), result
    return result


def words(script: str, files: dict[str, bytes] | None = None, **options) -> list[int]:
    """The numbers in the first resource."""
    data = next(iter(compiled(script, files, **options).tree)).data
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("1", True),
        ("0", False),
        ("2 - 2", False),
        ("1 + 2 * 3 == 7", True),
        ("(1 + 2) * 3 == 9", True),
        ("1 | 2 & 0", True),
        ("-1 < 0", True),
        ("-1 < 0u", False),  # without sign it is the largest number
        ("0x80000000 > 0", True),
        ("2147483647 + 1 < 0", True),  # 32 bits
        ("-7 / 2 == -3 && -7 % 2 == -1", True),  # C rounds towards zero
        ("1 << 4 == 16 && 256 >> 4 == 16", True),
        ("~0 == -1 && !0 && !!5", True),
        ("0 && 1 / 0", False),
        ("1 || 1 / 0", True),
        ("1 ? 2 : 1 / 0", True),
        ("0 ? 1 / 0 : 0", False),
        ("010 == 8", True),
        ("0xAL == 10 && 10UL == 10", True),
        ("'A' == 65", True),
        ("NOBODY", False),
        ("defined NOBODY", False),
        ("defined RC_INVOKED && defined(_WIN32)", True),
        ("RC_INVOKED", True),
        ("defined(SEVEN) && SEVEN == 7", True),
        ("5 > 3 && 3 >= 3 && 2 <= 3 && 2 != 3 && (6 ^ 3) == 5", True),
    ],
)
def test_conditions(condition, holds):
    script = f"#if {condition}\n1 RCDATA {{ 1 }}\n#else\n1 RCDATA {{ 0 }}\n#endif\n"
    assert words(script, defines=(("SEVEN", "7"),)) == [int(holds)]


@pytest.mark.parametrize(
    ("branch", "value"), [("A", 1), ("B", 2), ("A B", 1), ("C", 3), ("", 4), ("B C", 2)]
)
def test_the_first_branch_that_holds_is_read(branch, value):
    script = """
#ifdef A
1 RCDATA { 1 }
#elif defined B
1 RCDATA { 2 }
#elif defined(C)
1 RCDATA { 3 }
#else
1 RCDATA { 4 }
#endif
"""
    assert words(script, defines=tuple((name, "1") for name in branch.split())) == [value]


def test_what_is_left_out_is_not_looked_at():
    script = """
#if 0
#  if garbage ( that is ) never && evaluated
#  error never said
#  nothing
#  include "nowhere"
"a string without an end
#  else
#  endif
#endif
1 RCDATA { 1 }
"""
    assert words(script) == [1]


@pytest.mark.parametrize(
    ("define", "use", "result"),
    [
        ("A 1 + 1", "A", [2]),
        ("A(x) x, x", "A(3)", [3, 3]),
        ("A(x,y) y, x", "A(1, (2 + 3))", [5, 1]),
        ("A() 9", "A()", [9]),
        ("A(x) 5 x", "A()", [5]),
        ("A(...) 1, __VA_ARGS__", "A(2, 3)", [1, 2, 3]),
        ("A(x,...) x __VA_ARGS__", "A(2)", [2]),
        ("A(x) x", "A(A(A(4)))", [4]),
        ("A(a,b) a##b", "A(1,2)", [12]),
        ("A(a,b) a ## b", "A(,7)", [7]),
        ("A (1)", "A", [1]),
        ("A(x) x + A", "A(1) 0", None),
        ("A B\n#define B A", "1", [1]),  # A and B expand to each other, once
    ],
)
def test_macros(define, use, result):
    script = f"#define {define}\n1 RCDATA {{ {use} }}\n"
    if result is None:
        with pytest.raises(Exception, match="`A` found"):
            words(script)
    else:
        assert words(script) == result


def test_arguments_as_text():
    script = r"""
#define TEXT(x) #x
#define VALUE_OF(x) TEXT(x)
#define VERSION 1.2
#define ALL(...) #__VA_ARGS__
1 RCDATA { TEXT(VERSION), VALUE_OF(VERSION), TEXT( a   b ), TEXT("q"), ALL( a,b,  c ) }
"""
    assert next(iter(compiled(script).tree)).data == b'VERSION1.2a b"q"a,b, c'


def test_names_stay_hidden_only_where_both_ends_of_a_call_come_from():
    script = "#define H 9 F\n#define F(x) x H (2)\n1 RCDATA { F(1) }\n"
    assert words(script.replace("9 F", "9")) == [1, 9, 2]
    with pytest.raises(Exception, match="`F` found"):
        words(script)


def test_a_call_may_go_on_on_other_lines():
    assert words("#define A(x, y) y, x\n1 RCDATA { A(1,\n  2\n) }\n") == [2, 1]


def test_a_name_with_parameters_alone_is_no_call():
    assert compiled("#define ICON(x) x\n1 RCDATA { 1 }\nICON 10 { 2 }\n").tree.of_type(10)


def test_definitions_end_where_undef_stands():
    script = "#define A 1\n#undef A\n#undef NEVER\n#ifdef A\n1 RCDATA { 1 }\n#endif\n2 RCDATA { 2 }"
    assert words(script) == [2]


def test_includes_are_looked_for_around_and_then_in_the_given_folders():
    files = {
        "inc/a.h": b'#include "b.h"\n#include "top.h"\n',
        "inc/b.h": b"#define B 2\n",
        "top.h": b"#define TOP 3\n",
        "sdk/c.h": b"#define C 4\n",
        "other/c.h": b"#define C 5\n",
    }
    script = '#include "inc\\a.h"\n#include <c.h>\n1 RCDATA { B, TOP, C }\n'
    assert words(script, files, include=("sdk", "other")) == [2, 3, 4]
    assert compiled(script, files, include=("sdk",)).files == (
        "app.rc",
        "inc/a.h",
        "inc/b.h",
        "top.h",
        "sdk/c.h",
    )


def test_of_headers_only_directives_count():
    header = b"int f(void) { return \"it's; }\n#define ONE 1\nstruct s {\n1 RCDATA { 2 }\n"
    assert words('#include "a.h"\n1 RCDATA { ONE }', {"a.h": header}) == [1]
    assert words('#include "a.rc"\n', {"a.rc": b"1 RCDATA { 7 }"}) == [7]


def test_windows_headers_are_built_in():
    for header in ("<windows.h>", '"winres.h"', "<sdk/WinVer.h>", '"afxres.h"', "<ntdef.h>"):
        assert words(f"#include {header}\n1 RCDATA {{ VS_VERSION_INFO }}") == [1]
    # A file of that name beside the script is what "…" means.
    assert words('#include "winres.h"\n1 RCDATA { X }', {"winres.h": b"#define X 8"}) == [8]


def test_a_file_says_that_it_is_read_once():
    files = {"a.rc": b"#pragma once\n1 RCDATA { 1 }\n"}
    assert words('#include "a.rc"\n#include "a.rc"\n', files) == [1]


def test_comments_and_continued_lines():
    script = (
        "/* over\n lines */ 1 /**/ RCDATA { 1, /* , */ 2, // 3\n"
        "#define A 3 /* not\n the end */ + 1\n A, 4 \\\n + 1 }"
    )
    assert words(script) == [1, 2, 4, 5]


def test_lines_are_joined_before_comments_are_looked_for():
    script = '// a \\\n comment, too\n1 RCDATA { "b\\\n//c" /\\\n* d */, 2 }\n'
    assert next(iter(compiled(script).tree)).data == b"b//c\2\0"


def test_comments_do_not_begin_in_strings():
    tree = compiled('1 RCDATA { "a // b", "/* c */", "d\\"" // e\n }').tree
    assert next(iter(tree)).data == b'a // b/* c */d"'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_believed(encoding):
    script = 'STRINGTABLE { 1 "Grüße 世界" }\n1 RCDATA { L"é" }'.encode(encoding)
    resources = list(compiled(script).tree)
    assert "Grüße 世界".encode("utf-16-le") in resources[0].data
    assert resources[1].data == b"\xe9\0"


@pytest.mark.parametrize(
    ("page", "data", "text"),
    [
        (1252, b"\xe9 \x80 \x81", "é € \x81"),
        (65001, "é 世".encode(), "é 世"),
        (932, "日本".encode("cp932"), "日本"),
        (1251, "Привет".encode("cp1251"), "Привет"),
        (28592, "ł".encode("iso8859-2"), "ł"),
    ],
)
def test_code_pages(page, data, text):
    script = b'// first\n#pragma code_page(%d)\n1 RCDATA { L"%s", "%s" }' % (page, data, data)
    assert next(iter(compiled(script).tree)).data == text.encode("utf-16-le") + data


def test_a_code_page_in_an_included_file_is_told_to_have_no_effect():
    files = {"a.rc": b'#pragma code_page(65001)\n1 RCDATA { L"\xe9" }\n'}
    result = compiled('#include "a.rc"\n', files)
    assert next(iter(result.tree)).data == b"\xe9\0"
    assert "no effect" in result.warnings[0].message


def test_a_name_without_space_before_another_stays_apart():
    assert compiled("#define E(x) x\n#define T RCDATA\n1 T { E(1)E(2)3 }\n").tree.of_type(10)


def test_utf8_without_a_word_is_pointed_out():
    assert compiled("// Grüße\n1 RCDATA { 1 } /* ß */").warnings == ()
    (warning,) = compiled('STRINGTABLE { 1 "Grüße" }\n').warnings
    assert (warning.code, warning.subject) == ("CW0777", "app.rc:1:1")


def test_places_are_those_of_the_file_that_is_at_fault():
    files = {"part.rc": b"1 RCDATA {\n  2 NONSENSE\n}\n"}
    with pytest.raises(Exception, match="NONSENSE") as caught:
        compiled('#include "part.rc"\n', files)
    assert caught.value.subject == "part.rc:2:5"
    with pytest.raises(Exception, match="NONSENSE") as caught:
        compiled('#line 70 "source.tt"\n1 RCDATA { NONSENSE }\n')
    assert caught.value.subject == "source.tt:70:12"
