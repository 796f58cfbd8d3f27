"""The PDB beside a Windows program: there, absent, of another link, no file at all."""

from __future__ import annotations

import pytest

from crosswind.binary import detect
from crosswind.binary.view import View
from crosswind.finding import Status
from crosswind.verify import Expectation, pdb
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict
from images import elf, pe
from images.pdb import build

PATH = rb"C:\build\hello.pdb"
# What the made program names: this GUID, and age 3.
OWN, OTHER = build(), build(bytes(16))


def judge(program: bytes, there: dict[str, bytes], *, made: bool | None = None) -> Verdict | None:
    def beside(place: str) -> View | None:
        return View.of(there[place]) if place in there else None

    view = View.of(program)
    return pdb.belongs(Subject("app", view, detect.read(view), beside), Expectation(pdb=made))


@pytest.mark.parametrize(
    ("there", "made", "status", "message"),
    [
        ({"hello.pdb": OWN}, True, Status.PASS, f"hello.pdb, {len(OWN)} bytes, of this link"),
        ({"hello.pdb": OTHER}, None, Status.FAIL, "of another link: 00000000-"),
        ({"hello.pdb": b"a text"}, None, Status.FAIL, "hello.pdb is damaged: not a PDB file"),
        ({}, None, Status.PASS, "hello.pdb, which is not beside the program"),
        ({}, True, Status.FAIL, "hello.pdb is not beside the program"),
    ],
)
def test_what_lies_beside_a_program(
    there: dict[str, bytes], made: bool | None, status: Status, message: str
) -> None:
    verdict = judge(pe.build(), there, made=made)
    assert verdict
    assert verdict.status is status
    assert message in verdict.message


@pytest.mark.parametrize("name", ["", ".", "..", "a:b"])
def test_no_program_sends_us_elsewhere(name: str) -> None:
    program = pe.build().replace(PATH, rb"C:\build\%s" % name.encode() + bytes(9 - len(name)))
    verdict = judge(program, {name: OWN})
    assert verdict
    assert verdict.status is Status.PASS
    assert "not beside" in verdict.message


def test_a_program_that_names_none() -> None:
    assert judge(elf.build(), {}) is None
    verdict = judge(elf.build(), {}, made=True)
    assert verdict
    assert verdict.status is Status.FAIL
