"""The lines of go.mod that are read before any Go is chosen."""

from pathlib import Path

import pytest

from crosswind.errors import UsageError
from crosswind.project.gomod import everything, find, used


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def test_module_go_and_toolchain(tmp_path: Path) -> None:
    write(
        tmp_path / "go.mod",
        '// Deprecated: no\nmodule "example.com/App" // the app\r\n\r\ngo 1.25.0\r\n'
        "toolchain go1.27.0\n\nrequire (\n\tgo 9.9 // not a directive here\n)\n",
    )
    module = find(tmp_path, {})
    assert module.path == "example.com/App"
    assert (module.go, module.toolchain) == ("1.25.0", "go1.27.0")
    assert module.directory == tmp_path


def test_the_nearest_go_mod_upwards_counts(tmp_path: Path) -> None:
    write(tmp_path / "go.mod", "module outer\n")
    write(tmp_path / "inner/go.mod", "module inner\n")
    deep = tmp_path / "inner/cmd/x"
    deep.mkdir(parents=True)
    assert find(deep, {}).path == "inner"


def test_a_workspace_decides_the_versions(tmp_path: Path) -> None:
    write(tmp_path / "go.work", "go 1.27\n\nuse ./a\n")
    write(tmp_path / "a/go.mod", "module a\n\ngo 1.20\n")
    assert find(tmp_path / "a", {}).go == "1.27"
    assert find(tmp_path / "a", {"GOWORK": "off"}).go == "1.20"
    root = find(tmp_path, {})
    assert (root.path, root.workspace) == ("", tmp_path / "go.work")


WORK = """go 1.24

use ./a // the first
use (
\t"./sub/c d" // quotes
\t// ./no
\t../beside
)
replace x => ./no
"""


def test_what_a_workspace_uses(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "go.work", WORK)
    (root / "sub").mkdir()
    assert used(root / "go.work") == (root / "a", root / "sub/c d", root / "../beside")
    module = find(root, {})
    assert everything(module, root) == ("./a/...", "./sub/c d/...", "../beside/...")
    assert everything(module, root / "sub") == ("./c d/...",)
    assert everything(module, root / "empty") == ("./...",)
    write(root / "a/go.mod", "module a\n")
    assert everything(find(root / "a", {}), root / "a") == ("./...",)


def test_no_go_mod(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find(tmp_path, {"GOWORK": "off"})
    assert caught.value.code == "CW0301"


@pytest.mark.parametrize("content", [b"", b"go 1.20\n", b"module \xff\xfe\n", b"// module x\n"])
def test_a_broken_go_mod(tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "go.mod", content)
    with pytest.raises(UsageError) as caught:
        find(tmp_path, {"GOWORK": "off"})
    assert caught.value.code == "CW0302"
    assert "go.mod" in caught.value.subject
