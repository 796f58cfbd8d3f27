"""Run Windows programs by the library's Wine, for tests of what programs find."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from crosswind.port import Format
from crosswind.run import execute, wine
from crosswind.run.runner import Ended, Found, Job, Session, Subject
from crosswind.system import host
from crosswind.system.process import Limits
from crosswind.target import Target

AMD64 = Target("windows", "amd64")


def found() -> Found:
    """The Wine of this host; the test is skipped, with the reason, if there is none."""
    here = wine.RUNNER.find(AMD64, Target(host.goos(), host.goarch()), os.environ)
    if isinstance(here, Found):
        here = wine.RUNNER.probe(here, AMD64, os.environ)
    if not isinstance(here, Found):
        pytest.skip(f"wine: {here.reason}")
    return here


@dataclass(frozen=True)
class Wine:
    """A session of Wine."""

    session: Session

    def run(self, program: Path, *arguments: str) -> str:
        """Run a program and return what it prints; it must end with status 0."""
        job = Job(program, arguments, program.parent, {}, Limits(60))
        done = execute.execute(self.session, job)
        assert (done.ended, done.status) == (Ended.EXIT, 0), done
        return done.stdout.decode()


@contextmanager
def session() -> Iterator[Wine]:
    """Open a session for programs of windows/amd64."""
    subject = Subject(Path("any.exe"), AMD64, Format.PE32_PLUS)
    with wine.RUNNER.session(found(), subject, os.environ) as opened:
        yield Wine(opened)
