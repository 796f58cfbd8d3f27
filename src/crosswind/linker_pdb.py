"""The PDB file that an external linker makes for a Windows program, on its way into dist.

LLVM's linker writes one beside its output whenever C code takes part. That is in the go command's
work folder, which `-work` keeps until the file is taken out. It is published under the name that the
program calls it by, since that is what debuggers look for; one that is not the program's own, by GUID
and age, is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crosswind.artifact import Kind
from crosswind.building.dist import Dist
from crosswind.building.plan import Output
from crosswind.finishing import Finished
from crosswind.store import File
from crosswind.system import files

if TYPE_CHECKING:
    from crosswind.binary.pe import PEImage

Carried = tuple[tuple[Output, Path], ...]
_CODE_VIEW = "CodeView"


class _Reference(NamedTuple):
    """What a program says of its PDB: the file's name, GUID and age."""

    name: str
    guid: str
    age: int


def is_known(out: Dist, output: Output) -> bool:
    """Whether an earlier run's PDB of a program is there, or it is known to have none.

    Otherwise only a new link tells.
    """
    if not output.unit.may_leave_pdb or output.kind is Kind.HEADER:
        return True
    _, answer = out.memory.get(_memory_name(output), ("", None))
    if answer is None:
        return False
    return not answer or out.holds(_output(output, answer["name"]), answer["sha256"])


def carry(out: Dist, output: Output, finished: Finished, candidates: Iterable[Path]) -> Carried:
    """Return a program's PDB with the place where it lies now; nothing if it has none.

    It lies beside the finished program, so that checks find it there.

    Args:
        out: dist; it remembers what was found.
        output: the program.
        finished: the program after its steps.
        candidates: what the linker left; nothing if it did not run.

    Raises:
        MissingError, UsageError, BuildError: CW0503 to CW0505.
    """
    if not output.unit.may_leave_pdb:
        return ()
    linked = finished.linked or finished.path
    name, question = _memory_name(output), out.digest(linked, output)
    answer = out.recall(name, question)
    if answer:
        one = _output(output, answer["name"])
        if out.holds(one, answer["sha256"]):
            return (_beside(one, out.place(one), finished.path, out),)
    found = _own(linked, candidates)
    if found is None:
        out.remember(name, question, {})
        return ()
    path, wanted = found
    out.remember(name, question, {"name": wanted, "sha256": files.sha256(path)})
    return (_beside(_output(output, wanted), path, finished.path, out),)


def kept(out: Dist, output: Output) -> tuple[File, ...]:
    """Return a program's PDB in dist as a file for the store; nothing if it has none."""
    if not output.unit.may_leave_pdb:
        return ()
    _, answer = out.memory.get(_memory_name(output), ("", None))
    if not answer:
        return ()
    place = out.place(_output(output, answer["name"]))
    return (File(answer["name"], Kind.DEBUG.value, place, answer["sha256"]),)


def _beside(one: Output, path: Path, program: Path, out: Dist) -> tuple[Output, Path]:
    """Give a PDB its name beside a staged program; one in dist has it, or will be given it there."""
    if program.parent == out.place(one).parent:
        return one, path
    place = program.parent / one.final.name
    if not files.is_same(path, place):
        place.unlink(missing_ok=True)
        files.link(path, place)
    return one, place


def _own(program: Path, candidates: Iterable[Path]) -> tuple[Path, str] | None:
    """Choose the file that belongs to a program; return it, and the name that the program has for it."""
    paths = tuple(candidates)
    wanted = _reference(program) if paths else None
    if wanted is None:
        return None
    from crosswind.binary import msf
    from crosswind.binary.view import FormatError, View

    for path in paths:
        try:
            found = msf.read_identity(View.of(path.read_bytes()))
        except FormatError:
            continue  # not written to its end, or no PDB: then it is not what the program names
        if (found.guid, found.age) == (wanted.guid, wanted.age):
            return path, wanted.name
    return None


def _reference(program: Path) -> _Reference | None:
    """Read what a program says of its PDB; a damaged program is verification's to tell."""
    from crosswind.binary import pe
    from crosswind.binary.view import FormatError, View

    try:
        image: PEImage = pe.read(View.of(program.read_bytes()))
        entries = [entry for entry in image.debug_entries if entry.kind == _CODE_VIEW]
    except FormatError:
        return None
    for entry in entries:
        name = re.split(r"[\\/]", entry.path)[-1]
        if entry.guid and name.lower().endswith(".pdb"):
            return _Reference(name, entry.guid, entry.age)
    return None


def _memory_name(output: Output) -> str:
    return f"pdb {output.final.as_posix()}"


def _output(program: Output, name: str) -> Output:
    return Output(program.unit, Path(), program.final.parent / name, Kind.DEBUG)
