"""Tokens and security identifiers: one user at the computer, not elevated."""

from __future__ import annotations

import struct

from crosswind.run.emulator import identity, security_ids, status
from crosswind.run.emulator.abi import (
    U8,
    U32,
    Bool,
    Handle,
    Pointer,
    WideString,
    call,
)
from crosswind.run.emulator.calls.texts import encoded, sized, units
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.security_ids import Account, Sid
from crosswind.run.emulator.status import WinError

# Rights to a token (winnt.h).
_TOKEN_DUPLICATE, _TOKEN_QUERY, _ADJUST_PRIVILEGES = 0x0002, 0x0008, 0x0020
_TOKEN_ALL = 0xF01FF
_MAXIMUM_ALLOWED = 0x02000000

_ERROR_NO_TOKEN = 1008
_ERROR_CANT_OPEN_ANONYMOUS = 1347
# SECURITY_IMPERSONATION_LEVEL (winnt.h).
_ANONYMOUS, _IMPERSONATION = 0, 2
_ERROR_NO_SUCH_PRIVILEGE = 1313

# SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED; SE_GROUP_INTEGRITY.
_GROUP, _INTEGRITY = 0x07, 0x60
# The privileges that a user has: number, name, attributes (SE_PRIVILEGE_ENABLED and ..._BY_DEFAULT).
_PRIVILEGES = {19: 0, 23: 3, 25: 0, 33: 0, 34: 0}
# All privileges by name ([MS-LSAD] 3.1.1.2.1).
_PRIVILEGE_NAMES = {
    name.lower(): number
    for number, name in {
        2: "SeCreateTokenPrivilege", 3: "SeAssignPrimaryTokenPrivilege", 4: "SeLockMemoryPrivilege",
        5: "SeIncreaseQuotaPrivilege", 7: "SeTcbPrivilege", 8: "SeSecurityPrivilege",
        9: "SeTakeOwnershipPrivilege", 10: "SeLoadDriverPrivilege", 11: "SeSystemProfilePrivilege",
        12: "SeSystemtimePrivilege", 13: "SeProfileSingleProcessPrivilege",
        14: "SeIncreaseBasePriorityPrivilege", 15: "SeCreatePagefilePrivilege",
        16: "SeCreatePermanentPrivilege", 17: "SeBackupPrivilege", 18: "SeRestorePrivilege",
        19: "SeShutdownPrivilege", 20: "SeDebugPrivilege", 21: "SeAuditPrivilege",
        22: "SeSystemEnvironmentPrivilege", 23: "SeChangeNotifyPrivilege",
        24: "SeRemoteShutdownPrivilege", 25: "SeUndockPrivilege", 27: "SeEnableDelegationPrivilege",
        28: "SeManageVolumePrivilege", 29: "SeImpersonatePrivilege", 30: "SeCreateGlobalPrivilege",
        33: "SeIncreaseWorkingSetPrivilege", 34: "SeTimeZonePrivilege",
        35: "SeCreateSymbolicLinkPrivilege",
    }.items()
}  # fmt: skip
# Well-known SIDs by WELL_KNOWN_SID_TYPE (winnt.h).
_WELL_KNOWN = {
    0: Sid(0, (0,)), 1: security_ids.EVERYONE, 2: security_ids.LOCAL, 3: Sid(3, (0,)),
    4: Sid(3, (1,)), 7: Sid(5, ()), 8: Sid(5, (1,)), 9: Sid(5, (2,)), 10: Sid(5, (3,)),
    11: security_ids.INTERACTIVE, 12: Sid(5, (6,)), 13: Sid(5, (7,)), 15: Sid(5, (9,)),
    16: Sid(5, (10,)), 17: security_ids.AUTHENTICATED, 18: Sid(5, (12,)), 19: Sid(5, (13,)),
    20: Sid(5, (14,)), 22: security_ids.SYSTEM, 23: Sid(5, (19,)), 24: Sid(5, (20,)),
    25: Sid(5, (32,)), 26: security_ids.ADMINISTRATORS, 27: security_ids.USERS,
    28: Sid(5, (32, 546)), 29: Sid(5, (32, 547)), 33: Sid(5, (32, 551)),
    67: security_ids.MEDIUM_LEVEL,
}  # fmt: skip


class Token(KernelObject):
    """What a process or a thread may do."""

    kind = "Token"


@call("advapi32", "kernelbase")
def OpenProcessToken(p: Process, process: Handle, access: U32, result: Pointer) -> Bool:
    """Open the token of this process."""
    p.process_of(process)
    wanted = _TOKEN_ALL if access & _MAXIMUM_ALLOWED else access
    p.memory.write_u64(result, p.handles.add(Token(), wanted))
    return 1


