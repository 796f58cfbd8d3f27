"""The console of an emulated process: UTF-16 towards the program, the host's terminal behind it.

A standard stream is a console exactly where the host's stream is a terminal; else it is a pipe or a
file, and calls for consoles answer that the handle is invalid, as on Windows. The terminal itself
edits lines and echoes; the console's modes are carried over to it.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Protocol

from crosswind.run.emulator import code_pages, keys


class InputMode(IntFlag):
    """Flags of GetConsoleMode for the input (consoleapi.h)."""

    PROCESSED = 0x0001
    LINE = 0x0002
    ECHO = 0x0004
    WINDOW = 0x0008
    MOUSE = 0x0010
    INSERT = 0x0020
    QUICK_EDIT = 0x0040
    EXTENDED = 0x0080
    AUTO_POSITION = 0x0100
    VIRTUAL_TERMINAL = 0x0200


class OutputMode(IntFlag):
    """Flags of GetConsoleMode for the output (consoleapi.h)."""

    PROCESSED = 0x0001
    WRAP_AT_EOL = 0x0002
    VIRTUAL_TERMINAL = 0x0004
    NO_AUTO_RETURN = 0x0008
    LVB_GRID = 0x0010


_INPUT_ALL = 0x03FF
_OUTPUT_ALL = 0x001F
# What Windows 10 starts a console with.
DEFAULT_INPUT = InputMode(0x01F7)
DEFAULT_OUTPUT = OutputMode.PROCESSED | OutputMode.WRAP_AT_EOL
# Light grey on black.
DEFAULT_ATTRIBUTES = 0x07

CTRL_Z = "\x1a"
# What a console shows for the control characters that it does not act on (code page 437).
_GLYPHS = dict(enumerate("\0☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"))
_ACTING = "\0\a\b\t\n\r"
# Bits of an attribute are blue, green, red; VT's colors count red, green, blue.
_COLOR = (0, 4, 2, 6, 1, 5, 3, 7)


class Terminal(Protocol):
    """The host's terminal."""

    def ready(self) -> bool:
        """Say whether `read` would return at once."""
        ...

    def read(self) -> bytes:
        """Read what is there, as UTF-8; nothing at the end of the input."""
        ...

    def write(self, data: bytes) -> None:
        """Show UTF-8 text and control sequences."""
        ...

    def size(self) -> tuple[int, int]:
        """Return columns and rows."""
        ...

    def cook(self, *, line: bool, echo: bool, signals: bool) -> None:
        """Let the terminal edit lines, echo, and turn Ctrl-C into a signal, or not."""
        ...

    def restore(self) -> None:
        """Be as before the first `cook`."""
        ...


