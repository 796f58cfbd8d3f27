"""Windows programs, by our own emulator: a child process of Python that needs nothing but unicorn."""

from __future__ import annotations

import contextlib
import itertools
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.run.emulator import engine
from crosswind.run.emulator.job import JobFile
from crosswind.run.runner import Absent, Command, Found, Job, Session, Subject
from crosswind.system import files
from crosswind.target import Target

_INSTALL = "pip install 'crosswind[emulator]'"
# What the host's variables of these names say is of no use in Windows, or wrong there.
_HOSTS = frozenset((
    "PATH", "HOME", "TMPDIR", "TMP", "TEMP", "SHELL", "PWD", "OLDPWD", "USER", "LOGNAME", "HOSTNAME", "_",
    "SHLVL", "TERM_PROGRAM", "LD_LIBRARY_PATH", "LD_PRELOAD", "LC_CTYPE", "TZ",
))  # fmt: skip
# The emulator's own memory beside the program's, in bytes.
_OWN_MEMORY = 192 << 20
_LEAST_MEMORY = 64 << 20


class Emulated:
    """The emulator."""

    name = "emulator"
    watches = True

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        """Look for unicorn, and whether the program is of a kind that it can run."""
        del host, env
        if target.goos != "windows":
            return Absent("it runs Windows programs only")
        if target.goarch != "amd64":
            return Absent(f"it runs x86-64 programs only, not {target.goarch}")
        if engine.find() is None:
            return Absent("unicorn is not installed", _INSTALL)
        return Found(self.name)

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        """Read unicorn's version from its wheel."""
        del target, env
        version = engine.installed_version()
        if not version:
            return Absent("unicorn is not installed", _INSTALL)
        return replace(found, version=f"unicorn {version}")

    @contextlib.contextmanager
    def session(self, found: Found, subject: Subject, env: Mapping[str, str]) -> Iterator[Session]:
        """Make a folder for drives C and reports; it goes at the end."""
        del subject, env
        folder = Path(tempfile.mkdtemp(prefix="crosswind-emulator-"))
        try:
            yield _Session(found, folder)
        finally:
            files.remove_tree(folder)


@frozen
class _Session:
    found: Found
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def command(self, job: Job) -> Command:
        """Our own Python with the emulator; the program's environment is in the job's file."""
        own = self.folder / str(next(self._numbers))
        private, report = own / "c", own / "report.json"
        private.mkdir(parents=True)
        limit = job.limits.memory
        memory = max(limit - _OWN_MEMORY, _LEAST_MEMORY) if limit else JobFile().memory
        watch = job.watch
        told = JobFile(
            variables={name: value for name, value in job.env.items() if name not in _HOSTS},
            private=str(private),
            sandbox=str(watch.sandbox) if watch.sandbox else "",
            report=str(report),
            trace=watch.trace,
            trace_filter=watch.trace_filter,
            deny=tuple(sorted(watch.deny)),
            activity=watch.report,
            memory=memory,
        )
        files.write_atomic(own / "job.json", told.dumps())
        # Not the folder that we are in, nor variables, say where Python's modules are.
        python = (sys.executable, "-P", "-E", "-m", "crosswind.run.emulator")
        argv = (*python, "--job", str(own / "job.json"), str(job.program), *job.arguments)
        return Command(argv, job.env, job.cwd, report)


RUNNER = Emulated()
