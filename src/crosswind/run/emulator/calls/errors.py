"""Last errors, error modes, the texts of errors, and what statuses are in Win32's words."""

from __future__ import annotations

from crosswind.run.emulator import messages, status
from crosswind.run.emulator.abi import U32, Bool, HResult, NtStatus, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import encoded, units
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError

# SEM_* flags that a thread's mode may have; SEM_NOALIGNMENTFAULTEXCEPT is the process's.
_THREAD_MODES = 0x8003

# FormatMessageW's flags (winbase.h).
_ALLOCATE_BUFFER = 0x0100
_IGNORE_INSERTS = 0x0200
_FROM_STRING = 0x0400
_FROM_HMODULE = 0x0800
_FROM_SYSTEM = 0x1000
# Neutral, the user's and the system's default, and American English.
_LANGUAGES = frozenset({0, 0x0400, 0x0800, 0x0009, 0x0409})
# A result holds at most 64 KiB (documentation of FormatMessage).
_MAX_RESULT = 0x8000


@call("kernel32", "kernelbase")
def GetLastError(p: Process) -> U32:
    """Return the calling thread's last error."""
    return p.last_error


@call("kernel32", "kernelbase", "ntdll:RtlSetLastWin32Error")
def SetLastError(p: Process, error: U32) -> None:
    """Set the calling thread's last error."""
    p.set_last_error(error)


@call("kernel32", "kernelbase")
def SetErrorMode(p: Process, mode: U32) -> U32:
    """Set which failures would show a dialog; none ever does. Returns the mode before."""
    before, p.error_mode = p.error_mode, mode & 0x8007
    return before


@call("kernel32", "kernelbase")
def GetErrorMode(p: Process) -> U32:
    """Return the process's error mode."""
    return p.error_mode


@call("kernel32", "kernelbase")
def SetThreadErrorMode(p: Process, mode: U32, before: Pointer) -> Bool:
    """Set the calling thread's error mode."""
    if mode & ~_THREAD_MODES:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if before:
        p.memory.write_u32(before, p.thread.error_mode)
    p.thread.error_mode = mode
    return 1


@call("kernel32", "kernelbase")
def GetThreadErrorMode(p: Process) -> U32:
    """Return the calling thread's error mode."""
    return p.thread.error_mode


@call("kernel32")
def WerSetFlags(p: Process, flags: U32) -> HResult:
    """Keep the flags of error reporting; nothing is ever reported."""
    p.wer_flags = flags
    return 0


@call("kernel32")
def WerGetFlags(p: Process, process: U32, flags: Pointer) -> HResult:
    """Return the flags of error reporting."""
    del process
    p.memory.write_u32(flags, p.wer_flags)
    return 0


@call("kernel32", "kernelbase")
def FormatMessageW(
    p: Process, flags: U32, source: Pointer, code: U32, language: U32, buffer: Pointer, size: U32,
    arguments: Pointer,
) -> U32:  # fmt: skip
    """Write an error's text, in English; messages of modules are not there."""
    definition = _definition(p, flags, source, code, language)
    insert = None if flags & _IGNORE_INSERTS else _Inserts(p, arguments)
    text = messages.fill(definition, insert, flags & 0xFF)
    length = units(text)
    if not length:
        raise WinError(status.ERROR_NO_WORK_DONE)
    if length >= _MAX_RESULT:
        raise WinError(status.ERROR_MORE_DATA)
    if flags & _ALLOCATE_BUFFER:
        place = p.heap.allocate(2 * max(length + 1, size))
        p.memory.write_u64(buffer, place)
        p.memory.write(place, encoded(text))
    elif length >= size:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    else:
        p.memory.write(buffer, encoded(text))
    return length


def _definition(p: Process, flags: int, source: int, code: int, language: int) -> str:
    """Find the message's text, before inserts.

    Raises:
        WinError: there is none, or none in that language.
    """
    if flags & _FROM_STRING:
        if not source:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        return p.memory.read_wide(source)
    if not flags & (_FROM_SYSTEM | _FROM_HMODULE):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if language & 0xFFFF not in _LANGUAGES:
        raise WinError(status.ERROR_RESOURCE_LANG_NOT_FOUND)
    found = messages.system(code) if flags & _FROM_SYSTEM else None
    if found is None:
        raise WinError(status.ERROR_MR_MID_NOT_FOUND)
    return found


class _Inserts:
    """Reads inserts from an array of 64-bit words; a va_list is one too on this machine."""

    def __init__(self, p: Process, arguments: int) -> None:
        """Remember where the array is."""
        self._p = p
        self._arguments = arguments

    def __call__(self, number: int, kind: str) -> str:
        """Return one insert, as wsprintf would write it."""
        if not self._arguments:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        word = self._p.memory.read_u64(self._arguments + 8 * (number - 1))
        letter = kind[-1:]
        width = kind[:-1].rstrip("hlwI64")
        if letter in {"d", "i", "u", "x", "X", "c"}:
            return self._number(word, letter, width)
        text = self._p.memory.read_wide(word) if word else "(null)"
        return f"%{width}s" % text

    def _number(self, word: int, letter: str, width: str) -> str:
        """Write a number of 32 bits, or a character."""
        if letter == "c":
            return chr(word & 0xFFFF)
        value = word & 0xFFFFFFFF
        if letter in {"d", "i"} and value >> 31:
            value -= 1 << 32
        return f"%{width}{'d' if letter in {'i', 'u'} else letter}" % value


@call("ntdll")
def RtlNtStatusToDosErrorNoTeb(p: Process, code: U32) -> U32:
    """Return the Win32 error of a status."""
    del p
    return status.to_win32(code)


@call("ntdll")
def RtlNtStatusToDosError(p: Process, code: U32) -> U32:
    """Return the Win32 error of a status."""
    del p
    return status.to_win32(code)


@call("kernel32", "kernelbase")
def OutputDebugStringW(p: Process, text: WideString) -> None:
    """Say something to a debugger: there is none."""
    del p, text


@call("kernel32", "kernelbase")
def IsDebuggerPresent(p: Process) -> Bool:
    """Say no."""
    del p
    return 0


@call("ntdll", compared=False)
def RtlGetLastNtStatus(p: Process) -> NtStatus:
    """Return the last status: success, for failures are kept as Win32 errors."""
    del p
    return 0
