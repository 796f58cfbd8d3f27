"""Variables without case, in Windows' order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.environment import Environment, default


def test_names_have_no_case_and_keep_the_first_one():
    environment = Environment({"Path": "a"})
    environment.set("PATH", "b")
    assert environment.get("path") == "b"
    assert list(environment) == [("Path", "b")]
    assert environment.remove("pATH")
    assert not environment.remove("Path")
    assert environment.get("Path") is None


def test_the_block_is_sorted_as_windows_sorts():
    environment = Environment({"b": "1", "A": "2", "_": "3", "=C:": "C:\\", "a1": "4", "é": "5"})
    assert environment.block() == "=C:=C:\\\0A=2\0a1=4\0b=1\0_=3\0é=5\0\0"


def test_an_empty_block_is_two_nuls_long_as_a_program_reads_it():
    assert Environment().block() == "\0"


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("%A%", "1"),
        ("x%a%y", "x1y"),
        ("%B%", "%B%"),
        ("%B%A%", "%B%A%"),
        ("100%", "100%"),
        ("%%", "%%"),
        ("%%A%%", "%%A%%"),
        ("%A", "%A"),
        ("%A%%A%", "11"),
    ],
)
def test_names_in_percent_signs_are_replaced(text, expanded):
    assert Environment({"A": "1"}).expand(text) == expanded


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0="), min_size=1),
        st.text(st.characters(exclude_characters="\0")),
    )
)
def test_a_block_is_read_back(variables):
    environment = Environment(variables)
    entries = [f"{name}={value}" for name, value in dict(environment).items()]
    assert sorted(filter(None, environment.block().split("\0"))) == sorted(entries)


def test_the_default_names_nothing_of_the_host():
    variables = default(2, "C:\\work")
    assert variables["=C:"] == "C:\\work"
    assert variables["NUMBER_OF_PROCESSORS"] == "2"
    assert all(value[:2] == "C:" for name, value in variables.items() if name.endswith("PROFILE"))
    assert "=C:" not in default(2, "\\\\server\\share")
