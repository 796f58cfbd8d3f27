"""A small module with every kind of local input: assembly, headers, embedded files, a replaced folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from crosswind import toolchain
from crosswind.config.settings import Cgo, Overlay
from mutations import Project

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n\nreplace example.com/dep => ./dep\n",
    "main.go": 'package main\n\nimport (\n\t"example.com/app/lib"\n\t"example.com/dep"\n)\n\nvar version = "none"\n\n'
    'func main() {\n\tprintln("hello there", version, lib.Name(), lib.Add(1, 2), dep.Word())\n}\n',
    "main_test.go": 'package main\n\nvar inTests = "only here"\n',
    "README.md": "Read me.\n",
    "lib/lib.go": 'package lib\n\nimport _ "embed"\n\n//go:embed texts/*.txt\nvar text string\n\n'
    'func Name() string { return "name of " + system + text }\n\nfunc Add(a, b int) int { return add(a, b) + 7 }\n',
    "lib/system_windows.go": 'package lib\n\nconst system = "windows"\n',
    "lib/system_other.go": '//go:build !windows\n\npackage lib\n\nconst system = "others"\n',
    "lib/add_amd64.go": "package lib\n\nfunc add(a, b int) int\n",
    "lib/add_generic.go": "//go:build !amd64\n\npackage lib\n\nfunc add(a, b int) int { return a + b }\n",
    "lib/add_amd64.s": '#include "add.h"\n\n// func add(a, b int) int\nTEXT ·add(SB), 4, $0-24\n\tMOVQ a+0(FP), AX\n'
    "\tADDQ b+8(FP), AX\n\tADDQ $EXTRA, AX\n\tMOVQ AX, ret+16(FP)\n\tRET\n",
    "lib/add.h": "#define EXTRA 1\n",
    "lib/texts/a.txt": "a text\n",
    "lib/unused/unused.go": 'package unused\n\nvar Unused = "never linked"\n',
    "dep/go.mod": "module example.com/dep\n\ngo 1.24\n",
    "dep/dep.go": 'package dep\n\nfunc Word() string { return "word of dep" + more }\n',
    "dep/more_linux.go": 'package dep\n\nconst more = "linux"\n',
    "dep/more_other.go": '//go:build !linux\n\npackage dep\n\nconst more = "others"\n',
}  # fmt: skip
TARGETS = ("linux/amd64", "windows/amd64", "linux/arm64")


def write(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write the module, or other files."""
    for name, text in (files or FILES).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def environment() -> dict[str, str]:
    """Return the environment without what would make a build differ from Go's defaults."""
    leaks = ("GOFLAGS", "GOOS", "GOARCH", "CGO_ENABLED")
    env = {name: value for name, value in os.environ.items() if name not in leaks}
    return {**env, "GOENV": "off", "GOTOOLCHAIN": "local", "GOPROXY": "off"}


def plain(root: Path) -> Project:
    """Return the module as a project."""
    return Project(write(root), (".",), TARGETS, environment())


# Two packages with C, a header of one of them, a C source, and a static library that is made on the spot.
WITH_C = {
    "go.mod": "module example.com/c\n\ngo 1.24\n",
    "main.go": 'package main\n\nimport "example.com/c/lib"\n\n'
    "func main() {\n\tprintln(sum(), lib.Add(1, 2), most)\n}\n",
    "c.go": "package main\n\n// #cgo CFLAGS: -DEXTRA=3\n// #cgo LDFLAGS: -L${SRCDIR}/nine -lnine\n"
    '// #include <limits.h>\n// int nine(void);\nimport "C"\n\nconst most = C.INT_MAX\n\n'
    "func sum() int {\n\treturn int(C.EXTRA + C.nine())\n}\n",
    "lib/lib.go": 'package lib\n\n// #include "add.h"\nimport "C"\n\n'
    "func Add(a, b int) int {\n\treturn int(C.add(C.int(a), C.int(b))) + 7\n}\n",
    "lib/add.c": '#include "add.h"\n\nint add(int a, int b) { return a + b + MORE; }\n',
    "lib/add.h": "int add(int, int);\n#define MORE 1\n",
    "nine/nine.txt": "int nine(void) { return 9; }\n",
}  # fmt: skip


