"""Compile random resource scripts with crosswind, `zig rc` and windres, and compare every byte.

    python prove/prove_scripts.py --count 2000

The scripts are of a grammar that all of them accept, or of a wider one for crosswind and Zig alone. What is known
to differ, and stands in the tests with its reason, is left out of the grammars.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from report import Proof

from crosswind.binary.view import View
from crosswind.toolchain import Request, zig, zig_environment
from crosswind.windows import res
from crosswind.windows.rc import Compiled, ScriptError, compile_script
from crosswind.windows.resource import ENGLISH_US, Identifier, ResourceTree

CLAIM = """Random resource scripts are compiled by crosswind and by another compiler; types, names, languages and bytes
of all resources must be equal. "wide" scripts use what rc.exe documents, "narrow" ones what windres understands too.
Scripts hold macros, conditions, raw data, names, string tables of several languages and VERSIONINFO; what is known
to differ stands in tests/integration/resource/rc_differences.py and is not generated."""

Payloads = Mapping[tuple[Identifier, Identifier, int], bytes]


class Writer:
    """Writes one random script."""

    def __init__(self, rng: random.Random, *, narrow: bool) -> None:
        """Begin an empty one."""
        self.rng = rng
        self.narrow = narrow
        self.macros: list[str] = []
        self.names: set[str] = set()
        self.strings: set[tuple[int, int]] = set()
        self.language = ENGLISH_US

    def script(self) -> str:
        """Write it."""
        lines = ["// made", "#pragma code_page(65001)"]
        lines += [self.define() for _ in range(self.rng.randrange(4))]
        lines.append(self.data())
        for _ in range(self.rng.randrange(11)):
            statement = self.rng.choice(
                (self.data, self.data, self.table, self.version, self.spoken)
            )()
            lines.append(self.conditional(statement) if self.rng.random() < 0.2 else statement)
        return "\n".join(lines) + "\n"

    def define(self) -> str:
        """A macro, with or without a parameter."""
        name = f"M{len(self.macros)}"
        if self.rng.random() < 0.5:
            line = f"#define {name} {self.number()}"
            self.macros.append(name)
        else:
            line = f"#define {name}(x) ((x) + {self.number()})"
            self.macros.append(f"{name}({self.number()})")
        return line

    def conditional(self, statement: str) -> str:
        """The statement in a condition that holds, with garbage in the other branch."""
        held = self.rng.choice(("1", "!defined(NOBODY)", "3 * 5 == 15", "0x10 > 4 && -1 < 0"))
        if self.rng.random() < 0.5:
            return f"#if {held}\n{statement}\n#else\n) not read {{\n#endif"
        return f"#if !({held})\n#error never\n#elif 1\n{statement}\n#endif"

    def number(self) -> str:
        """A number, in some notation."""
        value = self.rng.choice((0, 1, 2, 255, 256, 32767, 65535, self.rng.randrange(65536)))
        long = self.rng.random() < 0.3
        value = self.rng.randrange(1 << 32) if long else value
        text = self.rng.choice((str, hex))(value)
        return text + (self.rng.choice("Ll") if long else "")

    def expression(self, depth: int = 0) -> str:
        """Numbers that are computed with; in parentheses, so that precedence does not matter."""
        pick = self.rng.random()
        if depth > 3 or pick < 0.5:
            return self.number()
        if pick < 0.6 and self.macros:
            return self.rng.choice(self.macros)
        if pick < 0.7:
            return f"{self.rng.choice('-~')}{self.number()}"
        sign = self.rng.choice("+-|&")
        return f"({self.expression(depth + 1)} {sign} {self.expression(depth + 1)})"

    def string(self, *, wide: bool, plain: bool = False) -> str:
        """A string with escapes, without its quotes."""
        letters = ["a", "Z", " ", "0", "~", "'", "//", "/*", ";", "#", "{", '""', r"\\"]
        if not plain:
            letters += [r"\n", r"\r", r"\t", r"\x41"]
        if not (self.narrow and wide):
            letters += [r"\101", "é", "世", "Ω"]
        if not self.narrow:
            letters += ["😀", r"\a", r"\T", r"\A", r"\q", r"\x4", r"\7", r"\X7f", r"\x", r"\8"]
        return "".join(self.rng.choice(letters) for _ in range(self.rng.randrange(12)))

    def data(self) -> str:
        """A statement with raw data."""
        words = []
        for _ in range(self.rng.randrange(8)):
            if self.rng.random() < 0.5:
                words.append(self.expression())
            else:
                wide = self.rng.random() < 0.5
                words.append(f'{"L" if wide else ""}"{self.string(wide=wide)}"')
        type_ = self.rng.choice(("RCDATA", "MyType", "256", "0x1FF", "HTML"))
        begin, end = self.rng.choice((("{", "}"), ("BEGIN", "END")))
        begin = begin if self.narrow else self.rng.choice((begin, begin.lower()))
        return f"{self.name()} {type_} {begin} {', '.join(words)} {end}"

    def name(self) -> str:
        """A name that was not used yet."""
        while True:
            word = self.rng.choice(
                (
                    str(self.rng.randrange(1, 65536)),
                    hex(self.rng.randrange(1, 65536)),
                    f"n{self.rng.getrandbits(40):x}",
                )
            )
            if word.lower() not in self.names:
                self.names.add(word.lower())
                return word

    def table(self) -> str:
        """A string table."""
        local = self.rng.random() < 0.3
        language = self.rng.choice((0x0407, 0x040C)) if local else self.language
        lines: list[str] = []
        for _ in range(self.rng.randrange(1, 6)):
            number = self.rng.choice((self.rng.randrange(40), self.rng.randrange(65536)))
            if (language, number) in self.strings:
                continue
            self.strings.add((language, number))
            comma = self.rng.choice((",", ""))
            lines.append(f'  {number}{comma} "{self.string(wide=True, plain=self.narrow)}"')
        if not lines:
            return ""
        head = (
            f"STRINGTABLE\nLANGUAGE {language & 0x3FF}, {language >> 10}"
            if local
            else "STRINGTABLE"
        )
        return "\n".join([head, "BEGIN", *lines, "END"])

    def spoken(self) -> str:
        """Another language for what follows."""
        self.language = self.rng.choice((0x0409, 0, 0x0407, 0x0416))
        return f"LANGUAGE {self.language & 0x3FF}, {self.language >> 10}"

    def version(self) -> str:
        """A VERSIONINFO."""
        parts = ",".join(str(self.rng.randrange(65536)) for _ in range(self.rng.randrange(1, 5)))
        lines = [f"{self.name()} VERSIONINFO", f"FILEVERSION {parts}"]
        words = ("FILEFLAGSMASK", "FILEFLAGS", "FILEOS", "FILETYPE", "FILESUBTYPE")
        lines += [f"{word} {self.expression()}" for word in words if self.rng.random() < 0.6]
        lines += ["BEGIN", 'BLOCK "StringFileInfo"', "BEGIN", 'BLOCK "040904b0"', "BEGIN"]
        count = self.rng.randrange(1, 5)
        lines += [f'VALUE "Key{"y" * index}", {self.value()}' for index in range(count)]
        lines += ["END", "END", 'BLOCK "VarFileInfo"', "BEGIN"]
        return "\n".join([*lines, 'VALUE "Translation", 0x409, 1200', "END", "END"])

    def value(self) -> str:
        """The value of a string, which is not empty."""
        texts = [f'"v{self.string(wide=True, plain=self.narrow)}"']
        while self.rng.random() < 0.3:
            texts.append(f'"v{self.string(wide=True, plain=self.narrow)}"')
        if self.rng.random() < 0.2:
            texts[-1] = texts[-1][:-1] + '\\0"'
        return " ".join(texts)


def ours(script: str) -> Payloads | str:
    """Compile with crosswind; what it says if it refuses."""
    try:
        result = compile_script("app.rc", script.encode(), lambda _: None)
    except ScriptError as error:
        return str(error.findings)
    return payloads(result.tree) if isinstance(result, Compiled) else str(result)


def payloads(tree: ResourceTree) -> Payloads:
    """Take a tree apart."""
    return {resource.key: resource.data for resource in tree}


def theirs(argv: list[str | Path], folder: Path, env: Mapping[str, str]) -> Payloads | str:
    """Compile with another compiler; what it says if it refuses."""
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr
    return payloads(res.read(View.of((folder / "app.res").read_bytes())))


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000, help="scripts for each compiler")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    windres = shutil.which("x86_64-w64-mingw32-windres")
    if not windres or not shutil.which("cpp"):
        sys.exit("x86_64-w64-mingw32-windres and cpp are needed")
    common = ["-O", "res", "app.rc", "app.res"]
    tools: dict[str, list[str | Path]] = {
        "windres": [
            windres,
            "--preprocessor=cpp",
            "--preprocessor-arg=-xc",
            "-c",
            "65001",
            *common,
        ],
        "zig rc": [
            zig(Request()).path,
            "rc",
            "/:output-format",
            "res",
            "/fo",
            "app.res",
            "--",
            "app.rc",
        ],
    }
    env = {**zig_environment(os.environ), "LC_ALL": "C.UTF-8"}
    proof = Proof(
        "scripts",
        "Random resource scripts",
        CLAIM,
        ("compiler", "scripts", "kind", "resources", "bytes", "differing"),
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for tool, argv in tools.items():
            rng = random.Random(options.seed)
            resources = size = differing = 0
            for number in range(options.count):
                script = Writer(rng, narrow=tool == "windres").script()
                (folder / "app.rc").write_text(script, "utf-8")
                mine, other = ours(script), theirs(argv, folder, env)
                if isinstance(mine, dict):
                    resources += len(mine)
                    size += sum(map(len, mine.values()))
                if mine != other or isinstance(mine, str):
                    differing += 1
                    if differing <= 5:
                        show(tool, number, script, mine, other)
                    proof.fail(f"{tool}, script {number}")
            kind = "narrow" if tool == "windres" else "wide"
            proof.row(tool, options.count, kind, f"{resources:,}", f"{size:,}", differing)
    return proof.finish("Every resource of every script is equal.")


def show(tool: str, number: int, script: str, mine: Payloads | str, other: Payloads | str) -> None:
    """Print a script that differs, and where."""
    print(f"== {tool}, script {number}\n{script}", file=sys.stderr)
    if isinstance(mine, str) or isinstance(other, str):
        print(f"  ours   {mine}\n  theirs {other}", file=sys.stderr)
        return
    for key in sorted(mine.keys() | other.keys(), key=str):
        if mine.get(key) != other.get(key):
            print(
                f"{key}\n  ours   {mine.get(key)!r}\n  theirs {other.get(key)!r}", file=sys.stderr
            )


if __name__ == "__main__":
    sys.exit(main())
