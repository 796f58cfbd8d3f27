"""From text to `Config`, and each kind of mistake at its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosswind.config.config_error import ConfigError
from crosswind.config.read import read
from crosswind.config.settings import (
    Cgo,
    Config,
    Debug,
    Ignore,
    Overlay,
    Override,
    ProgramConfig,
    Skip,
)
from crosswind.finding import Finding

EVERYTHING = (Path(__file__).parent / "everything.yaml").read_text()


def findings(text: str) -> list[tuple[str, str, str, str]]:
    with pytest.raises(ConfigError) as caught:
        read(text.encode(), "crosswind.yaml")
    return [
        (one.code, one.subject.removeprefix("crosswind.yaml:"), one.message, one.hint)
        for one in caught.value.findings
    ]


def test_everything() -> None:
    assert read(EVERYTHING.encode(), "crosswind.yaml") == Config(
        file="crosswind.yaml",
        name="greet",
        toolchain="1.20",
        targets=("windows/amd64", "linux/*"),
        skip=(Skip("plan9/*"), Skip("js/wasm", "no browser")),
        dist="out",
        programs=(
            ProgramConfig("./cmd/greet", "greet", (), Overlay(ldflags=("-s", "-w"))),
            ProgramConfig("./cmd/tool/v2", "tool", ("linux/amd64",)),
            ProgramConfig(".", "root"),
        ),
        overlay=Overlay(
            trimpath=False,
            cgo=Cgo.AUTO,
            tags=("netgo", "osusergo"),
            ldflags=("-s -w",),
            gcflags=("all=-l",),
            asmflags=("all=-trimpath=/x",),
            flags=("-p=2",),
            env=(("GOEXPERIMENT", "jsonv2"), ("N", "1.0")),
            buildmode="pie",
            pgo="auto",
            buildvcs="false",
            mod="vendor",
            gui=True,
            variables=(("main.version", "{{ .Version }}"), ("example.com/a/b.Debug", "true")),
            debug=Debug.SPLIT,
            embed=True,
            icon=("a.png", "b.png"),
            resources=("app.rc",),
            version_info=(("CompanyName", "Example"), ("Build", "7")),
            manifest=(("enabled", "true"), ("level", "requireAdministrator"), ("utf8", "true")),
            defines=(("NAME", "value"),),
            includes=("inc",),
            string_table=(("1", "one"),),
            rcdata=(("DATA", "data.bin"),),
            language="0x0407",
            sign_windows=(("enabled", "true"), ("pfx", "a.pfx"), ("password_env", "PIN")),
            sign_timestamp=("http://a", "http://b"),
            sign_darwin=(("enabled", "false"),),
        ),
        overrides=(Override(("windows/*",), ("g*",), Overlay(gui=False)),),
        ignore=(Ignore("CW1501", "vendored", ("linux/*",)),),
        fail_fast=True,
        parallel=2,
        store_limit=20_000_000_000,
    )


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        (
            "windows: {version: {companyname: x}}",
            "1:21",
            "windows.version.companyname: Windows calls it CompanyName",
            "write `CompanyName:`",
        ),
        (
            "windows:\n  strings: {70000: x}",
            "2:13",
            "windows.strings.70000: '70000' is no number of a string",
            "strings are numbered 0 to 65535",
        ),
        (
            "windows:\n  manifest:\n    level: administrator",
            "3:12",
            (
                "windows.manifest.level: 'administrator' is none of asInvoker, highestAvailable,"
                " requireAdministrator"
            ),
            "did you mean requireAdministrator?",
        ),
        (
            "windows: {language: '?'}",
            "1:21",
            "windows.language: '?' is no language",
            "write one such as en-US, or its number 0x0409",
        ),
    ],
)
def test_mistakes_below_windows(text: str, position: str, message: str, hint: str) -> None:
    assert findings(text) == [("CW0206", position, message, hint)]


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "version: 1"])
def test_nothing_said(text: str) -> None:
    assert read(text.encode(), "f") == Config(file="f")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("windows: {}", Overlay(embed=True)),
        ("windows: false", Overlay(embed=False)),
        (
            "windows: {manifest: app.manifest, version: false}",
            Overlay(
                embed=True,
                manifest=(("enabled", "true"), ("file", "app.manifest")),
                version_info=(("enabled", "false"),),
            ),
        ),
        (
            "windows: {manifest: false}",
            Overlay(embed=True, manifest=(("enabled", "false"),)),
        ),
    ],
)
def test_windows_and_what_stands_for_its_mappings(text: str, expected: Overlay) -> None:
    assert read(text.encode(), "f").overlay == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tags: a,b", ("a", "b")),
        ("tags: [a, 'b,c']", ("a", "b", "c")),
        ("tags: '{{ if eq .Os \"a,b\" }}x{{ end }}'", ('{{ if eq .Os "a,b" }}x{{ end }}',)),
        ("tags: []", ()),
    ],
)
def test_tags(text: str, expected: tuple[str, ...]) -> None:
    assert read(text.encode(), "f").overlay.tags == expected


@pytest.mark.parametrize(("text", "mode"), [("on", "on"), ("true", "on"), ("false", "off")])
def test_cgo(text: str, mode: str) -> None:
    assert read(f"cgo: {text}".encode(), "f").overlay.cgo == mode


@pytest.mark.parametrize("text", ["go1.27.3", "1.27.3", "1.27", "1.27rc1", "'1.26'"])
def test_toolchain(text: str) -> None:
    expected = text.strip("'").removeprefix("go")
    assert read(f"toolchain: {text}".encode(), "f").toolchain == expected


@pytest.mark.parametrize(
    ("text", "code", "position", "message", "hint"),
    [
        # Unknown keys
        ("nmae: x", "CW0205", "1:1", "unknown key 'nmae'", "did you mean name?"),
        ("Targets: x", "CW0205", "1:1", "unknown key 'Targets'", "did you mean targets?"),
        ("\nldflag: -s", "CW0205", "2:1", "unknown key 'ldflag'", "did you mean ldflags?"),
        ("zzz: 1", "CW0205", "1:1", "unknown key 'zzz'", "known here: trimpath, "),
        (
            "programs:\n  - main: .\n    name: a\n    binary: b",
            "CW0205",
            "4:5",
            "unknown key 'binary' in programs[0]",
            "what GoReleaser calls binary is name here",
        ),
        (
            "programs: [{mian: ./a}]",
            "CW0205",
            "1:13",
            "unknown key 'mian' in programs[0]",
            "did you mean main?",
        ),
        ("skip: [{traget: a}]", "CW0205", "1:9", "unknown key 'traget' in skip[0]", "target?"),
        ("verify: {ignored: []}", "CW0205", "1:10", "unknown key 'ignored' in verify", "ignore?"),
        # Wrong types
        ("trimpath: yes", "CW0206", "1:11", "expected true or false, found text 'yes'", "true"),
        ("gui: 'true'", "CW0206", "1:6", "expected true or false, found text 'true'", "unquoted"),
        ("gui: 1", "CW0206", "1:6", "gui: expected true or false, found the number 1", ""),
        ("gui: maybe", "CW0206", "1:6", "expected true or false, found text 'maybe'", ""),
        ("gui:", "CW0206", "1:1", "expected true or false, found nothing", "leave the key out"),
        ("name: ~", "CW0206", "1:1", "name: expected text, found nothing", "leave the key out"),
        ("name: [a]", "CW0206", "1:7", "name: expected text, found a list", ""),
        ("name: ' '", "CW0206", "1:7", "found only blanks", ""),
        ("tags: {a: b}", "CW0206", "1:7", "expected text or a list of text, found a mapping", ""),
        ("tags: [a, [b]]", "CW0206", "1:11", "tags[1]: expected text, found a list", ""),
        ("env: text", "CW0206", "1:6", "expected a mapping (key: value), found text 'text'", ""),
        ("env: {A: [b]}", "CW0206", "1:10", "env.A: expected text, found a list", ""),
        ("programs: text", "CW0206", "1:11", "expected a list of mappings (- key: value)", ""),
        ("programs: [text]", "CW0206", "1:12", "programs[0]: expected a mapping", ""),
        ("verify: [a]", "CW0206", "1:9", "verify: expected a mapping", ""),
        ("parallel: 1.5", "CW0206", "1:11", "expected a whole number, found the number 1.5", ""),
        ("parallel: many", "CW0206", "1:11", "expected a whole number, found text 'many'", ""),
        ("parallel: -1", "CW0206", "1:11", "expected 0 or more, found the number -1", ""),
        (
            "store: {limit: much}",
            "CW0206",
            "1:16",
            "'much' is no size",
            "give a number and a unit, such as 10 GB or 512MiB",
        ),
        ("just text", "CW0206", "1:1", "the file: expected a mapping", ""),
        ("- a\n- b", "CW0206", "1:1", "the file: expected a mapping (key: value), found a", ""),
        # Wrong values
        ("version: 2", "CW0206", "1:10", "version 2 is unknown", "reads version 1"),
        ("cgo: of", "CW0206", "1:6", "'of' is none of off, on, auto", "did you mean off?"),
        ("buildmode: cshared", "CW0206", "1:12", "is none of exe, pie,", "c-shared?"),
        ("mod: ro", "CW0206", "1:6", "is none of readonly, vendor, mod", ""),
        ("buildvcs: 1", "CW0206", "1:11", "'1' is none of auto, true, false", ""),
        ("toolchain: '1'", "CW0206", "1:12", "'1' is no Go version", "1.27.3"),
        ("toolchain: latest", "CW0206", "1:12", "is no Go version", "1.27.3"),
        ("dist: .", "CW0206", "1:7", "would mix results and sources", "dist"),
        ("dist: a/../..", "CW0206", "1:7", "would mix results and sources", "dist"),
        ("name: a/b", "CW0206", "1:7", "no file name on every platform", ""),
        ("name: a:b", "CW0206", "1:7", "no file name on every platform", ""),
        ("name: '{{ .Os }}'", "CW0206", "1:7", "templates have no effect here", ""),
        ("tags: [a-b]", "CW0206", "1:8", "'a-b' is no build tag", "letters"),
        ("flags: [-tags=x]", "CW0206", "1:9", "has a key of its own", "`tags:`"),
        ("flags: --ldflags=-s", "CW0206", "1:8", "has a key of its own", "`ldflags:`"),
        ("flags: [-o=x]", "CW0206", "1:9", "-o is crosswind's to set", "leave it out"),
        ("flags: [-p 2]", "CW0206", "1:9", "is two arguments", "-flag=value"),
        ("env: {GOOS: x}", "CW0206", "1:7", "GOOS follows from the target", "choose targets"),
        ("env: {GOARM: 7}", "CW0206", "1:7", "GOARM follows from the target", "choose targets"),
        ("env: {CGO_ENABLED: 1}", "CW0206", "1:7", "follows from `cgo`", "`cgo: on`"),
        ("env: {a-b: x}", "CW0206", "1:7", "no name of an environment variable", ""),
        ("env: [A=b]", "CW0206", "1:6", "found a list of NAME=value", "`NAME: value`"),
        ("variables: {version: x}", "CW0206", "1:13", "is no Go variable", "`main.version`"),
        ("variables: {'a b.c': x}", "CW0206", "1:13", "is no Go variable", ""),
        ("verify: {ignore: [{code: X, reason: r}]}", "CW0206", "1:26", "is no check", "CW1501"),
        # Missing keys
        ("programs:\n  - name: a", "CW0207", "2:5", "programs[0]: the key 'main' is missing", ""),
        ("skip: [{reason: x}]", "CW0207", "1:8", "skip[0]: the key 'target' is missing", ""),
        ("verify: {ignore: [{code: CW1501}]}", "CW0207", "1:19", "'reason' is missing", ""),
        ("programs: [{main: .}]", "CW0207", "1:12", "does not tell the program's name", "name:"),
        # Contradictions
        ("programs: [{main: a/x}, {main: b/X}]", "CW0208", "1:25", "a second program X", "Windows"),
        ("overrides: [{gui: true}]", "CW0208", "1:13", "holds for everything", "targets:"),
        ("overrides: [{targets: a}]", "CW0208", "1:13", "changes nothing", ""),
        # GoReleaser's
        ("builds: [{binary: x}]", "CW0209", "1:1", "`builds` belongs to a GoReleaser", "CW0209"),
        ("version: 1\nproject_name: x", "CW0209", "2:1", "`project_name` belongs", "programs:"),
    ],
)
def test_mistake(text: str, code: str, position: str, message: str, hint: str) -> None:
    [(found, at, said, advice)] = findings(text)
    assert (found, at) == (code, position)
    assert message in said
    assert hint in advice


def test_all_at_once() -> None:
    text = "nmae: x\ngui: yes\ntags: {}\nprograms:\n  - main: ./a\n    cgo: of\nparallel: -1\n"
    found = findings(text)
    assert [(code, at) for code, at, _, _ in found] == [
        ("CW0205", "1:1"),
        ("CW0206", "2:6"),
        ("CW0206", "3:7"),
        ("CW0206", "6:10"),
        ("CW0206", "7:11"),
    ]
    with pytest.raises(ConfigError) as caught:
        read(text.encode(), "crosswind.yaml")
    assert caught.value.message == "5 mistakes"
    assert caught.value.subject == "crosswind.yaml"
    assert "crosswind.yaml:2:6: gui: expected true or false" in caught.value.hint


def test_a_mistake_behind_an_alias_is_shown_at_the_alias() -> None:
    assert [at for _, at, _, _ in findings("ldflags: &x [[a]]\ngcflags: *x\n")] == ["1:14", "2:10"]


def test_a_project_with_a_program_in_its_own_directory() -> None:
    config = read(b"name: greet\nprograms: [{main: .}]", "f")
    assert config.programs == (ProgramConfig(".", "greet"),)


def test_where() -> None:
    config = read(EVERYTHING.encode(), "crosswind.yaml")
    assert config.where("targets", 1) == "crosswind.yaml:4:26"
    assert config.where("variables", "main.version") == "crosswind.yaml:24:13"
    assert config.where("ldflags", 0) == "crosswind.yaml:14:1"
    assert config.where("nowhere") == "crosswind.yaml"
    assert Config().where("name") == ""


# Texts over the file's own words come nearer to it than random bytes do.
_KEYS = st.sampled_from(["name", "targets", "programs", "main", "env", "variables", "overrides"])
_SIGNS = st.sampled_from([*":-[]{},&*!|>#?%@\"'\t\\~1x", "<<", "{{", "&a", "*a", "true", "''"])
_SPACE = st.sampled_from([" ", "  ", "\n", ": ", "\n  ", "\n- "])


def mistakes(data: bytes) -> tuple[Finding, ...]:
    try:
        read(data, "f")
    except ConfigError as error:
        assert error.findings  # noqa: PT017 - most texts are wrong, few are right
        return error.findings
    return ()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_KEYS, _SIGNS, _SPACE)))
def test_any_text_is_read_or_explained(parts: list[str]) -> None:
    for one in mistakes("".join(parts).encode()):
        assert one.message
        assert one.subject.startswith("f")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_explained(data: bytes) -> None:
    mistakes(data)
