"""`crosswind build` on small modules: settings, records, progress, the Python interface."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

import crosswind as library
from crosswind.events import PlanReady, Stage, StageStarted, UnitFinished
from crosswind.outcome import Built
from crosswind.project import git

from .conftest import HELLO, CommandLine, clean_environment, write

TWO = {
    "go.mod": "module example.com/Two\n\ngo 1.24\n",
    "cmd/one/main.go": "package main\n\nfunc main() {}\n",
    "cmd/two/main.go": 'package main\n\nimport "example.com/Two/lib"\n\nfunc main() { lib.F() }\n',
    "lib/lib.go": "package lib\n\nfunc F() {}\n",
    "win/main.go": "//go:build windows\n\npackage main\n\nfunc main() {}\n",
    "testdata/x/main.go": "package main\n\nfunc main() {}\n",
}


def commit(folder: Path, tag: str = "") -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    words = [("init", "-q", "-b", "main"), ("add", "-A"), (*identity, "commit", "-qm", "first")]
    for line in [*words, *([("tag", tag)] if tag else [])]:
        subprocess.run(["git", *line], cwd=folder, check=True, capture_output=True)


def test_a_path_with_spaces_and_other_alphabets(crosswind: CommandLine, hello: Path) -> None:
    ran = crosswind(hello, "build", "-t", "windows/amd64,linux/amd64")
    assert ran.code == 0, ran.err
    assert (hello / "dist/hello_windows_amd64/hello.exe").read_bytes()[:2] == b"MZ"
    assert (hello / "dist/hello_linux_amd64/hello").read_bytes()[:4] == b"\x7fELF"


def test_every_main_package_is_found_whichever_target_it_is_for(
    crosswind: CommandLine, tmp_path: Path
) -> None:
    write(tmp_path, TWO)
    ran = crosswind(tmp_path, "build", "-t", "linux/amd64", "-t", "windows/*", "--json")
    assert ran.code == 0, ran.out
    outcomes = {(a["program"], a["target"]): a["outcome"] for a in ran.document["artifacts"]}
    assert outcomes["one", "linux/amd64"] == outcomes["two", "windows/arm64"] == "built"
    assert outcomes["win", "windows/amd64"] == "built"
    assert outcomes["win", "linux/amd64"] == "skipped"
    assert not any(program == "x" for program, _ in outcomes)


def test_a_workspace_builds_the_programs_of_every_module_it_uses(
    crosswind: CommandLine, tmp_path: Path
) -> None:
    write(tmp_path, {"go.work": "go 1.24\n\nuse ./a\nuse ./b/c\n", "d/go.mod": "module d\n"})
    for folder in ("a", "b/c", "d"):
        module = {"go.mod": f"module example.com/{folder}\n\ngo 1.24\n"}
        write(tmp_path / folder, {**HELLO, **module})
    ran = crosswind(tmp_path, "build", "-t", "host", "--json")
    assert ran.code == 0, ran.err
    assert [artifact["name"] for artifact in ran.document["artifacts"]] == ["a", "c"]


def test_a_go_env_file_with_gobin_crosses_all_the_same(
    crosswind: CommandLine, tmp_path: Path, tool: Mapping[str, str]
) -> None:
    file = tmp_path / "go env"
    file.write_text(f"GOBIN={tmp_path}/bin\nGONOSUMDB=*\n")
    (tmp_path / "here").mkdir()
    words = ("build", "example.com/tool@v1.0.0", "-t", "linux/amd64,windows/amd64")
    env = {**tool, "GOENV": str(file)}
    ran = crosswind(tmp_path / "here", *words, "--json", env=env)
    assert ran.code == 0, ran.err
    made = {one["path"]: one["sha256"] for one in ran.document["artifacts"]}
    assert len(made) == 2
    shell = crosswind(tmp_path / "here", *words, "--dry-run", "-o", "again", env=env).out
    plain = {**clean_environment(), **env}
    subprocess.run(["sh", "-e", "-c", shell], cwd=tmp_path / "here", env=plain, check=True)
    for path, digest in made.items():
        again = tmp_path / "here" / path.replace("dist/", "again/", 1)
        assert hashlib.sha256(again.read_bytes()).hexdigest() == digest
    assert not (tmp_path / "bin").exists()


def test_no_program_vanishes_without_a_word(crosswind: CommandLine, tmp_path: Path) -> None:
    write(tmp_path, TWO)
    write(tmp_path, {"gen/gen.go": "//go:build ignore\n\npackage main\n\nfunc main() {}\n"})
    write(tmp_path, {"c/c.go": 'package main\n\nimport "C"\n\nfunc main() {}\n'})
    ran = crosswind(tmp_path, "build", "-t", "linux/amd64", "--json")
    assert ran.code == 0, ran.out
    outcomes = {a["program"]: a["outcome"] for a in ran.document["artifacts"]}
    assert outcomes == {"one": "built", "two": "built", "win": "skipped", "c": "skipped"}
    # Asked for by name, on a target asked for by name, and impossible: a failure.
    named = crosswind(tmp_path, "build", "./win", "-t", "linux/amd64", "--json")
    assert named.code == 1
    assert named.codes == {"CW0601"}


def test_a_dry_run_from_elsewhere_goes_there_first(
    crosswind: CommandLine, hello: Path, tmp_path: Path
) -> None:
    printed = crosswind(tmp_path, "-C", str(hello), "build", "-t", "linux/amd64", "--dry-run")
    assert printed.code == 0
    subprocess.run(
        ["sh", "-e", "-c", printed.out], cwd=tmp_path, env=clean_environment(), check=True
    )
    assert (hello / "dist/hello_linux_amd64/hello").exists()


def test_a_repository_without_git_is_said(crosswind: CommandLine, tmp_path: Path) -> None:
    write(tmp_path, HELLO)
    commit(tmp_path, "v1.0.0")
    go = shutil.which("go")
    assert go is not None
    ran = crosswind(tmp_path, "build", "-t", "linux/amd64", env={"PATH": str(Path(go).parent)})
    assert ran.code == 0, ran.err
    assert "version, tag and commit stay unknown" in ran.err


def test_a_program_that_failed_its_checks_is_not_offered_to_scripts(
    crosswind: CommandLine, hello: Path
) -> None:
    assert crosswind(hello, "build", "-t", "linux/amd64", "--var", "main.x=1").code == 1
    listed = json.loads((hello / "dist/artifacts.json").read_text())
    assert [entry["type"] for entry in listed] == ["Metadata"]


def test_a_glob_skips_what_constraints_exclude(crosswind: CommandLine, tmp_path: Path) -> None:
    write(tmp_path, TWO)
    ran = crosswind(tmp_path, "build", "./win", "-t", "*/amd64", "-t", "!*bsd/*", "--json")
    outcomes = {a["target"]: a for a in ran.document["artifacts"]}
    assert ran.code == 0, ran.err
    assert outcomes["windows/amd64"]["outcome"] == "built"
    assert outcomes["linux/amd64"]["outcome"] == "skipped"
    assert "build constraints" in outcomes["linux/amd64"]["reason"][0]["message"]


def test_one_failing_target_hides_no_other(crosswind: CommandLine, tmp_path: Path) -> None:
    write(tmp_path, HELLO)
    source = 'package main\n\nimport "syscall"\n\nvar _ = syscall.Kill\n'
    write(tmp_path, {"kill.go": source})
    ran = crosswind(tmp_path, "build", "-t", "windows/amd64,linux/amd64,darwin/arm64", "--json")
    assert ran.code == 1
    outcomes = {a["target"]: a for a in ran.document["artifacts"]}
    assert outcomes["linux/amd64"]["outcome"] == outcomes["darwin/arm64"]["outcome"] == "built"
    assert outcomes["windows/amd64"]["outcome"] == "failed"
    (finding,) = [f for f in ran.document["findings"] if f["code"] == "CW0601"]
    assert "kill.go:5:17: undefined: syscall.Kill" in finding["message"]
    assert finding["hint"], "explain knows this message"


def test_what_fails_for_all_targets_is_told_once(crosswind: CommandLine, tmp_path: Path) -> None:
    main = 'package main\n\nimport "example.com/hello/lib"\n\nfunc main() { lib.F() }\n'
    write(
        tmp_path,
        {
            "go.mod": HELLO["go.mod"],
            "cmd/a/main.go": main,
            "cmd/b/main.go": main,
            "lib/l.go": "package lib\n\nfunc F() { here() }\n",
            "lib/l_windows.go": "package lib\n\nfunc g() { there() }\n",
        },
    )
    targets = "windows/amd64,windows/arm64,linux/amd64"
    ran = crosswind(tmp_path, "build", "-t", targets)
    assert ran.code == 1
    assert [line for line in ran.err.splitlines() if line.startswith(("error", "lib/"))] == [
        "error[CW0601] a, b on all 3 targets: # example.com/hello/lib",
        "lib/l.go:3:12: undefined: here",
        "error[CW0601] a, b on windows/*: # example.com/hello/lib",
        "lib/l_windows.go:3:12: undefined: there",
    ]
    assert sum("failed: lib/" in line for line in ran.err.splitlines()) == 2, ran.err
    document = crosswind(tmp_path, "build", "-t", targets, "--json").document
    subjects = [one["subject"] for one in document["findings"] if one["code"] == "CW0601"]
    assert len(subjects) == len(set(subjects)) == 6, "each artifact has its own record"
    assert all("lib/l.go:3:12" in one["message"] for one in document["findings"])


def test_fail_fast_tries_nothing_more(crosswind: CommandLine, tmp_path: Path) -> None:
    write(tmp_path, {**HELLO, "bad.go": "package main\n\nvar x int = 1.5\n"})
    words = ("build", "-t", "linux/amd64,linux/arm64,windows/amd64", "--fail-fast", "--json")
    ran = crosswind(tmp_path, *words)
    assert ran.code == 1
    codes = [finding["code"] for finding in ran.document["findings"]]
    assert codes.count("CW0601") == 1
    assert codes.count("CW0604") == 2


def test_targets_that_need_another_linker(crosswind: CommandLine, hello: Path) -> None:
    named = crosswind(hello, "build", "-t", "ios/arm64,linux/amd64", "--json")
    assert named.code == 1
    assert named.codes == {"CW0602"}
    globbed = crosswind(hello, "build", "-t", "android/*,!android/arm64,linux/amd64", "--json")
    assert globbed.code == 0
    outcomes = [a["outcome"] for a in globbed.document["artifacts"]]
    # linux/amd64 was made by the first run, and nothing changed since.
    assert sorted(outcomes) == ["cached", "skipped", "skipped", "skipped"]


def test_settings_overrides_and_variables(crosswind: CommandLine, tmp_path: Path) -> None:
    configuration = """\
