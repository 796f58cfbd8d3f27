"""The command as users and scripts call it."""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest


def crosswind(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crosswind", "verify", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        "--gui --expect linux/amd64",
        "--console --expect darwin/arm64",
        "--gui --console",
        "--stripped --unstripped",
        "--expect linux/amd64 --expect windows/amd64",
        "--cgo on --cgo off",
        "--cgo on --expect js/wasm",
        "--go 1.26.8 --go 1.27.3",
        "--go latest",
        "--glibc 2.17 --expect windows/amd64",
        "--glibc new",
        "--var main.version=1 --var main.version=2",
        "--trace=",
    ],
)
def test_contradictions(seeds, words: str):
    done = crosswind(seeds["linux"].path, *words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error[CW01")


def test_the_same_twice_is_no_contradiction(seeds):
    words = "--expect linux/amd64 --expect linux/amd64 --var main.a=b --var main.a=b --stripped"
    done = crosswind(seeds["windows"].path, *words.split())
    assert done.returncode == 1


def test_json_document(seeds):
    path = seeds["windows"].path
    done = crosswind(path, "--expect", "windows/amd64", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"], document["findings"]) == (0, True, [])
    assert document["schema"] == "crosswind/verify/1"
    (file,) = document["files"]
    checks = file.pop("checks")
    assert file == {
        "path": str(path),
        "format": "PE32+",
        "machine": "x86-64 (0x8664)",
        "target": "windows/amd64",
        "size": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    assert {check["status"] for check in checks} == {"pass"}
    assert set(checks[0]) == {"code", "title", "status", "message", "hint"}


def test_table_names_every_file_and_sums_up(seeds):
    done = crosswind(seeds["linux"].path, seeds["signed"].path)
    assert done.returncode == 0
    # What follows a long path stands in the next line.
    said = " ".join(done.stdout.split())
    assert f"{seeds['linux'].path} ELF64" in said
    assert f"{seeds['signed'].path} Mach-O 64" in said
    assert done.stdout.splitlines()[-1].startswith("2 files: ")
    assert "0 failed, 0 warned, 0 not checked" in done.stdout


def test_quiet_shows_what_wants_attention(seeds):
    done = crosswind("-q", seeds["linux"].path, "--expect", "linux/arm64")
    assert done.returncode == 1
    shown = [line.split()[1] for line in done.stdout.splitlines() if " CW1" in line]
    assert shown == ["CW1003", "CW1103"]


@pytest.mark.parametrize(
    ("option", "code"),
    [
        (("--cgo", "on"), "CW1105"),
        (("--go", "1.18"), "CW1102"),
        (("--gui",), "CW1301"),
        (("--var", "main.version=other"), "CW1702"),
        (("--var", "main.verzion=v1.2.3-seed"), "CW1701"),
        (("--trace", "v1.2.3-seed"), "CW1501"),
        (("--expect", "windows/amd64/v3"), "CW1104"),
    ],
)
def test_what_is_asked_and_not_so_fails(option, code, seeds):
    done = crosswind(seeds["windows"].path, *option, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"]) == (1, False)
    assert [finding["code"] for finding in document["findings"]] == [code]


def test_stripped_or_not(seeds):
    assert crosswind(seeds["stripped"].path, "--stripped").returncode == 0
    assert crosswind(seeds["stripped"].path, "--unstripped").returncode == 1
    assert (
        crosswind(seeds["linux"].path, "--unstripped", "--console", "--cgo", "off").returncode == 0
    )


def test_glibc(seeds):
    assert crosswind(seeds["pie"].path, "--glibc", "2.17").returncode == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("absent",), "CW1000"),
        (("--expect", "windwos/amd64", "absent"), "CW0101"),
        (("--var", "version", "absent"), "CW0100"),
        ((), "CW0100"),
    ],
)
def test_wrong_usage(words, code, tmp_path):
    done = crosswind(*words, "--json")
    assert done.returncode == 2
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == [code]


def test_a_universal_file(seeds, tmp_path):
    """What `lipo -create` makes of both programs for macOS."""
    align = 1 << 14
    slices = [seeds["darwin"].path.read_bytes(), seeds["signed"].path.read_bytes()]
    table, body = b"", b""
    for data in slices:
        offset = align + len(body)
        table += data[4:8][::-1] + data[8:12][::-1] + struct.pack(">III", offset, len(data), 14)
        body += data + bytes(-len(data) % align)
    path = tmp_path / "universal"
    path.write_bytes((struct.pack(">II", 0xCAFEBABE, 2) + table).ljust(align, b"\0") + body)

    done = crosswind(path, "--expect", "darwin/arm64")

    assert done.returncode == 0, done.stdout
    assert "universal Mach-O" in done.stdout
    assert "amd64: not signed" in done.stdout
    assert "arm64: signed ad hoc as a.out" in done.stdout


def test_a_file_that_is_not_there_hides_none_of_the_others(seeds):
    done = crosswind("-q", "nowhere", seeds["linux"].path, "--expect", "linux/arm64")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "CW1003" in done.stdout


def test_a_program_of_another_language_is_no_failure():
    done = crosswind("/bin/sh", "--json")
    assert done.returncode == 0
    assert {f["code"] for f in json.loads(done.stdout)["findings"]} == {"CW1101"}


def test_a_hostile_file_moves_no_cursor(seeds, tmp_path):
    data = seeds["windows"].path.read_bytes()
    path = tmp_path / "hostile.exe"
    path.write_bytes(data.replace(b"kernel32.dll", b"\x1b[2Jn32.dll\n"))
    done = crosswind(path)
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b[2Jn32.dll\\x0a" in done.stdout
