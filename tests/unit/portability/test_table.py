"""Tables of names with the contexts that they exist in."""

from __future__ import annotations

import json

from crosswind.portability import declarations
from crosswind.portability.table import Table, Twice, build, twice

LINUX = b"""package p

import "syscall"

type File struct {
	syscall.Stat_t
	fd, dir int
}
type Sig = syscall.Signal

func (f *File) Sync() error { return nil }
func Only() {}
"""
OTHERS = b"""package p

type File struct{ handle uintptr }
type Sig int

func (f *File) Sync() error { return nil }
"""


def table() -> Table:
    files = [(0b0011, declarations.read(LINUX)), (0b1100, declarations.read(OTHERS))]
    return build([*files, (0b10000, declarations.read(b"package p\nfunc {"))])


def test_a_table_is_taken_back_as_it_was() -> None:
    built = table()
    assert built.unknown == 0b10000
    assert len(built.shapes["File"]) == 2
    assert Table.of_plain(json.loads(json.dumps(built.plain))) == built


def test_names_that_some_contexts_lack() -> None:
    partial = table().partial(0b1111)
    assert partial == {"Only", "Stat_t", "fd", "dir", "handle"}
    assert table().missing("Only", 0b111) == 0b100


def test_what_is_declared_thousands_of_times_is_told_once() -> None:
    many = declarations.Declarations("p", ("f",) * 20_000)
    assert list(twice([(0b11, many)])) == [Twice("f", 0b11, 0, 0)]


def test_each_file_is_told_beside_the_first_that_is_built_with_it() -> None:
    one = declarations.Declarations("p", ("f",))
    files = [(0b001, one), (0b010, one), (0b111, one), (0b100, one)]
    assert list(twice(files)) == [
        Twice("f", 0b001, 0, 2),
        Twice("f", 0b010, 1, 2),
        Twice("f", 0b100, 2, 3),
    ]
