"""Which package a function's symbol belongs to."""

from __future__ import annotations

import pytest

from crosswind.binary.gopackages import ASSEMBLY, LINKER, TYPES, is_standard, package_of


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("main.main", "main"),
        ("main.main.func1", "main"),
        ("net/http.(*Client).Do", "net/http"),
        ("net/http.(*Client).Do-fm", "net/http"),
        ("github.com/a/b/v2.F", "github.com/a/b/v2"),
        ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3"),
        ("slices.SortFunc[go.shape.struct { net/http.x int }]", "slices"),
        ("slices.partitionCmpFunc[go.shape.*github.com/a/b.T].func1", "slices"),
        ("example.com/x.(*List[go.shape.int]).Push", "example.com/x"),
        ("vendor/golang.org/x/net/idna.init", "vendor/golang.org/x/net/idna"),
        ("type:.eq.net/http.http2frame", "net/http"),
        ("type:.hash.[4]github.com/a/b.T", "github.com/a/b"),
        ("type:.eq.gopkg.in/yaml%2ev3.event", "gopkg.in/yaml.v3"),
        ("type:.eq.struct { F uintptr; X0 int }", TYPES),
        ("type:.eq.[2]string", TYPES),
        ("go:buildid", LINKER),
        ("go:textfipsstart", LINKER),
        ("_rt0_amd64_linux", ASSEMBLY),
        ("gogo", ASSEMBLY),
        ("", ASSEMBLY),
        (".x", ASSEMBLY),
    ],
)
def test_package_of(name, package):
    assert package_of(name) == package


@pytest.mark.parametrize(
    ("package", "standard"),
    [("fmt", True), ("net/http", True), ("github.com/a", False), ("example.com", False)],
)
def test_standard_library(package, standard):
    assert is_standard(package) is standard
