"""Every error that the go command has for a package (cmd/go/internal/load/pkg.go), each in folders of its own.

Not here are those that need GOPATH mode (import comments, non-canonical paths), gccgo, or version control;
a path that begins with a dash, and files called `_cgo_…`, are refused before it comes to them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import listoracle
from crosswind.target import Target

from .test_golist import goroot

__all__ = ["goroot"]

WAYS = [
    (Target("linux", "amd64"), True),
    (Target("windows", "amd64"), False),
    (Target("android", "arm"), False),
]


def imports(*paths: str, package: str = "p") -> str:
    lines = "".join(f'\t_ "{path}"\n' for path in paths)
    return f"package {package}\n\nimport (\n{lines})\n"


def embeds(*patterns: str) -> str:
    lines = "".join(
        f"//go:embed {pattern}\nvar v{at} embed.FS\n\n" for at, pattern in enumerate(patterns)
    )
    return f'package p\n\nimport "embed"\n\n{lines}'


M = "example.com/m"
# By the words of Go's message: files, and the packages that have an error, all of them below a folder.
CASES: dict[str, tuple[dict[str, str], set[str]]] = {
    "case-insensitive import collision": (
        {"Up/x.go": imports(), "up/x.go": imports(), "uses/x.go": imports(f"{M}/up", f"{M}/Up")},
        {"up"},
    ),
    "case-insensitive import collision, below another import": (
        {
            "a/x.go": imports(f"{M}/b"),
            "b/x.go": imports(f"{M}/c"),
            "c/x.go": imports(),
            "C/x.go": imports(f"{M}/D"),
            "d/x.go": imports(),
            "D/x.go": imports(),
        },
        {"c", "d"},
    ),
    "case-insensitive import collision, for one target": (
        {"Up/x_linux.go": imports(), "up/x.go": imports()},
        {"up"},
    ),
    "case-insensitive file name collision": (
        {
            "a/x.go": imports("fmt", f"{M}/nosuch"),
            "a/X.go": imports(),
            "a/y.c": "int x;\n",
            "b/x.go": imports(),
            "b/X_windows.go": imports(),
        },
        {"a"},
    ),
    "case-insensitive file name collision of embedded files": (
        {"a/x.go": embeds("t"), "a/t/one": "1", "a/t/One": "1"},
        {"a"},
    ),
    "invalid input file name": (
        {"a/-x.go": imports(f"{M}/nosuch"), "b/x.go": imports(), "b/=x.s": ""},
        {"a", "b"},
    ),
    "invalid input directory name": ({"a/-b/x.go": imports()}, {"a/-b"}),
    "malformed import path": (
        {
            "a@b/x.go": imports(),
            "b/x.go": imports(f"{M}/x@v1"),
            "c/x.go": imports("mod/x"),
            "d/x.go": imports("fmt/"),
            "e/x.go": imports("x//y"),
            "f/x.go": imports(f"{M}/a/../b"),
            "g/x.go": imports("-x"),
            "h/x.go": imports("x/.y"),
            "i/x.go": imports("ünicode"),
            "j/x.go": imports("x~1/y."),
        },
        {"b", "c", "d"},
    ),
    "local import": (
        {
            "a/x.go": imports("./b"),
            "a/b/x.go": imports(),
            "c/x.go": imports("."),
            "d/x.go": imports(".."),
        },
        {"a", "c", "d"},
    ),
    "is a program, not an importable package": (
        {
            "a/x.go": imports(package="main"),
            "b/x.go": imports(f"{M}/a"),
            "c/x_test.go": imports(f"{M}/a"),
            "c/x.go": imports(),
        },
        {"b"},
    ),
    "is a program, for one target": (
        {
            "a/x_windows.go": imports(package="main"),
            "a/x_linux.go": imports(),
            "b/x.go": imports(f"{M}/a"),
        },
        {"b"},
    ),
    "import cycle not allowed": (
        {"a/x.go": imports(f"{M}/b"), "b/x.go": imports(f"{M}/a"), "c/x.go": imports(f"{M}/a")},
        {"a"},
    ),
    "use of internal package": (
        {
            "a/internal/x.go": imports(),
            "a/internal/b/x.go": imports(),
            "a/x.go": imports(f"{M}/a/internal/b"),
            "c/x.go": imports(f"{M}/a/internal"),
            "d/x.go": imports("cmd/internal/obj"),
            "e/x.go": imports("net/internal/socktest"),
            "internal/x.go": imports(),
            "f/x.go": imports(f"{M}/internal"),
        },
        {"c", "d"},
    ),
    "must be imported as": (
        {
            "a/x.go": imports(f"{M}/vendor/v.test/v"),
            "vendor/v.test/v/x.go": imports(),
            "b/x.go": imports("v.test/v"),
            "c/x.go": imports("vendor/v.test/v"),
        },
        {"a"},
    ),
    "use of vendored package": (
        {
            "a/vendor/b/x.go": imports(),
            "a/x.go": imports(f"{M}/a/vendor/b"),
            "c/x.go": imports(f"{M}/a/vendor/b"),
        },
        {"c"},
    ),
    "invalid pattern syntax": ({"a/x.go": embeds("[")}, {"a"}),
    "no matching files found": ({"a/x.go": embeds("x*", "nosuch")}, {"a"}),
    "cannot embed: in different module": (
        {"a/x.go": embeds("b/c"), "a/b/go.mod": "module b\n", "a/b/c": ""},
        {"a"},
    ),
    "cannot embed: in non-directory": ({"a/x.go": embeds("x.go/y")}, {"a"}),
    "cannot embed: invalid name": (
        {
            "a/x.go": embeds(".git"),
            "a/.git/x": "",
            "b/x.go": embeds("t"),
            "b/t/a'b": "",
            "c/x.go": embeds("vendor"),
            "c/vendor/y": "",
        },
        {"a", "b"},
    ),
    "contains no embeddable files": (
        {"a/x.go": embeds("t"), "a/t/.x": "", "b/x.go": embeds("all:t"), "b/t/.x": ""},
        {"a"},
    ),
    "C source files not allowed": (
        {
            "a/x.go": imports(),
            "a/y.c": "",
            "b/x.go": imports(),
            "b/y.cc": "",
            "c/x.go": imports(),
            "c/y.m": "",
            "d/x.go": imports(),
            "d/y.f": "",
            "e/x.go": imports(),
            "e/y.c": "",
            "e/y.swig": "",
        },
        {"a", "b", "c", "d"},
    ),
    "requires external (cgo) linking": ({"a/x.go": imports(f"{M}/nosuch", package="main")}, {"a"}),
    "no Go files": (
        {
            "a/x.s": "",
            "b/x_plan9.go": imports(),
            "c/x.go": imports(f"{M}/a"),
            "d/x.go": imports(f"{M}/b"),
        },
        {"c", "d"},
    ),
}


# Its vendor folder is for the whole module.
ALONE = ("must be imported as",)


@pytest.fixture(scope="module")
def answers(
    goroot: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[list[str], set[str]]]:
    """Ask about all cases at once: by case, what differs, and the packages that have errors."""
    found = {}
    for cases in ([case for case in CASES if case not in ALONE], *([one] for one in ALONE)):
        root = tmp_path_factory.mktemp("m")
        (root / "go.mod").write_text(f"module {M}\n\ngo 1.24\n")
        places = {case: f"case{at}/" if len(cases) > 1 else "" for at, case in enumerate(cases)}
        for case, place in places.items():
            for name, text in CASES[case][0].items():
                path = root / place / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text.replace(f"{M}/", f"{M}/{place}"))
        theirs = listoracle.ask(root, ["./..."], WAYS)
        mine = listoracle.ours(root, ["./..."], theirs, goroot)
        differing = list(listoracle.differences(theirs, mine))
        wrong = {p for said in theirs for p, one in said.packages.items() if one.get("Incomplete")}
        for case, place in places.items():
            below = f"{M}/{place}"
            found[case] = (
                [one for one in differing if one.startswith(below)],
                {path.removeprefix(below) for path in wrong if path.startswith(below)},
            )
    return found


@pytest.mark.parametrize("case", CASES)
def test_package_errors(case: str, answers: dict[str, tuple[list[str], set[str]]]) -> None:
    differing, wrong = answers[case]
    assert differing == []
    assert CASES[case][1] <= wrong
