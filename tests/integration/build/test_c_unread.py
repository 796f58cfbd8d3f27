"""Programs with C of which it is not known what C reads: they are what an empty cache would give."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import mutated_project as projects

from .conftest import CommandLine, Ran, write
from .test_c_keys import program
from .test_unchanged import why

WORDS = ("build", "-t", "linux/amd64", "--cgo", "on", "--json", "--why")
GO_MOD = "module example.com/c\n\ngo 1.24\n"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="macos/windows: there the go command judges C"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder for a module, with a cache of Go's own beside it."""
    projects.young_cache(tmp_path / "gocache")
    return write(tmp_path / "c", {"go.mod": GO_MOD})


def built(crosswind: CommandLine, root: Path, env: dict[str, str] | None = None) -> Ran:
    caches = {name: str(root.parent / name.lower()) for name in ("GOCACHE", "CROSSWIND_CACHE")}
    flags = {"GOFLAGS": "-buildvcs=false", "CROSSWIND_STORE_LIMIT": ""}
    return crosswind(root, *WORDS, env={**flags, **caches, **(env or {})})


def reason(ran: Ran) -> str:
    document: dict[str, Any] = ran.document
    return why(document)["linux/amd64"]


ASSEMBLED = {
    "case": ("b.S", '.data\n.globl blob\nblob:\n.INCBIN "d/data.bin"\n'),
    "continued": ("b.S", '.data\n.globl blob\nblob:\n.inc\\\nbin "d/data.bin"\n'),
    "macro": (
        "b.S",
        '.macro op a b\n\\a\\()\\b "d/data.bin"\n.endm\n.data\n.globl blob\nblob: op .inc, bin\n',
    ),
    "literals": (
        "b.c",
        '__asm__(".data\\n.globl blob\\nblob:\\n.inc" "bin \\"d/data.bin\\"\\n.text\\n");\n',
    ),
    "operator": (
        "b.c",
        '#define XSTR(x) #x\n#define OP(x) __asm__(".data\\n.globl blob\\nblob:." XSTR(x) " \\"d/data.bin\\"\\n.text");\nOP(incbin)\n',
    ),
}
STACK = {"b.S": '.section .note.GNU-stack,"",@progbits\n', "b.c": ""}


@pytest.mark.parametrize("way", ASSEMBLED)
def test_what_an_assembler_reads_counts(way: str, root: Path, crosswind: CommandLine) -> None:
    name, text = ASSEMBLED[way]
    main = '// extern int blob;\nimport "C"\n'
    write(root, {"main.go": f"package main\n\n{main}\nfunc main() {{\n\tprintln(C.blob)\n}}\n"})
    write(root, {name: f"{text}{STACK[name]}"})
    for number in (1, 2):
        write(root, {"d/data.bin": f"{chr(number)}\0\0\0"})
        ran = built(crosswind, root)
        assert (ran.code, program(root)) == (0, b"%d\n" % number), ran.err
        assert "an assembler reads files that nobody lists" in reason(ran)


@pytest.mark.parametrize("flags", ["", "-mod=mod"])
def test_a_header_that_vanished_is_missed(flags: str, root: Path, crosswind: CommandLine) -> None:
    env = {"GOFLAGS": f"-buildvcs=false {flags}"}  # with the second there is no key in any case
    main = '// #cgo CFLAGS: -I${SRCDIR}/include\n// #include "v.h"\nimport "C"\n'
    write(root, {"main.go": f"package main\n\n{main}\nfunc main() {{\n\tprintln(C.V)\n}}\n"})
    write(root, {"include/v.h": "#define V 1\n"})
    assert built(crosswind, root, env).code == 0
    (root / "include" / "v.h").unlink()
    for _ in range(2):
        ran = built(crosswind, root, env)
        assert ran.code == 1
        assert "v.h: No such file" in ran.err + ran.out
    write(root, {"include/v.h": "#define V 2\n"})
    assert (built(crosswind, root, env).code, program(root)) == (0, b"2\n")