name: hello
targets: [windows/amd64, linux/amd64]
variables:
  main.version: "{{ .Version }} of {{ .Os }}"
overrides:
  - targets: [windows/*]
    gui: true
    ldflags: [-s, -w]
"""
    write(tmp_path, {**HELLO, "crosswind.yaml": configuration})
    commit(tmp_path, "v1.2.3")
    ran = crosswind(tmp_path, "build", "--json")
    assert ran.code == 0, ran.out
    by_target = {
        a["target"]: {c["code"]: c for c in a["checks"]} for a in ran.document["artifacts"]
    }
    windows, linux = by_target["windows/amd64"], by_target["linux/amd64"]
    assert "GUI" in windows["CW1301"]["message"]
    # Stripped: the value is inside, but no symbol says whose it is.
    assert windows["CW1702"]["status"] == "warn"
    assert linux["CW1701"]["status"] == linux["CW1702"]["status"] == "pass"
    native = tmp_path / "dist/hello_linux_amd64/hello"
    said = subprocess.run([native], capture_output=True, text=True, check=True).stderr
    assert said == "hello 1.2.3 of linux\n"


def test_a_misspelt_variable_is_found_out(crosswind: CommandLine, hello: Path) -> None:
    ran = crosswind(hello, "build", "-t", "linux/amd64", "--var", "main.versoin=1", "--json")
    assert ran.code == 1
    assert all(code.startswith("CW17") for code in ran.codes)


def test_pie_tags_and_no_trimpath(crosswind: CommandLine, hello: Path) -> None:
    ran = crosswind(
        hello, "build", "-t", "linux/amd64", "--buildmode", "pie", "--tags", "a,b", "--json"
    )
    assert ran.code == 0, ran.out
    checks = {c["code"]: c["message"] for c in ran.document["artifacts"][0]["checks"]}
    assert "position-independent" in checks["CW1005"]
    assert "a" in checks["CW1106"]
    kept = crosswind(hello, "build", "-t", "linux/amd64", "--no-trimpath", "--json")
    assert kept.code == 0, kept.out


def test_cgo_that_is_lost_is_said(crosswind: CommandLine, tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.com/c\n\ngo 1.24\n",
        "main.go": 'package main\n\nimport "example.com/c/clib"\n\nfunc main() { clib.F() }\n',
        "clib/c.go": 'package clib\n\nimport "C"\n\nfunc init() {}\n',
        "clib/pure.go": "package clib\n\nfunc F() {}\n",
    }
    write(tmp_path, files)
    ran = crosswind(tmp_path, "build", "-t", "linux/amd64", "--json")
    assert ran.code == 0
    (warning,) = [f for f in ran.document["findings"] if f["severity"] == "warning"]
    assert warning["code"] == "CW0312"
    assert "example.com/c/clib" in warning["message"]


def test_records_are_what_goreleasers_users_read(crosswind: CommandLine, tmp_path: Path) -> None:
    write(tmp_path, HELLO)
    commit(tmp_path, "v0.9.0")
    assert crosswind(tmp_path, "build", "-t", "linux/amd64/v3,windows/arm64").code == 0
    artifacts = json.loads((tmp_path / "dist/artifacts.json").read_text())
    first = artifacts[0]
    assert first["path"] == "dist/hello_linux_amd64_v3/hello"
    assert (first["goos"], first["goamd64"], first["type"]) == ("linux", "v3", "Binary")
    assert artifacts[-1]["type"] == "Metadata"
    metadata = json.loads((tmp_path / "dist/metadata.json").read_text())
    assert (metadata["project_name"], metadata["tag"], metadata["version"]) == (
        "hello",
        "v0.9.0",
        "0.9.0",
    )
    record = json.loads((tmp_path / "dist/crosswind.json").read_text())
    assert record["ok"] is True
    assert {timing["target"] for timing in record["timings"]} == {"linux/amd64/v3", "windows/arm64"}
    assert all(timing["cpu_seconds"] > 0 for timing in record["timings"])
    # dist is new and git does not ignore it by itself: still nothing is stamped as modified.
    stamps = [c for a in record["artifacts"] for c in a["checks"] if c["code"] == "CW1112"]
    assert {stamp["status"] for stamp in stamps} == {"pass"}


def test_the_go_command_never_writes_into_what_it_finds(
    crosswind: CommandLine, hello: Path
) -> None:
    dist = hello / "dist"
    dist.mkdir()
    dist.chmod(0o2755)  # with this bit go copies instead of renaming
    assert crosswind(hello, "build", "-t", "linux/amd64").code == 0
    made = dist / "hello_linux_amd64" / "hello"
    first = made.read_bytes()
    os.link(made, hello / "kept")
    (hello / "main.go").write_text('package main\n\nfunc main() { println("changed") }\n')
    ran = crosswind(hello, "build", "-t", "linux/amd64", "--json")
    (artifact,) = ran.document["artifacts"]
    assert artifact["outcome"] == "built"
    assert artifact["sha256"] == hashlib.sha256(made.read_bytes()).hexdigest()
    assert made.read_bytes() != first
    assert (hello / "kept").read_bytes() == first
    again = crosswind(hello, "build", "-t", "linux/amd64", "--json").document["artifacts"]
    assert [(one["outcome"], one["sha256"]) for one in again] == [("cached", artifact["sha256"])]


def test_what_git_describes(tmp_path: Path) -> None:
    write(tmp_path, HELLO)
    commit(tmp_path, "v1-2-gabc")
    found = git.read(tmp_path)
    assert found
    assert (found.tag, found.exact, found.summary, found.dirty) == (
        "v1-2-gabc",
        True,
        "v1-2-gabc",
        False,
    )
    write(tmp_path, {"more.txt": "x"})
    commit(tmp_path)
    found = git.read(tmp_path)
    assert found
    assert (found.tag, found.exact) == ("v1-2-gabc", False)
    assert found.summary == f"v1-2-gabc-1-g{found.hash[:7]}"


def test_a_second_run_cleans_only_what_the_first_made(crosswind: CommandLine, hello: Path) -> None:
    assert crosswind(hello, "build", "-t", "windows/amd64").code == 0
    (hello / "dist/notes.txt").write_text("mine")
    assert crosswind(hello, "build", "-t", "linux/amd64").code == 0
    assert (hello / "dist/hello_windows_amd64/hello.exe").exists()
    assert crosswind(hello, "build", "-t", "linux/amd64", "--clean").code == 0
    assert not (hello / "dist/hello_windows_amd64").exists()
    assert (hello / "dist/notes.txt").read_text() == "mine"


def test_what_an_earlier_run_made_stays_where_a_unit_fails_and_no_record_names_it(
    crosswind: CommandLine, hello: Path
) -> None:
    program = hello / "dist/hello_windows_amd64/hello.exe"
    assert crosswind(hello, "build", "-t", "windows/amd64").code == 0
    before = program.read_bytes()
    (hello / "broken_windows.go").write_text("package main\n\nvar x int = 1.5\n")
    assert crosswind(hello, "build", "-t", "windows/amd64,linux/amd64").code == 1
    assert program.read_bytes() == before
    listed = json.loads((hello / "dist/artifacts.json").read_text())
    assert [entry["name"] for entry in listed] == ["hello", "metadata.json"]
    assert crosswind(hello, "build", "-t", "windows/amd64,linux/amd64", "--clean").code == 1
    assert not program.exists()


def test_github_gets_groups_and_a_summary(
    crosswind: CommandLine, hello: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    ran = crosswind(hello, "build", "-t", "linux/amd64", env=env)
    assert "::group::[1/1] linux/amd64 hello: built" in ran.err
    assert "::endgroup::" in ran.err
    assert "| linux/amd64 | hello | ✅ built |" in summary.read_text("utf-8")


def test_python_gets_values_and_no_output(
    hello: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in clean_environment().items():
        monkeypatch.setenv(name, value)
    seen: list[object] = []
    result = library.build(hello, targets=["linux/amd64"], observer=seen.append)
    assert result.ok
    (artifact,) = result.artifacts
    assert artifact.path == Path("dist/hello_linux_amd64/hello")
    assert isinstance(result.results[0].outcome, Built)
    assert result.results[0].report.ok
    kinds = [event.stage if isinstance(event, StageStarted) else type(event) for event in seen]
    assert kinds == [PlanReady, Stage.COMPILE, Stage.VERIFY, UnitFinished]
    planned = library.plan(hello, targets=["windows/arm64"])
    assert planned.compiles[0].outputs[0].final.name == "hello.exe"
    assert capfd.readouterr() == ("", "")
