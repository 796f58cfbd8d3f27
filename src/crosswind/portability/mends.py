"""What one usually does about a name that is not everywhere: short, and only where it is sure."""

from __future__ import annotations

from collections.abc import Sequence

# Packages that exist for some systems only, and what one has instead.
_IMPORTS = {
    "golang.org/x/sys/unix": "import it in files for Unix only (//go:build unix)",
    "golang.org/x/sys/windows": "import it in files for Windows only (_windows.go)",
    "golang.org/x/sys/windows/registry": "import it in files for Windows only (_windows.go)",
    "golang.org/x/sys/windows/svc": "import it in files for Windows only (_windows.go)",
    "golang.org/x/sys/plan9": "import it in files for Plan 9 only (_plan9.go)",
    "log/syslog": "there is no syslog on Windows and Plan 9; keep it in a file with //go:build !windows && !plan9",
    "syscall/js": "import it in files for js/wasm only (_js.go)",
    "plugin": "plugins exist on few systems; keep them behind a build tag",
    "runtime/cgo": "it needs cgo; keep it in a file with //go:build cgo",
}
# Of these each target has all names, or none but the package.
_WHOLE = frozenset({"log/syslog", "plugin"})
OF_TWICE = "let the constraints of both files exclude each other, or rename one"
OF_IMPORT = "give the import another name, or rename what the package declares"
_SPLIT = "keep it in a file with a build constraint, and give the other targets a file of their own"

# Names of package syscall that have an equal everywhere.
_SYSCALL = {
    "Kill": "os.FindProcess(pid), then Process.Kill or Process.Signal, exists on all targets",
    "Getuid": "os.Getuid exists on all targets",
    "Geteuid": "os.Geteuid exists on all targets",
    "Getgid": "os.Getgid exists on all targets",
    "Getegid": "os.Getegid exists on all targets",
    "Getppid": "os.Getppid exists on all targets",
    "Getgroups": "os.Getgroups exists on all targets",
    "Getpagesize": "os.Getpagesize exists on all targets",
    "Getwd": "os.Getwd exists on all targets",
    "Stat": "os.Stat exists on all targets",
    "Lstat": "os.Lstat exists on all targets",
    "Fstat": "os.File.Stat exists on all targets",
    "Chmod": "os.Chmod exists on all targets",
    "Chown": "os.Chown exists on all targets",
    "Lchown": "os.Lchown exists on all targets",
    "Mkdir": "os.Mkdir exists on all targets",
    "Rmdir": "os.Remove exists on all targets",
    "Unlink": "os.Remove exists on all targets",
    "Rename": "os.Rename exists on all targets",
    "Link": "os.Link exists on all targets",
    "Symlink": "os.Symlink exists on all targets",
    "Readlink": "os.Readlink exists on all targets",
    "Truncate": "os.Truncate exists on all targets",
    "Ftruncate": "os.File.Truncate exists on all targets",
    "Fsync": "os.File.Sync exists on all targets",
    "Pipe": "os.Pipe exists on all targets",
    "Dup": "os.NewFile and files passed by exec.Cmd.ExtraFiles often do; else split by build tags",
    "Dup2": "it is missing on linux/arm64, riscv64 and loong64, too; use unix.Dup3 there, or split by build tags",
    "Exec": "os/exec runs a child instead; replacing the process needs a file for Unix",
    "ForkExec": "os.StartProcess and os/exec exist on all targets",
    "Wait4": "exec.Cmd.Wait and os.Process.Wait exist on all targets",
    "Umask": "Windows has no umask; keep the call in a file for Unix",
    "Mmap": "keep it in a file for Unix; golang.org/x/exp/mmap reads files on all targets",
    "Flock": "keep it in a file for the systems that have it, with LockFileEx for Windows",
    "FcntlFlock": "keep it in a file for Unix, with LockFileEx for Windows",
    "Statfs": "keep it in a file per system; on Windows it is GetDiskFreeSpaceEx",
    "Statfs_t": "keep it in a file per system; on Windows it is GetDiskFreeSpaceEx",
    "Stat_t": "os.FileInfo tells size, mode and time on all targets; the rest needs a file per system",
    "Uname": "runtime.GOOS and runtime.GOARCH tell system and machine",
    "Utsname": "runtime.GOOS and runtime.GOARCH tell system and machine",
    "Sysinfo": "it is Linux's alone; keep it in a _linux.go file",
    "Setrlimit": "keep it in a file for Unix; Go raises the limit of open files by itself",
    "Getrlimit": "keep it in a file for Unix",
    "Rlimit": "keep it in a file for Unix",
    "Getrusage": "keep it in a file for Unix; exec.Cmd's ProcessState has times on all targets",
    "Rusage": "keep it in a file for Unix; exec.Cmd's ProcessState has times on all targets",
    "Setuid": "keep it in a file for Unix",
    "Setgid": "keep it in a file for Unix",
    "Setsid": "set SysProcAttr in a file per system",
    "Setpgid": "set SysProcAttr in a file per system",
    "Getpgid": "keep it in a file for Unix",
    "Credential": "set SysProcAttr in a file per system",
    "WaitStatus": "os.ProcessState.ExitCode exists on all targets",
    "IoctlGetTermios": "golang.org/x/term exists on all targets",
    "TIOCGWINSZ": "term.GetSize of golang.org/x/term exists on all targets",
    "TCGETS": "golang.org/x/term exists on all targets",
    "Termios": "golang.org/x/term exists on all targets",
    "Socket": "package net, or net.ListenConfig.Control, exists on all targets",
    "SetsockoptInt": "its first argument differs on Windows (Handle); split by build tags",
    "LoadDLL": "keep it in a _windows.go file",
    "NewLazyDLL": "keep it in a _windows.go file",
    "UTF16PtrFromString": "keep it in a _windows.go file",
}  # fmt: skip
_SIGNALS = (
    "Windows, Plan 9, js and wasip1 lack most signals; os.Interrupt and os.Kill exist on all targets,"
    " others belong into a file with //go:build unix"
)
_TERMINAL = "golang.org/x/term exists on all targets"


