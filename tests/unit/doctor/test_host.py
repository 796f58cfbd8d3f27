"""Decisions on hosts that are not at hand: Macs, Windows, small, old and distant ones."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.doctor.checks import git, go, host, runners, targets, variables
from crosswind.doctor.examination import judge
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.host import folds_case, go_cache, has_attribute, mounted, place
from crosswind.doctor.registry import CHECKS
from crosswind.errors import ExitCode
from crosswind.finding import Status
from crosswind.target import Target
from crosswind.toolchain import Settings, Source, Zig

from .conftest import GO, Change

MB = 1_000_000


def test_the_clean_facts_are_clean(clean: Facts) -> None:
    assert {line.verdict.status for line in judge(clean)} == {Status.PASS}


@pytest.mark.parametrize(("goos", "count"), [("linux", 0), ("darwin", 2), ("windows", 2)])
def test_lines_of_one_system_are_shown_there_only(but: Change, goos: str, count: int) -> None:
    everywhere = sum(not entry.only for entry in CHECKS)
    lines = judge(but(host={"goos": goos, "long_paths": True, "code_page": 65001}))
    assert len(lines) == everywhere + count


def on_a_mac(but: Change, goarch: str, quarantined: bool = False) -> Facts:
    theirs = replace(GO, host=Target("darwin", goarch))
    return but(
        host={"goos": "darwin", "goarch": "arm64"},
        go={"local": theirs, "on_path": theirs, "chosen": theirs, "quarantined": quarantined},
    )


def test_an_intel_go_on_an_apple_silicon_mac(but: Change) -> None:
    verdict = go.translated(on_a_mac(but, "amd64"))
    assert verdict.status is Status.WARN
    assert verdict.found == "this Go is for amd64, this Mac for arm64"
    assert go.translated(on_a_mac(but, "arm64")).status is Status.PASS


def test_zig_is_here_or_fetched_when_needed(but: Change) -> None:
    here = Zig("0.17.1", Path("/zig"), Source.WHEEL, Target("linux", "amd64"), "sha256:x")
    verdict = targets.zig(but(host={"zig": here}))
    assert (verdict.found, verdict.matters) == ("Zig 0.17.1 for linux/amd64", True)
    verdict = targets.zig(but())
    assert (verdict.matters, verdict.mend) == (False, "crosswind toolchain install zig")
    verdict = targets.zig(but(host={"zig_pinned": False, "goos": "freebsd"}))
    assert (verdict.matters, verdict.mend) == (False, "")
    assert "freebsd/amd64" in verdict.why


def test_a_go_in_quarantine(but: Change) -> None:
    verdict = go.quarantine(on_a_mac(but, "arm64", quarantined=True))
    assert verdict.status is Status.WARN
    assert verdict.mend == "xattr -dr com.apple.quarantine /usr/local/go"
    assert go.quarantine(on_a_mac(but, "arm64")).status is Status.PASS


def test_an_extended_attribute_is_found(tmp_path: Path) -> None:
    file = tmp_path / "go"
    file.write_bytes(b"")
    # Linux has the same call; names of users' attributes begin with `user.` there. The value is
    # one that macOS writes: flags, time, program, identifier.
    name = "user.com.apple.quarantine"
    if os.name != "posix":
        return
    assert not has_attribute(file, name)
    # Python itself can write attributes on Linux only.
    if not hasattr(os, "setxattr"):
        return
    os.setxattr(file, name, b"0081;65a1b2c3;Safari;7E1B6A3C-0000-0000-0000-000000000000")
    assert has_attribute(file, name)
    assert not has_attribute(tmp_path / "absent", name)


def windows(but: Change, *, long_paths: bool, path: str = r"C:\app", code_page: int = 437) -> Facts:
    facts = but(host={"goos": "windows", "long_paths": long_paths, "code_page": code_page})
    return replace(
        facts,
        host=replace(facts.host, project=replace(facts.host.project, path=Path(path))),
    )


def test_long_paths_on_windows(but: Change) -> None:
    assert host.long_paths(windows(but, long_paths=True)).found == "LongPathsEnabled is 1"
    short = host.long_paths(windows(but, long_paths=False))
    assert (short.status, short.matters) == (Status.PASS, False)
    deep = host.long_paths(windows(but, long_paths=False, path="C:\\" + "x" * 200))
    assert deep.status is Status.WARN
    assert "203 of 260" in deep.why


@pytest.mark.parametrize(
    ("page", "matters", "mend"), [(65001, True, ""), (850, False, "chcp 65001"), (0, False, "")]
)
def test_the_windows_console(but: Change, page: int, matters: bool, mend: str) -> None:
    verdict = host.console(windows(but, long_paths=True, code_page=page))
    assert (verdict.status, verdict.matters, verdict.mend) == (Status.PASS, matters, mend)


def test_mends_are_in_the_words_of_powershell(but: Change, clean: Facts) -> None:
    facts = but(
        host={"goos": "windows"},
        go={"settings": replace(clean.go.settings, env={"GO111MODULE": "off"})},
    )
    assert variables.module_mode(facts).mend == "Remove-Item Env:GO111MODULE"


@pytest.mark.parametrize(
    ("role", "free", "status"),
    [
        ("dist", 101 * MB, Status.PASS),
        ("dist", 99 * MB, Status.WARN),
        ("dist", 4 * MB, Status.FAIL),
        ("gocache", 41 * MB, Status.PASS),
        ("gocache", 39 * MB, Status.WARN),
        ("temporary", 199 * MB, Status.WARN),
        ("temporary", 0, Status.FAIL),
    ],
)
def test_disk_space(clean: Facts, but: Change, role: str, free: int, status: Status) -> None:
    facts = but(host={role: replace(getattr(clean.host, role), free=free)})
    assert host.space(facts).status is status


def test_memory_and_processors(but: Change) -> None:
    low = host.memory(but(host={"memory": 600 * MB}))
    assert (low.status, low.mend) == (Status.WARN, "crosswind build -p 1")
    one = host.processors(but(host={"cpus": 1}))
    assert (one.status, one.matters) == (Status.PASS, False)


def test_an_old_python(but: Change) -> None:
    assert host.python(but(host={"python": (3, 10, 12)})).status is Status.FAIL


def test_disks_of_other_machines(clean: Facts, but: Change) -> None:
    distant = replace(clean.host.gocache, filesystem="nfs4")
    assert host.network_disk(but(host={"gocache": distant})).status is Status.WARN
    verdict = host.network_disk(
        but(host={"project": replace(clean.host.project, filesystem="cifs")})
    )
    assert (verdict.status, verdict.matters) == (Status.PASS, False)


def test_a_cache_that_cannot_be_kept(clean: Facts, but: Change) -> None:
    shut = replace(clean.host.cache, problem="/data takes no files (Read-only file system)")
    verdict = host.cache(but(host={"cache": shut}))
    assert (verdict.status, verdict.exit_code) == (Status.FAIL, ExitCode.MISSING)
    assert shut.problem in verdict.found
    assert "CROSSWIND_CACHE" in verdict.mend
    assert "Go" not in verdict.why
    without_go = but(
        host={"cache": shut}, go={"local": None, "chosen": None, "fetching": "go1.27.3"}
    )
    assert "Go cannot be fetched" in host.cache(without_go).why


def test_a_cache_on_a_disk_that_is_nearly_full(clean: Facts, but: Change) -> None:
    full = replace(clean.host.cache, free=4 * MB)
    assert host.cache(but(host={"cache": full})).exit_code is ExitCode.MISSING
    assert host.cache(but(host={"cache": replace(full, free=6 * MB)})).status is Status.PASS


def test_a_file_system_that_folds_case(but: Change, tmp_path: Path) -> None:
    assert not host.letter_case(but(host={"folds_case": True})).matters
    (tmp_path / "go.mod").write_text("")
    assert not folds_case(tmp_path)


# Lines of /proc/self/mountinfo on a Debian host: a disk, a share with a space in its name, a tmpfs.
MOUNTINFO = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
91 22 0:51 / /mnt/team\040share rw,relatime shared:30 - nfs4 filer:/team rw,vers=4.2
95 22 0:60 / /tmp rw,nosuid,noexec - tmpfs none rw,size=64m
"""


