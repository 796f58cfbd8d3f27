"""CW11xx: what the go command recorded (`go version -m`) is what was asked for.

Which settings are recorded, and when, is decided in cmd/go/internal/load/pkg.go, setBuildInfo.
"""

from __future__ import annotations

import re

from crosswind.binary.buildinfo import BuildInfo
from crosswind.binary.image import Image
from crosswind.port import ARCHS, Variant
from crosswind.target import Target
from crosswind.verify.expectation import Expectation
from crosswind.verify.fitting import recorded
from crosswind.verify.machine import fits_format
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed, skipped, warned

# internal/buildcfg/cfg.go, goarm: the floating point that each level has unless told otherwise.
_SAME_FLOAT = {"5,softfloat": "5", "6,hardfloat": "6", "7,hardfloat": "7"}
_NO_BUILD_INFO = "there is no Go build information"
_INSTRUMENTS = {
    "-race": "the race detector",
    "-msan": "the memory sanitizer",
    "-asan": "the address sanitizer",
    "-cover": "coverage counters",
}
# What GOEXPERIMENT adds to the version, after a dash if it has none (cmd/link/internal/ld/main.go).
_EXPERIMENT = re.compile(r"[ -](X:\S+)")
_EXPERIMENTS = ("GOEXPERIMENT", "GOFIPS140")


def present(subject: Subject, expected: Expectation) -> Verdict:
    """CW1101: it is a Go program, with its build information; a warning where nobody said it is."""
    build = subject.build
    if build is None:
        verdict = failed if expected != Expectation() else warned
        return verdict(
            f"{_NO_BUILD_INFO}: no Go program, or a packer or strip took it away",
            "keep the .go.buildinfo section",
        )
    settings = len(build.settings)
    return passed(f"{build.go_version}, {settings} settings, {len(build.deps)} modules")