def of_import(path: str) -> str:
    """Return the mend for a package that has no files on a target."""
    for known, mend in _IMPORTS.items():
        if path == known or path.startswith(f"{known}/"):
            return mend
    return f"import it only in files for targets that it has: {_SPLIT}"


def of_name(package: str, name: str) -> str:
    """Return the mend for a name of another package that is not there."""
    if package == "syscall":
        if name.startswith("SIG") and name[3:].isalnum():
            return _SIGNALS
        if name.startswith(("TIOC", "TCGET", "TCSET")):
            return _TERMINAL
        return _SYSCALL.get(name, _SPLIT)
    if package in _WHOLE:
        return _IMPORTS[package]
    if package == "golang.org/x/sys/unix" and "Termios" in name:
        return _TERMINAL
    return _SPLIT


def of_own(declaring: Sequence[str], *, cgo: bool = False) -> str:
    """Return the mend for a name of the package itself.

    Args:
        declaring: the files that declare it, none of them built on the target.
        cgo: whether all of these need C.
    """
    if not declaring:
        return "no file of the package declares it on any target: generate or add what is missing"
    shown = ", ".join(declaring[:3]) + (" and others" if len(declaring) > 3 else "")
    if cgo:
        return f"only {shown} declares it, with C: build with cgo, or add a file for builds without"
    return f"only {shown} declares it; add a file for the other targets, or widen the constraint"


def of_body(assembly: Sequence[str], name: str) -> str:
    """Return the mend for a function without a body.

    Args:
        assembly: the package's files of assembly, for whatever target.
        name: the function.
    """
    if not assembly:
        return f"give {name} a body, or remove it"
    shown = ", ".join(assembly[:3]) + (" and others" if len(assembly) > 3 else "")
    return f"declare {name} in a file for the targets of {shown} alone; give the others a file where it has a body"


OF_NOWHERE = "no file of that package declares it: misspelt, or a name of another version"
OF_SYNTAX = (
    "go vet, or any build for a target that has the file, tells this and what comes after it"
)


def of_number(kind: str) -> str:
    """Return the mend for a number that is too large for a machine of 32 bits."""
    return (
        f"make it {'int64' if kind == 'int' else 'uint64'}, by a conversion or in the declaration"
    )


def of_field(of: str, field: str) -> str:
    """Return the mend for a field that a type lacks on a target."""
    if of == "syscall.SysProcAttr":
        return "SysProcAttr differs by system: fill it in a function of a file per system"
    return f"{of} has no {field} there; fill it in a file per system"
