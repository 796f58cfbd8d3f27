"""Give up, for this process and for good, what it will not need: on Linux, by Landlock and seccomp.

It is a second wall behind the emulator: if a hostile program found a way out of the emulated processor into our
process, it could still not start a program, open a socket, look into other processes, or reach files beyond those
it was given. Other systems have nothing of the kind for a process that was not prepared by root.

Sources: Linux, Documentation/userspace-api/landlock.rst and seccomp_filter.rst, include/uapi/linux/
{landlock,seccomp,filter,audit}.h; system call numbers from arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from crosswind.frozen import frozen

# Operations of prctl (linux/prctl.h), and a mode of seccomp.
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_SECCOMP_MODE_FILTER = 2
# The same on every architecture.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_VERSION = 1
_RULE_PATH_BENEATH = 1
# LANDLOCK_ACCESS_FS_*: execute 0, write 1, read 2, read folder 3, remove 4-5, make 6-12, and by version
# refer 13 (2), truncate 14 (3), ioctl of devices 15 (5).
_READ = 1 << 2 | 1 << 3
_READ_FILE = 1 << 2
_CHANGE = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 12
_ALL_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_REFER, _TRUNCATE = 1 << 13, 1 << 14
# LANDLOCK_ACCESS_NET_*: bind and connect of TCP (version 4); seccomp refuses other sockets.
_NET = 3

# Classic BPF (linux/filter.h): load a word, jump if equal, jump if all bits are set, return.
_LOAD, _EQUAL, _BITS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_INSTRUCTION = struct.Struct("=HBBI")
# struct seccomp_data: nr, arch, instruction_pointer, args.
_AT_NUMBER, _AT_ARCH, _AT_ARGUMENTS = 0, 4, 16
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_ERRNO = 0x00050000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x10000
# ioctl: puts characters into a terminal as if typed.
_TIOCSTI = 0x5412
# arch/x86/include/uapi/asm/unistd.h: numbers of the x32 interface.
_X32_BIT = 0x40000000


@frozen
class _Calls:
    """System calls of an architecture (AUDIT_ARCH_*) by what becomes of them."""

    arch: int
    refused: tuple[int, ...]
    clone: int
    clone3: int
    ioctl: int


# Refused: sockets; other programs and processes; other name spaces and mounts; the kernel's own parts.
_CALLS = {
    "x86_64": _Calls(
        0xC000003E,
        (
            *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # socket … socketpair, accept4, sendmmsg
            *(57, 58, 59, 322),  # fork, vfork, execve, execveat
            *(
                62,
                101,
                310,
                311,
                424,
                434,
                438,
                440,
            ),  # kill, ptrace, process_vm_*, pidfd_*, madvise
            *(
                155,
                161,
                165,
                166,
                272,
                308,
                428,
                429,
                430,
                432,
                442,
            ),  # mount, chroot, unshare, setns
            *(
                175,
                176,
                246,
                313,
                320,
                321,
                323,
                298,
                248,
                249,
                250,
                304,
            ),  # modules, kexec, bpf, keys
            *(425, 426, 427),  # io_uring
        ),
        clone=56,
        clone3=435,
        ioctl=16,
    ),
    "aarch64": _Calls(
        0xC00000B7,
        (
            *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
            *(221, 281),
            *(129, 117, 270, 271, 424, 434, 438, 440),
            *(41, 51, 40, 39, 97, 268, 428, 429, 430, 432, 442),
            *(105, 106, 104, 273, 294, 280, 282, 241, 217, 218, 219, 265),
            *(425, 426, 427),
        ),
        clone=220,
        clone3=435,
        ioctl=29,
    ),
}


@frozen
class Confinement:
    """What was given up.

    Attributes:
        files: files outside those named cannot be reached.
        calls: programs, sockets and other processes cannot.
        missing: why one of these is not so; empty if both are.
    """

    files: bool
    calls: bool
    missing: str = ""


def confine(readable: Iterable[Path], writable: Iterable[Path]) -> Confinement:
    """Give up everything else for good; threads that run already keep what they have.

    Args:
        readable: files and folders to read; what does not exist is left out.
        writable: folders to read and change.

    Returns:
        what the kernel took away; a kernel that cannot is no error.
    """
    if not sys.platform.startswith("linux"):
        return Confinement(files=False, calls=False, missing=f"not on {platform.system()}")
    libc = ctypes.CDLL(None, use_errno=True)
    # Without it neither is allowed to a user who is not root.
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return Confinement(files=False, calls=False, missing="no_new_privs was refused")
    missing = [_restrict_files(libc, readable, writable), _restrict_calls(libc)]
    return Confinement(
        files=not missing[0], calls=not missing[1], missing="; ".join(filter(None, missing))
    )


def _restrict_files(libc: ctypes.CDLL, readable: Iterable[Path], writable: Iterable[Path]) -> str:
    """Set up Landlock; return why not."""
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION)
    if version < 1:
        return "this kernel has no Landlock"
    handled = next(
        rights for since, rights in sorted(_ALL_OF_VERSION.items())[::-1] if since <= version
    )
    attributes = struct.pack("=QQ", handled, _NET) if version >= 4 else struct.pack("=Q", handled)
    ruleset = libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    change = (_READ | _CHANGE | _REFER | _TRUNCATE) & handled
    try:
        rules = [(path, _READ) for path in readable] + [(path, change) for path in writable]
        for path, rights in rules:
            _allow(libc, ruleset, path, rights)
        if libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0):
            return f"Landlock: {os.strerror(ctypes.get_errno())}"
    finally:
        os.close(ruleset)
    return ""


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    """Add a rule for what lies below a path; one that is not there needs none."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            # Rights on folders are refused for a file.
            rights &= _READ_FILE | 1 << 1 | _TRUNCATE
        # struct landlock_path_beneath_attr is packed.
        rule = struct.pack("=Qi", rights, descriptor)
        libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)


def _restrict_calls(libc: ctypes.CDLL) -> str:
    """Set up seccomp; return why not."""
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return f"no list of system calls for {platform.machine()}"
    program = _filter(calls)
    buffer = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: a length and a pointer.
    head = struct.pack("@HP", len(program) // _INSTRUCTION.size, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0):
        return f"seccomp: {os.strerror(ctypes.get_errno())}"
    return ""


def _filter(calls: _Calls) -> bytes:
    """Write the filter: another architecture's calls end the process, listed ones fail."""
    lines: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _AT_ARCH),
        (_EQUAL, 1, 0, calls.arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _AT_NUMBER),
    ]
    if calls is _CALLS["x86_64"]:
        lines += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    for number in calls.refused:
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    # Threads may begin; glibc tries clone3, whose flags a filter cannot see, and then clone.
    lines += [(_EQUAL, 0, 1, calls.clone3), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    lines += [
        (_EQUAL, 0, 4, calls.clone),
        (_LOAD, 0, 0, _AT_ARGUMENTS),
        (_BITS, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    lines += [
        (_EQUAL, 0, 3, calls.ioctl),
        (_LOAD, 0, 0, _AT_ARGUMENTS + 8),
        (_EQUAL, 0, 1, _TIOCSTI),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(_INSTRUCTION.pack(*line) for line in lines)
