"""Keys of programs with C by other compilers than the host's GCC: Clang, cross compilers, Zig."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mutated_project as projects
import mutations
from crosswind.toolchain import Zig
from mutated_project import CCompiler
from mutations import Project

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="macos/windows: there the go command judges C"
)


@pytest.fixture(scope="module", autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory, zig: Zig) -> Iterator[None]:
    """One cache for all: what compilers are is found out once. It has the pinned Zig."""
    cache = tmp_path_factory.mktemp("cache")
    (cache / "toolchains").mkdir()
    (cache / "toolchains" / zig.root.parent.name).symlink_to(zig.root.parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSWIND_CACHE", str(cache))
        yield


def made(root: Path, compiler: CCompiler) -> Project:
    if shutil.which(compiler.words.split()[0]) is None:
        pytest.skip(f"{compiler.words} is not installed")
    return projects.with_c(root, compiler)


def changed_header(project: Project) -> None:
    path = project.root / "lib" / "add.h"
    path.write_text(path.read_text().replace("1", "2"))


def changed_library(project: Project) -> None:
    path = project.root / "nine" / "libnine.a"
    path.write_bytes(path.read_bytes() + b"\n")


def changed_flag(project: Project) -> None:
    project.env = {**project.env, "CGO_CFLAGS": "-O1"}


def changed_compiler(project: Project) -> None:
    project.env = {**project.env, "CC": f"{project.env['CC']} -DX"}


CHANGES = (changed_header, changed_library, changed_flag, changed_compiler)


# What the go command makes of such changes is held against the keys by prove/prove_keys.py.
@pytest.mark.parametrize("compiler", projects.COMPILERS, ids=lambda one: one.words)
def test_every_change_of_c_changes_the_key(compiler: CCompiler, tmp_path: Path) -> None:
    project = made(tmp_path / "app", compiler)
    seen = [project.keys()]
    for change in CHANGES:
        change(project)
        seen.append(project.keys())
    digests = [next(iter(one.values()), "") for one in seen]
    assert "" not in digests
    assert len(set(digests)) == len(digests)


def test_no_mutation_changes_the_bytes_under_a_key(tmp_path: Path) -> None:
    project = made(tmp_path / "app", projects.COMPILERS[0])
    verdicts = list(mutations.run(project, 4, seed=5))
    assert not [one for one in verdicts if one.stale]
    assert any(one.key and one.bytes for one in verdicts)


def test_what_pkg_config_says_changes_the_key(tmp_path: Path) -> None:
    if shutil.which("pkg-config") is None:
        pytest.skip("pkg-config is not installed")
    project = projects.with_pkg_config(tmp_path / "app")
    seen = [project.keys()]
    assert project.build("linux/amd64").keys() == seen[0].keys(), project.doubts()
    described, header = project.root / "pc" / "nine.pc", project.root / "include" / "nine.h"
    for path, old, new in (
        (described, "-DMORE=1", "-DMORE=2"),
        (described, "-lm", "-lm -lpthread"),
        (header, "9", "8"),
    ):
        path.write_text(path.read_text().replace(old, new))
        seen.append(project.keys())
    described.write_text(f"# a comment\n{described.read_text()}")
    assert project.keys() == seen[-1]
    other = tmp_path / "other"
    other.mkdir()
    (other / "nine.pc").write_text(described.read_text().replace("MORE=2", "MORE=3"))
    project.env["PKG_CONFIG_PATH"] = f"{other}:{project.root / 'pc'}"
    (project.root / "pc" / "nine.h").write_text("")
    assert project.doubts(), "the header is not beside it"
    digests = [next(iter(one.values()), "") for one in seen]
    assert "" not in digests
    assert len(set(digests)) == len(digests)


def test_another_program_as_pkg_config_is_for_go_to_judge(tmp_path: Path) -> None:
    project = projects.with_pkg_config(tmp_path / "app")
    project.env["PKG_CONFIG"] = "true"
    assert project.doubts() == ["true is no pkg-config that is known"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("clang --config x.cfg", "may read"),
        ("gcc -specs=x", "may read"),
        ("zig cc -target aarch64-linux-musl", "is not the path of a C compiler"),
        ("gcc -fuse-ld=gold", "may read"),
    ],
)
def test_what_may_read_more_is_for_go_to_judge(words: str, reason: str, tmp_path: Path) -> None:
    project = projects.with_c(tmp_path / "app")
    project.env = {**project.env, "CC": words, "PATH": "/usr/bin:/bin"}
    project.env["PATH"] += f":{Path(str(shutil.which('go'))).parent}"
    (doubt,) = project.doubts()
    assert reason in doubt


def test_zig_for_windows_is_for_go_to_judge(zig: Zig, tmp_path: Path) -> None:
    for target, name, reasons in (
        ("linux/arm64", "aarch64-linux-musl", []),
        ("windows/amd64", "x86_64-windows-gnu", ["links no two programs alike"]),
    ):
        compiler = CCompiler(f"{zig.path} cc -target {name}", target, f"{zig.path} ar")
        doubts = projects.with_c(tmp_path / name, compiler).doubts()
        assert [one.partition(f"{name} ")[2] for one in doubts] == reasons


def test_a_wrapper_around_clang_is_for_go_to_judge(tmp_path: Path) -> None:
    if shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    wrapper = tmp_path / "clang"
    wrapper.write_text('#!/bin/sh\nexec /usr/bin/clang -DWRAPPED "$@"\n')
    wrapper.chmod(0o755)
    project = projects.with_c(tmp_path / "app")
    project.env = {**project.env, "CC": str(wrapper)}
    assert project.doubts() == [f"{wrapper} starts another compiler"]


def test_a_cache_that_a_program_keeps_is_for_go_to_judge(tmp_path: Path) -> None:
    project = projects.with_c(tmp_path / "app")
    project.env["GOCACHEPROG"] = "cacher"
    (doubt,) = project.doubts()
    assert doubt.startswith("GOCACHEPROG keeps")


def test_a_thin_archive_is_for_go_to_judge(tmp_path: Path) -> None:
    project = projects.with_c(tmp_path / "app")
    library = project.root / "nine" / "libnine.a"
    library.write_bytes(library.read_bytes().replace(b"!<arch>\n", b"!<thin>\n"))
    assert any("list of other files" in one or "ended with" in one for one in project.doubts())
