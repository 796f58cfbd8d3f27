"""How lists of flags are read and applied; what go refuses is asked in tests/integration/gosource."""

from __future__ import annotations

import pytest

from crosswind.gosource.safe_flags import SafeFlags, Tool, go_pattern

SOURCE = """var validCompilerFlags = []*lazyregexp.Regexp{
\tre(`-O([^@\\-].*)`), // a comment
\t// re(`-commented`),
\tre(`-Wl,-R,?([^@\\-,][^,@]*$)`),
}

var validCompilerFlagsWithNextArg = []string{
\t"-I",
\t"-Wl,-framework",
}

var invalidLinkerFlags = []*lazyregexp.Regexp{
\tre(`-lto_library`),
}

var validLinkerFlags = []*lazyregexp.Regexp{
\tre(`-l([^@\\-].*)`),
\tre(`-Wl,--(no-)?as-needed`),
\tre(`-Wl,--push-state`),
}

var validPkgConfigFlags = []*lazyregexp.Regexp{
\tre(`--static`),
}
"""


def refused(tool: Tool, *flags: str) -> str:
    found = SafeFlags(SOURCE).refused(tool, flags)
    return found.words if found else ""


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("-O2", "-Ox"), ""),
        (("-O2", "-O"), "-O"),
        (("-commented",), "-commented"),
        (("-Wl,-R,x\n",), ""),
        (("-I",), "-I without argument"),
        (("-I", "x", "-O-"), "-O-"),
        (("-I", "-x"), "-I -x"),
        (("-I", "=/x"), ""),
        (("-I", "=@x"), "-I =@x"),
        (("-Wl,-framework", "-Wl,x"), ""),
        (("-Wl,-framework", "-Wl,x,y"), "-Wl,-framework -Wl,x,y"),
    ],
)
def test_flags_of_compilers(flags: tuple[str, ...], said: str) -> None:
    assert refused(Tool.COMPILER, *flags) == said


@pytest.mark.parametrize(
    ("flag", "fine"),
    [
        ("-lm", True),
        ("-lto_library", False),
        ("-Wl,--push-state,--as-needed", True),
        ("-Wl,--push-state,--as-needed,-x", False),
    ],
)
def test_flags_of_linkers(flag: str, fine: bool) -> None:
    assert (refused(Tool.LINKER, flag) == "") == fine


def test_another_source_is_no_source() -> None:
    with pytest.raises(ValueError, match="no lists"):
        SafeFlags("package work\n")


@pytest.mark.parametrize(
    "text", ["[[:alpha:]]", "a{,5}", "a++", "(?=x)", r"\Qx\E", r"\pL", "(", "(?i-s)x", r"(a)\1"]
)
def test_what_python_reads_in_another_way_is_left_to_go(text: str) -> None:
    assert go_pattern(text) is None


def test_patterns_of_go() -> None:
    pattern = go_pattern("-f(x|y)$")
    assert pattern
    assert pattern.search("-fx")
    assert not pattern.search("-fx\n")
