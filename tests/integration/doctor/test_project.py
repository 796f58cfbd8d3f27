"""Flags of the configuration, module files and the host's folders, each broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import powerless
from crosswind.doctor import Verdict
from crosswind.doctor.facts import host
from crosswind.errors import ExitCode
from crosswind.finding import Status

from .conftest import Project


def configure(project: Project, text: str) -> Project:
    project.write("crosswind.yaml", f"targets: [linux/amd64]\n{text}\n")
    project.commit()
    return project


def test_no_main_package(project: Project) -> None:
    project.write("main.go", "package app\n")
    project.commit()
    assert project.bad() == {"CW2407"}
    assert project.examine().exit_code is ExitCode.USAGE
    assert project.command("-q", "build").returncode == ExitCode.USAGE


def test_a_program_of_another_system_only(project: Project) -> None:
    project.write("main.go", "//go:build plan9\n\npackage main\n\nfunc main() {}\n")
    project.commit()
    assert project.bad() == set()
    assert project.verdict("CW2407").status is Status.SKIP
    assert project.verdict("CW2407", "plan9/386").found == "example.com/app"


# Settings, the code that speaks of them, and whether a build would fail.
FLAGS = [
    ("flags: [-a]", "CW2305", Status.WARN),
    ("flags: [-i]", "CW2306", Status.FAIL),
    ("flags: [-installsuffix, cgo]", "CW2307", Status.WARN),
    ("flags: [-installsuffix=cgo]", "CW2307", Status.WARN),
    ("ldflags: ['-s -w -extldflags=-static']", "CW2308", Status.WARN),
    ("""ldflags: ["-extldflags '-static -lm'"]""", "CW2308", Status.WARN),
    ("ldflags: ['-linkmode external']", "CW2309", Status.FAIL),
    ("ldflags: ['-linkmode=external']", "CW2309", Status.FAIL),
    ("flags: [-race]", "CW2310", Status.FAIL),
    ("mod: mod", "CW2302", Status.WARN),
    ("overrides: [{targets: [linux/*], flags: [-a]}]", "CW2305", Status.WARN),
]


@pytest.mark.parametrize(("text", "code", "status"), FLAGS)
def test_a_flag_of_the_configuration(
    project: Project, text: str, code: str, status: Status
) -> None:
    configure(project, text)
    assert project.bad() == {code}
    verdict = project.verdict(code)
    assert verdict.status is status
    assert "crosswind.yaml:2" in verdict.mend


@pytest.mark.parametrize("text", [row[0] for row in FLAGS if row[2] is Status.FAIL])
def test_go_refuses_what_doctor_fails(project: Project, text: str) -> None:
    configure(project, text)
    assert project.command("-q", "build").returncode == ExitCode.FAILED


def test_installsuffix_gives_the_same_bytes(project: Project) -> None:
    def built(*flags: str) -> bytes:
        subprocess.run(
            ["go", "build", *flags, "-o", "dist/x", "."],
            cwd=project.directory, env={**project.env, "CGO_ENABLED": "0"}, check=True,
        )  # fmt: skip
        return (project.directory / "dist/x").read_bytes()

    assert built() == built("-installsuffix=cgo")


def test_flags_of_goflags_that_the_project_overrules(project: Project) -> None:
    configure(project, "tags: [mine]")
    assert project.having(GOFLAGS="-tags=theirs").bad() == set()
    assert project.having(GOFLAGS="-tags=theirs -gcflags=-N").bad() == {"CW2304"}


def test_linker_flags_in_goflags(project: Project) -> None:
    configure(project, "")
    broken = project.having(GOFLAGS="'-ldflags=-extldflags -static'")
    assert broken.bad() == {"CW2304", "CW2308"}
    assert broken.after(broken.verdict("CW2308").mend).bad() == set()


def test_a_configuration_with_a_mistake(project: Project) -> None:
    configure(project, "flgs: [-a]")
    assert project.bad() == {"CW2401"}
    assert project.verdict("CW2401").found.startswith("crosswind.yaml:2:1: ")
    assert project.examine().exit_code is ExitCode.USAGE


def test_no_module(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    nowhere = Project(elsewhere, project.env)
    assert nowhere.bad() == {"CW2402"}
    assert nowhere.examine().exit_code is ExitCode.USAGE
    assert {line.verdict.status for line in nowhere.examine().lines} == {Status.PASS, Status.FAIL}


def test_a_go_mod_that_go_cannot_read(project: Project) -> None:
    project.write("go.mod", "module example.com/app\n\ngo 1.21\n\nrequre x v1\n")
    project.commit()
    assert project.bad() == {"CW2405"}
    assert "unknown directive: requre" in project.verdict("CW2405").found


def test_an_import_that_is_not_there(project: Project) -> None:
    project.write("more.go", 'package main\n\nimport _ "example.com/app/gone"\n')
    project.commit()
    assert project.bad() == {"CW2405"}
    assert "example.com/app/gone" in project.verdict("CW2405").found


@pytest.mark.parametrize("used", [True, False])
def test_a_workspace_from_above(project: Project, tmp_path: Path, used: bool) -> None:
    other = Project(tmp_path / "other", project.env)
    other.write("go.mod", "module example.com/other\n\ngo 1.21\n")
    folders = "./other\n\t'./a project'" if used else "./other"
    (tmp_path / "go.work").write_text(f"go 1.21\n\nuse (\n\t{folders}\n)\n".replace("'", '"'))
    assert project.bad() == {"CW2403"}
    verdict = project.verdict("CW2403")
    assert verdict.status is (Status.WARN if used else Status.FAIL)
    assert project.having(GOWORK="off").bad() == set()
    if not used:
        assert project.after(verdict.mend).verdict("CW2403").status is Status.WARN


def test_a_workspace_of_the_project(project: Project) -> None:
    project.write("go.work", "go 1.21\n\nuse .\n")
    project.commit()
    assert project.bad() == set()
    assert project.verdict("CW2403").why == "the project's own"


def test_the_folder_of_a_workspace_is_no_module(project: Project, tmp_path: Path) -> None:
    (tmp_path / "go.work").write_text('go 1.21\n\nuse "./a project"\n')
    above = Project(tmp_path, project.env)
    assert above.bad() == set()
    (tmp_path / "beside").mkdir()
    above = Project(tmp_path / "beside", project.env)
    assert above.bad() == {"CW2405"}
    assert above.verdict("CW2405").mend == f"crosswind -C '{project.directory}' doctor"


def test_gowork_leads_nowhere(project: Project) -> None:
    broken = project.having(GOWORK="/nonexistent/go.work")
    assert "CW2403" in broken.bad()
    assert broken.after(broken.verdict("CW2403").mend).bad() == set()


def test_no_go_sum(dependent: Project) -> None:
    (dependent.directory / "go.sum").unlink()
    dependent.commit()
    assert dependent.bad() == {"CW2404"}
    assert "there is no go.sum" in dependent.verdict("CW2404").found
    tidied = dependent.having(GOSUMDB="off", GOFLAGS="-modcacherw").after("go mod tidy")
    assert tidied.verdict("CW2404").status is Status.PASS


def test_a_go_sum_with_gaps(dependent: Project) -> None:
    lines = (dependent.directory / "go.sum").read_text().splitlines()
    dependent.write("go.sum", "".join(f"{line}\n" for line in lines if "example.org" not in line))
    dependent.commit()
    assert dependent.bad() == {"CW2404"}
    assert "go.sum lacks some" in dependent.verdict("CW2404").found


def test_a_vendor_folder_that_is_behind(dependent: Project) -> None:
    vendored = dependent.after("go mod vendor")
    vendored.commit()
    assert vendored.bad() == set()
    text = (dependent.directory / "go.mod").read_text()
    vendored.write("go.mod", text.replace("one v1.0.0", "one v1.1.0"))
    vendored.commit()
    assert vendored.bad() == {"CW2406"}
    assert "example.org/one@v1.1.0" in vendored.verdict("CW2406").found
    vendored.write("go.mod", text)
    assert vendored.after("go mod vendor").verdict("CW2406").status is Status.PASS


def test_vendor_is_asked_for_and_not_there(dependent: Project) -> None:
    broken = dependent.having(GOFLAGS="-mod=vendor")
    assert broken.bad() == {"CW2302"}
    mended = broken.after(broken.verdict("CW2302").mend)
    mended.commit()
    assert mended.bad() == set()


def in_place_of_a_folder(project: Project, name: str) -> Path:
    return project.write(name, "a file, not a folder\n")


def test_results_cannot_be_written(project: Project) -> None:
    configure(project, "dist: out")
    project.write(".gitignore", "/out\n")
    project.commit()
    in_place_of_a_folder(project, "out")
    assert project.bad() == {"CW2702"}
    (project.directory / "out").unlink()
    assert project.bad() == set()


MOUNTS = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounts, as root on Linux"
)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk without space."""
    place = tmp_path / "full"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", str(place)], check=True)
    (place / "all").write_bytes(bytes(4096))
    yield place
    subprocess.run(["umount", str(place)], check=True)


