"""Intel programs on a Mac with Apple's processor, by Rosetta: unproved, for want of such a Mac."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.run.runner import Absent, Command, Found, Job, Session, Subject
from crosswind.target import Target

# Where `softwareupdate --install-rosetta` puts its runtime.
_RUNTIME = Path("Library/Apple/usr/libexec/oah/libRosettaRuntime")
# arch(1) chooses the half of a universal file.
_ARCH = Path("usr/bin/arch")
_HINT = "softwareupdate --install-rosetta --agree-to-license"


@frozen
class Rosetta:
    """Apple's translation; `root` is where the system's files are looked for."""

    root: Path = Path("/")
    name = "rosetta"
    watches = False

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        """Look for Rosetta's runtime."""
        del env
        if (target.goos, target.goarch) != ("darwin", "amd64"):
            return Absent("it runs programs for darwin/amd64 only")
        if (host.goos, host.goarch) != ("darwin", "arm64"):
            return Absent(f"it is part of macOS on Apple's processors, and this is {host}")
        if not (self.root / _RUNTIME).exists():
            return Absent("Rosetta is not installed", _HINT)
        return Found(self.name, self.root / _ARCH)

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        """Name the system's version: Rosetta has none of its own."""
        del target, env
        release = platform.mac_ver()[0]
        return replace(found, version=f"macOS {release}" if release else "macOS")

    @contextlib.contextmanager
    def session(self, found: Found, subject: Subject, env: Mapping[str, str]) -> Iterator[Session]:
        """Nothing to prepare."""
        del subject, env
        yield _Session(found)


@frozen
class _Session:
    found: Found

    def command(self, job: Job) -> Command:
        """`arch`, which takes the Intel half of a universal file, too."""
        argv = (str(self.found.program), "-x86_64", str(job.program), *job.arguments)
        return Command(argv, job.env, job.cwd)


RUNNER = Rosetta()
