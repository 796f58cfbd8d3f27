"""Break modules that compile, one small edit at a time, and compare `crosswind portability` with the compiler.

python prove/prove_portability_mutations.py --count 300 --seed 1
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from prove_portability import GO, Difference, compare, surveyed
from report import ROOT, Proof
from type_checker import Checker

from crosswind import toolchain

CLAIM = """Modules that compile are broken by one small edit each: a declaration gets another name, a file goes away or gets a
constraint, a file for all targets calls `syscall.Kill`, a token of a function goes away or comes twice, an import goes away or
comes that nobody uses. Then the compiler, which stops where code generation begins, and `crosswind portability` judge all
packages for the targets below. Whatever files, imports, names at package scope, syntax and imports decide must come out the
same; what needs types is counted by cause."""
MODULES = (
    "github.com/mattn/go-isatty@v0.0.20",
    "github.com/creack/pty@v1.1.24",
    "github.com/gofrs/flock@v0.12.1",
    "github.com/muesli/cancelreader@v0.2.2",
    "github.com/moby/term@v0.5.2",
    "github.com/google/uuid@v1.6.0",
    "github.com/fsnotify/fsnotify@v1.9.0",
    "github.com/go-git/go-billy/v5@v5.6.2",
)
TARGETS = ("linux/amd64", "windows/amd64", "plan9/386", "js/wasm")
DECIDED = ("files", "imports", "names", "syntax", "unused", "unknown")

_TOKEN = re.compile(
    rb'//[^\n]*|/\*.*?\*/|`[^`]*`|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|\w+|<-|:=|\+\+|--|&&|\|\||[<>=!]=|\.\.\.|\S',
    re.DOTALL,
)
_DECLARED = re.compile(rb"^(?:func|type|var|const) (\w+)", re.MULTILINE)
_CLAUSE = re.compile(rb"^package \w+.*$", re.MULTILINE)
_IMPORT = re.compile(rb'^(?:import|\t) ?"[^"\n]+"\n', re.MULTILINE)

# Takes a file's text and gives another one; None where the edit does not fit.
Edit = Callable[[bytes, random.Random], bytes | None]


def rename(text: bytes, chance: random.Random) -> bytes | None:
    """Give one declaration another name; its uses keep the old one."""
    found = list(_DECLARED.finditer(text))
    if not found:
        return None
    at = chance.choice(found).end()
    return text[:at] + b"Renamed" + text[at:]


def constrain(text: bytes, chance: random.Random) -> bytes | None:
    """Put a constraint above a file that has none."""
    tag = chance.choice([b"windows", b"!windows", b"linux", b"unix", b"!plan9", b"js"])
    return None if b"//go:build" in text else b"//go:build " + tag + b"\n\n" + text


def call(text: bytes, _: random.Random) -> bytes | None:
    """Call what some systems lack."""
    clause = _CLAUSE.search(text)
    if not clause:
        return None
    added = b'\n\nimport mutated "syscall"\n'
    body = b"\n\nfunc callsMutated() { _ = mutated.Kill(0, 0) }\n"
    return text[: clause.end()] + added + text[clause.end() :] + body


def break_syntax(text: bytes, chance: random.Random) -> bytes | None:
    """Take a token of a function away, or write one twice or in another's place."""
    begin = text.find(b"\nfunc ")
    tokens = [
        one for one in _TOKEN.finditer(text, max(begin, 0)) if one[0][:2] not in (b"//", b"/*")
    ]
    if begin < 0 or not tokens:
        return None
    one, other = chance.choice(tokens), chance.choice(tokens)
    put = chance.choice([b"", one[0] + b" " + one[0], other[0]])
    return text[: one.start()] + put + text[one.end() :]


def unused_import(text: bytes, _: random.Random) -> bytes | None:
    """Import what nobody uses."""
    clause = _CLAUSE.search(text)
    return (
        text[: clause.end()] + b'\n\nimport mutated "unsafe"\n' + text[clause.end() :]
        if clause
        else None
    )


def lose_import(text: bytes, chance: random.Random) -> bytes | None:
    """Take an import away."""
    found = list(_IMPORT.finditer(text))
    if not found:
        return None
    one = chance.choice(found)
    return text[: one.start()] + text[one.end() :]


EDITS: dict[str, Edit] = {
    "rename": rename,
    "constrain": constrain,
    "call": call,
    "syntax": break_syntax,
    "unused import": unused_import,
    "lost import": lose_import,
}


def mutate(folder: Path, chance: random.Random) -> tuple[str, str]:
    """Break a tree; return how, and where."""
    files = [path for path in sorted(folder.rglob("*.go")) if "test" not in path.as_posix()]
    while True:
        path, kind = chance.choice(files), chance.choice([*EDITS, "delete"])
        if kind == "delete":
            path.unlink()
            return kind, path.name
        text = path.read_bytes()
        edited = EDITS[kind](text, chance)
        if edited is not None and edited != text:
            path.write_bytes(edited)
            return kind, path.name


def main() -> int:
    """Break, compare and count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=300, help="edits")
    parser.add_argument("--seed", type=int, default=1, help="which edits")
    options = parser.parse_args()
    checker = Checker(ROOT / ".cache" / "portability", GO)
    checker.folder.mkdir(parents=True, exist_ok=True)
    checker.prepare()
    os.environ["CROSSWIND_CACHE"] = str(checker.folder / "crosswind")
    chosen = toolchain.resolve(toolchain.Request(version=GO[2:]))
    columns = ("edit", "edits", "cells", "refused", "agree", "misses", "false alarms")
    proof = Proof("portability-mutations", "Portability of broken modules", CLAIM, columns, GO[2:])
    counts: dict[str, Counter[str]] = {}
    causes: Counter[str] = Counter()
    chance = random.Random(options.seed)
    for number in range(options.count):
        module = chance.choice(MODULES)
        broken = f"{module.partition('@')[0]}@mutated"
        folder = checker.folder / "modules" / broken.replace("/", "_")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(checker.copy(module), folder)
        kind, name = mutate(folder, chance)
        truth = {target: checker.check(broken, target) for target in TARGETS}
        misses, alarms, row = compare(broken, surveyed(folder, chosen), truth)
        own = counts.setdefault(kind, Counter())
        own.update(edits=1, cells=_number(row[1]), refused=_number(row[3]), agree=_number(row[5]))
        for what, some in (("misses", misses), ("false alarms", alarms)):
            for one in some:
                own[what] += len(one.targets)
                causes[f"{what}: {one.cause}"] += len(one.targets)
                _judge(proof, what, one, f"edit {number} ({kind} in {module}, {name})")
    for kind, own in sorted(counts.items()):
        proof.row(kind, *(own[column] for column in columns[1:]))
    told = ", ".join(f"{count} of {cause}" for cause, count in causes.most_common()) or "none"
    proof.notes.append(
        f"{len(MODULES)} modules, targets {', '.join(TARGETS)}, seed {options.seed}."
    )
    proof.notes.append(f"Differences by cause, in cells (a package on a target): {told}.")
    return proof.finish("Nothing differs that files, imports, names and syntax decide.")


def _number(text: object) -> int:
    return int(str(text).replace(",", ""))


def _judge(proof: Proof, what: str, one: Difference, where: str) -> None:
    said = f"{where}: {one.package} on {', '.join(one.targets)}: {one.said}"
    if what == "false alarms" or one.cause in DECIDED:
        proof.fail(f"{what}: {said}")
    else:
        print(f"{what} ({one.cause}): {said}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
