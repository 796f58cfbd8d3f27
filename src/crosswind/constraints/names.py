"""What a file's name says: `poll_linux_amd64_test.go` is for one GOOS and one GOARCH."""

from __future__ import annotations

# internal/syslist/syslist.go of Go 1.27: past, present and future names, which is why they are more than
# any toolchain's ports.
KNOWN_OS = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux",
    "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
))  # fmt: skip
UNIX_OS = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux",
    "netbsd", "openbsd", "solaris",
))  # fmt: skip
KNOWN_ARCH = frozenset((
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv",
    "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm",
))  # fmt: skip

# go/build/build.go, fileListForExt: endings that the go command knows, apart from .go. `.m` and its
# like are for Objective-C, Fortran and SWIG.
_OTHER_ENDINGS = frozenset((
    ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90",
    ".s", ".S", ".sx", ".swig", ".swigcxx", ".syso",
))  # fmt: skip


def is_ignored(name: str) -> bool:
    """Whether the go command takes no notice of a file, whatever it holds."""
    return name.startswith(("_", ".")) or not is_source(name)


def is_source(name: str) -> bool:
    """Whether a file's ending is one that the go command knows."""
    ending = name[name.rfind(".") :] if "." in name else ""
    return ending == ".go" or ending in _OTHER_ENDINGS


def has_header(name: str) -> bool:
    """Whether constraints inside of a file count: an object file is not read."""
    return not name.endswith(".syso")


def tags(name: str) -> tuple[str, ...]:
    """Return the tags that a file's name asks for, all of them (build.go, goodOSArchFile)."""
    stem = name.partition(".")[0]
    if "_" not in stem:
        return ()
    # What stands before the first underscore says nothing: linux.go is for all.
    parts = stem[stem.index("_") :].split("_")
    if parts[-1] == "test":
        parts.pop()
    if len(parts) >= 2 and parts[-2] in KNOWN_OS and parts[-1] in KNOWN_ARCH:
        return (parts[-2], parts[-1])
    if parts and (parts[-1] in KNOWN_OS or parts[-1] in KNOWN_ARCH):
        return (parts[-1],)
    return ()