@call("advapi32", "kernelbase")
def OpenThreadToken(
    p: Process, thread: Handle, access: U32, as_process: Bool, result: Pointer
) -> Bool:
    """Open the token that ImpersonateSelf gave the thread, if it did."""
    del as_process
    level = p.thread_of(thread).impersonation
    if level is None:
        raise WinError(_ERROR_NO_TOKEN)
    if level == _ANONYMOUS:
        raise WinError(_ERROR_CANT_OPEN_ANONYMOUS)
    wanted = _TOKEN_ALL if access & _MAXIMUM_ALLOWED else access
    p.memory.write_u64(result, p.handles.add(Token(), wanted))
    return 1


@call("advapi32", "kernelbase")
def ImpersonateSelf(p: Process, level: U32) -> Bool:
    """Give the calling thread a token of its own."""
    p.thread.impersonation = level
    return 1


@call("advapi32", "kernelbase")
def ImpersonateLoggedOnUser(p: Process, token: Handle) -> Bool:
    """Give the calling thread a token; the only user there is stays who it is."""
    p.handles.get(token, Token, _TOKEN_QUERY | _TOKEN_DUPLICATE)
    p.thread.impersonation = _IMPERSONATION
    return 1


@call("advapi32", "kernelbase")
def RevertToSelf(p: Process) -> Bool:
    """Take the calling thread's token away."""
    p.thread.impersonation = None
    return 1


@call("advapi32", "kernelbase")
def DuplicateTokenEx(
    p: Process,
    token: Handle,
    access: U32,
    security: Pointer,
    level: U32,
    kind: U32,
    result: Pointer,
) -> Bool:
    """Copy a token."""
    del security, level, kind
    p.handles.get(token, Token, _TOKEN_DUPLICATE)
    wanted = _TOKEN_ALL if not access or access & _MAXIMUM_ALLOWED else access
    p.memory.write_u64(result, p.handles.add(Token(), wanted))
    return 1


def _one_sid(sid: Sid, attributes: int) -> tuple[bytes, list[Sid], list[int]]:
    """Lay out SID_AND_ATTRIBUTES: its bytes, the SIDs behind it, and where their addresses go."""
    return struct.pack("<QII", 0, attributes, 0), [sid], [0]


def _groups() -> tuple[bytes, list[Sid], list[int]]:
    """Lay out TOKEN_GROUPS."""
    sids = [*security_ids.GROUPS, security_ids.MEDIUM_LEVEL]
    rows = [
        struct.pack("<QII", 0, _INTEGRITY if sid == security_ids.MEDIUM_LEVEL else _GROUP, 0)
        for sid in sids
    ]
    places = [8 + 16 * row for row in range(len(sids))]
    return struct.pack("<II", len(sids), 0) + b"".join(rows), sids, places


def _privileges() -> tuple[bytes, list[Sid], list[int]]:
    """Lay out TOKEN_PRIVILEGES."""
    rows = [struct.pack("<QI", number, state) for number, state in _PRIVILEGES.items()]
    return struct.pack("<I", len(rows)) + b"".join(rows), [], []


def _number(value: int) -> tuple[bytes, list[Sid], list[int]]:
    return struct.pack("<I", value), [], []


def _information(kind: int) -> tuple[bytes, list[Sid], list[int]] | None:
    """Answer for a TOKEN_INFORMATION_CLASS, or None where it is unknown."""
    if kind == 1:
        return _one_sid(security_ids.USER, 0)
    if kind == 2:
        return _groups()
    if kind == 3:
        return _privileges()
    if kind in {4, 5}:  # TOKEN_OWNER, TOKEN_PRIMARY_GROUP
        return bytes(8), [security_ids.USER if kind == 4 else security_ids.NONE], [0]
    if kind == 25:  # TokenIntegrityLevel
        return _one_sid(security_ids.MEDIUM_LEVEL, _INTEGRITY)
    # Type: primary; session: 1; elevation type: default; linked: none; elevation: none;
    # has restrictions, virtualization, UI access, is app container: none.
    simple = {8: 1, 12: 1, 18: 1, 20: 0, 21: 0, 23: 0, 24: 0, 26: 0, 29: 0}
    return _number(simple[kind]) if kind in simple else None


@call("advapi32", "kernelbase")
def GetTokenInformation(
    p: Process, token: Handle, kind: U32, buffer: Pointer, size: U32, needed: Pointer
) -> Bool:
    """Describe the token: user, groups, privileges, owner, level, not elevated."""
    p.handles.get(token, Token, _TOKEN_QUERY)
    answer = _information(kind)
    if answer is None:
        raise WinError(status.ERROR_INVALID_FUNCTION)
    data, sids, places = answer
    out = bytearray(data)
    for sid, place in zip(sids, places, strict=True):
        out += bytes(-len(out) % 8)
        struct.pack_into("<Q", out, place, buffer + len(out))
        out += sid.packed()
    if needed:
        p.memory.write_u32(needed, len(out))
    if size < len(out):
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    p.memory.write(buffer, bytes(out))
    return 1


