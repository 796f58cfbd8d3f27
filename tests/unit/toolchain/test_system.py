import os
from pathlib import Path

from crosswind.system import host
from crosswind.target import Target
from crosswind.toolchain import system
from crosswind.toolchain.model import Source, Toolchain, read_host, read_version
from unit.toolchain.conftest import MakeGo

HERE = Target(host.goos(), host.goarch())


def test_the_first_go_on_path_without_starting_it(make_go: MakeGo, env: dict[str, str]) -> None:
    first, second = make_go("first", "1.26.8"), make_go("second", "1.27.3")
    env["PATH"] = os.pathsep.join([str(first / "bin"), str(second / "bin")])
    assert system.find(env) == Toolchain("1.26.8", first, Source.SYSTEM, HERE)


def test_goroot_comes_before_path(make_go: MakeGo, env: dict[str, str]) -> None:
    env["PATH"] = str(make_go("first") / "bin")
    env["GOROOT"] = str(make_go("second", "1.27.3"))
    found = system.find(env)
    assert found is not None
    assert found.version == "1.27.3"


def test_a_link_on_path_is_followed_to_its_goroot(
    make_go: MakeGo, env: dict[str, str], tmp_path: Path
) -> None:
    goroot = make_go("lib/go-1.26")
    bin_ = tmp_path / "usr" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "go").symlink_to(goroot / "bin" / "go")
    env["PATH"] = str(bin_)
    found = system.find(env)
    assert found is not None
    assert found.goroot == goroot


def test_a_goroot_reached_by_a_link_keeps_its_spelling(
    make_go: MakeGo, env: dict[str, str], tmp_path: Path
) -> None:
    """As cmd/go does, which matters for the paths in a binary."""
    (tmp_path / "go").symlink_to(make_go("go-1.26"))
    env["PATH"] = str(tmp_path / "go" / "bin")
    found = system.find(env)
    assert found is not None
    assert found.goroot == tmp_path / "go"


def test_there_is_no_go(env: dict[str, str]) -> None:
    assert system.find(env) is None
    assert system.named("go1.27.3", env) is None


def test_versions_are_read_from_their_file(tmp_path: Path) -> None:
    assert read_version(tmp_path) == ""
    for text, expected in {
        "go1.27.3\ntime 2026-10-19T22:20:36Z\n": "1.27.3",
        "go1.19.8": "1.19.8",
        "go1.27.3 X:nodwarf5\n": "1.27.3",
        "go1.25.1-custom\n": "1.25.1-custom",
        "devel go1.28-abcdef Mon Nov 23": "",
        "": "",
    }.items():
        (tmp_path / "VERSION").write_text(text)
        assert read_version(tmp_path) == expected


def test_the_host_is_read_from_the_tools(make_go: MakeGo) -> None:
    goroot = make_go("go", goos="darwin", goarch="arm64")
    assert read_host(goroot) == Target("darwin", "arm64")
    (goroot / "pkg" / "tool" / "linux_amd64").mkdir()
    assert read_host(goroot) is None
    assert read_host(goroot / "nowhere") is None
