"""Tables of names, and uses of names, against go/build and go/parser; `prove_api.py` takes all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import namesoracle
from crosswind import toolchain
from crosswind.portability import parsing
from crosswind.target import Target

PACKAGES = ("syscall", "os", "net", "runtime", "internal/syscall/unix", "internal/poll", "os/user")
PORTS = ("linux/amd64", "linux/mips", "windows/386", "darwin/arm64", "plan9/arm", "js/wasm")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return namesoracle.built(tmp_path_factory.mktemp("oracle"))


@pytest.fixture(scope="module")
def goroot() -> Path:
    done = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    return Path(done.stdout.strip())


def test_tables_of_the_standard_library(program: Path, goroot: Path) -> None:
    ways = [(Target(*port.split("/")), port == "linux/amd64") for port in PORTS]
    source = goroot / "src"
    universe = namesoracle.universe_of(ways, source)
    graph = namesoracle.graph_of(source, universe, PACKAGES, goroot)
    count, wrong = namesoracle.table_differences(program, graph)
    assert wrong == []
    assert count > 10_000


def test_uses_in_the_standard_library(program: Path, goroot: Path) -> None:
    files = [path for name in PACKAGES for path in sorted((goroot / "src" / name).glob("*.go"))]
    count, wrong = namesoracle.use_differences(program, files[::4])
    assert wrong == []
    assert count > 10_000


@pytest.mark.parametrize(
    "text",
    [
        "func f(a, b, c, d, e, f, g, h, i, j, k int) int { return a + k }",
        "var f = func(x, y T) (z U) { goto end; end: return x.y(z) }",
        "func f[K comparable, V any](m map[K]V) { for k, v := range m { k, w := v, k; _, _ = k, w } }",
        "var x = map[K][]struct{ a, b T }{k: {{a: v}, {b: k}}}",
        "type T[P interface{ ~int | U }] struct { *U; p P; f func(P) Q }",
        "func f() { switch x := y.(type) { case nil: x(); case T, U: z(x) }; x() }",
        "func f() { if a, b := g(); a { b() } else if c := a; c { d(c) }; c() }",
        "func f() { type t t2; const c, d = iota, c; var v t = c; v(d) }",
        "func f() { select { case x, ok := <-c: x(ok); case c <- x: default: ok() } }",
        "func (r *R[A, B]) m(a A) (b B) { return func() B { return r.n(a, b, C) }() }",
        "func f() { for i := 0; i < n; i++ { i := i; go g(i) }; for range i {} }",
    ],
)
def test_scopes(program: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.go"
    path.write_text(f"package p\n\n{text}\n")
    count, wrong = namesoracle.use_differences(program, [path])
    assert wrong == []
    assert count


def test_the_compiler_tells_whether_a_file_parses_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "wrong.go").write_text("package p\n\nfunc f() { x y }\n")
    (tmp_path / "right.go").write_text('package p\n\nimport "none"\n\nvar x = lost\n')
    asked = parsing.by_compiler(toolchain.resolve(toolchain.Request()), os.environ)
    assert asked(tmp_path / "wrong.go") == parsing.Verdict(
        "syntax error: unexpected name y at end of statement", 3, 14
    )
    assert asked(tmp_path / "right.go") == parsing.Verdict()
    # Whoever may remove the null device loses it if a compiler that fails writes to it.
    assert Path(os.devnull).is_char_device() or os.name != "posix"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["right.go", "wrong.go"]
