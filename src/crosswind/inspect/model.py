"""`Inspection`: what was found in a file, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property
from importlib import import_module
from pathlib import Path

from crosswind.binary import buildinfo, pclntab
from crosswind.binary.buildinfo import BuildInfo
from crosswind.binary.image import Image
from crosswind.binary.pclntab import PclnTable
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen

# The code of everything that cannot be read.
DAMAGED = "CW0902"


@frozen
class Problem:
    """A part that cannot be read, why, and at which file offset; other parts are not touched."""

    part: str
    message: str
    offset: int


@frozen
class Contents:
    """What is in one image; a universal file has one for each slice.

    Attributes:
        name: the slice's machine; empty for a file that is one image.
        parts: facts by the part's name, in the order of reading; what the file does not have is
            left out. Each value is a frozen dataclass of the module that read it.
        problems: the parts that cannot be read.
        offset, size: where the image lies in the file; its own offsets count from there.
    """

    name: str
    parts: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    offset: int = 0
    size: int = 0


@frozen
class Inspection:
    """What is in a file.

    Attributes:
        path: the file.
        size: in bytes.
        format: in words, such as `PE32+` or `universal Mach-O`.
        contents: one, or one for each slice.
        sha256: of the file, in hexadecimal; empty if it was not computed.
    """

    path: Path
    size: int
    format: str
    contents: tuple[Contents, ...]
    sha256: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What cannot be read, as reports carry it."""
        return tuple(
            Finding(
                DAMAGED,
                Severity.ERROR,
                f"{self.path}:{problem.offset:#x}",
                ": ".join(filter(None, (one.name, problem.part, problem.message))),
                "the other parts are shown; copy or build the file again"
                if one.parts
                else "give a program, a library or an object file; or copy it again",
            )
            for one in self.contents
            for problem in one.problems
        )


@frozen(slots=False)
class Subject:
    """The image under inspection, with what several parts ask for read once.

    Attributes:
        image: as its reader returned it.
        path: the file; debug data may lie beside it.
        debug_file: where debug data shall be looked for instead, if somebody said so.
        quick: leave out what costs much and tells little.
    """

    image: Image
    path: Path
    debug_file: Path | None = None
    quick: bool = False

    @cached_property
    def build(self) -> BuildInfo | None:
        """What the go command recorded; raises FormatError if it is damaged."""
        return buildinfo.read(self.image)

    @cached_property
    def table(self) -> PclnTable | None:
        """Go's table of functions; raises FormatError if it is damaged."""
        return pclntab.read(self.image)


# Reads one part; None says that the file has no such thing.
Reader = Callable[[Subject], object | None]


@frozen
class Part:
    """A part of a file that can be asked for.

    Attributes:
        name: as `--show` takes it.
        title: for people.
        usual: whether it is shown when nothing was asked for.
        readers: by the name of the image's class; `Image` stands for all others. Each is the name of
            a function of this package, imported when a file needs it: starting up must be quick.
    """

    name: str
    title: str
    usual: bool
    readers: Mapping[str, str] = field(repr=False)

    def reader(self, image: Image) -> Reader | None:
        """Return what reads this part of such an image; None if such files do not have it."""
        name = self.readers.get(type(image).__name__) or self.readers.get("Image")
        return resolve(name) if name else None


def resolve(name: str) -> Reader:
    """Import a function of this package by `module.function`."""
    module, _, function = name.partition(".")
    reader: Reader = getattr(import_module(f"crosswind.inspect.{module}"), function)
    return reader
