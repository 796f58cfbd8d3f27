"""go.mod, go.work and go.sum as values, each with its place."""

import pytest

from crosswind.project.modules import modfile, semver, sums, vendored
from crosswind.project.modules.directives import Godebug, Replace, Required, Retract, Value
from crosswind.project.modules.mistakes import ModFileError
from crosswind.project.modules.vendored import Version

EVERYTHING = b"""// Deprecated: use d
module "a.b/c" // the app

go 1.22.0
toolchain go1.23.1
godebug default=go1.21
require (
\ta.b/d v1.2.3
\ta.b/e/v2 v2.0.0 // indirect; said
)
exclude a.b/d v1.1.0
replace a.b/d v1.2.3 => ../d
replace a.b/e/v2 => a.b/f v0.1.0
// bad
retract [v1.0.0, v1.0.1]
tool a.b/c/t
ignore ./x
"""


def test_a_whole_file() -> None:
    found = modfile.read_mod("go.mod", EVERYTHING)
    assert found.module == Value("a.b/c", 2, 8)
    assert found.go == Value("1.22.0", 4, 4)
    assert found.toolchain == Value("go1.23.1", 5, 11)
    assert found.deprecated == "use d\nthe app"
    assert found.godebug == (Godebug("default", "go1.21", 6, 9),)
    assert found.require == (
        Required("a.b/d", "v1.2.3", indirect=False, line=8, column=2),
        Required("a.b/e/v2", "v2.0.0", indirect=True, line=9, column=2),
    )
    assert found.exclude == (Required("a.b/d", "v1.1.0", indirect=False, line=11, column=9),)
    assert found.replace == (
        Replace("a.b/d", "v1.2.3", "../d", "", 12, 9),
        Replace("a.b/e/v2", "", "a.b/f", "v0.1.0", 13, 9),
    )
    assert found.retract == (Retract("v1.0.0", "v1.0.1", "bad", 15, 9),)
    assert found.tool == (Value("a.b/c/t", 16, 6),)
    assert found.ignore == (Value("./x", 17, 8),)


def test_a_workspace() -> None:
    found = modfile.read_work("go.work", b'go 1.24\nuse (\n\t./a\n\t"./b c"\n)\nuse d\n')
    assert found.use == (Value("./a", 3, 2), Value("./b c", 4, 2), Value("d", 6, 5))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("module a\nmodule b\nfoo\n", ["go.mod:2", "go.mod:3"]),
        ("module a\nrequire (\n", ["go.mod:3"]),
        ("require a\vb v1.0.0\n", ["go.mod:1:10"]),
        ("module a /* no */\n", ["go.mod:1:10"]),
        ('module "a\n', ["go.mod:1:10"]),
        ("require a v2.0.0\nrequire a/v2 v1.0.0\n", ["go.mod:1", "go.mod:2"]),
        ("require (\n\ta b c\n)\n", ["go.mod:2:2"]),
        ("replace a => b\nreplace a v1.0.0 b\n", ["go.mod:1", "go.mod:2"]),
        ("go 1\ntoolchain 1.2\ngodebug x\n", ["go.mod:1", "go.mod:2", "go.mod:3"]),
        ("retract [v1.0.0 v1.0.1]\n", ["go.mod:1"]),
        ("use ./a\n", ["go.mod:1"]),
        ("go (\n\t1.22\n)\n", ["go.mod:1"]),
    ],
)
def test_mistakes_and_their_places(text: str, places: list[str]) -> None:
    with pytest.raises(ModFileError) as caught:
        modfile.read_mod("go.mod", text.encode())
    assert [finding.subject for finding in caught.value.findings] == places
    assert all(finding.code == "CW0302" for finding in caught.value.findings)


def test_files_of_others_may_be_of_a_later_go() -> None:
    text = b"module a\ngo 1.99x\nnew (\n\tx\n)\nreplace a => b\nretract {v1}\nrequire b v1.0.0\n"
    found = modfile.read_mod_lax("go.mod", text)
    assert (found.go, len(found.require)) == (Value("1.99", 2, 4), 1)
    head = modfile.read_mod_head("go.mod", text + b"toolchain go1.99.1\n")
    assert head.toolchain == Value("go1.99.1", 9, 11)


def test_bytes_that_are_no_text() -> None:
    found = modfile.read_mod("go.mod", b"module a // \xff\nrequire b\xfe v1.0.0\n")
    assert found.require[0].path == "b\udcfe"


def test_the_order_of_versions() -> None:
    ordered = ["none", "v0.0.0-2", "v0.0.0-10", "v0.0.0-a", "v0.0.0-a.1", "v0.0.0", "v0.0.1-0", "v0.9.0",
               "v0.10.0", "v1", "v2.0.0+incompatible", "v" + "9" * 5000 + ".0.0"]  # fmt: skip
    shuffled = [*ordered[1::2], *ordered[::2]]
    assert sorted(shuffled, key=semver.key) == ordered
    assert semver.canonical("v1.2") == "v1.2.0"
    assert semver.canonical("v1.2.3+incompatible") == "v1.2.3+incompatible"
    assert semver.canonical("v1.2.3+other") == "v1.2.3"
    assert not any(map(semver.is_valid, ("1.2.3", "v01.2.3", "v1.2-pre", "v1.2.3-01", "v1.2.3-")))


def test_sums() -> None:
    text = b"a v1.0.0 h1:x=\na v1.0.0/go.mod h1:y=\n\na v1.0.0 h1:w=\nb v1.0.0 h2:z=\n"
    found = sums.read("go.sum", text)
    assert found.of("a", "v1.0.0") == "h1:x= h1:w="
    assert found.of("a", "v1.0.0", only_go_mod=True) == "h1:y="
    assert found.of("b", "v1.0.0") == ""
    assert found.malformed is None
    assert found.lines[1].line == 2
    broken = sums.read("go.sum", b"a v1.0.0 h1:x=\na b\n").malformed
    assert broken
    assert broken.subject == "go.sum:2"


def test_what_is_vendored() -> None:
    text = b"""## workspace
# a.b/d v1.2.3 => ../d
## explicit; go 1.22
a.b/d
a.b/d/sub
# a.b/e v0.1.0
# a.b/f => a.b/g v1.0.0
nonsense here
"""
    found = vendored.read(text)
    assert found.workspace
    assert found.packages["a.b/d/sub"] == Version("a.b/d", "v1.2.3")
    entry = found.entries[Version("a.b/d", "v1.2.3")]
    assert (entry.line, entry.explicit, entry.go) == (2, True, "1.22")
    assert entry.replacement == Version("../d")
    assert found.selected == {"a.b/d": "v1.2.3"}
    assert found.replaced == (Version("a.b/d", "v1.2.3"), Version("a.b/f"))
