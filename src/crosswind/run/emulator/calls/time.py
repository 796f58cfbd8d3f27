"""Clocks, calendars and time zones; sleeping is in `threads`."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import I32, U32, U64, Bool, Handle, NtStatus, Pointer, call
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError
from crosswind.run.emulator.time_zones import TimeZone

# FILETIME counts 100 ns since 1601; datetime knows the years until 9999, FILETIME those until 30827.
_EPOCH = datetime(1601, 1, 1)  # noqa: DTZ001 - FILETIME's own epoch, in whatever zone it counts
_TICKS = 10_000_000
_MILLISECOND = 10_000
_LAST = 1 << 63
_MINUTE = 60 * _TICKS
# Days of 400 years: the calendar repeats after them.
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146097
_LAST_YEAR = 30827
# QueryPerformanceFrequency of Windows 10.
PERFORMANCE_FREQUENCY = 10_000_000
# GetTimeZoneInformation's answers.
_ZONE_UNKNOWN, _ZONE_STANDARD, _ZONE_DAYLIGHT = 0, 1, 2
_TIMERR_NOCANDO = 97
# NtQueryTimerResolution: 15.625 ms, 0.5 ms, 1 ms, in 100 ns.
_RESOLUTIONS = (156250, 5000, 10000)


@call("kernel32", "kernelbase")
def GetSystemTimeAsFileTime(p: Process, result: Pointer) -> None:
    """Return the time in UTC."""
    p.memory.write_u64(result, p.clock.filetime())


@call("kernel32", "kernelbase")
def GetSystemTimePreciseAsFileTime(p: Process, result: Pointer) -> None:
    """Return the time in UTC."""
    p.memory.write_u64(result, p.clock.filetime())


@call("kernel32", "kernelbase")
def GetSystemTime(p: Process, result: Pointer) -> None:
    """Return the date and time in UTC."""
    p.memory.write(result, system_time(p.clock.filetime()))


@call("kernel32", "kernelbase")
def GetLocalTime(p: Process, result: Pointer) -> None:
    """Return the date and time in the computer's zone."""
    now = p.clock.filetime()
    p.memory.write(result, system_time(now - bias(p.time_zone, now) * _MINUTE))


@call("kernel32", "kernelbase")
def GetTickCount(p: Process) -> U32:
    """Return the milliseconds since the start, in 32 bits."""
    return p.clock.uptime() // _MILLISECOND & 0xFFFFFFFF


@call("kernel32", "kernelbase")
def GetTickCount64(p: Process) -> U64:
    """Return the milliseconds since the start."""
    return p.clock.uptime() // _MILLISECOND


@call("winmm")
def timeGetTime(p: Process) -> U32:
    """Return the milliseconds since the start, in 32 bits."""
    return p.clock.uptime() // _MILLISECOND & 0xFFFFFFFF


@call("kernel32", "kernelbase", "ntdll:RtlQueryPerformanceCounter")
def QueryPerformanceCounter(p: Process, result: Pointer) -> Bool:
    """Return the time since the start, in 100 ns."""
    p.memory.write_u64(result, p.clock.uptime())
    return 1


@call("kernel32", "kernelbase", "ntdll:RtlQueryPerformanceFrequency")
def QueryPerformanceFrequency(p: Process, result: Pointer) -> Bool:
    """Return how often the counter counts in a second: ten million times."""
    p.memory.write_u64(result, PERFORMANCE_FREQUENCY)
    return 1


@call("kernel32", "kernelbase")
def QueryUnbiasedInterruptTime(p: Process, result: Pointer) -> Bool:
    """Return the time since the start, in 100 ns."""
    p.memory.write_u64(result, p.clock.uptime())
    return 1


@call("winmm")
def timeBeginPeriod(p: Process, milliseconds: U32) -> U32:
    """Accept a timer's resolution; the clock has all of them."""
    del p
    return 0 if milliseconds else _TIMERR_NOCANDO


@call("winmm")
def timeEndPeriod(p: Process, milliseconds: U32) -> U32:
    """Accept the end of a timer's resolution."""
    del p
    return 0 if milliseconds else _TIMERR_NOCANDO


@call("ntdll")
def NtQueryTimerResolution(p: Process, least: Pointer, most: Pointer, now: Pointer) -> NtStatus:
    """Return the timer's resolutions, in 100 ns."""
    for place, value in zip((least, most, now), _RESOLUTIONS, strict=True):
        p.memory.write_u32(place, value)
    return 0


@call("ntdll")
def NtSetTimerResolution(p: Process, wanted: U32, on: U32, now: Pointer) -> NtStatus:
    """Accept a timer's resolution; the clock has all of them."""
    del wanted, on
    p.memory.write_u32(now, _RESOLUTIONS[2])
    return 0


def bias(zone: TimeZone, ticks: int) -> int:
    """Return the minutes to add to local time at a moment of UTC, by the zone's one rule."""
    return zone.bias + (zone.daylight_bias if _daylight(zone, ticks) else 0)


def _daylight(zone: TimeZone, ticks: int) -> bool:
    """Say whether daylight time holds at a moment of UTC."""
    if zone.to_daylight is None or zone.to_standard is None:
        return False
    year = _fields(ticks)[0]
    begin = zone.to_daylight.in_year(year) + zone.bias * _MINUTE
    end = zone.to_standard.in_year(year) + (zone.bias + zone.daylight_bias) * _MINUTE
    if begin < end:
        return begin <= ticks < end
    return ticks < end or ticks >= begin


