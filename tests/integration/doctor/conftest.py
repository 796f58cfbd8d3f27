"""A clean project in a clean environment, to be broken in one way per test."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from crosswind.doctor import Examination, Verdict, examine
from crosswind.finding import Status

BAD = (Status.FAIL, Status.WARN)
MAIN = 'package main\n\nvar version = "none"\n\nfunc main() { println(version) }\n'
CONFIG = 'targets: [linux/amd64, windows/amd64]\nvariables:\n  main.version: "{{ .Version }}"\n'


@dataclass(frozen=True)
class Project:
    """A folder with a module, and the environment in which it is examined."""

    directory: Path
    env: Mapping[str, str]
    offline: bool = field(default=False)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def git(self, *words: str) -> None:
        done = subprocess.run(
            ["git", *words], cwd=self.directory, env=self.env, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def commit(self) -> None:
        """Commit everything, and tag it."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        self.git("tag", "-f", "v1.2.3")

    def having(self, **env: str) -> Project:
        """The same with more variables."""
        return replace(self, env={**self.env, **env})

    def without_network(self) -> Project:
        return replace(self, offline=True)

    def examine(self, *targets: str) -> Examination:
        return examine(self.directory, targets, self.env, offline=self.offline)

    def bad(self, *targets: str) -> set[str]:
        """The codes that warn or fail."""
        found = self.examine(*targets)
        return {line.code for line in found.lines if line.verdict.status in BAD}

    def verdict(self, code: str, *targets: str) -> Verdict:
        lines = self.examine(*targets).lines
        return next(line.verdict for line in lines if line.code == code)

    def after(self, mend: str) -> Project:
        """The same once a mend was typed into a shell: files changed, variables unset."""
        done = subprocess.run(
            ["bash", "-c", f"{{ {mend}; }} >/dev/null && env -0"],
            cwd=self.directory,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{mend}: {done.stderr}"
        pairs = (entry.partition("=") for entry in done.stdout.split("\0") if entry)
        return replace(self, env={name: value for name, _, value in pairs})

    def command(self, *words: str, by: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run `crosswind` here, `by` other words before its own."""
        return subprocess.run(
            [*by, sys.executable, "-m", "crosswind", *words],
            cwd=self.directory,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    def document(self, *words: str) -> dict[str, Any]:
        return json.loads(self.command("--json", "doctor", *words).stdout)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Go's build cache, which all tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: Path) -> dict[str, str]:
    """An environment with a home of its own; nothing of this machine's settings gets in."""
    cache = tmp_path / "crosswind cache"
    monkeypatch.setenv("CROSSWIND_CACHE", str(cache))
    (tmp_path / "home").mkdir()
    identity = "[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n"
    (tmp_path / "gitconfig").write_text(identity)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "CROSSWIND_CACHE": str(cache),
        "NO_COLOR": "1",
        "XDG_CACHE_HOME": str(warm),
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture
def project(tmp_path: Path, home: dict[str, str]) -> Project:
    """A committed and tagged module of one program, for two targets."""
    made = Project(tmp_path / "a project", home)
    made.write("go.mod", "module example.com/app\n\ngo 1.21\n")
    made.write("main.go", MAIN)
    made.write("crosswind.yaml", CONFIG)
    made.write(".gitignore", "/dist/\n")
    made.git("init", "-q")
    made.commit()
    return made


@pytest.fixture
def dependent(project: Project, tmp_path: Path) -> Project:
    """The project with two modules from two hosts, served by a proxy of files, and tidied."""
    proxy = tmp_path / "proxy"
    for name in ("example.org/one", "example.net/two"):
        _publish(proxy, name, "v1.0.0")
        _publish(proxy, name, "v1.1.0")
    imports = 'package main\n\nimport (\n\t"example.net/two"\n\t"example.org/one"\n)\n\n'
    project.write("main.go", f"{imports}func main() {{ println(one.Name, two.Name) }}\n")
    project.write("crosswind.yaml", "targets: [linux/amd64]\n")
    modules = "require (\n\texample.net/two v1.0.0\n\texample.org/one v1.0.0\n)\n"
    project.write("go.mod", f"module example.com/app\n\ngo 1.21\n\n{modules}")
    # A proxy of files has no checksum database; -modcacherw lets the test's folder be removed.
    fetching = project.having(
        GOPROXY=f"file://{proxy}", GONOSUMDB="example.net", GOFLAGS="-modcacherw", GOSUMDB="off"
    )
    tidied = fetching.after("go mod tidy")
    tidied.commit()
    kept = {name: value for name, value in tidied.env.items() if name not in ("GOFLAGS", "GOSUMDB")}
    return replace(tidied, env=kept)


def _publish(proxy: Path, module: str, version: str) -> None:
    folder = proxy / module / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    mod = f"module {module}\n\ngo 1.21\n"
    (folder / f"{version}.info").write_text(json.dumps({"Version": version}))
    (folder / f"{version}.mod").write_text(mod)
    with (folder / "list").open("a") as listed:
        listed.write(f"{version}\n")
    name = module.rpartition("/")[2]
    with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
        archive.writestr(f"{module}@{version}/go.mod", mod)
        code = f'package {name}\n\nconst Name = "{name} {version}"\n'
        archive.writestr(f"{module}@{version}/{name}.go", code)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH that holds git and the shell's tools, but no Go and no compiler."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("git", "bash", "env", "sh"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return folder
