"""The console: modes, reading and writing, the screen. Calls fail for pipes, files and nothing."""

from __future__ import annotations

import struct

from crosswind.run.emulator import code_pages, status
from crosswind.run.emulator.abi import U16, U32, Bool, Handle, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import encoded, units
from crosswind.run.emulator.console import Console
from crosswind.run.emulator.console_streams import ConsoleInput, ConsoleOutput, ConsoleStream
from crosswind.run.emulator.control import CTRL_BREAK_EVENT, CTRL_C_EVENT
from crosswind.run.emulator.keys import RECORD_SIZE
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError

# The cursor's height, in percent of a character.
_CURSOR_SIZE = 25
# Key events that are handed out at once, whatever the program has room for.
_MOST_EVENTS = 4096


def _console(p: Process, handle: int, kind: type[ConsoleStream] = ConsoleStream) -> Console:
    """Return the console behind a handle.

    Raises:
        WinError: the handle is none, or no console's (ERROR_INVALID_HANDLE).
    """
    return p.handles.get(handle, kind).console


def _is_input(p: Process, handle: int) -> bool:
    return p.handles.get(handle, ConsoleStream).is_input


@call("kernel32", "kernelbase")
def GetConsoleMode(p: Process, console: Handle, mode: Pointer) -> Bool:
    """Return the mode of the input or the output."""
    found = _console(p, console)
    is_input = _is_input(p, console)
    p.memory.write_u32(mode, found.input_mode if is_input else found.output_mode)
    return 1


@call("kernel32", "kernelbase")
def SetConsoleMode(p: Process, console: Handle, mode: U32) -> Bool:
    """Change the mode of the input or the output; the host's terminal follows."""
    found = _console(p, console)
    is_input = _is_input(p, console)
    if not (found.set_input_mode(mode) if is_input else found.set_output_mode(mode)):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return 1


@call("kernel32", "kernelbase")
def GetConsoleCP(p: Process) -> U32:
    """Return the input's code page, or 0 without a console."""
    if p.console is None:
        raise WinError(status.ERROR_INVALID_HANDLE)
    return p.console.input_page


@call("kernel32", "kernelbase", compared=False)
def GetConsoleOutputCP(p: Process) -> U32:
    """Return the output's code page, or 0 without a console."""
    if p.console is None:
        raise WinError(status.ERROR_INVALID_HANDLE)
    return p.console.output_page


@call("kernel32", "kernelbase", compared=False)
def SetConsoleCP(p: Process, page: U32) -> Bool:
    """Change the input's code page."""
    if p.console is None:
        raise WinError(status.ERROR_INVALID_HANDLE)
    if not code_pages.known(page):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.console.input_page = page
    return 1


@call("kernel32", "kernelbase", compared=False)
def SetConsoleOutputCP(p: Process, page: U32) -> Bool:
    """Change the output's code page."""
    if p.console is None:
        raise WinError(status.ERROR_INVALID_HANDLE)
    if not code_pages.known(page):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.console.output_page = page
    return 1


@call("kernel32", "kernelbase")
def WriteConsoleW(
    p: Process, console: Handle, buffer: Pointer, count: U32, written: Pointer, reserved: Pointer
) -> Bool:
    """Show UTF-16 text on the host's terminal."""
    del reserved
    found = _console(p, console, ConsoleOutput)
    text = p.memory.read(buffer, 2 * count).decode("utf-16-le", "surrogatepass")
    found.write(text)
    if written:
        p.memory.write_u32(written, count)
    return 1


@call("kernel32", "kernelbase")
def ReadConsoleW(
    p: Process, console: Handle, buffer: Pointer, count: U32, read: Pointer, control: Pointer
) -> Bool:
    """Read what was typed: a line, or what is there."""
    del control
    found = _console(p, console, ConsoleInput)

    def poll() -> int | None:
        if not found.ready():
            return None
        text = found.read(count)
        p.memory.write(buffer, text.encode("utf-16-le", "surrogatepass"))
        p.memory.write_u32(read, units(text))
        return 1

    return p.wait(poll)


