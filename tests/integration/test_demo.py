"""`make demo`: three platforms from this host, verified."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

GREET = ROOT / "examples/greet"
# The first bytes of PE (the MS-DOS stub), ELF, and 64-bit little-endian Mach-O (mach-o/loader.h).
MAGIC = {
    "windows/amd64": ("dist/greet_windows_amd64/greet.exe", b"MZ"),
    "linux/arm64": ("dist/greet_linux_arm64/greet", b"\x7fELF"),
    "darwin/arm64": ("dist/greet_darwin_arm64/greet", b"\xcf\xfa\xed\xfe"),
}


def test_demo(capsys: pytest.CaptureFixture[str]) -> None:
    # `-o setup`: the environment that runs this test is set up already.
    done = subprocess.run(
        ["make", "-o", "setup", "demo"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "MAKEFLAGS"},
        capture_output=True,
        text=True,
        check=False,
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{done.stdout}{done.stderr}")
    assert done.returncode == 0
    artifacts = json.loads((GREET / "dist/artifacts.json").read_text("utf-8"))
    built = [artifact for artifact in artifacts if artifact["type"] == "Binary"]
    assert {f"{artifact['goos']}/{artifact['goarch']}" for artifact in built} >= set(MAGIC)
    for target, (path, magic) in MAGIC.items():
        assert (GREET / path).read_bytes().startswith(magic), target
        assert target in done.stdout
    # What this host runs: Linux programs by QEMU, Windows programs by whatever is here.
    if shutil.which("qemu-aarch64"):
        assert re.search(r"ran greet linux/arm64 +by qemu [0-9.]+: greet ", done.stdout)
    if Path("/usr/lib/wine/wine64").exists():
        assert re.search(r"ran greet windows/amd64 +by (wine|emulator) \S+: greet ", done.stdout)
    # What Windows shows of it: read back out of the finished program.
    for shown in ("GROUP_ICON", "256×256 PNG", "Greets people", "asInvoker"):
        assert shown in done.stdout
