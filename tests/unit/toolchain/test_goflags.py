"""GOFLAGS, split and looked up as Go does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.errors import UsageError
from crosswind.toolchain import Settings, goflags


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" -a\t-v\n", ("-a", "-v")),
        ("'-ldflags=-s -w' -a", ("-ldflags=-s -w", "-a")),
        ("\"-X 'a b'\"", ("-X 'a b'",)),
        # As in Go, quotes inside of a word do not count.
        ("-ldflags='-s -w'", ("-ldflags='-s", "-w'")),
    ],
)
def test_words_are_split_as_go_splits_them(text: str, words: tuple[str, ...]) -> None:
    assert goflags.split(text) == words


def test_an_open_quote() -> None:
    with pytest.raises(ValueError, match=r"^unterminated ' string$"):
        goflags.split("-a '-b")


@given(st.lists(st.text(alphabet="-=a b'").filter(bool), max_size=5))
def test_joined_words_are_split_again(words: list[str]) -> None:
    assert goflags.split(goflags.join(words)) == tuple(words)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("-a", "a"),
        ("--mod=x", "mod"),
        ("-ldflags=-s", "ldflags"),
        ("a", ""),
        ("---a", ""),
        ("-", ""),
    ],
)
def test_the_name_of_a_flag(word: str, name: str) -> None:
    assert goflags.name(word) == name


def test_the_last_value_counts() -> None:
    assert goflags.value(["-mod=mod", "-a", "--mod=vendor"], "mod") == "vendor"
    assert goflags.value(["-a"], "mod") is None
    assert goflags.is_on(["-race"], "race")
    assert not goflags.is_on(["-race=false"], "race")


def test_where_goflags_may_be_set(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("GOFLAGS=-a '-tags=b c'\n")
    assert goflags.effective({"GOENV": str(file)}) == ("-a", "-tags=b c")
    assert goflags.effective({"GOENV": str(file), "GOFLAGS": "-n"}) == ("-n",)
    assert goflags.effective({"GOENV": "off", "GOFLAGS": "'-n"}) == ()


def test_tags_stand_between_commas_or_spaces() -> None:
    assert goflags.tags("a,b c,, d") == ("a", "b", "c", "d")
    assert goflags.tags("") == ()


@pytest.mark.parametrize(
    ("text", "given", "tags"),
    [
        ("", None, set()),
        ("-tags=a,b", None, {"a", "b"}),
        ("-tags=a -tags=b", None, {"b"}),
        ("-tags=a -race", (), {"race"}),
        ("-tags=a", ("c", "d"), {"c", "d"}),
        ("-tags=a -race -msan=false", ("c",), {"c", "race"}),
    ],
)
def test_tags_that_the_user_sets(text: str, given: tuple[str, ...] | None, tags: set[str]) -> None:
    settings = Settings.read({"GOENV": "off", "GOFLAGS": text})
    assert goflags.user_tags(settings, given) == tags


def test_an_overlay_cannot_be_followed() -> None:
    settings = Settings.read({"GOENV": "off", "GOFLAGS": "-tags=a -overlay=o.json"})
    with pytest.raises(UsageError) as caught:
        goflags.user_tags(settings, ("b",))
    assert (caught.value.code, caught.value.subject) == ("CW0318", "GOFLAGS")
    without = Settings.read({"GOENV": "off", "GOFLAGS": "-tags=a -overlay="})
    assert goflags.user_tags(without) == {"a"}


@pytest.mark.parametrize(
    ("text", "heads"),
    [("", ()), ("-tags=a foo -v", ("-tags", "foo", "-v")), ("-tags=a '-v", ("-tags=a '-v",))],
)
def test_words_without_their_values(text: str, heads: tuple[str, ...]) -> None:
    assert goflags.heads(Settings.read({"GOENV": "off", "GOFLAGS": text})) == heads
