"""The emulator's path rules beside Wine's, over paths put together at random."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.run.emulator import ordinal
from crosswind.run.emulator.filesystem import names

from ..in_wine.conftest import wine as wine  # noqa: PLC0414 - the fixture
from ...wine import WINE, Wine

_NAMES = [
    *("a", "B", "..", ".", "foo.", "x ", "x. ", "nul", "NUL", "con", "com1", "COM0", "lpt9"),
    *("nul.txt", "aux.c", "CONIN$", "conout$", "prn ", "", "é", "a b", "nul:", "nul .x", "c:"),
    *("com1:", "..a", "a..b", ". ."),
]
_STARTS = [
    *("", "\\", "/", "C:", "c:", "C:\\", "c:/", "D:", "D:\\", "z:", "\\\\server\\share\\"),
    *("\\\\server\\share", "//srv/sh/", "\\\\?\\", "\\\\.\\", "\\\\?\\C:\\", "//?/C:/", "\\\\.\\C:\\"),
    *("\\\\?\\UNC\\s\\h\\", "\\??\\C:\\", "\\\\.", "\\\\?", "\\\\", "\\\\?\\?\\", "/\\", "\\\\.\\pipe\\"),
]


def _paths() -> list[str]:
    choose = random.Random(5)
    made = {}
    for start in _STARTS:
        for _ in range(22):
            parts = [choose.choice(_NAMES) for _ in range(choose.randint(0, 4))]
            made[start + choose.choice("\\/").join(parts)] = True
    return [path for path in made if path]
