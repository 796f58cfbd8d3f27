"""Programs of this host: nothing stands between them and the system."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator, Mapping
from dataclasses import replace

from crosswind.frozen import frozen
from crosswind.port import Port
from crosswind.run.runner import Absent, Command, Found, Job, Session, Subject
from crosswind.target import Target

# Systems that run another architecture's programs by themselves: (system, host's, program's GOARCH).
# Debian's kernels have the 32-bit system calls, and so has 64-bit Windows (WOW64).
_ALSO = {("linux", "amd64", "386"), ("windows", "amd64", "386"), ("windows", "arm64", "386"),
         ("windows", "arm64", "amd64")}  # fmt: skip


class Native:
    """The host itself."""

    name = "native"
    watches = False

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        """Say whether the program is of this host's kind."""
        del env
        if (target.goos, target.goarch) == (host.goos, host.goarch):
            return Found(self.name)
        if (target.goos, host.goarch, target.goarch) in _ALSO and target.goos == host.goos:
            return Found(self.name, notes=(f"{host} runs {target.goarch} programs by itself",))
        return Absent(f"{host} does not run {Port(target.goos, target.goarch)} programs by itself")

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        """Name the system's version."""
        del target, env
        return replace(found, version=f"{platform.system()} {platform.release()}")

    @contextlib.contextmanager
    def session(self, found: Found, subject: Subject, env: Mapping[str, str]) -> Iterator[Session]:
        """Nothing to prepare."""
        del subject, env
        yield _Session(found)


@frozen
class _Session:
    found: Found

    def command(self, job: Job) -> Command:
        """The program itself."""
        return Command((str(job.program), *job.arguments), job.env, job.cwd)


RUNNER = Native()
