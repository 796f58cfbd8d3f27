"""`Subject`: the program under check, with its facts read when a check first asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from crosswind.binary import buildinfo
from crosswind.binary.buildinfo import BuildInfo
from crosswind.binary.elf import ELFImage
from crosswind.binary.gosymbols import StringVariable
from crosswind.binary.image import Image
from crosswind.binary.macho import MachOImage
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.verify.expectation import Expectation

if TYPE_CHECKING:
    from crosswind.binary.x509 import Certificate
    from crosswind.signature.authenticode import Verification


def certificates(expected: Expectation) -> tuple[Certificate, ...]:
    """Read the roots to trust; raises UsageError CW1913 if one is no certificate."""
    from crosswind.binary import x509

    try:
        return tuple(x509.read(View.of(one)) for one in expected.trusted)
    except FormatError as error:
        raise UsageError("CW1913", f"a root to trust is no certificate: {error.message}") from error


@frozen(slots=False)
class Subject:
    """A program file, or one slice of a universal file.

    Attributes:
        name: the file's name, the one it will have if that is known.
        view: its bytes.
        source: the image as it was read, or why it could not be.
        damage: what checks found broken so far; the check for completeness reports it.
        variables: answers about string variables by the names asked for; finding them is slow.
        beside: maps a file by its place below the program's folder; None where there is none.
        judged: verdicts on Authenticode signatures by the roots trusted; a digest of all takes time.
    """

    name: str
    view: View
    source: Image | FormatError
    beside: Callable[[str], View | None] = lambda _place: None
    damage: list[FormatError] = field(default_factory=list)
    variables: dict[tuple[str, ...], dict[str, StringVariable]] = field(default_factory=dict)
    judged: dict[tuple[bytes, ...], Verification | None] = field(default_factory=dict)

    @property
    def image(self) -> Image:
        """The image; raises FormatError if its headers could not be read."""
        if isinstance(self.source, FormatError):
            # A new one each time: an error that is raised keeps what its traceback sees, and a
            # file that stays mapped cannot be renamed on Windows.
            raise FormatError(self.source.message, self.source.offset)
        return self.source

    @property
    def pe(self) -> PEImage | None:
        """The image if it is a PE file."""
        return self.source if isinstance(self.source, PEImage) else None

    @property
    def elf(self) -> ELFImage | None:
        """The image if it is an ELF file."""
        return self.source if isinstance(self.source, ELFImage) else None

    @property
    def macho(self) -> MachOImage | None:
        """The image if it is a Mach-O file."""
        return self.source if isinstance(self.source, MachOImage) else None

    @cached_property
    def holds_debug_data_only(self) -> bool:
        """Whether it is what was split from a program, and so never started; never raises."""
        try:
            return self.image.is_debug_data
        except FormatError:
            return False

    @cached_property
    def build(self) -> BuildInfo | None:
        """What the go command recorded; None if it is not there. Raises FormatError if damaged."""
        return buildinfo.read(self.image)

    def setting(self, key: str) -> str | None:
        """Return a recorded build setting, such as `CGO_ENABLED`; None if it is not recorded."""
        return None if self.build is None else self.build.settings.get(key)

    def authenticode(self, expected: Expectation) -> Verification | None:
        """Judge Authenticode signatures; None without any. Raises FormatError if one is damaged."""
        if self.pe is None or not self.pe.is_signed:
            return None
        if expected.trusted not in self.judged:
            from crosswind.signature import authenticode

            found = authenticode.verify(self.pe, certificates(expected))
            self.judged[expected.trusted] = found if found and found.signatures else None
        return self.judged[expected.trusted]

    def goos(self, expected: Expectation) -> str | None:
        """Return the GOOS that was asked for, else the recorded one."""
        return expected.target.goos if expected.target else self.setting("GOOS")

    def section_at(self, offset: int) -> str:
        """Name the section that holds a file offset; empty if none does."""
        if isinstance(self.source, FormatError):
            return ""
        for section in self.source.sections:
            if section.offset <= offset - self.view.base < section.offset + section.file_size:
                return section.name
        return ""
