"""The go command, its compiler and its linker print each message; `explain` must know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crosswind import explain
from integration.explain.messages import go_env, said, write

MOD = "module example.com/m\n\ngo 1.26\n"
MAIN = "package main\n\nfunc main() {}\n"


@dataclass(frozen=True)
class Case:
    """One way to make Go say something; the page then holds `expect`."""

    code: str
    files: dict[str, str] = field(default_factory=dict)
    argv: str = "build"
    env: dict[str, str] = field(default_factory=dict)
    expect: str = ""
    mod: str = MOD


def main(body: str = "", imports: str = "") -> dict[str, str]:
    lines = "".join(f"import {name}\n" for name in imports.split())
    return {"main.go": f"package main\n\n{lines}\nfunc main() {{ {body} }}\n"}


WINDOWS = {"GOOS": "windows", "GOARCH": "amd64"}
LINUX_ARM64 = {"GOOS": "linux", "GOARCH": "arm64"}
DARWIN = {"GOOS": "darwin", "GOARCH": "arm64"}
STAT = "var s syscall.Stat_t; println(s.Mtim.Sec)"

# No compiler runs in these: they are tried with every Go.
QUICK = [
    Case("CW3201", main(), env={"GOOS": "windwos", "GOARCH": "amd64"}, expect="windwos/amd64"),
    Case("CW3202", main(), "build -trimpaht", expect="-trimpaht"),
    Case("CW3203", main(), "build -buildmode=c-shared", expect="-buildmode=c-shared"),
    Case("CW3203", main(), env={"GOOS": "android", "GOARCH": "arm"}, expect="android/arm"),
    Case("CW3203", main(), "build -ldflags=-linkmode=external"),
    Case("CW3204", main(), "build -buildmode=c-shared", {"GOOS": "js", "GOARCH": "wasm"}),
    Case("CW3204", main(), "build -race", {"GOOS": "linux", "GOARCH": "386"}, "-race"),
    Case("CW3204", main(), "build -buildmode=nosuch"),
    Case("CW3205", main(), "build -msan", {"GOOS": "linux", "GOARCH": "amd64"}, "-msan"),
    Case("CW3301", {"main.go": MAIN}, mod=""),
    Case("CW3302", {"main.go": MAIN, ".git/config": ""}, mod=""),
    Case("CW3303", main(), mod="module example.com/m\n\ngo 1.99\n", expect="1.99"),
    Case(
        "CW3303",
        main(imports='_"example.com/d"') | {"d/go.mod": "module example.com/d\n\ngo 1.99\n"},
        mod=MOD + "require example.com/d v1.0.0\nreplace example.com/d => ./d\n",
        expect="1.99",
    ),
    Case(
        "CW3305",
        main(imports='_"example.com/a"')
        | {
            "a/go.mod": "module example.com/a\n\ngo 1.26\n\nrequire example.com/b v1.1.0\n",
            "a/a.go": "package a\n",
            "b/go.mod": "module example.com/b\n\ngo 1.26\n",
        },
        mod=MOD
        + "require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n"
        + "replace example.com/a => ./a\n\nreplace example.com/b => ./b\n",
    ),
    Case("CW3306", main() | {"vendor/modules.txt": ""}, mod=MOD + "require example.com/d v1.0.0\n"),
    Case("CW3307", main(imports='_"example.com/p"'), "build -mod=mod"),
    Case("CW3311", main(imports='"fmtt"'), expect="fmtt"),
    Case("CW3312", main(imports='_"example.com/p"'), expect="go get example.com/p"),
    Case(
        "CW3313",
        main(imports='_"example.com/m/a/internal/x"') | {"a/internal/x/x.go": "package x\n"},
        expect="example.com/m/a/internal/x",
    ),
    Case(
        "CW3314",
        {
            "a/a.go": 'package a\n\nimport _ "example.com/m/b"\n',
            "b/b.go": 'package b\n\nimport _ "example.com/m/a"\n',
        },
        "build ./...",
    ),
    Case("CW3318", {"main.go": MAIN}, "build ./...", mod=""),
    Case(
        "CW3318",
        main() | {"go.work": "go 1.26\n\nuse ./a\n", "a/go.mod": "module example.com/a\n"},
    ),
    Case("CW3320", main(), mod="module example.com/m\n\nfoo bar\n"),
    Case("CW3404", {"main.go": f"//go:build plan9\n\n{MAIN}"}, env=LINUX_ARM64),
    Case("CW3404", {"main.go": MAIN.replace("\n\n", '\n\nimport "C"\n\n', 1)}),
    Case("CW3404", {}),
    Case("CW3404", {"a_test.go": "package m\n"}),
    Case(
        "CW3407",
        {"main.go": 'package main\n\nimport _ "embed"\n\n//go:embed no.txt\nvar s string\n'},
    ),
    Case(
        "CW3407", {"main.go": 'package main\n\nimport _ "embed"\n\n//go:embed ../x\nvar s string\n'}
    ),
    Case("CW3409", main() | {"o.go": "package other\n"}, expect=""),
]

# Here a compiler or a linker runs; one Go is enough, as the unit tests hold samples of both.
SLOW = [
    Case("CW3401", main("syscall.Kill(1, 9)", '"syscall"'), env=WINDOWS, expect="syscall.Kill"),
    Case("CW3401", main("_ = syscall.SIGUSR1", '"syscall"'), env=WINDOWS),
    Case("CW3401", main("_ = syscall.Dup2", '"syscall"'), env=LINUX_ARM64),
    Case("CW3402", main(STAT, '"syscall"'), env=DARWIN),
    Case("CW3402", main("_ = syscall.SysProcAttr{Setsid: true}", '"syscall"'), env=WINDOWS),
    Case("CW3402", main("var fd int = syscall.Stdin; _ = fd", '"syscall"'), env=WINDOWS),
    Case("CW3405", main("x := 1"), expect="Delete"),
    Case("CW3405", main(imports='"unsafe"'), expect="unsafe"),
    Case("CW3406", {"a.go": MAIN, "b.go": MAIN}, expect=""),
    Case("CW3407", {"main.go": "package main\n\n//go:embed x\nvar s string\n\nfunc main() {}\n"}),
    Case("CW3408", main("foo()") | {"x_plan9.go": "package main\n\nfunc foo() {}\n"}, expect="foo"),
    Case("CW3410", {"main.go": "package main\n\nfunc f()\n\nfunc main() { f() }\n"}),
    Case("CW3411", main("var n int = 1 << 40; _ = n"), env={"GOOS": "linux", "GOARCH": "386"}),
    Case("CW3412", {"main.go": "package main\n\nfunc x() {}\n"}),
    Case("CW3504", main(), env={"GO_EXTLINK_ENABLED": "1"}),
    Case("CW3505", {"main.go": "package main\n\nfunc f()\n\nfunc main() { f() }\n", "x.s": ""}),
    Case(
        "CW3506",
        main(imports='_"example.com/m/a" _"example.com/m/b"')
        | {
            f"{name}/x.go": f'package {name}\n\nimport _ "unsafe"\n\n//go:linkname f example.x\n'
            "func f() {}\n"
            for name in "ab"
        },
        expect="example.x",
    ),
]


def make(case: Case, directory: Path, go: Path) -> str:
    files = dict(case.files)
    if case.mod:
        files.setdefault("go.mod", case.mod)
    write(directory, files)
    # The cache must not answer for a linker that shall speak; a host may have no gcc for it to call.
    linker = f"-ldflags=-X=main.nothing={directory.name} -extld=true"
    flags = [linker] if case.code == "CW3504" else []
    return said([go, *case.argv.split(), *flags], directory, go_env(**case.env))


def check(case: Case, text: str) -> None:
    match, *_ = explain.by_text(text) or (None,)
    assert match is not None, text
    assert match.page.code == case.code, text
    assert case.expect in match.page.body, text


@pytest.mark.parametrize("case", QUICK, ids=lambda case: f"{case.code}-{case.argv}")
def test_every_go_says_it(case: Case, tmp_path: Path, go: Path) -> None:
    check(case, make(case, tmp_path, go))


@pytest.mark.parametrize("case", SLOW, ids=lambda case: case.code)
@pytest.mark.parametrize("go", ["PATH"], indirect=True)
def test_the_compiler_says_it(case: Case, tmp_path: Path, go: Path) -> None:
    check(case, make(case, tmp_path, go))
