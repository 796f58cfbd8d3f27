"""Which PDB is carried into dist, and when only a new link will do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crosswind import linker_pdb
from crosswind.artifact import Kind
from crosswind.building.dist import Dist, opened
from crosswind.building.plan import Output, Unit
from crosswind.config.settings import Settings
from crosswind.finishing import Finished
from crosswind.system import files
from crosswind.target import Target
from images import pe
from images.pdb import build

WINDOWS = Target("windows", "amd64")
UNIT = Unit("app", ".", "example.com/app", WINDOWS, Settings(), cgo=True)
OUTPUT = Output(UNIT, Path("app.exe"), Path("dist/app_windows_amd64/app.exe"), Kind.BINARY)
OWN, OTHER = build(), build(bytes(16))


def run(folder: Path, *candidates: bytes, program: bytes = b"") -> tuple[linker_pdb.Carried, bool]:
    """Carry and publish as the pipeline does; tell what was carried, and whether it is known then."""

    def work(out: Dist) -> tuple[linker_pdb.Carried, bool]:
        stage = folder / ".crosswind/work/windows_amd64"
        staged, places = stage / "app.exe", []
        files.write_atomic(staged, program or pe.build())
        for number, content in enumerate(candidates):
            places.append(stage / "pdb" / str(number) / "a.out.pdb")
            files.write_atomic(places[-1], content)
        carried = linker_pdb.carry(out, OUTPUT, Finished(staged, files.sha256(staged)), places)
        for one, path in carried:
            assert (path.parent, path.name) == (stage, "hello.pdb")
            out.publish(path, files.sha256(path), one, "app")
        known = linker_pdb.is_known(out, OUTPUT)
        out.save_memory()
        return carried, known

    with opened(folder, Path("dist"), lambda: None) as out:
        return work(out)


@pytest.mark.parametrize("candidates", [[OWN], [OTHER, b"a text", OWN]])
def test_the_programs_own_is_carried_under_the_name_it_has_there(
    candidates: list[bytes], tmp_path: Path
) -> None:
    [(one, _)], known = run(tmp_path, *candidates)
    assert known
    assert (one.kind, one.final) == (Kind.DEBUG, Path("dist/app_windows_amd64/hello.pdb"))
    place = tmp_path / "app_windows_amd64/hello.pdb"
    assert place.read_bytes() == OWN

    [(again, _)], known = run(tmp_path)  # nothing was linked, and what is there still holds
    assert known
    assert again == one

    place.unlink()
    with opened(tmp_path, Path("dist"), lambda: None) as out:
        assert not linker_pdb.is_known(out, OUTPUT)


def test_the_store_gets_the_pdb_that_was_carried(tmp_path: Path) -> None:
    run(tmp_path, OWN)
    with opened(tmp_path, Path("dist"), lambda: None) as out:
        [kept] = linker_pdb.kept(out, OUTPUT)
        assert (kept.name, kept.path.read_bytes()) == ("hello.pdb", OWN)
        assert kept.sha256 == files.sha256(kept.path)
        plain = replace(OUTPUT, unit=replace(UNIT, cgo=False))
        assert linker_pdb.kept(out, plain) == ()


@pytest.mark.parametrize("candidates", [[], [OTHER], [OWN[:100]]])
def test_that_there_is_none_is_remembered(candidates: list[bytes], tmp_path: Path) -> None:
    assert run(tmp_path, *candidates) == ((), True)


@pytest.mark.parametrize("program", [pe.build(tables=False), pe.build()[:200], b"no program"])
def test_a_program_that_names_none_takes_none(program: bytes, tmp_path: Path) -> None:
    assert run(tmp_path, OWN, program=program) == ((), True)


def test_who_can_have_none_is_never_linked_anew(tmp_path: Path) -> None:
    pure = replace(OUTPUT, unit=replace(UNIT, cgo=False))
    header = replace(OUTPUT, kind=Kind.HEADER)
    with opened(tmp_path, Path("dist"), lambda: None) as out:
        assert linker_pdb.is_known(out, pure)
        assert linker_pdb.is_known(out, header)
        assert not linker_pdb.is_known(out, OUTPUT)