def test_a_header_counts_also_where_a_macro_asks_for_others(
    root: Path, crosswind: CommandLine
) -> None:
    preamble = (
        "// #cgo CFLAGS: -I${SRCDIR}/include\n// #define HAS(x) __has_include(x)\n"
        '// #if HAS(<stdio.h>)\n// #include "v.h"\n// #endif\n'
    )
    write(
        root,
        {"main.go": f'package main\n\n{preamble}import "C"\n\nfunc main() {{ println(C.V) }}\n'},
    )
    for number in (1, 2):
        write(root, {"include/v.h": f"#define V {number}\n"})
        ran = built(crosswind, root)
        assert (ran.code, program(root)) == (0, b"%d\n" % number), ran.err
        assert "a macro names" in reason(ran)


def header(root: Path) -> Path:
    """Make a program that prints a header's number, and return the header."""
    preamble = '// #cgo CFLAGS: -I${SRCDIR}/include\n// #include "v.h"\nimport "C"\n'
    text = f'package main\n\nimport _ "example.com/c/other"\n\n{preamble}\nfunc main() {{ println(C.V) }}\n'
    write(root, {"main.go": text, "include/v.h": "", "other/other.go": "package other\n"})
    return root / "include" / "v.h"


@pytest.mark.parametrize(
    ("flags", "doubt"),
    [
        ("-ldflags=-extldflags=-static", "a linker of C"),
        ("'-ldflags=-linkmode=external -extldflags=-static'", "a C compiler takes part"),
        ("-ldflags=-extld=gcc", "-extld=gcc may name"),
    ],
)
def test_a_header_counts_also_where_flags_are_for_the_last_link(
    flags: str, doubt: str, root: Path, crosswind: CommandLine
) -> None:
    path = header(root)
    env = {"GOFLAGS": f"-buildvcs=false {flags}"}
    for number in (1, 2):
        path.write_text(f"#define V {number}\n")
        ran = built(crosswind, root, env)
        assert (ran.code, program(root)) == (0, b"%d\n" % number), ran.err
        assert doubt in reason(ran)


