"""Names of executables."""

import pytest

from crosswind.project.programs import executable_name
from crosswind.project.remote import is_remote


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("example.com/app", "app"),
        ("github.com/mikefarah/yq/v4", "yq"),
        ("example.com/app/v1", "v1"),
        ("example.com/app/v10", "app"),
        ("example.com/app/v02", "v02"),
        ("example.com/app/vx", "vx"),
        ("v2", "v2"),
    ],
)
def test_a_major_version_is_no_name(path: str, name: str) -> None:
    assert executable_name(path) == name


@pytest.mark.parametrize(
    ("argument", "remote"),
    [("example.com/app@v1.0.0", True), ("./cmd/app", False), ("./odd@name", False), ("app", False)],
)
def test_a_version_makes_it_remote(argument: str, remote: bool) -> None:
    assert is_remote(argument) is remote
