"""Which program is built for which targets."""

from __future__ import annotations

import pytest

from crosswind.config.selection import select
from crosswind.config.settings import Config, ProgramConfig
from crosswind.errors import UsageError
from crosswind.port import Port
from crosswind.target import Target

PORTS = [
    Port("linux", "amd64"),
    Port("linux", "arm64"),
    Port("windows", "amd64"),
    Port("darwin", "arm64"),
]
HOST = Target("darwin", "arm64")
CONFIG = Config(
    targets=("windows/amd64", "linux/amd64"),
    programs=(
        ProgramConfig("./a", "a"),
        ProgramConfig("./daemon", "daemon", ("linux/*", "!linux/arm64")),
        ProgramConfig("./mac", "mac", ("host",)),
    ),
)


def built(config: Config, *asked: str) -> dict[str, str]:
    selection = select(config, asked, PORTS, HOST)
    names = [entry.name for entry in config.programs] or ["any"]
    return {
        name: " ".join(
            str(one.target) for one in selection.targets if selection.wants(name, one.target)
        )
        for name in names
    }


def test_nothing_said_is_the_host() -> None:
    assert built(Config()) == {"any": "darwin/arm64"}


def test_a_programs_targets_stand_in_place_of_the_projects() -> None:
    assert built(CONFIG) == {
        "a": "windows/amd64 linux/amd64",
        "daemon": "linux/amd64",
        "mac": "darwin/arm64",
    }


@pytest.mark.parametrize(
    ("asked", "a", "daemon", "mac"),
    [
        ("linux/*", "linux/amd64 linux/arm64", "linux/amd64", ""),
        ("linux/amd64/v3", "linux/amd64/v3", "linux/amd64/v3", ""),
        ("host", "darwin/arm64", "", "darwin/arm64"),
    ],
)
def test_the_command_line_chooses(asked: str, a: str, daemon: str, mac: str) -> None:
    assert built(CONFIG, asked) == {"a": a, "daemon": daemon, "mac": mac}


def test_a_program_outside_of_the_configuration_has_the_projects() -> None:
    selection = select(CONFIG, (), PORTS, HOST)
    assert selection.wants("other", Target("windows", "amd64"))
    assert not selection.wants("other", HOST)


def test_each_target_once() -> None:
    config = Config(targets=("linux/*",), programs=(ProgramConfig("./a", "a", ("linux/amd64",)),))
    assert [str(one.target) for one in select(config, (), PORTS, HOST).targets] == [
        "linux/amd64",
        "linux/arm64",
    ]


def test_unknown_targets() -> None:
    with pytest.raises(UsageError, match="windwos"):
        select(Config(), ["windwos/amd64"], PORTS, HOST)
