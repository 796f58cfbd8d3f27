"""The rules themselves are compared with the real go command in tests/integration/toolchain."""

import pytest

from crosswind.errors import UsageError
from crosswind.toolchain.choice import Choice, choose
from crosswind.toolchain.settings import Setting

LOCAL = "go1.26.8"


def name(setting: str, go: str = "", toolchain: str = "") -> str:
    return choose(Setting(setting, "here"), LOCAL, go, toolchain).name


def test_auto_takes_the_newest_of_three() -> None:
    assert name("auto") == LOCAL
    assert name("auto", "1.20", "go1.21.0") == LOCAL
    assert name("auto", "1.27") == "go1.27.0"
    assert name("auto", "1.27.2", "go1.27.3") == "go1.27.3"
    assert name("auto", "1.28", "go1.27.3") == "go1.28.0"
    assert name("auto", "1.26rc1", "go1.27.3-custom") == "go1.27.3-custom"


def test_local_and_plain_names_do_not_look_at_go_mod() -> None:
    assert name("local", "1.99", "go1.99.1") == LOCAL
    assert name("go1.25.1", "1.99", "go1.99.1") == "go1.25.1"
    assert not choose(Setting("local", ""), LOCAL, "1.99", "").switching


def test_a_least_toolchain_counts_before_go_mod() -> None:
    assert name("go1.27.1+auto", "1.25") == "go1.27.1"
    assert name("go1.21.0+auto", "1.25") == "go1.25.0"
    assert name("local+auto", "1.27") == "go1.27.0"


def test_toolchain_default_stops_the_search() -> None:
    assert name("auto", "1.99", "default") == LOCAL
    assert name("go1.27.1+auto", "1.99", "default") == "go1.27.1"


def test_path_looks_at_path_only() -> None:
    expected = Choice("go1.27.0", switching=True, path_only=True)
    assert choose(Setting("path", ""), LOCAL, "1.27", "") == expected
    assert choose(Setting("local+path", ""), LOCAL, "1.27", "") == expected


def test_without_a_setting_the_local_one_is_taken() -> None:
    assert choose(Setting("", ""), LOCAL, "1.99", "go1.99.0") == Choice(LOCAL, switching=False)


@pytest.mark.parametrize("value", ["latest", "1.27.3", "go", "go1.27+", "auto+path", "go1.27+x"])
def test_an_invalid_setting_names_its_place(value: str) -> None:
    with pytest.raises(UsageError, match="invalid GOTOOLCHAIN") as caught:
        name(value)
    assert (caught.value.code, caught.value.subject) == ("CW0412", "here")


def test_an_invalid_toolchain_line() -> None:
    with pytest.raises(UsageError, match=r"invalid toolchain '1\.27\.3'") as caught:
        name("auto", "1.25", "1.27.3")
    assert caught.value.subject == "go.mod"
