"""The pipeline's verify stage: what a unit's program must be, and whether it is and runs."""

from __future__ import annotations

import getpass
import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosswind.artifact import Kind
from crosswind.building.memory import Memory
from crosswind.building.plan import Output, Unit
from crosswind.building.prepare import Prepared
from crosswind.config.settings import Debug
from crosswind.finding import Check, Report, Status
from crosswind.finishing import Finished, splits
from crosswind.system.host import node
from crosswind.verify.expectation import Expectation
from crosswind.version import __version__

if TYPE_CHECKING:
    from crosswind.smoke import Smoke


def report(
    prepared: Prepared, memory: Memory, output: Output, finished: Finished, *, pdb: bool = False
) -> Report:
    """Verify a finished program that will be published.

    Checks read nothing but the file's bytes and the expectation: where an earlier run of the same
    crosswind saw both, its verdicts still hold and are remembered. Those on a signature hold for a day:
    certificates expire. That nothing of a machine leaked was seen where the program was built; whoever
    takes it over has other folders, of which it knows nothing. `pdb` says that the linker made one for it.
    """
    unit, name = output.unit, output.final.as_posix()
    expected = replace(expectation(prepared, unit, finished), pdb=True if pdb else None)
    day = f"{datetime.now(UTC):%Y-%m-%d}" if expected.signed else ""
    question = _question(finished, expected, day)
    everywhere = _question(finished, replace(expected, traces=()), f"{day} {bool(expected.traces)}")
    checks = memory.recall(name, question, _checks, everywhere)
    if checks is None:
        from crosswind.verify import verify_file

        checks = _variables(finished, expected, verify_file(finished.path, expected).checks)
        memory.remember(name, question, [check.document for check in checks], everywhere)
    ran = _smoke(prepared, memory, output, finished)
    every = (*checks, ran.check) if ran else checks
    return Report(
        str(output.final),
        tuple(_weigh(check, prepared, unit) for check in every),
        run=ran.record if ran else None,
    )


def _question(finished: Finished, expected: Expectation, rest: str) -> str:
    asked = f"{__version__} {finished.sha256} {expected!r} {rest}"
    return hashlib.sha256(asked.encode()).hexdigest()


def _smoke(prepared: Prepared, memory: Memory, output: Output, finished: Finished) -> Smoke | None:
    """Run a program, unless it ran well before on a host like this; only that is remembered."""
    unit, host = output.unit, prepared.toolchain.host
    if not unit.settings.smoke_run:
        return None
    wanted = (unit.settings.smoke, unit.settings.smoke_exit, unit.settings.smoke_output)
    asked = f"{__version__} {finished.sha256} {wanted!r} {host}"
    name, question = f"smoke {output.final.as_posix()}", hashlib.sha256(asked.encode()).hexdigest()
    known = memory.recall(name, question, _ran, question)
    if known is not None:
        return known
    from crosswind import smoke  # late: most builds run nothing

    ran = smoke.check(unit, finished.path, output.final, host)
    if ran and ran.check.status is Status.PASS:
        answer = {"check": ran.check.document, "record": ran.record}
        memory.remember(name, question, answer, question)
    return ran


def _checks(answer: Any) -> tuple[Check, ...]:
    """Read remembered verdicts; a TypeError or ValueError for everything else."""
    return tuple(map(Check.of, answer))


def _ran(answer: Any) -> Smoke:
    """Read a remembered run; a TypeError or ValueError for everything else."""
    if not isinstance(answer, dict) or not isinstance(record := answer.get("record"), dict):
        raise TypeError("no run")
    from crosswind.smoke import Smoke

    return Smoke(Check.of(answer.get("check")), record)


def _variables(
    finished: Finished, expected: Expectation, checks: tuple[Check, ...]
) -> tuple[Check, ...]:
    """Look for injected variables in what was linked: a program that was split has no symbols."""
    if not (expected.variables and finished.linked and expected.strip_symbols):
        return checks
    from crosswind.verify import verify_file

    linked = {check.code: check for check in verify_file(finished.linked, expected).checks}
    return tuple(
        linked.get(check.code, check) if check.code.startswith("CW17") else check
        for check in checks
    )


def _weigh(check: Check, prepared: Prepared, unit: Unit) -> Check:
    """Turn a failure that the configuration accepts into a warning that says so."""
    accepted = prepared.config.ignored(check.code, unit.target)
    if check.status is not Status.FAIL or accepted is None:
        return check
    message = f"{check.message} (accepted: {accepted.reason})"
    return Check(check.code, check.title, Status.WARN, message, check.hint)


def expectation(prepared: Prepared, unit: Unit, finished: Finished) -> Expectation:
    """Say what a unit's binary must be, as far as the plan tells."""
    settings = unit.settings
    linker = " ".join(settings.ldflags).split()
    remote = prepared.source.remote
    split = settings.debug is not Debug.KEEP and splits(unit)
    return Expectation(
        target=unit.target,
        cgo=unit.cgo,
        tags=settings.tags or None,
        trimpath=settings.trimpath,
        buildmode=settings.buildmode or None,
        gui=settings.gui if _is_windows_program(unit) else None,
        go_version=prepared.toolchain.version,
        program=unit.import_path,
        module=prepared.source.module.path or None,
        module_version=remote.version if remote else None,
        vcs_revision=prepared.stamped.hash if prepared.stamped else None,
        strip_symbols="-s" in linker or split or (None if _keeps_no_symbols(unit) else False),
        strip_dwarf="-w" in linker or "-s" in linker or split,
        debug_file=True if finished.debug else None,
        variables=settings.variables,
        file_name=unit.file_name,
        pgo={"": None, "auto": None, "off": False}.get(settings.pgo, True),
        traces=_traces(prepared) if settings.trimpath else (),
        resources=_resources(finished),
        signed=finished.signed or None,
    )


def _is_windows_program(unit: Unit) -> bool:
    """Whether the subsystem means anything: a library is loaded by programs of both."""
    return unit.target.goos == "windows" and unit.kind is Kind.BINARY


def _keeps_no_symbols(unit: Unit) -> bool:
    """Whether the C linker may leave the COFF symbol table out: lld does, for PE files with DWARF."""
    return unit.target.goos == "windows" and unit.cgo


def _resources(finished: Finished) -> tuple[tuple[str, str], ...] | None:
    """Name every resource that the program shall hold, with the digest of its content."""
    if finished.resources is None:
        return None
    from crosswind.windows.resource import describe

    return tuple(
        (describe(resource), hashlib.sha256(resource.data).hexdigest())
        for resource in finished.resources
    )


def _traces(prepared: Prepared) -> tuple[tuple[str, str], ...]:
    """List what of this machine must not be inside a program built with -trimpath."""
    home = str(Path.home())
    places = {
        "build directory": str(prepared.source.directory),
        "home directory": home if len(home) > 2 else "",
        "Go installation": str(prepared.toolchain.goroot),
        "module cache": prepared.env.get("GOMODCACHE", ""),
        "build cache": prepared.env.get("GOCACHE", ""),
    }
    folders = [(what, place + os.sep) for what, place in places.items() if place]
    return (*folders, *filter(all, (("user name", _user()), ("host name", node()))))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in many containers
        return ""
