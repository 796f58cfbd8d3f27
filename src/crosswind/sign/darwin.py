"""Sign a Mach-O file ad hoc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crosswind.binary import codesign, macho
from crosswind.binary.macho import FatFile, MachOImage
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, CrosswindError, UsageError
from crosswind.sign import source
from crosswind.sign.settings import DarwinSigning, Signed
from crosswind.system import files


def sign(path: Path, settings: DarwinSigning, output: Path, *, replace: bool) -> Signed:
    """Sign every slice; see `sign_file` for what it raises."""
    from crosswind.darwin.adhoc import AdHoc
    from crosswind.darwin.adhoc import sign as make

    data = source.content(path)
    found = source.image(path, data)
    if not isinstance(found, MachOImage | FatFile):
        raise source.unfit(path, found, "Mach-O")
    try:
        signed_before = _present(path, found, replace=replace)
        made = make(data, AdHoc(settings.identifier, path.stem, entitlements(settings)))
        identifier = _verified(path, made)
    except FormatError as error:
        raise source.damaged(path, error) from error
    except CrosswindError as error:
        error.subject = error.subject or str(path)
        raise
    if made != data or not output.exists() or not output.samefile(path):
        files.write_atomic(output, made, path.stat().st_mode & 0o777)
    return Signed(output, "ad hoc", identifier, signed_before)


def _images(found: MachOImage | FatFile) -> Iterator[MachOImage]:
    if isinstance(found, FatFile):
        for part in found.slices:
            yield part.image()
    else:
        yield found


def _present(path: Path, found: MachOImage | FatFile, *, replace: bool) -> bool:
    """Whether a signature is there; refuse to lose one that a certificate stands behind."""
    signatures = [codesign.read(image) for image in _images(found)]
    if not replace and any(signature and signature.cms_size for signature in signatures):
        raise UsageError(
            "CW0802",
            "it is signed with a certificate, which an ad-hoc signature would replace",
            subject=str(path),
            hint="--force replaces it",
        )
    return any(signatures)


def entitlements(settings: DarwinSigning) -> bytes | None:
    """Read the entitlements, if any; raises UsageError CW0811, the file is not there."""
    path = settings.entitlements
    if path is None:
        return None
    if not path.is_file():
        raise UsageError("CW0811", "entitlements: no such file", subject=str(path))
    return source.content(path)


def _verified(path: Path, made: bytes) -> str:
    """Recompute every hash of what was made; return its identifier."""
    view = View.of(made)
    found = macho.read_fat(view) if macho.is_fat(view) else macho.read(view)
    identifiers: list[str] = []
    for image in _images(found):
        for problem in codesign.verify(image):
            raise BuildError("CW0806", problem.message, subject=str(path))
        signature = codesign.read(image)
        identifiers += [signature.directories[0].identifier] if signature else []
    return ", ".join(dict.fromkeys(identifiers))
