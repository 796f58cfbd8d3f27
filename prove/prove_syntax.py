"""Ask of files with random edits whether they parse: `crosswind portability`, and Go's compiler.

python prove/prove_syntax.py --count 1000 --seed 1
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from prove_portability_mutations import break_syntax
from report import Proof

from crosswind import toolchain
from crosswind.portability import lenient, parsing, syntax

CLAIM = """Files of Go's standard library with one token of a function taken away, doubled or replaced. The compiler says whether each
parses. `crosswind portability` asks it only where the grammar of tree-sitter knows a file not in full or takes it too easily: which
mistakes does it ask about, and how often for nothing? All files as they are: does the grammar know them?"""
# Of larger files most of the time goes into copies.
_MOST = 20_000


def main() -> int:
    """Edit, ask and count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="edits")
    parser.add_argument("--seed", type=int, default=1, help="which edits")
    options = parser.parse_args()
    columns = ("files", "of", "do not parse", "found", "missed", "asked for nothing")
    proof = Proof("syntax", "Files that do not parse", CLAIM, columns)
    goroot = Path(subprocess.check_output(["go", "env", "GOROOT"], text=True).strip())
    files = [path for path in sorted((goroot / "src").rglob("*.go")) if _counts(path)]
    unknown = [path for path in files if syntax.parse(path.read_bytes()).has_error]
    doubtful = [path for path in files if lenient.is_doubtful(syntax.parse(path.read_bytes()))]
    proof.row("as they are", len(files), 0, 0, 0, len({*unknown, *doubtful}))
    asked = parsing.by_compiler(toolchain.resolve(toolchain.Request()), os.environ)
    counts: Counter[str] = Counter()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.go"
        for _ in range(options.count):
            chosen = chance.choice(files)
            text = break_syntax(chosen.read_bytes(), chance)
            if text is None:
                continue
            path.write_bytes(text)
            root = syntax.parse(text)
            doubt = root.has_error or lenient.is_doubtful(root)
            verdict = asked(path)
            wrong = bool(verdict and verdict.message)
            counts["edited"] += 1
            counts["wrong"] += wrong
            counts["found"] += wrong and doubt
            counts["asked"] += doubt and not wrong
            if wrong and not doubt and verdict:
                print(f"missed in {chosen}: {verdict.line}:{verdict.column}: {verdict.message}")
    missed = counts["wrong"] - counts["found"]
    proof.row("edited", counts["edited"], counts["wrong"], counts["found"], missed, counts["asked"])
    if counts["found"] < 0.99 * counts["wrong"]:
        proof.fail(f"only {counts['found']} of {counts['wrong']} mistakes are found")
    return proof.finish(
        "At least 99 of 100 mistakes of syntax are found; whatever is told is the compiler's word."
    )


def _counts(path: Path) -> bool:
    return path.is_file() and "testdata" not in path.parts and path.stat().st_size < _MOST


if __name__ == "__main__":
    sys.exit(main())
