"""The variables that the go command and its tools read, wherever they are set.

cmd/go/internal/cfg/cfg.go, Getenv: the environment, the file of `go env -w`, GOROOT/go.env. Whatever
begins with `GO` counts, known or not: compilers have more of them than are documented
(cmd/go/internal/work/exec.go, buildActionID: GOCLOBBERDEADHASH, GOSSAFUNC, GOCOMPILEDEBUG).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from crosswind.building.key.model import Doubt, Part
from crosswind.port import ARCHS
from crosswind.target import Target
from crosswind.toolchain import Settings

# Where modules come from and what is asked about them: which these are stands in go.mod and go.sum.
# Where go keeps things, and how it is switched: GOTOOLCHAIN is `local` for every command.
_NO_MATTER = frozenset(
    (
        "GOAUTH", "GOBIN", "GOCACHE", "GOCACHEPROG", "GOENV", "GOINSECURE", "GOMODCACHE", "GONOPROXY",
        "GONOSUMDB", "GONOSUMCHECK", "GOPATH", "GOPRIVATE", "GOPROXY", "GOROOT", "GOSUMDB", "GOTELEMETRY",
        "GOTELEMETRYDIR", "GOTMPDIR", "GOTOOLCHAIN", "GOVCS",
    )
)  # fmt: skip
# internal/cfg/cfg.go, KnownEnv: what these hold is no secret.
_SHOWN = frozenset(
    (
        "GO111MODULE", "GOEXPERIMENT", "GOFIPS140", "GOFLAGS", "GOWORK", "GODEBUG", "GO_EXTLINK_ENABLED",
        "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOEXE", "GOHOSTOS", "GOHOSTARCH",
    )
)  # fmt: skip
# These are told by the target.
_OF_TARGET = frozenset(
    ("GOOS", "GOARCH", *(a.variant.variable for a in ARCHS.values() if a.variant))
)
# Set for a target alone these lead its go command to another Go, or to other settings (cfg.go, EnvFile).
_ELSEWHERE = frozenset(
    (
        "GOROOT", "GOTOOLCHAIN", "GOENV", "HOME", "USERPROFILE", "XDG_CONFIG_HOME", "AppData",
        "APPDATA",
    )
)  # fmt: skip
# What C compilers, linkers and pkg-config read (gcc(1) and clang(1), "Environment").
OF_C = (
    "AR", "CC", "CXX", "FC", "GCCGO", "PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR",
    "PKG_CONFIG_SYSROOT_DIR", "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH",
    "LIBRARY_PATH", "GCC_EXEC_PREFIX", "COMPILER_PATH", "SDKROOT", "MACOSX_DEPLOYMENT_TARGET",
    "IPHONEOS_DEPLOYMENT_TARGET", "SOURCE_DATE_EPOCH", "ZERO_AR_DATE", "CCC_OVERRIDE_OPTIONS",
    "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES",
)  # fmt: skip


def check(own: Iterable[str]) -> None:
    """Look at the variables that are set for a target alone.

    Raises:
        Doubt: one leads to another Go, other settings or another repository.
    """
    for name in own:
        if name in _ELSEWHERE or name.startswith("GIT_"):
            raise Doubt(f"{name} is set for a target alone")


def part(settings: Settings, target: Target, *, c: bool) -> Part:
    """Return the variables that can matter for a target, by name.

    Args:
        settings: the environment of the go command, and its files.
        target: what is built.
        c: whether a C compiler or linker takes part.
    """
    names = {name for where in _places(settings) for name in where if _counts(name, c=c)}
    found = {f"variable {name}": _value(settings, name) for name in names}
    return Part("environment", {**found, **_of_target(settings, target)})


def _value(settings: Settings, name: str) -> str:
    """Return a value; of a variable that is not Go's only the digest, since it may be a secret."""
    value = settings.get(name).value
    if name in _SHOWN or name.startswith("CGO_") or name in OF_C:
        return value
    return hashlib.sha256(value.encode(errors="surrogateescape")).hexdigest()


def _places(settings: Settings) -> tuple[Mapping[str, str], ...]:
    return settings.env, settings.user, settings.distribution


def _counts(name: str, *, c: bool) -> bool:
    if name.startswith("GO"):
        return name not in _NO_MATTER and name not in _OF_TARGET
    return c and (name.startswith("CGO_") or name in OF_C)


def _of_target(settings: Settings, target: Target) -> dict[str, str]:
    """Return what selects the target; of the instruction sets only its own."""
    arch = ARCHS.get(target.goarch)
    variable = arch.variant.variable if arch and arch.variant else ""
    found = {"GOOS": target.goos, "GOARCH": target.goarch}
    if variable:
        found[variable] = settings.get(variable).value
    return found
