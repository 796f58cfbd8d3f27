"""Which Go there is, which one the project wants, and what steers it; no network is used."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from crosswind import toolchain
from crosswind.doctor.facts.host import has_attribute
from crosswind.errors import CrosswindError
from crosswind.events import Event, Noted, Observer
from crosswind.frozen import frozen
from crosswind.port import Port
from crosswind.project.gomod import Module
from crosswind.system import host
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags, system, wheel
from crosswind.toolchain.choice import choose
from crosswind.toolchain.kinds import GO

# The attribute that macOS gives to what a browser downloaded.
QUARANTINE = "com.apple.quarantine"


@frozen
class GoFacts:
    """The Go of this host and project.

    Attributes:
        settings: what the go command of this host would see.
        local: the system's Go, as crosswind finds it; None if there is none.
        on_path: the Go behind the `go` on PATH; None if there is none.
        chosen: the Go that builds this project, if it is on this host.
        error: why `chosen` is None.
        fetching: the toolchain's name, such as `go1.27.3`, if a build would fetch it; or empty.
        fetch_problem: why fetching it would fail.
        ignored: what GOTOOLCHAIN keeps from being followed, in a sentence; or empty.
        ports: what the Go builds for.
        flags: the words of GOFLAGS.
        flags_error: why GOFLAGS cannot be split into words.
        odd_lines: numbers of the lines of the `go env -w` file that Go reads otherwise than meant.
        quarantined: whether macOS holds the go command in quarantine.
    """

    settings: Settings
    local: Toolchain | None = None
    on_path: Toolchain | None = None
    chosen: Toolchain | None = None
    error: CrosswindError | None = None
    fetching: str = ""
    fetch_problem: CrosswindError | None = None
    ignored: str = ""
    ports: tuple[Port, ...] = ()
    flags: tuple[str, ...] = ()
    flags_error: str = ""
    odd_lines: tuple[int, ...] = ()
    quarantined: bool = False


def look(request: toolchain.Request, module: Module | None) -> GoFacts:
    """Find the Go for a project without fetching anything.

    Args:
        request: pinned version, offline or not, and the environment.
        module: the project's main module, if it has one.
    """
    wanted = request
    if module:
        wanted = replace(request, module_go=module.go, module_toolchain=module.toolchain)
    local = system.find(request.env)
    settings = Settings.read(request.env, local.goroot if local else None)
    notes: list[str] = []

    def observe(event: Event) -> None:
        if isinstance(event, Noted):
            notes.append(event.finding.message)

    chosen, error = None, None
    try:
        chosen = toolchain.resolve(_here(wanted, observe))
    except CrosswindError as raised:
        error = raised
    fetching = "" if chosen or request.offline else _to_fetch(wanted, local, settings, error)
    words, words_error = _flags(settings)
    return GoFacts(
        settings=settings,
        local=local,
        on_path=_on_path(request.env),
        chosen=chosen,
        error=error,
        fetching=fetching,
        fetch_problem=_fetch_problem(local, settings, fetching) if fetching else None,
        ignored=notes[-1] if notes else "",
        ports=toolchain.ports(chosen or local),
        flags=words,
        flags_error=words_error,
        odd_lines=odd_lines(settings.user_file),
        quarantined=_quarantined(chosen or local),
    )


def _here(wanted: toolchain.Request, observe: Observer) -> toolchain.Request:
    """Ask for what is on this host."""
    here = replace(wanted, offline=True, observer=observe)
    return here if wanted.offline else replace(here, offline_because="doctor fetches nothing")


def odd_lines(file: Path | None) -> tuple[int, ...]:
    """Find the lines that Go ignores or misreads in the file of `go env -w`.

    cmd/go/internal/cfg/cfg.go, readEnvFile: a line counts if it begins with a capital letter and
    holds `=`; everything behind that, a carriage return too, is the value.
    """
    if file is None or not file.is_file():
        return ()
    odd = []
    for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
        if not line.strip() or line.startswith(b"#"):
            continue
        if b"=" not in line or not b"A" <= line[:1] <= b"Z" or line.endswith(b"\r"):
            odd.append(number)
    return tuple(odd)


def _to_fetch(
    request: toolchain.Request,
    local: Toolchain | None,
    settings: Settings,
    error: CrosswindError | None,
) -> str:
    """Name what `resolve` would fetch if it were not kept from the network (CW0404)."""
    if error is None or error.code != "CW0404":
        return ""
    if request.version:
        return f"go{request.version.removeprefix('go')}"
    setting = settings.get("GOTOOLCHAIN")
    if not local and not setting.value:
        setting = toolchain.Setting("auto", "")
    ours = Target(host.goos(), host.goarch())
    stand_in = f"go{local.version if local else GO.newest(ours)}"
    choice = choose(setting, stand_in, request.module_go, request.module_toolchain)
    return "" if choice.path_only and choice.name != stand_in else choice.name


def _fetch_problem(
    local: Toolchain | None, settings: Settings, fetching: str
) -> CrosswindError | None:
    """Say what in the settings keeps this toolchain from being fetched, if anything."""
    from crosswind.errors import MissingError

    if local is None:
        try:
            wheel.client(settings.env)
        except CrosswindError as error:
            return error
        return None
    for name in ("GOPROXY", "GOSUMDB"):
        setting = settings.get(name)
        if setting.value == "off":
            return MissingError(
                "CW0408", f"{fetching} cannot be fetched because {name}=off", subject=setting.origin
            )
    return None


def _on_path(env: Mapping[str, str]) -> Toolchain | None:
    program = shutil.which("go", path=env.get("PATH", ""))
    return system.of_program(Path(program), env) if program else None


def _flags(settings: Settings) -> tuple[tuple[str, ...], str]:
    try:
        return goflags.split(settings.get("GOFLAGS").value), ""
    except ValueError as error:
        return (), str(error)


def _quarantined(go: Toolchain | None) -> bool:
    if go is None or os.name != "posix" or host.goos() != "darwin":
        return False
    return has_attribute(go.go, QUARANTINE)