@call("advapi32", "kernelbase")
def AdjustTokenPrivileges(
    p: Process, token: Handle, disable: Bool, state: Pointer, size: U32, before: Pointer,
    needed: Pointer,
) -> Bool:  # fmt: skip
    """Accept what the user has; ERROR_NOT_ALL_ASSIGNED tells of the rest. Nothing changes."""
    del size
    p.handles.get(token, Token, _ADJUST_PRIVILEGES)
    if before:
        p.memory.write_u32(before, 0)
    if needed:
        p.memory.write_u32(needed, 4)
    if not disable and state:
        count = min(p.memory.read_u32(state), len(_PRIVILEGE_NAMES))
        wanted = {p.memory.read_u64(state + 4 + 12 * row) for row in range(count)}
        p.set_last_error(0 if wanted <= set(_PRIVILEGES) else status.ERROR_NOT_ALL_ASSIGNED)
    return 1


@call("advapi32")
def LookupPrivilegeValueW(
    p: Process, computer: WideString, name: WideString, result: Pointer
) -> Bool:
    """Return a privilege's number."""
    del computer
    number = _PRIVILEGE_NAMES.get((name or "").lower())
    if number is None:
        raise WinError(_ERROR_NO_SUCH_PRIVILEGE)
    p.memory.write_u64(result, number)
    return 1


def read_sid(p: Process, address: int) -> Sid:
    """Read a SID.

    Raises:
        WinError: there is none (ERROR_INVALID_SID).
    """
    if not address:
        raise WinError(status.ERROR_INVALID_SID)
    revision, count = p.memory.read(address, 2)
    if revision != 1 or count > security_ids.MAX_SUB_AUTHORITIES:
        raise WinError(status.ERROR_INVALID_SID)
    data = p.memory.read(address + 2, 6 + 4 * count)
    return Sid(int.from_bytes(data[:6], "big"), struct.unpack(f"<{count}I", data[6:]))


@call("advapi32", "kernelbase")
def IsValidSid(p: Process, sid: Pointer) -> Bool:
    """Say whether memory holds a SID."""
    try:
        read_sid(p, sid)
    except WinError:
        return 0
    return 1


@call("advapi32", "kernelbase")
def GetLengthSid(p: Process, sid: Pointer) -> U32:
    """Return a SID's size in bytes."""
    return len(read_sid(p, sid).packed())


@call("advapi32", "kernelbase")
def CopySid(p: Process, size: U32, target: Pointer, source: Pointer) -> Bool:
    """Copy a SID."""
    data = read_sid(p, source).packed()
    if size < len(data):
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    p.memory.write(target, data)
    return 1


@call("advapi32", "kernelbase")
def EqualSid(p: Process, left: Pointer, right: Pointer) -> Bool:
    """Compare two SIDs."""
    return int(read_sid(p, left) == read_sid(p, right))


@call("advapi32", "kernelbase")
def GetSidSubAuthorityCount(p: Process, sid: Pointer) -> Pointer:
    """Return where the number of a SID's parts stands."""
    del p
    return sid + 1


@call("advapi32", "kernelbase")
def GetSidIdentifierAuthority(p: Process, sid: Pointer) -> Pointer:
    """Return where a SID's authority stands."""
    del p
    return sid + 2


@call("advapi32", "kernelbase")
def GetSidSubAuthority(p: Process, sid: Pointer, part: U32) -> Pointer:
    """Return where a part of a SID stands."""
    del p
    return sid + 8 + 4 * part


@call("advapi32", "kernelbase")
def AllocateAndInitializeSid(
    p: Process, authority: Pointer, count: U8, part0: U32, part1: U32, part2: U32, part3: U32,
    part4: U32, part5: U32, part6: U32, part7: U32, result: Pointer,
) -> Bool:  # fmt: skip
    """Make a SID of up to eight parts."""
    parts = (part0, part1, part2, part3, part4, part5, part6, part7)
    if count > len(parts):
        raise WinError(status.ERROR_INVALID_SID)
    number = int.from_bytes(p.memory.read(authority, 6), "big")
    p.memory.write_u64(result, _allocated(p, Sid(number, parts[:count]).packed()))
    return 1


def _allocated(p: Process, data: bytes) -> int:
    """Put bytes into memory of their own."""
    place = p.heap.allocate(len(data))
    p.memory.write(place, data)
    return place


@call("advapi32", "kernelbase")
def FreeSid(p: Process, sid: Pointer) -> Pointer:
    """Free what AllocateAndInitializeSid made; returns nothing."""
    p.heap.free(sid)
    return 0


