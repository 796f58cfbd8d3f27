"""The tables of crosswind.port say what the go command says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from crosswind.port import ARCHS, Port


def go(*argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GO")}
    return subprocess.run(
        ["go", *argv],
        env=kept | {"GOENV": "off", "GOTOOLCHAIN": "local"} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def listed() -> dict[str, str]:
    """Every GOARCH of the toolchain, with a GOOS that has it."""
    ports = go("tool", "dist", "list").stdout.split()
    return {goarch: goos for goos, goarch in (port.split("/") for port in ports)}


def test_every_architecture_is_known() -> None:
    assert set(listed()) <= set(ARCHS)


@pytest.mark.parametrize("name", [arch.name for arch in ARCHS.values() if arch.variant])
def test_go_takes_the_variants_and_has_the_default(name: str, tmp_path: Path) -> None:
    variant = ARCHS[name].variant
    assert variant is not None
    target = {"GOOS": listed()[name], "GOARCH": name}
    assert go("env", variant.variable, **target).stdout.strip() == variant.default
    source, result = tmp_path / "x.go", tmp_path / "x.o"
    source.write_text("package x\n")
    with_options = {f"{variant.values[0]}{option}" for option in variant.options}
    for value in {*variant.values, *with_options, "v99"} - {"satconv,satconv"}:
        result.write_bytes(b"")
        argv = ("tool", "compile", "-o", str(result), str(source))
        done = go(*argv, **target, **{variant.variable: value})
        # Go refuses some wrong values and silently takes the default for others; the first line of
        # an object file says what it took (cmd/internal/objabi/util.go, HeaderString), but not on
        # wasm, where Go refuses all wrong ones.
        taken = name == "wasm" or f" {variant.variable}={value}".encode() in result.read_bytes()
        assert (done.returncode == 0 and taken) == variant.accepts(value), f"{value}: {done}"


def test_which_ports_go_cannot_link_by_itself(tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    ports = [Port(*name.split("/")) for name in go("tool", "dist", "list").stdout.split()]
    doubtful = [port for port in ports if port.needs_external_linker or port.goos in _DOUBTFUL]
    refused = {
        str(port)
        for port in doubtful
        # With -n nothing is compiled, and what is asked for is judged all the same.
        if go(
            "build", "-n", str(tmp_path / "main.go"),
            CGO_ENABLED="0", GOOS=port.goos, GOARCH=port.goarch,
        ).returncode
    }  # fmt: skip
    assert refused == {str(port) for port in doubtful if port.needs_external_linker}
    assert "ios/amd64" in refused  # docs/decisions/0013-ports.md


# Systems of which some ports need another linker, and one of which none does.
_DOUBTFUL = ("android", "ios", "darwin", "windows")
