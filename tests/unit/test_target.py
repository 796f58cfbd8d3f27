"""Targets as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.errors import ExitCode, UsageError
from crosswind.port import ARCHS, Port
from crosswind.target import Target, matches, parse, select

PORTS = (
    *(Port(*name.split("/"))
    for name in (
        "darwin/amd64", "darwin/arm64", "linux/386", "linux/amd64", "linux/arm", "linux/arm64",
        "linux/mips", "windows/amd64", "windows/arm64",
    )),
    Port("freebsd", "riscv64", broken=True),
)  # fmt: skip
HOST = Target("linux", "amd64")


def selected(*patterns: str) -> list[str]:
    return [str(one.target) for one in select(patterns, PORTS, HOST)]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("windows/amd64", Target("windows", "amd64")),
        ("linux/amd64/v3", Target("linux", "amd64", "v3")),
        ("linux_amd64_v1", Target("linux", "amd64", "v1")),
        ("linux/arm/7", Target("linux", "arm", "7")),
        ("linux/arm/6,softfloat", Target("linux", "arm", "6,softfloat")),
        ("linux_arm64_v8.0", Target("linux", "arm64", "v8.0")),
        ("linux_mips_hardfloat", Target("linux", "mips", "hardfloat")),
    ],
)
def test_spellings(text: str, target: Target) -> None:
    assert parse(text, PORTS) == target


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("windwos/amd64", "windows/amd64"),
        ("macos/arm64", "darwin/arm64"),
        ("linux/x86_64", "linux/amd64"),
        ("linux/aarch64", "linux/arm64"),
        ("darwin", "darwin/amd64"),
    ],
)
def test_an_unknown_target_names_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, PORTS)
    assert caught.value.code == "CW0101"
    assert caught.value.exit_code is ExitCode.USAGE
    assert nearest in caught.value.hint


@pytest.mark.parametrize(
    "text", ["linux/amd64/v9", "linux/arm/8", "linux/arm/7,lse", "linux/386/v1"]
)
def test_an_unknown_variant_names_the_known_ones(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, PORTS)
    assert caught.value.code == "CW0102"
    assert "GO" in caught.value.hint


def test_globs_commas_and_exclusions() -> None:
    assert selected("windows/*") == ["windows/amd64", "windows/arm64"]
    assert selected("linux/amd64,darwin/*", "!darwin/amd64") == ["linux/amd64", "darwin/arm64"]
    assert selected("*/arm64") == ["darwin/arm64", "linux/arm64", "windows/arm64"]
    assert selected("*/amd64/v3") == ["darwin/amd64/v3", "linux/amd64/v3", "windows/amd64/v3"]
    assert selected("linux/arm/7,softfloat,windows/amd64") == [
        "linux/arm/7,softfloat",
        "windows/amd64",
    ]


def test_an_operating_system_alone() -> None:
    assert selected("windows") == selected("windows/*") == ["windows/amd64", "windows/arm64"]
    assert selected("windows,linux/arm", "!windows/arm64") == ["windows/amd64", "linux/arm"]
    assert selected("all", "!linux", "!darwin") == ["windows/amd64", "windows/arm64"]
    assert not any(one.named for one in select(["windows"], PORTS, HOST))
    for text, meant in (
        ("windwos", "windows/amd64"),
        ("mac", "darwin/amd64"),
        ("amd64", "*/amd64"),
        ("windows/", "windows/amd64"),
    ):
        with pytest.raises(UsageError, match=repr(text)) as caught:
            selected(text)
        assert (caught.value.code, meant in caught.value.hint) == ("CW0101", True)


def test_what_is_taken_away_from_nothing_is_taken_from_all() -> None:
    assert selected("!linux", "!darwin/*") == ["windows/amd64", "windows/arm64"]


def test_all_leaves_broken_ports_out_but_their_name_takes_them() -> None:
    assert "freebsd/riscv64" not in selected("all")
    assert len(selected("all")) == len(PORTS) - 1
    assert selected("freebsd/riscv64") == ["freebsd/riscv64"]


def test_host_and_repetition() -> None:
    chosen = select(["linux/*", "host"], PORTS, HOST)
    assert [str(one.target) for one in chosen].count("linux/amd64") == 1
    assert next(one for one in chosen if one.target == HOST).named


def test_a_glob_that_matches_nothing_is_an_error() -> None:
    with pytest.raises(UsageError, match="no target matches"):
        selected("beos/*")


def test_environment_and_file_names() -> None:
    target = Target("linux", "arm", "6,softfloat")
    assert target.env == {"GOOS": "linux", "GOARCH": "arm", "GOARM": "6,softfloat"}
    assert target.slug == "linux_arm_6-softfloat"
    assert Target("windows", "amd64").exe_suffix == ".exe"


def test_patterns_without_a_variant_fit_every_variant() -> None:
    assert matches(Target("linux", "amd64", "v3"), ["linux/amd64"])
    assert matches(Target("linux", "amd64", "v3"), ["linux"])
    assert not matches(Target("linux", "amd64", "v3"), ["linux/amd64/v2"])


_PATTERNS = (
    "windows", "win*", "linux/amd64", "linux/*", "*/arm64", "all", "linux_arm", "linux/arm,darwin",
)  # fmt: skip


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(_PATTERNS)), min_size=1, max_size=4))
def test_conditions_and_selections_mean_the_same(drawn: list[tuple[bool, str]]) -> None:
    patterns = [",".join("!" * away + part for part in text.split(",")) for away, text in drawn]
    chosen = {one.target for one in select(patterns, PORTS, HOST)}
    ports = [Target(port.goos, port.goarch) for port in PORTS if not port.broken]
    assert chosen == {target for target in ports if matches(target, patterns)}


_VARIANTS = [
    (arch.name, value)
    for arch in ARCHS.values()
    if arch.variant
    for value in (
        *arch.variant.values,
        *(v + o for v in arch.variant.values for o in arch.variant.options),
    )
]


@given(st.sampled_from(_VARIANTS))
def test_what_is_written_is_read_again(pair: tuple[str, str]) -> None:
    goarch, variant = pair
    target = Target("linux", goarch, variant)
    assert parse(str(target), [Port("linux", goarch)]) == target


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_a_usage_error(text: str) -> None:
    try:
        target = parse(text, PORTS)
    except UsageError:
        return
    assert f"{target.goos}/{target.goarch}" in {str(port) for port in PORTS}
