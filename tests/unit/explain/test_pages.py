"""Every page of every part of crosswind: its form, its regexes, its place in the sources."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

import crosswind
from crosswind import explain
from crosswind.cli.main import COMMANDS
from crosswind.explain.page import SECTIONS, Page, PageError, load, parse
from crosswind.explain.recognise import MAX_TEXT, clean

# Python's own parser of regexes: a change of it would show here as an ImportError.
from re import _constants as sre  # type: ignore[attr-defined]  # isort: skip
from re import _parser  # type: ignore[attr-defined]  # isort: skip

SOURCES = Path(crosswind.__file__).parent
CODES = explain.codes()
FOREIGN = [code for code in CODES if code.startswith("CW3")]
VALID = "title: t\nseverity: error\n\n## What happened\n\nA.\n"


@pytest.fixture(params=CODES)
def page(request: pytest.FixtureRequest) -> Page:
    return load(request.param)


def test_has_all_sections(page: Page) -> None:
    assert tuple(heading for heading, _ in page.sections()) == SECTIONS
    assert all(text.strip() for _, text in page.sections())
    assert page.title
    assert not page.title.endswith(".")


def test_names_commands_that_exist(page: Page) -> None:
    for line in re.findall(r"`crosswind ([^`\n]+)`", page.body):
        words = [word for word in line.split() if word.islower() and word.isalpha()]
        assert set(words[:1]) <= set(COMMANDS), line


def test_names_codes_that_exist(page: Page) -> None:
    assert set(re.findall(r"CW\d{4}", page.body)) <= set(CODES)


@pytest.mark.parametrize("code", FOREIGN)
def test_advice_is_one_line(code: str) -> None:
    advice = explain.by_code(code).advice
    assert 10 < len(advice) <= 220, advice
    assert "\n" not in advice


@pytest.mark.parametrize("code", [code for code in FOREIGN if load(code).patterns])
def test_samples(code: str) -> None:
    """Each sample leads to its own page first, and each regex has a sample that it fits."""
    page = load(code)
    lines = [line for sample in page.samples for line in clean(sample)]
    for pattern in page.patterns:
        assert any(re.search(pattern, line, re.IGNORECASE) for line in lines), pattern
    for sample in page.samples:
        match = explain.by_text(sample)[0]
        assert match.page.code == code, f"{sample!r} leads to {match.page.code}"
        assert not re.search(r"\{[a-z]+\}", match.page.advice)


def test_messages_of_our_own_have_no_regex() -> None:
    """A regex outside of CW3xxx would explain another tool's message with our own code."""
    assert [code for code in CODES if load(code).patterns and code not in FOREIGN] == []


def repeats(tree: object, *, grouped: bool = False) -> list[tuple[int, object, bool]]:
    """Every (upper bound, what is repeated, whether in a group) of a parsed regex."""
    found = []
    for operator, value in tree:  # type: ignore[attr-defined]
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            found.append((value[1], value[2], grouped))
            found += repeats(value[2], grouped=grouped)
        elif operator is sre.SUBPATTERN:
            found += repeats(value[3], grouped=grouped or value[0] is not None)
        elif operator is sre.BRANCH:
            found += [one for branch in value[1] for one in repeats(branch, grouped=grouped)]
        elif operator in (sre.ASSERT, sre.ASSERT_NOT):
            found += repeats(value[1], grouped=grouped)
    return found


@pytest.mark.parametrize("code", FOREIGN)
def test_regexes_are_bounded(code: str) -> None:
    """Few wildcards in a row, each in a group and with an upper bound, none inside another."""
    for pattern in load(code).patterns:
        found = repeats(_parser.parse(pattern))
        for limit, inner, grouped in found:
            assert limit <= 400, pattern
            assert grouped or limit == 1, f"outside of a group: {pattern}"
            nested = [bound for bound, _, _ in repeats(inner) if bound > 1 and limit > 1]
            assert not nested, f"a repetition inside a repetition: {pattern}"
        assert sum(limit > 1 for limit, _, _ in found) <= 6, pattern


def hostile() -> dict[str, str]:
    """Texts of full length, made to keep a regex at work."""
    size = MAX_TEXT
    samples = [sample for code in FOREIGN for sample in load(code).samples]
    return {
        # Lines as long as they are read, all different, each of one message's repeated beginning.
        **{
            f"beginnings {part} from {start}": "\n".join(
                f"{number} {(sample[:part] * 2000)[:1990]}"
                for number, sample in enumerate(samples[start : start + 32])
            )
            for part in (8, 20)
            for start in range(0, len(samples), 32)
        },
        "one letter": "a" * size,
        "one line of spaces": " " * size,
        "slashes": "./" * (size // 2),
        "short lines": "undefined: \n" * (size // 12),
        "quotes": "\"'`" * (size // 3),
        "open sequences": "\x1b[" * (size // 2),
        "digits": "1:" * (size // 2),
        "halves of samples": "\n".join(s[: len(s) // 2] * 20 for s in samples)[:size],
        "starts of samples": " ".join(s[:12] for s in samples * 30)[:size],
        "all samples": "\n".join(samples * 10)[:size],
    }


@pytest.mark.parametrize("name", hostile())
def test_no_text_is_slow(name: str) -> None:
    text = hostile()[name]
    explain.by_text("warm the library")
    start = time.process_time()
    explain.by_text(text)
    assert time.process_time() - start < 3


def test_every_code_has_a_page() -> None:
    """And each page's code is used, but for those of other tools' messages."""
    used = set()
    for file in SOURCES.rglob("*.py"):
        used |= set(re.findall(r"\bCW\d{4}\b", file.read_text("utf-8")))
    # The examples in docstrings are real codes, too.
    assert used - set(CODES) == set()
    assert {code for code in CODES if code not in FOREIGN} - used == set()


def test_reads_a_header() -> None:
    page = parse("CW3999", VALID.replace("\n\n", "\nmatch: a: b\nmatch: c\nsample: s\n\n", 1))
    assert page.patterns == ("a: b", "c")
    assert page.samples == ("s",)
    assert page.section("What happened") == "A."
    assert page.section("Why") == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: error", "severity: fatal"),
        ("severity: error", "severity:"),
        ("severity: error\n", ""),
        ("title: t", "title: t\ntitle: u"),
        ("title: t", "titel: t"),
        ("title: t", "title t"),
    ],
)
def test_refuses_a_broken_header(old: str, new: str) -> None:
    with pytest.raises(PageError, match="CW3999"):
        parse("CW3999", VALID.replace(old, new))


@pytest.mark.parametrize("code", ["CW9999", "../CW3101", "CW3101\n", "cw3101", ""])
def test_only_a_code_is_a_file(code: str) -> None:
    with pytest.raises(KeyError):
        load(code)
