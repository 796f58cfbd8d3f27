"""How layers lie over each other."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.config.settings import (
    MAPS,
    Cgo,
    Config,
    Debug,
    Ignore,
    Origin,
    Overlay,
    Override,
    ProgramConfig,
    Settings,
    Skip,
    merged,
)
from crosswind.target import Target

WINDOWS = Target("windows", "amd64")
LINUX = Target("linux", "arm64")

_text = st.text("abc", max_size=3)
_texts = st.lists(_text, max_size=3).map(tuple)
_pairs = st.dictionaries(_text, _text, max_size=3).map(lambda d: tuple(d.items()))
_BY_TYPE = {
    "bool": st.booleans(),
    "int": st.integers(0, 255),
    "Cgo": st.sampled_from(Cgo),
    "Debug": st.sampled_from(Debug),
    "tuple[str, ...]": _texts,
    "Pairs": _pairs,
    "str": _text,
}


def overlays() -> st.SearchStrategy[Overlay]:
    values = {one.name: st.none() | _BY_TYPE[str(one.type)] for one in fields(Settings)}
    return st.builds(Overlay, **values)


def folded(*layers: Overlay) -> Settings:
    settings = Settings()
    for layer in layers:
        settings = layer.over(settings)
    return settings


def test_an_overlay_mirrors_the_settings() -> None:
    mirrored = {one.name: f"{one.type} | None" for one in fields(Settings)}
    assert {one.name: one.type for one in fields(Overlay)} == mirrored
    assert Overlay().over(Settings()) == Settings()


@given(overlays())
def test_what_is_said_holds_what_is_not_stays(overlay: Overlay) -> None:
    settings = overlay.over(Settings())
    said = dict(overlay.spoken())
    for one in fields(Settings):
        expected = said.get(one.name, getattr(Settings(), one.name))
        assert getattr(settings, one.name) == expected


@given(overlays(), overlays())
def test_laying_a_layer_twice_changes_nothing(first: Overlay, second: Overlay) -> None:
    assert folded(first, second, second) == folded(first, second)


@given(overlays(), overlays())
def test_the_later_layer_wins(first: Overlay, second: Overlay) -> None:
    settings = folded(first, second)
    for name, value in second.spoken():
        if name in MAPS:
            expected = dict(getattr(first, name) or ()) | dict(value)
            assert dict(getattr(settings, name)) == expected
        else:
            assert getattr(settings, name) == value


@given(_pairs, _pairs, _pairs)
def test_merging_is_associative(a: Any, b: Any, c: Any) -> None:
    assert merged(merged(a, b), c) == merged(a, merged(b, c))
    assert merged(a, ()) == merged((), a) == a


@given(overlays(), overlays(), overlays(), overlays())
def test_the_order_of_layers(
    top: Overlay, program: Overlay, override: Overlay, line: Overlay
) -> None:
    config = Config(
        overlay=top,
        programs=(ProgramConfig("./p", "p", (), program),),
        overrides=(Override(("windows/*",), (), override),),
        command_line=line,
    )
    assert config.settings("p", WINDOWS) == folded(top, program, override, line)
    assert config.settings("p", LINUX) == folded(top, program, line)
    assert config.settings("other", LINUX) == folded(top, line)


@given(overlays(), overlays(), overlays())
def test_the_origin_is_the_last_layer_that_speaks(
    top: Overlay, program: Overlay, line: Overlay
) -> None:
    config = Config(overlay=top, programs=(ProgramConfig("./p", "p", (), program),))
    config = config.with_command_line(line)
    for one in fields(Settings):
        origin = config.origin("p", LINUX, one.name).layer
        layers = {"command line": line, "programs[0]": program, "": top}
        said = [label for label, layer in layers.items() if getattr(layer, one.name) is not None]
        assert origin == next(iter(said), "default")


@pytest.mark.parametrize(
    ("targets", "programs", "program", "target", "fits"),
    [
        (("windows/*",), (), "p", WINDOWS, True),
        (("windows/*",), (), "p", LINUX, False),
        (("windows",), (), "p", WINDOWS, True),
        (("linux/arm64", "windows/arm64"), (), "p", LINUX, True),
        (("linux/arm64,windows/amd64",), (), "p", WINDOWS, True),
        (("windows_amd64",), (), "p", WINDOWS, True),
        ((), ("age*",), "age-keygen", LINUX, True),
        ((), ("age",), "age-keygen", LINUX, False),
        (("linux/*",), ("age",), "age", LINUX, True),
        (("linux/*",), ("age",), "age", WINDOWS, False),
        (("linux/*",), ("age",), "yq", LINUX, False),
        ((), (), "p", LINUX, True),
    ],
)
def test_whom_an_override_fits(
    targets: tuple[str, ...], programs: tuple[str, ...], program: str, target: Target, fits: bool
) -> None:
    assert Override(targets, programs).fits(program, target) is fits


def test_overrides_apply_in_their_order() -> None:
    first = Override(("windows/*",), (), Overlay(gui=True, env=(("A", "1"), ("B", "1"))))
    second = Override((), ("p",), Overlay(gui=False, env=(("B", "2"),)))
    config = Config(overrides=(first, second))
    assert config.settings("p", WINDOWS) == Settings(gui=False, env=(("A", "1"), ("B", "2")))
    turned = replace(config, overrides=(second, first))
    assert turned.settings("p", WINDOWS) == Settings(gui=True, env=(("B", "1"), ("A", "1")))


def test_origin_of_a_name_in_a_map() -> None:
    config = Config(
        file="c.yaml",
        overlay=Overlay(env=(("A", "1"), ("B", "1"))),
        overrides=(Override(("windows/*",), (), Overlay(env=(("B", "2"),))),),
        positions=((("env", "A"), (3, 5)), (("overrides", 0, "env", "B"), (9, 7))),
    )
    assert str(config.origin("p", WINDOWS, "env", "A")) == "c.yaml:3"
    assert str(config.origin("p", WINDOWS, "env", "B")) == "c.yaml:9 (overrides[0])"
    assert config.origin("p", WINDOWS, "env", "B").where == "c.yaml:9:7"
    assert str(config.origin("p", WINDOWS, "env", "C")) == "default"
    assert config.origin("p", WINDOWS, "gui") == Origin("default")


def test_skipped() -> None:
    config = Config(skip=(Skip("windows/*", "no"), Skip("linux/arm64")))
    assert config.skipped(WINDOWS) == Skip("windows/*", "no")
    assert config.skipped(LINUX) == Skip("linux/arm64")
    assert config.skipped(Target("darwin", "arm64")) is None


def test_ignored() -> None:
    config = Config(ignore=(Ignore("CW1501", "a", ("windows/*",)), Ignore("CW1502", "b")))
    assert config.ignored("CW1501", WINDOWS) == config.ignore[0]
    assert config.ignored("CW1501", LINUX) is None
    assert config.ignored("CW1502", LINUX) == config.ignore[1]
    assert config.ignored("CW1503", LINUX) is None


def test_host_in_conditions() -> None:
    config = Config(
        skip=(Skip("host"),),
        overrides=(Override(("linux/arm/7, host",), (), Overlay(gui=True)),),
        ignore=(Ignore("CW1501", "a", ("!host",)), Ignore("CW1502", "b", ("hosts/*",))),
    ).on(LINUX)
    assert config.skipped(LINUX)
    assert not config.skipped(WINDOWS)
    assert config.settings("p", LINUX).gui
    assert not config.settings("p", WINDOWS).gui
    assert config.ignored("CW1501", WINDOWS)
    assert not config.ignored("CW1501", LINUX)
    assert config.ignore[1].targets == ("hosts/*",)
