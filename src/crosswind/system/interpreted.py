"""Start a program where the kernel hands programs of one more kind to an interpreter.

    python -I -S interpreted.py REGISTRATION PROGRAM [ARGUMENT...]

Linux has a list of such kinds ("Kernel Support for miscellaneous Binary Formats"), and only root may add
to it; but from 6.7 on each user namespace may have a list of its own. So this script makes a user
namespace for the program, with the same users, and adds to its list. It then becomes the program, whose
process is the one that was started. It imports nothing of crosswind, nor pathlib, and starts in 10 ms.
Exit status 125, and a line on standard error: the kernel does not let us.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys

_LIST = "/proc/sys/fs/binfmt_misc"

# include/uapi/linux/sched.h
_NEW_MOUNTS = 0x00020000
_NEW_USERS = 0x10000000

# What a child that maps users ends with if the kernel takes none of the maps.
_REFUSED = 100


def registration(
    kind: str, magic: str, mask: str, interpreter: str, *, keeps_name: bool = True
) -> str:
    """Return the line that adds a kind of programs to the list.

    Args:
        kind: `M` if a file's beginning tells, `E` if its extension does.
        magic: what it is to be, escaped.
        mask: the bits of it that matter, escaped; empty for all.
        interpreter: absolute path of what starts them.
        keeps_name: whether it is told the program's own first argument.
    """
    # F: the interpreter is opened now, so that a program that changes its root finds it, too.
    return f":crosswind:{kind}::{magic}:{mask}:{interpreter}:{'PF' if keeps_name else 'F'}"


def command(registration: str, *argv: str) -> tuple[str, ...]:
    """Return the command that does it."""
    return sys.executable, "-I", "-S", __file__, registration, *argv


def main(registration: str, program: str, *arguments: str) -> int:
    """Do it; returns only what the kernel refused."""
    user, group = os.geteuid(), os.getegid()
    # user_namespaces(7): who may not map everybody maps nobody but themselves. They have to be root at
    # first, whom the list belongs to.
    everybody = (_same("uid_map"), _same("gid_map"))
    root = (f"0 {user} 1", f"0 {group} 1")
    try:
        taken = _enter(_NEW_USERS | _NEW_MOUNTS, everybody, root)
        _call("mount", b"binfmt_misc", _LIST.encode(), b"binfmt_misc", 0, None)
        _write(f"{_LIST}/register", registration)
        if taken is root:
            _enter(_NEW_USERS, (f"{user} 0 1", f"{group} 0 1"))
        os.execv(program, (program, *arguments))  # noqa: S606 - that is what this script is for
    except OSError as error:
        sys.stderr.write(f"crosswind: no list of programs of its own: {error}\n")
    return 125


def _enter(flags: int, *maps: tuple[str, str]) -> tuple[str, str]:
    """Enter new namespaces; return which maps of users and groups the kernel took, the first it can."""
    listens, tells = os.pipe()
    child = os.fork()
    if not child:
        os.close(tells)
        os.read(listens, 1)  # until the parent is in its namespaces
        os._exit(_map(os.getppid(), maps))
    os.close(listens)
    try:
        _call("unshare", flags)
    finally:
        os.close(tells)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not 0 <= code < _REFUSED:
        raise OSError(errno.EPERM, "users cannot be mapped")
    return maps[code]


def _map(pid: int, maps: tuple[tuple[str, str], ...]) -> int:
    for number, (users, groups) in enumerate(maps):
        try:
            _write(f"/proc/{pid}/uid_map", users)
            if number or len(maps) == 1:
                _write(f"/proc/{pid}/setgroups", "deny")
            _write(f"/proc/{pid}/gid_map", groups)
        except OSError:
            continue
        return number
    return _REFUSED


def _same(name: str) -> str:
    """Map everybody that our own map knows to themselves."""
    handle = os.open(f"/proc/self/{name}", os.O_RDONLY)
    lines = (line.split() for line in os.read(handle, 4096).splitlines())
    os.close(handle)
    return "".join(f"{int(first)} {int(first)} {int(count)}\n" for first, _, count in lines)


def _write(path: str, text: str) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, os.fsencode(text))
    finally:
        os.close(handle)


def _call(name: str, *arguments: bytes | int | None) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
