"""Each variable of the go command, broken; then mended by the very command that doctor names."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.errors import ExitCode

from .conftest import Project

# Variable, value, and the one code that speaks of it.
BROKEN = [
    ("GOTOOLCHAIN", "bogus", "CW2003"),
    ("GOROOT", "/nonexistent", "CW2004"),
    ("GOENV", "/nonexistent/env", "CW2201"),
    ("GO111MODULE", "off", "CW2202"),
    ("GO111MODULE", "yes", "CW2202"),
    ("GOPROXY", "foo", "CW2203"),
    ("GOPROXY", " , ", "CW2203"),
    ("GOPROXY", "ftp://proxy.example", "CW2203"),
    ("GOPROXY", "file:///a,off,file:///b", "CW2203"),
    ("GOAMD64", "v3", "CW2208"),
    ("GOAMD64", "v9", "CW2208"),
    ("GOEXPERIMENT", "arenas", "CW2209"),
    ("GOFIPS140", "latest", "CW2209"),
    ("GOCACHE", "off", "CW2212"),
    ("GOCACHE", "relative/path", "CW2212"),
    ("GOCACHE", "/proc/version/cache", "CW2212"),
    ("GOFLAGS", "bogus", "CW2301"),
    ("GOFLAGS", "-bogus", "CW2301"),
    ("GOFLAGS", "-ldflags=-s stripped", "CW2301"),
    ("GOFLAGS", "'-tags=a", "CW2301"),
    ("GOFLAGS", "-mod=mod", "CW2302"),
    ("GOFLAGS", "-buildvcs=false", "CW2303"),
    ("GOFLAGS", "-tags=netgo", "CW2304"),
    ("GOFLAGS", "-gcflags=-N", "CW2304"),
    ("GOFLAGS", "-a", "CW2305"),
    ("GOFLAGS", "-installsuffix=cgo", "CW2307"),
    ("GOFLAGS", "-msan", "CW2310"),
    ("GOFLAGS", "-coverpkg=all", "CW2304"),
    ("GOFLAGS", "-n", "CW2311"),
    ("GOFLAGS", "-f={{.Dir}}", "CW2311"),
    ("GOFLAGS", "-m", "CW2311"),
    ("GOFLAGS", "-toolexec=nonexistent", "CW2312"),
    ("GOFLAGS", "-toolexec=env", "CW2312"),
    ("GOFLAGS", "-compiler=gccgo", "CW2312"),
    ("GOFLAGS", "-linkshared", "CW2312"),
    ("GOFLAGS", "-overlay=nonexistent.json", "CW2313"),
    ("GOFLAGS", "-modfile=nonexistent.mod", "CW2313"),
    ("GOTMPDIR", "/proc/version", "CW2703"),
    ("GOTMPDIR", "/nonexistent/tmp", "CW2703"),
    ("GOPATH", "relative", "CW2405"),
]

# What is set and does not matter for the clean project.
HARMLESS = [
    ("GOTOOLCHAIN", "local", "CW2003"),
    ("GOENV", "off", "CW2201"),
    ("GOPROXY", "off", "CW2203"),
    ("GOPROXY", "direct", "CW2203"),
    ("GOSUMDB", "off", "CW2204"),
    ("GOPRIVATE", "*", "CW2205"),
    ("GONOSUMDB", "example.org", "CW2205"),
    ("GOINSECURE", "*", "CW2206"),
    ("GONOSUMCHECK", "1", "CW2206"),
    ("GOFLAGS", "-insecure", "CW2206"),
    ("GOOS", "windows", "CW2207"),
    ("GOARCH", "arm64", "CW2207"),
    ("CGO_ENABLED", "1", "CW2207"),
    ("GOARM", "5", "CW2208"),
    ("GODEBUG", "netdns=go", "CW2210"),
    ("GOBIN", "/tmp", "CW2211"),
    ("GOFLAGS", "-mod=vendor", "CW2302"),
    ("GOFLAGS", "-trimpath=false", "CW2304"),
    ("GOFLAGS", "'-ldflags=-s -w'", "CW2304"),
    ("GOFLAGS", "-i", "CW2306"),
    ("GOFLAGS", "-x -v -work", "CW2314"),
]


@pytest.mark.parametrize(("name", "value", "code"), BROKEN)
def test_a_broken_variable(project: Project, name: str, value: str, code: str) -> None:
    broken = project.having(**{name: value})
    assert broken.bad() == {code}
    verdict = broken.verdict(code)
    assert verdict.mend == (
        'export GOTOOLCHAIN="auto"' if name == "GOTOOLCHAIN" else f"unset {name}"
    )
    assert broken.after(verdict.mend).bad() == set()


@pytest.mark.parametrize(("name", "value", "code"), HARMLESS)
def test_a_variable_that_does_not_matter(
    project: Project, name: str, value: str, code: str
) -> None:
    changed = project.having(**{name: value})
    assert changed.bad() == set()
    verdict = changed.verdict(code)
    assert not verdict.matters
    assert verdict.why


@pytest.fixture
def with_file(project: Project, tmp_path: Path) -> Project:
    """The project with a file of `go env -w` to write to."""
    file = tmp_path / "go.env"
    file.write_text("")
    return project.having(GOENV=str(file))


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        row
        for row in BROKEN
        if row[0] not in ("GOENV", "GOROOT", "GOPATH") and row[2] not in ("CW2312", "CW2313")
    ],
)
def test_the_same_written_by_go_env(with_file: Project, name: str, value: str, code: str) -> None:
    file = Path(with_file.env["GOENV"])
    file.write_text(f"# mine\n{name}={value}\n")
    assert with_file.bad() == {code}
    verdict = with_file.verdict(code)
    assert str(file) in verdict.found
    mend = verdict.mend
    assert mend in (f"go env -u {name}", f"go env -w {name}=auto")
    # A toolchain that does not exist, or a bad module mode, stops `go env` as well: the shell helps.
    stopped = value in ("bogus", "yes") and name != "GOFLAGS"
    assert with_file.after(f"{name}=auto {mend}" if stopped else mend).bad() == set()


def test_a_flag_that_stops_go_env_too(project: Project, with_file: Project) -> None:
    broken = project.having(GOFLAGS="-C=/tmp")
    assert broken.bad() == {"CW2311"}
    assert broken.after(broken.verdict("CW2311").mend).bad() == set()
    file = Path(with_file.env["GOENV"])
    file.write_text("GOFLAGS=-C=/tmp\n")
    assert with_file.bad() == {"CW2311"}
    assert with_file.verdict("CW2311").mend == f"take it out of {file}"


def test_other_flags_stay_when_one_is_dropped(with_file: Project) -> None:
    Path(with_file.env["GOENV"]).write_text("GOFLAGS=-a -modcacherw '-mod=readonly'\n")
    verdict = with_file.verdict("CW2305")
    assert verdict.mend == 'go env -w GOFLAGS="-modcacherw -mod=readonly"'
    mended = with_file.after(verdict.mend)
    assert mended.bad() == set()
    assert mended.verdict("CW2301").found.startswith("GOFLAGS=-modcacherw -mod=readonly,")


@pytest.mark.parametrize("line", ["goflags=-a", "GOFLAGS", "GOSUMDB=off\r"])
def test_lines_that_go_misreads(with_file: Project, line: str) -> None:
    Path(with_file.env["GOENV"]).write_bytes(f"GOBIN=/tmp\n{line}\n".encode())
    assert with_file.bad() == {"CW2201"}
    assert with_file.verdict("CW2201").found.endswith(", line 2")


def test_goenv_names_a_folder(project: Project, tmp_path: Path) -> None:
    broken = project.having(GOENV=str(tmp_path))
    assert broken.bad() == {"CW2201"}
    assert broken.after(broken.verdict("CW2201").mend).bad() == set()


def test_an_instruction_set_level_named_by_the_target(project: Project) -> None:
    leaking = project.having(GOAMD64="v3")
    assert leaking.bad("linux/amd64") == {"CW2208"}
    assert leaking.bad("linux/amd64/v2") == set()
    assert leaking.bad("linux/arm64") == set()


def test_goroot_of_another_version(project: Project, tmp_path: Path) -> None:
    done = subprocess.run(
        ["go", "env", "GOROOT"], env={**project.env, "GOTOOLCHAIN": "local"}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    other = tmp_path / "other go"
    other.mkdir()
    for entry in Path(done.stdout.strip()).iterdir():
        if entry.name != "VERSION":
            (other / entry.name).symlink_to(entry)
    (other / "VERSION").write_text("go1.24.1\n")
    broken = project.having(GOROOT=str(other))
    assert "CW2004" in broken.bad()
    assert "1.24.1" in broken.verdict("CW2004").why
    assert broken.after(broken.verdict("CW2004").mend).bad() == set()


def test_goroot_of_the_same_go(project: Project) -> None:
    plain = {**project.env, "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        ["go", "env", "GOROOT"], env=plain, capture_output=True, text=True, check=True
    )
    same = project.having(GOROOT=done.stdout.strip())
    assert same.bad() == set()
    assert not same.verdict("CW2004").matters


def test_the_database_matters_with_dependencies(dependent: Project) -> None:
    broken = dependent.having(GOSUMDB="off")
    assert broken.bad() == {"CW2204"}
    assert broken.after(broken.verdict("CW2204").mend).bad() == set()


@pytest.mark.parametrize("name", ["GONOSUMDB", "GOPRIVATE"])
def test_patterns_that_fit_modules_of_several_hosts(dependent: Project, name: str) -> None:
    env = {key: value for key, value in dependent.env.items() if key != "GONOSUMDB"}
    broken = replace(dependent, env={**env, name: "example.*"})
    assert broken.bad() == {"CW2205"}
    assert broken.after(broken.verdict("CW2205").mend).bad() == set()


def test_insecure_connections_to_a_required_module(dependent: Project) -> None:
    broken = dependent.having(GOINSECURE="example.org/*")
    assert broken.bad() == {"CW2206"}
    assert broken.after(broken.verdict("CW2206").mend).bad() == set()


def test_modules_that_are_not_here(dependent: Project, tmp_path: Path) -> None:
    elsewhere = dependent.having(GOMODCACHE=str(tmp_path / "empty"))
    assert elsewhere.bad() == set()
    assert elsewhere.verdict("CW2405").mend == "go mod download"
    forbidden = elsewhere.having(GOPROXY="off")
    assert forbidden.bad() == {"CW2203", "CW2405"}
    assert forbidden.examine().exit_code is ExitCode.MISSING
    offline = elsewhere.without_network()
    assert offline.bad() == {"CW2405"}
    direct = elsewhere.having(GOPROXY="direct")
    assert direct.bad() == {"CW2203"}
    fetched = elsewhere.having(GOFLAGS="-modcacherw").after(elsewhere.verdict("CW2405").mend)
    assert replace(offline, env=fetched.env).bad() == set()
