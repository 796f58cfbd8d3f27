"""The way outside: sockets, hosts, other processes. There is none; what was wanted is noted.

Where it is denied (`run --deny`), the call fails and the program goes on; else it ends as unsupported.
"""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import (
    I32,
    U16,
    U32,
    Bool,
    Handle,
    LStatus,
    Pointer,
    Socket,
    WideString,
    call,
)
from crosswind.run.emulator.policy import Action
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import Unsupported, WinError

_SERVER_NOT_STARTED = 2114  # NERR_ServerNotStarted (lmerr.h)
# sizeof PROC_THREAD_ATTRIBUTE_LIST without entries, and of each entry, on x64.
_LIST_HEAD, _LIST_ENTRY = 24, 24


def _refuse(p: Process, action: Action, kind: str, subject: str) -> None:
    """Note what was wanted; return if it is denied.

    Raises:
        Unsupported: it is not denied.
    """
    p.activity.note(kind, subject)
    if p.policy.allows(action, subject):
        what = "starting processes" if action is Action.EXEC else "the network"
        raise Unsupported(f"{what}: {subject}; --deny {action} lets the program go on")


@call("ws2_32", compared=False)
def WSASocketW(
    p: Process, family: I32, kind: I32, protocol: I32, info: Pointer, group: U32, flags: U32
) -> Socket:
    """Refuse a socket."""
    del info, group, flags
    _refuse(p, Action.NET, "host", f"a socket of family {family}, type {kind}, protocol {protocol}")
    raise WinError(status.WSAEACCES)


@call("ws2_32", compared=False)
def socket(p: Process, family: I32, kind: I32, protocol: I32) -> Socket:
    """Refuse a socket."""
    _refuse(p, Action.NET, "host", f"a socket of family {family}, type {kind}, protocol {protocol}")
    raise WinError(status.WSAEACCES)


@call("ws2_32", compared=False)
def GetAddrInfoW(
    p: Process, node: WideString, service: WideString, hints: Pointer, result: Pointer
) -> LStatus:
    """Refuse to look a host up."""
    del hints, result
    _refuse(p, Action.NET, "host", ":".join(filter(None, (node, service))) or "this host")
    raise WinError(status.WSAEACCES)


@call("iphlpapi", compared=False)
def GetAdaptersAddresses(
    p: Process, family: U32, flags: U32, reserved: Pointer, addresses: Pointer, size: Pointer
) -> LStatus:
    """Say that this computer has no network adapter."""
    del p, family, flags, reserved, addresses, size
    return status.ERROR_NO_DATA


@call("dnsapi", compared=False)
def DnsQuery_W(
    p: Process,
    name: WideString,
    kind: U16,
    options: U32,
    extra: Pointer,
    results: Pointer,
    reserved: Pointer,
) -> LStatus:
    """Refuse to look a name up."""
    del options, extra, results, reserved
    _refuse(p, Action.NET, "host", f"{name or ''} (DNS record type {kind})")
    raise WinError(status.ERROR_ACCESS_DENIED)


@call("kernel32", compared=False)
def InitializeProcThreadAttributeList(
    p: Process, attributes: Pointer, count: U32, options: U32, size: Pointer
) -> Bool:
    """Make room for what CreateProcessW would be told; nothing of it is kept."""
    del options
    wanted = _LIST_HEAD + count * _LIST_ENTRY
    room = p.memory.read_u64(size)
    p.memory.write_u64(size, wanted)
    if not attributes or room < wanted:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    return 1


@call("kernel32", compared=False)
def UpdateProcThreadAttribute(p: Process, attributes: Pointer) -> Bool:
    """Take an attribute; it is not kept."""
    del p, attributes
    return 1


@call("kernel32", compared=False)
def DeleteProcThreadAttributeList(p: Process, attributes: Pointer) -> None:
    """Forget a list of attributes."""
    del p, attributes


@call("kernel32", compared=False)
def CreateProcessW(
    p: Process,
    application: WideString,
    command_line: WideString,
    process_security: Pointer,
    thread_security: Pointer,
    inherit: Bool,
    flags: U32,
    environment: Pointer,
    directory: WideString,
    startup: Pointer,
    information: Pointer,
) -> Bool:
    """Refuse to start a process."""
    del process_security, thread_security, inherit, flags, environment, directory
    del startup, information
    _refuse(p, Action.EXEC, "process", command_line or application or "")
    raise WinError(status.ERROR_ACCESS_DENIED)


@call("advapi32", compared=False)
def CreateProcessAsUserW(
    p: Process,
    token: Handle,
    application: WideString,
    command_line: WideString,
    process_security: Pointer,
    thread_security: Pointer,
    inherit: Bool,
    flags: U32,
    environment: Pointer,
    directory: WideString,
    startup: Pointer,
    information: Pointer,
) -> Bool:
    """Refuse to start a process for a user."""
    del token
    return CreateProcessW(
        p, application, command_line, process_security, thread_security, inherit, flags,
        environment, directory, startup, information,
    )  # fmt: skip


@call("shell32", compared=False)
def ShellExecuteW(
    p: Process,
    window: Handle,
    verb: WideString,
    file: WideString,
    parameters: WideString,
    directory: WideString,
    show: I32,
) -> Pointer:
    """Refuse to open a document or start a program."""
    del window, directory, show
    _refuse(p, Action.EXEC, "process", " ".join(filter(None, (verb, file, parameters))))
    # SE_ERR_ACCESSDENIED (shellapi.h): values up to 32 are errors.
    return status.ERROR_ACCESS_DENIED


@call("netapi32", compared=False)
def NetShareAdd(
    p: Process, server: WideString, level: U32, share: Pointer, wrong: Pointer
) -> LStatus:
    """Refuse to share a folder: the service for it does not run here."""
    del p, server, level, share, wrong
    return _SERVER_NOT_STARTED


@call("netapi32", compared=False)
def NetShareDel(p: Process, server: WideString, name: WideString, reserved: U32) -> LStatus:
    """Refuse to end sharing: the service for it does not run here."""
    del p, server, name, reserved
    return _SERVER_NOT_STARTED
