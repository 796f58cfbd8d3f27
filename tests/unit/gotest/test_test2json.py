"""What a test binary prints becomes events, however it arrives."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crosswind.gotest.event import Event
from crosswind.gotest.test2json import Converter

FRAMED = b"""\x16=== RUN   TestA
at\x16=== RUN   TestA/sub
    a_test.go:5: x
\x16--- PASS: TestA/sub (0.01s)
\x16--- FAIL: TestA (1.50s)
\x16FAIL
"""


def events(*pieces: bytes, failed: bool = False) -> list[Event]:
    found: list[Event] = []
    converter = Converter("p", found.append, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for piece in pieces:
        converter.write(piece)
    converter.exited(failed=failed)
    converter.close()
    return found


def test_each_test_has_its_output_and_its_end():
    told = [(one.action, one.test, one.elapsed) for one in events(FRAMED, failed=True)]
    assert told[0] == ("start", "", None)
    assert ("run", "TestA/sub", None) in told
    assert ("pass", "TestA/sub", 0.01) in told
    assert ("fail", "TestA", 1.5) in told
    assert told[-1][:2] == ("fail", "")


def test_unframed_lines_that_look_like_verdicts_are_output():
    told = events(FRAMED.replace(b"at", b"--- FAIL: TestX (0.00s)\n"), failed=True)
    assert not [one for one in told if one.test == "TestX"]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_output_is_lost_wherever_it_is_cut(data, place):
    whole, cut = events(data), events(data[:place], data[place:])
    assert [one for one in whole if one.action != "output"] == [
        one for one in cut if one.action != "output"
    ]

    def printed(found):
        return b"".join(one.output or b"" for one in found)

    assert printed(whole) == printed(cut)


@given(st.binary(max_size=300))
def test_every_event_is_one_line_of_json(data):
    assert all("\n" not in one.encode() for one in events(data))
