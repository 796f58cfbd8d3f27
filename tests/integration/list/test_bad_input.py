"""Damaged and hostile trees: `go list -e` must accept and refuse the same packages, with the same lists."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import listoracle
from crosswind.errors import UsageError
from crosswind.target import Target

from .test_golist import goroot

__all__ = ["goroot"]

WAYS = [
    (Target("linux", "amd64"), True),
    (Target("windows", "amd64"), False),
    (Target("ios", "arm64"), False),
]

# A module: by path, content. Every folder is a case of its own.
MODULE = {
    "go.mod": b"module example.com/m\n\ngo 1.26\n\ngodebug asynctimerchan=1\n\nignore (\n\t./ignored\n\tanywhere\n)\n",
    "good/a.go": b'package good\n\nimport "fmt"\n\nvar _ = fmt.Sprint\n',
    "syntax/a.go": b'package syntax\n\nimport "fmt\n',
    "syntax/b.go": b'package syntax\n\nimport "os"\n',
    "noclause/a.go": b"// nothing\n",
    "empty/a.go": b"",
    "nulbyte/a.go": b'package nul\n\nimport "os"\n\x00\n',
    "nulhead/a.go": b"// \x00\npackage nul\n",
    "nulbody/a.go": b"package nul\n\nvar x = 1\n\x00\n",
    "bom/a.go": b'\xef\xbb\xbf//go:build linux\n\npackage bom\n\nimport "os"\n',
    "bombom/a.go": b"\xef\xbb\xbf\xef\xbb\xbfpackage bom\n",
    "crlf/a.go": b'//go:build linux\r\n\r\npackage crlf\r\n\r\nimport (\r\n\t"os"\r\n)\r\n',
    "latin/a.go": b'package latin // \xe9\n\nimport "os"\n',
    "latinpath/a.go": b'package latin\n\nimport "\xe9"\n',
    "two/a.go": b"package one\n",
    "two/b.go": b"package two\n",
    "twobytarget/a_linux.go": b"package one\n",
    "twobytarget/b_windows.go": b"package two\n",
    "twobytarget/c.go": b"package two\n",
    "xtest/a.go": b"package xtest\n",
    "xtest/a_test.go": b"package xtest_test\n",
    "xtest/b_test.go": b"package other_test\n",
    "onlytests/a_test.go": b"package onlytests\n",
    "onlyxtests/a_test.go": b"package only_test\n",
    "named_test/a.go": b"package named_test\n",
    "named_test/b_test.go": b"package named_test\n",
    "cgotest/a_test.go": b'package cgotest\n\nimport "C"\n',
    "cgo/a.go": b'package cgo\n\n// #cgo linux LDFLAGS: -lm\n// #cgo CFLAGS: -Ix\nimport "C"\n',
    "cgo/b.c": b"int x;\n",
    "cgo/c.S": b"\n",
    "cgo/d.sx": b"\n",
    "cgobad/a.go": b'package cgobad\n\n// #cgo nonsense\nimport "C"\n',
    "cgounsafe/a.go": b'package cgounsafe\n\n// #cgo LDFLAGS: `x`\nimport "C"\n',
    "straysource/a.go": b"package stray\n",
    "straysource/b.c": b"int x;\n",
    "strayfortran/a.go": b"package stray\n",
    "strayfortran/b.f90": b"end\n",
    "straycplus/a.go": b"package stray\n",
    "straycplus/b.cc": b"int x;\n",
    "comment/a.go": b"package comment\n",
    "comment/b.s": b"/* never closed\n",
    "comment/c_windows.h": b"/ no comment\n",
    "onlyc/b.c": b"int x;\n",
    "documentation/a.go": b"package documentation\n",
    "documentation/b.go": b"package real\n",
    "twolines/a.go": b"//go:build linux\n//go:build windows\n\npackage twolines\n",
    "badline/a.go": b"//go:build linux &&\n\npackage badline\n",
    "badline/b.go": b"package badline\n",
    "badline/c.s": b"//go:build linux &&\n",
    "never/a.go": b"//go:build ignore\n\npackage main\n",
    "system/a_windows.go": b"package system\n",
    "system/a_windows_test.go": b"package system\n",
    "binary/a.go": b"//go:binary-only-package\n\npackage binary\n",
    "a/internal/x/x.go": b"package x\n",
    "a/internal/bad/x.go": b"package x\n\nimport (\n",
    "a/y/y.go": b'package y\n\nimport "example.com/m/a/internal/x"\n',
    "b/y/y.go": b'package y\n\nimport "example.com/m/a/internal/x"\n',
    "b/z/z.go": b'package z\n\nimport "example.com/m/a/internal/bad"\n',
    "b/std/z.go": b'package z\n\nimport "internal/abi"\n',
    "b/vendored/z.go": b'package z\n\nimport "vendor/golang.org/x/net/idna"\n',
    "debug/a.go": b"//go:debug panicnil=1\n//go:debug nonsense=1\n//go:debug x\n\npackage main\n",
    "debug/b_linux.go": b"//go:debug default=go1.21\n\n//go:debug panicnil=0\n\n// Of b.\npackage main\n",
    "debug/b_test.go": b"//go:debug tlsrsakex=1\n\npackage main\n",
    "debug/c_windows.go": b"//go:debug default=go1.99\n// Of c.\npackage main\n",
    "program/main.go": b"package main\n\nfunc main() {}\n",
    "program/sub/x.go": b'package sub\n\nimport "example.com/m/program"\n',
    "usescmd/x.go": b'package sub\n\nimport "cmd/go"\n',
    "self/x.go": b'package self\n\nimport "example.com/m/self"\n',
    "cycle/a/x.go": b'package a\n\nimport "example.com/m/cycle/b"\n',
    "cycle/b/x.go": b'package b\n\nimport "example.com/m/cycle/c"\n',
    "cycle/c/x_linux.go": b'package c\n\nimport "example.com/m/cycle/a"\n',
    "cycle/c/x.go": b"package c\n",
    "relative/x.go": b'package relative\n\nimport "../good"\n',
    "absolute/x.go": b'package absolute\n\nimport "/good"\n',
    "emptyimport/x.go": b'package emptyimport\n\nimport ""\n',
    "spaceimport/x.go": b'package spaceimport\n\nimport "a b"\n',
    "missing/x.go": b'package missing\n\nimport "example.com/nowhere/x"\n',
    "missingstd/x.go": b'package missing\n\nimport "nosuchpackage"\n',
    "missinghere/x.go": b'package missing\n\nimport "example.com/m/nosuch"\n',
    "embed/x.go": b'package embed\n\nimport _ "embed"\n\n//go:embed a*\nvar s string\n',
    "embed/a.txt": b"a",
    "embed/a/.hidden": b"a",
    "embed/a/b": b"a",
    "embedescape/x.go": b'package embed\n\nimport _ "embed"\n\n//go:embed ../good/a.go\nvar s string\n',
    "embednone/x.go": b'package embed\n\nimport _ "embed"\n\n//go:embed nothing\nvar s string\n',
    "embedmodule/x.go": b'package embed\n\nimport _ "embed"\n\n//go:embed sub\nvar s string\n',
    "embedmodule/sub/go.mod": b"module example.com/sub\n",
    "embedmodule/sub/a": b"a",
    "embedbylinux/x_linux.go": b'package embed\n\nimport _ "embed"\n\n//go:embed nothing\nvar s string\n',
    "embedbylinux/y.go": b"package embed\n",
    "case/a.go": b"package case_\n",
    "case/A.go": b"package case_\n",
    "flag/-x.go": b"package flag\n",
    "-dash/x.go": b"package dash\n",
    "nested/go.mod": b"module example.com/nested\n",
    "nested/x.go": b"package nested\n",
    "testdata/x.go": b"package testdata\n",
    "_under/x.go": b"package under\n",
    ".dot/x.go": b"package dot\n",
    "ignored/x.go": b"package ignored\n",
    "deep/anywhere/x/x.go": b"package x\n",
    "deep/ignored/x.go": b"package x\n",
    "vendor/example.com/v/x.go": b"package v\n",
    "deep/vendor/x.go": b"package vendor\n",
    "deep/vendor/y/x.go": b"package y\n",
    "huge/a.go": b"package huge\n\n" + b"// x\n" * 300_000 + b'import "os"\n',
    "long/a.go": b"package long\n\nvar x = `" + b"x" * 3_000_000 + b"`\n",
    "folder.go/x.go": b"package folder\n",
    "dirs/x.go/y.txt": b"",
    "dirs/a.go": b"package dirs\n",
}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    for name, data in MODULE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    # Links: to a file, to nothing, to a folder, to a folder above, and round in a circle.
    (tmp_path / "links").mkdir()
    (tmp_path / "links/a.go").symlink_to("../good/a.go")
    (tmp_path / "links/down").symlink_to("../good")
    (tmp_path / "links/up").symlink_to("..")
    (tmp_path / "links/d.go").symlink_to("../good")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/b.go").symlink_to("nowhere")
    (tmp_path / "circle").mkdir()
    (tmp_path / "circle/c.go").symlink_to("c.go")
    return tmp_path


def test_one_case_in_each_folder(module: Path, goroot: Path) -> None:
    theirs = listoracle.ask(module, ["./..."], WAYS)
    mine = listoracle.ours(module, ["./..."], theirs, goroot)
    assert list(listoracle.differences(theirs, mine)) == []


@pytest.mark.parametrize(
    "patterns",
    [
        ["."],
        ["./good", "./never"],
        ["./a/..."],
        ["./deep/..."],
        ["./vendor/..."],
        ["./testdata/..."],
        ["./links/..."],
        ["example.com/m/a/..."],
        ["example.com/.../x"],
        ["net/..."],
        ["all"],
        ["work"],
        ["./nested/..."],
        ["../..."],
        ["./good/", "./a/../two"],
    ],
)
def test_patterns(module: Path, goroot: Path, patterns: list[str]) -> None:
    ways = WAYS[:2]
    theirs = listoracle.ask(module, patterns, ways)
    try:
        mine = listoracle.ours(module, patterns, theirs, goroot)
    except UsageError:
        # Go makes up a package that stands for a pattern which names none.
        assert all("Error" in one for said in theirs for one in said.packages.values())
        return
    assert list(listoracle.differences(theirs, mine)) == []


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "GOPROXY": "off"}
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "files",
    [
        {"go.work": "go 1.26\n\nuse ./m\n\nuse nonsense(\n", "m/go.mod": "module m\n"},
        {"go.work": "go 1.26\n\nuse ./absent\n"},
        {"go.mod": "module\n"},
        {"go.mod": "module example.com/m\n\ngo 1.26\n\nreplace example.com/x => \n"},
    ],
    ids=["work", "used", "mod", "replace"],
)
def test_what_the_go_command_refuses_as_a_whole(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert run(tmp_path, "go", "list", "-e", "./...").returncode
    done = run(tmp_path, sys.executable, "-m", "crosswind", "list", "./...", "-t", "linux/amd64")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_replaced_folder_that_is_not_there(tmp_path: Path, goroot: Path) -> None:
    text = "module example.com/m\n\ngo 1.26\n\nrequire example.com/x v0.0.0\n\n"
    (tmp_path / "go.mod").write_text(text + "replace example.com/x => ./absent\n")
    (tmp_path / "a.go").write_text('package m\n\nimport "example.com/x/y"\n')
    theirs = listoracle.ask(tmp_path, ["./..."], WAYS[:1])
    mine = listoracle.ours(tmp_path, ["./..."], theirs, goroot)
    assert list(listoracle.differences(theirs, mine)) == []
