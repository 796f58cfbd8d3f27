"""A program whose own function, by its tables, handles an exception: C's `__try`, in assembly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crosswind.toolchain import Zig, zig_environment
from wine import session

# The function start() writes where nothing is; its handler ends the program with status 7.
SOURCE = r"""
__asm__(
    ".text\n.globl start\n.def start; .scl 2; .type 32; .endef\n.seh_proc start\nstart:\n"
    "sub $40, %rsp\n.seh_stackalloc 40\n.seh_endprologue\n"
    "movl $1, 0x10\nnop\nadd $40, %rsp\nret\n"
    ".seh_handler handler, @except\n.seh_handlerdata\n.text\n.seh_endproc\n");
__declspec(dllimport) void ExitProcess(unsigned);
int handler(void *record, void *frame, void *context, void *more) { ExitProcess(7); return 0; }
"""


@pytest.fixture(scope="module")
def program(zig: Zig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handlers")
    (folder / "handles.c").write_text(SOURCE)
    made = folder / "handles.exe"
    argv = [
        *(zig.path, "cc", "-target", "x86_64-windows-gnu", "-nostdlib", "-O2", "-Wl,-e,start"),
        *(folder / "handles.c", "-lkernel32", "-o", made),
    ]
    subprocess.run(argv, env=zig_environment(os.environ), check=True, capture_output=True)
    return made


def test_wine_asks_the_handler(program: Path) -> None:
    from crosswind.run import execute
    from crosswind.run.runner import Job

    with session() as opened:
        assert execute.execute(opened.session, Job(program)).status == 7


def test_the_emulator_says_that_it_does_not(program: Path) -> None:
    argv = [sys.executable, "-m", "crosswind", "run", "--with", "emulator", program]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 126
    said = " ".join(done.stderr.split())  # whatever the width
    assert "exception 0xc0000005 for a handler on the stack (C's __try), at 0x1400" in said