@dataclass(slots=True)
class Console:
    """One console; the process and all its handles share it."""

    terminal: Terminal
    title: str = ""
    input_mode: int = DEFAULT_INPUT
    output_mode: int = DEFAULT_OUTPUT
    input_page: int = code_pages.OEM
    output_page: int = code_pages.OEM
    attributes: int = DEFAULT_ATTRIBUTES
    cursor: bool = True
    _pending: str = ""
    """A high surrogate whose other half is not written yet."""
    _partial: bytes = b""
    """The beginning of a character in the output code page."""
    _typed: str = ""
    """What was read from the terminal and not handed out."""
    _bytes: bytes = b""
    """The same, in the input code page, of a line that ReadFile began to read."""
    _records: bytes = b""
    """Key events that were looked at and not taken."""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def set_input_mode(self, mode: int) -> bool:
        """Change the input's mode; False where the flags contradict one another.

        Documented: ENABLE_ECHO_INPUT is only allowed together with ENABLE_LINE_INPUT.
        """
        if mode & ~_INPUT_ALL or (mode & InputMode.ECHO and not mode & InputMode.LINE):
            return False
        self.input_mode = mode
        self.terminal.cook(
            line=bool(mode & InputMode.LINE),
            echo=bool(mode & InputMode.ECHO),
            signals=bool(mode & InputMode.PROCESSED),
        )
        return True

    def set_output_mode(self, mode: int) -> bool:
        """Change the output's mode; False where a flag is unknown."""
        if mode & ~_OUTPUT_ALL:
            return False
        self.output_mode = mode
        return True

    def write(self, text: str) -> None:
        """Show text; the halves of a surrogate pair may come by two calls."""
        text = self._pending + text
        self._pending = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._pending = text[:-1], text[-1]
        # Halves that met are one character now; a half alone is shown as U+FFFD.
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self.terminal.write(self._shown(joined).encode())

    def _shown(self, text: str) -> str:
        """Replace controls by glyphs as far as the mode says."""
        if self.output_mode & OutputMode.VIRTUAL_TERMINAL:
            return text
        acting = _ACTING if self.output_mode & OutputMode.PROCESSED else "\0"
        return text.translate(
            {code: glyph for code, glyph in _GLYPHS.items() if chr(code) not in acting}
        )

    def write_bytes(self, data: bytes) -> None:
        """Show bytes in the output code page, as WriteFile does; a character may be split."""
        data = self._partial + data
        self._partial = b""
        if self.output_page == code_pages.UTF8:
            whole = _whole_utf8(data)
            data, self._partial = data[:whole], data[whole:]
        self.write(code_pages.decode(data, self.output_page))

    def ready(self) -> bool:
        """Say whether a read would return at once."""
        return bool(self._typed or self._bytes or self._records) or self.terminal.ready()

    def read(self, units: int) -> str:
        """Read at most `units` UTF-16 code units: of one line, or of what was typed.

        The end of the terminal's input reads as a line of Ctrl-Z, by which Windows' programs know it.
        """
        if not self._typed:
            self._typed = self._fetch()
        taken, self._typed = _cut(self._typed, units)
        return taken

    def read_bytes(self, size: int) -> bytes:
        """Read as ReadFile does: bytes in the input code page; nothing for a line of Ctrl-Z."""
        if not self._bytes:
            # A line is at most what the terminal holds: some kilobytes.
            line = self.read(1 << 20)
            cooked = self.input_mode & InputMode.LINE and self.input_mode & InputMode.PROCESSED
            if cooked and line.startswith(CTRL_Z):
                return b""
            self._bytes, _ = code_pages.encode(line, self.input_page)
        taken, self._bytes = self._bytes[:size], self._bytes[size:]
        return taken

    def _fetch(self) -> str:
        """Read from the terminal: a whole line where lines are edited."""
        data = self.terminal.read()
        text = self._decoder.decode(data, final=not data)
        if not self.input_mode & InputMode.LINE:
            return text if data else CTRL_Z
        return text.replace("\r\n", "\n").replace("\n", "\r\n") if data else f"{CTRL_Z}\r\n"

    def records(self, most: int, *, take: bool) -> bytes:
        """Return what was typed as at most so many INPUT_RECORDs, and forget them if they are taken."""
        if self.terminal.ready() and not self._typed:
            self._typed = self._fetch()
        if self._typed:
            wanted = bool(self.input_mode & InputMode.VIRTUAL_TERMINAL)
            self._records += b"".join(
                key.packed() for key in keys.read(self._typed, sequences=wanted)
            )
            self._typed = ""
        found = self._records[: most * keys.RECORD_SIZE]
        if take:
            self._records = self._records[len(found) :]
        return found

    def flush_input(self) -> None:
        """Forget what was typed and not read."""
        self._typed, self._bytes, self._records = "", b"", b""

    def show_attributes(self, attributes: int) -> None:
        """Change the colors of what is written next (SetConsoleTextAttribute)."""
        self.attributes = attributes
        front = (90 if attributes & 0x08 else 30) + _COLOR[attributes & 7]
        back = (100 if attributes & 0x80 else 40) + _COLOR[attributes >> 4 & 7]
        if attributes == DEFAULT_ATTRIBUTES:
            self.terminal.write(b"\x1b[m")
        else:
            self.terminal.write(b"\x1b[%d;%dm" % (front, back))

    def fill(self, letter: str, count: int, column: int, row: int) -> None:
        """Write a letter many times at a place; the cursor goes back to where it was."""
        shown = self._shown(letter * count).encode(errors="replace")
        self.terminal.write(b"\x1b7\x1b[%d;%dH%b\x1b8" % (row + 1, column + 1, shown))

    def show_cursor(self, *, visible: bool) -> None:
        """Show or hide the cursor."""
        self.cursor = visible
        self.terminal.write(b"\x1b[?25h" if visible else b"\x1b[?25l")

    def set_title(self, title: str) -> None:
        """Set the terminal's title; controls in it could end the sequence, and are left out."""
        self.title = title
        plain = "".join(letter for letter in title if letter.isprintable())
        self.terminal.write(b"\x1b]2;%b\x07" % plain.encode(errors="replace"))

    def move(self, column: int, row: int) -> bool:
        """Place the cursor (SetConsoleCursorPosition); False outside the window."""
        columns, rows = self.terminal.size()
        if not (0 <= column < columns and 0 <= row < rows):
            return False
        self.terminal.write(b"\x1b[%d;%dH" % (row + 1, column + 1))
        return True


def _cut(text: str, units: int) -> tuple[str, str]:
    """Cut a text after so many UTF-16 code units; a pair may be cut in two, as Windows does."""
    data = text.encode("utf-16-le", "surrogatepass")
    head, tail = data[: 2 * units], data[2 * units :]
    return head.decode("utf-16-le", "surrogatepass"), tail.decode("utf-16-le", "surrogatepass")


def _whole_utf8(data: bytes) -> int:
    """Return how many of the bytes are whole characters; the rest begins one."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        need = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return len(data) - back if need > back else len(data)
    return len(data)
