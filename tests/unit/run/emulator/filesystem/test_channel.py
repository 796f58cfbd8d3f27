"""Pipes: order, room, messages, and what their ends learn of each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import pipes
from crosswind.run.emulator.filesystem.channel import Channel, NamedPipe, NamedPipes

from .conftest import refused


def test_bytes_come_out_in_order():
    reader, writer = pipes.anonymous(0)
    assert reader.read_some(5) is None
    assert writer.write_some(b"hello") == 5
    assert reader.read_some(2) == b"he"
    assert reader.read_some(9) == b"llo"
    writer.close()
    with refused(status.STATUS_PIPE_BROKEN):
        reader.read_some(1)


def test_what_was_written_is_read_after_the_writer_left():
    reader, writer = pipes.anonymous(0)
    writer.write_some(b"x")
    writer.close()
    assert reader.read_some(5) == b"x"


def test_room():
    reader, writer = pipes.anonymous(4)
    assert writer.write_some(b"123456") == 4
    assert writer.write_some(b"56") == 0
    reader.read_some(3)
    assert writer.write_some(b"56") == 2
    reader.close()
    with refused(status.STATUS_PIPE_CLOSING):
        writer.write_some(b"x")


def test_the_ends_of_an_anonymous_pipe_go_one_way():
    reader, writer = pipes.anonymous(0)
    with refused(status.STATUS_ACCESS_DENIED):
        reader.write_some(b"x")
    with refused(status.STATUS_ACCESS_DENIED):
        writer.read_some(1)


def test_messages_are_read_apart():
    channel = Channel(messages=True)
    channel.write(b"one")
    channel.write(b"two")
    assert channel.read(2, by_message=True) == (b"on", True)
    assert channel.read(9, by_message=True) == (b"e", False)
    channel.write(b"three")
    assert channel.read(99) == (b"twothree", False)


def test_who_waits_is_asked_after_each_change():
    reader, writer = pipes.anonymous(0)
    got = []

    def attempt() -> bool:
        data = reader.read_some(3)
        got.append(data)
        return data is not None

    assert reader.incoming is not None
    reader.incoming.attempts.append(attempt)
    writer.write_some(b"abc")
    assert got == [b"abc"]
    writer.write_some(b"abc")
    assert got == [b"abc"]


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=20), st.integers(1, 60))
def test_nothing_is_lost(pieces, size):
    reader, writer = pipes.anonymous(64)
    out = b""
    for piece in pieces:
        left = piece
        while left:
            done = writer.write_some(left)
            left = left[done:]
            while (data := reader.read_some(size)) is not None:
                out += data
    assert out == b"".join(pieces)


def named(**more: object) -> NamedPipe:
    settings = {"name": "x", "messages": False, "most": 1, "access": 3, "sizes": (0, 0), **more}
    return NamedPipe(**settings)


def test_a_named_pipe_has_one_client_per_instance():
    known = NamedPipes()
    instance = known.create(named(), first=True)
    with refused(status.STATUS_ACCESS_DENIED):
        known.create(named(), first=True)
    with refused(status.STATUS_INSTANCE_NOT_AVAILABLE):
        known.create(named(), first=False)
    assert known.open("X") is instance
    with refused(status.STATUS_PIPE_NOT_AVAILABLE):
        known.open("x")
    instance.disconnect()
    known.open("x")
    known.remove(instance)
    with refused(status.STATUS_OBJECT_NAME_NOT_FOUND):
        known.open("x")


def test_a_server_that_listens_is_told():
    known = NamedPipes()
    instance = known.create(named(most=2), first=False)
    other = known.create(named(most=2), first=False)
    told = []
    other.state, other.on_connect = "listening", lambda: told.append(1)
    assert known.open("x") is other
    assert told == [1]
    assert known.open("x") is instance


@pytest.mark.parametrize("size", [2, 4096, 100_000])
def test_a_message_fits_an_empty_pipe_whatever_its_size(size):
    channel = Channel(messages=True, size=10)
    assert channel.write(b"x" * size) == size
    assert channel.write(b"x" * 10) == 0
