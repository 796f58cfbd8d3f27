"""Our templates against Go's own text/template, rendered by a Go program from the same data."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crosswind.config.context import TemplateContext, rfc3339
from crosswind.config.template import render
from crosswind.errors import UsageError
from crosswind.target import Target

CONTEXT = TemplateContext(
    project_name="greet",
    module_path="example.com/Greet",
    version="1.2.3-beta.1",
    tag="v1.2.3-beta.1",
    branch="feature/ünïcode",
    commit="0123456789abcdef0123456789abcdef01234567",
    short_commit="0123456",
    commit_time=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
    git_url="https://example.com/greet.git?a=b&c=<d>",
    summary="v1.2.3-beta.1-4-g0123456",
    binary="greet",
    target=Target("windows", "amd64", "v3"),
    env={"TOKEN": "secret", "EMPTY": "", "LINES": "one\ntwo\nthree"},
    goos="linux",
    goarch="amd64",
)

# What users write, and every part of the language they may reach for.
TEMPLATES = r"""
plain text
{{ .Version }}
{{.Version}}
{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}{{ .Amd64 }}{{ .Ext }}
-s -w -X main.version={{ .Version }} -X main.commit={{.Commit}} -X main.date={{.CommitDate}}
{{ .Major }}.{{ .Minor }}.{{ .Patch }}{{ if .Prerelease }}-{{ .Prerelease }}{{ end }}
{{ .RawVersion }} {{ .Timestamp }} {{ .CommitTimestamp }} {{ .Date }}
{{ .IsSnapshot }} {{ .IsGitDirty }} {{ .IsGitClean }} {{ .GitTreeState }}
{{ .Runtime.Goos }}/{{ .Runtime.Goarch }}
{{ .Now.Format "2006-01-02T15:04:05Z07:00" }} {{ .Now.Year }} {{ .Now.Unix }}
{{ .Now }}
{{ .Now.Format "Mon Jan _2 3:04PM 06 002 .000 MST -0700" }}
{{ time "2006.01.02" }}
{{ .Version | toupper }}
{{ .Version | replace "1" "2" }}
{{ replace .Version "." "_" | tolower | printf "<%s>" }}
{{ printf "%s-%d-%v-%q-%05d|%-8s|%8s|%x|%t|%%" .Tag .Major .Minor .Branch .Patch .Os .Arch .Os .IsGitDirty }}
{{ printf "%d" .Version }}
{{ printf "%s" .Major }}
{{ printf "%s %s" .Version }}
{{ printf "%s" .Version .Tag }}
{{ printf "%v %v" (split .Version ".") (map "b" "2" "a" "1") }}
{{ print .Major .Minor .Version .Tag }}
{{ print 1 2 "a" 3 }}
{{ println .Version 1 }}
{{ if eq .Os "windows" }}exe{{ else }}bin{{ end }}
{{ if eq .Os "linux" "windows" }}yes{{ end }}
{{ if ne .Os "windows" }}a{{ else if eq .Arch "amd64" }}b{{ else }}c{{ end }}
{{ if and .Prerelease (not .IsSnapshot) }}pre{{ end }}
{{ if or .IsSnapshot .IsGitDirty }}a{{ else }}b{{ end }}
{{ and 1 0 2 }}{{ or 0 "" "x" }}{{ not 0 }}
{{ if lt .Minor 3 }}lt{{ end }}{{ if le .Minor 2 }}le{{ end }}{{ if gt .Minor 1 }}gt{{ end }}{{ if ge .Patch 4 }}ge{{ end }}
{{ lt "a" "b" }} {{ gt 1.5 1.0 }} {{ eq 1 1 }} {{ ne "a" "b" }}
{{ eq 1 "1" }}
{{ eq .Major "1" }}
{{ lt 1 "a" }}
{{ eq .Env .Env }}
{{ range $i, $part := split .Version "." }}{{ if $i }}-{{ end }}{{ $part }}{{ end }}
{{ range split "" "," }}[{{ . }}]{{ else }}none{{ end }}
{{ range $key, $value := map "z" "1" "a" "2" }}{{ $key }}={{ $value }};{{ end }}
{{ range 3 }}{{ . }}{{ end }}
{{ range $i, $c := split "abc" "" }}{{ if eq $c "b" }}{{ continue }}{{ end }}{{ $i }}{{ $c }}{{ end }}
{{ range split "a,b,c" "," }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}
{{ range .Version }}x{{ end }}
{{ range .Major }}{{ . }}{{ end }}
{{ with .Prerelease }}[{{ . }}]{{ end }}{{ with .PreviousTag }}x{{ else }}none{{ end }}
{{ with $v := .Version }}{{ $v }}{{ $.Tag }}{{ end }}
{{ with .PreviousTag }}a{{ else with .Tag }}b{{ . }}{{ end }}
{{ $x := .Version }}{{ $x = "other" }}{{ $x }}
{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}
{{- .Version -}}   x   {{- " y " -}}   z
a {{- /* a comment */ -}} b
{{/* comment */}}x
{{ "quoted \" \t \u00e9" }} {{ `raw \n` }} {{ 'a' }}
{{ 1 }} {{ 0x1F }} {{ 1e3 }} {{ 1.5 }} {{ -2 }} {{ 1_000 }} {{ true }} {{ 0b11 }} {{ 017 }}
{{ len .Version }} {{ len .Branch }} {{ len (split .Version ".") }}
{{ index (split .Version ".") 1 }}
{{ index (split .Version ".") 9 }}
{{ index .Env "TOKEN" }}|{{ index .Env "NOPE" }}|
{{ index (map "a" "b") "a" }}{{ index (map "a" "b") "z" }}
{{ index .Version 0 }}
{{ slice .Commit 0 7 }} {{ slice .Commit 30 }} {{ slice .Tag 1 }}
{{ slice .Tag 99 }}
{{ html .GitURL }} {{ urlquery .GitURL }} {{ js .GitURL }}
{{ "<a&'b\">" | html }}
{{ .Env.TOKEN }} {{ .Env.EMPTY }}|
{{ .Env.NOPE }}
{{ if .Env.NOPE }}x{{ end }}
{{ if index .Env "NOPE" }}x{{ else }}y{{ end }}
{{ envOrDefault "TOKEN" "d" }} {{ envOrDefault "NOPE" "d" }} {{ envOrDefault "EMPTY" "d" }}|
{{ isEnvSet "TOKEN" }} {{ isEnvSet "NOPE" }} {{ isEnvSet "EMPTY" }}
{{ .Versoin }}
{{ .Version.Major }}
{{ .Runtime.Goss }}
{{ .Runtime.goos }}
{{ .Now.Nope }}
{{ if .Nope }}x{{ end }}
{{ $.Version }} {{ $.Nope }}
{{ nofunc 1 }}
{{ .Version
{{ if .Version }}x
{{ end }}
{{ else }}
{{ }}
{{ .Version | }}
{{ | toupper }}
{{ "unterminated }}
{{ (1 }}
{{ 1) }}
{{ $undefined }}
{{ replace .Version }}
{{ replace .Version "a" "b" "c" }}
{{ replace .Major "1" "2" }}
{{ replace "abc" "" "-" }} {{ replace "aaa" "a" "bb" }}
{{ toupper 1 }}
{{ tolower "ÀÉÎ İ ẞ ΑΣ" }} {{ toupper "straße ǆ ŉ ﬁ ñ" }}
{{ trim "  a b  " }}|{{ trim "" }}|{{ trim "\t\n x \u00a0\u3000" }}|{{ trim "\x1c" | len }}
{{ trimprefix .Tag "v" }} {{ trimprefix "abc" "x" }} {{ trimsuffix "a.git" ".git" }} {{ trimsuffix "a" "" }}
{{ split "a.b.c" "." }} {{ split "" "." | len }} {{ len (split "héllo" "") }}
{{ contains "foobar" "oba" }} {{ contains "x" "" }} {{ contains "" "x" }}
{{ dir "/a/b/c" }} {{ dir "a" }} {{ dir "" }} {{ dir "/" }} {{ dir "//a//b/../c" }} {{ dir "a/b/" }} {{ dir "../x" }} {{ dir "//" }}
{{ base "/a/b/c" }} {{ base "a" }} {{ base "" }} {{ base "/" }} {{ base "//" }} {{ base "a/b/" }} {{ base .ModulePath }}
{{ urlPathEscape "foo/bar baz?x=1&y;z,:@+$~é%#[]" }}
{{ filter .Env.LINES "^t" }}
{{ reverseFilter .Env.LINES "^t" }}
{{ filter "a1\nb\nc3" "[0-9]$" }} {{ filter "a\nB" "[[:upper:]]" }} {{ filter "x.y\nxzy" "x\\.y" }}
{{ filter "ab\ncd" "(ab|ef)" }} {{ filter "a" "\\d" }}
{{ filter "a" "(?i)A" }}
{{ filter "a" "(" }}
{{ filter "aa\nb" "a{2}" }} {{ filter "a-b\n[x]" "[]x]" }}
{{ map "a" }}
{{ map }}
{{ indexOrDefault (map "a" "b") "a" "d" }} {{ indexOrDefault (map "a" "b") "z" "d" }}
{{ $m := map "k" "v" }}{{ $m.k }}
{{ $m := map "k" "v" }}{{ $m.z }}
{{ define "x" }}[{{ . }}]{{ end }}{{ template "x" .Version }}
{{ define "x" }}a{{ end }}{{ template "x" }}{{ template "x" . }}
{{ template "nope" }}
{{ block "b" .Tag }}<{{ . }}>{{ end }}
{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}
{{ nil }}
{{ .Version nil }}
{{ call .Version }}
{{ .Env.TOKEN.Foo }}
{{ "a" "b" }}
{{ 1 2 }}
{{ true 1 }}
{{ (index (split "a,b" ",") 0) | printf "%s%s" "x" }}
{{ printf "%[2]s %[1]s" "a" "b" }} {{ printf "%6.2f" 3.14159 }} {{ printf "%c" 65 }} {{ printf "%U" 233 }} {{ printf "%T" .Major }}
{{ printf "%*d" 5 42 }} {{ printf "%+d" 5 }} {{ printf "%#x" 255 }} {{ printf "%o" 8 }} {{ printf "%b" 5 }} {{ printf "%e" 1.5 }}
{{ not .IsSnapshot }} {{ not "" }} {{ not "x" }}
{{ if not (eq .Os "linux") }}{{ .Os | printf "%s!" }}{{ end }}
{{"{{"}} literal {{ "}}" }}
}} stray
{{ if eq .Os "darwin" }}macOS{{ else if eq .Os "windows" }}Windows{{ end }}-{{ if eq .Arch "amd64" }}x86_64{{ else }}{{ .Arch }}{{ end }}{{ if .Arm }}v{{ .Arm }}{{ end }}
""".strip("\n").split("\n")  # fmt: skip


@pytest.fixture(scope="module")
def by_go(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What Go makes of each template."""
    program = tmp_path_factory.mktemp("go") / "main.go"
    program.write_bytes((Path(__file__).parent / "render.go").read_bytes())
    data = {
        "now": rfc3339(CONTEXT.now),
        "names": CONTEXT.names(),
        "env": dict(CONTEXT.env),
        "templates": TEMPLATES,
    }
    done = subprocess.run(
        ["go", "run", program],
        input=json.dumps(data),
        env=os.environ | {"GOENV": "off", "GOTOOLCHAIN": "local", "GO111MODULE": "off"},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(TEMPLATES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("template", TEMPLATES)
def test_same_as_go(template: str, by_go: dict[str, dict[str, str]]) -> None:
    expected = by_go[template]
    try:
        ours = {"output": render(template, CONTEXT, "crosswind.yaml:1:1")}
    except UsageError as error:
        ours = {"error": error.message}
    if "error" in expected:
        assert "error" in ours, expected["error"]
    else:
        assert ours == expected
