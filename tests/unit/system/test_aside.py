"""A call aside returns or raises where its result is wanted, and has ended when the block has."""

import threading

import pytest

from crosswind.system.aside import aside


def test_it_returns() -> None:
    with aside(threading.current_thread) as result:
        assert result() is not threading.current_thread()
        assert result() is result()


def test_it_raises_where_the_result_is_wanted() -> None:
    def fail() -> None:
        raise ValueError("aside")

    with aside(fail) as result, pytest.raises(ValueError, match="aside"):
        result()


def test_it_has_ended_when_the_block_fails() -> None:
    go, ended = threading.Event(), threading.Event()

    def work() -> None:
        go.wait()
        ended.set()

    with pytest.raises(KeyError), aside(work):
        go.set()
        raise KeyError
    assert ended.is_set()
