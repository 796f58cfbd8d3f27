"""The emulator answers Windows' calls as Wine does: some 1,900 answers, line by line.

Where the two differ, `wine_differences` says why, and what Windows documents.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from crosswind.run.emulator.abi import TABLE
from crosswind.run.emulator.calls import load
from crosswind.run.runner import Command, Job
from wine import session
from wine_differences import DIFFERENCES

Answers = dict[str, str]


@pytest.fixture(scope="module")
def program(built: Callable[[str, str], Path]) -> Path:
    return built("calls", "windows/amd64")


def _answers(command: Command) -> Answers:
    """Run the program; an answer by its question, with a number where a question comes twice."""
    # A file and no pipe: services that Wine starts would hold a pipe open.
    with tempfile.TemporaryFile() as output:
        subprocess.run(
            command.argv,
            cwd=command.cwd,
            env=command.env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )
        output.seek(0)
        text = output.read().decode()
    seen: Counter[str] = Counter()
    answers = {}
    for line in text.splitlines():
        question, _, answer = line.partition(" => ")
        seen[question] += 1
        answers[f"{question} #{seen[question]}" if seen[question] > 1 else question] = answer
    return answers


def _end_services(prefix: str) -> None:
    """End what the wineboot of a prefix started; it would outlive Wine's server."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("WINEPREFIX") == prefix:
                process.kill()
        except psutil.Error:
            continue


@pytest.fixture(scope="module")
def by_wine(program: Path) -> Answers:
    with session() as opened:
        command = opened.session.command(Job(program, cwd=program.parent))
        # With a wineboot, which the runner does without, Wine knows the computer and its user.
        boots = {**command.env, "WINEDLLOVERRIDES": "mscoree,mshtml="}
        try:
            return _answers(replace(command, env=boots))
        finally:
            _end_services(boots["WINEPREFIX"])


@pytest.fixture(scope="module")
def by_emulator(program: Path) -> Answers:
    argv = (sys.executable, "-m", "crosswind", "run", "--with", "emulator", str(program))
    return _answers(Command(argv, {**os.environ, "TZ": "UTC"}, program.parent))


def test_answers_are_wines(by_wine: Answers, by_emulator: Answers) -> None:
    different = {
        question: (by_wine.get(question), by_emulator.get(question))
        for question in by_wine | by_emulator
        if by_wine.get(question) != by_emulator.get(question)
    }
    assert len(by_emulator) > 1800
    assert {q: answers for q, answers in different.items() if q not in DIFFERENCES} == {}


def test_every_difference_that_is_explained_is_there(
    by_wine: Answers, by_emulator: Answers
) -> None:
    assert [q for q in DIFFERENCES if by_wine.get(q) == by_emulator.get(q)] == []


def test_calls_are_marked_as_compared_exactly_where_they_are(by_emulator: Answers) -> None:
    load()
    asked = {question.partition(":")[0] for question in by_emulator}
    # A function may have several names: it is compared where one of them is.
    functions: dict[object, tuple[set[str], bool]] = {}
    for _, made in TABLE:
        names, _ = functions.setdefault(made.function, (set(), made.compared))
        names.add(made.name)
    never = [names for names, compared in functions.values() if compared and not names & asked]
    assert never == [], "marked as compared, but never asked"
    hidden = [names for names, compared in functions.values() if not compared and names & asked]
    assert hidden == [], "asked, but not marked as compared"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("CloseHandle: 0", "false, error 6"),
        ("CloseHandle: unknown", "false, error 6"),
        ("CloseHandle: closed", "false, error 6"),
        ("CreateFileW: absent", "invalid, error 2"),
        ("CreateFileW: absent folder", "invalid, error 3"),
        ("CreateFileW: by Go", "true"),
        ("SetLastError: two threads", "55 77"),
        ("Sleep: 20 ms", "long enough: true not for ages: true"),
    ],
)
def test_the_answers_that_programs_depend_on(
    by_emulator: Answers, question: str, answer: str
) -> None:
    assert by_emulator[question] == answer