def _zone(zone: TimeZone) -> bytes:
    """Return TIME_ZONE_INFORMATION."""
    standard = zone.to_standard.packed() if zone.to_standard else bytes(16)
    daylight = zone.to_daylight.packed() if zone.to_daylight else bytes(16)
    return b"".join(
        [
            struct.pack("<i", zone.bias),
            zone.standard.encode("utf-16-le").ljust(64, b"\0"),
            standard,
            struct.pack("<i", 0),
            zone.daylight.encode("utf-16-le").ljust(64, b"\0"),
            daylight,
            struct.pack("<i", zone.daylight_bias),
        ]
    )


def _zone_answer(p: Process) -> int:
    """Say which of the zone's times holds now."""
    if p.time_zone.to_daylight is None:
        return _ZONE_UNKNOWN
    return _ZONE_DAYLIGHT if _daylight(p.time_zone, p.clock.filetime()) else _ZONE_STANDARD


@call("kernel32", "kernelbase")
def GetTimeZoneInformation(p: Process, result: Pointer) -> U32:
    """Describe the computer's time zone: UTC, unless the caller of the emulator chose another."""
    p.memory.write(result, _zone(p.time_zone))
    return _zone_answer(p)


@call("kernel32", "kernelbase")
def GetDynamicTimeZoneInformation(p: Process, result: Pointer) -> U32:
    """Describe the computer's time zone, with its name in the registry."""
    name = p.time_zone.name.encode("utf-16-le").ljust(256, b"\0")
    p.memory.write(result, _zone(p.time_zone) + name + bytes(4))
    return _zone_answer(p)


def _fields(ticks: int) -> tuple[int, int, int, int, int, int, int, int]:
    """Take a FILETIME apart: year, month, weekday, day, hour, minute, second, millisecond."""
    days, rest = divmod(ticks // _MILLISECOND, 86_400_000)
    cycles, days = divmod(days, _CYCLE_DAYS)
    date = _EPOCH + timedelta(days=days)
    seconds, milliseconds = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    return (
        date.year + _CYCLE_YEARS * cycles, date.month, date.isoweekday() % 7, date.day,
        *divmod(minutes, 60), second, milliseconds,
    )  # fmt: skip


def system_time(ticks: int) -> bytes:
    """Return the SYSTEMTIME of a FILETIME."""
    return struct.pack("<8H", *_fields(ticks))


def file_time(data: bytes) -> int | None:
    """Return the FILETIME of a SYSTEMTIME, or None where there is no such day or time."""
    year, month, _, day, hour, minute, second, milliseconds = struct.unpack("<8H", data)
    if not 1601 <= year <= _LAST_YEAR or milliseconds > 999:
        return None
    cycles = (year - 1601) // _CYCLE_YEARS
    try:
        moment = datetime(year - _CYCLE_YEARS * cycles, month, day, hour, minute, second)  # noqa: DTZ001 - a FILETIME has no zone
    except ValueError:
        return None
    passed = moment - _EPOCH + timedelta(days=_CYCLE_DAYS * cycles)
    whole: int = passed // timedelta(milliseconds=1)
    return (whole + int(milliseconds)) * _MILLISECOND


@call("kernel32", "kernelbase")
def FileTimeToSystemTime(p: Process, source: Pointer, result: Pointer) -> Bool:
    """Turn 100 ns since 1601 into a date and a time."""
    ticks = p.memory.read_u64(source)
    if ticks >= _LAST:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.memory.write(result, system_time(ticks))
    return 1


@call("kernel32", "kernelbase")
def SystemTimeToFileTime(p: Process, source: Pointer, result: Pointer) -> Bool:
    """Turn a date and a time into 100 ns since 1601; the weekday does not count."""
    ticks = file_time(p.memory.read(source, 16))
    if ticks is None:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.memory.write_u64(result, ticks)
    return 1


@call("kernel32", "kernelbase")
def FileTimeToLocalFileTime(p: Process, source: Pointer, result: Pointer) -> Bool:
    """Turn UTC into local time, by the zone's present bias."""
    ticks = p.memory.read_u64(source)
    p.memory.write_u64(result, ticks - bias(p.time_zone, p.clock.filetime()) * _MINUTE & _MASK)
    return 1


@call("kernel32", "kernelbase")
def LocalFileTimeToFileTime(p: Process, source: Pointer, result: Pointer) -> Bool:
    """Turn local time into UTC, by the zone's present bias."""
    ticks = p.memory.read_u64(source)
    p.memory.write_u64(result, ticks + bias(p.time_zone, p.clock.filetime()) * _MINUTE & _MASK)
    return 1


_MASK = (1 << 64) - 1


@call("kernel32", "kernelbase")
def CompareFileTime(p: Process, left: Pointer, right: Pointer) -> I32:
    """Say which of two times is earlier."""
    one, other = p.memory.read_u64(left), p.memory.read_u64(right)
    return (one > other) - (one < other)


@call("kernel32", "kernelbase")
def GetSystemTimes(p: Process, idle: Pointer, kernel: Pointer, user: Pointer) -> Bool:
    """Say that the processors worked for this process only."""
    for place, value in ((idle, 0), (kernel, 0), (user, p.clock.uptime())):
        if place:
            p.memory.write_u64(place, value)
    return 1


@call("kernel32", "kernelbase")
def GetProcessTimes(
    p: Process, process: Handle, created: Pointer, ended: Pointer, kernel: Pointer, user: Pointer
) -> Bool:
    """Say when the process began, and that all time since was its own."""
    p.process_of(process)
    now, up = p.clock.filetime(), p.clock.uptime()
    for place, value in ((created, now - up), (ended, 0), (kernel, 0), (user, up)):
        p.memory.write_u64(place, value)
    return 1
