"""Programs on disk: replaced whole or not at all."""

from __future__ import annotations

import pytest

from crosswind.errors import BuildError
from crosswind.resource.program import Kind, kind, patch_file
from crosswind.resource.sources import Context, load
from crosswind.windows.resource import ResourceTree
from images import pe
from images.resources import sample


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "tool.exe"
    path.write_bytes(pe.build(tables=False))
    return path


def test_a_program_is_replaced_in_place_and_keeps_its_mode(program):
    program.chmod(0o750)
    before = program.read_bytes()
    done = patch_file(program, sample())
    assert done.changed
    assert program.stat().st_mode & 0o777 == 0o750
    assert load([program], Context()) == sample()
    patch_file(program, ResourceTree())
    assert program.read_bytes() == before


def test_what_does_not_change_is_not_written(program):
    patch_file(program, sample())
    number = program.stat().st_ino
    assert not patch_file(program, sample()).changed
    assert program.stat().st_ino == number


def test_another_place_leaves_the_program_alone(program, tmp_path):
    before = program.read_bytes()
    done = patch_file(program, sample(), out=tmp_path / "new" / "tool.exe")
    assert program.read_bytes() == before
    assert done.path.stat().st_size == done.size


def test_a_link_stays_a_link(program, tmp_path):
    link = tmp_path / "link.exe"
    link.symlink_to(program)
    patch_file(link, sample())
    assert link.is_symlink()
    assert load([program], Context()) == sample()


def test_errors_name_the_file_and_leave_it(program):
    program.write_bytes(pe.build(certificate=b"PKCS"))
    before = program.read_bytes()
    with pytest.raises(BuildError) as caught:
        patch_file(program, sample())
    assert (caught.value.code, caught.value.subject) == ("CW0713", str(program))
    program.write_bytes(before[:0x300])
    with pytest.raises(BuildError) as caught:
        patch_file(program, sample())
    assert (caught.value.code, caught.value.subject) == ("CW0703", f"{program}:0x300")


def test_what_a_program_is_stands_in_its_header(program):
    assert kind(program) == Kind("amd64", library=False)
    program.write_bytes(pe.build(machine=0x1234, characteristics=0x2022))
    assert kind(program) == Kind("", library=True)
