"""What no tool here can be made to say stands in Go's own source, where the page says it does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crosswind import explain
from integration.explain.messages import go_env, said

# Code, file below GOROOT/src, and the words that it prints.
PRINTED = [
    ("CW3103", "runtime/os_windows.go", "bcryptprimitives.dll not found"),
    ("CW3113", "runtime/asm_amd64.s", "AMD64 processors with v3 microarchitecture support."),
    ("CW3113", "runtime/asm_arm64.s", "This program can only run on ARM64 processors with LSE"),
    ("CW3113", "runtime/os_linux_arm.go", "this CPU has no VFPv3 floating point hardware"),
    ("CW3108", "syscall/zerrors_darwin_arm64.go", "bad CPU type in executable"),
    ("CW3114", "runtime/sigtab_linux_generic.go", "SIGILL: illegal instruction"),
    ("CW3205", "cmd/go/internal/work/init.go", "requires cgo; enable cgo by setting CGO_ENABLED=1"),
    ("CW3302", "cmd/go/internal/modload/init.go", "no modules were found in the current workspace"),
    ("CW3303", "cmd/go/internal/toolchain/select.go", "toolchain not available"),
    ("CW3308", "cmd/go/internal/modload/query.go", "no matching versions for query"),
    ("CW3309", "cmd/go/internal/modfetch/fetch.go", "SECURITY ERROR"),
    ("CW3315", "cmd/go/internal/work/exec.go", "module requires Go "),
    ("CW3501", "cmd/cgo/gcc.go", "C compiler %q not found"),
    ("CW3507", "cmd/go/internal/load/pkg.go", "C source files not allowed when not using cgo"),
    ("CW3508", "cmd/link/internal/ld/lib.go", "running %s failed"),
    ("CW3509", "cmd/link/internal/ld/pe.go", "too many .rsrc sections"),
]
# What pages claim of Go's behavior, by the words of the code that does it.
CLAIMED = [
    ("CW3119", "internal/poll/fd_windows.go", "syscall.WriteConsole(fd.Sysfd, &uint16s[0]"),
    ("CW3119", "os/file_windows.go", "syscall.GetConsoleMode(h, &m) == nil"),
    ("CW3119", "runtime/os_windows.go", "Use the dedicated WriteConsole call to ensure unicode"),
    ("CW3106", "cmd/link/internal/ld/lib.go", "return ctxt.IsDarwin() && ctxt.IsARM64()"),
    ("CW3112", "syscall/rlimit.go", "lim.Cur < lim.Max-1"),
    ("CW3115", "cmd/link/internal/ld/pe.go", "if windowsgui {"),
    ("CW3205", "cmd/go/internal/work/init.go", "On macOS, -race does not require cgo."),
    ("CW3401", "go/build/build.go", 'if name == "unix" && syslist.UnixOS[ctxt.GOOS]'),
    ("CW3504", "cmd/link/internal/ld/config.go", "The environment variable GO_EXTLINK_ENABLED"),
]


@pytest.fixture
def sources(go: Path, tmp_path: Path) -> Path:
    return Path(said([go, "env", "GOROOT"], tmp_path, go_env()).strip(), "src")


@pytest.mark.parametrize(("code", "file", "words"), PRINTED)
def test_go_prints_it(sources: Path, code: str, file: str, words: str) -> None:
    """The words are in Go's source, and a sample of the page has them, the printf verbs apart."""
    assert words in (sources / file).read_text("utf-8")
    parts = re.split("%[qs]", words)
    assert any(all(part in sample for part in parts) for sample in explain.load(code).samples)


@pytest.mark.parametrize(("code", "file", "words"), CLAIMED)
def test_go_does_it(sources: Path, code: str, file: str, words: str) -> None:
    assert words in (sources / file).read_text("utf-8")
    assert file.rpartition("/")[2] in explain.by_code(code).section("Source")


def test_there_is_no_winansi(sources: Path) -> None:
    """Every GODEBUG setting stands in this table (internal/godebugs)."""
    assert "winansi" not in (sources / "internal/godebugs/table.go").read_text("utf-8")


def test_files_that_pages_name_exist(sources: Path) -> None:
    named = {
        (code, file)
        for code in explain.codes()
        if code.startswith("CW3")
        for file in re.findall(
            r"(?<![\w./-])((?:cmd|runtime|internal|os|syscall|go|net|crypto|debug|flag)/[\w/.]+\.(?:go|s|c|S))\b",
            explain.load(code).section("Source"),
        )
    }
    assert len(named) > 40
    missing = {(code, file) for code, file in named if not (sources / file).is_file()}
    # The page names this one for Go 1.26 and its successor for Go 1.27.
    assert missing <= {("CW3310", "crypto/x509/root_unix.go")}
