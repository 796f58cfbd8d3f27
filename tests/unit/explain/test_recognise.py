"""Pasted text in every state that terminals, shells and clipboards leave it in."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind import explain
from crosswind.errors import UsageError
from crosswind.explain.recognise import MAX_TEXT, clean
from crosswind.target import Target

RECORDED = sorted(Path(__file__).parent.joinpath("recorded").glob("*.txt"))
SUMMARY = "./main.go:3:23: undefined: syscall.Kill"


def found(text: str) -> list[str]:
    return [match.page.code for match in explain.by_text(text)]


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_recorded(file: Path) -> None:
    """What Wine 8.0 and QEMU 7.2 printed; tests/integration asks them where they are installed."""
    assert found(file.read_text("utf-8"))[0] == file.name[:6]


@pytest.mark.parametrize(
    "text",
    [
        SUMMARY,
        f"# example.com/m\n{SUMMARY}\n",
        f"# example.com/m\r\n{SUMMARY}\r\n",
        f"PS C:\\src> go build\r\n# example.com/m\r\n{SUMMARY}\r\n",
        f"user@host:~/src$ go build\n{SUMMARY}\nuser@host:~/src$ ",
        "\x1b[1m\x1b[31m./main.go:3:23: \x1b[0mundefined: \x1b[4msyscall.Kill\x1b[m",
        f"\x1b]0;title\x07{SUMMARY}",
        f"building 10%\rbuilding 90%\r{SUMMARY}",
        f"\ufeff{SUMMARY}",
        f"    {SUMMARY}\t",
        f"12:01:33 [build] {SUMMARY}",
        SUMMARY.upper().replace("SYSCALL.KILL", "syscall.Kill"),
    ],
)
def test_whatever_surrounds_it(text: str) -> None:
    match = explain.by_text(text)[0]
    assert match.page.code == "CW3401"
    assert match.values == {"name": "Kill"}


def test_broken_by_a_narrow_window() -> None:
    text = "Program 'app.exe' failed to run: The specified executable is not a valid\n"
    text += "application for this OS platform.At line:1 char:1\n+ .\\app.exe\n+ ~~~~~~~~~"
    assert found(text) == ["CW3102"]


def test_typographic_quotes() -> None:
    left, right = "\u2018", "\u2019"
    assert found(
        f"“app” can{right}t be opened because Apple cannot check it for malicious software."
    )
    assert found(f"version {left}GLIBC_2.34{right} not found") == ["CW3104"]


def test_the_most_specific_first() -> None:
    text = f"{SUMMARY}\n./main.go:9:2: undefined: foo\ngo: go.mod file not found in current "
    text += "directory or any parent directory; see 'go help modules'"
    assert found(text) == ["CW3301", "CW3401", "CW3408"]


def test_the_cause_before_a_trifle() -> None:
    """The page of unused names groups its fixed words too, so that it weighs less than others."""
    text = f'{SUMMARY}\n./main.go:2:8: "fmt" imported and not used\n./main.go:4:2: declared and not used: x'
    assert found(text) == ["CW3401", "CW3405"]


def test_each_page_once() -> None:
    assert found("\n".join(f"x.go:{n}:1: undefined: name{n}" for n in range(50))) == ["CW3408"]


def test_of_overlapping_matches_only_the_more_specific() -> None:
    """`undefined: X` fits syscall.X too, but says less."""
    assert found(SUMMARY) == ["CW3401"]
    assert found("x.go:1:1: undefined: foo; ./app: Text file busy") == ["CW3110", "CW3408"]


def test_our_own_codes() -> None:
    """A pasted report of crosswind's leads to its page, after what the tool itself said."""
    assert found("error[CW0101] unknown target 'windwos/amd64'") == ["CW0101"]
    assert found(f"error[CW0601] example failed\n{SUMMARY}")[0] == "CW3401"
    assert found("error[CW9999] nothing") == []


def test_reads_the_end_of_a_long_text() -> None:
    assert found(SUMMARY + "\n" + "." * MAX_TEXT) == []
    assert found("." * MAX_TEXT + "\n" + SUMMARY) == ["CW3401"]


def test_nothing_is_known() -> None:
    assert explain.by_text("") == ()
    assert explain.by_text("all is well") == ()
    assert explain.advice("all is well") is None


def test_control_characters_are_dropped() -> None:
    assert clean("a\x00b\x07c\n\n  \x1b[2Kd ") == ["abc", "d"]


def test_what_it_caught_is_filled_in() -> None:
    text = "main.go:2:8: no required module provides package example.com/other/p; to add it:"
    match = explain.by_text(text)[0]
    assert match.page.advice == "Add the module: `go get example.com/other/p`, then `go mod tidy`."
    assert "PACKAGE" in explain.by_code("CW3312").advice


def test_braces_that_are_no_placeholder_stay() -> None:
    assert "{{.IgnoredGoFiles}}" in explain.by_code("CW3404").section("Mend")


def test_advice_names_the_target() -> None:
    text = "package example.com/m: build constraints exclude all Go files in /src"
    advice = explain.advice(text, Target("windows", "arm64"))
    assert advice is not None
    assert "GOOS=windows GOARCH=arm64 go list" in advice
    assert "GOOS=GOOS" in (explain.advice(text) or "")


@pytest.mark.parametrize("page", ["cp437", "cp850", "cp1252", "cp866"])
def test_utf8_in_another_code_page(page: str) -> None:
    """What a console of that code page shows of UTF-8."""
    text = "grün ✓ Привет".encode().decode(page, errors="replace")
    assert found(text) == ["CW3119"]


def test_tables_and_trees_are_no_garbled_text() -> None:
    text = "├── main.go\n└── go.mod\n┌──┬──┐\n├──┼──┤\n╔══╦══╗\n╟──╨──╢ ┬┐ ├┤ français größe"
    assert found(text) == []


def test_there_is_no_winansi() -> None:
    """Folklore has a GODEBUG setting for it."""
    assert "No GODEBUG setting" in explain.by_text("GODEBUG=winansi=1")[0].page.body


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_decodes_pipes(encoding: str) -> None:
    assert clean(explain.decode("grün\r\n".encode(encoding))) == ["grün"]


def test_decodes_damaged_bytes() -> None:
    assert "undefined" in explain.decode(b"\xff\xfeundefined"[2:] + b"\xff")


def test_nearest_by_words() -> None:
    near = [page.code for page in explain.nearest("the quarantine of the notarized downloads")]
    assert "CW3107" in near
    assert len(explain.nearest("linker compiler module package program")) <= 3
    assert explain.nearest("xyzzy") == ()


def test_by_code() -> None:
    assert explain.by_code(" cw3101 ").code == "CW3101"
    with pytest.raises(UsageError) as raised:
        explain.by_code("CW3102x")
    assert raised.value.code == "CW3000"
    assert raised.value.exit_code == 2
    assert "CW3102" in raised.value.hint


def test_far_from_every_code() -> None:
    with pytest.raises(UsageError) as raised:
        explain.by_code("??")
    assert "--list" in raised.value.hint
