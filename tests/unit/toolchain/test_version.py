import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.toolchain import version

# The order that internal/gover/gover_test.go tests; every one is less than the next.
ORDERED = [
    "", "1.5rc1", "1.5", "1.5.1", "1.5.10", "1.19rc1", "1.19", "1.19.1", "1.20rc1", "1.20",
    "1.20.1", "1.21", "1.21alpha1", "1.21beta1", "1.21rc1", "1.21rc2", "1.21.0", "1.21.1",
    "1.21.9", "1.21.10", "1.22", "1.22rc1", "1.22.0", "1.99999999998", "1.99999999999", "2",
]  # fmt: skip


def test_versions_have_the_order_of_go() -> None:
    shuffled = random.Random(27).sample(ORDERED, len(ORDERED))
    assert sorted(shuffled, key=version.parse) == ORDERED
    assert len({version.parse(text) for text in ORDERED}) == len(ORDERED)


@pytest.mark.parametrize(("one", "same"), [("1", "1.0"), ("1.0", "1.0.0"), ("1.20", "1.20.0")])
def test_before_121_a_missing_patch_is_zero(one: str, same: str) -> None:
    assert version.parse(one) == version.parse(same)


@pytest.mark.parametrize(
    "text", ["", "go1.27", "1.", "1..2", "01.2", "1.02", "1.2.03", "1.2.3rc1", "1.2.3.4", "1.2RC1",
             "1.2rc01", "1.2-rc1", "v1.2", "1.2 ", "1.\uff12"],
)  # fmt: skip
def test_what_is_no_version(text: str) -> None:
    assert version.parse(text) == version.MALFORMED
    assert not version.is_valid(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [("1.21", True), ("1.27", True), ("1.27.0", False), ("1.27rc1", False), ("1.20", False),
     ("nonsense", False)],
)  # fmt: skip
def test_languages_and_releases(text: str, language: bool) -> None:
    assert version.is_language(text) is language


def test_names_of_toolchains() -> None:
    assert version.of_toolchain("go1.2.3") == "1.2.3"
    assert version.of_toolchain("go1.2.3-custom") == "1.2.3"
    assert version.of_toolchain("go1.27.3 X:nodwarf5") == "1.27.3"
    for wrong in ("1.2.3", "go", "gopher", "go1.2.3/../x", "go1.2.3\\x", "default"):
        assert version.of_toolchain(wrong) == ""


def test_a_go_line_asks_for_the_first_release_of_its_language() -> None:
    assert version.first_release("1.27") == "1.27.0"
    assert version.first_release("1.27.3") == "1.27.3"
    assert version.first_release("1.27rc1") == "1.27rc1"
    assert version.first_release("1.20") == "1.20"


def test_the_nearest_versions_are_of_the_same_language() -> None:
    known = ["1.25.1", "1.26.0", "1.26.9", "1.26.10", "1.27rc1", "1.27.0", "odd"]
    assert version.nearest("1.26.99", known) == ("1.26.10", "1.26.9", "1.26.0")
    assert version.nearest("1.99", known) == ("1.27.0", "1.27rc1", "1.26.10")
    assert version.nearest("1.99", []) == ()


@given(st.text("1290.rcbeta-", max_size=12))
def test_any_text_is_parsed_without_an_error(text: str) -> None:
    assert (version.parse(text) == version.MALFORMED) is not version.is_valid(text)
