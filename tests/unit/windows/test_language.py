"""Languages by name and by number."""

from __future__ import annotations

import pytest

from crosswind.errors import UsageError
from crosswind.windows.language import langid


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("en-US", 0x0409),
        ("de_DE", 0x0407),
        ("es-ES", 0x0C0A),
        ("ja-jp", 0x0411),
        ("neutral", 0),
        ("0x0409", 0x0409),
        ("1033", 1033),
    ],
)
def test_names_and_numbers(text: str, number: int) -> None:
    assert langid(text) == number


@pytest.mark.parametrize("text", ["", "klingon", "0x10000", "70000", "0x", "1e3", "en-XX"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        langid(text, "crosswind.yaml:3:5")
    assert (caught.value.code, caught.value.subject) == ("CW0230", "crosswind.yaml:3:5")
