"""Groups of constants and variables whose `)` stands behind the last one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.portability import groups, syntax


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("var ( a = 1; b = 2 )", "var ( a = 1; b = 2;)"),
        ("const ( a = 1\n\tb = 2 )\n", "const ( a = 1\n\tb = 2;)\n"),
        ("const (a = iota; b) // c", "const (a = iota; b;)// c"),
        ("var (a = 1); var b = 2", "var (a = 1;);var b = 2"),
        ("var (a = 1)\n\nvar b = 2", "var (a = 1;)\n\nvar b = 2"),
        ("var (a = f(1) /* ; */ )", "var (a = f(1) /* ; */;)"),
        ("var (a = f(1) /* ; */)", "var (a = f(1) /* ; */;)"),
        ("var (a = func() { var (x, y int) })", "var (a = func() { var (x, y int;)};)"),
        ('var (a = ")" )', 'var (a = ")";)'),
    ],
)
def test_a_semicolon_takes_the_place_of_a_blank(text: str, ended: str) -> None:
    assert groups.ended(text.encode()) == ended.encode()


@pytest.mark.parametrize(
    "text",
    [
        "var ()",
        "var (\n\ta = 1\n)",
        "var (\n\ta = 1 // b\n\t)",
        "const (a = 1; )",
        "var a = f (1)",
        "func (v T) f(a int) (b int) {}",
        "x.var (a)",
        "// var (a = 1 )",
        "`var (a = 1 )`",
        "var (a = 1",
        ")",
    ],
)
def test_what_lacks_none_stays(text: str) -> None:
    assert groups.ended(text.encode()) == text.encode()


@pytest.mark.parametrize("close", [" )", ")", "\t)", " /* c */ )", " /* c */)"])
@pytest.mark.parametrize(
    "group", ["var ( a = 1; b = 2{})", "const (a = iota; b{})", "var (a int{})"]
)
def test_such_groups_are_read_in_full(group: str, close: str) -> None:
    group = group.removesuffix(")").format(close)
    text = f"package p\n\n{group}; var c = 1\n\nfunc f() {{ {group}\n\tprint(c)\n}}\n"
    root, is_whole = syntax.read(text.encode())
    assert is_whole
    assert [one.type for one in root.named_children[2:]] == [
        "var_declaration",
        "function_declaration",
    ]
    assert syntax.place(root.named_children[2]) == (3, len(group) + 3)
    assert syntax.place(root.named_children[3]) == (5, 1)


@given(st.text('var const()\n;"`/* =1', max_size=60))
def test_lines_stay(text: str) -> None:
    assert groups.ended(text.encode()).count(b"\n") == text.count("\n")
