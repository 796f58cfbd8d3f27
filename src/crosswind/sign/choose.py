"""Choose the settings that fit a file, out of all that were given for any."""

from __future__ import annotations

from pathlib import Path

from crosswind.binary.image import Image
from crosswind.binary.macho import FatFile, MachOImage
from crosswind.binary.pe import PEImage
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.sign import source
from crosswind.sign.settings import DarwinSigning, Signing, WindowsSigning
from crosswind.target import Target


@frozen
class Wish:
    """How to sign whatever comes; `adhoc` says that Apple's files are meant to go without a key."""

    windows: WindowsSigning
    darwin: DarwinSigning
    adhoc: bool


@frozen
class Choice:
    """A file with the settings for it, and the target that its headers name."""

    path: Path
    target: Target
    settings: Signing


def choose(path: Path, wish: Wish) -> Choice:
    """Look at a file's format.

    Raises:
        UsageError: CW0800 settings for the other format, CW0801 no file, or a format without
            signatures.
        BuildError: CW0813, it is damaged.
    """
    found = source.image(path, source.content(path))
    if isinstance(found, PEImage):
        return Choice(path, _target("windows", found), _windows(path, wish))
    if isinstance(found, MachOImage):
        return Choice(path, _target(next(iter(found.gooses), "darwin"), found), _darwin(path, wish))
    if isinstance(found, FatFile):
        # What GoReleaser calls a universal file.
        return Choice(path, Target("darwin", "all"), _darwin(path, wish))
    raise source.unfit(path, found, "PE and Mach-O")


def _target(goos: str, found: Image) -> Target:
    return Target(goos, next(iter(found.goarchs), ""))


def _windows(path: Path, wish: Wish) -> WindowsSigning:
    if wish.windows == WindowsSigning():
        raise UsageError(
            "CW0800",
            "a Windows program is signed with a key, and none is given",
            subject=str(path),
            hint="--cert FILE --key FILE, --pfx FILE, or --command 'SIGNER {{ .Path }}'",
        )
    return wish.windows


def _darwin(path: Path, wish: Wish) -> DarwinSigning:
    if wish.windows != WindowsSigning() and not wish.adhoc:
        raise UsageError(
            "CW0800",
            "Mach-O files are signed ad hoc only, without a key",
            subject=str(path),
            hint="--adhoc says that this is meant; a Developer ID signature needs Apple's codesign",
        )
    return wish.darwin
