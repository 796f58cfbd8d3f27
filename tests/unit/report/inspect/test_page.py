"""The page: well-formed, complete, and deaf to what names from a file say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from crosswind.binary.image import Symbol, SymbolKind
from crosswind.inspect import inspect_file
from crosswind.inspect.model import Contents, Inspection, Problem
from crosswind.inspect.symbols import Symbols
from crosswind.report.inspect.page import page
from crosswind.report.inspect.text import text
from images import elf, macho, pe, unusual, wasm

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\x1b]0;owned\x07\x1b[2J"
VOID = {"meta", "input", "rect"}


class Reader(HTMLParser):
    """Notes elements, and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID or tag == "rect":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def hostile() -> Inspection:
    symbols = Symbols(1, {HOSTILE: 1}, (Symbol(HOSTILE, 0, 0, SymbolKind.CODE),))
    contents = Contents(HOSTILE, {"symbols": symbols}, (Problem("file", HOSTILE, 0),))
    return Inspection(Path(HOSTILE.replace("/", "")), 1, HOSTILE, (contents,))


@pytest.mark.parametrize(
    "data",
    [
        pe.build(certificate=b""),
        elf.build(),
        macho.build(),
        wasm.build(),
        unusual.xcoff(),
        b"#!/bin/sh\n",
    ],
    ids=["pe", "elf", "macho", "wasm", "xcoff", "script"],
)
def test_well_formed_and_self_contained(tmp_path, data):
    path = tmp_path / "program"
    path.write_bytes(data)
    html = page(inspect_file(path))
    reader = read(html)
    names = {tag for tag, _ in reader.seen}
    assert not names & {"link", "img", "iframe", "object", "embed", "base", "form"}
    for _, attributes in reader.seen:
        assert not any(
            name.startswith("on") or name in ("src", "href", "style") for name in attributes
        )
    assert "default-src 'none'" in html


def test_hostile_names_stay_text():
    html = page(hostile())
    reader = read(html)
    assert "img" not in {tag for tag, _ in reader.seen}
    assert "alert(1)" in html
    assert "<img" not in html
    assert len([tag for tag, _ in reader.seen if tag == "script"]) == 1
    assert "\x1b" not in html
    assert "\x07" not in html


def test_the_policy_knows_our_script_and_style_only():
    html = page(hostile())
    assert len(re.findall(r"'sha256-[\w+/=]{44}'", html.partition("<title>")[0])) == 2


def test_hostile_names_move_no_cursor():
    drawn = text(hostile(), asked=("symbols",))
    assert "\x1b" not in drawn
    assert "\\x1b" in drawn
