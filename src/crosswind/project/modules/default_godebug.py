"""The settings of the runtime that a program starts with (cmd/go/internal/load/godebug.go, defaultGODEBUG)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.project.modules import godebugs, locate
from crosswind.project.modules.directives import Godebug
from crosswind.project.modules.modules import Modules
from crosswind.toolchain import version as gover

_SIGN = "//go:debug"
_CHANGED = re.compile(r'\{Name: "([^"]+)"[^}]*?\bChanged: ([0-9]+)[^}]*?\bOld: "([^"]*)"')
_MINOR = re.compile(r"1\.([0-9]+)(?:\..*)?")


class Defaults:
    """What the go lines, the godebug lines and the files of programs come to."""

    def __init__(self, modules: Modules, local: str, *, fips: bool) -> None:
        """Take what all programs share.

        Args:
            modules: the modules, with a GOROOT.
            local: the version of Go, which counts outside of modules.
            fips: whether GOFIPS140 asks for the module of that name.
        """
        self._goroot = modules.goroot
        self._version = modules.go if modules.mains else local
        self._shared = {"fips140": "on"} if fips else {}
        lines = modules.work.godebug if modules.work else ()
        if not modules.work_path and modules.mains:
            lines = modules.mains[0].file.godebug
        self._shared |= {line.key: line.value for line in lines}
        self._changed = _changed(modules.goroot) if modules.goroot else {}

    def of(self, directives: Iterable[str]) -> str:
        """Return the settings of a program, as `name=value,…`.

        Args:
            directives: the `//go:…` comments above the package clauses of its files, in their order.
        """
        chosen = dict(self._shared)
        for text in directives:
            if setting := self._setting(text):
                chosen[setting[0]] = setting[1]
        version = self._version
        default = chosen.pop("default", "").removeprefix("go")
        if default and gover.is_valid(default):
            version = default
        minor = _MINOR.fullmatch(version)
        if minor:
            old = {name: value for name, (at, value) in self._changed.items() if int(minor[1]) < at}
            chosen = {**old, **chosen}
        return ",".join(f"{name}={value}" for name, value in sorted(chosen.items()))

    def _setting(self, text: str) -> tuple[str, str] | None:
        """Read a `//go:debug` line; None if it is none, or wrong (ParseGoDebug)."""
        sign, *rest = re.split(r"[ \t]", text, maxsplit=1)
        if not sign.startswith(_SIGN) or not rest:
            return None
        name, equals, value = rest[0].strip().partition("=")
        if not equals or godebugs.refused(Godebug(name, value, 0, 0), self._goroot):
            return None
        return name, value


def _changed(goroot: Path) -> Mapping[str, tuple[int, str]]:
    """Return the settings whose default a release changed: which 1.N, and the value before."""
    try:
        text = locate.read(goroot / "src/internal/godebugs/table.go").decode(errors="replace")
    except UsageError:
        return {}
    known = text.partition("var Removed = ")[0]
    return {name: (int(at), old) for name, at, old in _CHANGED.findall(known)}