@call("advapi32", "kernelbase")
def CreateWellKnownSid(
    p: Process, kind: U32, domain: Pointer, buffer: Pointer, size: Pointer
) -> Bool:
    """Make a well-known SID; those of a domain are not there."""
    del domain
    sid = _WELL_KNOWN.get(kind)
    if sid is None:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    data = sid.packed()
    room = p.memory.read_u32(size)
    p.memory.write_u32(size, len(data))
    if room < len(data):
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    p.memory.write(buffer, data)
    return 1


@call("advapi32", "kernelbase")
def IsWellKnownSid(p: Process, sid: Pointer, kind: U32) -> Bool:
    """Say whether a SID is that well-known one."""
    return int(_WELL_KNOWN.get(kind) == read_sid(p, sid))


@call("advapi32", "kernelbase")
def CheckTokenMembership(p: Process, token: Handle, sid: Pointer, answer: Pointer) -> Bool:
    """Say whether the user is in a group."""
    if token:
        p.handles.get(token, Token, _TOKEN_QUERY)
    wanted = read_sid(p, sid)
    p.memory.write_u32(answer, int(wanted == security_ids.USER or wanted in security_ids.GROUPS))
    return 1


@call("advapi32")
def ConvertSidToStringSidW(p: Process, sid: Pointer, result: Pointer) -> Bool:
    """Write a SID as text, in memory for LocalFree."""
    p.memory.write_u64(result, _allocated(p, encoded(str(read_sid(p, sid)))))
    return 1


@call("advapi32")
def ConvertStringSidToSidW(p: Process, text: WideString, result: Pointer) -> Bool:
    """Read a SID's text; short names (`BA`) are not known."""
    if text is None or not result:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    sid = security_ids.parse(text)
    if sid is None:
        raise WinError(status.ERROR_INVALID_SID)
    p.memory.write_u64(result, _allocated(p, sid.packed()))
    return 1


@call("advapi32")
def LookupAccountSidW(
    p: Process, computer: WideString, sid: Pointer, name: Pointer, name_size: Pointer,
    domain: Pointer, domain_size: Pointer, use: Pointer,
) -> Bool:  # fmt: skip
    """Return an identifier's name."""
    del computer
    account = security_ids.by_sid(read_sid(p, sid))
    if account is None:
        raise WinError(status.ERROR_NONE_MAPPED)
    _named(p, account.name or account.domain, account, (name, name_size), (domain, domain_size))
    p.memory.write_u32(use, account.use)
    return 1


def _named(
    p: Process, name: str, account: Account, first: tuple[int, int], second: tuple[int, int]
) -> None:
    """Write a name and a domain, or the sizes that both want."""
    pairs = ((first, name), (second, account.domain))
    if any(units(text) >= p.memory.read_u32(size) for (_, size), text in pairs):
        for (_, size), text in pairs:
            p.memory.write_u32(size, units(text) + 1)
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    for (buffer, size), text in pairs:
        sized(p, buffer, size, text)


@call("advapi32")
def LookupAccountNameW(
    p: Process, computer: WideString, name: WideString, sid: Pointer, sid_size: Pointer,
    domain: Pointer, domain_size: Pointer, use: Pointer,
) -> Bool:  # fmt: skip
    """Return a name's identifier."""
    del computer
    account = security_ids.by_name(name or identity.USER)
    if account is None:
        raise WinError(status.ERROR_NONE_MAPPED)
    data = account.sid.packed()
    sizes = (p.memory.read_u32(sid_size), p.memory.read_u32(domain_size))
    p.memory.write_u32(sid_size, len(data))
    if sizes[0] < len(data) or sizes[1] <= units(account.domain):
        p.memory.write_u32(domain_size, units(account.domain) + 1)
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    p.memory.write(sid, data)
    sized(p, domain, domain_size, account.domain)
    p.memory.write_u32(use, account.use)
    return 1


@call("userenv")
def GetUserProfileDirectoryW(p: Process, token: Handle, buffer: Pointer, size: Pointer) -> Bool:
    """Return the user's folder."""
    p.handles.get(token, Token, _TOKEN_QUERY)
    sized(p, buffer, size, identity.PROFILE, with_nul=True)
    return 1


@call("userenv")
def GetProfilesDirectoryW(p: Process, buffer: Pointer, size: Pointer) -> Bool:
    """Return the folder of all users' folders."""
    sized(p, buffer, size, identity.PROFILES, with_nul=True)
    return 1


@call("userenv")
def CreateEnvironmentBlock(p: Process, result: Pointer, token: Handle, inherit: Bool) -> Bool:
    """Return a copy of the environment: the user's is this process's."""
    del token, inherit
    p.memory.write_u64(result, _allocated(p, encoded(p.environment.block())))
    return 1


@call("userenv")
def DestroyEnvironmentBlock(p: Process, block: Pointer) -> Bool:
    """Free what CreateEnvironmentBlock made."""
    p.heap.free(block)
    return 1
