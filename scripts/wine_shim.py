"""Compile bcryptprimitives.dll, which crosswind lends to Wine before 9, by the pinned Zig.

The bytes depend on the source and on Zig alone: the linker writes a hash in place of the time.
`tests/integration/run/test_wine_shim.py` compiles it again and compares.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from crosswind.run.wine_files import SHIM
from crosswind.toolchain import Request, Zig, zig, zig_environment

SOURCE = SHIM.with_suffix(".c")


def compile_shim(compiler: Zig, output: Path) -> None:
    """Compile and link, without any C library."""
    argv = [
        *(
            compiler.path,
            "cc",
            "-target",
            "x86_64-windows-gnu",
            "-shared",
            "-nostdlib",
            "-O2",
            "-s",
        ),
        *("-fno-builtin", "-fno-sanitize=undefined", "-Wl,-e,DllMain"),
        *(SOURCE, "-ladvapi32", "-lkernel32", "-o", output),
    ]
    subprocess.run(argv, env=zig_environment(os.environ), check=True, capture_output=True)


def main() -> int:
    """Put the library beside its source."""
    # The linker leaves an import library beside the one that it was asked for.
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / SHIM.name
        compile_shim(zig(Request()), made)
        SHIM.write_bytes(made.read_bytes())
    print(f"{SHIM}: {SHIM.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
