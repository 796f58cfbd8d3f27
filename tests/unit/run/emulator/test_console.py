"""The console before a terminal that remembers."""

import pytest

from crosswind.run.emulator.console import (
    DEFAULT_OUTPUT,
    Console,
    InputMode,
    OutputMode,
)


class _Terminal:
    def __init__(self, *typed):
        self.typed = list(typed)
        self.shown = b""
        self.cooked = None

    def ready(self):
        return bool(self.typed)

    def read(self):
        return self.typed.pop(0) if self.typed else b""

    def write(self, data):
        self.shown += data

    def size(self):
        return 80, 25

    def cook(self, *, line, echo, signals):
        self.cooked = (line, echo, signals)

    def restore(self):
        self.cooked = None


@pytest.fixture
def terminal():
    return _Terminal()


def test_halves_of_a_pair_may_come_by_two_calls(terminal):
    console = Console(terminal)
    console.write("a\ud83d")
    assert terminal.shown == b"a"
    console.write("\ude00b")
    assert terminal.shown.decode() == "a😀b"
    console.write("\ude00")
    assert terminal.shown.decode().endswith("\ufffd")


def test_bytes_are_in_the_output_code_page(terminal):
    console = Console(terminal)
    console.write_bytes(b"\x81")
    console.output_page = 65001
    console.write_bytes("é€"[:1].encode() + "€".encode()[:2])
    console.write_bytes("€".encode()[2:])
    assert terminal.shown.decode() == "üé€"


def test_escape_sequences_are_shown_until_the_program_asks_for_them(terminal):
    console = Console(terminal)
    console.write("\x1b[31m\n")
    assert terminal.shown.decode() == "←[31m\n"
    assert console.set_output_mode(DEFAULT_OUTPUT | OutputMode.VIRTUAL_TERMINAL)
    console.write("\x1b[0m")
    assert terminal.shown.endswith(b"\x1b[0m")
    assert not console.set_output_mode(0x8000)


def test_lines_end_as_on_windows_and_are_read_in_pieces():
    console = Console(_Terminal(b"ab\n", b""))
    assert console.read(3) == "ab\r"
    assert console.ready()
    assert console.read(3) == "\n"
    assert console.read(9) == "\x1a\r\n"


def test_a_pair_is_cut_where_the_buffer_ends():
    console = Console(_Terminal("😀\n".encode()))
    assert console.read(1) == "\ud83d"
    assert console.read(9) == "\ude00\r\n"


def test_a_line_of_ctrl_z_ends_the_input_of_readfile_only_when_cooked():
    console = Console(_Terminal(b"x\n", b"\x1a\n"))
    assert console.read_bytes(2) == b"x\r"
    assert console.read_bytes(9) == b"\n"
    assert console.read_bytes(9) == b""
    raw = Console(_Terminal(b"\x1a"))
    assert raw.set_input_mode(0)
    assert raw.read_bytes(9) == b"\x1a"


def test_modes_are_carried_over_to_the_terminal(terminal):
    console = Console(terminal)
    assert console.set_input_mode(InputMode.PROCESSED | InputMode.LINE)
    assert terminal.cooked == (True, False, True)
    assert not console.set_input_mode(InputMode.ECHO)
    assert not console.set_input_mode(0x10000)
    assert console.input_mode == 3


def test_colors_and_places_become_sequences(terminal):
    console = Console(terminal)
    console.show_attributes(0x0C)
    console.show_attributes(0x1E)
    console.show_attributes(0x07)
    assert terminal.shown == b"\x1b[91;40m\x1b[93;44m\x1b[m"
    assert console.move(2, 1)
    assert terminal.shown.endswith(b"\x1b[2;3H")
    assert not console.move(80, 0)


def test_filling_cursor_and_title_become_sequences(terminal):
    console = Console(terminal)
    console.fill(" ", 3, 1, 0)
    assert terminal.shown == b"\x1b7\x1b[1;2H   \x1b8"
    console.show_cursor(visible=False)
    assert not console.cursor
    assert terminal.shown.endswith(b"\x1b[?25l")
    # A title cannot smuggle in sequences of its own.
    console.set_title("a\x07\x1b[2Jb")
    assert terminal.shown.endswith(b"\x1b]2;a[2Jb\x07")


def test_keys_are_looked_at_and_taken():
    console = Console(_Terminal(b"ab"))
    assert console.set_input_mode(0)
    assert len(console.records(1, take=False)) == 20
    assert console.ready()
    assert len(console.records(3, take=True)) == 60
    assert len(console.records(9, take=True)) == 20
    assert not console.ready()
