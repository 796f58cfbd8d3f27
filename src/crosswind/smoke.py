"""The pipeline's smoke stage: run a finished program once, where this host can run it."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from crosswind.building.plan import Unit
from crosswind.errors import CrosswindError, MissingError
from crosswind.finding import Check, Status
from crosswind.port import Port
from crosswind.system import process
from crosswind.target import Target
from crosswind.toolchain.targets import runner

# Seconds; a `--version` takes milliseconds, under QEMU a fraction of a second.
_TIMEOUT = 30.0
# What a program may need of the user's environment; the rest could change what it does.
_KEPT = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "TEMP", "TMP")
_TITLE = "runs here"


def check(unit: Unit, program: Path, final: Path, host: Target) -> Check | None:
    """Run a program with its `smoke` arguments; None if it has none.

    CW1801: it must end with status 0 in time. "Cannot run here" is never a pass: it is not checked,
    and says why.
    """
    words = unit.settings.smoke
    if not words:
        return None
    found = runner(Port(unit.target.goos, unit.target.goarch), host, shutil.which)
    if not found:
        return _skip(f"{host} cannot run {unit.target} programs, and no runner for them was found")
    if found != "native" and not found.startswith("qemu-"):
        return _skip(f"{found} is here, but only native programs and QEMU are run so far")
    argv = [str(program), *words] if found == "native" else [found, str(program), *words]
    return _run(argv, found, [final if word == str(program) else word for word in argv])


def _run(argv: list[str], found: str, by_hand: Sequence[str | Path]) -> Check:
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = process.run(argv, cwd=Path(folder), env=env, timeout=_TIMEOUT)
    except MissingError as error:
        return _skip(f"this host does not start it: {error.message}")
    except CrosswindError as error:
        return Check("CW1801", _TITLE, Status.FAIL, f"by {found}: {error.message}")
    first = next(iter(done.text.splitlines()), "no output")[:120]
    if done.returncode == 0:
        return Check("CW1801", _TITLE, Status.PASS, f"by {found}: {first}")
    how = f"status {done.returncode}" if done.returncode > 0 else f"signal {-done.returncode}"
    hint = f"see for yourself: {shlex.join(map(str, by_hand))}"
    return Check("CW1801", _TITLE, Status.FAIL, f"by {found}: ended with {how}: {first}", hint)


def _skip(reason: str) -> Check:
    return Check("CW1801", _TITLE, Status.SKIP, f"not checked because {reason}")
