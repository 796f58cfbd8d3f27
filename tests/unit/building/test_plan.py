"""Which units share a go command, and where their files go."""

from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.artifact import Kind
from crosswind.building.plan import Plan, Unit, Workshop, make
from crosswind.config.settings import Debug, Settings
from crosswind.errors import UsageError
from crosswind.target import Target

LINUX, WINDOWS = Target("linux", "amd64"), Target("windows", "amd64")
SHOP = Workshop(
    go=Path("/go/bin/go"),
    directory=Path("/src"),
    dist=Path("dist"),
    env={"GOTOOLCHAIN": "local"},
    host=LINUX,
)


def unit(name: str, target: Target = LINUX, **settings: object) -> Unit:
    return Unit(
        program=name,
        package=f"./cmd/{name}",
        import_path=f"example.com/app/cmd/{name}",
        target=target,
        settings=replace(Settings(), **settings),
        cgo=False,
    )


def plan(*units: Unit, shop: Workshop = SHOP) -> Plan:
    return make(shop, units, [])


def test_programs_of_one_target_and_flags_share_a_command() -> None:
    made = plan(unit("a"), unit("b"), unit("a", WINDOWS), unit("b", WINDOWS))
    assert len(made.compiles) == 2
    assert made.compiles[0].argv == (
        "/go/bin/go", "build", "-o", "dist/.crosswind/work/linux_amd64/", "-trimpath",
        "./cmd/a", "./cmd/b",
    )  # fmt: skip
    assert dict(made.compiles[1].env)["GOOS"] == "windows"
    finals = [str(output.final) for output in made.compiles[1].outputs]
    assert finals == ["dist/a_windows_amd64/a.exe", "dist/b_windows_amd64/b.exe"]


def test_other_flags_take_another_command() -> None:
    made = plan(unit("a"), unit("b", tags=("x",)))
    assert [compile_.stage.name for compile_ in made.compiles] == ["linux_amd64", "linux_amd64-2"]


def test_two_packages_of_one_name_are_built_apart() -> None:
    other = replace(unit("a"), program="other", import_path="example.com/app/tools/a")
    assert len(plan(unit("a"), other).compiles) == 2


@pytest.mark.parametrize("name", ["a", "A"])
def test_two_files_of_one_name_are_refused(name: str) -> None:
    other = replace(unit("b"), program=name)
    with pytest.raises(UsageError) as caught:
        plan(unit("a"), other)
    assert caught.value.code == "CW0310"


@pytest.mark.parametrize(
    ("mode", "target", "names"),
    [
        ("c-shared", LINUX, ["a.so", "a.h"]),
        ("c-shared", WINDOWS, ["a.dll", "a.h"]),
        ("c-shared", Target("darwin", "arm64"), ["a.dylib", "a.h"]),
        ("c-archive", LINUX, ["a.a", "a.h"]),
        ("pie", LINUX, ["a"]),
    ],
)
def test_build_modes_name_their_files(mode: str, target: Target, names: list[str]) -> None:
    made = plan(unit("a", target, buildmode=mode))
    assert [output.final.name for output in made.compiles[0].outputs] == names


def test_libraries_are_built_one_by_one() -> None:
    made = plan(unit("a", buildmode="c-shared"), unit("b", buildmode="c-shared"))
    assert len(made.compiles) == 2
    assert made.compiles[0].outputs[1].kind is Kind.HEADER


def test_a_version_is_installed_into_a_private_gopath() -> None:
    shop = replace(SHOP, version="v1.2.3", module_cache=Path("/cache"))
    native, cross = plan(unit("a"), unit("a", WINDOWS), shop=shop).compiles
    assert native.argv[1:] == ("install", "-trimpath", "example.com/app/cmd/a@v1.2.3")
    assert dict(native.env)["GOBIN"] == ""
    assert dict(native.env)["GOMODCACHE"] == "/cache"
    assert native.outputs[0].staged == native.stage / "gopath/bin/a"
    assert cross.outputs[0].staged == cross.stage / "gopath/bin/windows_amd64/a.exe"


def test_a_new_dist_ignores_itself_before_anything_is_built() -> None:
    first, *rest = plan(unit("a")).shell()
    assert first == "test -e dist || { mkdir -p dist && echo '*' > dist/.gitignore; }"
    assert rest == list(plan(unit("a")).compiles[0].shell())


def test_the_shell_lines_are_the_commands_themselves() -> None:
    (compile_,) = plan(unit("a")).compiles
    assert compile_.shell() == (
        "mkdir -p dist/.crosswind/work/linux_amd64 dist/a_linux_amd64",
        (
            "env CGO_ENABLED=0 GOARCH=amd64 GOOS=linux GOTOOLCHAIN=local /go/bin/go build"
            " -o dist/.crosswind/work/linux_amd64/ -trimpath ./cmd/a"
        ),
        "mv dist/.crosswind/work/linux_amd64/a dist/a_linux_amd64/a",
    )


def test_steps_after_the_link_follow_the_move() -> None:
    (compile_,) = plan(unit("a")).compiles
    assert compile_.shell(lambda output: [("polish", f"{output.final} x")])[2:] == (
        "mv dist/.crosswind/work/linux_amd64/a dist/a_linux_amd64/a",
        "polish 'dist/a_linux_amd64/a x'",
    )


def test_a_program_that_may_get_a_pdb_has_a_command_and_a_work_folder_of_its_own() -> None:
    one, other = (replace(unit(name, WINDOWS), cgo=True) for name in "ab")
    made = plan(one, other, unit("c", WINDOWS))
    assert [len(compile_.units) for compile_ in made.compiles] == [1, 1, 1]
    first, _, pure = made.compiles
    assert "-work" in first.argv
    assert "-work" not in pure.argv
    assert first.shell()[1:] == (
        'work=$(mktemp -d "${GOTMPDIR:-${TMPDIR:-/tmp}}/crosswind-XXXXXX")',
        (
            'GOTMPDIR="$work" env CGO_ENABLED=1 GOARCH=amd64 GOOS=windows GOTOOLCHAIN=local /go/bin/go build'
            " -o dist/.crosswind/work/windows_amd64/ -work -trimpath ./cmd/a"
        ),
        "mv dist/.crosswind/work/windows_amd64/a.exe dist/a_windows_amd64/a.exe",
        "find \"$work\" -path '*/exe/*.pdb' -exec mv {} dist/a_windows_amd64 ';'",
        'rm -rf "$work"',
    )
    assert not any("pdb" in line for line in pure.shell())


@pytest.mark.parametrize(
    ("target", "changes", "cgo"),
    [
        (WINDOWS, {}, False),
        (LINUX, {}, True),
        (WINDOWS, {"debug": Debug.STRIP}, True),
        (WINDOWS, {"buildmode": "c-archive"}, True),
    ],
)
def test_where_no_pdb_is_kept(target: Target, changes: dict[str, object], cgo: bool) -> None:
    assert not replace(unit("a", target, **changes), cgo=cgo).may_leave_pdb
