"""Keys of programs with C: nothing changed, and what a compiler reads did."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import mutated_project as projects

from .conftest import CommandLine, write
from .test_unchanged import outcomes, spied, why

__all__ = ["spied"]

WORDS = ("build", "-t", "linux/amd64", "--cgo", "on", "--json", "--why")
TARGET = "linux/amd64"
OFF = {"GOFLAGS": "-buildvcs=false"}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="macos/windows: there the go command judges C"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The module with C, old enough to be believed."""
    root = tmp_path / "c"
    projects.with_c(root)
    projects.young_cache(tmp_path / "gocache")
    time.sleep(2.1)
    return root


def told(crosswind: CommandLine, root: Path, env: dict[str, str] | None = None) -> tuple[str, str]:
    cache = {name: str(root.parent / name.lower()) for name in ("GOCACHE", "CROSSWIND_CACHE")}
    cache["CROSSWIND_STORE_LIMIT"] = ""
    document: dict[str, Any] = crosswind(root, *WORDS, env={**OFF, **cache, **(env or {})}).document
    return outcomes(document)[TARGET], why(document)[TARGET]


def program(root: Path) -> bytes:
    path = next(path for path in (root / "dist").glob("*/c"))
    return subprocess.run([path], check=True, capture_output=True).stderr


def test_nothing_changed_and_no_go_command_ran(
    project: Path, crosswind: CommandLine, spied: tuple[dict[str, str], Path]
) -> None:
    env, log = spied
    assert told(crosswind, project, env) == ("built", "never built here")
    log.unlink()
    assert told(crosswind, project, env) == ("cached", "nothing changed")
    assert not log.exists(), log.read_text()


def test_what_a_compiler_reads_counts(project: Path, crosswind: CommandLine) -> None:
    assert told(crosswind, project) == ("built", "never built here")
    assert program(project) == b"12 11 2147483647\n"
    write(project, {"lib/add.h": projects.WITH_C["lib/add.h"].replace("1", "2")})
    outcome, reason = told(crosswind, project)
    assert outcome == "built"
    assert "add.h changed" in reason
    write(project, {"nine/nine.txt": "int nine(void) { return 8; }\n"})
    projects.archive(project)
    outcome, reason = told(crosswind, project)
    assert outcome == "built"
    assert "libnine.a changed" in reason
    assert program(project) == b"11 12 2147483647\n"


# A header outside of the package: the go command does not notice that it changes.
OUTSIDE = {
    "go.mod": "module example.com/c\n\ngo 1.24\n",
    "cmd/c/main.go": "package main\n\n// #cgo CFLAGS: -I${SRCDIR}/../../include\n// #include <number.h>\n"
    # One of what sha256 needs has C under a tag that the toolchain alone knows.
    'import "C"\n\nimport _ "crypto/sha256"\n\nfunc main() {\n\tprintln(C.NUMBER)\n}\n',
    "include/number.h": "#define NUMBER 1\n",
}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    projects.young_cache(tmp_path / "gocache")
    return write(tmp_path / "app", OUTSIDE)


def numbered(root: Path, number: int) -> None:
    write(root, {"include/number.h": f"#define NUMBER {number}\n"})


def test_a_header_that_go_does_not_see_counts(outside: Path, crosswind: CommandLine) -> None:
    assert told(crosswind, outside)[0] == "built"
    assert program(outside) == b"1\n"
    numbered(outside, 2)
    outcome, reason = told(crosswind, outside)
    assert outcome == "built"
    assert "number.h changed" in reason
    assert program(outside) == b"2\n"
    numbered(outside, 1)
    assert told(crosswind, outside)[0] == "restored"
    assert program(outside) == b"1\n"


def test_what_plain_go_made_of_another_header_is_made_anew(
    outside: Path, crosswind: CommandLine
) -> None:
    env = {**projects.environment(), **OFF, "GOCACHE": str(outside.parent / "gocache")}

    def plain() -> bytes:
        (outside.parent / "plain").unlink(missing_ok=True)  # else go would not link at all
        words = ["go", "build", "-trimpath", "-o", "../plain", "./cmd/c"]
        subprocess.run(words, cwd=outside, env={**env, "CGO_ENABLED": "1"}, check=True)
        return subprocess.run([outside.parent / "plain"], check=True, capture_output=True).stderr

    assert plain() == b"1\n"
    numbered(outside, 2)
    assert plain() == b"1\n", "go sees it: then none of this is needed"
    assert told(crosswind, outside)[0] == "built"
    assert program(outside) == b"2\n"
    assert plain() == b"2\n"


def test_a_library_is_linked_anew_also_where_go_decides(
    project: Path, crosswind: CommandLine, tmp_path: Path
) -> None:
    wrapper = tmp_path / "wrapper"
    wrapper.write_text('#!/bin/sh\nexec gcc "$@"\n')
    wrapper.chmod(0o755)
    env = {"CC": str(wrapper)}
    _, reason = told(crosswind, project, env)
    assert "is a script" in reason or "starts another compiler" in reason
    assert program(project) == b"12 11 2147483647\n"
    write(project, {"nine/nine.txt": "int nine(void) { return 8; }\n"})
    projects.archive(project)
    told(crosswind, project, env)
    assert program(project) == b"11 11 2147483647\n"


def test_a_wrapper_is_for_go_to_judge(
    project: Path, crosswind: CommandLine, tmp_path: Path
) -> None:
    assert told(crosswind, project)[0] == "built"
    wrapper = tmp_path / "wrapper"
    wrapper.write_text('#!/bin/sh\nexec gcc -DWRAPPED "$@"\n')
    wrapper.chmod(0o755)
    _, reason = told(crosswind, project, {"CC": str(wrapper)})
    assert "the go command decides" in reason
