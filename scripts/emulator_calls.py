"""Write docs/emulator-calls.md, the table of the calls that the emulator has; `--check` refuses a stale one."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crosswind.run.emulator import abi, calls
from crosswind.run.emulator.abi import Call

PAGE = Path(__file__).resolve().parent.parent / "docs" / "emulator-calls.md"

HEAD = """# Calls of the emulator

What Windows programs may call in the [emulator](commands/run.md). This page is written by
`scripts/emulator_calls.py` from the code in `run/emulator/calls`; `make check` refuses an old one.

A call that is not here ends the program as unsupported, with its name, the Go function that wanted it, and status 126; it
says nothing about the program. What stands behind a call is what it does, and what it simplifies. *not compared*: its answers
were not held against Wine's.
"""


def page() -> str:
    """Return the whole page."""
    calls.load()
    areas: dict[str, dict[str, Call]] = {}
    for _, call in abi.TABLE:
        areas.setdefault(call.area, {})[call.name] = call
    return "\n".join([HEAD, *_summary(areas), *_tables(areas)]) + "\n"


def _summary(areas: dict[str, dict[str, Call]]) -> Iterator[str]:
    every = [call for group in areas.values() for call in group.values()]
    compared = sum(call.compared for call in every)
    yield f"{len(every)} calls, {compared} of them compared with Wine's.\n"
    yield "| DLL | calls |"
    yield "|---|---|"
    counts = Counter(library for library, _ in abi.TABLE)
    for library, count in sorted(counts.items()):
        yield f"| {library} | {count} |"


def _tables(areas: dict[str, dict[str, Call]]) -> Iterator[str]:
    for area, group in sorted(areas.items()):
        yield f"\n## {area.replace('_', ' ').capitalize()}\n"
        yield "| call | DLL | does |"
        yield "|---|---|---|"
        for name, call in sorted(group.items()):
            text = call.summary.replace("|", "\\|")
            text += "" if call.compared else " *(not compared)*"
            yield f"| `{name}` | {', '.join(call.libraries)} | {text} |"


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        print(f"emulator: {text.count(chr(10) + '| `')} calls in docs/{PAGE.name}")
        return 0
    print(f"docs/{PAGE.name} is old: run python scripts/{Path(__file__).name}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
