"""Flags of go test are read as go test reads them."""

import pytest

from crosswind.errors import UsageError
from crosswind.gotest import flags

DEFAULT = "-test.timeout=10m0s"


@pytest.mark.parametrize(
    ("words", "build", "binary"),
    [
        ([], (), (DEFAULT,)),
        (["-v"], (), (DEFAULT, "-test.v=true")),
        (["--short", "-run", "A|B"], (), (DEFAULT, "-test.short=true", "-test.run=A|B")),
        (["-count=1", "-timeout", "5s"], (), ("-test.count=1", "-test.timeout=5s")),
        (["-tags=a,b", "-race=false"], ("-tags=a,b", "-race=false"), (DEFAULT,)),
        (["-args", "-v", "x"], (), (DEFAULT, "-v", "x")),
        (["-custom", "value", "-v"], (), (DEFAULT, "-custom", "value", "-test.v=true")),
        (["-test.run=X"], (), (DEFAULT, "-test.run=X")),
        (["-json"], (), ("-test.v=test2json", DEFAULT)),
    ],
)
def test_each_flag_goes_where_go_test_sends_it(words, build, binary):
    read = flags.parse(words, ["./a"], [])
    assert (read.build, read.words(detailed=False)) == (build, binary)


def test_packages_may_stand_among_the_flags():
    assert flags.parse(["./b", "./c", "-v", "x"], [], []).packages == ("./b", "./c")


def test_goflags_are_read_where_the_command_line_says_nothing():
    read = flags.parse(["-short=false"], ["./a"], ["-short", "-v", "-mod=mod"])
    assert read.words(detailed=False) == ("-test.v=true", DEFAULT, "-test.short=false")
    assert read.build == ()


def test_details_come_by_frames():
    read = flags.parse(["-v"], ["./a"], [])
    assert read.words(detailed=True) == ("-test.v=test2json", DEFAULT)
    assert read.shows_passes


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-count", "many"], "CW4030"), (["-run"], "CW4030"), (["-short=maybe"], "CW4030"),
        (["-timeout", "5"], "CW4030"), (["-v=3"], "CW4030"), (["-h"], "CW4030"),
        (["-shuffle", "x"], "CW4030"), (["-exec", "sudo"], "CW4031"), (["-c"], "CW4031"),
        (["-o", "x"], "CW4031"), (["-fuzz", "F"], "CW4031"), (["-C", "/"], "CW4031"),
    ],
)  # fmt: skip
def test_mistakes_are_refused(words, code):
    with pytest.raises(UsageError) as raised:
        flags.parse(words, ["./a"], [])
    assert raised.value.code == code
