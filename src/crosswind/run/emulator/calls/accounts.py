"""What netapi32 and secur32 know of users: one of this computer, in no domain."""

from __future__ import annotations

import struct

from crosswind.run.emulator import security_ids, status
from crosswind.run.emulator.abi import I32, U32, Bool, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import encoded
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError

# lmerr.h.
_USER_NOT_FOUND = 2221
_INVALID_LEVEL = 124
# NetSetupWorkgroupName (lmjoin.h).
_IN_WORKGROUP = 2
_WORKGROUP = "WORKGROUP"


def _records(p: Process, texts: list[str]) -> int:
    """Put addresses of texts and the texts into one piece of memory; return its address."""
    data = [encoded(text) for text in texts]
    place = p.heap.allocate(8 * len(data) + sum(map(len, data)))
    at, addresses = place + 8 * len(data), []
    for item in data:
        addresses.append(at)
        at += len(item)
    p.memory.write(place, struct.pack(f"<{len(data)}Q", *addresses) + b"".join(data))
    return place


def _is_user(name: str | None) -> bool:
    account = security_ids.by_name(name or "")
    return account is not None and account.use == security_ids.Use.USER


@call("netapi32", compared=False)
def NetGetJoinInformation(p: Process, server: WideString, name: Pointer, kind: Pointer) -> U32:
    """Say that the computer is in a workgroup."""
    del server
    place = p.heap.allocate(64)
    p.memory.write(place, encoded(_WORKGROUP))
    p.memory.write_u64(name, place)
    p.memory.write_u32(kind, _IN_WORKGROUP)
    return status.ERROR_SUCCESS


@call("netapi32", compared=False)
def NetUserGetInfo(
    p: Process, server: WideString, user: WideString, level: U32, result: Pointer
) -> U32:
    """Describe a user at level 10: the names, no comments."""
    del server
    if level != 10:
        return _INVALID_LEVEL
    if not _is_user(user):
        return _USER_NOT_FOUND
    p.memory.write_u64(result, _records(p, [user or "", "", "", user or ""]))
    return status.ERROR_SUCCESS


@call("netapi32", compared=False)
def NetUserGetLocalGroups(
    p: Process, server: WideString, user: WideString, level: U32, flags: U32, result: Pointer,
    most: U32, read: Pointer, total: Pointer,
) -> U32:  # fmt: skip
    """Say that the user is in Users."""
    del server, flags, most
    if level:
        return _INVALID_LEVEL
    if not _is_user(user):
        return _USER_NOT_FOUND
    p.memory.write_u64(result, _records(p, ["Users"]))
    p.memory.write_u32(read, 1)
    p.memory.write_u32(total, 1)
    return status.ERROR_SUCCESS


@call("netapi32", compared=False)
def NetApiBufferFree(p: Process, buffer: Pointer) -> U32:
    """Free what a call returned."""
    if buffer:
        p.heap.free(buffer)
    return status.ERROR_SUCCESS


@call("secur32", compared=False)
def TranslateNameW(
    p: Process, name: WideString, form: I32, wanted: I32, buffer: Pointer, size: Pointer
) -> Bool:
    """Find no other form of a name: that takes a domain."""
    del p, name, form, wanted, buffer, size
    raise WinError(status.ERROR_NONE_MAPPED)
