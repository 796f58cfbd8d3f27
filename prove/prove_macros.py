"""Expand random macros with crosswind's preprocessor and with GNU cpp, and compare the tokens.

python prove/prove_macros.py --count 3000
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys

from report import Proof

from crosswind.windows.rc.ctoken import tokens_of
from crosswind.windows.rc.files import Files
from crosswind.windows.rc.preprocess import Preprocessor
from crosswind.windows.rc.problem import Place, Problems, StoppedError

CLAIM = """Random macros, with and without parameters, variadic, recursive, with `#` and `##`, are expanded by crosswind's
preprocessor for resource scripts and by GNU cpp; the tokens must be equal. Where cpp finds a mistake crosswind must
find one too, but for `##` that makes no token: there crosswind lets both sides stand."""

NAMES = ("A", "B", "C", "F", "G", "H")
WORDS = ("A", "B", "C", "F(A)", "G(B,2)", "H(1)", "1", "x", "+", "(", ")", ",", '"s"', "y", "F")
KINDS = (
    ("", ()),
    ("(p)", ("p", "#p", "p##1", "x##p")),
    ("(p,q)", ("p", "q", "p##q", "#q", "q ## p")),
    ("(p,...)", ("p", "__VA_ARGS__", "#__VA_ARGS__")),
)


def source(rng: random.Random) -> str:
    """Some definitions, and lines that use them."""
    lines = []
    kinds: dict[str, int] = {}
    for name in rng.sample(NAMES, rng.randrange(1, 6)):
        kinds[name] = rng.randrange(len(KINDS))
        head, own = KINDS[kinds[name]]
        body = " ".join(rng.choice(WORDS + own * 3) for _ in range(rng.randrange(6)))
        lines.append(f"#define {name}{head} {body}")

    def use(depth: int) -> str:
        name = rng.choice(NAMES)
        if depth > 3 or rng.random() < 0.4:
            return rng.choice((*NAMES, "1", "z", "y", "7"))
        right = (0, 1, 2, 2)[kinds.get(name, 0)]
        count = right if rng.random() < 0.9 else rng.randrange(4)
        return f"{name}({', '.join(use(depth + 1) for _ in range(count))})" if count else name

    lines += [" ".join(use(0) for _ in range(3)) for _ in range(4)]
    return "\n".join(lines) + "\n"


def ours(text: str) -> list[str] | None:
    """Expand with crosswind; None if it finds a mistake."""
    problems = Problems()
    preprocessor = Preprocessor(Files(lambda _: None, (), problems), problems)
    try:
        expanded = preprocessor.run("app.rc", text.encode()).joined
    except StoppedError:
        return None
    return None if problems.errors else words(expanded)


def words(text: str) -> list[str]:
    """The tokens of a text, without space."""
    found = tokens_of(text, Place("text"))
    return [token.text for token in found if token.kind != "space" and token.text != "\n"]


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cpp = shutil.which("cpp")
    if not cpp:
        sys.exit("cpp is needed")
    columns = ("texts", "tokens", "with mistakes", "of no valid ##", "differing")
    proof = Proof("macros", "Macros of resource scripts", CLAIM, columns)
    rng = random.Random(options.seed)
    tokens = mistakes = unpasted = differing = 0
    for number in range(options.count):
        text = source(rng)
        argv = [cpp, "-P", "-xc", "-undef"]
        done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
        mine = ours(text)
        if "pasting" in done.stderr:
            unpasted += 1
            continue
        theirs = None if done.returncode else words(done.stdout)
        mistakes += theirs is None
        tokens += len(theirs or ())
        if mine != theirs:
            differing += 1
            print(f"== {number}\n{text}\n{mine}\n{theirs}\n{done.stderr}", file=sys.stderr)
            proof.fail(f"text {number}")
    figures = (tokens, mistakes, unpasted, differing)
    proof.row(f"{options.count:,}", *(f"{figure:,}" for figure in figures))
    return proof.finish("All tokens are equal.")


if __name__ == "__main__":
    sys.exit(main())
