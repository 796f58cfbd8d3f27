"""The documentation fits the program.

Links lead somewhere, commands in examples exist with their options, and every command and every
code has its page.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import click

from crosswind.cli.common import Command
from crosswind.cli.main import COMMANDS, crosswind
from crosswind.config.model import json_schema

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = ROOT / "src/crosswind/explain/pages"
# docs/hooks/site.py writes these when the site is built.
GENERATED = DOCS / "findings"

FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
CODE = re.compile(r"\bCW\d{4}\b")


def tracked(pattern: str) -> list[Path]:
    """The files git knows under a pattern, without those removed from disk."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", pattern], cwd=ROOT, check=True, capture_output=True
    )
    names = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [name for name in names if name.is_file()]


def links() -> Iterator[str]:
    """Relative links that lead nowhere, in any Markdown file."""
    for file in tracked("*.md"):
        for target in LINK.findall(_prose(file)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            path = _source(file.parent / name if name else file)
            if not path.exists():
                yield f"{file.relative_to(ROOT)}: link to {target}"
            elif anchor and path.suffix == ".md" and anchor not in _anchors(path):
                yield f"{file.relative_to(ROOT)}: no heading for {target}"


def _prose(file: Path) -> str:
    """A page without its fenced blocks, and without the patterns in the header of a finding."""
    text = FENCE.sub("", file.read_text("utf-8"))
    return text.partition("\n\n")[2] if file.parent == PAGES else text


def _source(path: Path) -> Path:
    """Where a page is written: the pages of the findings are generated from the package."""
    path = Path(*path.parts).resolve()
    if path.parent != GENERATED:
        return path
    return PAGES if path.name == "index.md" else PAGES / path.name


def _anchors(path: Path) -> set[str]:
    headings = HEADING.findall(_prose(path))
    return {re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", text.lower()).strip()) for text in headings}


def commands() -> Iterator[str]:
    """Commands without a page, and options that the page leaves out."""
    for name in COMMANDS:
        page = DOCS / f"commands/{name}.md"
        if not page.exists():
            yield f"docs/commands/{name}.md is missing"
            continue
        text = page.read_text("utf-8")
        for word in sorted(_own_words(_command([name]))):
            if word not in text:
                yield f"docs/commands/{name}.md does not mention {word}"


def _own_words(command: click.Command) -> Iterator[str]:
    """The long options and subcommands of a command, apart from what all commands share."""
    common = {parameter.name for parameter in Command("any").params}
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in common:
            yield max(parameter.opts, key=len)
    if isinstance(command, click.Group):
        for name, subcommand in command.commands.items():
            yield name
            yield from _own_words(subcommand)


def _command(words: list[str]) -> click.Command:
    """Follow `toolchain install 1.27.3` as far as there are subcommands."""
    command: click.Command = crosswind
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        if found is None:
            raise KeyError(word)
        command = found
    return command


def configuration() -> Iterator[str]:
    """Keys of crosswind.yaml that docs/configuration.md leaves out."""
    schema = json_schema()
    sections = [schema, *schema["$defs"].values()]
    text = (DOCS / "configuration.md").read_text("utf-8")
    for key in sorted({key for section in sections for key in section["properties"]}):
        if f"`{key}`" not in text:
            yield f"docs/configuration.md does not mention `{key}`"


def codes() -> Iterator[str]:
    """Codes without a page, and pages of codes that nothing raises."""
    used = {
        code
        for file in tracked("src/*.py")
        for code in CODE.findall(file.read_text("utf-8"))
        if file.parent != PAGES.parent
    }
    written = {page.stem for page in PAGES.glob("CW*.md")}
    for code in sorted(used - written):
        yield f"{code} has no page in {PAGES.relative_to(ROOT)}"
    # CW3xxx explain the messages of other tools, so nothing of ours raises them.
    for code in sorted(written - used):
        if not code.startswith("CW3"):
            yield f"{code} has a page and nothing uses it"


def examples() -> Iterator[str]:
    """Commands in fenced blocks that the program does not have."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for file in tracked("*.md"):
        for _, _, block in FENCE.findall(file.read_text("utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                fault = _fault(line.strip().removeprefix("$ "), targets)
                if fault:
                    yield f"{file.relative_to(ROOT)}: {line.strip()}: {fault}"


def _fault(line: str, targets: set[str]) -> str:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return ""
    if words[:1] == ["make"] and len(words) > 1:
        unknown = [word for word in words[1:] if re.fullmatch("[a-z]+", word)]
        return "".join(f"no target {word}" for word in unknown if word not in targets)
    if words[:1] in (["crosswind"], [".venv/bin/crosswind"]):
        return _unknown_option(words[1:])
    return ""


def _unknown_option(words: list[str]) -> str:
    # A synopsis such as `build [PACKAGE…]` is no example, and what follows `--` is not ours.
    if any(mark in word for word in words for mark in "[…|"):
        return ""
    words = list(takewhile(lambda word: word != "--", words))
    if words[:1] == ["-C"]:
        words = words[2:]
    try:
        command = _command(list(takewhile(lambda word: not word.startswith("-"), words)))
    except KeyError as error:
        return f"no command {error}"
    known = {option for parameter in command.params for option in parameter.opts}
    known |= {"--help", "--version"}
    given = [word.partition("=")[0] for word in words if word.startswith("--")]
    return ", ".join(f"no option {option}" for option in given if option not in known)


def main() -> int:
    """Print the problems; 1 if there are any."""
    rules = (links, commands, configuration, codes, examples)
    found = [problem for rule in rules for problem in rule()]
    print("\n".join(found) or f"docs: {len(tracked('*.md'))} pages fit the program")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
