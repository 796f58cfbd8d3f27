"""cgo, its C compiler and the C linker fail; `explain` must know how."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import in_ci
from crosswind import explain
from integration.explain.messages import go_env, said, write

MOD = "module example.com/m\n\ngo 1.26\n"
C = 'package main\n\n/*\n{c}\n*/\nimport "C"\n\nfunc main() {{ println(C.two()) }}\n'
# CI's bare host has no C compiler: what needs one is tried where there is one, skipped elsewhere.
NO_GCC = shutil.which("gcc") is None

pytestmark = pytest.mark.parametrize("go", ["PATH"], indirect=True)


def build(go: Path, directory: Path, files: dict[str, str], **env: str) -> explain.Match:
    write(directory, {"go.mod": MOD, **files})
    text = said([go, "build"], directory, go_env(CGO_ENABLED="1", **env))
    assert explain.by_text(text), text
    return explain.by_text(text)[0]


def test_c_files_without_cgo(tmp_path: Path, go: Path) -> None:
    files = {"main.go": "package main\n\nfunc main() {}\n", "x.c": "int x;\n"}
    match = build(go, tmp_path, files, CC="no-such-compiler")
    assert (match.page.code, match.values["kind"]) == ("CW3507", "C")


def test_without_cgo_its_files_are_gone(tmp_path: Path, go: Path) -> None:
    """What is declared beside `import "C"` is undefined, with no word about cgo."""
    files = {
        "main.go": "package main\n\nfunc main() { use() }\n",
        "c.go": 'package main\n\nimport "C"\n\nfunc use() {}\n',
        "go.mod": MOD,
    }
    text = said([go, "build"], write(tmp_path, files), go_env())
    match = explain.by_text(text)[0]
    assert (match.page.code, match.values["name"]) == ("CW3408", "use")
    assert "cgo" in match.page.section("Why")


TWO = "int two(void) { return 2; }"
CASES = {
    "no compiler": ("CW3501", TWO, {"CC": "no-such-compiler"}),
    "another system": ("CW3503", TWO, {"CC": "gcc", "GOOS": "windows"}),
    "another processor": ("CW3503", TWO, {"CC": "gcc", "GOARCH": "riscv64"}),
    "no header": ("CW3503", "#include <no_such.h>\nint two(void);", {"CC": "gcc"}),
    "no library": ("CW3508", "#cgo LDFLAGS: -lnosuch\nint two(void);", {"CC": "gcc"}),
    "no definition": ("CW3508", "int two(void);", {"CC": "gcc"}),
    "two definitions": ("CW3506", TWO, {"CC": "gcc"}),
}
TRIED = [name for name in CASES if not (NO_GCC and in_ci()) or name == "no compiler"]


@pytest.mark.parametrize("name", TRIED)
def test_says_it(tmp_path: Path, go: Path, name: str) -> None:
    code, source, env = CASES[name]
    if NO_GCC and env["CC"] == "gcc":
        pytest.skip("gcc is not installed")
    files = {"main.go": C.format(c=source)}
    if name == "two definitions":
        files["two.c"] = "int two(void) { return 3; }\n"
    assert build(go, tmp_path, files, **env).page.code == code