@call("kernel32", "kernelbase")
def GetNumberOfConsoleInputEvents(p: Process, console: Handle, count: Pointer) -> Bool:
    """Say whether something was typed."""
    found = _console(p, console, ConsoleInput)
    size = len(found.records(_MOST_EVENTS, take=False))
    p.memory.write_u32(count, size // RECORD_SIZE)
    return 1


@call("kernel32", "kernelbase")
def PeekConsoleInputW(
    p: Process, console: Handle, buffer: Pointer, count: U32, read: Pointer
) -> Bool:
    """Look at key events that are there; a window or a mouse makes none."""
    data = _console(p, console, ConsoleInput).records(min(count, _MOST_EVENTS), take=False)
    p.memory.write(buffer, data)
    p.memory.write_u32(read, len(data) // RECORD_SIZE)
    return 1


@call("kernel32", "kernelbase")
def ReadConsoleInputW(
    p: Process, console: Handle, buffer: Pointer, count: U32, read: Pointer
) -> Bool:
    """Wait for key events and take them; a window or a mouse makes none."""
    found = _console(p, console, ConsoleInput)

    def poll() -> int | None:
        data = found.records(min(count, _MOST_EVENTS), take=True) if found.ready() else b""
        if not data:
            return None
        p.memory.write(buffer, data)
        p.memory.write_u32(read, len(data) // RECORD_SIZE)
        return 1

    return p.wait(poll)


@call("kernel32", "kernelbase")
def FlushConsoleInputBuffer(p: Process, console: Handle) -> Bool:
    """Forget what was typed."""
    _console(p, console, ConsoleInput).flush_input()
    return 1


@call("kernel32", "kernelbase")
def GetConsoleScreenBufferInfo(p: Process, console: Handle, info: Pointer) -> Bool:
    """Describe the screen: as large as the host's terminal, the cursor at its beginning."""
    found = _console(p, console, ConsoleOutput)
    columns, rows = found.terminal.size()
    p.memory.write(
        info,
        struct.pack(
            "<hhhhHhhhhhh", columns, rows, 0, 0, found.attributes, 0, 0, columns - 1, rows - 1,
            columns, rows,
        ),
    )  # fmt: skip
    return 1


@call("kernel32", "kernelbase")
def GetLargestConsoleWindowSize(p: Process, console: Handle) -> U32:
    """Return the terminal's size: rows above columns."""
    columns, rows = _console(p, console, ConsoleOutput).terminal.size()
    return rows << 16 | columns


@call("kernel32", "kernelbase")
def SetConsoleTextAttribute(p: Process, console: Handle, attributes: U16) -> Bool:
    """Change the colors of what is written next."""
    _console(p, console, ConsoleOutput).show_attributes(attributes)
    return 1


@call("kernel32", "kernelbase")
def SetConsoleCursorPosition(p: Process, console: Handle, place: U32) -> Bool:
    """Move the cursor: the row is in the upper half."""
    if not _console(p, console, ConsoleOutput).move(place & 0xFFFF, place >> 16):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return 1


@call("kernel32", "kernelbase")
def FillConsoleOutputCharacterW(
    p: Process, console: Handle, character: U16, count: U32, place: U32, written: Pointer
) -> Bool:
    """Write a character many times at a place, and leave the cursor where it was."""
    found = _console(p, console, ConsoleOutput)
    columns, rows = found.terminal.size()
    left = columns * rows - (place >> 16) * columns - (place & 0xFFFF)
    done = max(0, min(count, left))
    found.fill(chr(character), done, place & 0xFFFF, place >> 16)
    p.memory.write_u32(written, done)
    return 1


@call("kernel32", "kernelbase")
def FillConsoleOutputAttribute(
    p: Process, console: Handle, attribute: U16, count: U32, place: U32, written: Pointer
) -> Bool:
    """Accept: what is on the screen keeps its colors."""
    del attribute, place
    _console(p, console, ConsoleOutput)
    p.memory.write_u32(written, count)
    return 1


@call("kernel32", "kernelbase")
def GetConsoleCursorInfo(p: Process, console: Handle, info: Pointer) -> Bool:
    """Describe the cursor: a quarter high, visible or hidden."""
    found = _console(p, console, ConsoleOutput)
    p.memory.write(info, struct.pack("<II", _CURSOR_SIZE, int(found.cursor)))
    return 1


@call("kernel32", "kernelbase")
def SetConsoleCursorInfo(p: Process, console: Handle, info: Pointer) -> Bool:
    """Show or hide the cursor."""
    found = _console(p, console, ConsoleOutput)
    size, visible = struct.unpack("<II", p.memory.read(info, 8))
    if not 1 <= size <= 100:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    found.show_cursor(visible=bool(visible))
    return 1


@call("kernel32", "kernelbase", compared=False)
def SetConsoleTitleW(p: Process, title: WideString) -> Bool:
    """Set the terminal's title."""
    if p.console is None:
        raise WinError(status.ERROR_INVALID_HANDLE)
    p.console.set_title(title or "")
    return 1


@call("kernel32", "kernelbase", compared=False)
def GetConsoleTitleW(p: Process, buffer: Pointer, size: U32) -> U32:
    """Return the title as it was set, or the program's path."""
    if p.console is None:
        raise WinError(status.ERROR_INVALID_HANDLE)
    title = p.console.title or p.program_path
    if units(title) < size:
        p.memory.write(buffer, encoded(title))
    return units(title)


@call("kernel32", "kernelbase")
def GetConsoleWindow(p: Process) -> Handle:
    """Return no window: there is none."""
    del p
    return 0


@call("kernel32", "kernelbase")
def SetConsoleCtrlHandler(p: Process, handler: Pointer, add: Bool) -> Bool:
    """Add or remove what is asked at Ctrl-C, or ignore that."""
    control = p.emulator.control
    if not handler:
        control.ignores_c = bool(add)
    elif add:
        control.handlers.append(handler)
    elif handler in control.handlers:
        control.handlers.remove(handler)
    else:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return 1


@call("kernel32", "kernelbase")
def GenerateConsoleCtrlEvent(p: Process, event: U32, group: U32) -> Bool:
    """Send Ctrl-C or Ctrl-Break to the program itself: there is no other one."""
    if event not in (CTRL_C_EVENT, CTRL_BREAK_EVENT) or group not in (0, p.pid):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.emulator.control.send(event)
    return 1
