"""Windows programs, by Wine.

Each session has a prefix and a wineserver of its own, so sessions do not see each other and nothing
runs on after one (`wine_prefix.py`, `wine_server.py`). A program is Wine's loader itself, a child as any other: its
streams are the program's, byte for byte. Arguments reach it as they are; its directory is the host's,
below drive Z.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.run import program, wine_files, wine_layout, wine_prefix, wine_server
from crosswind.run.runner import Absent, Command, Found, Job, Session, Subject
from crosswind.run.wine_layout import Layout
from crosswind.system import files
from crosswind.target import Target

# `full` for a prefix made by `wineboot`, instead of the minimal one.
PREFIX_VARIABLE = "CROSSWIND_WINE_PREFIX"

# `wine --version`: "wine-8.0 (Debian 8.0~repack-4)", "wine-10.3-83-gabcdef (Staging)".
_VERSION = re.compile(r"wine-(\d+(?:\.\d+)+\S*)")

# Wine translates the system and not the processor: on x86-64 it runs both of Intel's, elsewhere the
# host's own. Its Macs' builds are for x86-64, which Rosetta translates.
_RUNS = {"amd64": ("amd64", "386"), "386": ("386",), "arm64": ("arm64",)}
_MACS = ("amd64", "386")

# Errors, without that of having no wineboot, which is as it should be.
_LOUD = "fixme-all,err-environ"

_INSTALL = "on Debian: apt-get install wine64; on macOS: brew install --cask wine-stable"


@frozen
class Wine:
    """Wine; `root` is where the system's folders are looked for."""

    root: Path = Path("/")
    name = "wine"
    watches = False

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        """Look for a Wine that has the program's architecture."""
        unfit = _unfit(target, host)
        if unfit:
            return Absent(unfit)
        here = [wine_layout.layout(one, self.root) for one in wine_layout.loaders(env, self.root)]
        if not here:
            return _nothing(env)
        able = next((one for one in here if target.goarch in one.libraries), None)
        if able is None:
            i386 = "on Debian: dpkg --add-architecture i386, then apt-get install wine32"
            return Absent(
                f"{here[0].loader} comes without its files for {target.goarch}",
                i386 if target.goarch == "386" else _INSTALL,
            )
        return _incomplete(able, target) or Found(self.name, able.loader)

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        """Ask it for its version, which a broken one does not tell."""
        loader = found.program or Path()
        asked = {name: env[name] for name in ("PATH", "HOME") if name in env}
        answer = program.ask(loader, "--version", env={**asked, "LC_ALL": "C"})
        if isinstance(answer, Absent):
            return answer
        version = _VERSION.search(answer)
        if version is None:
            return Absent(f"{loader} does not tell Wine's version, but {answer[:80]!r}")
        notes = found.notes
        if target.goarch == "amd64" and wine_files.lacks_shim(
            wine_layout.layout(loader, self.root)
        ):
            notes += ("bcryptprimitives.dll is crosswind's own, since this Wine has none",)
        return replace(found, version=version[1], notes=notes)

    @contextlib.contextmanager
    def session(self, found: Found, subject: Subject, env: Mapping[str, str]) -> Iterator[Session]:
        """Make a prefix, and start its wineserver; both are gone afterwards.

        Raises:
            MissingError: CW4020, CW4021, Wine is broken. And what `files.translated` raises.
        """
        del subject
        wine = wine_layout.layout(found.program or Path(), self.root)
        boots = env.get(PREFIX_VARIABLE) == "full"
        folder = Path(tempfile.mkdtemp(prefix="crosswind-wine-"))
        with contextlib.ExitStack() as stack:
            stack.callback(files.remove_tree, folder)
            own = wine_prefix.environment(folder, _kept(env), boots=boots)
            if boots:
                wine_prefix.full(folder, wine, found.version, _kept(env))
            else:
                stack.enter_context(wine_prefix.minimal(folder, wine))
            stack.enter_context(wine_server.server(folder, wine, own))
            if boots:
                wine_prefix.start_services(folder, wine, own)
            yield _Session(found, folder, boots, env, wine_files.lacks_shim(wine))


def _unfit(target: Target, host: Target) -> str:
    """Say why no Wine on this host could run the program; empty if one could."""
    if target.goos != "windows":
        return "it runs Windows programs only"
    if host.goos == "windows":
        return "this is Windows itself"
    serves = _MACS if host.goos == "darwin" else _RUNS.get(host.goarch, ())
    if target.goarch not in serves:
        return f"it translates no processor, and {host} has none for {target.goarch}"
    return ""


def _incomplete(wine: Layout, target: Target) -> Absent | None:
    if wine.server is None:
        return Absent(f"{wine.loader} comes without wineserver", _INSTALL)
    if target.goarch == "386" and wine_files.lacks_shim(wine):
        return Absent(
            f"{wine.loader} has no bcryptprimitives.dll, and crosswind's is for x86-64",
            "Wine 9 and later have it",
        )
    return None


def _nothing(env: Mapping[str, str]) -> Absent:
    for variable in wine_layout.VARIABLES:
        if env.get(variable):
            return Absent(f"{variable} names {env[variable]}, which cannot be executed")
    return Absent("it is neither on PATH nor in the usual places", _INSTALL)


def _kept(env: Mapping[str, str]) -> dict[str, str]:
    """What Wine's own processes need of this host's environment."""
    return {name: env[name] for name in ("PATH", "TMPDIR") if name in env}


@frozen
class _Session:
    found: Found
    folder: Path
    boots: bool
    env: Mapping[str, str]
    lends: bool

    def command(self, job: Job) -> Command:
        """Wine's loader with the program; Wine says what goes wrong only if that is wanted."""
        env = wine_prefix.environment(self.folder, {**_kept(self.env), **job.env}, boots=self.boots)
        if job.verbose:
            env["WINEDEBUG"] = self.env.get("WINEDEBUG", _LOUD)
        argv = (str(self.found.program), str(job.program), *job.arguments)
        if not self.lends:
            return Command(argv, env, job.cwd, cut_status=_CUT)
        status = self.folder / f"status-{secrets.token_hex(4)}"
        env[_STATUS] = f"Z:{status}".replace("/", "\\")
        return Command(argv, env, job.cwd, whole_status=status, cut_status=_CUT)


# The library that we lend to Wine writes a program's whole status to this file (wine_shim).
_STATUS = "CROSSWIND_WINE_STATUS"
# Wine's loader ends with a program's status cut to what the host has (dlls/ntdll/unix/server.c and
# process.c, get_unix_exit_code: 1 where those bits would be 0).
_CUT = "of a Windows status Wine hands on the low 8 bits; one that is not 0 never becomes 0"

RUNNER = Wine()
