"""The pinned Zig as a C compiler: its own files are told by the pin, so only those of others are read.

For a target that it is told it looks for headers and libraries in its own tree, and where flags say so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosswind import toolchain
from crosswind.building.key import c_answers
from crosswind.building.key.c_compiler import Compiler, Package
from crosswind.building.key.c_targets import Calls
from crosswind.building.key.model import Doubt
from crosswind.building.key.observed import Observer, Reads, Seen

# What follows `zig` where it compiles, by the language.
_SUBCOMMANDS = {"c": "cc", "c++": "c++"}
_TARGETS = ("-target", "--target")
# lib/std/zig.zig, EnvVar: these put other files in the place of the pinned ones.
_FOREIGN = ("ZIG_LIB_DIR", "ZIG_LIBC")
_LIBRARIES = (".a", ".so", ".lib", ".dll", ".tbd", ".dylib", ".obj", ".o")


def is_called(words: Sequence[str]) -> bool:
    """Whether CC or CXX names a Zig that compiles."""
    return words[1:2] in [(one,) for one in _SUBCOMMANDS.values()]


class Zig(Compiler):
    """The pinned Zig, for one language and one target."""

    def __init__(
        self,
        language: str,
        words: Sequence[str],
        calls: Calls,
        env: Mapping[str, str],
        observer: Observer,
    ) -> None:
        """Find it, as `Compiler` does.

        Raises:
            Doubt: it is another Zig, or compiles for this host as it finds it.
        """
        super().__init__(language, words, calls, env, observer)
        pinned = toolchain.find_zig()
        if pinned is None or not Path(self._path).samefile(pinned.path):
            raise Doubt(f"{self._path} is not the pinned Zig, whose files are known")
        for name in _FOREIGN:
            if name in env:
                raise Doubt(f"{name} puts other files in the place of Zig's")
        if words[1] != _SUBCOMMANDS[language]:
            raise Doubt(f"{' '.join(words)} does not compile {language}")
        target = _target(words)
        if target.partition("-")[0] in ("", "native"):
            raise Doubt(f"{' '.join(words)} names no target: then Zig looks at this host")
        if "-windows" in target:
            # lld makes a PDB with the names of go's temporary files, and its digest is the program's.
            raise Doubt(f"{' '.join(words)} links no two programs alike")
        # It takes a flag that it has no use for as an error; go says the same.
        self._own = (*self._own, "-Qunused-arguments")
        self._roots = (f"{pinned.root}/", f"{os.path.realpath(pinned.root)}/")
        self._pin = f"Zig {pinned.version} {pinned.host} {pinned.digest}"

    def programs(self) -> Seen:
        """Return what tells this Zig from others."""
        return Seen({"Zig": self._pin}, frozenset())

    def _headers(self, package: Package, folder: Path) -> Reads:
        found = super()._headers(package, folder)
        return found._replace(files=self._others(found.files), folders=self._others(found.folders))

    def _libraries(self, flags: tuple[str, ...], folder: Path) -> Reads:
        """All libraries in the folders of `-L` count: objects may ask for one by themselves."""
        del folder
        found = {flag for flag in flags if flag.startswith("/")}
        places = {flag[2:] for flag in flags if flag.startswith("-L")}
        for place in places:
            if Path(place).is_dir():
                with os.scandir(place) as entries:
                    found |= {one.path for one in entries if _is_library(one)}
        c_answers.check_libraries(found)
        return Reads(frozenset(found), frozenset(places))

    def _others(self, names: frozenset[str]) -> frozenset[str]:
        return frozenset(name for name in names if not f"{name}/".startswith(self._roots))


def _target(words: Sequence[str]) -> str:
    """Return the last target that is named."""
    found = ""
    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag in _TARGETS:
            found = value if equals else "".join(words[at + 1 : at + 2])
    return found


def _is_library(entry: os.DirEntry[str]) -> bool:
    return entry.is_file() and (entry.name.endswith(_LIBRARIES) or ".so." in entry.name)
