"""Debug files that are there, absent, of another build, damaged."""

from __future__ import annotations

import pytest

from crosswind.binary import debuglink, detect
from crosswind.binary.view import FormatError, View
from crosswind.finding import Status
from crosswind.split import Split, split_file
from crosswind.verify import Expectation, debugfile
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict
from images import debugged, elf, macho

ASKED = Expectation(debug_file=True)
BUNDLE = "app.dSYM/Contents/Resources/DWARF/app"


def judge(made: Split) -> tuple[Verdict | None, Verdict | None]:
    """Check a program with what was split off beside it."""
    return judge_with(made.shipped, {str(place): data for place, data in made.debug.items()})


def judge_with(
    program: bytes, there: dict[str, bytes], expected: Expectation = ASKED
) -> tuple[Verdict | None, Verdict | None]:
    def beside(place: str) -> View | None:
        return View.of(there[place]) if place in there else None

    view = View.of(program)
    subject = Subject("app", view, detect.read(view), beside)
    return debugfile.belongs(subject, expected), debugfile.holds(subject, expected)


def statuses(verdicts: tuple[Verdict | None, Verdict | None]) -> list[Status | None]:
    return [verdict and verdict.status for verdict in verdicts]


@pytest.mark.parametrize("data", [elf.static(), debugged.pe(), debugged.macho()])
def test_what_was_split_fits_together(data: bytes) -> None:
    assert statuses(judge(split_file(data, "app"))) == [Status.PASS, Status.PASS]


@pytest.mark.parametrize("data", [elf.static(), debugged.pe()])
def test_a_program_may_come_without_its_debug_file(data: bytes) -> None:
    made = split_file(data, "app")
    assert statuses(judge_with(made.shipped, {}, Expectation())) == [Status.PASS, None]
    assert statuses(judge_with(made.shipped, {})) == [Status.FAIL, None]


def test_a_program_that_was_not_split() -> None:
    for data in (elf.static(), debugged.macho()):
        assert statuses(judge_with(data, {}, Expectation())) == [None, None]
        assert statuses(judge_with(data, {})) == [Status.FAIL, None]


def test_the_debug_file_of_another_build() -> None:
    one, other = split_file(elf.static(), "app"), split_file(elf.static(flags=1), "app")
    (debug,) = other.debug.values()
    belongs, holds = judge_with(one.shipped, {"app.debug": debug})
    assert belongs is not None
    assert "belongs to another build: its checksum is" in belongs.message
    assert statuses((belongs, holds)) == [Status.FAIL, Status.PASS]


def test_the_bundle_of_another_build() -> None:
    made = split_file(debugged.macho(), "app")
    debug = {str(place): data for place, data in made.debug.items()}
    debug[BUNDLE] = debug[BUNDLE].replace(bytes(range(16)), bytes(range(1, 17)))
    belongs, _ = judge_with(made.shipped, debug)
    assert belongs is not None
    assert "its UUID is 01020304" in belongs.message


@pytest.mark.parametrize(
    ("debug", "message"),
    [
        (b"text", "is damaged"),
        (elf.static(bits=32), "is for ELF32"),
        (elf.build(section_headers=False), "holds no debug data"),
        (macho.fat(debugged.macho()), "no part for this machine"),
    ],
)
def test_what_is_no_debug_file_of_it(debug: bytes, message: str) -> None:
    link = debuglink.make("app.debug", debug, big_endian=False)
    made = split_file(elf.static(), "app")
    program = made.shipped.replace(
        debuglink.make("app.debug", *made.debug.values(), big_endian=False), link
    )
    belongs, holds = judge_with(program, {"app.debug": debug})
    assert statuses((belongs, holds)) == [Status.PASS, Status.FAIL]
    assert holds is not None
    assert message in holds.message


def test_of_a_universal_bundle_the_part_for_the_machine_counts() -> None:
    made = split_file(debugged.macho(), "app")
    *_, companion = made.debug.values()
    other = split_file(debugged.macho(bits=32), "app")
    *_, foreign = other.debug.values()
    both = macho.fat(foreign, companion)
    assert statuses(judge_with(made.shipped, {BUNDLE: both})) == [Status.PASS, Status.PASS]


@pytest.mark.parametrize("name", ["../secret", "..", "a\\b"])
def test_a_link_leads_nowhere_else(name: str) -> None:
    made = split_file(elf.static(), "app", "x" * len(name))
    program = made.shipped.replace(b"x" * len(name), name.encode())
    with pytest.raises(FormatError, match="no file name"):
        judge_with(program, {name: b""})
