"""Read the flags of `go test` as it reads them itself: cmd/go/internal/test/testflag.go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.gotest import duration
from crosswind.gotest.flagtable import COVERING, LONG, PROFILES, SANITIZERS, TABLE, Flag, Kind, Role

# testflag.go: the test binary itself has no limit, so that go test gives it one.
_TIMEOUT = "10m0s"


@frozen
class Flags:
    """The flags of one `go test`, taken apart.

    Attributes:
        packages: what stands as packages among the flags.
        build: words for the build of the test binary.
        implied: words for the test binary that nobody wrote on this command line.
        explicit: the words for it that somebody wrote, in their order.
        values: the last value of each known flag.
    """

    packages: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()
    explicit: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def is_on(self, name: str) -> bool:
        """Whether a flag is switched on."""
        return self.values.get(name, "false") not in ("false", "")

    @property
    def json(self) -> bool:
        """Whether events are printed instead of text."""
        return self.is_on("json")

    @property
    def shows_passes(self) -> bool:
        """Whether the output of a test that passed is shown, too (testShowPass)."""
        return self.is_on("v") or self.is_on("list") or self._asks_for_help

    @property
    def _asks_for_help(self) -> bool:
        """testflag.go, helpLoop."""
        words = self.explicit
        before = words[: words.index("--")] if "--" in words else words
        return any(word in ("-h", "-help", "--help") for word in before)

    @property
    def timeout(self) -> float:
        """Seconds after which the test binary ends itself; 0 for no limit."""
        return max(0.0, duration.parse(self.values.get("timeout", _TIMEOUT)))

    @property
    def covers(self) -> bool:
        """Whether coverage is measured."""
        return self.is_on("cover") or any(name in self.values for name in COVERING)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The flags given that write a file of one package's run."""
        return tuple(name for name in PROFILES if self.values.get(name))

    @property
    def sanitizers(self) -> tuple[str, ...]:
        """The flags given that need C and a library of the target's own."""
        return tuple(name for name in SANITIZERS if self.is_on(name))

    @property
    def width(self) -> int:
        """How many things to do at a time, if somebody said so; else 0."""
        return int(self.values.get("p", "0"), 0)

    def words(self, *, detailed: bool) -> tuple[str, ...]:
        """Return the words for a test binary.

        Args:
            detailed: whether its output must tell each test's verdict, though nobody wants to see
                them all: then the binary frames its output as for `-json`.
        """
        if not detailed or self.json:
            return (*self.implied, *self.explicit)
        rest = [word for word in (*self.implied, *self.explicit) if not word.startswith("-test.v=")]
        return ("-test.v=test2json", *rest)


def parse(words: Sequence[str], packages: Sequence[str], goflags: Sequence[str]) -> Flags:
    """Read the words that would stand behind `go test PACKAGE...`.

    Args:
        words: the flags, the packages and the arguments of the test binary.
        packages: the packages that stand before them.
        goflags: the words of GOFLAGS.

    Raises:
        UsageError: CW4030, a flag is misspelt or has a wrong value; CW4031, one has no place here.
    """
    reader = _Reader(list(words), list(packages))
    reader.read()
    return reader.result(_from_goflags(goflags))


