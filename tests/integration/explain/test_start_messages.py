"""Programs that this kernel and this loader refuse to start; `explain` must know why."""

from __future__ import annotations

import resource
import shutil
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import in_ci
from crosswind import explain
from integration.explain.messages import first, go_env, said, write

if not sys.platform.startswith("linux"):
    pytest.skip("the messages are those of Linux", allow_module_level=True)

MOD = "module example.com/m\n\ngo 1.26\n"
HELLO = 'package main\n\nfunc main() { println("hi") }\n'
SHELLS = [shell for shell in ("bash", "dash") if shutil.which(shell)]
# Wine and QEMU are no part of CI's bare host. There the texts that they printed, kept in
# tests/unit/explain/recorded, stand for them; elsewhere their absence is a skip with its reason.
WINE_LIBRARIES = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")
FOREIGN_SYSTEMS = {
    "qemu-x86_64": (
        "CW3113",
        {"GOOS": "linux", "GOARCH": "amd64", "GOAMD64": "v3", "QEMU_CPU": "qemu64"},
    ),
    "qemu-aarch64": ("CW3101", {"GOOS": "linux", "GOARCH": "amd64"}),
    "/usr/lib/wine/wine64": ("CW3103", {"GOOS": "windows", "GOARCH": "amd64"}),
}
FOREIGN = [tool for tool in FOREIGN_SYSTEMS if shutil.which(tool) or not in_ci()]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A small dynamically linked program of this host."""
    return Path(shutil.copy(shutil.which("true") or "", tmp_path / "app"))


def patch(program: Path, old: bytes, new: bytes) -> None:
    data = program.read_bytes()
    assert old in data
    assert len(old) == len(new)
    program.write_bytes(data.replace(old, new, 1))


def foreign_machine(program: Path) -> None:
    """Change e_machine (ELF header, offset 18) to another processor's."""
    data = bytearray(program.read_bytes())
    (machine,) = struct.unpack_from("<H", data, 18)
    # EM_AARCH64 is 183, EM_X86_64 is 62 (System V ABI, ELF header).
    struct.pack_into("<H", data, 18, 62 if machine == 183 else 183)
    program.write_bytes(data)


def start(program: Path) -> list[str]:
    """What each shell and Python say when they start it."""
    texts = [said([shell, "-c", "./app"], program.parent) for shell in SHELLS]
    code = "import subprocess; subprocess.run(['./app'])"
    return [*texts, said([sys.executable, "-c", code], program.parent)]


def test_foreign_machine(program: Path) -> None:
    foreign_machine(program)
    assert [first(text) for text in start(program)] == ["CW3101"] * (len(SHELLS) + 1)


@pytest.mark.parametrize("go", ["PATH"], indirect=True)
def test_go_starts_a_foreign_machine(program: Path, go: Path) -> None:
    foreign_machine(program)
    text = said([go, "tool", "-n", "compile"], program.parent, go_env())
    assert text
    write(program.parent, {"go.mod": MOD, "main.go": HELLO})
    assert first(said([go, "vet", "-vettool=./app"], program.parent, go_env())) == "CW3101"


def test_missing_loader(program: Path) -> None:
    patch(program, b"ld-linux", b"ld-nosuc")
    shells = start(program)[:-1]
    assert [first(text) for text in shells] == ["CW3105"] * len(SHELLS)


def test_newer_c_library(program: Path) -> None:
    data = program.read_bytes()
    newest = next(v for v in (b"GLIBC_2.34", b"GLIBC_2.17", b"GLIBC_2.2.5") if v + b"\0" in data)
    patch(program, newest + b"\0", newest.replace(b"GLIBC_2", b"GLIBC_9") + b"\0")
    match = explain.by_text(start(program)[0])[0]
    assert match.page.code == "CW3104"
    assert match.values["version"].startswith("GLIBC_9.")


def test_missing_library(program: Path) -> None:
    patch(program, b"libc.so.6\0", b"libq.so.6\0")
    match = explain.by_text(start(program)[0])[0]
    assert (match.page.code, match.values["name"]) == ("CW3117", "libq.so.6")


