"""What a child prints, while it does."""

import os
import queue

import pytest

from crosswind.system import follow


def test_lines_come_when_they_are_whole_and_all_is_kept() -> None:
    seen: queue.Queue[str] = queue.Queue()
    with follow.lines(seen.put) as output:
        os.write(output.descriptor, b"one\ntw")
        assert seen.get(timeout=10) == "one"
        os.write(output.descriptor, b"o\nthree")
        assert seen.get(timeout=10) == "two"
    assert seen.empty()
    assert bytes(output.data) == b"one\ntwo\nthree"


def test_whoever_keeps_the_output_open_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_LINGER", 0.01)
    with follow.lines(lambda _line: None) as output:
        kept = os.dup(output.descriptor)
    os.write(kept, b"later")
    os.close(kept)


def test_a_line_without_end_is_not_kept_twice() -> None:
    seen: list[str] = []
    with follow.lines(seen.append) as output:
        for _ in range(100):
            os.write(output.descriptor, b"x" * 4096)
        os.write(output.descriptor, b"\nend\n")
    assert seen[1:] == ["end"]
    assert len(seen[0]) <= 2 * 65536
    assert len(output.data) == 100 * 4096 + 5
