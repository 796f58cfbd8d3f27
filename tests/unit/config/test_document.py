"""YAML under limits: what is refused, where, and that nothing takes long."""

from __future__ import annotations

import contextlib
import time

import pytest

from crosswind.config.document import MAX_BYTES, Kind, Scalar, Unreadable, parse


def problems(data: bytes) -> list[tuple[str, tuple[int, int], str]]:
    with pytest.raises(Unreadable) as caught:
        parse(data)
    return [(one.code, one.position, one.message) for one in caught.value.problems]


def test_values_and_positions() -> None:
    document = parse(b"a: text\nb:\n  - 1.20\n  - 'q'\n")
    assert document.value == {"a": "text", "b": [Scalar("1.20", Kind.NUMBER), "q"]}
    assert document.keys == {("a",): (1, 1), ("b",): (2, 1), ("b", 0): (3, 5), ("b", 1): (4, 5)}
    assert document.values["a",] == (1, 4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("off", "off"),
        ("true", Scalar("true", Kind.BOOL)),
        ("'true'", "true"),
        ("~", Scalar("~", Kind.NULL)),
        ("", Scalar("", Kind.NULL)),
        ("''", ""),
        ("0x1F", Scalar("0x1F", Kind.NUMBER)),
        ("1e3", Scalar("1e3", Kind.NUMBER)),
        ("-.5", Scalar("-.5", Kind.NUMBER)),
        (".inf", Scalar(".inf", Kind.NUMBER)),
        ("1.2.3", "1.2.3"),
        ("1_000", "1_000"),
        ("2026-01-02", "2026-01-02"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars_of_the_core_schema(text: str, value: object) -> None:
    assert parse(f"k: {text}".encode()).value == {"k": value}


@pytest.mark.parametrize("data", [b"", b"\n", b"# only a comment\n", b"---\n...\n"])
def test_empty(data: bytes) -> None:
    assert parse(data).value in ({}, Scalar("", Kind.NULL))


def test_bom_and_crlf() -> None:
    assert parse(b"\xef\xbb\xbfa: 'x'\r\nb: y\r\n").value == {"a": "x", "b": "y"}
    assert parse(b"\xef\xbb\xbfa: x\r\n").keys == {("a",): (1, 1)}


def test_aliases_are_plain_repetition() -> None:
    assert parse(b"a: &x [p, q]\nb: *x\n").value == {"a": ["p", "q"], "b": ["p", "q"]}


@pytest.mark.parametrize(
    ("data", "code", "position", "said"),
    [
        (b"a: b\n\tc: d\n", "CW0201", (2, 1), "'\\t'"),
        (b"a: [1, 2\n", "CW0201", (2, 1), "not YAML"),
        (b"a: b: c\n", "CW0201", (1, 5), "mapping values are not allowed"),
        (b"a: 'x\n", "CW0201", (2, 1), "not YAML"),
        (b"a: {{ .Version }}\n", "CW0201", (1, 5), "plain text"),
        (b"a: 1\nb: 2\na: 3\n", "CW0201", (3, 1), "first in line 1"),
        (b"a: *nope\n", "CW0201", (1, 4), "*nope"),
        (b"a: &a [*a]\n", "CW0201", (1, 8), "*a"),
        (b"a: 1\n---\nb: 2\n", "CW0201", (2, 1), "second document"),
        (b"a: !!python/object:os.system x\n", "CW0202", (1, 4), "tag"),
        (b"a: !local x\n", "CW0202", (1, 4), "tag"),
        (b"a: &x {b: c}\nd:\n  <<: *x\n", "CW0202", (3, 3), "merge keys"),
        (b"a: x\x00y\n", "CW0202", (1, 5), "U+0000"),
        (b"a: 1\nb: \x07\n", "CW0202", (2, 4), "U+0007"),
        ("a: x\u202ey\ufeff\n".encode(), "CW0202", (1, 7), "U+FEFF"),
        (b"a: 1\n\xc3\xa9: \xff\n", "CW0202", (2, 4), "0xff"),
        ("a: 1\n".encode("utf-16"), "CW0202", (1, 1), "UTF-16"),
        (b"a: " + b"[" * 100, "CW0202", (1, 20), "nested"),
        (b"a: " + b"x" * MAX_BYTES, "CW0202", (0, 0), "larger than 1 MiB"),
    ],
)
def test_refused(data: bytes, code: str, position: tuple[int, int], said: str) -> None:
    [(found, at, message)] = problems(data)
    assert (found, at) == (code, position)
    assert said in message


def test_several_at_once_in_their_order() -> None:
    found = problems(b"a: !t 1\na: 2\nb: *c\n? [k]\n: v\nd: 'open\n")
    assert [(code, position[0]) for code, position, _ in found] == [
        ("CW0202", 1),
        ("CW0201", 2),
        ("CW0201", 3),
        ("CW0201", 4),
        ("CW0201", 7),
    ]


def test_alias_bomb() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    [(code, position, message)] = problems("\n".join(lines).encode())
    assert (code, position[0]) == ("CW0202", 5)
    assert "aliases counted out" in message


# A quarter of what is allowed keeps the tests short; the time grows with the size.
SIZE = MAX_BYTES // 4
HOSTILE = {
    "flow": "[" * SIZE,
    "flow with blanks": "[ " * (SIZE // 2),
    "block": "- " * (SIZE // 2),
    "keys": "? " * (SIZE // 2),
    "braces": "{" * SIZE,
    "many keys": "".join(f"k{n}: v\n" for n in range(SIZE // 12)),
    "anchors": "".join(f"- &a{n} x\n" for n in range(SIZE // 12)),
    "one word": "a: " + "x" * SIZE,
    "words": "a: " + "x " * (SIZE // 2),
    "lines": "a: " + "x\n  " * (SIZE // 4),
    "escapes": 'a: "' + "\\n" * (SIZE // 2) + '"',
    "empty lines": "\n" * SIZE,
    "comments": "#\n" * (SIZE // 2),
    "long key": "k" * SIZE + ": 1",
    "open quote": "a: '" + "x" * SIZE,
    "block text": "a: |\n" + "  x\n" * (SIZE // 4),
    "colons": "a:" * (SIZE // 2),
    "tags": "!a" * (SIZE // 2),
    "percent": "%" * SIZE,
    "digits": "a: " + "1" * SIZE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_soon(name: str) -> None:
    started = time.process_time()
    with contextlib.suppress(Unreadable):
        parse(HOSTILE[name].encode())
    # Most take 0.2 s; what grew faster than its input would take minutes.
    assert time.process_time() - started < 10