def test_no_run_bit(program: Path) -> None:
    program.chmod(stat.S_IRUSR)
    for text in start(program)[: len(SHELLS)]:
        match = explain.by_text(text)[0]
        assert match.page.code == "CW3109"
        assert "chmod +x ./app" in match.page.advice


def test_busy(program: Path) -> None:
    with program.open("ab"):
        assert {first(text) for text in start(program)} == {"CW3110"}


def test_too_long(tmp_path: Path) -> None:
    code = "import subprocess; subprocess.run(['true', 'x' * (1 << 22)])"
    assert first(said([sys.executable, "-c", code], tmp_path)) == "CW3111"


def test_too_many_files(tmp_path: Path) -> None:
    (tmp_path / "open.py").write_text("held = [open('/dev/null') for _ in range(100)]\n")
    text = subprocess.run(
        [sys.executable, "open.py"],
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)),
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    assert first(text) == "CW3112"


def test_full_disk(tmp_path: Path) -> None:
    assert first(said(["cp", sys.executable, "/dev/full"], tmp_path)) == "CW3207"


@pytest.mark.parametrize("go", ["PATH"], indirect=True)
def test_killed_linker(tmp_path: Path, go: Path) -> None:
    """What the out-of-memory killer does to a linker, by the same signal."""
    script = '#!/bin/sh\ncase "$*" in */link\\ -V=full) exec "$@";; */link\\ *) kill -9 $$;; esac\n'
    write(tmp_path, {"go.mod": MOD, "main.go": HELLO, "link": script + 'exec "$@"\n'})
    (tmp_path / "link").chmod(0o755)
    argv = [go, "build", f"-toolexec={tmp_path}/link", f"-ldflags=-X=main.x={tmp_path.name}"]
    text = said(argv, tmp_path, go_env())
    assert first(text) == "CW3208", text


@pytest.mark.parametrize("go", ["PATH"], indirect=True)
def test_illegal_instruction(tmp_path: Path, go: Path) -> None:
    source = "package main\n\nfunc f()\n\nfunc main() { f() }\n"
    write(tmp_path, {"go.mod": MOD, "main.go": source, "f.s": "TEXT ·f(SB),4,$0\n\tUNDEF\n"})
    assert said([go, "build", "-o", "app"], tmp_path, go_env()) == ""
    assert first(said(["./app"], tmp_path)) == "CW3114"


# Without a tool there is no such test at all: pytest reports an empty list as a skip.
if FOREIGN:

    @pytest.mark.parametrize("tool", FOREIGN)
    @pytest.mark.parametrize("go", ["PATH"], indirect=True)
    def test_foreign_system(tmp_path: Path, go: Path, tool: str) -> None:
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
        code, build = FOREIGN_SYSTEMS[tool]
        write(tmp_path, {"go.mod": MOD, "main.go": HELLO})
        assert said([go, "build", "-o", "app.exe"], tmp_path, go_env(**build)) == ""
        text = said([tool, "./app.exe"], tmp_path, {"QEMU_CPU": "max", **build, **wine(tmp_path)})
        if "wine" in tool and wine_version(tmp_path, tool) >= 9:
            assert text.strip() == "hi", "the page says that Wine 9 has the library"
        else:
            assert first(text) == code, text


def wine_version(tmp_path: Path, tool: str) -> int:
    return int(said([tool, "--version"], tmp_path).partition("wine-")[2].partition(".")[0])


def wine(tmp_path: Path) -> dict[str, str]:
    """The least that Wine takes for a prefix; its own would be 700 MB."""
    windows = tmp_path / "prefix/drive_c/windows"
    drives = tmp_path / "prefix/dosdevices"
    for folder in (windows / "system32", windows / "temp", drives):
        folder.mkdir(parents=True)
    for library in WINE_LIBRARIES.glob("*"):
        (windows / "system32" / library.name).symlink_to(library)
    (drives / "c:").symlink_to("../drive_c")
    (drives / "z:").symlink_to("/")
    (tmp_path / "prefix/.update-timestamp").write_text("disable\n")
    return {
        "WINEPREFIX": str(tmp_path / "prefix"),
        "WINEPATH": r"C:\windows\system32;C:\windows",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }
