"""Make docs/images/build.svg: the real output of a real build of examples/greet, in colors.

Run it after a change of what `crosswind build` prints: .venv/bin/python scripts/picture.py
"""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs/images/build.svg"
COMMANDS = (
    ("build", "-t", "windows/amd64,linux/arm64,darwin/arm64", "--clean"),
    ("verify", "dist/greet_linux_arm64/greet", "--expect", "windows/amd64", "-q"),
    ("explain", "exec format error"),
)
WIDTH = 108
# Lines of one command's output that the picture shows.
LINES = 13


def main() -> None:
    """Run the commands in examples/greet and draw what they print."""
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    for words in COMMANDS:
        console.print(Text.assemble(("$ ", "bold green"), "crosswind ", shlex.join(words)))
        done = subprocess.run(
            [sys.executable, "-m", "crosswind", "--color", "always", *words],
            cwd=ROOT / "examples/greet",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if words[0] == "build" else subprocess.STDOUT,
            text=True,
            check=False,
        )
        console.print(Text.from_ansi("\n".join(done.stdout.splitlines()[:LINES])))
        console.print()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(title="crosswind", code_format=_format())
    PICTURE.write_text(svg, encoding="utf-8")


def _format() -> str:
    """Return rich's frame without its web fonts: the project's pages load nothing from elsewhere."""
    from rich._export_format import CONSOLE_SVG_FORMAT

    start = CONSOLE_SVG_FORMAT.index("@font-face")
    end = CONSOLE_SVG_FORMAT.index(".{unique_id}-matrix")
    plain = CONSOLE_SVG_FORMAT[:start] + CONSOLE_SVG_FORMAT[end:]
    return plain.replace("Fira Code, monospace", "monospace")


if __name__ == "__main__":
    main()
