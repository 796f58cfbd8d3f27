"""CW1605: the PDB file that a linker made for a Windows program."""

from __future__ import annotations

import re

from crosswind.binary import msf
from crosswind.binary.pe import PEImage
from crosswind.binary.pe_tables import DebugEntry
from crosswind.binary.view import FormatError, View
from crosswind.verify.expectation import Expectation
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed

_AGAIN = "put the PDB of this build there, or build both again"


def belongs(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1605: what lies beside a program under its PDB's name is of the same link, by GUID and age."""
    entry = _entry(subject.pe)
    if entry is None:
        return failed("it names no PDB", "build again") if expected.pdb else None
    # The path is of the machine that linked it; debuggers look for its last part.
    name = re.split(r"[\\/]", entry.path)[-1]
    content = subject.beside(name) if _is_name(name) else None
    if content is None:
        if expected.pdb:
            return failed(f"{name} is not beside the program", "build again")
        return passed(f"{name}, which is not beside the program")
    problem = _problem(entry, content)
    if problem:
        return failed(f"{name} {problem}", _AGAIN)
    return passed(f"{name}, {len(content)} bytes, of this link")


def _entry(image: PEImage | None) -> DebugEntry | None:
    """Return the record that names a PDB by its GUID; older kinds name theirs by a time."""
    entries = image.debug_entries if image else ()
    return next((one for one in entries if one.kind == "CodeView" and one.path and one.guid), None)


def _is_name(name: str) -> bool:
    """Whether it is a plain file name: no file may send us elsewhere."""
    return bool(name) and name not in (".", "..") and not set(name) & set(":\0")


def _problem(entry: DebugEntry, content: View) -> str:
    """Say by what a file is not the program's; empty if it is."""
    try:
        found = msf.read_identity(content)
    except FormatError as error:
        return f"is damaged: {error.message}"
    if (found.guid, found.age) == (entry.guid, entry.age):
        return ""
    return f"is of another link: {found.guid} age {found.age}, not {entry.guid} age {entry.age}"
