"""Put resources into a finished program or library."""

from __future__ import annotations

import hashlib
from pathlib import Path

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.frozen import frozen
from crosswind.resource.compiled import read_pe
from crosswind.resource.reading import MAX_PROGRAM, damaged, parse, read_file
from crosswind.system import files
from crosswind.windows import patch, rsrc
from crosswind.windows.resource import ResourceTree


@frozen
class Patched:
    """A program with its new resources.

    Attributes:
        path: where it is.
        changed: whether any byte of it differs from what was there.
        size_before, size: in bytes.
        sha256: of the result.
        resources: what it holds now.
    """

    path: Path
    changed: bool
    size_before: int
    size: int
    sha256: str
    resources: ResourceTree


@frozen
class Kind:
    """What a program is, as far as it matters to resources.

    Attributes:
        goarch: its architecture; empty if Go has no name for it.
        library: whether it is a DLL.
    """

    goarch: str
    library: bool


def kind(path: Path) -> Kind:
    """Say what a program is.

    Raises:
        UsageError: CW0705, it is not there or cannot be read.
        BuildError: CW0703, it is no PE file, or a damaged one.
    """
    image = parse(path, read_pe, MAX_PROGRAM)
    return Kind(image.goarchs[0] if image.goarchs else "", image.is_dll)


def resources(path: Path) -> ResourceTree:
    """Read what a program holds; raises like `kind`."""
    return parse(path, lambda view: rsrc.read_image(read_pe(view)), MAX_PROGRAM)


def patch_file(
    path: Path, resources: ResourceTree, *, out: Path | None = None, strip_signature: bool = False
) -> Patched:
    """Replace all resources of a program; an empty tree removes them.

    The file is replaced by rename and keeps its permissions; nothing is written if nothing changes.

    Args:
        path: the program.
        resources: what it shall hold.
        out: where to put the result; over the program itself if left out.
        strip_signature: whether a signature, which cannot stay valid, may be removed.

    Raises:
        UsageError: CW0705, it is not there or cannot be read; CW0504, not writable.
        BuildError: CW0703, it is no PE file, or damaged; CW0704, too many resources; CW0712, no
            room for a section header; CW0713, it is signed; CW0714, it has a layout that cannot be
            changed.
    """
    # A link stays a link to the file that changes.
    target = (out or path).resolve()
    files.sweep(target)
    before = read_file(path, MAX_PROGRAM)
    try:
        after = patch.patch(View.of(before), resources, strip_signature=strip_signature)
    except FormatError as error:
        raise damaged(path, error) from error
    except BuildError as error:
        raise type(error)(error.code, error.message, subject=str(path), hint=error.hint) from error
    changed = after != before
    if changed or out is not None:
        files.write_atomic(target, after, path.stat().st_mode & 0o7777)
    digest = hashlib.sha256(after).hexdigest()
    return Patched(out or path, changed, len(before), len(after), digest, resources)
