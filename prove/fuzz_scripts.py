"""Fuzz the compiler of resource scripts: a mutated script may have mistakes, nothing else, and ends soon.

    python prove/fuzz_scripts.py scripts --count 200000 --seed 1

Scripts of the tests are cut up at their tokens, and pieces are left out, doubled, moved, replaced by pieces of other
scripts, and mixed with what a compiler trips over. The files that they name are damaged, too.
"""

from __future__ import annotations

import random
import re
import sys
from functools import cache, partial
from pathlib import Path

from fuzz_readers import Result, command

from crosswind.windows.rc import Compiled, Options, ScriptError, compile_script

GOLDEN = Path(__file__).resolve().parent.parent / "tests/golden/rc"
# Pieces of one mutated script; the mutations of long scripts would only be rarer.
MOST_PIECES = 400

_PIECE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\w+|\s+|.', re.DOTALL)
TROUBLE = (
    *(b'"', b"'", b"\\", b"/*", b"*/", b"//", b"{", b"}", b"(", b")", b",", b";", b"#", b"##", b"\n"),
    *(b"BEGIN", b"END", b"BLOCK", b"VALUE", b"LANGUAGE", b"STRINGTABLE", b"VERSIONINFO", b"RCDATA"),
    *(b"ICON", b"CURSOR", b"BITMAP", b"FONT", b"DIALOG", b"MENU", b"TEXTINCLUDE", b"DLGINCLUDE"),
    *(b"0", b"1", b"-1", b"65535", b"65536", b"4294967295", b"4294967296L", b"0x", b"1e9", b"08", b"~"),
    *(b"\n#if ", b"\n#else\n", b"\n#endif\n", b"\n#elif 1\n", b"\n#undef A\n", b"\n#line 7\n", b"\\\n"),
    *(b"\n#define A A A\n", b"\n#define F(x) x F(x) #x\n", b"\n#define G(x,...) x##x __VA_ARGS__\n"),
    *(b"(", b"(1)", b"7", b"FONTDIR", b"6", b"24", b"A", b"F(", b"G(1,2)", b"F(F(A))", b"defined", b"__VA_ARGS__", b'\n#include "inc/part.rc"\n'),
    *(b"\n#pragma code_page(65001)\n", b"\n#pragma code_page(932)\n", b"\n#pragma once\n"),
    *(b'L"\\x"', b'"\\', b'"\\777"', b'""""', b"\xff", b"\xc3", b"\0", b"\x1a", b"\xef\xbb\xbf", b"\xff\xfe"),
)  # fmt: skip


@cache
def scripts() -> tuple[tuple[bytes, ...], ...]:
    """The scripts of the tests, in pieces."""
    texts = [path.read_bytes() for path in sorted(GOLDEN.glob("*.rc"))]
    return tuple(tuple(_PIECE.findall(text)) for text in texts)


@cache
def files() -> dict[str, bytes]:
    """The files that they name."""
    found = [path for path in GOLDEN.rglob("*") if path.is_file()]
    return {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in found}


def mutate(rng: random.Random) -> bytes:
    """Make one script."""
    pieces = list(rng.choice(scripts()))[:MOST_PIECES]
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8, 20))):
        at = rng.randrange(len(pieces) + 1)
        end = min(at + rng.choice((1, 1, 1, 2, 4, 16)), len(pieces))
        kind = rng.randrange(6)
        if kind == 0:
            del pieces[at:end]
        elif kind == 1:
            pieces[at:at] = pieces[at:end] * rng.choice((1, 1, 2, 50))
        elif kind == 2:
            pieces[at:end] = [rng.choice(TROUBLE)]
        elif kind == 3:
            pieces[at:at] = [rng.choice(TROUBLE)] * rng.choice((1, 1, 1, 2, 70))
        elif kind == 4:
            other = rng.choice(scripts())
            start = rng.randrange(len(other))
            pieces[at:end] = other[start : start + rng.choice((1, 4, 16, 64))]
        else:
            del pieces[end:]
    return b"".join(pieces)


def damaged(rng: random.Random, data: bytes) -> bytes:
    """Damage a file that a script names."""
    changed = bytearray(data)
    for _ in range(rng.choice((0, 0, 1, 2, 5))):
        if changed:
            changed[rng.randrange(min(len(changed), 64))] = rng.choice((0, 1, 0x7F, 0xFF, 40))
    return bytes(
        changed[: rng.choice((len(changed), len(changed), rng.randrange(len(changed) + 1)))]
    )


def campaign(count: int, seed: int) -> Result:
    """Compile `count` mutated scripts; equal arguments, equal inputs."""
    rng = random.Random(seed)
    known = files()
    result = Result()
    for _ in range(count):
        script = mutate(rng)
        folder = {name: damaged(rng, data) for name, data in known.items() if name in SMALL}
        ask = partial(_compile, script, {**known, **folder, "app.rc": script})
        result.attempt(ask, script, (ScriptError,))
    return result


SMALL = frozenset({"files/app.ico", "files/arrow.cur", "files/logo4.bmp", "files/wait.ani"})


def _compile(script: bytes, folder: dict[str, bytes]) -> None:
    result = compile_script("app.rc", script, folder.get, Options((("A", "1"),), ("inc",)))
    if isinstance(result, Compiled) and len(result.tree) > len(script):
        raise AssertionError("more resources than the script has bytes")


if __name__ == "__main__":
    sys.exit(command(__doc__ or "", ["scripts"], lambda _, *rest: campaign(*rest)))
