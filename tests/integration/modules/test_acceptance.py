"""Projects that the go command takes, and projects that it refuses: we must do the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import gomodules
from crosswind.errors import CrosswindError

APP = "module example.com/app\n\ngo 1.24\n"
MAIN = "package main\n\nfunc main() {}\n"
LIB = "module lib.test/l\n\ngo 1.22\n"
USES_LIB = 'package main\n\nimport _ "lib.test/l"\n\nfunc main() {}\n'
REQUIRES_LIB = f"{APP}\nrequire lib.test/l v0.1.0\n"
IN_LIB = f"{REQUIRES_LIB}\nreplace lib.test/l => ./lib\n"
LIB_FILES = {"lib/go.mod": LIB, "lib/l.go": "package l\n", "lib/sub/s.go": "package sub\n"}
WITH_LIB = {"go.mod": IN_LIB, "main.go": USES_LIB, **LIB_FILES}
WORK = {
    "go.work": "go 1.24\n\nuse ./a\nuse ./b\n",
    "a/go.mod": "module example.com/a\n\ngo 1.24\n",
    "a/main.go": 'package main\n\nimport _ "example.com/b/x"\n\nfunc main() {}\n',
    "b/go.mod": "module example.com/b\n\ngo 1.22\n",
    "b/x/x.go": "package x\n",
}
VENDORED = {
    "go.mod": REQUIRES_LIB,
    "main.go": USES_LIB,
    "vendor/modules.txt": "# lib.test/l v0.1.0\n## explicit; go 1.22\nlib.test/l\n",
    "vendor/lib.test/l/l.go": "package l\n",
}


# Files, the environment, and the folder in which go runs.
CASES: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "plain": ({"go.mod": APP, "main.go": MAIN}, {}, "."),
    "no go line": ({"go.mod": "module example.com/app\n", "main.go": MAIN}, {}, "."),
    "no module": ({"main.go": MAIN}, {}, "."),
    "no module line": ({"go.mod": "go 1.24\n", "main.go": MAIN}, {}, "."),
    "module go": ({"go.mod": "module go\n", "main.go": MAIN}, {}, "."),
    "module toolchain": ({"go.mod": "module toolchain\n", "main.go": MAIN}, {}, "."),
    "module .x": ({"go.mod": "module .x\n", "main.go": MAIN}, {}, "."),
    "module a b": ({"go.mod": 'module "a b"\n', "main.go": MAIN}, {}, "."),
    "module con": ({"go.mod": "module example.com/con\n", "main.go": MAIN}, {}, "."),
    "module v1": ({"go.mod": "module example.com/x/v1\n", "main.go": MAIN}, {}, "."),
    "module quoted": ({"go.mod": 'module "example.com/app"\ngo 1.24\n', "main.go": MAIN}, {}, "."),
    "module raw": ({"go.mod": "module `example.com/app`\n", "main.go": MAIN}, {}, "."),
    "one word": ({"go.mod": "module app\n\ngo 1.24\n", "main.go": 'package main\n\nimport _ "app/x"\n\nfunc main() {}\n', "x/x.go": "package x\n"}, {}, "."),
    "crlf": ({"go.mod": APP.replace("\n", "\r\n"), "main.go": MAIN}, {}, "."),
    "byte-order mark": ({"go.mod": f"\ufeff{APP}", "main.go": MAIN}, {}, "."),
    "empty": ({"go.mod": "", "main.go": MAIN}, {}, "."),
    "NUL": ({"go.mod": f"{APP}\0", "main.go": MAIN}, {}, "."),
    "unknown directive": ({"go.mod": f"{APP}foo x\n", "main.go": MAIN}, {}, "."),
    "bad godebug": ({"go.mod": f"{APP}godebug nonsense\n", "main.go": MAIN}, {}, "."),
    "unknown godebug": ({"go.mod": f"{APP}godebug nonsense=1\n", "main.go": MAIN}, {}, "."),
    "godebug of a later go": ({"go.mod": f"{APP}godebug default=go1.99\n", "main.go": MAIN}, {}, "."),
    "godebug default": ({"go.mod": f"{APP}godebug default=go1.21\n", "main.go": MAIN}, {}, "."),
    "toolchain default": ({"go.mod": f"{APP}toolchain default\n", "main.go": MAIN}, {}, "."),
    "bad tool": ({"go.mod": f"{APP}tool a@b\n", "main.go": MAIN}, {}, "."),
    "missing import": ({"go.mod": APP, "main.go": USES_LIB}, {}, "."),
    "missing import, mod": ({"go.mod": APP, "main.go": USES_LIB}, {"GOFLAGS": "-mod=mod"}, "."),
    "required, not here": ({"go.mod": REQUIRES_LIB, "main.go": USES_LIB}, {}, "."),
    "replaced folder": (WITH_LIB, {}, "."),
    "replaced folder is gone": ({"go.mod": IN_LIB, "main.go": USES_LIB}, {}, "."),
    "replaced folder without go.mod": ({"go.mod": IN_LIB, "main.go": USES_LIB, "lib/l.go": "package l\n"}, {}, "."),
    "replaced folder, broken go.mod": ({**WITH_LIB, "lib/go.mod": "modul x\nrequire a\n"}, {}, "."),
    "replaced folder, another path": ({**WITH_LIB, "lib/go.mod": "module other.test/o\n"}, {}, "."),
    "replaced, not required": ({**WITH_LIB, "go.mod": f"{APP}\nreplace lib.test/l => ./lib\n"}, {}, "."),
    "replaced twice": ({**WITH_LIB, "go.mod": f"{IN_LIB}replace lib.test/l => ./lib2\n"}, {}, "."),
    "replaced twice alike": ({**WITH_LIB, "go.mod": f"{IN_LIB}replace lib.test/l => ./lib\n"}, {}, "."),
    "replaced at another version": ({**WITH_LIB, "go.mod": IN_LIB.replace("l => .", "l v0.2.0 => .")}, {}, "."),
    "replaced at this version": ({**WITH_LIB, "go.mod": IN_LIB.replace("l => .", "l v0.1.0 => .")}, {}, "."),
    "replaced by absolute path": ({**WITH_LIB, "go.mod": IN_LIB.replace("./lib", "{ROOT}/lib")}, {}, "."),
    "excluded": ({**WITH_LIB, "go.mod": f"{IN_LIB}exclude lib.test/l v0.1.0\n"}, {}, "."),
    "required twice": ({**WITH_LIB, "go.mod": f"{IN_LIB}require lib.test/l v0.2.0\n"}, {}, "."),
    "requires itself": ({"go.mod": f"{APP}require example.com/app v1.0.0\n", "main.go": MAIN}, {}, "."),
    "version not in full": ({**WITH_LIB, "go.mod": IN_LIB.replace("v0.1.0", "v0.1")}, {}, "."),
    "version is a branch": ({**WITH_LIB, "go.mod": IN_LIB.replace("v0.1.0", "master")}, {}, "."),
    "bad major version": ({**WITH_LIB, "go.mod": IN_LIB.replace("v0.1.0", "v2.1.0")}, {}, "."),
    "old go line": ({**WITH_LIB, "go.mod": IN_LIB.replace("1.24", "1.15")}, {}, "."),
    "nested module": ({**WITH_LIB, "lib/sub/go.mod": "module lib.test/l/sub\n", "main.go": USES_LIB.replace('l"', 'l/sub"')}, {}, "."),
    "nested module of the main one": ({"go.mod": APP, "main.go": 'package main\n\nimport _ "example.com/app/n"\n\nfunc main() {}\n', "n/go.mod": "module example.com/app/n\n", "n/n.go": "package n\n"}, {}, "."),
    "in the nested module": ({"go.mod": APP, "main.go": MAIN, "n/go.mod": "module example.com/app/n\n\ngo 1.22\n", "n/n.go": "package n\n"}, {}, "n"),
    "in two modules": ({**WITH_LIB, "go.mod": f"{IN_LIB}require lib.test v0.1.0\nreplace lib.test => ./lib2\n", "lib2/go.mod": "module lib.test\n", "lib2/l/l.go": "package l\n"}, {}, "."),
    "a folder called go.mod": ({"go.mod/x": "", "main.go": MAIN}, {}, "."),
    "other modfile": ({"go.mod": "broken", "other.mod": APP, "main.go": MAIN}, {"GOFLAGS": "-modfile=other.mod"}, "."),
    "other modfile, missing": ({"go.mod": APP, "main.go": MAIN}, {"GOFLAGS": "-modfile=other.mod"}, "."),
    "other modfile, bad ending": ({"go.mod": APP, "x.txt": APP, "main.go": MAIN}, {"GOFLAGS": "-modfile=x.txt"}, "."),
    "bad mod": ({"go.mod": APP, "main.go": MAIN}, {"GOFLAGS": "-mod=nonsense"}, "."),
    "modules nonsense": ({"go.mod": APP, "main.go": MAIN}, {"GO111MODULE": "x"}, "."),
    "modules auto": ({"go.mod": APP, "main.go": MAIN}, {"GO111MODULE": "auto"}, "."),
    "malformed go.sum": ({**WITH_LIB, "go.sum": "a b\n"}, {}, "."),
    "workspace": (WORK, {}, "a"),
    "workspace, its root": (WORK, {}, "."),
    "workspace, off": (WORK, {"GOWORK": "off"}, "a"),
    "workspace, auto": (WORK, {"GOWORK": "auto"}, "a"),
    "workspace, relative": (WORK, {"GOWORK": "go.work"}, "."),
    "workspace, missing": (WORK, {"GOWORK": "{ROOT}/none/go.work"}, "a"),
    "workspace, a folder is missing": ({**WORK, "go.work": f"{WORK['go.work']}use ./c\n"}, {}, "a"),
    "workspace, a folder without go.mod": ({**WORK, "go.work": f"{WORK['go.work']}use ./c\n", "c/c.go": "package c\n"}, {}, "a"),
    "workspace, twice": ({**WORK, "go.work": f"{WORK['go.work']}use ./a/../a\n"}, {}, "a"),
    "workspace, one path twice": ({**WORK, "b/go.mod": WORK["a/go.mod"]}, {}, "a"),
    "workspace, nothing": ({**WORK, "go.work": "go 1.24\n"}, {}, "a"),
    "workspace, nothing, its root": ({**WORK, "go.work": "go 1.24\n"}, {}, "."),
    "workspace, empty": ({**WORK, "go.work": ""}, {}, "a"),
    "workspace, too old": ({**WORK, "go.work": WORK["go.work"].replace("1.24", "1.21")}, {}, "a"),
    "workspace, no go line": ({**WORK, "go.work": "use ./b\n", "b/go.mod": "module example.com/b\n\ngo 1.17\n"}, {}, "b"),
    "workspace, no go line, later modules": ({**WORK, "go.work": "use ./b\n"}, {}, "b"),
    "workspace, broken": ({**WORK, "go.work": "go 1.24\nuse (\n"}, {}, "a"),
    "workspace, unknown directive": ({**WORK, "go.work": f"{WORK['go.work']}require x v1.0.0\n"}, {}, "a"),
    "workspace, a broken module": ({**WORK, "b/go.mod": "module\n"}, {}, "a"),
    "workspace, unknown godebug": ({**WORK, "go.work": f"{WORK['go.work']}godebug nonsense=1\n"}, {}, "a"),
    "workspace, unknown godebug in a module": ({**WORK, "a/go.mod": f"{WORK['a/go.mod']}godebug nonsense=1\n"}, {}, "a"),
    "workspace, mod": (WORK, {"GOFLAGS": "-mod=mod"}, "a"),
    "workspace, readonly": (WORK, {"GOFLAGS": "-mod=readonly"}, "a"),
    "workspace, modfile": ({**WORK, "a/x.mod": WORK["a/go.mod"]}, {"GOFLAGS": "-modfile=x.mod"}, "a"),
    "workspace, replaces its own": ({**WORK, "go.work": f"{WORK['go.work']}replace example.com/b => ./c\n"}, {}, "a"),
    "workspace, replaces its own at a version": ({**WORK, "go.work": f"{WORK['go.work']}replace example.com/b v1.0.0 => ./c\n"}, {}, "a"),
    "workspace, replaces disagree": (
        {**WORK, "a/go.mod": f"{WORK['a/go.mod']}replace x.test/x => ../x\n", "b/go.mod": f"{WORK['b/go.mod']}replace x.test/x => ../y\n"}, {}, "a"),
    "workspace, replaces agree": (
        {**WORK, "a/go.mod": f"{WORK['a/go.mod']}replace x.test/x => ../x\n", "b/go.mod": f"{WORK['b/go.mod']}replace x.test/x => ../x\n"}, {}, "a"),
    "workspace decides between replaces": (
        {**WORK, "go.work": f"{WORK['go.work']}replace x.test/x => ./x\n", "a/go.mod": f"{WORK['a/go.mod']}replace x.test/x => ../x\n", "b/go.mod": f"{WORK['b/go.mod']}replace x.test/x => ../y\n"}, {}, "a"),
    "workspace, replaced folder": (
        {**WORK, "b/go.mod": f"{WORK['b/go.mod']}require lib.test/l v0.1.0\nreplace lib.test/l => ../lib\n", "b/x/x.go": 'package x\n\nimport _ "lib.test/l"\n', **LIB_FILES}, {}, "a"),
    "vendor": (VENDORED, {}, "."),
    "vendor, off": (VENDORED, {"GOFLAGS": "-mod=readonly"}, "."),
    "vendor, explicit": (VENDORED, {"GOFLAGS": "-mod=vendor"}, "."),
    "vendor, none": ({"go.mod": APP, "main.go": MAIN}, {"GOFLAGS": "-mod=vendor"}, "."),
    "vendor, old go line": ({**VENDORED, "go.mod": REQUIRES_LIB.replace("1.24", "1.13")}, {}, "."),
    "vendor, no go line": ({**VENDORED, "go.mod": REQUIRES_LIB.replace("go 1.24\n", "")}, {}, "."),
    "vendor, another version": ({**VENDORED, "go.mod": REQUIRES_LIB.replace("0.1.0", "0.2.0")}, {}, "."),
    "vendor, not explicit": ({**VENDORED, "vendor/modules.txt": "# lib.test/l v0.1.0\n## go 1.22\nlib.test/l\n"}, {}, "."),
    "vendor, one too many": ({**VENDORED, "go.mod": APP, "main.go": MAIN}, {}, "."),
    "vendor, no listing": ({key: text for key, text in VENDORED.items() if "modules.txt" not in key}, {}, "."),
    "vendor, no listing, nothing required": ({"go.mod": APP, "main.go": MAIN, "vendor/x/x.go": "package x\n"}, {}, "."),
    "vendor, package not listed": ({**VENDORED, "vendor/modules.txt": "# lib.test/l v0.1.0\n## explicit; go 1.22\n"}, {}, "."),
    "vendor, package not listed, before 1.23": ({**VENDORED, "go.mod": REQUIRES_LIB.replace("1.24", "1.20"), "vendor/modules.txt": "# lib.test/l v0.1.0\n## explicit; go 1.22\n"}, {}, "."),
    "vendor, replaced": ({**VENDORED, "go.mod": f"{REQUIRES_LIB}replace lib.test/l => ./lib\n", "vendor/modules.txt": "# lib.test/l v0.1.0 => ./lib\n## explicit; go 1.22\nlib.test/l\n# lib.test/l => ./lib\n"}, {}, "."),
    "vendor, replaced, not marked": ({**VENDORED, "go.mod": f"{REQUIRES_LIB}replace lib.test/l => ./lib\n"}, {}, "."),
    "vendor, marked, not replaced": ({**VENDORED, "vendor/modules.txt": "# lib.test/l v0.1.0 => ./lib\n## explicit; go 1.22\nlib.test/l\n"}, {}, "."),
    "vendor, in main and in vendor": ({**VENDORED, "vendor/modules.txt": VENDORED["vendor/modules.txt"] + "# example.com/app v1.0.0\nexample.com/app/x\n", "x/x.go": "package x\n", "vendor/example.com/app/x/x.go": "package x\n", "main.go": 'package main\n\nimport _ "example.com/app/x"\n\nfunc main() {}\n'}, {}, "."),
    "vendor, of a workspace": ({**VENDORED, "vendor/modules.txt": f"## workspace\n{VENDORED['vendor/modules.txt']}"}, {}, "."),
    "vendor in a workspace": ({**WORK, "vendor/modules.txt": "## workspace\n"}, {}, "a"),
    "vendor in a workspace, not for it": ({**WORK, "vendor/modules.txt": "# x.test/x v1.0.0\n"}, {}, "a"),
    "vendor is a file": ({"go.mod": APP, "main.go": MAIN, "vendor": "x"}, {}, "."),
    "implicit": ({**WITH_LIB, "lib/go.mod": f"{LIB}\nrequire deep.test/d v0.1.0\n", "go.mod": f"{IN_LIB}replace deep.test/d => ./deep\n", "deep/go.mod": "module deep.test/d\n", "deep/d.go": "package d\n", "main.go": 'package main\n\nimport (\n\t_ "deep.test/d"\n\t_ "lib.test/l"\n)\n\nfunc main() {}\n'}, {}, "."),
    "raised by a requirement": ({**WITH_LIB, "lib/go.mod": f"{LIB}\nrequire deep.test/d v0.2.0\n", "lib/l.go": 'package l\n\nimport _ "deep.test/d"\n', "go.mod": f"{IN_LIB}require deep.test/d v0.1.0\nreplace deep.test/d => ./deep\n", "deep/go.mod": "module deep.test/d\n", "deep/d.go": "package d\n"}, {}, "."),
    "raised by a requirement, old": ({**WITH_LIB, "lib/go.mod": "module lib.test/l\n\ngo 1.16\nrequire deep.test/d v0.2.0\n", "lib/l.go": 'package l\n\nimport _ "deep.test/d"\n', "go.mod": IN_LIB.replace("1.24", "1.16") + "require deep.test/d v0.1.0\nreplace deep.test/d => ./deep\n", "deep/go.mod": "module deep.test/d\n", "deep/d.go": "package d\n"}, {}, "."),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_projects(tmp_path: Path, name: str) -> None:
    files, env, below = CASES[name]
    for file, text in files.items():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{ROOT}", str(tmp_path)), newline="")
    variables = {key: value.replace("{ROOT}", str(tmp_path)) for key, value in env.items()}
    variables["GOMODCACHE"] = str(tmp_path / "cache")
    folder = tmp_path / below
    refused, wrong = gomodules.acceptance(folder, variables)
    assert wrong == []
    found = gomodules.loaded(folder, variables, gomodules.goroot())
    if refused:
        assert isinstance(found, CrosswindError)
        assert found.exit_code == 2
