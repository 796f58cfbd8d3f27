"""Facts of a clean host and project, to be changed in one place per test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crosswind.config.settings import Config, Settings
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.git import GitFacts
from crosswind.doctor.facts.go import GoFacts
from crosswind.doctor.facts.host import HostFacts, Place
from crosswind.doctor.facts.project import Listing, ProjectFacts
from crosswind.doctor.facts.targets import TargetFacts, Unit
from crosswind.port import Port
from crosswind.project.gomod import Module
from crosswind.target import Selected, Target
from crosswind.toolchain import Settings as GoSettings
from crosswind.toolchain import Source, Toolchain

GO = Toolchain("1.27.3", Path("/usr/local/go"), Source.SYSTEM, Target("linux", "amd64"))
PLENTY = 100_000_000_000


def place(role: str, path: str = "/data", **more: Any) -> Place:
    return Place(role, Path(path), PLENTY, filesystem="ext4", **more)


def select(*targets: Target) -> tuple[Selected, ...]:
    return tuple(
        Selected(target, Port(target.goos, target.goarch), named=True) for target in targets
    )


@pytest.fixture
def clean() -> Facts:
    """A Linux host and a project of one program without C, where nothing is wrong."""
    target = Target("linux", "amd64")
    directory = Path("/home/ann/app")
    return Facts(
        offline=False,
        go=GoFacts(settings=GoSettings({}, None, {}, {}, GO.goroot), local=GO, on_path=GO, chosen=GO),
        targets=TargetFacts(
            select(target), units=(Unit("", target, Settings()),), runners={"linux/amd64": "native"}
        ),
        project=ProjectFacts(
            directory,
            config=Config(file="crosswind.yaml"),
            module=Module(directory, "example.com/app", "1.24"),
            listings=(Listing("linux", programs=("example.com/app",)),),
        ),
        git=GitFacts(
            "/usr/bin/git", marked=True, root=directory, time=1_700_000_000, tag="v1.0.0",
            dist_ignored=True,
        ),
        host=HostFacts(
            goos="linux",
            goarch="amd64",
            python=(3, 11, 2),
            cpus=8,
            memory=PLENTY,
            now=1_800_000_000,
            project=place("project"),
            dist=place("dist"),
            gocache=place("GOCACHE", "/home/ann/.cache/go-build"),
            temporary=place("temporary files", "/tmp"),
            cache=place("crosswind's cache"),
            installer="apt-get",
        ),
    )  # fmt: skip


Change = Callable[..., Facts]


@pytest.fixture
def but(clean: Facts) -> Change:
    """Change the clean facts: `but(host={"cpus": 1})`."""

    def change(**parts: dict[str, Any]) -> Facts:
        changed = {name: replace(getattr(clean, name), **values) for name, values in parts.items()}
        return replace(clean, **changed)

    return change


@pytest.fixture
def exported(clean: Facts, but: Change) -> Change:
    """Export variables: `exported(GOARM="5")`."""

    def export(**env: str) -> Facts:
        return but(go={"settings": replace(clean.go.settings, env=env)})

    return export
