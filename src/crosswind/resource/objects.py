"""Write resources for a linker: `rsrc_windows_<arch>.syso` in a package's folder, or one file.

Go's linker takes resources from one object only ("too many .rsrc sections"). So what lies there
already matters: crosswind writes over an object that it made itself, and over nothing else; and it
refuses to put a second one beside an object with resources for the same architecture. It knows its
own by the source file that they name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from crosswind.binary.view import FormatError, View
from crosswind.errors import CrosswindError, UsageError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.resource.reading import read_file
from crosswind.system import files
from crosswind.windows import coff, res
from crosswind.windows.resource import ResourceTree

# The architectures of Go's Windows ports; windows/arm went with Go 1.26, older ones have it.
GOARCHS = ("386", "amd64", "arm64")
OBJECT_SUFFIXES = (".syso", ".o", ".obj")
_RES_SUFFIX = ".res"


@frozen
class Output:
    """A file to write: where, and for which architecture."""

    path: Path
    goarch: str


@frozen
class Written:
    """A file that was written; `size` in bytes, `goarch` empty for a `.res` file, which is for all."""

    path: Path
    goarch: str
    size: int
    sha256: str
    resources: ResourceTree


def outputs(out: Path, goarchs: Iterable[str]) -> tuple[Output, ...]:
    """Say which files `-o` stands for.

    Args:
        out: a file by its suffix, else a folder.
        goarchs: those asked for; none means all for a folder, and for a file the one in its name.

    Raises:
        UsageError: CW0709, a file cannot be for several architectures, or nothing says for which.
    """
    asked = tuple(dict.fromkeys(goarchs))
    suffix = out.suffix.lower()
    if out.is_dir() or suffix not in (*OBJECT_SUFFIXES, _RES_SUFFIX):
        return tuple(
            Output(out / f"rsrc_windows_{goarch}.syso", goarch) for goarch in asked or GOARCHS
        )
    named = out.stem.rpartition("_")[2]
    if not asked and named in coff.MACHINES:
        asked = (named,)
    elif not asked and suffix == _RES_SUFFIX:
        asked = ("amd64",)  # the format is the same for all
    if len(asked) != 1:
        raise UsageError(
            "CW0709",
            f"{'several architectures' if asked else 'no architecture'} for one file",
            subject=str(out),
            hint="give one with --arch, or a folder with -o for one file each",
        )
    return (Output(out, asked[0]),)


def write(trees: Mapping[Output, ResourceTree]) -> tuple[Written, ...]:
    """Write all files, or none if one may not be written.

    Raises:
        UsageError: CW0710, somebody else's object is in the way; CW0504, not writable.
        BuildError: CW0704, too large; CW0702, a name that `.res` cannot spell.
        MissingError: CW0503, disk full.
    """
    made = {output: _bytes(output, resources) for output, resources in trees.items()}
    for output in made:
        _refuse_foreign(output)
    for output, data in made.items():
        files.sweep(output.path)
        files.write_atomic(output.path, data)
    return tuple(
        Written(
            output.path,
            "" if output.path.suffix.lower() == _RES_SUFFIX else output.goarch,
            len(data),
            hashlib.sha256(data).hexdigest(),
            trees[output],
        )
        for output, data in made.items()
    )


def findings(written: Iterable[Written]) -> Iterator[Finding]:
    """Warn of objects that no plain `go build` will find: it looks in folders of packages only."""
    folders = dict.fromkeys(one.path.parent for one in written if one.path.suffix == ".syso")
    for folder in folders:
        if not any(folder.glob("*.go")):
            yield Finding(
                "CW0716",
                Severity.WARNING,
                str(folder),
                "no Go file lies here, so `go build` links none of these objects",
                "write them beside the main package: -o cmd/app",
            )


def _bytes(output: Output, resources: ResourceTree) -> bytes:
    if output.path.suffix.lower() == _RES_SUFFIX:
        return res.write(resources)
    return coff.write(resources, output.goarch)


def _refuse_foreign(output: Output) -> None:
    """Refuse to write over, or beside, an object that somebody else made."""
    if output.path.suffix.lower() not in OBJECT_SUFFIXES:
        return
    if output.path.exists():
        found = _object(output.path)
        if found is None or not found.ours:
            raise UsageError(
                "CW0710",
                "there already, and not made by crosswind",
                subject=str(output.path),
                hint="remove it if it may go; give it as an input to keep what it holds",
            )
    for other in sorted(output.path.parent.glob("*.syso")):
        if other.name == output.path.name or output.path.suffix.lower() != ".syso":
            continue
        found = _object(other)
        if found and found.goarch == output.goarch and len(found.resources):
            raise UsageError(
                "CW0710",
                f"holds resources for {output.goarch} already, and Go links one such file only",
                subject=str(other),
                hint="remove it if it may go; give it as an input to keep what it holds",
            )


def _object(path: Path) -> coff.Object | None:
    """Read an object; None if it is no readable one."""
    try:
        return coff.read(View.of(read_file(path)))
    except (FormatError, CrosswindError):
        return None
