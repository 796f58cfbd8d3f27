"""What mkdocs cannot know: the findings' pages, and which pages a folder of the nav holds."""  # noqa: INP001 - mkdocs loads it by its path

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from crosswind.cli.main import COMMANDS
from crosswind.explain.page import codes, load

# The thousands (and for CW1xxx and less, the hundreds) of a code name its subject.
SUBJECTS = {
    "CW01": "Targets and usage",
    "CW02": "Configuration",
    "CW03": "Project",
    "CW04": "Toolchains",
    "CW05": "System",
    "CW06": "Compiling",
    "CW10": "Checks: format and machine",
    "CW11": "Checks: Go build information",
    "CW12": "Checks: linking",
    "CW13": "Checks: PE",
    "CW14": "Checks: Mach-O",
    "CW15": "Checks: leaked paths",
    "CW16": "Checks: symbols and DWARF",
    "CW17": "Checks: injected variables",
    "CW2": "Doctor",
    "CW3": "Messages of other tools",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Replace each folder in the nav by its pages."""
    docs = Path(config.docs_dir)
    for entry in config.nav or []:
        for title, target in entry.items():
            if isinstance(target, str) and target.endswith("/"):
                entry[title] = _pages(docs, target)
    # A section without pages would be an empty heading.
    config.nav = [entry for entry in config.nav or [] if all(entry.values())]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the findings, and their index."""
    for code in codes():
        files.append(File.generated(config, f"findings/{code}.md", content=_finding(code)))
    files.append(File.generated(config, "findings/index.md", content=_index()))
    return files


def on_page_content(html: str, **_given: object) -> str:
    r"""Drop the backslash of `a\|b` in tables: GitHub wants it there, Python's Markdown prints it."""
    return re.sub(r"<td><code>[^<]*</code>", lambda cell: cell[0].replace("\\|", "|"), html)


def _pages(docs: Path, folder: str) -> list[str]:
    """Commands come in the order of the work, everything else by name."""
    found = {path.stem: f"{folder}{path.name}" for path in sorted((docs / folder).glob("*.md"))}
    if folder == "commands/":
        return [found[name] for name in COMMANDS if name in found]
    return list(found.values())


def _finding(code: str) -> str:
    page = load(code).filled({})
    return f"# {code}: {page.title}\n\n*{page.severity.value}*\n\n{page.body}\n"


def _index() -> str:
    lines = ["# Findings", "", "What each code means; `crosswind explain CODE` prints the same."]
    heading = ""
    for code in codes():
        subject = next((SUBJECTS[key] for key in SUBJECTS if code.startswith(key)), "Others")
        if subject != heading:
            heading = subject
            lines += ["", f"## {subject}", "", "| code | title | severity |", "|---|---|---|"]
        page = load(code)
        lines.append(f"| [{code}]({code}.md) | {page.title} | {page.severity.value} |")
    return "\n".join(lines) + "\n"
