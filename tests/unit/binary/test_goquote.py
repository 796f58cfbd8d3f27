"""Go's quoted strings: the cases of strconv/quote_test.go that ParseBuildInfo can meet."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary.goquote import quoted_prefix, unquote


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('""', ""),
        ('"-X main.version=1.2.3 -s"', "-X main.version=1.2.3 -s"),
        (r'"\a\b\f\n\r\t\v\\\""', '\a\b\f\n\r\t\v\\"'),
        (r'"\x41\101\u00e9\U0001F600"', "AA\u00e9\U0001f600"),
        (r'"\xc3\xa9"', "\u00e9"),  # two escaped bytes make one character
        (r'"\xff"', "\\xff"),  # no UTF-8: stays readable
        ('`raw\\n "text"`', 'raw\\n "text"'),
        ("`a\r\nb`", "a\nb"),
        ('"\u65e5\u672c"', "\u65e5\u672c"),
    ],
)
def test_unquote(literal: str, value: str) -> None:
    assert unquote(literal) == value


@pytest.mark.parametrize(
    "literal",
    [
        "", "a", '"', '"a', 'a"', "`", "`a", '"a"b', '"\n"', r'"\q"', r'"\'"', r'"\x4"', r'"\400"',
        r'"\uD800"', r'"\U00110000"', '"\\', "'a'", '""""',
    ],
)  # fmt: skip
def test_unquote_refuses(literal: str) -> None:
    with pytest.raises(ValueError, match=r"quoted|escape"):
        unquote(literal)


@pytest.mark.parametrize(
    ("text", "prefix"),
    [('"a b"=c', '"a b"'), (r'"a\"b"="c"', r'"a\"b"'), ("`a`=`b`", "`a`")],
)
def test_prefix(text: str, prefix: str) -> None:
    assert quoted_prefix(text) == prefix


def test_no_prefix() -> None:
    with pytest.raises(ValueError, match="no quoted string"):
        quoted_prefix('key="value"')


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_go_quotes_comes_back(value: str) -> None:
    quoted = "".join(
        f"\\{char}" if char in '"\\' else char if char.isprintable() else f"\\U{ord(char):08x}"
        for char in value
    )
    assert unquote(f'"{quoted}"') == value


@given(st.text('"\\`abx0u\n', max_size=12))
def test_nothing_but_value_errors(literal: str) -> None:
    for function in (unquote, quoted_prefix):
        with contextlib.suppress(ValueError):
            function(literal)
