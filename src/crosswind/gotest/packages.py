"""Which packages are tested on which target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crosswind.building.ground import Ground
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.gotest.model import Package
from crosswind.project import golist, gomod, programs

_FIELDS = "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Error,Match"
# The build flags that decide which files and modules there are (go help build; -race and its like
# set build tags).
_LISTING = (
    "-tags=", "-mod=", "-modfile=", "-overlay=", "-installsuffix=", "-compiler=", "-race=", "-msan=",
    "-asan=",
)  # fmt: skip


@frozen
class Listing:
    """The packages that match on one target.

    Attributes:
        packages: in the go command's order.
        by_pattern: import paths of those that only a pattern with `...` asked for.
    """

    packages: tuple[Package, ...]
    by_pattern: frozenset[str]


def patterns(ground: Ground, asked: Sequence[str]) -> tuple[str, ...]:
    """Return what to test: what was asked for, else everything below the directory.

    Raises:
        UsageError: CW4032, a package of the module proxy, or a file.
    """
    for word in asked:
        if "@" in word:
            raise UsageError(
                "CW4032",
                "only packages on disk are tested: their tests need the files beside them",
                subject=word,
                hint="fetch the module's source, then: crosswind -C DIR test",
            )
        if word.endswith(".go"):
            folder = f"./{Path(word).parent.as_posix()}"
            raise UsageError("CW4032", "a file, not a package", subject=word, hint=folder)
    return tuple(asked) or gomod.everything(ground.source.module, ground.directory)


def find(
    ground: Ground, env: Mapping[str, str], build: Sequence[str], wanted: Sequence[str]
) -> Listing:
    """Ask the go command for the packages of one target.

    Args:
        ground: the project.
        env: the environment that selects the target.
        build: the words of the build.
        wanted: packages and patterns.

    Raises:
        UsageError: CW4033, a package that is named is not there; those of `golist.packages`.
    """
    words = ["-find", _FIELDS, *(word for word in build if word.startswith(_LISTING))]
    found: list[Package] = []
    by_pattern: set[str] = set()
    documents = golist.packages(ground.toolchain, ground.directory, env, [*words, "--", *wanted])
    for document in documents:
        _refuse_absent(document, ground.directory)
        package = Package(
            path=str(document["ImportPath"]),
            directory=Path(document.get("Dir") or ground.directory),
            has_tests=bool(document.get("TestGoFiles") or document.get("XTestGoFiles")),
        )
        found.append(package)
        if all("..." in word for word in document.get("Match") or ()):
            by_pattern.add(package.path)
    return Listing(tuple(found), frozenset(by_pattern))


def _refuse_absent(document: Mapping[str, Any], directory: Path) -> None:
    """Refuse what is nowhere; what is broken, the go command tells when it builds."""
    error = (document.get("Error") or {}).get("Err", "")
    if not error or document.get("Dir"):
        return
    asked = str(document["ImportPath"])
    hint = programs.near(asked, directory) or golist.mend(error)
    raise UsageError("CW4033", error, subject=asked, hint=hint)
