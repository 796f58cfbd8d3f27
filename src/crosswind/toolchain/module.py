"""Other versions, and toolchains of other hosts, through Go's own client.

A toolchain is the module golang.org/toolchain at a version such as
`v0.0.1-go1.27.3.linux-amd64` (https://go.dev/doc/toolchain#download). The go command downloads it
into its module cache and checks it against the checksum database; we write no client for that.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from crosswind.errors import CrosswindError, MissingError, RemoteError, UsageError
from crosswind.frozen import frozen
from crosswind.target import Target
from crosswind.toolchain import cellar, transfer, version
from crosswind.toolchain.environment import environment, outside_modules
from crosswind.toolchain.kinds import GO, Edition
from crosswind.toolchain.model import Source, Toolchain, label
from crosswind.toolchain.request import Request
from crosswind.toolchain.settings import Settings

MODULE = "golang.org/toolchain"
# cmd/go/internal/toolchain/select.go, gotoolchainVersion.
_PREFIX = "v0.0.1"
# The first release that is a module and whose client can fetch others.
_FIRST = version.parse("1.21")
_SERVER_ANSWER = r"\b(?:403|404|410) |not found|unknown revision|not available"
_LIST_LIMIT = transfer.Limits(stall=30, total=60)


@frozen
class Download:
    """A module zip in Go's module cache, checked by Go against the checksum database.

    Attributes:
        zip: the file.
        prefix: what every name in it begins with.
        sum: its `h1:` sum.
    """

    zip: Path
    prefix: str
    sum: str


def can_fetch(client: Toolchain) -> bool:
    """Whether this toolchain's go command knows toolchain modules."""
    return client.order >= _FIRST


def cached(name: str, runs_on: Target, settings: Settings) -> Toolchain | None:
    """Find a toolchain that is complete in Go's module cache; starts no process."""
    cache = settings.module_cache
    if cache is None:
        return None
    goroot = cache / f"{MODULE}@{_module_version(name, runs_on)}"
    found = Toolchain(
        name.removeprefix("go"), goroot, Source.MODULE, runs_on, _recorded_sum(cache, name, runs_on)
    )
    return found if _complete(found, cache) else None


def all_cached(settings: Settings) -> Iterator[Toolchain]:
    """Find every complete toolchain in Go's module cache."""
    cache = settings.module_cache
    if cache is None:
        return
    for folder in sorted(cache.glob(f"{MODULE}@{_PREFIX}-go*.*-*")):
        full = folder.name.partition("-")[2]
        name, _, platform = full.rpartition(".")
        goos, _, goarch = platform.partition("-")
        if found := cached(name, Target(goos, goarch), settings):
            yield found


def fetch(name: str, client: Toolchain, request: Request) -> Toolchain:
    """Get a toolchain for this host: Go downloads, checks and unpacks it in its module cache.

    Args:
        name: such as `go1.27.3`.
        client: the toolchain whose go command does it.
        request: environment, observer, limits, offline.

    Raises:
        MissingError: CW0404, offline and not there.
        UsageError: CW0402, there is no such version.
        RemoteError: CW0406 the registry failed, CW0407 wrong content, CW0409 too slow.
    """
    settings = Settings.read(request.env, client.goroot)
    if found := cached(name, client.host, settings):
        return found
    got = download(name, client.host, client, request)
    # The module is unpacked now, but as a module: without run bits, and with _go.mod in place of
    # go.mod. cmd/go mends both when it is told to use this toolchain (toolchain.Exec).
    env = {**_quiet(client, request.env, settings), "GOTOOLCHAIN": name}
    finish = transfer.Watch(label(name.removeprefix("go"), client.host), lambda: None)
    done = transfer.run([client.go, "env", "GOROOT"], finish, cwd=outside_modules(), env=env)
    if done.returncode:
        raise _error(done.text, name, client, request)
    goroot = Path(done.stdout.decode().strip())
    return Toolchain(name.removeprefix("go"), goroot, Source.MODULE, client.host, got.sum)


def install(name: str, runs_on: Target, client: Toolchain, request: Request) -> Toolchain:
    """Get another host's toolchain, unpacked in our own cache; raises like `fetch`."""
    number = name.removeprefix("go")
    edition = Edition(GO, number, runs_on)
    with cellar.exclusively(edition, request.observer):
        if found := cellar.find(edition):
            return found
        from crosswind.toolchain import archive

        got = download(name, runs_on, client, request)
        members = archive.module(got.zip, got.prefix, got.sum)
        return cellar.install(edition, Source.MODULE, got.sum, members)


