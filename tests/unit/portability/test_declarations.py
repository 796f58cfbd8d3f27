"""What a file declares at package scope."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crosswind.portability import declarations
from crosswind.portability.declarations import Declarations, Shape

SOURCE = b"""package p

import (
	sys "syscall"
	"example.com/other"
)

const (
	A, B = iota, 1 << 40
	// A comment between them.
	C, _
)

var x, y int = 1, 2
var (
	// z comes behind a comment.
	z = func() int { inner := 1; return inner }()
)

type (
	T[K comparable, V any] struct {
		a, b int `tag`
		sys.Errno
		*Embedded
		G[int]
	}
	U = other.Name
	M map[string]int
	F func()
	P T[int, int]
)

func init()          {}
func (t *T[K, V]) Do() {}
func (sys) Do()      {}
func Gen[E any](e E) {}
"""


def test_names_of_every_kind() -> None:
    said = declarations.read(SOURCE)
    assert said.package == "p"
    assert said.names == (*"ABCxyzTUMFP", "Gen")
    assert said.methods == ("T.Do", "sys.Do")
    assert not said.damaged


def test_long_lists_of_names() -> None:
    names = [f"x{number}" for number in range(100)]
    said = declarations.read(
        f"package p\nvar {', '.join(names)} int\ntype T struct {{{', '.join(names)} int}}".encode()
    )
    assert said.names == (*names, "T")
    assert said.shapes["T"] == Shape("struct", tuple(names))


def test_shapes_of_types() -> None:
    assert declarations.read(SOURCE).shapes == {
        "T": Shape(
            "struct",
            ("a", "b", "Errno", "Embedded", "G"),
            (("syscall", "Errno"), ("", "Embedded"), ("", "G")),
        ),
        "U": Shape("alias", (), (("example.com/other", "Name"),)),
        "M": Shape("container"),
        "F": Shape("plain"),
        "P": Shape("defined", (), (("", "T"),)),
    }


def test_positions_count_bytes_as_go_does() -> None:
    text = "package p\n\nvar \xe9, b = 1, 2\n\nfunc (*T) M() {}\n".encode()
    assert declarations.positions(text)["b"] == [(3, 9)]
    assert declarations.positions(text)["T.M"] == [(5, 11)]


def test_a_file_that_cannot_be_read_in_full_is_damaged() -> None:
    assert declarations.read(b"package p\nfunc {").damaged


def test_plain_form_goes_there_and_back() -> None:
    said = declarations.read(SOURCE)
    assert Declarations.of_plain(said.plain) == said


@given(st.binary(max_size=200))
def test_no_input_raises(data: bytes) -> None:
    declarations.read(b"package p\n" + data)
    declarations.read(data)
