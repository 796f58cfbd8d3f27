"""What git says, each state broken and mended by the command that doctor names."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from crosswind.errors import ExitCode

from .conftest import Project


def test_no_repository(project: Project) -> None:
    shutil.rmtree(project.directory / ".git")
    assert project.bad() == set()
    assert not project.verdict("CW2502").matters
    assert project.having(GOFLAGS="-buildvcs=false").bad() == set()


def without_git(project: Project, tools: Path) -> Project:
    go = shutil.which("go")
    assert go
    (tools / "git").unlink()
    return project.having(PATH=f"{tools}:{Path(go).resolve().parent}")


def test_no_git_in_a_repository(project: Project, tools: Path) -> None:
    bare = without_git(project, tools)
    assert bare.bad() == {"CW2501"}
    assert bare.verdict("CW2502").found == "not checked because git is not installed"
    insists = bare.having(GOFLAGS="-buildvcs=true")
    assert insists.examine().exit_code is ExitCode.MISSING


def test_no_git_and_no_repository(project: Project, tools: Path) -> None:
    shutil.rmtree(project.directory / ".git")
    assert without_git(project, tools).bad() == set()


def test_no_commit(project: Project) -> None:
    shutil.rmtree(project.directory / ".git")
    project.git("init", "-q")
    assert project.bad() == {"CW2503", "CW2504", "CW2506"}
    mended = project.after(project.verdict("CW2503").mend)
    assert mended.bad() == {"CW2506"}
    assert mended.after(mended.verdict("CW2506").mend).bad() == set()


def test_uncommitted_changes(project: Project) -> None:
    project.write("notes.txt", "todo\n")
    assert project.bad() == {"CW2504"}
    assert project.after(project.verdict("CW2504").mend).bad() == set()


def test_results_that_git_sees(project: Project) -> None:
    project.write(".gitignore", "*.tmp\n")
    project.commit()
    assert project.bad() == {"CW2507"}
    mended = project.after(project.verdict("CW2507").mend)
    mended.commit()
    assert mended.bad() == set()


def test_results_outside_of_the_repository(project: Project, tmp_path: Path) -> None:
    project.write("crosswind.yaml", f"dist: {tmp_path}/out\n")
    project.write(".gitignore", "")
    project.commit()
    assert project.bad() == set()


def test_tags_matter_to_templates_only(project: Project) -> None:
    project.git("tag", "-d", "v1.2.3")
    assert project.bad() == {"CW2506"}
    project.write("crosswind.yaml", "targets: [linux/amd64]\n")
    project.git("commit", "-qam", "no template")
    assert project.bad() == set()
    assert not project.verdict("CW2506").matters


def test_a_shallow_clone(project: Project, tmp_path: Path) -> None:
    project.write("more.go", "package main\n")
    project.git("add", "-A")
    project.git("commit", "-q", "-m", "more")
    clone = Project(tmp_path / "clone", project.env)
    project.git("clone", "-q", "--depth=1", project.directory.as_uri(), str(clone.directory))
    assert clone.bad() == {"CW2505", "CW2506"}
    mended = clone.after(clone.verdict("CW2505").mend)
    assert mended.bad() == set()
    assert mended.verdict("CW2506").found == "v1.2.3, 1 commits ago"


def test_a_shallow_clone_of_a_tag(project: Project, tmp_path: Path) -> None:
    clone = Project(tmp_path / "clone", project.env)
    url = project.directory.as_uri()
    project.git("clone", "-q", "--depth=1", "--branch=v1.2.3", url, str(clone.directory))
    assert clone.bad() == set()
    assert not clone.verdict("CW2505").matters


def belonging_to_someone_else(project: Project) -> Project:
    """Give the repository away; who is not root lets git's own test setting say so."""
    if os.geteuid() != 0:
        return project.having(GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    for path in (project.directory, *project.directory.rglob("*")):
        os.chown(path, 1000, 1000)
    return project


def test_a_repository_of_another_user(project: Project) -> None:
    project = belonging_to_someone_else(project)
    assert project.bad() == {"CW2502"}
    verdict = project.verdict("CW2502")
    assert "dubious ownership" in verdict.found
    build = ["go", "build", "-o", os.devnull, "."]
    done = subprocess.run(
        build, cwd=project.directory, env=project.env, capture_output=True, text=True, check=False
    )
    assert "error obtaining VCS status: exit status 128" in done.stderr
    without_stamp = project.having(GOFLAGS="-buildvcs=false")
    assert "CW2502" not in without_stamp.bad()
    mended = project.after(verdict.mend)
    assert mended.bad() == set()


def test_a_commit_from_the_future(project: Project) -> None:
    date = "2099-01-01T00:00:00Z"
    later = replace(project, env={**project.env, "GIT_COMMITTER_DATE": date})
    later.git("commit", "-q", "--allow-empty", "-m", "later")
    later.git("tag", "-f", "v1.2.3")
    assert project.bad() == {"CW2508"}
    assert "2099-01-01" in project.verdict("CW2508").why
