"""Every flag of `go test`, and whose it is.

The source is cmd/go of Go 1.26 and 1.27: `init` in internal/test/testflag.go and `passFlagToTest` in
internal/test/flagdefs.go for the flags of tests, `AddBuildFlags` and `AddCoverFlags` in
internal/work/build.go for those of builds.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from crosswind.frozen import frozen


class Role(Enum):
    """Who takes a flag."""

    BUILD = auto()  # the go command, when it builds the test binary
    TEST = auto()  # the test binary, with `test.` before its name
    OWN = auto()  # go test itself; here it is crosswind that acts on it
    REFUSED = auto()  # it makes no sense here; `Flag.instead` says what does


class Kind(Enum):
    """What a flag's value is."""

    BOOL = auto()
    SWITCH = auto()  # may stand alone, but takes other words than true and false, too
    TEXT = auto()
    INT = auto()
    DURATION = auto()
    SHUFFLE = auto()


@frozen
class Flag:
    """One flag; `instead` says of a refused one what to do."""

    name: str
    role: Role
    kind: Kind = Kind.TEXT
    instead: str = ""

    @property
    def stands_alone(self) -> bool:
        """Whether it takes a value behind `=` only (the method IsBoolFlag)."""
        return self.kind in (Kind.BOOL, Kind.SWITCH)


def _several(role: Role, kind: Kind, names: str) -> list[Flag]:
    return [Flag(name, role, kind) for name in names.split()]


_ALL = (
    *_several(
        Role.TEST, Kind.TEXT,
        "bench benchtime blockprofile blockprofilerate coverprofile cpu cpuprofile fuzzminimizetime "
        "fuzztime list memprofile memprofilerate mutexprofile mutexprofilefraction outputdir run skip "
        "trace",
    ),
    *_several(Role.TEST, Kind.BOOL, "artifacts benchmem failfast fullpath short"),
    *_several(Role.TEST, Kind.INT, "count parallel"),
    Flag("shuffle", Role.TEST, Kind.SHUFFLE),
    Flag("timeout", Role.TEST, Kind.DURATION),
    Flag("v", Role.TEST, Kind.SWITCH),
    *_several(
        Role.BUILD, Kind.TEXT,
        "asmflags buildmode compiler covermode coverpkg debug-actiongraph debug-runtime-trace "
        "debug-trace gccgoflags gcflags installsuffix ldflags mod modfile overlay pgo pkgdir tags "
        "toolexec vet",
    ),
    *_several(
        Role.BUILD, Kind.BOOL, "a asan cover linkshared modcacherw msan race trimpath work x"
    ),
    Flag("buildvcs", Role.BUILD, Kind.SWITCH),
    Flag("p", Role.OWN, Kind.INT),
    Flag("json", Role.OWN, Kind.BOOL),
    Flag("C", Role.REFUSED, instead="crosswind -C DIR test"),
    Flag("n", Role.REFUSED, Kind.BOOL, "it would run nothing; -x shows the commands of the build"),
    Flag("c", Role.REFUSED, Kind.BOOL, "--keep DIR keeps the test binaries"),
    Flag("o", Role.REFUSED, instead="--keep DIR keeps the test binaries"),
    Flag("exec", Role.REFUSED, instead="--with RUNNER chooses what runs the test binaries"),
    Flag(
        "fuzz", Role.REFUSED,
        instead="-run 'FuzzName/' runs the seeds; to search for new inputs takes go test itself",
    ),
)  # fmt: skip

TABLE: Mapping[str, Flag] = {flag.name: flag for flag in _ALL}

# testflag.go: a flag for the test binary is known by its longer name, too.
LONG: Mapping[str, Flag] = {
    f"test.{flag.name}": flag for flag in _ALL if flag.role is Role.TEST or flag.name == "fuzz"
}

# test.go, testProfile and testNeedBinary: these name a file of one package's one run.
PROFILES = ("blockprofile", "cpuprofile", "memprofile", "mutexprofile", "trace")
# build.go, coverFlag: each of these switches coverage on.
COVERING = ("covermode", "coverpkg", "coverprofile")
# Instrumentation that needs C and a library for the target's own system and processor.
SANITIZERS = ("race", "msan", "asan")
