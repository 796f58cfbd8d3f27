import os
import stat
from pathlib import Path

import pytest

from crosswind import toolchain
from crosswind.errors import MissingError
from crosswind.finding import Status
from crosswind.system import files, host
from crosswind.target import Target
from crosswind.toolchain import Request, Source, cellar
from crosswind.toolchain.dirhash import DirHash
from crosswind.toolchain.kinds import GO, ZIG, Edition
from crosswind.toolchain.pins import Pin

HERE = Target(host.goos(), host.goarch())
PROGRAM = f"zig{HERE.exe_suffix}"
FILES = [(PROGRAM, b"#!"), ("lib/std/std.zig", b"// "), ("lib/lldb/printers.py", b"")]


@pytest.fixture(autouse=True)
def _own_cache(env: dict[str, str]) -> None:
    """`env` moves the cache below the test's directory."""


@pytest.fixture
def pin(monkeypatch: pytest.MonkeyPatch) -> Pin:
    """The pin of a Zig that has the few files above."""
    total = DirHash()
    for name, data in FILES:
        total.add(name, data)
    made = Pin("any", "ab" * 32, total.sum(), 1)
    monkeypatch.setitem(ZIG.pins, "9.9.9", {str(HERE): made})  # type: ignore[arg-type]
    return made


def install(pin: Pin) -> toolchain.Zig:
    edition = Edition(ZIG, "9.9.9", HERE)
    return cellar.install(edition, Source.WHEEL, f"sha256:{pin.sha256}", FILES)


def test_an_installed_zig_is_taken_offline(pin: Pin, env: dict[str, str]) -> None:
    assert toolchain.find_zig() is None
    made = install(pin)
    assert toolchain.zig(Request(offline=True, env=env)) == made == toolchain.find_zig()
    assert toolchain.zigs() == (made,)
    assert made.path == cellar.root() / f"zig-9.9.9-{HERE.goos}-{HERE.goarch}" / "zig" / PROGRAM
    assert str(made) == f"Zig 9.9.9 for {HERE}"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no run bits")
def test_only_the_program_may_run(pin: Pin) -> None:
    root = install(pin).root
    runs = {name for name, _ in FILES if (root / name).stat().st_mode & stat.S_IXUSR}
    assert runs == {PROGRAM}


def test_go_and_zig_are_told_apart(pin: Pin) -> None:
    go = cellar.install(
        Edition(GO, "1.27.3", HERE), Source.MODULE, "", [(f"bin/go{HERE.exe_suffix}", b"")]
    )
    zig = install(pin)
    assert list(cellar.everything(GO)) == [go]
    assert list(cellar.everything(ZIG)) == [zig]


def test_offline_without_one(env: dict[str, str]) -> None:
    with pytest.raises(MissingError) as caught:
        toolchain.zig(Request(offline=True, env=env))
    assert caught.value.code == "CW0404"
    assert "crosswind toolchain install zig" in caught.value.hint


def test_a_host_without_a_pin(env: dict[str, str]) -> None:
    with pytest.raises(MissingError) as caught:
        toolchain.zig(Request(env=env), Target("plan9", "amd64"))
    assert caught.value.code == "CW0430"


def test_verify_finds_a_changed_file(pin: Pin) -> None:
    made = install(pin)
    ((found, report),) = toolchain.verify_zig(None)
    assert (found, [check.status for check in report.checks]) == (made, [Status.PASS])
    (made.root / "lib" / "std" / "std.zig").write_bytes(b"//!")
    ((_, report),) = toolchain.verify_zig(HERE)
    assert [(check.code, check.status) for check in report.checks] == [("CW0426", Status.FAIL)]


def test_byte_code_of_a_debuggers_printers_is_no_difference(pin: Pin) -> None:
    made = install(pin)
    files.write_atomic(made.root / "lib" / "lldb" / "__pycache__" / "printers.pyc", b"x")
    ((_, report),) = toolchain.verify_zig(None)
    assert report.ok


def test_verify_knows_no_pin_of_another_crosswind(pin: Pin) -> None:
    cellar.install(Edition(ZIG, "0.0.1", HERE), Source.WHEEL, "sha256:x", FILES)
    ((_, report),) = toolchain.verify_zig(None)
    assert [check.status for check in report.checks] == [Status.FAIL]


def test_verify_without_one() -> None:
    with pytest.raises(MissingError) as caught:
        toolchain.verify_zig(None)
    assert caught.value.code == "CW0404"


def test_zigs_environment(tmp_path: Path) -> None:
    cache = str(files.cache_dir() / "zig")
    ours = {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}
    assert toolchain.zig_environment({"A": "b", "ZIG_LIB_DIR": "/x", "ZIG_LIBC": "/y"}) == {
        "A": "b",
        **ours,
    }
    assert toolchain.zig_environment({"ZIG_GLOBAL_CACHE_DIR": "/z"}) == {
        **ours,
        "ZIG_GLOBAL_CACHE_DIR": "/z",
    }
