"""The whole command against the real Go: what it says of each kind of hole, the compiler says, too."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

TREE = {
    "go.mod": "module example.com/holes\n\ngo 1.24\n",
    "name/a.go": 'package name\n\nimport "syscall"\n\nvar _ = syscall.Kill\n',
    "own/a.go": "package own\n\nvar _ = here\n",
    "own/a_linux.go": "package own\n\nconst here = 1\n",
    "twice/a.go": "package twice\n\nconst one = 1\n",
    "twice/a_windows.go": "package twice\n\nconst one = 2\n",
    "field/a.go": 'package field\n\nimport "syscall"\n\nvar _ = syscall.SysProcAttr{Pdeathsig: 1}\n',
    "empty/a_linux.go": "package empty\n",
    "empty/inner/b.go": 'package inner\n\nimport _ "example.com/holes/empty"\n',
    "empty/outer/c.go": 'package outer\n\nimport _ "example.com/holes/empty/inner"\n',
    "group/a.go": 'package group\n\nimport "syscall"\n\nvar ( a = 1; b = 2 )\n\nvar _ = syscall.Kill\n',
    "body/a.go": "package body\n\nfunc f()\n",
    "body/a_linux.s": "TEXT ·f(SB), 0, $0\n\tRET\n",
    "fine/a.go": 'package fine\n\nimport "syscall"\n\nvar _ = syscall.Exit\n',
}
BLOCKED = {"name", "own", "twice", "field", "empty/inner", "empty/outer", "group", "body"}


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    folder = tmp_path_factory.mktemp("holes")
    for name, text in TREE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def said(module, *words):
    command = [
        sys.executable,
        "-m",
        "crosswind",
        "-C",
        str(module),
        "portability",
        "--json",
        *words,
    ]
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "GOWORK": "off"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_the_compiler_agrees_on_every_kind_of_hole(module):
    status, document = said(module, "--prove", "-t", "windows/amd64,linux/amd64")
    assert status == 1
    assert document["proved"] == {"cells": 19, "disagreements": 0}
    blocked = {
        package["path"].removeprefix("example.com/holes/"): package["blocked"]
        for package in document["packages"]
        if package["blocked"]
    }
    assert blocked == {path: ["windows/amd64"] for path in BLOCKED}


def test_without_targets_holes_are_warnings(module):
    status, document = said(module, "./fine", "./name")
    assert status == 0
    assert document["ok"]
    assert {one["severity"] for one in document["findings"]} == {"warning"}


def test_why_lists_ends_of_chains_only(module):
    status, document = said(module, "--why", "windows/amd64")
    assert status == 0
    ends = {need["package"].removeprefix("example.com/holes/") for need in document["needs"]}
    assert ends == {"name", "own", "twice", "field", "empty", "group", "body"}
    (empty,) = (need for need in document["needs"] if need["package"].endswith("empty"))
    assert empty["blocked"] == ["example.com/holes/empty/inner", "example.com/holes/empty/outer"]
    assert empty["place"] == "empty/a_linux.go"


def test_a_page_is_written(module, tmp_path):
    page = tmp_path / "page.html"
    said(module, "--html", str(page))
    assert "example.com/holes" in page.read_text("utf-8")


@pytest.mark.parametrize("words", [("--prove", "--cgo", "on"), ("-t", "nowhere"), ("./none",)])
def test_wrong_usage(module, words):
    status, document = said(module, *words)
    assert status == 2
    assert not document["ok"]


BROKEN = {
    "go.mod": "module example.com/broken\n\ngo 1.24\n",
    "name/a.go": 'package name\n\nimport "os"\n\nvar _ = os.Nowhere\n',
    "own/a.go": "package own\n\nfunc f(a int) { b := a; _, _ = b, lost }\n",
    "unused/a.go": 'package unused\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nvar _ = fmt.Sprint\n',
    "comma/a.go": "package comma\n\nvar _ = []int{\n\t1,\n\t2\n}\n",
    "body/a.go": "package body\n\nfunc f() { x y }\n",
    "init/a.go": "package init\n\nfunc init(a int) {}\n",
    "method/a.go": 'package method\n\nimport "os"\n\nfunc (f *os.File) m() {}\n',
    "entry/a.go": "package main\n\nfunc other() {}\n",
    "promise/a.go": "package promise\n\nfunc (T) m()\n\ntype T int\n",
    "generic/a.go": "package generic\n\nfunc f[T any]()\n\nfunc _()\n",
    "linked/a.go": 'package linked\n\nimport _ "unsafe"\n\n//go:linkname f runtime.f\nfunc f()\n\nfunc _()\n',
    "sp ace/a.go": "package space\n",
    "tests/a.go": "package tests\n\nfunc f() {}\n",
    "tests/a_test.go": 'package tests\n\nimport "syscall"\n\nvar _ = syscall.Kill\n',
    "tests/b_test.go": "package tests_test\n\nvar _ = lost\n",
    "fine/a.go": 'package fine\n\nimport "os"\n\nvar _ = os.Args\n',
    "fine/a_test.go": 'package fine\n\nimport "testing"\n\nfunc TestX(*testing.T) {}\n',
}


def test_the_compiler_agrees_on_what_no_target_takes(tmp_path):
    for name, text in BROKEN.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    status, document = said(tmp_path, "--prove", "--tests", "-t", "linux/amd64")
    assert status == 1
    works = {one["path"].rpartition("/")[2] for one in document["packages"] if one["works"]}
    assert works == {"tests", "fine", "linked"}
    tests = {one["path"].rpartition("/")[2]: one["tests"] for one in document["packages"]}
    assert tests["fine"]["works"] == tests["tests"]["blocked"] == ["linux/amd64"]
    assert [one["at"] for one in tests["tests"]["holes"]] == ["tests/b_test.go:3:9"]
    assert document["proved"]["disagreements"] == 0, document["findings"]