@recorded
def go_version(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1102: built by the Go version that was asked for."""
    found = build.go_version
    plain = _EXPERIMENT.split(found)[0]
    if expected.go_version is None or plain == f"go{expected.go_version.removeprefix('go')}":
        return passed(found)
    return failed(
        f"built by {found}, not by go{expected.go_version.removeprefix('go')}", "see --go"
    )


def target(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1103: recorded GOOS and GOARCH fit the target, and the file's own header."""
    build = subject.build
    if build is None:
        return None
    goos, goarch = build.settings.get("GOOS"), build.settings.get("GOARCH")
    if not goos or not goarch:
        return skipped(f"{build.go_version} recorded no GOOS and GOARCH")
    found = Target(goos, goarch)
    if expected.target is None:
        return _fits_header(subject.image, found)
    if not fits_format(subject.image, expected.target):
        return skipped("the format is another target's already")
    wanted = Target(expected.target.goos, expected.target.goarch)
    if found == wanted:
        return passed(str(found))
    return failed(f"recorded as {found}, not {wanted}", "GOOS or GOARCH was not set")


def _fits_header(image: Image, found: Target) -> Verdict:
    if fits_format(image, found) and found.goarch in image.goarchs:
        return passed(str(found))
    return failed(
        f"recorded as {found}, but the file is {image.format} for {image.machine}",
        "the header was changed after linking",
    )


@recorded
def variant(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1104: the instruction-set level is the one asked for, else the default."""
    arch = ARCHS.get(build.settings.get("GOARCH", ""))
    if arch is None or arch.variant is None:
        return None
    name = arch.variant.variable
    # An empty setting, as GOWASM's default, is not recorded.
    found = build.settings.get(name, "" if not arch.variant.default else None)
    if found is None:
        return skipped(f"{build.go_version} recorded no {name}")
    asked = expected.target.variant if expected.target else ""
    if not asked:
        return _against_default(arch.variant, found)
    if _SAME_FLOAT.get(found, found) == _SAME_FLOAT.get(asked, asked):
        return passed(f"{name}={found}")
    return failed(f"{name}={found}, not {asked}", f"{name} was not set when it was built")


def _against_default(variant: Variant, found: str) -> Verdict:
    words = f"{variant.variable}={found or '(default)'}"
    if _above(variant, found):
        return warned(
            f"{words}: does not start on older processors",
            f"unset {variant.variable}, or ask for the target's variant by name",
        )
    return passed(words)


def _above(variant: Variant, found: str) -> bool:
    """Whether a level asks for more than the default; soft floating point asks for less."""
    order = variant.values if variant.default in variant.values else ("", *variant.values)
    base = found.partition(",")[0]
    if base == "softfloat":
        return False
    return base not in order or order.index(base) > order.index(variant.default)


@recorded
def cgo(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1105: CGO_ENABLED as asked."""
    found = build.settings.get("CGO_ENABLED")
    if found is None:
        return skipped(f"{build.go_version} recorded no CGO_ENABLED")
    if expected.cgo is None or (found == "1") is expected.cgo:
        return passed(f"CGO_ENABLED={found}")
    return failed(
        f"CGO_ENABLED={found}, but cgo was asked to be {'on' if expected.cgo else 'off'}",
        "set CGO_ENABLED; without a C compiler Go turns cgo off by itself",
    )


@recorded
def tags(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1106: build tags as asked, in any order."""
    found = tuple(filter(None, (build.settings.get("-tags") or "").split(",")))
    words = ",".join(found) or "none"
    if expected.tags is None or set(found) == set(expected.tags):
        return passed(words)
    return failed(f"tags {words}, not {','.join(expected.tags) or 'none'}", "see -tags")


@recorded
def trimpath(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1107: -trimpath as asked."""
    found = build.settings.get("-trimpath") == "true"
    words = "-trimpath" if found else "no -trimpath"
    if expected.trimpath is None or found is expected.trimpath:
        return passed(words)
    return failed(f"{words} recorded", "give -trimpath, or ask for a build without it")


@recorded
def buildmode(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1108: -buildmode as asked; `default` is recorded as `exe`, on PIE systems too."""
    found = build.settings.get("-buildmode")
    if found is None:
        return skipped(f"{build.go_version} recorded no -buildmode")
    wanted = "exe" if expected.buildmode == "default" else expected.buildmode
    if wanted is None or found == wanted:
        return passed(found)
    return failed(f"-buildmode={found}, not {wanted}", "see -buildmode")


@recorded
def program(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1109: the main package is the one asked for."""
    found = build.path
    if not found:
        return skipped("no package path is recorded: it was built without modules")
    if expected.program is None or found == expected.program:
        return passed(found)
    return failed(f"{found}, not {expected.program}", "another program has this name")


@recorded
def module(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1110: main module and version as asked."""
    main = build.main
    if main is None:
        return skipped("no main module is recorded: it was built from single files")
    words = f"{main.path} {main.version}"
    if expected.module is not None and main.path != expected.module:
        return failed(f"module {main.path}, not {expected.module}", "another module was built")
    wanted = expected.module_version
    if wanted is None or main.version == wanted:
        return passed(words)
    hint = f"`go install {main.path}@{wanted}` records it; a build in the source tree does not"
    return failed(f"{words}, not {wanted}", hint)


@recorded
def revision(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1111: built from the commit that was asked for."""
    found = build.settings.get("vcs.revision")
    if found is None:
        return skipped("no revision is recorded (-buildvcs=false, or no repository)")
    if expected.vcs_revision is None or found == expected.vcs_revision:
        return passed(f"{build.settings.get('vcs') or 'revision'} {found}")
    return failed(f"built from {found}, not {expected.vcs_revision}", "check that commit out")


@recorded
def modified(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1112: the source tree had no changes that are in no commit."""
    found = build.settings.get("vcs.modified")
    if found is None:
        return skipped("no state of the tree is recorded (-buildvcs=false, or no repository)")
    dirty = found == "true"
    words = "the source tree had uncommitted changes" if dirty else "the source tree was clean"
    hint = "commit or remove what `git status` shows, then build again"
    if expected.vcs_modified is None:
        return warned(words, hint) if dirty else passed(words)
    if expected.vcs_modified is dirty:
        return passed(words)
    return failed(words, hint if dirty else "the build ran in another tree")


@recorded
def experiments(build: BuildInfo, _expected: Expectation) -> Verdict | None:
    """CW1113: no experiment of the toolchain is on unnoticed."""
    found = [f"{name}={value}" for name in _EXPERIMENTS if (value := build.settings.get(name))]
    # The version names experiments too, for programs that record no settings.
    found = found or _EXPERIMENT.findall(build.go_version)
    if found:
        return warned(f"built with {', '.join(found)}", "unset it unless you want it")
    return passed("none")


@recorded
def instruments(build: BuildInfo, _expected: Expectation) -> Verdict | None:
    """CW1114: nothing that belongs in tests (-race, -cover, sanitizers)."""
    found = [
        f"{words} ({flag})"
        for flag, words in _INSTRUMENTS.items()
        if build.settings.get(flag) == "true"
    ]
    if found:
        return warned(
            f"holds {', '.join(found)}: slower, and larger", "leave the flag out of releases"
        )
    return passed("none")


@recorded
def pgo(build: BuildInfo, expected: Expectation) -> Verdict | None:
    """CW1115: optimised by a profile, if one was given."""
    found = build.settings.get("-pgo")
    words = f"-pgo={found}" if found else "no profile"
    if expected.pgo is None or bool(found) is expected.pgo:
        return passed(words)
    return failed(f"{words} recorded", "put default.pgo beside the main package, or see -pgo")
