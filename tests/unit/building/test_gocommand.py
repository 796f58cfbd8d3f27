"""How settings become the words of a go command."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.building import gocommand
from crosswind.config.settings import Cgo, Settings
from crosswind.errors import UsageError
from crosswind.target import Target

LINUX, WINDOWS = Target("linux", "amd64"), Target("windows", "amd64")


def test_plain_settings_add_trimpath_alone() -> None:
    assert gocommand.flags(Settings(), LINUX) == ("-trimpath",)
    assert gocommand.flags(Settings(trimpath=False), LINUX) == ()


def test_every_setting_has_its_flag() -> None:
    settings = Settings(
        tags=("netgo", "prod"),
        ldflags=("-s", "-w"),
        gcflags=("all=-N",),
        asmflags=("-D=x",),
        buildmode="pie",
        pgo="auto",
        buildvcs="false",
        mod="vendor",
        flags=("-race",),
        variables=(("main.version", "1.2.3"),),
    )
    assert gocommand.flags(settings, LINUX) == (
        "-buildmode=pie",
        "-trimpath",
        "-buildvcs=false",
        "-mod=vendor",
        "-pgo=auto",
        "-tags=netgo,prod",
        "-gcflags=all=-N",
        "-asmflags=-D=x",
        "-ldflags=-s -w -X main.version=1.2.3",
        "-race",
    )


def test_gui_is_for_windows_only() -> None:
    settings = Settings(gui=True)
    assert "-ldflags=-H=windowsgui" in gocommand.flags(settings, WINDOWS)
    assert gocommand.flags(settings, LINUX) == ("-trimpath",)


def test_cgo_is_always_said_and_the_users_env_wins() -> None:
    assert gocommand.environment(Settings(), WINDOWS, cgo=False) == {
        "GOOS": "windows",
        "GOARCH": "amd64",
        "CGO_ENABLED": "0",
    }
    settings = Settings(env=(("GOEXPERIMENT", "arenas"), ("CGO_ENABLED", "1")))
    assert gocommand.environment(settings, LINUX, cgo=False)["CGO_ENABLED"] == "1"
    assert gocommand.environment(settings, LINUX, cgo=False)["GOEXPERIMENT"] == "arenas"


@pytest.mark.parametrize(
    ("mode", "target", "used", "wanted"),
    [
        (Cgo.OFF, LINUX, True, False),
        (Cgo.ON, WINDOWS, False, True),
        (Cgo.AUTO, LINUX, True, True),
        (Cgo.AUTO, LINUX, False, False),
        (Cgo.AUTO, WINDOWS, True, False),
    ],
)
def test_auto_means_this_host_and_code_that_uses_c(
    mode: Cgo, target: Target, used: bool, wanted: bool
) -> None:
    assert gocommand.wants_cgo(Settings(cgo=mode), target, LINUX, used) is wanted


def split_as_go(text: str) -> list[str]:
    """cmd/internal/quoted.Split: fields at spaces; a field may be quoted whole by ' or \"."""
    words, rest = [], text
    while rest := rest.lstrip(" \t\n\r"):
        if rest[0] in "'\"":
            word, _, rest = rest[1:].partition(rest[0])
        else:
            cut = next((n for n, char in enumerate(rest) if char in " \t\n\r"), len(rest))
            word, rest = rest[:cut], rest[cut:]
        words.append(word)
    return words


@given(st.text(min_size=1, max_size=30))
def test_go_reads_back_what_is_quoted(value: str) -> None:
    word = f"main.v={value}"
    if "'" in word and '"' in word:
        with pytest.raises(UsageError, match="both"):
            gocommand.quote(word)
    else:
        assert split_as_go(f"-X {gocommand.quote(word)}") == ["-X", word]


def test_shell_quotes_what_a_shell_would_take_apart() -> None:
    line = gocommand.shell(["go", "build", "-ldflags=-s -w"], {"B": "x y", "A": ""})
    assert line == "env A='' B='x y' go build '-ldflags=-s -w'"
    assert shlex.split(line)[-1] == "-ldflags=-s -w"