def cannot_keep(project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor says so with the way out, and status 3; a build works all the same, and names the way."""
    monkeypatch.setenv("CROSSWIND_CACHE", str(cache))
    there = project.having(CROSSWIND_CACHE=str(cache))
    assert there.bad() == {"CW2708"}
    told = there.command("doctor", "-q")
    assert told.returncode == ExitCode.MISSING, told.stderr
    mend = next(line for line in told.stdout.splitlines() if "mend:" in line)
    assert mend.split()[1:] == ["export", 'CROSSWIND_CACHE="/path/to/a/folder"']
    built = there.command("build", "-t", "host")
    assert built.returncode == 0, built.stderr
    assert "warning[CW5040]" in built.stderr
    assert "CROSSWIND_CACHE" in built.stderr


def test_a_cache_below_a_file(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    cannot_keep(project, tmp_path / "file" / "cache", monkeypatch)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_cache_where_only_permissions_allow_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cannot_keep(project, Path("/proc/cache"), monkeypatch)


@MOUNTS
def test_a_cache_on_a_full_disk(
    project: Project, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cannot_keep(project, full / "cache", monkeypatch)


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Path]:
    """A folder that is mounted read-only: permissions alone would not stop root."""
    place = tmp_path / "shut"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(place)], check=True)
    yield place
    subprocess.run(["umount", str(place)], check=True)


@MOUNTS
def test_a_cache_that_is_read_only(
    project: Project, shut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cannot_keep(project, shut / "cache", monkeypatch)


@powerless.needed
def test_a_cache_that_is_somebody_elses(project: Project, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir(0)
    there = project.having(CROSSWIND_CACHE=str(theirs / "cache"))
    told = there.command("doctor", "-q", by=powerless.WORDS)
    assert (told.returncode, told.stderr) == (ExitCode.MISSING, "")
    assert "[CW2708]" in told.stdout
    built = there.command("build", "-t", "host", by=powerless.WORDS)
    assert built.returncode == 0, built.stderr
    assert "warning[CW5040]" in built.stderr
    for words in (
        ["list"],
        ["portability"],
        ["affected", "--since", "HEAD"],
        ["toolchain", "list"],
    ):
        done = there.command(*words, by=powerless.WORDS)
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs /proc")
def test_a_disk_without_space(project: Project) -> None:
    # /proc has no space at all, and takes no files, whatever its permissions say.
    full = project.having(GOTMPDIR="/proc")
    assert full.bad() == {"CW2703"}
    assert full.examine().exit_code is ExitCode.FAILED


@pytest.fixture
def without_programs(tmp_path: Path) -> Iterator[Path]:
    """A folder where nothing can be run: a file system that is mounted noexec."""
    place = tmp_path / "noexec"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "noexec,size=64m", "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        yield place
        subprocess.run(["umount", str(place)], check=True)
        return
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    found = [line.split()[4] for line in lines if "noexec" in line.split()[5].split(",")]
    assert found, "this host neither has nor makes a mount without programs"
    yield Path(found[0])


def test_temporary_files_that_cannot_run(project: Project, without_programs: Path) -> None:
    place = host.place("temporary files", without_programs, {})
    assert place.noexec
    if not place.problem and place.free:
        there = project.having(GOTMPDIR=str(without_programs))
        assert "CW2703" not in there.bad()
        verdict = there.verdict("CW2703")
        assert not verdict.matters
        assert _go(there, "build", "-o", os.devnull, ".").returncode == 0
        assert "permission denied" in _go(there, "run", ".").stderr


def _go(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["go", *words], cwd=project.directory, env=project.env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_a_small_disk(project: Project, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20000k", "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        # Without the right to mount, the smallest disk of this host has to do.
        place = min((Path("/dev/shm"), tmp_path), key=lambda path: shutil.disk_usage(path).free)
        assert host.place("x", place, {}).free == pytest.approx(
            shutil.disk_usage(place).free, rel=0.1
        )
        return
    try:
        small = project.having(GOCACHE=str(place))
        verdict: Verdict = small.verdict("CW2701")
        assert small.bad() == {"CW2701"}
        assert verdict.status is Status.WARN
        assert " MB free for GOCACHE at " in verdict.found
    finally:
        subprocess.run(["umount", str(place)], check=True)
