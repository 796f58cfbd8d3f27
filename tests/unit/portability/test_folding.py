"""Many targets in few words."""

from __future__ import annotations

import pytest

from crosswind.portability.folding import fold
from crosswind.target import Target

ALL = tuple(
    Target(goos, goarch)
    for goos, machines in {
        "aix": ["ppc64"], "darwin": ["amd64", "arm64"], "freebsd": ["386", "amd64"], "js": ["wasm"],
        "linux": ["386", "amd64", "arm64"], "plan9": ["386", "amd64"], "windows": ["386", "amd64", "arm64"],
    }.items()
    for goarch in machines
)  # fmt: skip
UNIX = ("aix", "darwin", "freebsd", "linux")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (lambda target: True, ("all",)),
        (lambda target: False, ()),
        (lambda target: target.goos == "windows", ("windows/*",)),
        (lambda target: target.goos in UNIX, ("all unix",)),
        (lambda target: target.goos in (*UNIX, "windows"), ("all unix", "windows/*")),
        (lambda target: target.goos != "plan9", ("all but plan9/*",)),
        (lambda target: target.goos not in UNIX, ("all but unix",)),
        (lambda target: str(target) == "linux/386", ("linux/386",)),
        (lambda target: target.goos == "aix", ("aix/ppc64",)),
        (lambda target: str(target) in ("linux/386", "linux/amd64"), ("linux/386", "linux/amd64")),
    ],
)
def test_groups(chosen, words):
    assert fold({target for target in ALL if chosen(target)}, ALL) == words


def test_a_single_target_has_its_name():
    assert fold(set(ALL[:1]), ALL[:1]) == ("aix/ppc64",)