class CCompiler(NamedTuple):
    """A C compiler, what it compiles for, and its archiver."""

    words: str
    target: str
    archiver: str = "ar"


GCC = CCompiler("gcc", "linux/amd64")
# All of Debian. Clang for another machine takes the libraries of the GCC for it.
COMPILERS = (
    CCompiler("clang", "linux/amd64"),
    CCompiler("gcc -pthread", "linux/amd64"),
    CCompiler("aarch64-linux-gnu-gcc", "linux/arm64", "aarch64-linux-gnu-ar"),
    CCompiler("clang --target=aarch64-linux-gnu", "linux/arm64", "aarch64-linux-gnu-ar"),
    CCompiler("x86_64-w64-mingw32-gcc", "windows/amd64", "x86_64-w64-mingw32-ar"),
)


def zig(target: str, name: str) -> CCompiler:
    """Return the pinned Zig as a compiler; raises where it is not there."""
    found = toolchain.find_zig()
    assert found, "Zig is not installed: crosswind toolchain install zig"
    return CCompiler(f"{found.path} cc -target {name}", target, f"{found.path} ar")


def archive(root: Path, compiler: CCompiler = GCC) -> None:
    """Compile the static library of the module with C."""
    place = root / "nine"
    for words in (
        [*compiler.words.split(), "-c", "-x", "c", "nine.txt", "-o", "nine.o"],
        [*compiler.archiver.split(), "rcsD", "libnine.a", "nine.o"],
    ):
        subprocess.run(words, cwd=place, check=True)
    (place / "nine.o").unlink()


def young_cache(place: Path) -> dict[str, str]:
    """Return the variable for a cache of Go's that is younger than all headers, with the content of ours."""
    asked = subprocess.run(["go", "env", "GOCACHE"], check=True, capture_output=True, text=True)
    place.mkdir()
    for entry in Path(asked.stdout.strip()).iterdir():
        if entry.is_dir():
            (place / entry.name).symlink_to(entry)
    (place / "README").write_text("for tests\n")
    return {"GOCACHE": str(place)}


def with_c(root: Path, compiler: CCompiler = GCC) -> Project:
    """Return a module with C, for one compiler and its target."""
    write(root, WITH_C)
    archive(root, compiler)
    env = environment() | {"CC": compiler.words}
    overlay = Overlay(buildvcs="false", cgo=Cgo.ON)
    return Project(root, (".",), (compiler.target,), env, overlay)


WITH_PKG_CONFIG = {
    "go.mod": "module example.com/p\n\ngo 1.24\n",
    "main.go": "package main\n\n// #cgo pkg-config: --static nine\n// #include <nine.h>\n"
    'import "C"\n\nfunc main() {\n\tprintln(C.NINE + C.MORE)\n}\n',
    "pc/nine.pc": "Name: nine\nDescription: nine\nVersion: 1.0\nCflags: -I${pcfiledir}/../include -DMORE=1\nLibs: -lm\n",
    "include/nine.h": "#define NINE 9\n",
}  # fmt: skip


def with_pkg_config(root: Path) -> Project:
    """Return a module whose flags and header come by way of pkg-config."""
    write(root, WITH_PKG_CONFIG)
    env = environment() | {"PKG_CONFIG_PATH": str(root / "pc")}
    return Project(root, (".",), ("linux/amd64",), env, Overlay(buildvcs="false", cgo=Cgo.ON))


def stamped(root: Path) -> Project:
    """Return the module in a repository of git."""
    project = plain(root)
    (root / ".gitignore").write_text("dist\n")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    return project


def vendored(root: Path) -> Project:
    """Return the module with a vendor folder."""
    project = plain(root)
    subprocess.run(["go", "mod", "vendor"], cwd=root, check=True, env=project.env)
    return project


def workspace(root: Path) -> Project:
    """Return the module and its dependency as a workspace."""
    project = plain(root)
    write(root, {"go.work": "go 1.24\n\nuse (\n\t.\n\t./dep\n)\n"})
    text = (root / "go.mod").read_text()
    (root / "go.mod").write_text(
        text.partition("\nrequire")[0] + "\nrequire example.com/dep v1.0.0\n"
    )
    return project
