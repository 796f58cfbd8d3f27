"""What the go command says against settings, as errors of ours."""

from __future__ import annotations

import pytest

from crosswind.errors import ExitCode
from crosswind.toolchain import refusal


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("go: unknown GOEXPERIMENT foo", "GOEXPERIMENT"),
        ('go: parsing $GOFLAGS: non-flag "foo"', "GOFLAGS"),
        ('go: unknown GOFIPS140 version "v1.9.9"', "GOFIPS140"),
    ],
)
def test_a_message_that_names_a_setting(message: str, name: str) -> None:
    error = refusal.of(message)
    assert error
    assert (error.code, error.subject, error.exit_code) == ("CW0303", name, ExitCode.USAGE)
    assert error.message == message.removeprefix("go: ")
    assert error.hint == f"unset {name}, or: go env -u {name}"


def test_a_message_about_something_else() -> None:
    assert refusal.of("go: cannot find GOROOT directory: /nope") is None
