"""Which Go: absent, too old, pinned; and the targets it knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.errors import ExitCode

from .conftest import Project


def test_no_go_and_no_network(project: Project, tools: Path) -> None:
    bare = project.having(PATH=str(tools)).without_network()
    found = bare.examine()
    assert found.exit_code is ExitCode.MISSING
    assert bare.bad() == {"CW2001"}
    assert "crosswind toolchain install" in bare.verdict("CW2001").mend
    assert bare.verdict("CW2104").found.startswith("not checked because")
    assert bare.command("--offline", "doctor", "-q").returncode == ExitCode.MISSING


def test_no_go_but_a_network(project: Project, tools: Path) -> None:
    bare = project.having(PATH=str(tools))
    assert bare.bad() == set()
    verdict = bare.verdict("CW2001")
    assert verdict.found == "no Go is installed"
    assert "as a pinned wheel" in verdict.why
    assert verdict.mend.startswith("crosswind toolchain install 1.")


def require(project: Project, text: str) -> Project:
    project.write("go.mod", f"module example.com/app\n\n{text}\n")
    project.commit()
    # Distributions write GOTOOLCHAIN=local into GOROOT/go.env.
    return project.having(GOTOOLCHAIN="auto")


def test_a_newer_go_will_be_fetched(project: Project) -> None:
    newer = require(project, "go 1.99.1")
    assert newer.bad() == set()
    assert newer.verdict("CW2002").why == "go1.99.1 will be fetched for it"
    assert newer.verdict("CW2001").mend == "crosswind toolchain install 1.99.1"


@pytest.mark.parametrize("name", ["GOPROXY", "GOSUMDB"])
def test_a_newer_go_that_settings_keep_away(project: Project, name: str) -> None:
    newer = require(project, "go 1.99.1").having(**{name: "off"})
    assert newer.bad() == {"CW2001"}
    assert newer.examine().exit_code is ExitCode.MISSING
    assert newer.after(newer.verdict("CW2001").mend).bad() == set()


def test_a_newer_go_that_gotoolchain_forbids(project: Project) -> None:
    newer = require(project, "go 1.99.1").having(GOTOOLCHAIN="local")
    assert newer.bad() == {"CW2002", "CW2003"}
    assert newer.examine().exit_code is ExitCode.MISSING
    assert newer.after(newer.verdict("CW2003").mend).bad() == set()


def test_a_toolchain_line_that_is_ignored(project: Project) -> None:
    newer = require(project, "go 1.21\n\ntoolchain go1.99.1").having(GOTOOLCHAIN="local")
    assert newer.bad() == {"CW2003"}
    enough = newer.verdict("CW2002")
    assert enough.found.startswith("go.mod asks for Go 1.21, this is 1.")
    assert enough.why == (
        "the toolchain line's go1.99.1 is only a wish, and GOTOOLCHAIN=local does not follow it"
    )
    assert newer.after(newer.verdict("CW2003").mend).bad() == set()


def test_a_toolchain_line_that_is_no_name(project: Project) -> None:
    broken = require(project, "go 1.21\n\ntoolchain 1.22")
    # go.mod is no go.mod then, as for the go command: what it asks for is not known.
    assert broken.bad() == {"CW2402"}
    assert broken.examine().exit_code is ExitCode.USAGE


def test_gotoolchain_takes_from_path_only(project: Project) -> None:
    newer = require(project, "go 1.99.1").having(GOTOOLCHAIN="path")
    assert newer.bad() == {"CW2001"}
    assert newer.examine().exit_code is ExitCode.MISSING


def test_a_version_pinned_in_the_configuration(project: Project) -> None:
    project.write("crosswind.yaml", "toolchain: 1.99.1\n")
    project.commit()
    assert project.bad() == set()
    assert project.verdict("CW2001").mend == "crosswind toolchain install 1.99.1"
    assert project.without_network().bad() == {"CW2001"}


def test_the_workspace_asks_too(project: Project) -> None:
    project.write("go.work", "go 1.99.1\n\nuse .\n")
    project.commit()
    switching = project.having(GOTOOLCHAIN="auto")
    assert switching.verdict("CW2002").found == "go.work asks for Go 1.99.1"


def test_an_unknown_target(project: Project) -> None:
    found = project.examine("windwos/amd64", "linux/arm64")
    assert project.bad("windwos/amd64", "linux/arm64") == {"CW2101"}
    assert found.exit_code is ExitCode.USAGE
    assert "windows/amd64" in project.verdict("CW2101", "windwos/amd64").mend
    assert project.command("doctor", "-t", "windwos/amd64").returncode == ExitCode.USAGE


def test_a_broken_port(project: Project) -> None:
    assert project.bad("linux/sparc64") == {"CW2102"}
    mend = project.verdict("CW2102", "linux/sparc64").mend
    assert mend == "leave it out: -t '!linux/sparc64'"
    assert project.bad("linux/*", "!linux/sparc64") == set()


def test_a_target_that_go_cannot_link(project: Project) -> None:
    found = project.examine("android/386")
    assert project.bad("android/386") == {"CW2103"}
    assert found.exit_code is ExitCode.MISSING
    assert project.bad("android/*") == set()
    assert not project.verdict("CW2103", "android/*").matters


C_CODE = 'package main\n\n// int one(void) { return 1; }\nimport "C"\n\nvar _ = C.one()\n'


def test_code_that_uses_cgo(project: Project, tmp_path: Path) -> None:
    project.write("c.go", C_CODE)
    project.commit()
    assert project.bad() == {"CW2104"}
    assert project.verdict("CW2104").found == "example.com/app uses cgo"
    # Any program that is there stands for a compiler: doctor does not start it.
    compiler = tmp_path / "tools-cc"
    compiler.write_text("#!/bin/sh\n")
    compiler.chmod(0o755)
    text = "cgo: on\nenv: {CC: '%s'}\ntargets: [linux/amd64]\n"
    project.write("crosswind.yaml", text % compiler)
    project.commit()
    assert project.bad() == set()
    assert project.verdict("CW2105").found == f"{compiler} for linux/amd64"


def test_cgo_that_only_another_system_uses(project: Project) -> None:
    project.write("c_windows.go", C_CODE)
    project.commit()
    assert project.bad("linux/amd64") == set()
    assert project.bad("windows/amd64") == {"CW2104"}


def test_cgo_that_no_program_uses(project: Project) -> None:
    project.write("aside/aside.go", C_CODE.replace("package main", "package aside"))
    project.commit()
    assert project.bad() == set()


def test_what_the_standard_library_loses(project: Project) -> None:
    project.write("main.go", 'package main\n\nimport _ "net"\n\nfunc main() {}\n')
    project.write("crosswind.yaml", "targets: [linux/amd64]\n")
    project.commit()
    assert project.bad() == set()
    verdict = project.verdict("CW2104")
    assert not verdict.matters
    assert verdict.why.startswith("net: ")


def test_no_compiler_for_cgo(project: Project) -> None:
    project.write("crosswind.yaml", "cgo: on\ntargets: [host]\n")
    project.commit()
    lacking = project.having(CC="nonexistent-cc -m64")
    assert lacking.bad() == {"CW2105"}
    assert lacking.examine().exit_code is ExitCode.MISSING


def test_the_host_compiler_for_another_system(project: Project, tools: Path) -> None:
    for name in ("gcc", "clang"):
        (tools / name).symlink_to("/bin/true")
    project.write("crosswind.yaml", "cgo: on\ntargets: [freebsd/amd64]\n")
    project.commit()
    cross = project.having(PATH=f"{tools}:{project.env['PATH']}")
    assert cross.bad() == {"CW2105"}
    chosen = cross.having(CC="gcc --sysroot=/freebsd")
    assert chosen.bad() == set()


def test_runners_are_optional(project: Project, tools: Path) -> None:
    for name in ("qemu-aarch64", "node"):
        (tools / name).symlink_to("/bin/true")
    some = project.having(PATH=str(tools))
    targets = ("linux/arm64", "linux/s390x", "js/wasm", "wasip1/wasm")
    assert some.bad(*targets) == set()
    assert some.verdict("CW2603", "linux/arm64").found == (
        f"linux/arm64 by qemu ({tools}/qemu-aarch64)"
    )
    lacking = some.verdict("CW2603", *targets)
    assert lacking.found == "nothing here runs linux/s390x"
    assert not lacking.matters
    assert some.verdict("CW2604", "js/wasm").found == f"js/wasm by wasm ({tools}/node)"
    assert some.verdict("CW2604", "wasip1/wasm").found == (f"wasip1/wasm by wasm ({tools}/node)")
    assert project.verdict("CW2601", "host").found.endswith("runs here as it is")
    assert not project.verdict("CW2602", "linux/arm64").matters
