import json

import pytest

from crosswind.errors import UsageError
from crosswind.port import Port
from crosswind.target import Target
from crosswind.toolchain.bundled import PORTS
from crosswind.toolchain.targets import TargetInfo, describe

HOST = Target("linux", "amd64")


def runs_by(port: Port) -> str:
    return "native" if port.goos == "linux" else ""


def find(*patterns: str) -> dict[str, TargetInfo]:
    return {str(info.port): info for info in describe(PORTS, patterns, HOST, runs_by)}


def test_without_a_pattern_all_are_shown_broken_ones_too() -> None:
    assert len(find()) == len(PORTS)
    assert find()["linux/sparc64"].port.broken


def test_patterns_select() -> None:
    assert set(find("windows/*")) == {"windows/386", "windows/amd64", "windows/arm64"}
    assert set(find("host,linux_arm64_v8.0")) == {"linux/amd64", "linux/arm64"}
    assert set(find("linux/*64", "!linux/mips64,!linux/ppc64")) == {
        "linux/amd64", "linux/arm64", "linux/loong64", "linux/riscv64", "linux/sparc64",
    }  # fmt: skip
    with pytest.raises(UsageError, match="windwos") as caught:
        find("windwos/amd64")
    assert "windows/amd64" in caught.value.hint


def test_what_cgo_would_need() -> None:
    found = find()
    assert found["linux/amd64"].cgo_needs == "a C compiler"
    assert found["linux/arm64"].cgo_needs == "a C compiler for arm64"
    assert found["darwin/arm64"].cgo_needs == "Apple's SDK"
    assert found["freebsd/amd64"].cgo_needs == "a C compiler and its sysroot"
    assert found["plan9/amd64"].cgo_needs == ""


def test_what_runs_here_is_told_by_who_knows() -> None:
    found = find("linux/arm64", "windows/amd64")
    assert [info.runner for info in found.values()] == ["native", ""]


def test_the_document_of_a_target() -> None:
    (info,) = describe(PORTS, ["linux/arm64"], HOST, lambda _port: "qemu")
    document = json.loads(json.dumps(info.document))
    assert document.pop("variant") == {
        "variable": "GOARM64",
        "values": [f"v8.{n}" for n in range(10)] + [f"v9.{n}" for n in range(6)],
        "options": ["lse", "crypto"],
        "default": "v8.0",
    }
    assert document == {
        "target": "linux/arm64",
        "goos": "linux",
        "goarch": "arm64",
        "format": "ELF64",
        "machine": "AArch64",
        "bits": 64,
        "big_endian": False,
        "first_class": True,
        "broken": False,
        "needs_external_linker": False,
        "cgo_supported": True,
        "cgo_needs": "a C compiler for arm64",
        "runner": "qemu",
    }
