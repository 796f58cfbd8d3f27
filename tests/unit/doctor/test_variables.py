"""Variables and flags: rules that need no Go to be tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.config.settings import Settings
from crosswind.doctor import mend
from crosswind.doctor.checks import flags, modules, targets, variables
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.go import odd_lines
from crosswind.doctor.facts.project import Listing
from crosswind.doctor.facts.targets import TargetFacts, Unit
from crosswind.finding import Status
from crosswind.port import ARCHS
from crosswind.project.cgo import CgoUse
from crosswind.target import Target
from crosswind.toolchain import Settings as GoSettings

from .conftest import Change, select


def test_a_setting_is_taken_back_where_it_was_made() -> None:
    settings = GoSettings({"A": "1"}, Path("/e"), {"B": "1"}, {"B": "2", "C": "1"}, Path("/go"))
    assert mend.unset("A", settings, "linux") == "unset A"
    assert mend.unset("A", settings, "windows") == "Remove-Item Env:A"
    assert mend.unset("B", settings, "linux") == "go env -u B"
    assert mend.unset("C", settings, "linux", "x") == "go env -w C=x"
    assert mend.assign("A", "x y", settings, "linux") == 'export A="x y"'
    assert mend.assign("A", "x", settings, "windows") == '$env:A = "x"'
    assert mend.assign("B", "x", settings, "linux") == 'go env -w B="x"'


def test_lines_that_go_misreads(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_bytes(b"# comment\n\nGOFLAGS=-a\n lower=1\nGOSUMDB\nGOPROXY=off\r\n")
    assert odd_lines(file) == (4, 5, 6)
    assert odd_lines(tmp_path / "absent") == ()
    assert odd_lines(None) == ()


@pytest.mark.parametrize("arch", [arch for arch in ARCHS.values() if arch.variant])
def test_every_instruction_set_variable_is_known(clean: Facts, arch: object) -> None:
    assert hasattr(arch, "variant")
    variant = arch.variant
    value = next(value for value in variant.values if value != variant.default)
    target = Target("linux" if arch.name != "wasm" else "js", arch.name)
    facts = replace(
        clean,
        go=replace(clean.go, settings=replace(clean.go.settings, env={variant.variable: value})),
        targets=TargetFacts(select(target), units=(Unit("", target, Settings()),)),
    )
    assert variables.levels(facts).status is Status.WARN
    own = Settings(env=((variant.variable, variant.default),))
    configured = replace(facts, targets=replace(facts.targets, units=(Unit("", target, own),)))
    assert not variables.levels(configured).matters
    assert variables.levels(clean).found == "no instruction-set level is set"


def test_the_distribution_sets_a_default(clean: Facts, but: Change) -> None:
    settings = replace(clean.go.settings, distribution={"GOSUMDB": "off"})
    facts = but(go={"settings": settings}, project={"requires": ("example.com/a",)})
    verdict = modules.database(facts)
    assert (verdict.status, verdict.mend) == (Status.WARN, "go env -w GOSUMDB=")


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [("example.com", True), ("*.com", True), ("*/team", True), ("example.com/team/lib/x", False),
     ("example.com/other", False), ("", False), ("git.example.com", False)],
)  # fmt: skip
def test_patterns_fit_the_beginning_of_a_path(exported: Change, pattern: str, fits: bool) -> None:
    facts = exported(GOINSECURE=pattern or ",")
    facts = replace(facts, project=replace(facts.project, requires=("example.com/team/lib",)))
    assert (modules.insecure(facts).status is Status.WARN) == fits


def test_wanted_flags_are_dropped_from_goflags_alone(exported: Change) -> None:
    facts = exported(GOFLAGS="-a -modcacherw")
    facts = replace(facts, go=replace(facts.go, flags=("-a", "-modcacherw")))
    assert flags.rebuild(facts).mend == 'export GOFLAGS="-modcacherw"'


def with_unit(clean: Facts, target: Target, **settings: object) -> Facts:
    unit = Unit("", target, replace(Settings(), **settings))
    return replace(clean, targets=TargetFacts(select(target), units=(unit,)))


def test_the_race_detector_of_macos_needs_no_cgo(clean: Facts) -> None:
    mac, linux = Target("darwin", "arm64"), Target("linux", "amd64")
    assert flags.sanitizers(with_unit(clean, mac, flags=("-race",))).status is Status.PASS
    assert flags.sanitizers(with_unit(clean, linux, flags=("-race",))).status is Status.FAIL
    assert flags.sanitizers(with_unit(clean, mac, flags=("-asan",))).status is Status.FAIL


def test_a_mod_that_go_does_not_know(clean: Facts) -> None:
    assert flags.mod(with_unit(clean, Target("linux", "amd64"), mod="write")).status is Status.FAIL


def test_a_stamp_that_the_project_itself_does_not_want(clean: Facts) -> None:
    facts = with_unit(clean, Target("linux", "amd64"), buildvcs="false")
    assert flags.stamp(facts).status is Status.PASS


def test_cgo_is_judged_by_system(clean: Facts, but: Change) -> None:
    theirs = CgoUse("example.com/sqlite", standard=False)
    facts = but(project={"listings": (Listing("linux", (theirs,)), Listing("windows"))})
    assert targets.cgo(facts).status is Status.WARN
    on_windows = replace(facts, targets=with_unit(clean, Target("windows", "amd64")).targets)
    assert not on_windows.uses_c("windows")
    assert on_windows.uses_c("linux")


def test_what_could_not_be_loaded_is_not_judged(but: Change) -> None:
    facts = but(project={"listings": (Listing("linux", errors=("x: no such module",)),)})
    assert targets.cgo(facts).status is Status.SKIP
