"""How the go command calls C compilers and linkers for a target: what leads them to other files.

cmd/go/internal/work/exec.go, compilerCmd and gccArchArgs; cmd/link/internal/ld/lib.go, hostlink and
hostlinkArchArgs. A target that is not listed is one whose calls are not known.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crosswind.building.key.model import Doubt
from crosswind.target import Target


class Calls(NamedTuple):
    """Flags that go adds: in front for a compiler, in front and behind for a linker."""

    compile: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


# For Windows the libraries are those of lib.go, loadWindowsHostArchives, and of hostlink.
_SYSTEMS = {
    "linux": Calls(("-fPIC", "-pthread"), ("-no-pie", "-rdynamic")),
    "windows": Calls(
        ("-mthreads",),
        ("-mconsole",),
        (
            "-Wl,--start-group",
            "-lmingwex",
            "-lmingw32",
            "-lmsvcrt",
            "-lkernel32",
            "-Wl,--end-group",
        ),
    ),
}
_ARCHS = {
    "386": Calls(("-m32",), ("-m32",)),
    "amd64": Calls(("-m64",), ("-m64",)),
    "arm": Calls(("-marm",), ("-marm",)),
    "arm64": Calls(),
    "loong64": Calls(("-mabi=lp64d",), ("-mabi=lp64d",)),
    "ppc64le": Calls((), ("-m64",)),
    "riscv64": Calls(),
    "s390x": Calls(("-m64", "-march=z13"), ("-m64",)),
}


def calls(target: Target) -> Calls:
    """Return what go says to compilers and linkers for a target.

    Raises:
        Doubt: that is not known.
    """
    system, arch = _SYSTEMS.get(target.goos), _ARCHS.get(target.goarch)
    if system is None or arch is None:
        raise Doubt(f"a C compiler takes part; how go calls one for {target} is not known here")
    return Calls(system.compile + arch.compile, arch.link + system.link, system.libraries)


# cmd/dist/buildgo.go, defaultCCFunc: what it writes into cmd/go when a Go is built.
_CASE = re.compile(r'case ((?:"[^"\n]*"(?:, )?)+):\n\t\treturn "([^"\n]*)"')
_ELSE = re.compile(r'^\treturn "([^"\n]*)"$', re.MULTILINE)


def default_compiler(text: str, function: str, target: Target) -> str:
    """Return the compiler that a Go takes for a target unless a variable names one.

    Args:
        text: its `zdefaultcc.go`.
        function: `DefaultCC` or `DefaultCXX`.
        target: what is compiled for.

    Raises:
        Doubt: it does not say.
    """
    body = text.partition(f"func {function}(")[2].partition("\n}")[0]
    for listed, compiler in _CASE.findall(body):
        if {f'"{target}"', f'"{target.goos}"'} & set(listed.split(", ")):
            return str(compiler)
    others = _ELSE.findall(body)
    if not others:
        raise Doubt("which C compiler this Go takes is not known")
    return str(others[-1])
