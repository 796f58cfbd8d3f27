"""What C adds to keys, from recorded answers of GCC 12 and GNU ld 2.40."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crosswind.building.key import c_answers, c_flags, c_kinds, c_targets
from crosswind.building.key.c import nearest
from crosswind.building.key.c_compiler import Compiler
from crosswind.building.key.c_targets import Calls
from crosswind.building.key.model import Doubt
from crosswind.building.key.observed import Observer, Reads
from crosswind.target import Target

SEARCHED = """ignoring nonexistent directory "/usr/local/include/x86_64-linux-gnu"
#include "..." search starts here:
#include <...> search starts here:
 .
 /usr/include
End of search list.
"""
LINKED = """attempt to open /usr/lib/gcc/x/12/../../../x/crt1.o succeeded
attempt to open main.o succeeded
attempt to open /p/nine/libnine.so failed
attempt to open /p/nine/libnine.a succeeded
ld-linux-x86-64.so.2 needed by /lib/x/libc.so.6
found ld-linux-x86-64.so.2 at /lib64/ld-linux-x86-64.so.2
"""
LOADED = "\tlinux-vdso.so.1 (0x7f)\n\tlibz.so.1 => /lib/libz.so.1 (0x00ab)\n\t/lib64/ld.so (0x0f)\n"


def test_dependencies_are_read_as_make_does() -> None:
    text = "main.o: main.c /usr/include/stdio.h \\\n ../a\\ b.h c$$d.h\nother.o: other.c\n"
    assert c_answers.dependencies(text, "/p/lib") == {
        "/p/lib/main.c",
        "/usr/include/stdio.h",
        "/p/a b.h",
        "/p/lib/c$d.h",
        "/p/lib/other.c",
    }


def test_folders_of_the_search_count_there_or_not() -> None:
    found = c_answers.search_folders(SEARCHED, "/p")
    assert found == {"/p", "/usr/include", "/usr/local/include/x86_64-linux-gnu"}
    with pytest.raises(Doubt):
        c_answers.search_folders("", "/p")


def test_a_configuration_is_looked_for_where_the_compiler_does() -> None:
    text = "install: /g/\nprograms: =/g/12:/g\nlibraries: =/g/12:/l/..:relative\n"
    assert c_answers.candidates(text, "specs") == {"/g/12/specs", "/g/specs", "/l/../specs"}
    with pytest.raises(Doubt, match="does not say"):
        c_answers.candidates("install: /g/\n", "specs")


def test_every_place_of_a_name_is_looked_at() -> None:
    contents = (b"#include <sys/types.h>\n#if __has_include(<deep/er/x.h>)\n",)
    found = c_answers.looked_in(["/p/main.c", "/usr/include/sys/types.h"], ["/i"], contents)
    assert found >= {"/i", "/p", "/i/sys", "/i/deep/er", "/p/sys"}


@pytest.mark.parametrize(
    "text", ["#if __has_include(HEADER)\n", "#define HAS(x) __has_include( x )\n"]
)
def test_a_file_that_a_macro_names_may_be_any(text: str) -> None:
    assert c_answers.is_asked_by_macro([b"", text.encode()])
    assert c_answers.looked_in(["/p/main.c"], ["/i"], [text.encode()]) == {"/p", "/i"}


@pytest.mark.parametrize(
    "text",
    [
        "#ifndef __has_include\n# define __has_include(x) 0\n#endif\n",
        "#if defined(__has_include) && \\\n __has_include \\\n(<b/x.h>)\n",
    ],
)
def test_asking_whether_there_are_such_questions_is_no_question(text: str) -> None:
    assert not c_answers.is_asked_by_macro([text.encode()])


@pytest.mark.parametrize("ending", [".gch", ".pch"])
def test_a_header_that_was_compiled_before_is_doubtful(tmp_path: Path, ending: str) -> None:
    header = tmp_path / "a.h"
    assert c_answers.looked_in([str(header)], [], []) == {str(tmp_path)}
    header.with_name(f"a.h{ending}").touch()
    with pytest.raises(Doubt, match="compiled before"):
        c_answers.looked_in([str(header)], [], [])


def test_what_a_linker_opens() -> None:
    opened, folders = c_answers.linked(LINKED)
    assert opened == {"/usr/lib/x/crt1.o", "/p/nine/libnine.a", "/lib64/ld-linux-x86-64.so.2"}
    assert "/p/nine" in folders
    with pytest.raises(Doubt):
        c_answers.linked("another linker")
    assert c_answers.loaded(LOADED) == {"/lib/libz.so.1", "/lib64/ld.so"}


@pytest.mark.parametrize(
    "flag",
    [
        "-fplugin=x.so", "-specs=x", "-B/x", "@file", "-wrapper", "-Wp,-MD,x", "-march=native", "-flto",
        "-fprofile-use", "-fno-lto", "--sysroot=/x", "-fuse-ld=gold",
    ],
)  # fmt: skip
def test_flags_that_may_read_files_are_doubtful(flag: str) -> None:
    with pytest.raises(Doubt, match="may read"):
        c_flags.check_compile(["-O2", "-g", flag])
    with pytest.raises(Doubt, match="may read"):
        c_flags.check_link(["-lm", flag])


def test_what_follows_a_compilers_name() -> None:
    c_flags.check_driver(["-target", "x86_64-linux-musl", "--sysroot=/x", "-m32", "-pthread"])
    for words in (["--config=x"], ["-target", "x", "-B/x"], ["@file"], ["-resource-dir", "x"]):
        with pytest.raises(Doubt, match="may read"):
            c_flags.check_driver(words)


DEFAULTS = """func DefaultCC(goos, goarch string) string {
\tswitch goos+`/`+goarch {
\tcase "linux/arm64":
\t\treturn "aarch64-linux-gnu-gcc"
\t}
\tswitch goos {
\tcase "darwin", "ios":
\t\treturn "clang"
\t}
\treturn "gcc"
}
"""


def test_the_compiler_that_a_go_takes_by_itself() -> None:
    def default(goos: str, goarch: str) -> str:
        return c_targets.default_compiler(DEFAULTS, "DefaultCC", Target(goos, goarch))

    assert default("linux", "amd64") == "gcc"
    assert default("linux", "arm64") == "aarch64-linux-gnu-gcc"
    assert default("ios", "arm64") == "clang"
    with pytest.raises(Doubt):
        c_targets.default_compiler(DEFAULTS, "DefaultCXX", Target("linux", "amd64"))


def test_how_go_calls_a_compiler_is_known_for_some_targets() -> None:
    assert c_targets.calls(Target("windows", "386")).compile == ("-mthreads", "-m32")
    with pytest.raises(Doubt, match="plan9/arm is not known"):
        c_targets.calls(Target("plan9", "arm"))


def test_lists_of_other_files_are_no_libraries(tmp_path: Path) -> None:
    archive, script = tmp_path / "a.a", tmp_path / "b.so"
    script.write_text("INPUT(c.so)")
    archive.write_bytes(b"!<arch>\n")
    c_answers.check_libraries([str(archive)])
    c_answers.check_libraries([str(archive), str(script)], scripts=True)
    with pytest.raises(Doubt, match="other files"):
        c_answers.check_libraries([str(script)])
    archive.write_bytes(b"!<thin>\n")
    with pytest.raises(Doubt, match="other files"):
        c_answers.check_libraries([str(archive)], scripts=True)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Using built-in specs.\nCOLLECT_GCC=gcc\ngcc version 12.2.0 (Debian)", "GCC"),
        ("Reading specs from /g/12/specs\nCOLLECT_GCC=gcc\ngcc version 12.2.0 (Debian)", "GCC"),
        ("Debian clang version 14.0.6\nTarget: x\nInstalledDir: /usr/bin", "Clang"),
        ("tcc version 0.9.27", ""),
        ("clang version 14\n", ""),
    ],
)
def test_compilers_are_known_by_what_they_say(said: str, title: str) -> None:
    kind = c_kinds.recognise(said)
    assert (kind.title if kind else "") == title


def test_common_flags_are_known() -> None:
    c_flags.check_compile(["-O2", "-g", "-DX=1", "-I", "x", "-Wall", "-std=c11", "-fno-common"])
    c_flags.check_link(["-O2", "-g", "-L/x", "-lm", "-pthread", "-Wl,-rpath,/x", "/x/libx.a"])


@pytest.mark.parametrize("env", [{"LD_PRELOAD": "x.so"}, {"GCC_EXEC_PREFIX": "/x"}, {"PATH": ""}])
def test_a_compiler_that_is_led_elsewhere_is_doubtful(env: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(Doubt):
        Compiler("c", ("gcc",), Calls(), {"PATH": "/nowhere", **env}, Observer(tmp_path))
    with pytest.raises(Doubt):
        Compiler("c", ("zig", "cc"), Calls(), {}, Observer(tmp_path))


def test_what_a_young_file_gave_is_not_remembered(tmp_path: Path) -> None:
    header, empty = tmp_path / "a.h", tmp_path / "absent"
    header.write_text("one")
    os.utime(header, ns=(0, 0))
    asked = []

    def ask() -> Reads:
        asked.append(1)
        return Reads(frozenset((str(header),)), frozenset((str(empty),)))

    def content(question: str = "") -> dict[str, str]:
        return Observer(tmp_path / "memory").content("subject", question, ask)

    # A young file is not believed.
    assert content() == content()
    assert len(asked) == 2


def test_what_was_remembered_holds_until_a_folder_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, later = tmp_path / "a.h", tmp_path / "later"
    header.write_text("one")
    monkeypatch.setattr("crosswind.system.stamps.now", lambda: 1 << 62)
    asked = []

    def ask() -> Reads:
        asked.append(1)
        return Reads(frozenset((str(header),)), frozenset((str(later),)))

    def content(question: str = "") -> dict[str, str]:
        return Observer(tmp_path / "memory").content("subject", question, ask)

    first = content()
    assert content() == first
    assert len(asked) == 1
    later.mkdir()
    content()
    assert len(asked) == 2
    header.write_text("two!")
    assert content() != first
    content("another")
    assert len(asked) == 4


def test_a_folder_that_is_not_there_is_seen_where_it_would_appear(tmp_path: Path) -> None:
    assert nearest(str(tmp_path / "a" / "b")) == str(tmp_path)
    assert nearest(str(tmp_path)) == str(tmp_path)
    assert nearest("/nowhere") == "/"
