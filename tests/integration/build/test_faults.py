"""Disks that are full or locked, registries that are down, slow or lie: said, survived, mended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest

import crosswind as library
from crosswind.errors import RemoteError
from crosswind.project import remote
from integration.toolchain.registry import Registry, hang, unknown

from .conftest import CommandLine, clean_environment, write

IN = "example.com/tool@v1.0.0"
# A module whose go.sum is not that of the proxy's example.com/dep.
ZEROS = "h1:" + "A" * 43 + "="
NEEDS = {
    "go.mod": "module example.com/app\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n",
    "main.go": 'package main\n\nimport "example.com/dep"\n\nfunc main() { dep.Hello() }\n',
}


def on_a_disk(folder: Path, options: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Build twice into a file system of our own, which has room the second time."""
    build = f"'{sys.executable}' -m crosswind build -t linux/amd64 -o small/dist"
    script = f"""
        mount -t tmpfs -o size=64m none small && mkdir small/dist && mount -o remount,{options} small
        {build} --json; echo "first $?"; find small/dist -type f -not -path '*/.crosswind/*'
        find small/dist/.crosswind/work 2>/dev/null; ls -A small/dist/*.json 2>/dev/null
        mount -o remount,rw,size=64m small; {build} -q >&2; echo "second $?"
    """
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, *words],
        cwd=folder, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts, as root on Linux")
@pytest.mark.parametrize(
    ("options", "code", "finding"),
    [
        ("size=16k", 3, "CW0503"),  # no room for the records
        ("size=1m", 3, "CW0503"),  # none for the linker
        ("ro", 2, "CW0504"),
    ],
)
def test_a_disk_that_takes_nothing(hello: Path, options: str, code: int, finding: str) -> None:
    (hello / "small").mkdir()
    done = on_a_disk(hello, options)
    assert "Traceback" not in done.stderr, done.stderr
    document, _, rest = done.stdout.partition("first ")
    assert f'"code": "{finding}"' in document
    first, *left, second = rest.splitlines()
    assert (int(first), second) == (code, "second 0")
    # Either a whole record that says what failed, or none; and never a program.
    names = {Path(name).name for name in left} - {".gitignore"}
    assert names in ({"crosswind.json", "artifacts.json", "metadata.json"}, set())


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as running:
        running.otherwise = unknown
        yield running


def serve(registry: Registry, proxy: Path) -> None:
    """Serve a proxy's folder."""
    for path in filter(Path.is_file, proxy.rglob("*")):
        registry.pages[f"/{path.relative_to(proxy)}"] = path.read_bytes()


