"""What C adds to keys, from recorded answers of GCC 12 and GNU ld 2.40."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crosswind.building.key import c_answers, c_flags
from crosswind.building.key.c_compiler import Compiler
from crosswind.building.key.model import Doubt
from crosswind.building.key.observed import Observer, Reads

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


def test_every_place_of_a_name_is_looked_at() -> None:
    contents = (b"#include <sys/types.h>\n#if __has_include(<deep/er/x.h>)\n",)
    found = c_answers.looked_in(["/p/main.c", "/usr/include/sys/types.h"], ["/i"], contents)
    assert found >= {"/i", "/p", "/i/sys", "/i/deep/er", "/p/sys"}
    with pytest.raises(Doubt, match="assembler"):
        c_answers.looked_in(["/p/main.c"], ["/i"], [b'asm(".incbin \\"x\\"");'])


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


def test_common_flags_are_known() -> None:
    c_flags.check_compile(["-O2", "-g", "-DX=1", "-I", "x", "-Wall", "-std=c11", "-fno-common"])
    c_flags.check_link(["-O2", "-g", "-L/x", "-lm", "-pthread", "-Wl,-rpath,/x", "/x/libx.a"])


@pytest.mark.parametrize("env", [{"LD_PRELOAD": "x.so"}, {"GCC_EXEC_PREFIX": "/x"}, {"PATH": ""}])
def test_a_compiler_that_is_led_elsewhere_is_doubtful(env: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(Doubt):
        Compiler("c", ("gcc",), {"PATH": "/nowhere", **env}, Observer(tmp_path))
    with pytest.raises(Doubt):
        Compiler("c", ("zig", "cc"), {}, Observer(tmp_path))


def test_nobody_is_asked_twice_unless_a_file_changed(tmp_path: Path) -> None:
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
