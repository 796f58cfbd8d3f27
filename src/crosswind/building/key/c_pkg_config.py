"""What pkg-config says to packages that ask it in `#cgo` lines.

Its answers are flags, and these count; so does the program. Of `.pc` files only what they make it say does: they
are looked at to know whether it must be asked again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crosswind.building.key import asking
from crosswind.building.key.model import Doubt
from crosswind.building.key.observed import Observer, Reads
from crosswind.toolchain import Settings, goflags

# cmd/go/internal/cfg/zdefaultcc.go, DefaultPkgConfig, unless a Go was built otherwise.
_DEFAULT = "pkg-config"
_KNOWN = ("pkg-config", "pkgconf")
# pkgconf(1) and pkg-config(1), "Environment": what begins so, and where compilers look by themselves.
_OWN = "PKG_CONFIG"
_OTHERS = ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "LIBRARY_PATH")
_LEADING = ("PKG_CONFIG_PRELOADED_FILES", "PKG_CONFIG_RELOCATE_PATHS", "PKG_CONFIG_TOP_BUILD_DIR")
# pkgconf, pkgconf-personality(5).
_PERSONALITIES = (
    "/etc/pkgconfig/personality.d", "/usr/share/pkgconfig/personality.d", "/usr/local/share/pkgconfig/personality.d",
    "/usr/local/etc/pkgconfig/personality.d",
)  # fmt: skip
_ENDINGS = (".pc", ".personality")
# cmd/go/internal/work/exec.go, splitPkgConfigOutput, reads these as a shell does.
_QUOTES = frozenset("\\'\"")


class Said(NamedTuple):
    """Flags for compilers and for linkers, and what made them: programs by content."""

    compile: tuple[str, ...]
    link: tuple[str, ...]
    programs: dict[str, str]


class PkgConfig:
    """The pkg-config of one environment."""

    def __init__(self, settings: Settings, observer: Observer) -> None:
        """Take the variables that name it, and lead it."""
        self._settings = settings
        self._env = {**settings.env, "LC_ALL": "C"}
        self._observer = observer

    def ask(self, words: Sequence[str], directory: Path) -> Said:
        """Return what it says to a package.

        Args:
            words: of the package's `#cgo pkg-config` lines.
            directory: of the package.

        Raises:
            Doubt: it is none that is known, or fails.
        """
        for name in _LEADING:
            if name in self._env:
                raise Doubt(f"{name} leads pkg-config elsewhere")
        program = self._program()
        # cmd/go/internal/work/exec.go, getPkgConfigFlags: flags first, then packages.
        flags = [word for word in words if word.startswith("--") and word != "--"]
        asked = (*flags, "--", *(word for word in words if not word.startswith("--")))
        variables = {
            name: value
            for name, value in self._env.items()
            if name.startswith(_OWN) or name in (*_OTHERS, "PATH")
        }
        question = ("pkg-config", program, asked, variables)
        seen = self._observer.content(
            f"pkg-config {program} {asked} {directory}",
            question,
            lambda: asking.in_scratch(lambda _: self._reads(program, asked, directory)),
        )
        told = [_split(line) for line in seen.said.split("\n")]
        programs = {path: one for path, one in seen.digests.items() if not path.endswith(_ENDINGS)}
        return Said(told[0], told[1], programs)

    def _program(self) -> str:
        """Return its path; of the variable go takes the first word alone."""
        try:
            words = goflags.split(self._settings.get("PKG_CONFIG").value or _DEFAULT)
        except ValueError as error:
            raise Doubt(f"PKG_CONFIG: {error}") from error
        path = shutil.which(words[0], path=self._env.get("PATH", "")) if words else None
        if path is None or not os.path.isabs(path) or not path.endswith(_KNOWN):  # noqa: PTH117
            raise Doubt(f"{' '.join(words)} is no pkg-config that is known")
        return path

    def _reads(self, program: str, asked: tuple[str, ...], directory: Path) -> Reads:
        def answer(*words: str) -> str:
            said = asking.run((program, *words), directory, self._env, must=True)
            return " ".join(said.split())

        files = {program} | asking.loaded(program, directory, self._env)
        said = "\n".join((answer("--cflags", *asked), answer("--libs", *asked)))
        searched = answer("--variable=pc_path", "pkg-config").split(":")
        for name in ("PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR"):
            searched += self._env.get(name, "").split(":")
        if any(one and not one.startswith("/") for one in searched):
            raise Doubt("pkg-config looks in a folder that is not told from the root")
        folders = {*filter(None, searched), *_PERSONALITIES}
        files |= {path for folder in folders for path in _told(folder)}
        return Reads(frozenset(files), frozenset(folders), said)


def _told(folder: str) -> Iterator[str]:
    """Yield the files of a folder that pkg-config may read."""
    try:
        with os.scandir(folder) as entries:
            yield from (
                one.path for one in entries if one.name.endswith(_ENDINGS) and one.is_file()
            )
    except OSError:
        return


def _split(text: str) -> tuple[str, ...]:
    """Split an answer.

    Raises:
        Doubt: it has quotes.
    """
    if _QUOTES.intersection(text):
        raise Doubt(f"pkg-config says something quoted: {text[:200]}")
    return tuple(text.split())