def places(folder: Path) -> set[str]:
    """What a build left in the folders that people look at."""
    return {path.name for path in (folder / "dist").rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", [(IN,), ("-t", "linux/amd64,windows/amd64")])
def test_a_proxy_that_is_down_and_comes_back(
    words: tuple[str, ...], crosswind: CommandLine, tmp_path: Path, tool: Mapping[str, str]
) -> None:
    app = tmp_path if words == (IN,) else write(tmp_path / "app", NEEDS)
    down = {**tool, "GOPROXY": "http://127.0.0.1:1", "GONOSUMDB": "*"}
    if words != (IN,):
        tidy = {**clean_environment(), **tool}
        subprocess.run(["go", "mod", "tidy"], cwd=app, env=tidy, check=True, capture_output=True)
        shutil.rmtree(tool["GOMODCACHE"])
    ran = crosswind(app, "build", *words, "--json", env=down)
    assert (ran.code, ran.codes) == (4, {"CW0304"}), ran.out
    assert "connection refused" in ran.document["findings"][0]["message"]
    assert places(app) <= {"crosswind.json", "artifacts.json", "metadata.json", ".gitignore",
        "lock", "memory.json", "keys.json", "app_linux_amd64.txt", "app_windows_amd64.txt"}  # fmt: skip
    offline = crosswind(app, "build", *words, "--json", "--offline", env=tool)
    assert (offline.code, offline.codes) == (3, {"CW0314"}), offline.out
    assert crosswind(app, "build", *words, env=tool).code == 0


@pytest.mark.parametrize("broken", ["example.com/tool", "example.com/dep"])
def test_a_zip_that_is_damaged(
    broken: str, crosswind: CommandLine, tmp_path: Path, tool: Mapping[str, str], registry: Registry
) -> None:
    proxy = tmp_path / "proxy"
    serve(registry, proxy)
    good = registry.pages[f"/{broken}/@v/v1.0.0.zip"]
    registry.pages[f"/{broken}/@v/v1.0.0.zip"] = good[: len(good) // 2]
    here = tmp_path
    env = {**tool, "GOPROXY": registry.url}
    ran = crosswind(here, "build", IN, "--json", env=env)
    assert ran.code == 4, ran.out
    assert ran.codes == {"CW0304"}
    assert "zip" in ran.document["findings"][0]["message"]
    registry.pages[f"/{broken}/@v/v1.0.0.zip"] = good
    assert crosswind(here, "build", IN, env=env).code == 0


def test_what_go_waits_for_is_said(
    crosswind: CommandLine, tmp_path: Path, tool: Mapping[str, str]
) -> None:
    app = write(tmp_path / "app", NEEDS)
    tidy = {**clean_environment(), **tool}
    subprocess.run(["go", "mod", "tidy"], cwd=app, env=tidy, check=True, capture_output=True)
    shutil.rmtree(tool["GOMODCACHE"])
    ran = crosswind(app, "build", "-t", "linux/amd64", env=tool)
    assert ran.code == 0
    lines = ran.err.splitlines()
    assert any(line.startswith("fetch example.com/dep v1.0.0") for line in lines), ran.err


def test_a_dependency_that_is_not_what_go_sum_says(
    crosswind: CommandLine, tmp_path: Path, tool: Mapping[str, str]
) -> None:
    sums = f"example.com/dep v1.0.0 {ZEROS}\nexample.com/dep v1.0.0/go.mod {ZEROS}\n"
    app = write(tmp_path / "app", {**NEEDS, "go.sum": sums})
    ran = crosswind(app, "build", "--json", env=tool)
    assert (ran.code, ran.codes) == (4, {"CW0305"}), ran.out
    (app / "go.sum").unlink()
    tidy = {**clean_environment(), **tool}
    subprocess.run(["go", "mod", "tidy"], cwd=app, env=tidy, check=True, capture_output=True)
    assert crosswind(app, "build", env=tool).code == 0


@pytest.mark.network
def test_a_module_that_is_not_what_the_checksum_database_says(
    crosswind: CommandLine, tmp_path: Path, tool: Mapping[str, str], registry: Registry
) -> None:
    name = "golang.org/x/text@v0.3.8"
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"{name}/go.mod", "module golang.org/x/text\n")
    registry.pages["/golang.org/x/text/@v/v0.3.8.zip"] = content.getvalue()
    real = subprocess.run(["go", "env", "GOPROXY"], capture_output=True, text=True, check=True)
    env = {"GOPROXY": f"{registry.url},{real.stdout.strip()}", "GOMODCACHE": tool["GOMODCACHE"],
        "GOFLAGS": "-modcacherw"}  # fmt: skip
    here = tmp_path
    ran = crosswind(here, "build", "golang.org/x/text/cmd/gotext@v0.3.8", "--json", env=env)
    assert (ran.code, ran.codes) == (4, {"CW0305"}), ran.out
    assert not (here / "dist").exists()


def test_a_proxy_that_says_nothing(
    tmp_path: Path, tool: Mapping[str, str], registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.otherwise = hang
    for variable, value in {**tool, "GOPROXY": registry.url, "GOENV": "off"}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(remote, "_TIMEOUT", 1)
    with pytest.raises(RemoteError) as caught:
        library.build(tmp_path, packages=IN)
    assert caught.value.code == "CW0304"
    assert "did not end within 1 s" in caught.value.message
    assert not (tmp_path / "dist").exists()


def test_offline_what_is_there_is_enough(
    crosswind: CommandLine, tmp_path: Path, tool: Mapping[str, str]
) -> None:
    here = tmp_path
    assert crosswind(here, "build", IN, env=tool).code == 0
    ran = crosswind(here, "build", IN, "--offline", "--json", env=tool)
    assert (ran.code, ran.codes) == (0, set()), ran.out
