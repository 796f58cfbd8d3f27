"""Imports that the go command refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.project.graph.imports import refused
from crosswind.project.graph.model import Package, Problem


def package(path, standard=False, names=None, problems=()):
    root = Path("/go/src") if standard else Path("/src")
    return Package(path, root / path, standard=standard, names=names or {"p": 3}, problems=problems)


@pytest.mark.parametrize(
    ("importer", "path", "standard", "allowed"),
    [
        ("m/a/u", "m/a/internal/x", False, True),
        ("m/a", "m/a/internal/x", False, True),
        ("m/ab", "m/a/internal/x", False, False),
        ("m/b", "m/internal", False, True),
        ("n", "m/internal", False, False),
        ("m", "internal/abi", True, False),
        ("m", "crypto/internal/fips140/x", True, False),
        ("m", "vendor/golang.org/x/net", True, False),
        ("m", "m/internals", False, True),
    ],
)
def test_internal_and_vendored_packages(importer, path, standard, allowed):
    found = list(refused(package(importer), {path: 1}, {path: package(path, standard)}))
    assert (found == []) is allowed


@pytest.mark.parametrize(
    ("importer", "path"),
    [
        ("crypto/rand", "crypto/internal/fips140/x"),
        ("sort", "internal/abi"),
        ("crypto/internal/fips140/x", "crypto/internal/y"),
    ],
)
def test_what_the_standard_library_may(importer, path):
    assert not list(refused(package(importer, True), {path: 1}, {path: package(path, True)}))


def test_programs_and_paths_of_folders():
    packages = {"m/prog": package("m/prog", names={"main": 2, "p": 1})}
    found = list(refused(package("m"), {"m/prog": 3, "./x": 1, "m/gone": 1}, packages))
    assert [one.where for one in found] == [2, 1]
    assert not list(refused(packages["m/prog"], {"m/prog": 3}, packages))


def test_a_broken_package_is_not_said_to_be_hidden():
    broken = package("m/internal/x", problems=(Problem(2, "broken", ""),))
    assert [
        one.where for one in refused(package("n"), {"m/internal/x": 3}, {"m/internal/x": broken})
    ] == [1]
