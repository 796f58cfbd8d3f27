"""Which module a package belongs to."""

from __future__ import annotations

import pytest

from crosswind.binary.buildinfo import BuildInfo, Module
from crosswind.inspect.golang import Attribution

BUILD = BuildInfo(
    "go1.27.3",
    "greet/cmd/greet",
    Module("greet", "(devel)"),
    (
        Module("example.com/a", "v1.0.0"),
        Module("example.com/a/b", "v2.0.0", replace=Module("../b", "v2.1.0")),
        Module("gopkg.in/yaml.v3", "v3.0.1"),
    ),
)


@pytest.mark.parametrize(
    ("package", "belongs"),
    [
        ("main", ("main", "greet", "(devel)")),
        ("greet/internal/x", ("main", "greet", "(devel)")),
        ("greeting", ("std", "", "")),
        ("example.com/a", ("module", "example.com/a", "v1.0.0")),
        ("example.com/a/c/d", ("module", "example.com/a", "v1.0.0")),
        ("example.com/a/b/c", ("module", "example.com/a/b", "v2.1.0")),
        ("gopkg.in/yaml.v3", ("module", "gopkg.in/yaml.v3", "v3.0.1")),
        ("net/http", ("std", "", "")),
        ("vendor/golang.org/x/net/idna", ("std vendored", "", "")),
        ("example.org/unknown", ("other", "", "")),
        ("(types)", ("other", "", "")),
    ],
)
def test_of(package, belongs):
    assert Attribution(BUILD).of(package) == belongs


def test_without_build_information():
    assert Attribution(None).of("main") == ("main", "", "")
    assert Attribution(None).of("fmt") == ("std", "", "")
