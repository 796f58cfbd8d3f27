"""Flags of packages that the go command refuses to hand to a C compiler, a linker or pkg-config."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.gosource.cgo import FIELDS, split_quoted
from crosswind.gosource.safe_flags import SafeFlags, Tool, go_pattern, is_safe_word
from crosswind.project.graph import Package
from crosswind.toolchain import Settings

CODE = "CW5019"
_SOURCE = "src/cmd/go/internal/work/security.go"
# cmd/go/internal/work/exec.go, runCgo: in this order, pkg-config before all others.
_TOOLS = {
    "CPPFLAGS": Tool.COMPILER,
    "CFLAGS": Tool.COMPILER,
    "CXXFLAGS": Tool.COMPILER,
    "FFLAGS": Tool.COMPILER,
    "LDFLAGS": Tool.LINKER,
}
_ENDINGS = ("ALLOW", "DISALLOW")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")
_LINE = re.compile(r"^(?:\s|//|/\*|\*)*#cgo\b[^:]*?([\w-]+)\s*:(.*)$")


@frozen
class RefusedFlag:
    """A flag that go refuses.

    Attributes:
        bits: the contexts in which it does.
        file: its file's name; empty if it was not found.
        line: from 1 on.
        message: in go's words.
        hint: the mend.
    """

    bits: int
    file: str
    line: int
    message: str
    hint: str

    def finding(self, place: str) -> Finding:
        """Tell it; the place is the package's folder or import path."""
        where = f"{place}/{self.file}:{self.line}" if self.file else place
        return Finding(CODE, Severity.ERROR, where, self.message, self.hint)


class Judge:
    """What one Go refuses, in one environment."""

    def __init__(self, safe: SafeFlags, settings: Settings) -> None:
        """Take Go's lists, and the variables that widen and narrow them."""
        self._safe = safe
        self._settings = settings

    @classmethod
    def of(cls, goroot: Path, settings: Settings) -> Judge | None:
        """Read Go's own lists; None where they are not there: then go says it itself."""
        try:
            text = (goroot / _SOURCE).read_text(encoding="utf-8", errors="replace")
            return cls(SafeFlags(text), settings)
        except (OSError, ValueError):
            return None

    def refused(self, package: Package, where: int) -> Iterator[RefusedFlag]:
        """Yield the first flag of a package that go refuses, for each set of contexts that has one.

        Args:
            package: the package.
            where: the contexts that are asked about.
        """
        asked = 0
        for bits in package.lists.get("CgoFiles", {}).values():
            asked |= bits & where
        if package.standard or not package.flags:
            return
        found: dict[tuple[str, str, str], int] = {}
        for bits in _alike(package, asked):
            if one := self._first(package, bits):
                found[one] = found.get(one, 0) | bits
        for (name, flag, said), bits in found.items():
            file, line = _locate(package, name, flag, bits)
            yield RefusedFlag(bits, file, line, said, self._mend(name, flag))

    def _first(self, package: Package, bits: int) -> tuple[str, str, str] | None:
        """Return which flags, which of them and go's words, for contexts that are alike."""
        asked = _flags(package, "pkg-config", bits)
        for word in asked:
            if not word.startswith("--") and not is_safe_word(word):
                return "pkg-config", word, f"invalid pkg-config package name: {word}"
        options = [word for word in asked if word.startswith("--") and word != "--"]
        if refused := self._safe.refused(Tool.PKG_CONFIG, options):
            said = f"invalid flag in pkg-config: {refused.words}"
            return "pkg-config", options[refused.place], said
        for name, tool in _TOOLS.items():
            flags = _flags(package, name, bits)
            patterns = [self._pattern(name, ending) for ending in _ENDINGS]
            if not flags or "" in patterns:
                continue
            allow, disallow = (None if isinstance(one, str) else one for one in patterns)
            if refused := self._safe.refused(tool, flags, allow, disallow):
                return name, flags[refused.place], f"invalid flag in #cgo {name}: {refused.words}"
        return None

    def _pattern(self, name: str, ending: str) -> re.Pattern[str] | str | None:
        """Return what a variable allows or forbids; empty text where only Go can read it."""
        text = self._settings.get(f"CGO_{name}_{ending}").value
        return (go_pattern(text) or "") if text else None

    def _mend(self, name: str, flag: str) -> str:
        if name == "pkg-config":
            return "go allows no other flags of pkg-config: leave it out"
        text = _SPECIAL.sub(r"\\\g<0>", flag)
        return f"leave it out, or set CGO_{name}_ALLOW='{text}' if you trust what it does"


def _flags(package: Package, name: str, bits: int) -> list[str]:
    return [text for text, where in package.flags.get(FIELDS[name], ()) if where & bits]


def _alike(package: Package, asked: int) -> list[int]:
    """Split contexts into sets within which a package has the same flags."""
    sets = [asked] if asked else []
    for where in {bits for flags in package.flags.values() for _, bits in flags}:
        sets = [part for one in sets for part in (one & where, one & ~where) if part]
    return sets


def _locate(package: Package, name: str, flag: str, bits: int) -> tuple[str, int]:
    """Return the file and line that say a flag; of several the first, one without it last."""
    lists: Mapping[str, int] = package.lists.get("CgoFiles", {})
    nearest = ("", 0)
    for file in (one for one in package.files if lists.get(one.name, 0) & bits):
        try:
            text = (package.directory / file.name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            said = _LINE.match(line)
            if said and said[1] == name:
                if _says(said[2], flag):
                    return file.name, number
                nearest = nearest if nearest[0] else (file.name, number)
    return nearest


def _says(text: str, flag: str) -> bool:
    try:
        return flag in split_quoted(text)
    except ValueError:
        return False