OTHERS = {
    "flag": (
        "package other\n\n// #cgo CFLAGS: -save-temps\n",
        "c.h",
        "-save-temps of a C compiler",
    ),
    "linker": ("package other\n\n// #cgo LDFLAGS: -no-pie\n", "c.h", "-no-pie of a linker"),
    "c++": ("package other\n\n", "c.cc", "wrapped starts another compiler"),
    "objective-c": ("package other\n\n", "c.m", "example.com/c/other has MFiles"),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_header_counts_also_where_another_package_is_doubtful(
    other: str, root: Path, crosswind: CommandLine
) -> None:
    if other == "objective-c" and shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    path = header(root)
    text, name, doubt = OTHERS[other]
    write(root, {"other/c.go": f'{text}import "C"\n', f"other/{name}": ""})
    wrapper = write(root.parent, {"wrapped": '#!/bin/sh\nexec g++ "$@"\n'}) / "wrapped"
    wrapper.chmod(0o755)
    env = {"CGO_CFLAGS_ALLOW": ".*", "CGO_LDFLAGS_ALLOW": ".*", "CXX": str(wrapper)}
    if other == "objective-c":  # few have what GCC needs for it
        env["CC"] = "clang"
    for number in (1, 2):
        path.write_text(f"#define V {number}\n")
        ran = built(crosswind, root, env)
        assert (ran.code, program(root)) == (0, b"%d\n" % number), ran.err
        assert doubt in reason(ran)


SWIG = """#!/bin/sh
case "$*" in
-version) echo SWIG Version 4.2.0; exit ;;
esac
while [ $# -gt 1 ]; do
    case $1 in
    -o) wrapper=$2 ;;
    -outdir) folder=$2 ;;
    esac
    shift
done
: > "$wrapper"
printf 'package other\\n\\n// #include "v.h"\\nimport "C"\\n\\nconst V = C.V\\n' > "$folder/v.go"
"""


def test_a_header_counts_where_a_generator_includes_it(root: Path, crosswind: CommandLine) -> None:
    """The generator of SWIG is one of ours, which does what go asks of it."""
    main = 'package main\n\nimport "example.com/c/other"\n\nfunc main() { println(other.V) }\n'
    write(root, {"main.go": main, "other/other.go": "package other\n", "other/v.swig": ""})
    swig = write(root.parent, {"bin/swig": SWIG}) / "bin" / "swig"
    swig.chmod(0o755)
    env = {"PATH": f"{swig.parent}:{os.environ['PATH']}", "CGO_CFLAGS": f"-I{root}/include"}
    for number in (1, 2):
        write(root, {"include/v.h": f"#define V {number}\n"})
        ran = built(crosswind, root, env)
        assert (ran.code, program(root)) == (0, b"%d\n" % number), ran.err
        assert "example.com/c/other has SwigFiles" in reason(ran)


def test_a_header_counts_where_nobody_knows_a_flag(root: Path, crosswind: CommandLine) -> None:
    path = header(root)
    env = {"CGO_CFLAGS": "-O2 -g -march=native"}
    for number in (1, 2):
        path.write_text(f"#define V {number}\n")
        ran = built(crosswind, root, env)
        assert (ran.code, program(root)) == (0, b"%d\n" % number), ran.err
        assert "-march=native of a C compiler" in reason(ran)


def test_a_package_that_pkg_config_lost_is_missed(tmp_path: Path, crosswind: CommandLine) -> None:
    if shutil.which("pkg-config") is None:
        pytest.skip("pkg-config is not installed")
    projects.young_cache(tmp_path / "gocache")
    root = projects.with_pkg_config(tmp_path / "p").root
    assert built(crosswind, root, {"PKG_CONFIG_PATH": str(root / "pc")}).code == 0
    ran = built(crosswind, root)
    assert ran.code == 1
    assert "nine" in ran.err + ran.out


def private_gcc(place: Path) -> Path:
    """Make a GCC with a folder of its own, and return that folder."""
    asked = ["gcc", "-print-file-name=crtbegin.o"]
    system = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout).parent
    own = place / "lib" / "gcc" / system.parent.name / system.name
    own.mkdir(parents=True)
    for entry in system.iterdir():
        (own / entry.name).symlink_to(entry)
    (place / "bin").mkdir()
    shutil.copy2(os.path.realpath(str(shutil.which("gcc"))), place / "bin" / "gcc")
    return own


def test_specs_that_come_into_being_count(root: Path, crosswind: CommandLine) -> None:
    own = private_gcc(root.parent / "gccx")
    env = {"CC": str(root.parent / "gccx" / "bin" / "gcc")}
    main = '// #ifndef SPEC\n// #define SPEC 0\n// #endif\nimport "C"\n'
    write(root, {"main.go": f"package main\n\n{main}\nfunc main() {{\n\tprintln(C.SPEC)\n}}\n"})
    time.sleep(2.1)
    for outcome in ("never built here", "nothing changed"):
        ran = built(crosswind, root, env)
        assert (reason(ran), program(root)) == (outcome, b"0\n")
    dumped = subprocess.run(
        [env["CC"], "-dumpspecs"], check=True, capture_output=True, text=True
    ).stdout
    for number in (7, 8):
        (own / "specs").write_text(
            re.sub(r"(?<=\*cpp_unique_options:\n).*", rf"\g<0> -DSPEC={number}", dumped)
        )
        ran = built(crosswind, root, env)
        assert (ran.code, program(root)) == (0, b"%d\n" % number), ran.err
        assert "Reading specs from" in reason(ran)
    (own / "specs").unlink()
    assert (built(crosswind, root, env).code, program(root)) == (0, b"0\n")
