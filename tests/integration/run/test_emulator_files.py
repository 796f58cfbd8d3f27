"""Some 450 operations on files by a Go program, under the emulator and under Wine, line by line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from wine import found

# Where both differ: the operations, and why the emulator's answer is the right one, or is kept.
DIFFERENCES = {
    "Wine 8 has no streams in a path: it looks for a file of that name (documented: Naming Files)": [
        'open "file:"',
        'open ":x"',
        'open "file::$DATA"',
    ],
    "Wine cannot tell names that are no names from names that are not there": [
        'open "long 256"',
        'open "long 600"',
        "find below a file",
    ],
    "Wine looks for a network and a drive in another order": [
        r'open "\\\\server\\share\\x"',
        r'open "Q:\\none"',
    ],
    "Wine 8 knows no mode in which a separator behind a file is wrong": [
        "os.Stat file with a separator",
    ],
    "Wine checks rights of handles in fewer places than Windows": [
        "truncate what is open to read",
        "set without the right",
    ],
    "Wine deletes at the last close only, and opens what is marked": ["open what is marked"],
    "Wine as root writes what is read-only, and does not keep attributes": [
        "write what is read-only",
        "rename over what is read-only",
        "overwrite what is hidden",
        *(f"set {bits}" for bits in ("0x1", "0x2", "0x80", "0x100", "0x10", "0x400", "0x0")),
        "chmod 0",
        "chmod 666",
    ],
    "Wine renames to the same name in other letters by doing nothing": ["[two]", "[TWO]"],
    "Wine makes a folder of the name nul": ["mkdir nul"],
    "Wine invents short names, which match patterns, and has other rules for ? and *.": [
        *(f"find {pattern}" for pattern in ("*.", "*.htm", "?", "??????", "<", "a?")),
    ],
    "Wine's small prefix has no mount manager, which knows drives and volumes": [
        "drives C and Z false false",
        "drives C and Z true true",
        "final path 1",
        "final path 2",
    ],
    "Wine's locks forbid nothing to readers and writers, and it knows no ERROR_NOT_LOCKED": [
        "read what is locked",
        "write what is locked",
        "write what is shared",
        "unlock another range",
        "unlock again",
    ],
    "Wine 8 lacks these information classes": [
        *(f"class {number} of a file" for number in (7, 8, 13, 16, 17, 21, 22, 23, 24)),
        *(f"class {number} of a folder" for number in (7, 8, 13, 16, 17, 19, 20, 21, 22, 23, 24)),
    ],
    "Wine 8 makes symbolic links that it cannot read itself": [
        "read the link",
        "lstat it",
        "stat it",
        "symbolic link again",
        "evaluate",
        "remove soft",
        "remove softdir",
        "remove dangling",
    ],
    "Windows answers ERROR_INVALID_PARAMETER, on which Go's os.OpenFile relies": [
        "truncate a pipe",
        "write a file nul",
    ],
    "Simplified: views of one place in a section share an address": ["unmap again"],
}


def answers(way: str, program: Path, folder: Path) -> list[str]:
    """What the program prints, run in an empty folder."""
    argv = [sys.executable, "-m", "crosswind", "run", "--with", way, str(program)]
    done = subprocess.run(
        argv, cwd=folder, input=b"hi\n", capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done
    return done.stdout.decode().splitlines()


def test_both_answer_alike(built: Callable[[str, str], Path], tmp_path: Path) -> None:
    found()  # skips where there is no Wine
    program = built("files", "windows/amd64")
    (tmp_path / "wine").mkdir()
    (tmp_path / "emulator").mkdir()
    theirs = answers("wine", program, tmp_path / "wine")
    emulated = answers("emulator", program, tmp_path / "emulator")
    assert len(theirs) == len(emulated) > 440
    known = {name for names in DIFFERENCES.values() for name in names}
    different = {
        line.rpartition(": ")[0] or line
        for pair in zip(theirs, emulated, strict=True)
        if pair[0] != pair[1]
        for line in pair
    }
    assert different - known == set()
    assert known - different == set(), "these are alike by now"