class _Reader:
    """The loop of `testFlags` in testflag.go."""

    def __init__(self, words: list[str], packages: list[str]) -> None:
        self._words = words
        self._packages = packages
        self._in_packages = False
        # Once something else was seen, what looks like a package is an argument.
        self._listed = bool(packages)
        self._build: list[str] = []
        self._explicit: list[str] = []
        self._values: dict[str, str] = {}

    def read(self) -> None:
        may_be_value = False
        while self._words:
            word = self._words[0]
            bare = word[1:] if word.startswith("--") else word
            could_be_value, may_be_value = may_be_value, False
            if word == "--":
                self._take_rest()
            elif bare in ("-?", "-h", "-help"):
                raise _error("asks for help", "go help testflag")
            elif len(bare) < 2 or bare[0] != "-" or bare[1] in "-=":
                self._positional(could_be_value)
            else:
                self._in_packages = False
                may_be_value = self._flag(word, bare[1:])

    def _take_rest(self) -> None:
        self._explicit += self._words
        self._words.clear()

    def _positional(self, could_be_value: bool) -> None:
        """Take a word that is no flag: a package, an unknown flag's value, or an argument."""
        if self._in_packages or not self._listed:
            self._in_packages = self._listed = True
            self._packages.append(self._words.pop(0))
        elif could_be_value:
            self._explicit.append(self._words.pop(0))
        else:
            self._take_rest()

    def _flag(self, word: str, text: str) -> bool:
        """Take a flag; return whether the next word may be the value of an unknown one."""
        name, equals, value = text.partition("=")
        self._words.pop(0)
        flag = TABLE.get(name) or LONG.get(name)
        if flag is None:
            self._listed = True
            if word in ("-args", "--args"):
                self._take_rest()
                return False
            self._explicit.append(word)
            return not equals
        if flag.stands_alone:
            value = value if equals else "true"
        elif not equals:
            if not self._words:
                raise _error(f"flag needs an argument: -{name}")
            value = self._words.pop(0)
        self._set(flag, value)
        return False

    def _set(self, flag: Flag, value: str) -> None:
        if flag.role is Role.REFUSED and value != "false":
            raise UsageError(
                "CW4031", f"go test's -{flag.name} has no place here", hint=flag.instead
            )
        value = _checked(flag, value)
        self._values[flag.name] = value
        if flag.role is Role.BUILD:
            self._build.append(f"-{flag.name}={value}")
        elif flag.role is Role.TEST:
            self._explicit.append(f"-test.{flag.name}={value}")

    def result(self, inherited: Mapping[str, str]) -> Flags:
        # What GOFLAGS says of builds the go command reads by itself.
        values = {**inherited, **self._values}
        implied = ["-test.v=test2json"] if values.get("json") == "true" else []
        implied += [
            f"-test.{name}={value}"
            for name, value in sorted(inherited.items())
            if TABLE[name].role is Role.TEST and name not in self._values
            and not (name == "v" and implied)
        ]  # fmt: skip
        if "timeout" not in values:
            implied.append(f"-test.timeout={_TIMEOUT}")
        return Flags(
            packages=tuple(self._packages),
            build=tuple(self._build),
            implied=tuple(implied),
            explicit=tuple(self._explicit),
            values=values,
        )


def _from_goflags(words: Iterable[str]) -> dict[str, str]:
    """Read the flags of GOFLAGS that are of tests; it holds others, too (base/goflags.go)."""
    values: dict[str, str] = {}
    for word in words:
        name, equals, value = word.lstrip("-").partition("=")
        flag = TABLE.get(name) or LONG.get(name)
        if flag and flag.role is not Role.REFUSED and (equals or flag.stands_alone):
            values[flag.name] = _checked(flag, value if equals else "true")
    return values


_TRUE = ("1", "t", "T", "true", "TRUE", "True")
_FALSE = ("0", "f", "F", "false", "FALSE", "False")
# strconv.ParseInt with base 0, and in base 10.
_INT = re.compile(r"[+-]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9]\d*|0)")
_DECIMAL = re.compile(r"[+-]?\d+")


def _checked(flag: Flag, value: str) -> str:
    """Return a value as Go's flags print it; what only the go command reads, it checks."""
    name = flag.name
    if flag.kind is Kind.BOOL or (name == "v" and value in (*_TRUE, *_FALSE)):
        if value not in (*_TRUE, *_FALSE):
            raise _error(f'invalid boolean value "{value}" for -{name}')
        return "true" if value in _TRUE else "false"
    if name == "v" and value != "test2json":
        raise _error(f'invalid value "{value}" for -v')
    if flag.kind is Kind.INT:
        if not _INT.fullmatch(value):
            raise _error(f'invalid value "{value}" for flag -{name}: parse error')
        return str(_integer(value))
    if flag.kind is Kind.DURATION:
        try:
            duration.parse(value)
        except ValueError:
            raise _error(f'invalid value "{value}" for flag -{name}: no duration') from None
    if flag.kind is Kind.SHUFFLE and value not in ("on", "off") and not _DECIMAL.fullmatch(value):
        raise _error(f'-shuffle argument must be "on", "off", or an int64, not "{value}"')
    return value


def _integer(text: str) -> int:
    """Read an integer; a leading 0 means octal in Go, and nothing in Python."""
    digits = text.lstrip("+-")
    is_octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    value = int(digits, 8) if is_octal else int(digits, 0)
    return -value if text.startswith("-") else value


def _error(message: str, hint: str = "go help testflag; go help test") -> UsageError:
    return UsageError("CW4030", message, subject="flags of go test", hint=hint)
