"""Templates: the names they know, and what is said of mistakes. Go's own results are compared in
tests/integration/config/test_template.py."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from crosswind.config.context import TemplateContext, rfc3339, semver
from crosswind.config.functions import FUNCTIONS, bound
from crosswind.config.read import read
from crosswind.config.rendered import render_settings
from crosswind.config.settings import Cgo, Config, Overlay, Settings
from crosswind.config.template import render
from crosswind.errors import UsageError
from crosswind.target import Target

LINUX = Target("linux", "amd64")
CONTEXT = TemplateContext(
    project_name="greet",
    module_path="example.com/greet",
    version="1.2.3",
    tag="v1.2.3",
    commit="ab" * 20,
    short_commit="abababa",
    commit_time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    target=LINUX,
    env={"TOKEN": "secret"},
)


def wrong(template: str, where: str = "") -> UsageError:
    with pytest.raises(UsageError) as caught:
        render(template, CONTEXT, where)
    return caught.value


@pytest.mark.parametrize(
    ("template", "code", "message", "hint"),
    [
        ("{{ .Versoin }}", "CW0211", "unknown name .Versoin at character 4", "mean .Version?"),
        ("{{ .version }}", "CW0211", "unknown name .version", "mean .Version?"),
        ("a\n  {{ .Xyz }}", "CW0211", "at character 6 of the template's line 2", "known here: .A"),
        ("{{ .Runtime.Goss }}", "CW0211", "unknown name .Runtime.Goss", "mean .Runtime.Goos?"),
        ("{{ if .Nope }}{{ end }}", "CW0211", "unknown name .Nope at character 7", ""),
        ("{{ tolwer .Tag }}", "CW0211", "unknown function tolwer", "mean tolower?"),
        ("{{ printff .Tag }}", "CW0211", "unknown function printff", "mean printf?"),
        ("{{ .Env.TOEKN }}", "CW0213", "the environment variable TOEKN", "export TOEKN"),
        ("{{ .Version", "CW0210", "at character 1", ""),
        ("{{ if .Version }}", "CW0210", "at character 18", ""),
        ("{{ .Version.Major }}", "CW0212", "there is no Major here", ""),
        ("{{ .Version.upper }}", "CW0212", "there is no upper here", ""),
        ("{{ .Now.__class__ }}", "CW0212", "", ""),
        ("{{ .Env.values }}", "CW0213", "", ""),
        ("{{ replace .Major `1` `2` }}", "CW0212", "expected text, got int", ""),
        ("{{ incpatch `x` }}", "CW0212", "'x' is no semantic version", ""),
        ("{{ .Env }}", "CW0212", ".Env cannot be listed", ""),
        ("{{ range .Env }}{{ end }}", "CW0212", ".Env cannot be listed", ""),
        ("{{ . }}", "CW0212", ". cannot be listed", ""),
        ('{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}', "CW0212", "", ""),
        ('{{ $x := "aaaaaaaaaa" }}{{ range 2000000 }}{{ $x }}{{ end }}', "CW0212", "budget", ""),
    ],
)
def test_mistakes(template: str, code: str, message: str, hint: str) -> None:
    error = wrong(template, "crosswind.yaml:7:9")
    assert (error.code, error.subject) == (code, "crosswind.yaml:7:9")
    assert message in error.message
    assert hint in error.hint
    assert "secret" not in f"{error.message}{error.hint}"


def test_text_without_a_template_stays() -> None:
    assert render("-X main.v=1 }}", CONTEXT) == "-X main.v=1 }}"


@pytest.mark.parametrize(
    ("target", "template", "expected"),
    [
        (LINUX, "{{ .Os }}/{{ .Arch }}/{{ .Amd64 }}|{{ .Arm }}|{{ .Ext }}", "linux/amd64/v1||"),
        (Target("linux", "amd64", "v3"), "{{ .Amd64 }} {{ .Target }}", "v3 linux_amd64_v3"),
        (
            Target("windows", "arm64"),
            "{{ .Arm64 }}{{ .Ext }} {{ .Target }}",
            "v8.0.exe windows_arm64",
        ),
        (Target("linux", "arm", "6"), "{{ .Arm }}{{ .Mips }}", "6"),
        (Target("linux", "mips64le", "softfloat"), "{{ .Mips }}", "softfloat"),
        (Target("linux", "386"), "{{ .I386 }}", "sse2"),
        (Target("linux", "riscv64"), "{{ .Riscv64 }}", "rva20u64"),
        (Target("linux", "ppc64le"), "{{ .Ppc64 }}", "power8"),
        (Target("linux", "s390x"), "{{ .Amd64 }}{{ .Arm }}{{ .I386 }}", ""),
        (Target("js", "wasm"), "{{ .Arch }}", "wasm"),
    ],
)
def test_names_of_the_target(target: Target, template: str, expected: str) -> None:
    assert render(template, replace(CONTEXT, target=target)) == expected


def test_no_target_no_names_of_one() -> None:
    with pytest.raises(UsageError) as caught:
        render("{{ .Os }}", replace(CONTEXT, target=None))
    assert caught.value.code == "CW0211"


def test_the_builds_time_is_the_commits_unless_another_is_given() -> None:
    template = "{{ .Date }} {{ .Timestamp }} {{ .CommitDate }} {{ time `2006` }} {{ .Now.Unix }}"
    assert render(template, CONTEXT) == (
        "2026-01-02T03:04:05Z 1767323045 2026-01-02T03:04:05Z 2026 1767323045"
    )
    later = replace(CONTEXT, time=datetime(2027, 1, 1, tzinfo=UTC))
    assert render(template, later) == (
        "2027-01-01T00:00:00Z 1798761600 2026-01-02T03:04:05Z 2027 1798761600"
    )
    assert render(template, TemplateContext("x")).startswith("1970-01-01T00:00:00Z 0 ")


def test_rfc3339_is_utc_to_the_second() -> None:
    zone = timezone(timedelta(hours=-7))
    assert rfc3339(datetime(2026, 1, 1, 20, 30, 1, 999999, tzinfo=zone)) == "2026-01-02T03:30:01Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v1.2.3", (1, 2, 3, "")),
        ("1.2.3-beta.1+m", (1, 2, 3, "beta.1")),
        ("v0.0.0-20260102030405-abcdefabcdef", (0, 0, 0, "20260102030405-abcdefabcdef")),
        ("1.2", None),
        ("v01.2.3", None),
        ("", None),
        ("1.2.3\n", None),
    ],
)
def test_semver(text: str, expected: tuple[int, int, int, str] | None) -> None:
    assert semver(text) == expected


def test_parts_of_the_version_follow_the_tag_then_the_version() -> None:
    template = "{{ .RawVersion }} {{ .Major }} {{ .Prerelease }}"
    tagged = TemplateContext("x", tag="v2.3.4-rc1", version="9.9.9")
    assert render(template, tagged) == "2.3.4 2 rc1"
    assert render(template, TemplateContext("x", version="1.0.1")) == "1.0.1 1 "
    assert render(template, TemplateContext("x", tag="nightly")) == "0.0.0 0 "


# What golang.org/x/text v0.31.0, cases.Title(language.English), makes of these.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux_amd64", "Linux_amd64"),
        ("FOO bar", "Foo Bar"),
        ("foo-bar", "Foo-Bar"),
        ("don't", "Don't"),
        ("1abc 3com", "1Abc 3Com"),
        ("v1.2beta", "V1.2beta"),
        ("a.b x/y", "A.b X/Y"),
        ("e.g. this", "E.g. This"),
        ("ñandú ÉTÉ", "Ñandú Été"),
        ("ß ﬁx ǆ", "Ss Fix ǅ"),
        ("it\u2019s 'x y'", "It\u2019s 'X Y'"),
        ("", ""),
    ],
)
def test_title(text: str, expected: str) -> None:
    assert FUNCTIONS["title"](text) == expected


# What github.com/Masterminds/semver/v3 v3.4.0 makes of these.
@pytest.mark.parametrize(
    ("version", "major", "minor", "patch"),
    [
        ("1.2.3", "2.0.0", "1.3.0", "1.2.4"),
        ("v1.2.3", "v2.0.0", "v1.3.0", "v1.2.4"),
        ("1.2", "2.0.0", "1.3.0", "1.2.1"),
        ("v1", "v2.0.0", "v1.1.0", "v1.0.1"),
        ("1.2.3-beta.1", "2.0.0", "1.3.0", "1.2.3"),
        ("1.2.3+meta", "2.0.0", "1.3.0", "1.2.4"),
    ],
)
def test_increments(version: str, major: str, minor: str, patch: str) -> None:
    given = {name: FUNCTIONS[name](version) for name in ("incmajor", "incminor", "incpatch")}
    assert given == {"incmajor": major, "incminor": minor, "incpatch": patch}


@pytest.mark.parametrize("pattern", ["\\d", "(?i)a", "a*+", "(", "[a"])
def test_what_posix_expressions_do_not_have(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        FUNCTIONS["filter"]("a", pattern)


def test_no_function_depends_on_the_machine() -> None:
    names = bound({}, CONTEXT.now)
    assert not {"abs", "readFile", "mustReadFile", "sha256", "env"} & set(names)


CONFIGURED = """\
tags: ["t{{ .Major }}"]
ldflags: ["-s", "-X main.target={{ .Target }}"]
env: {CC: "{{ .Arch }}-gcc"}
pgo: "{{ .Binary }}.pgo"
flags: ["-p={{ .Patch }}"]
overrides:
  - targets: windows/*
    variables: {main.version: "{{ .Versoin }}"}
"""


def test_settings_are_rendered() -> None:
    config = read(CONFIGURED.encode(), "crosswind.yaml")
    assert render_settings(config, "greet", LINUX, CONTEXT) == Settings(
        tags=("t1",),
        ldflags=("-s", "-X main.target=linux_amd64"),
        env=(("CC", "amd64-gcc"),),
        pgo=".pgo",
        flags=("-p=3",),
        cgo=Cgo.OFF,
    )


def test_a_mistake_is_shown_where_it_stands() -> None:
    config = read(CONFIGURED.encode(), "crosswind.yaml")
    with pytest.raises(UsageError) as caught:
        render_settings(config, "greet", Target("windows", "amd64"), CONTEXT)
    assert caught.value.subject == "crosswind.yaml:8:17"
    asked = Config().with_command_line(Overlay(ldflags=("{{ .Nope }}",)))
    with pytest.raises(UsageError) as caught:
        render_settings(asked, "greet", LINUX, CONTEXT)
    assert caught.value.subject == "command line"


def test_plain_settings_need_no_template_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gotpl", None)
    assert render_settings(Config(), "greet", LINUX, CONTEXT) == Settings()


def test_the_environment_is_in_no_representation() -> None:
    assert "secret" not in repr(CONTEXT)
