"""The flags of `go build`, from the plan and from GOFLAGS, as inputs of a key.

A flag that is not listed here may read files or start programs that nobody knows of, so it leaves a
doubt; so does one that is known to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crosswind.building import gocommand
from crosswind.building.key.model import Doubt, Part
from crosswind.frozen import frozen
from crosswind.toolchain import Settings, goflags

# go help build: flags whose value says all. `-a` is not among them: it asks for a build.
_PLAIN = frozenset(
    (
        "buildmode", "buildvcs", "tags", "trimpath", "race", "msan", "asan", "mod", "pgo",
        "installsuffix", "ldflags", "gcflags", "asmflags", "compiler", "modfile",
    )
)  # fmt: skip
# These change how go works, and what it prints.
_NO_MATTER = frozenset(("v", "x", "work", "p", "modcacherw", "o", "json"))
# Flags that may be given once for each pattern of packages: all mentions count, in their order.
_EACH = frozenset(("ldflags", "gcflags", "asmflags"))
# cmd/link/internal/ld/main.go: flags behind which there is no file and no program; then those of
# them whose value may be the next word.
_LINKER = frozenset(
    (
        "a", "aslr", "asan", "bindnow", "c", "checklinkname", "compressdwarf", "d", "debugnosplit",
        "dumpdep", "e", "f", "g", "h", "msan", "n", "pruneweakmap", "race", "s", "v", "w",
    )
)  # fmt: skip
_LINKER_VALUES = frozenset(
    (
        "B", "D", "E", "H", "I", "R", "T", "X", "buildid", "debugtextsize", "debugtramp", "extldflags",
        "funcalign", "k", "linkmode", "r", "randlayout", "strictdups",
    )
)  # fmt: skip
# cmd/compile/internal/base/flag.go, cmd/asm/internal/flags: flags that name files.
_FILES = frozenset(
    (
        "I", "asmhdr", "bench", "blockprofile", "coveragecfg", "cpuprofile", "embedcfg", "gensymabis",
        "importcfg", "json", "linkobj", "memprofile", "mutexprofile", "o", "pgoprofile", "symabis",
        "traceprofile",
    )
)  # fmt: skip


@frozen
class Flags:
    """The flags of one go command as it takes them: GOFLAGS first, then its own words.

    Attributes:
        words: all of them, in order.
    """

    words: tuple[str, ...]

    def last(self, name: str) -> str:
        """Return what the last mention of a flag sets it to; empty without one."""
        return goflags.value(self.words, name) or ""

    def is_on(self, name: str) -> bool:
        """Whether a boolean flag is switched on."""
        return goflags.is_on(self.words, name)

    def each(self, name: str) -> tuple[str, ...]:
        """Return the value of every mention of a flag."""
        found = (word.partition("=")[2] for word in self.words if goflags.name(word) == name)
        return tuple(found)

    @property
    def external(self) -> bool:
        """Whether they make Go link by a C compiler, whatever the target."""
        linker = " ".join(self.each("ldflags"))
        modes = self.last("buildmode") not in ("", "exe", "default")
        checks = any(map(self.is_on, goflags.INSTRUMENTS))
        return modes or checks or "external" in linker


def of_command(settings: Settings, words: Sequence[str]) -> Flags:
    """Join what GOFLAGS, wherever it is set, and a go command's own words say."""
    return Flags((*goflags.of(settings), *words))


def part(flags: Flags, variables: Iterable[tuple[str, str]] = ()) -> Part:
    """Return the flags by name, those that only change how go works left out.

    Args:
        flags: all of them.
        variables: those of `-X` that the plan has put into `-ldflags`, so that they have a name.

    Raises:
        Doubt: what one of them does cannot be told from its value.
    """
    found: dict[str, str] = {}
    for word in flags.words:
        name = goflags.name(word)
        if name in _NO_MATTER:
            continue
        if name not in _PLAIN:
            raise Doubt(
                f"{word.partition('=')[0] or 'an empty flag'} may read what nobody knows of"
            )
        _check(name, word.partition("=")[2])
        key = f"flag -{name}"
        value = word.partition("=")[2] if "=" in word else "true"
        found[key] = f"{found[key]}\n{value}" if name in _EACH and key in found else value
    if found.get("flag -compiler", "gc") != "gc":
        raise Doubt("-compiler=gccgo")
    pairs = tuple(variables)
    injected = " ".join(f"-X {gocommand.quote(f'{name}={value}')}" for name, value in pairs)
    if pairs and "flag -ldflags" in found:
        # They are named below, each for itself.
        before, _, after = found.pop("flag -ldflags").rpartition(injected)
        if rest := " ".join(filter(None, (before.strip(), after.strip()))):
            found["flag -ldflags"] = rest
    for name, value in pairs:
        found[f"injected {name}"] = value
    return Part("flags", found)


def _check(name: str, value: str) -> None:
    """Look into a list of flags for another tool; raises as `part`."""
    if name not in _EACH:
        return
    # cmd/go/internal/load/flag.go, perPackageFlag.Set: a pattern of packages may stand in front.
    text = value.strip() if value.strip()[:1] in ("-", "") else value.partition("=")[2]
    try:
        words = goflags.split(text)
    except ValueError as error:
        raise Doubt(f"-{name}: {error}") from error
    if name == "ldflags":
        _check_linker(words)
    elif any(not word.startswith("-") or _flag(word) in _FILES for word in words):
        raise Doubt(f"-{name}={value} may name a file")


def _check_linker(words: Sequence[str]) -> None:
    is_value = False
    for word in words:
        if is_value:
            is_value = False
            continue
        flag = _flag(word)
        is_value = flag in _LINKER_VALUES and "=" not in word
        if not word.startswith("-") or flag not in _LINKER | _LINKER_VALUES:
            raise Doubt(f"-ldflags={word} may name a file or a program")


def _flag(word: str) -> str:
    return word.removeprefix("-").removeprefix("-").partition("=")[0]
