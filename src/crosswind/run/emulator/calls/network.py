"""Winsock as far as programs start it in passing; sockets are unsupported."""

from __future__ import annotations

import struct

from crosswind.run.emulator.abi import I32, U16, U32, Pointer, call
from crosswind.run.emulator.process import Process

_VERSION = 0x0202
_WSAEFAULT, _WSAVERNOTSUPPORTED = 10014, 10092


@call("ws2_32")
def WSAStartup(p: Process, version: U16, data: Pointer) -> I32:
    """Accept versions up to 2.2."""
    if not version & 0xFF:
        return _WSAVERNOTSUPPORTED
    if not data:
        return _WSAEFAULT
    # WSADATA for 64 bits: versions, limits, vendor, description, status.
    given = min(version & 0xFF, 2) | (version >> 8 if version & 0xFF < 2 else 2) << 8
    body = struct.pack("<HHHHQ", given, _VERSION, 0, 0, 0)
    text = b"WinSock 2.0".ljust(257, b"\0") + b"Running".ljust(129, b"\0")
    p.memory.write(data, body + text)
    return 0


@call("ws2_32")
def WSACleanup(p: Process) -> I32:
    """Accept."""
    del p
    return 0


@call("ws2_32", compared=False)
def WSAEnumProtocolsW(p: Process, wanted: Pointer, buffer: Pointer, size: Pointer) -> I32:
    """List no protocol: sockets are unsupported."""
    del wanted, buffer
    p.memory.write_u32(size, 0)
    return 0


@call("ws2_32")
def WSAGetLastError(p: Process) -> I32:
    """Return the calling thread's last error."""
    return p.last_error


@call("ws2_32")
def WSASetLastError(p: Process, error: I32) -> None:
    """Set the calling thread's last error."""
    p.set_last_error(error & 0xFFFFFFFF)


@call("ws2_32", "ws2_32:htons")
def ntohs(p: Process, value: U16) -> U16:
    """Change the order of two bytes."""
    del p
    return (value & 0xFF) << 8 | value >> 8


@call("ws2_32", "ws2_32:htonl")
def ntohl(p: Process, value: U32) -> U32:
    """Change the order of four bytes."""
    del p
    return int.from_bytes(value.to_bytes(4, "little"), "big")
