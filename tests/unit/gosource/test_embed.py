"""Patterns of `//go:embed`, and the folders they are resolved in."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.gosource.embed import Kind, resolve
from crosswind.gosource.glob import BadPatternError, Pattern
from crosswind.gosource.names import is_bad


@dataclass
class Tree:
    """A folder in memory: paths of files, links by their targets, and folders nobody may read."""

    files: set[str]
    links: dict[str, str] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)

    def kind(self, path: str) -> Kind | None:
        if path in self.links:
            return Kind.LINK
        if path in self.files:
            return Kind.FILE
        return Kind.FOLDER if any(one.startswith(f"{path}/") for one in self.files) else None

    def target(self, path: str) -> Kind | None:
        return Kind.FOLDER if not path else self.kind(self.links.get(path, path))

    def entries(self, path: str) -> dict[str, Kind]:
        if path in self.locked:
            raise PermissionError(13, "Permission denied")
        prefix = f"{path}/" if path else ""
        paths = [one for one in {*self.files, *self.links} if one.startswith(prefix)]
        names = {one[len(prefix) :].partition("/")[0] for one in paths}
        return {name: self.kind(prefix + name) or Kind.OTHER for name in names}


TREE = Tree(
    {"a.txt", "b.txt", "d/x", "d/.h", "d/_u", "d/e/y", "m/go.mod", "m/z", "h/.only", "bad/co:n", "p/q"},
    {"link": "a.txt", "out": "/etc", "gone": "nowhere"},
    {"p"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("patterns", "files"),
    [
        (["*.txt"], ["a.txt", "b.txt"]),
        (["d"], ["d/e/y", "d/x"]),
        (["all:d"], ["d/.h", "d/_u", "d/e/y", "d/x"]),
        (["d/*", "a.txt"], ["a.txt", "d/.h", "d/_u", "d/e/y", "d/x"]),
        (["[a-b].txt"], ["a.txt", "b.txt"]),
        ([], []),
    ],
)
def test_what_patterns_stand_for(patterns, files):
    found = resolve(patterns, TREE)
    assert (list(found.files), found.refusal) == (files, None)


@pytest.mark.parametrize(
    ("pattern", "code", "message"),
    [
        ("../x", "CW5011", "pattern ../x: invalid pattern syntax"),
        ("[", "CW5011", "pattern [: invalid pattern syntax"),
        ("[a/b]", "CW5011", "pattern [a/b]: syntax error in pattern"),
        ("*.go", "CW5012", "pattern *.go: no matching files found"),
        ("m/z", "CW5013", "pattern m/z: cannot embed file m/z: in different module"),
        ("link", "CW5014", "pattern link: cannot embed irregular file link"),
        ("bad/*", "CW5015", "pattern bad/*: cannot embed file bad/co:n: invalid name co:n"),
        ("bad", "CW5015", "pattern bad: cannot embed file bad/co:n: invalid name co:n"),
        ("h", "CW5016", "pattern h: cannot embed directory h: contains no embeddable files"),
        ("p", "CW5017", "pattern p: open p: permission denied"),
        ("p/*", "CW5012", "pattern p/*: no matching files found"),
    ],
)
def test_refusals_are_in_gos_words(pattern, code, message):
    refusal = resolve(["a.txt", pattern], TREE).refusal
    assert refusal is not None
    assert (refusal.code, str(refusal)) == (code, message)


def test_a_link_to_a_file_is_followed_on_request():
    assert resolve(["link"], TREE, follow_links=True).files == ("link",)
    assert resolve(["gone"], TREE, follow_links=True).refusal is not None
    assert resolve(["out"], TREE, follow_links=True).refusal is not None


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("*", "a.txt", True), ("*", "a/b", False), ("a*b*c", "aXbYbc", True), ("?", "é", True), ("[^a]", "é", True),
        ("[á-í]", "é", True), ("a\\*", "a*", True), ("a[]b]", "a]", None), ("[-]", "-", None), ("[a", "b", None), ("\\", "", None),
        ("*a*", "bab", True), ("a?b", "a/b", False), ("[b-a]", "a", False), ("x*y", "xyz", False), ("*??", "€", True),
    ],
)  # fmt: skip
def test_patterns_match_as_gos(pattern, name, matches):
    if matches is None:
        with pytest.raises(BadPatternError):
            Pattern.parse(pattern)
    else:
        assert Pattern.parse(pattern).matches(name) is matches


@pytest.mark.parametrize(
    "name", [".git", "a:b", "con", "Nul.txt", "x.", "..", "", "a'b", "\udcff", "“"]
)
def test_names_that_no_module_can_hold(name):
    assert is_bad(name)


@pytest.mark.parametrize("name", ["a b", "console", ".x", "_y", "é.txt", "a~1", "[x]"])
def test_names_that_modules_may_hold(name):
    assert not is_bad(name)


@given(st.text("ab*?[]\\/-^é.", max_size=12), st.sampled_from(["d", "a.txt", "ab/é", "^-"]))
def test_any_pattern_is_judged(pattern, name):
    found = resolve([pattern], TREE)
    assert found.files or found.refusal
    try:
        Pattern.parse(pattern).matches(name)
    except BadPatternError:
        assert resolve([pattern], TREE).refusal