def test_mounts_are_read() -> None:
    assert mounted(MOUNTINFO) == {
        Path("/"): "ext4",
        Path("/mnt/team share"): "nfs4",
        Path("/tmp"): "tmpfs",
    }
    assert mounted("nonsense\n22 1 - \n") == {}


def test_a_place_below_a_file_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = place("x", tmp_path / "file" / "below", {Path("/"): "ext4"})
    assert found.problem == f"{tmp_path / 'file'} is not a directory"
    assert found.filesystem == "ext4"
    assert not place("x", tmp_path / "not" / "yet", {}).problem


@pytest.mark.parametrize(
    ("goos", "env", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.cache/go-build"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "/c/go-build"),
        ("darwin", {"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "/h/Library/Caches/go-build"),
        ("windows", {"LOCALAPPDATA": "L"}, "L/go-build"),
        ("linux", {"GOCACHE": "/g"}, "/g"),
        ("linux", {}, None),
    ],
)
def test_where_go_keeps_its_cache(goos: str, env: dict[str, str], expected: str | None) -> None:
    found = go_cache(Settings(env, None, {}, {}), goos)
    assert found == (Path(expected) if expected else None)


@pytest.mark.parametrize(
    ("installer", "mend"),
    [
        ("apt-get", "apt-get install wine64"),
        ("dnf", "dnf install wine"),
        ("pacman", "pacman -S wine"),
        ("brew", "install wine"),
        ("", "install wine"),
    ],
)
def test_each_package_manager_has_its_words(but: Change, installer: str, mend: str) -> None:
    facts = but(host={"installer": installer}, targets={"runners": {"windows/amd64": ""}})
    verdict = runners.wine(facts)
    assert (verdict.mend, verdict.matters) == (mend, False)


def test_the_emulator_is_offered_where_it_is_of_use(clean: Facts, but: Change) -> None:
    verdict = runners.emulator(clean)
    assert (verdict.mend, verdict.matters) == ("pip install 'crosswind[emulator]'", False)
    assert runners.emulator(but(targets={"emulator": "emulator unicorn 2.1.4"})).mend == ""
    theirs = replace(GO, host=Target("windows", "amd64"))
    assert runners.emulator(but(go={"chosen": theirs})).mend == ""


def test_qemu_runs_linux_programs_on_linux_only(but: Change) -> None:
    facts = on_a_mac(but, "arm64")
    assert not runners.qemu(facts).matters


@pytest.mark.parametrize(("ahead", "status"), [(60, Status.PASS), (3600, Status.WARN)])
def test_clocks_may_differ_a_little(clean: Facts, but: Change, ahead: int, status: Status) -> None:
    facts = but(git={"time": int(clean.host.now) + ahead})
    assert git.clock(facts).status is status
