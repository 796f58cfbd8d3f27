"""The emulator's path rules beside Wine's, over paths put together at random."""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.run import execute
from crosswind.run.emulator import ordinal
from crosswind.run.emulator.filesystem import names
from crosswind.run.runner import Job
from crosswind.system.process import Limits
from wine import session

# fmt: off
_NAMES = [
    "a", "B", "..", ".", "foo.", "x ", "x. ", "nul", "NUL", "con", "com1", "COM0", "lpt9", "nul.txt",
    "aux.c", "CONIN$", "conout$", "prn ", "", "é", "a b", "nul:", "nul .x", "c:", "com1:", "..a",
    "a..b", ". .",
]
_STARTS = [
    "", "\\", "/", "C:", "c:", "C:\\", "c:/", "D:", "D:\\", "z:", "\\\\server\\share\\x", "//srv/sh/",
    "\\\\?\\", "\\\\.\\", "\\\\?\\C:\\", "//?/C:/", "\\\\.\\C:\\", "\\\\?\\UNC\\s\\h\\", "\\??\\C:\\",
    "\\\\?\\?\\", "\\\\.\\pipe\\",
]
# fmt: on


def _paths() -> list[str]:
    choose = random.Random(5)
    made = {}
    for start in _STARTS:
        for _ in range(25):
            parts = [choose.choice(_NAMES) for _ in range(choose.randint(0, 4))]
            made[start + choose.choice("\\/").join(parts)] = True
    return [path for path in made if path and not _wine_differs(path)]


def _wine_differs(path: str) -> bool:
    r"""Where Wine does not do what Windows' documentation says.

    It keeps an empty name behind a share (`\\s\h\\`), and takes one dot off a name that ends in
    several (`a..\b`), where "a segment of three or more periods" and the like stay.
    """
    empty = re.match(r"[\\/]{2}[^.?\\/][^\\/]*[\\/]+[^\\/]+[\\/]{2}", path)
    return bool(empty or re.search(r"[^\\/]\.\.[\\/]", path))


@pytest.fixture(scope="module")
def answers(
    built: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[str], list[str]]:
    """What Wine says: the lines about units, and those about paths."""
    folder = tmp_path_factory.mktemp("paths")
    lines = "".join(json.dumps(path) + "\n" for path in _paths())
    with session() as wine:
        job = Job(
            built("paths", "windows/amd64"), cwd=folder, stdin=lines.encode(), limits=Limits(60)
        )
        result = execute.execute(wine.session, job)
    assert result.status == 0, result
    units, _, paths = result.stdout.decode().replace("\r\n", "\n").partition("\n\n")
    return units.splitlines(), paths.splitlines()


def test_upper_case(answers: tuple[list[str], list[str]]) -> None:
    wine = {chr(int(unit)): chr(int(upper)) for unit, upper in map(str.split, answers[0])}
    mine = {
        unit: upper for unit in map(chr, range(0x10000)) if (upper := ordinal.upper(unit)) != unit
    }
    # A newer Python knows letters that Wine 8 (Unicode 14) does not.
    assert not wine.items() - mine.items()
    assert all(ord(unit) > 0xA7C0 for unit, _ in mine.items() - wine.items())


def test_paths(answers: tuple[list[str], list[str]]) -> None:
    current = ast.literal_eval(answers[1][0])
    asked = _paths()
    assert len(asked) == len(answers[1]) - 1 > 400
    differences = []
    for path, line in zip(asked, answers[1][1:], strict=True):
        kind, offset, length, part, quoted = line.split(" ", 4)
        full = names.full(path, current, lambda _: None)
        at = names.file_part(path, full)
        mine = (int(names.kind(path)), *names.dos_device(path), -1 if at is None else at, full)
        wine = (int(kind), int(offset), int(length), int(part), ast.literal_eval(quoted))
        if mine != wine:
            differences.append((path, wine, mine))
    assert differences == []
