"""Disks, memory, processors, Python and what else a host brings."""

from __future__ import annotations

import sys
from pathlib import Path

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.host import Place
from crosswind.doctor.line import Verdict, failed, fine, harmless, missing, warned

_MB = 1_000_000
# A cold build of a program that prints a line leaves 36 MB in GOCACHE per target (Go 1.26.8).
CACHE_PER_TARGET = 40 * _MB
# Large programs (helm, 60 MB) with room for debug information, for each finished file.
DIST_PER_UNIT = 100 * _MB
# The linker's output lies below the temporary folder before it is moved.
TEMPORARY = 200 * _MB
# With less than this free nothing can be linked: the smallest Go program has about 2 MB.
NOTHING = 5 * _MB
# The compiler and linker of a large program take about 1 GB.
MEMORY = 1_000 * _MB
# Programs need at least this: crosswind's own requires-python.
PYTHON = (3, 11)
# File systems whose files lie on another machine, as mountinfo names their types.
NETWORKED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "vboxsf"}
)
# Windows' MAX_PATH (Microsoft, "Maximum Path Length Limitation").
MAX_PATH = 260
# Go's work folder adds about this much to a path: \go-build0123456789\b001\exe\a.out.exe.
_ROOM_FOR_NAMES = 100
_UTF_8 = 65001


def space(facts: Facts) -> Verdict:
    """Is there room for results, Go's cache and temporary files."""
    targets = len({unit.target for unit in facts.targets.units})
    units = len(facts.targets.units)
    wanted = (
        (facts.host.dist, DIST_PER_UNIT * units),
        (facts.host.gocache, CACHE_PER_TARGET * targets),
        (facts.host.temporary, TEMPORARY),
    )
    for place, needed in wanted:
        if place.problem:
            continue
        found = f"{_size(place.free)} free for {place.role} at {place.path}"
        if place.free < NOTHING:
            return missing(found, "nothing can be built in so little", _free(place))
        if place.free < needed:
            why = f"{targets} targets may need {_size(needed)}"
            return warned(found, why, _free(place))
    parts = (f"{place.role} {_size(place.free)}" for place, _ in wanted if not place.problem)
    return fine(f"free: {', '.join(parts)}")


def _free(place: Place) -> str:
    return (
        "go clean -cache" if place.role == "GOCACHE" else f"free space on the disk of {place.path}"
    )


def results(facts: Facts) -> Verdict:
    """Can results be written."""
    place = facts.host.dist
    if facts.project.module is None:
        return harmless(str(place.path), "without go.mod nothing is built")
    if place.problem:
        return failed(
            f"{place.path}: {place.problem}", "results cannot be written", "build with -o DIR"
        )
    return fine(str(place.path))


def temporary(facts: Facts) -> Verdict:
    """Can programs be written and run in the temporary folder."""
    place = facts.host.temporary
    if place.problem:
        origin = facts.go.settings.get("GOTMPDIR").origin
        found = f"{place.path}{', from ' if origin else ''}{origin}: {place.problem}"
        return failed(found, "Go compiles and links below it", _elsewhere(facts))
    if place.noexec:
        why = "building does not run what lies there; `go test` and `go run` do, and fail"
        return harmless(f"{place.path} is mounted noexec", why, _elsewhere(facts))
    return fine(str(place.path))


def _elsewhere(facts: Facts) -> str:
    if facts.go.settings.get("GOTMPDIR").value:
        return mend.unset("GOTMPDIR", facts.go.settings, facts.host.goos)
    return mend.export("GOTMPDIR", "/path/to/a/folder", facts.host.goos)


def memory(facts: Facts) -> Verdict:
    """Is there memory for the compiler and the linker."""
    found = f"{_size(facts.host.memory)} free"
    if facts.host.memory < MEMORY:
        why = "linking a large program takes about 1 GB, and the system may end it"
        return warned(found, why, "crosswind build -p 1")
    return fine(found)


def processors(facts: Facts) -> Verdict:
    """How many processors may be used."""
    if facts.host.cpus == 1:
        return harmless("1 processor", "a build takes longer, and is otherwise the same")
    return fine(f"{facts.host.cpus} processors")


def network_disk(facts: Facts) -> Verdict:
    """Do the project or Go's cache lie on another machine's disk."""
    for place in (facts.host.gocache, facts.host.project):
        if place.filesystem in NETWORKED:
            found = f"{place.role} at {place.path} is on {place.filesystem}"
            if place.role == "GOCACHE":
                why = "Go reads and locks thousands of small files there at every build"
                return warned(
                    found, why, mend.export("GOCACHE", "/path/on/a/local/disk", facts.host.goos)
                )
            return harmless(found, "building from there is only slower")
    return fine("project and GOCACHE are on local disks")


def letter_case(facts: Facts) -> Verdict:
    """Does the project's file system tell `A` from `a`."""
    if facts.host.folds_case:
        why = "imports in wrong letters may build here and not on Linux; targets are the same"
        return harmless("the file system does not tell A from a", why)
    return fine("the file system tells A from a")


def cache(facts: Facts) -> Verdict:
    """Can crosswind write its own cache."""
    place = facts.host.cache
    if not place.problem and place.free >= NOTHING:
        return fine(str(place.path))
    why = "programs are built all the same, but what was built and read is lost after each run"
    if facts.go.fetching and not facts.go.local:
        why = "Go cannot be fetched into it"
    change = mend.export("CROSSWIND_CACHE", "/path/to/a/folder", facts.host.goos)
    return missing(f"{place.path}: {place.problem or _size(place.free) + ' free'}", why, change)


def python(facts: Facts) -> Verdict:
    """Is Python new enough."""
    version = ".".join(map(str, facts.host.python))
    if facts.host.python < PYTHON:
        return missing(version, "crosswind needs 3.11 or newer", "uv python install 3.13")
    return fine(f"{version}, {Path(sys.executable)}")


def long_paths(facts: Facts) -> Verdict:
    """Does Windows take paths of more than 260 characters."""
    if facts.host.long_paths:
        return fine("LongPathsEnabled is 1")
    length = len(str(facts.host.project.path))
    change = (
        r"New-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\FileSystem LongPathsEnabled "
        "-Value 1 -PropertyType DWORD -Force"
    )
    if length + _ROOM_FOR_NAMES < MAX_PATH:
        return harmless(
            "LongPathsEnabled is 0", f"this project's path has {length} characters", change
        )
    why = f"this project's path has {length} of {MAX_PATH} characters; git and others stop there"
    return warned("LongPathsEnabled is 0", why, change)


def console(facts: Facts) -> Verdict:
    """Does the console show UTF-8."""
    page = facts.host.code_page
    if page == _UTF_8:
        return fine("code page 65001, UTF-8")
    if not page:
        return harmless("no console", "output goes to a file or a pipe")
    why = "only what bytes look like is wrong: output of go and of programs is UTF-8"
    return harmless(f"code page {page}", why, "chcp 65001")


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
