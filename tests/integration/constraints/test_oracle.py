"""Expressions, names and heads of files, made at random, against go/build itself."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from crosswind.constraints import ConstraintError, Context, Universe, parse
from crosswind.constraints.explain import explain
from crosswind.constraints.universe import release_tags
from crosswind.target import Target

from .conftest import Ask

TAGS = (
    "linux",
    "windows",
    "amd64",
    "386",
    "unix",
    "cgo",
    "go1.21",
    "amd64.v3",
    "é",
    "_x",
    "..",
    "x2",
)
CONTEXTS = [
    Context(Target(goos, goarch), cgo, frozenset(tags) | release_tags(21))
    for goos, goarch, cgo, tags in (
        ("linux", "amd64", False, ["amd64.v3", "mine"]),
        ("android", "arm64", True, []),
        ("windows", "386", False, ["goexperiment.boringcrypto"]),
        ("ios", "arm64", True, ["mine"]),
        ("illumos", "amd64", False, []),
        ("plan9", "arm", False, ["_x", "é"]),
        ("js", "wasm", False, []),
    )
]


def word(dice: random.Random, depth: int) -> str:
    """Write an expression, mostly a sound one."""
    kind = dice.random()
    if depth == 0 or kind < 0.4:
        return dice.choice(TAGS)
    if kind < 0.55:
        return "!" + word(dice, depth - 1)
    if kind < 0.75:
        return f"({word(dice, depth - 1)})"
    operator = dice.choice([" && ", " || ", "&&", "||"])
    return operator.join(word(dice, depth - 1) for _ in range(dice.randint(2, 3)))


def line(dice: random.Random) -> str:
    if dice.random() < 0.5:
        text = word(dice, dice.randint(0, 6))
        prefix = dice.choice(
            ["//go:build "] * 8 + ["//go:build", "// go:build ", "//go:build\t", " //go:build "]
        )
    else:
        literals = [*TAGS, *(f"!{tag}" for tag in TAGS), "!!x", "!", "", "a-b", "!a-b"]
        clauses = (
            ",".join(dice.choices(literals, k=dice.randint(1, 4)))
            for _ in range(dice.randint(0, 4))
        )
        text = dice.choice([" ", "\t", "\u00a0 "]).join(clauses)
        prefix = dice.choice(
            ["// +build "] * 6 + ["//+build ", "// +build", "//  +build\t", "// + build "]
        )
    made = list(prefix + text)
    if dice.random() < 0.3 and made:  # a slip of the hand
        at = dice.randrange(len(made))
        made[at : at + dice.randint(0, 2)] = dice.choice(
            ["", "&", "|", "(", ")", "!", "-", " ", "\n", "x"]
        )
    return "".join(made)


def ours(text: str, sets: list[dict[str, bool]]) -> tuple[str, str, int, list[bool]]:
    try:
        found = parse(text)
    except ConstraintError as error:
        return "", error.message, error.offset, []
    everything = (1 << len(sets)) - 1
    bits = found.evaluate(
        lambda tag: sum(1 << n for n, one in enumerate(sets) if one.get(tag)), everything
    )
    return str(found), "", 0, [bool(bits >> n & 1) for n in range(len(sets))]


def check_lines(ask_go: Ask, count: int, seed: int) -> None:
    dice = random.Random(seed)
    sets = [{tag: dice.random() < 0.5 for tag in TAGS} for _ in range(8)]
    lines = [line(dice) for _ in range(count)]
    lines += ["//go:build " + "(" * n + "a" + ")" * n for n in (1, 998, 999, 1000, 5000)]
    lines += ["//go:build " + " && ".join("a" * n) for n in (1000, 1001)]
    lines += ["// +build " + " ".join("a" * n) for n in (100, 101, 102)]
    for text, said in zip(
        lines, ask_go([{"Line": one, "Sets": sets} for one in lines]), strict=True
    ):
        spelled, error, at, holds = ours(text, sets)
        assert (spelled, error, holds) == (said["Text"], said["Error"], said["Holds"] or []), text
        if text.isascii():
            assert at == said["At"], text


def test_lines(ask_go: Ask) -> None:
    check_lines(ask_go, 20_000, 1)


PIECES = (
    "//go:build linux\n", "//go:build windows && cgo\n", "//go:build !unix\r\n", "// +build linux\n", "\n",
    "// +build !cgo,mine android\n", "//+build go1.22\n", "/* a\n", "*/\n", "/* b */ ", "// words\n", "\r\n",
    "//go:binary-only-package\n", "package x\n", "  \t\n", "//go:buildx\n", "/**/", "x\n", "//go:build (\n",
    "\ufeff", "// +build boringcrypto\n", "//go:build amd64.v3 || go1.21\n", 'import "fmt"\n', "\u2028\n",
)  # fmt: skip
NAMES = (
    "a.go", "a_linux.go", "a_windows_test.go", "linux.go", "_a.go", ".a.go", "a_linux_arm64.go", "a_arm64_linux.go",
    "a_darwin.s", "a_unix.go", "a_amd64.c", "a_js_wasm.go", "a_android.go", "a.b_linux.go", "a_solaris.h",
    "a__386.go", "_linux.go", "a_test.go", "a_linux_test.go", "a_ios.syso", "a.txt", "a", "a_.go", "a_linux.x.go",
)  # fmt: skip


def content(dice: random.Random) -> bytes:
    pieces = dice.choices(PIECES, k=dice.randint(0, 7))
    return ("".join(pieces) + dice.choice(["package x\n", "\npackage x\n", "package x"])).encode()


def context(one: Context) -> dict[str, Any]:
    releases = {tag for tag in one.tags if tag.startswith("go1.")}
    return {
        "GOOS": one.target.goos, "GOARCH": one.target.goarch, "CgoEnabled": one.cgo,
        "BuildTags": sorted(one.tags - releases), "ReleaseTags": sorted(releases),
    }  # fmt: skip


def check_files(ask_go: Ask, count: int, seed: int) -> None:
    dice = random.Random(seed)
    universe = Universe(tuple(CONTEXTS))
    contexts = [context(one) for one in CONTEXTS]
    files = [(dice.choice(NAMES), content(dice)) for _ in range(count)]
    requests = [
        {"Name": name, "Data": base64.b64encode(data).decode(), "Contexts": contexts}
        for name, data in files
    ]
    for (name, data), said in zip(files, ask_go(requests), strict=True):
        found = explain(name, data, universe)
        if said["Error"].startswith("read "):
            # Of Go's own language, constraints do not tell; of others, Go lists it as its name says.
            assert not found.broken or name.endswith(".go"), (name, data)
            continue
        holds = [bool(found.selected >> bit & 1) for bit in range(len(CONTEXTS))]
        assert holds == said["Holds"], (name, data)
        # Go does not read a file that its name excludes everywhere.
        if any(universe.members(universe.where_all(found.suffix))) and not found.ignored:
            assert found.broken == bool(said["Error"]), (name, data, said)


def test_files(ask_go: Ask) -> None:
    check_files(ask_go, 10_000, 1)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe//go:build x\npackage x\n", b"//go:build \xff\npackage x\n"]
)
def test_bytes_that_are_no_text(data: bytes, ask_go: Ask) -> None:
    universe = Universe(tuple(CONTEXTS))
    request = {"Name": "a.go", "Data": base64.b64encode(data).decode(),
               "Contexts": [context(one) for one in CONTEXTS]}  # fmt: skip
    [said] = ask_go([request])
    found = explain("a.go", data, universe)
    assert [bool(found.selected >> bit & 1) for bit in range(len(CONTEXTS))] == said["Holds"]
