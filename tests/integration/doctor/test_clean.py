"""A clean project gets no warning, on the command line and in JSON."""

from __future__ import annotations

from crosswind.doctor.registry import CHECKS
from crosswind.errors import ExitCode
from crosswind.explain import load
from crosswind.finding import Status

from .conftest import Project


def test_nothing_is_wrong_with_a_clean_project(project: Project) -> None:
    found = project.examine()
    assert {line.verdict.status for line in found.lines} == {Status.PASS}
    assert found.exit_code is ExitCode.OK
    assert found.report.ok
    assert found.report.findings == ()


def test_nothing_is_wrong_with_dependencies(dependent: Project) -> None:
    assert dependent.bad() == set()
    assert dependent.verdict("CW2404").found == "2 modules are required, and go.sum has them"
    assert not dependent.verdict("CW2205").matters


def test_nothing_is_written_into_the_project(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.directory.rglob("*")}
    project.examine()
    assert {path: path.stat().st_mtime_ns for path in project.directory.rglob("*")} == before


def test_every_code_has_a_page() -> None:
    assert all(load(entry.code).title for entry in CHECKS)


def test_the_table_is_grouped(project: Project) -> None:
    done = project.command("doctor")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    headings = [line for line in done.stdout.splitlines() if line and line[0].isupper()]
    assert headings == [
        "Go",
        "Targets",
        "Environment",
        "Flags",
        "Project",
        "Git",
        "Runners",
        "Host",
    ]
    checks = [entry for entry in CHECKS if not entry.only]
    assert f"{len(checks)} fine; -v tells all" in done.stdout
    assert len(done.stdout.splitlines()) < 30
    whole = project.command("doctor", "-v").stdout
    for entry in checks:
        assert entry.title in done.stdout
        assert f"[{entry.code}]" in whole
    for told in (done.stdout, whole):
        assert "  ✓ Go  " in told
        assert "  ✓ targets  " in told


def test_a_bad_line_shows_its_mend(project: Project) -> None:
    broken = project.having(GO111MODULE="off")
    done = broken.command("doctor", "-q")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "Environment",
        "  ✗ GO111MODULE  GO111MODULE=off, from the environment [CW2202]",
        "                 Go ignores go.mod and looks for packages in GOPATH",
        "                 mend: unset GO111MODULE",
    ]


def test_the_json_document(project: Project) -> None:
    document = project.having(GOSUMDB="off", GO111MODULE="off").document("-t", "linux/arm64")
    assert document["schema"] == "crosswind/doctor/1"
    assert document["ok"] is False
    assert [finding["code"] for finding in document["findings"]] == ["CW2202"]
    lines = {line["code"]: line for line in document["checks"]}
    assert lines["CW2204"] == {
        "code": "CW2204",
        "group": "environment",
        "title": "GOSUMDB",
        "status": "pass",
        "found": "off, from the environment",
        "matters": False,
        "why": "this project requires no modules",
        "mend": "unset GOSUMDB",
    }
    assert lines["CW2101"]["found"].startswith("linux/arm64: ")
