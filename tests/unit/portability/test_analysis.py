"""Holes of small trees, with a standard library of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.portability import analysis
from crosswind.portability.analysis import analyse
from crosswind.portability.hole import Holes
from crosswind.portability.parsing import Verdict
from crosswind.project.graph import Graph, load, modules_at
from crosswind.target import Target

WAYS = [("linux", "amd64", False), ("linux", "amd64", True), ("windows", "amd64", False)]
UNIVERSE = Universe(
    tuple(Context(Target(goos, arch), cgo, release_tags(26)) for goos, arch, cgo in WAYS)
)
LINUX, WINDOWS, ALL = 3, 4, 7
STANDARD = {
    "syscall/s.go": "package syscall\n\nfunc Exit() {}\n",
    "syscall/s_linux.go": "package syscall\n\nfunc Kill() {}\n\ntype Stat struct { A, B int }\n",
    "syscall/s_windows.go": "package syscall\n\ntype Stat struct { A int }\n",
    "win/w_windows.go": "package win\n\nfunc W() {}\n",
    "maps/m.go": "package maps\n\ntype Map map[string]int\n",
}

Analyse = Callable[..., list[tuple[str, str, str, int]]]


@pytest.fixture
def graph_of(tmp_path: Path) -> Callable[[dict[str, str]], Graph]:
    def write(files: dict[str, str], universe: Universe = UNIVERSE) -> Graph:
        everything = {f"goroot/src/{name}": text for name, text in STANDARD.items()}
        everything["m/go.mod"] = "module example.com/m\n"
        everything |= {f"m/{name}": text for name, text in files.items()}
        for name, text in everything.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        goroot = tmp_path / "goroot"
        modules = modules_at(tmp_path / "m", {"GOWORK": "off"}, goroot, ["./..."])
        return load(modules, universe, ["./..."], tmp_path / "m")

    return write


@pytest.fixture
def found(graph_of: Callable[[dict[str, str]], Graph]) -> Analyse:
    """Analyse files; return each hole as code, place, name and contexts."""

    def look(**files: str) -> list[tuple[str, str, str, int]]:
        graph = graph_of({name.replace("__", "/") + ".go": text for name, text in files.items()})
        holes = analyse(graph)
        return [
            (one.code, f"{Path(one.file).name}:{one.line}:{one.column}", one.name, one.bits)
            for path in holes.found
            for one in holes.found[path]
        ]

    return look


def test_a_name_of_another_package(found: Analyse) -> None:
    text = 'package m\n\nimport "syscall"\n\nfunc f() { syscall.Kill(); syscall.Exit() }\n'
    assert found(a=text) == [("CW5061", "a.go:5:20", "syscall.Kill", WINDOWS)]


def test_a_file_for_those_targets_that_have_the_name_is_fine(found: Analyse) -> None:
    text = 'package m\n\nimport s "syscall"\n\nvar k = s.Kill\n'
    assert found(a_linux=text) == []


def test_a_name_that_exists_nowhere_in_a_file_for_one_system(found: Analyse) -> None:
    text = 'package m\n\nimport s "syscall"\n\nvar k = s.Nowhere\n'
    assert found(a_linux=text) == [("CW5061", "a_linux.go:5:11", "syscall.Nowhere", LINUX)]


def test_names_that_exist_nowhere_in_files_for_all_targets(found: Analyse) -> None:
    files = {
        "a": 'package m\n\nimport s "syscall"\n\nfunc f(x, y int) { s.Nowhere(); g(x, lost) }\n',
        "b": "package m\n\nfunc g(a, b int) {}\n",
    }
    assert found(**files) == [
        ("CW5061", "a.go:5:22", "syscall.Nowhere", ALL),
        ("CW5062", "a.go:5:38", "lost", ALL),
    ]


def test_type_parameters_of_methods_are_names(found: Analyse) -> None:
    method = "type T struct{}\n\nfunc (t T) Map[U any](f func(int) U) (u U) {"
    said = found(a=f"package m\n\n{method} _ = lost; return f(1) }}\n")
    assert said == [("CW5062", "a.go:5:50", "lost", ALL)]


@pytest.mark.parametrize("group", ["var ( a = 1; b = 2 )", "const (a = iota; b)", "var (a = 1)"])
def test_groups_that_end_on_the_line_of_their_last_one(found: Analyse, group: str) -> None:
    text = f'package m\n\nimport "syscall"\n\n{group}\n\nvar k, l = syscall.Kill, a\n'
    assert found(a=text) == [("CW5061", "a.go:7:20", "syscall.Kill", WINDOWS)]


def test_names_that_cgo_makes_are_not_missing(found: Analyse) -> None:
    text = 'package m\n\nimport "C"\n\nvar x = _Ctype_int(0)\nvar y = _Other\n'
    assert [one[2] for one in found(a=text)] == ["_Other"]
    assert [one[2] for one in found(a="package m\n\nvar x = _Ctype_int(0)\n")] == ["_Ctype_int"]


def test_what_a_dot_import_may_bring_is_not_missing(found: Analyse) -> None:
    text = 'package m\n\nimport . "example.com/absent"\n\nvar x = Name\n'
    assert found(a=text) == []


@pytest.mark.parametrize(("limit", "value"), [("FEW", 1), ("FEW_BYTES", 20)])
def test_many_files_are_read_to_their_end_if_that_is_asked_for(
    graph_of: Callable[[dict[str, str]], Graph],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
) -> None:
    monkeypatch.setattr(analysis, limit, value)
    graph = graph_of({"a.go": "package m\n", "b.go": "package m\n\nvar x = lost\n"})
    holes = analyse(graph)
    assert (holes.found, holes.shallow) == ({}, 2)
    holes = analyse(graph, deep=True)
    assert ([one.name for one in holes.found["example.com/m"]], holes.shallow) == (["lost"], 0)


@pytest.mark.parametrize("deep", [True, False])
def test_functions_without_a_body_where_there_is_no_assembly(
    graph_of: Callable[[dict[str, str]], Graph], monkeypatch: pytest.MonkeyPatch, *, deep: bool
) -> None:
    monkeypatch.setattr(analysis, "FEW", 100 if deep else 0)
    text = "package m\n\nfunc Add(a, b int) int\n\nfunc (T) M()\n\ntype T int\n"
    graph = graph_of({"a.go": text, "a_linux.s": ""})
    holes = analyse(graph).found["example.com/m"]
    assert [(one.code, one.line, one.column, one.bits) for one in holes] == [
        ("CW5070", 3, 6, WINDOWS),
        ("CW5070", 5, 6, WINDOWS),
    ]
    assert "a_linux.s" in holes[0].hint


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("func f()\n", [ALL]),
        ("func f() {}\n", []),
        ("func _()\n", []),
        ('import _ "unsafe"\n\n//go:linkname f runtime.f\nfunc f()\n', []),
        ('import _ "unsafe"\n\n//go:linkname g runtime.f\nfunc f()\n\nfunc g()\n', [ALL]),
        ("//go:wasmimport a b\nfunc f()\n", [ALL]),
        ("func f[T any]()\n", [ALL]),
        ('import "C"\n\nfunc f()\n', []),
    ],
)
def test_functions_without_a_body(found: Analyse, text: str, lost: list[int]) -> None:
    said = found(a=f"package m\n\n{text}")
    assert [bits for code, _, _, bits in said if code == "CW5070"] == lost


def test_functions_of_a_host_of_wasm_have_no_body(graph_of: Callable[..., Graph]) -> None:
    contexts = (Context(Target(*way), False) for way in (("js", "wasm"), ("linux", "amd64")))
    text = "package m\n\n//go:wasmimport a b\n//go:noescape\nfunc f()\n"
    holes = analyse(graph_of({"a.go": text}, Universe(tuple(contexts)))).found["example.com/m"]
    assert [one.bits for one in holes] == [2]


def test_a_body_for_the_linker_may_be_named_in_another_file(found: Analyse) -> None:
    name = 'package m\n\nimport _ "unsafe"\n\n//go:linkname f runtime.f\n'
    files = {"a": "package m\n\nfunc f()\n", "b_linux": name}
    assert [one for one in found(**files) if one[0] == "CW5070"] == [
        ("CW5070", "a.go:3:6", "f", WINDOWS)
    ]


@pytest.mark.parametrize(("release", "lost"), [(26, [ALL]), (27, [])])
def test_promoted_fields_in_literals(
    graph_of: Callable[..., Graph], release: int, lost: list[int]
) -> None:
    ways = (Context(Target(goos, arch), cgo, release_tags(release)) for goos, arch, cgo in WAYS)
    text = "package m\n\ntype E struct{ a int }\ntype T struct{ E }\n\nvar t = T{a: 1}\n"
    holes = analyse(graph_of({"a.go": text}, Universe(tuple(ways))))
    assert [one.bits for of_package in holes.found.values() for one in of_package] == lost


def test_numbers_overflow_where_an_int_has_32_bits(graph_of: Callable[..., Graph]) -> None:
    ways = [("linux", "386"), ("linux", "amd64"), ("js", "wasm"), ("wasip1", "wasm")]
    contexts = tuple(Context(Target(*way), False, release_tags(26)) for way in ways)
    text = "package m\n\nvar x int = 1 << 40\nvar y = uintptr(1 << 40)\n"
    holes = analyse(graph_of({"a.go": text}, Universe(contexts))).found["example.com/m"]
    assert {(one.code, one.line, one.bits) for one in holes} == {("CW5066", 3, 1), ("CW5066", 4, 1)}


def test_mistakes_that_need_no_types(found: Analyse) -> None:
    files = {
        "a": 'package main\n\nimport "syscall"\nimport t "win"\n\nfunc f() { syscall.Exit() }\n',
        "main_linux": "package main\n\nfunc main() {}\n",
    }
    assert sorted(found(**files)) == [
        ("CW5046", "a.go:4:8", "win", ALL),
        ("CW5049", "a.go:1:1", "main", WINDOWS),
        ("CW5060", "a.go:4:8", "win", LINUX),
    ]


@pytest.mark.parametrize(
    ("text", "verdict", "holes", "unread"),
    [
        ("func f() { x y z }", Verdict("syntax error", 3, 14), 1, 0),
        ("func f() { x y z }", Verdict(), 0, 1),  # the grammar does not know it
        ("func f() { x y z }", None, 0, 1),
        ("func f(a int, b) {}", Verdict("syntax error", 3, 14), 1, 0),
        ("func f(a int, b) {}", Verdict(), 0, 0),
        ("func f(a int) {}", Verdict("syntax error", 3, 14), 0, 0),  # no doubt, no question
    ],
)
def test_the_compiler_tells_whether_a_file_parses(
    graph_of: Callable[..., Graph], text: str, verdict: Verdict | None, holes: int, unread: int
) -> None:
    graph = graph_of({"a.go": f"package m\n\n{text}\n"})
    found = analyse(graph, parses=lambda _: verdict)
    every = [one for of_package in found.found.values() for one in of_package]
    assert (len(every), len(found.unread)) == (holes, unread)
    if holes and verdict and verdict.message:
        assert [(one.code, one.line, one.column, one.bits) for one in every] == [
            ("CW5018", 3, 14, ALL)
        ]


def test_a_field_that_a_struct_lacks_there(found: Analyse) -> None:
    text = 'package m\n\nimport "syscall"\n\nvar s = syscall.Stat{A: 1, B: 2}\n'
    assert found(a=text) == [("CW5064", "a.go:5:28", "syscall.Stat.B", WINDOWS)]


def test_fields_are_found_through_other_names_of_the_type(found: Analyse) -> None:
    files = {
        "a": 'package m\n\nimport "syscall"\n\ntype S = syscall.Stat\n',
        "b_windows": "package m\n\nvar s = S{B: 2}\n",
    }
    assert found(**files) == [("CW5064", "b_windows.go:3:11", "S.B", WINDOWS)]


def test_a_key_of_a_map_is_a_name(found: Analyse) -> None:
    text = 'package m\n\nimport "maps"\n\nvar s = maps.Map{key: 2}\n'
    assert found(a_windows=text) == [("CW5062", "a_windows.go:5:18", "key", WINDOWS)]


def test_an_import_without_files(found: Analyse) -> None:
    text = 'package m\n\nimport _ "win"\n'
    (one,) = found(a=text)
    assert (one[0], one[2:]) == ("CW5060", ("win", LINUX))


def test_a_name_of_the_package_itself(found: Analyse) -> None:
    files = {
        "a": "package m\n\nfunc f() { open(); var close = 1; _ = close }\n",
        "b_linux": "package m\n\nfunc open() {}\nfunc close() {}\n",
    }
    assert found(**files) == [("CW5062", "a.go:3:12", "open", WINDOWS)]


def test_a_name_declared_twice(found: Analyse) -> None:
    files = {
        "a_linux": "package m\n\ntype T int\n\nfunc (T) M() {}\n\nfunc init() {}\n",
        "b": "//go:build !plan9\n\npackage m\n\nfunc T() {}\n\nfunc init() {}\n",
        "c_windows": "package m\n\nvar _ = T\nvar _ = 1\n",
    }
    assert found(**files) == [("CW5063", "b.go:5:6", "T", LINUX)]


def test_a_method_that_is_declared_for_one_system(found: Analyse) -> None:
    files = {
        "a": "package m\n\ntype T struct{ f int }\n\nfunc (t *T) Do() { t.open(); t.f = 1; t.Do() }\n",
        "b_linux": "package m\n\nfunc (T) open() {}\n",
    }
    assert found(**files) == [("CW5065", "a.go:5:22", "T.open", WINDOWS)]


def test_a_field_of_another_package_s_struct(found: Analyse) -> None:
    text = 'package m\n\nimport "syscall"\n\nfunc f(s *syscall.Stat) { s.A = s.B }\n'
    assert found(a=text) == [("CW5065", "a.go:5:35", "syscall.Stat.B", WINDOWS)]


@pytest.mark.parametrize(
    ("declared", "lost"),
    [
        ("struct{ E }", 0),
        ("struct{ *E }", 0),
        ("struct{ I }", 0),
        ("struct{ other.T }", 0),
        ("struct{ syscall.Stat }", WINDOWS),
        ("E", WINDOWS),
        ("struct{ D }", WINDOWS),
        ("= E", 0),
        ("I", 0),
        ("interface{ m() }", 0),
        ("*E", 0),
        ("func()", WINDOWS),
        ("[]E", WINDOWS),
        ("int", WINDOWS),
        ("G[int]", 0),
        ("T", 0),
    ],
)
def test_promoted_methods(found: Analyse, declared: str, lost: int) -> None:
    files = {
        "a": "package m\n\ntype E struct{}\n\nfunc (E) m() {}\n\ntype D E\n\ntype I interface{ m() }\n"
        "\ntype G[K any] struct{ m K }\n",
        "b_windows": f'package m\n\nimport "syscall"\n\nvar _ syscall.Stat\n\ntype T {declared}\n'
        "\nfunc f(t T) { t.m() }\n",
    }
    assert [one[3] for one in found(**files) if one[0] == "CW5065"] == [lost] * bool(lost)


def test_a_name_declared_and_imported(found: Analyse) -> None:
    files = {
        "a": 'package m\n\nimport "syscall"\n\nvar e = syscall.Exit\n',
        "b_windows": "package m\n\nvar syscall = 1\n",
    }
    assert found(**files) == [("CW5063", "a.go:3:8", "syscall", WINDOWS)]


def test_dot_imports_bring_names(found: Analyse) -> None:
    text = 'package m\n\nimport . "syscall"\n\nvar k, s, t = Kill, Stat{}, Other\n'
    assert [one[2:] for one in found(a_windows=text)] == [("Kill", WINDOWS), ("Other", WINDOWS)]


def test_a_package_is_lost_where_one_that_it_needs_is(
    graph_of: Callable[[dict[str, str]], Graph],
) -> None:
    files = {
        "main.go": 'package m\n\nimport _ "example.com/m/a"\n',
        "a/a.go": 'package a\n\nimport "syscall"\n\nvar k = syscall.Kill\n',
    }
    graph = graph_of(files)
    holes: Holes = analyse(graph)
    assert holes.own("example.com/m") == 0
    assert holes.lost(graph, "example.com/m") == WINDOWS


def test_swig_declares_what_nobody_sees(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    graph = graph_of(
        {
            "a_linux.go": "//go:build cgo\n\npackage m\n\nvar x = made\n",
            "c.go": 'package m\n\nimport "C"\n',
            "m.swig": "%module m\n",
        }
    )
    assert analyse(graph).found == {}


def test_of_a_damaged_file_nothing_is_said(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    graph = graph_of({"a_linux.go": "package m\n\nvar x = nothing\n\nfunc {\n"})
    holes = analyse(graph)
    assert holes.found == {}
    assert list(holes.unread.values()) == [LINUX]


def test_what_was_read_is_kept_and_a_damaged_copy_is_read_anew(
    graph_of: Callable[[dict[str, str]], Graph], tmp_path: Path
) -> None:
    graph = graph_of({"a.go": 'package m\n\nimport "syscall"\n\nvar k = syscall.Kill\n'})
    cache = tmp_path / "cache"
    first = analyse(graph, cache)
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert kept
    assert analyse(graph, cache) == first
    for damage in ("[[1,2", "[]", '{"example.com/m": [1]}', "[" * 100_000, "e3b0\n"):
        for path in kept:
            path.write_text(damage)
        assert analyse(graph, cache) == first


def test_nothing_is_kept_of_a_file_that_changed_meanwhile(
    graph_of: Callable[[dict[str, str]], Graph], tmp_path: Path
) -> None:
    text = "package m\n\nvar x = nothing\n"
    graph = graph_of({"a_linux.go": text})
    path, cache = tmp_path / "m" / "a_linux.go", tmp_path / "cache"
    path.write_text("package m\n\nvar x = other_thing\n")
    analyse(graph, cache)
    assert not cache.exists()
    path.write_text(text)
    (hole,) = analyse(graph, cache).found["example.com/m"]
    assert hole.name == "nothing"
    assert cache.exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m/a/a.go", "package a\n\n// Other.\nfunc F() {}\n"),
        ("m/a/a_windows.go", "package a\n"),
        ("goroot/src/syscall/s_windows.go", "package syscall\n\nfunc Kill() {}\n"),
    ],
)
def test_whatever_changes_is_looked_at_anew(
    graph_of: Callable[[dict[str, str]], Graph], tmp_path: Path, name: str, text: str
) -> None:
    files = {
        "main.go": 'package main\n\nimport (\n"example.com/m/a"\n"syscall"\n)\n\nvar k, f = syscall.Kill, a.F\n',
        "a/a.go": "package a\n",
        "a/a_linux.go": "package a\n\nfunc F() {}\n",
    }
    cache = tmp_path / "cache"
    before = analyse(graph_of(files), cache)
    (tmp_path / name).write_text(text)
    modules = modules_at(tmp_path / "m", {"GOWORK": "off"}, tmp_path / "goroot", ["./..."])
    graph = load(modules, UNIVERSE, ["./..."], tmp_path / "m")
    assert analyse(graph, cache) == analyse(graph, None)
    assert (analyse(graph, None) == before) == (name == "m/a/a_windows.go")


def test_a_folder_in_a_module_s_place_is_worked_on(graph_of: Callable[..., Graph]) -> None:
    needed = "require example.com/r v1.0.0\n\nreplace example.com/r => ./r\n"
    files = {
        "go.mod": f"module example.com/m\n\ngo 1.24\n\n{needed}",
        "m.go": 'package m\n\nimport _ "example.com/r"\n',
        "r/go.mod": "module example.com/r\n",
        "r/r.go": "package r\n\nvar X = Nowhere\n",
    }
    (hole,) = analyse(graph_of(files)).found["example.com/r"]
    assert (hole.name, hole.bits) == ("Nowhere", ALL)
