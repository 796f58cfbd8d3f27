"""Tables of names with the contexts that they exist in."""

from __future__ import annotations

import json

from crosswind.portability import declarations
from crosswind.portability.table import Table, build

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
