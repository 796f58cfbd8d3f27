"""Split a program that lies on the disk."""

from __future__ import annotations

from pathlib import Path

from crosswind.errors import BuildError, UsageError
from crosswind.frozen import frozen
from crosswind.split.programs import split_file, strip_file
from crosswind.system import files


@frozen
class Written:
    """What was written.

    Attributes:
        path: the program.
        before: its size as it was, in bytes.
        size: its size now.
        place: of the debug data: a file, or for macOS a folder; None if it was thrown away.
        debug: the files with debug data, and their sizes.
        notes: what users of the debug data should know.
    """

    path: Path
    before: int
    size: int
    place: Path | None
    debug: tuple[tuple[Path, int], ...]
    notes: tuple[str, ...]


def split_path(
    path: Path,
    *,
    output: Path | None = None,
    debug_file: Path | None = None,
    strip: bool = False,
    strip_signature: bool = False,
) -> Written:
    """Split or strip a program; what debuggers need is written before the program changes.

    Args:
        path: the program; it is replaced if there is no `output`.
        output: a folder for the program under its own name.
        debug_file: where the debug data goes (for macOS: the bundle's folder); beside the program
            that is written if None.
        strip: throw debug data away.
        strip_signature: take a signature away that somebody made with a certificate.

    Raises:
        BuildError: as `split_file`.
        UsageError: CW0826, there is no such file; CW0824, the debug file would be the program.
        MissingError: CW0503, the disk is full.
    """
    data, mode = _read(path)
    target = output / path.name if output else path.resolve()
    files.sweep(target)
    name = debug_file.name if debug_file else ""
    try:
        if strip:
            made = strip_file(data, path.name, strip_signature=strip_signature)
        else:
            made = split_file(data, path.name, name, strip_signature=strip_signature)
    except BuildError as error:
        # What judges bytes knows the program's name only.
        raise type(error)(error.code, error.message, subject=str(path), hint=error.hint) from error
    folder = debug_file.parent if debug_file else (output or path.parent)
    debug = tuple((folder / place, content) for place, content in made.debug.items())
    if any(place.resolve() in (target.resolve(), path.resolve()) for place, _ in debug):
        raise UsageError("CW0824", "the debug file would be the program", subject=str(debug_file))
    for place, content in debug:
        files.sweep(place)
        files.write_atomic(place, content)
    files.write_atomic(target, made.shipped, mode)
    return Written(
        path=output / path.name if output else path,
        before=len(data),
        size=len(made.shipped),
        place=next((folder / place.parts[0] for place in made.debug), None),
        debug=tuple((place, len(content)) for place, content in debug),
        notes=made.notes,
    )


def _read(path: Path) -> tuple[bytes, int]:
    """Read a program and its permissions."""
    try:
        # A pipe would wait for its writer.
        if path.exists() and not path.is_file():
            raise UsageError(
                "CW0826", "not a file", subject=str(path), hint="give the program itself"
            )
        return path.read_bytes(), path.stat().st_mode & 0o777
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("CW0826", f"cannot read it: {reason}", subject=str(path)) from error