def download(name: str, runs_on: Target, client: Toolchain, request: Request) -> Download:
    """Let Go download a toolchain's module, and check it; raises like `fetch`."""
    settings = Settings.read(request.env, client.goroot)
    full = _module_version(name, runs_on)
    cache = settings.module_cache
    folder = _download_folder(cache) if cache else None
    final = folder / f"{full}.zip" if folder else None
    if request.offline and not (final and final.exists()):
        raise MissingError(
            "CW0404",
            f"{label(name.removeprefix('go'), runs_on)} is not on this host, and "
            f"{request.offline_because}",
            hint=f"once, with network: crosswind toolchain install {name.removeprefix('go')}"
            + ("" if runs_on == client.host else f" --host {runs_on}"),
        )

    def measure() -> int | None:
        if folder is None or final is None or final.exists():
            return None
        return sum(transfer.size_of(part) for part in folder.glob(f"{final.name}*.tmp"))

    watch = transfer.Watch(
        label(name.removeprefix("go"), runs_on),
        measure,
        observer=request.observer,
        limits=request.limits,
    )
    env = _quiet(client, request.env, settings)
    if request.offline:
        env["GOPROXY"] = "off"
    done = transfer.run(
        [client.go, "mod", "download", "-json", f"{MODULE}@{full}"],
        watch,
        cwd=outside_modules(),
        env=env,
    )
    answer = _document(done.stdout)
    if done.returncode or "Zip" not in answer or answer.get("Error"):
        raise _error(answer.get("Error") or done.text, name, client, request)
    return Download(Path(answer["Zip"]), f"{MODULE}@{full}/", answer["Sum"])


def versions(client: Toolchain, request: Request) -> tuple[str, ...]:
    """The versions that the registry lists, oldest first; empty if it cannot be asked."""
    settings = Settings.read(request.env, client.goroot)
    # Without -retracted the newest version is read for retractions, which Go has none of.
    watch = transfer.Watch("the list of Go versions", lambda: 0, limits=_LIST_LIMIT)
    try:
        done = transfer.run(
            [client.go, "list", "-m", "-retracted", "-json", "-versions", "go"],
            watch,
            cwd=outside_modules(),
            env=_quiet(client, request.env, settings),
        )
    except CrosswindError:
        return ()
    listed = _document(done.stdout).get("Versions") or []
    return tuple(str(number) for number in listed) if isinstance(listed, list) else ()


def _error(text: str, name: str, client: Toolchain, request: Request) -> CrosswindError:
    """Say what Go's client could not do: what is wrong, whose fault it is, and what helps."""
    number = name.removeprefix("go")
    subject = f"{MODULE}@{_PREFIX}-{name}"
    message = _first_lines(text)
    if "checksum mismatch" in text or "SECURITY ERROR" in text:
        return RemoteError(
            "CW0407",
            f"the proxy served a wrong file, nothing was installed: {message}",
            subject=subject,
            hint="`go env GOPROXY` names the proxy; the checksum database disagrees with it",
        )
    if "GOSUMDB=off" in text or "GOPROXY=off" in text:
        off = "GOSUMDB" if "GOSUMDB=off" in text else "GOPROXY"
        return MissingError(
            "CW0408",
            f"Go {number} cannot be fetched because {off}=off",
            subject=subject,
            hint=f"unset {off}, or install Go {number} yourself",
        )
    if re.search(_SERVER_ANSWER, text):
        listed = versions(client, request)
        if listed and number not in listed:
            return unknown_version(number, listed)
        if not listed:
            message += "; the list of versions could not be fetched either"
    return RemoteError(
        "CW0406",
        f"Go {number} could not be fetched: {message}",
        subject=subject,
        hint="`go env GOPROXY` names the registry that was asked",
    )


def unknown_version(number: str, known: tuple[str, ...]) -> UsageError:
    """Say that there is no such Go version, and which are near."""
    near = version.nearest(number, known)
    return UsageError(
        "CW0402",
        f"there is no Go {number}",
        hint=f"near it there are {', '.join(near)}" if near else "",
    )


def _quiet(client: Toolchain, base: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Make the environment for Go's client: the user's, less what is meant for builds.

    Flags such as -mod=vendor, -modfile or -overlay make `go mod download` fail; -modcacherw is
    the one that concerns it. GOWORK and GO111MODULE would tie it to the user's module.
    """
    flags = settings.get("GOFLAGS").value.split()
    writable = any(flag.lstrip("-") in ("modcacherw", "modcacherw=true") for flag in flags)
    # Never empty: an empty variable counts as unset, and what `go env -w` wrote would count.
    kept = f"-modcacherw={str(writable).lower()}"
    return {
        **environment(client, base), "GOFLAGS": kept, "GOWORK": "off", "GO111MODULE": "on",
    }  # fmt: skip


def _complete(found: Toolchain, cache: Path) -> bool:
    """Whether Go has finished with it; toolchain.Exec copies src/go.mod at the very end."""
    partial = _download_folder(cache) / f"{_module_version(found.name, found.host)}.partial"
    return (
        (found.goroot / "src" / "go.mod").exists()
        and os.access(found.go, os.X_OK)
        and not partial.exists()
    )


def _recorded_sum(cache: Path, name: str, runs_on: Target) -> str:
    """The sum that Go keeps beside the zip; empty if the download folder was cleaned."""
    path = _download_folder(cache) / f"{_module_version(name, runs_on)}.ziphash"
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _download_folder(cache: Path) -> Path:
    return cache / "cache" / "download" / "golang.org" / "toolchain" / "@v"


def _module_version(name: str, runs_on: Target) -> str:
    return f"{_PREFIX}-{name}.{runs_on.goos}-{runs_on.goarch}"


def _document(output: bytes) -> dict[str, Any]:
    try:
        found = json.loads(output)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(lines[:3]).removeprefix("go: ")
