"""Habits of one system, found in the syntax of Go files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.portability import advice, habits, syntax

HEAD = """package p

import (
	"io/ioutil"
	"os"
	run "os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)
"""


def found(body: str) -> list[tuple[str, int, str]]:
    """The kind, the line and the words of every habit in the body of a function."""
    data = f"{HEAD}func f() {{\n{body}\n}}\n".encode()
    assert habits.is_telling(data)
    first = HEAD.count("\n") + 1
    return [
        (habit.kind, habit.line - first, habit.text)
        for habit in habits.find(syntax.parse(data), data)
    ]


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ('strings.Split(filepath.Clean(x), "/")', "slash", 'strings.Split(filepath.Clean(x), "/")'),
        ('d, _ := os.Getwd()\nstrings.HasPrefix(d, "/")', "slash", 'strings.HasPrefix(d, "/")'),
        ("path.Base(os.Args[0])", "slash", "path.Base(os.Args[0])"),
        ('os.Open(dir + "/name")', "joined", 'dir + "/name"'),
        ('strings.Split(os.Getenv("PATH"), ":")', "list", 'strings.Split(os.Getenv("PATH"), ":")'),
        ('os.Open("/proc/self/maps")', "absolute", "/proc/self/maps"),
        ('ioutil.WriteFile("/tmp/x", nil, 0)', "absolute", "/tmp/x"),
        ('os.Open("/etc/" + name)', "absolute", "/etc/"),
        ("os.Chmod(x, 0o755)", "mode", "os.Chmod to 0o755"),
        ("_ = info.Mode()&0111 != 0", "executable", "info.Mode()&0111"),
        ("_ = info.Mode().Perm()&0o100", "executable", "info.Mode().Perm()&0o100"),
        ("os.Lchown(x, 0, 0)", "owner", "os.Lchown"),
        ("os.Symlink(a, b)", "link", "os.Symlink"),
        ("p.Signal(syscall.SIGTERM)", "signal", ".Signal(syscall.SIGTERM)"),
        ("p.Signal(os.Interrupt)", "signal", ".Signal(os.Interrupt)"),
        ('run.Command("sh", "-c", x)', "shell", "sh"),
        ('run.CommandContext(ctx, "/bin/bash")', "shell", "/bin/bash"),
        ('run.Command("which", x)', "tool", "which"),
        ('run.Command("/usr/bin/git")', "absolute", "/usr/bin/git"),
        ('os.Getenv("HOME")', "variable HOME", 'os.Getenv("HOME")'),
        ('d, _ := os.ReadFile(x)\nstrings.Split(string(d), "\\n")', "lines",
         'strings.Split(string(d), "\\n")'),
    ],
)  # fmt: skip
def test_a_habit_is_found(body, kind, text):
    assert found(body) == [(kind, body.count("\n") + 1, text)]


@pytest.mark.parametrize(
    "body",
    [
        'strings.Split(url, "/")',
        'path.Join("a", "b")',
        'd, _ := os.Getwd()\nstrings.Split(filepath.ToSlash(d), "/")',
        'os.Open(dir + ".tmp")',
        'strings.Split("a:b", ":")',
        'http.Handle("/tmp", nil)',
        'os.Open("/")',
        "os.Chmod(x, mode)",
        "_ = flags&0111",
        "p.Signal(os.Kill)",
        "p.Signal(s)",
        'run.Command("git")',
        'os.Getenv("EDITOR")',
        'd, _ := os.ReadFile(x)\nstrings.Split(strings.TrimSpace(string(d)), "\\n")',
        'local.Getenv("HOME")',
        'if runtime.GOOS == "linux" { os.Open("/proc/self/maps") }',
    ],
)
def test_what_works_everywhere_is_none(body):
    data = f"{HEAD}func f() {{\n{body}\n}}\n".encode()
    assert habits.find(syntax.parse(data), data) == ()


def test_constants_of_the_package_count_if_they_are_whole_paths():
    data = b'package p\n\nconst (\n\troute = "/home"\n\tsocket = "/var/run/docker.sock"\n)\n'
    kinds = [(habit.kind, habit.line) for habit in habits.find(syntax.parse(data), data)]
    assert kinds == [("absolute", 5)]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('run.Command("sh")', "os/exec"),
        ('os.Getenv("HOME")', "os"),
        ("p.Signal(os.Interrupt)", "os"),
        ("p.Signal(unix.SIGTERM)", "golang.org/x/sys/unix"),
        ("p.Signal(syscall.SIGTERM)", "syscall"),
        ('strings.Split(os.Getenv("PATH"), ":")', "strings"),
    ],
)
def test_a_word_tells_only_beside_its_import(body, path):
    data = f"package p\n\nfunc f() {{ {body} }}\n".encode()
    assert habits.is_telling(data)
    assert habits.is_telling(data, ["fmt", path])
    assert not habits.is_telling(data, ["fmt", "context"])


def test_most_files_need_no_parsing():
    assert not habits.is_telling(b'package p\n\nimport "fmt"\n\nfunc f() { fmt.Println("a") }\n')


@pytest.mark.parametrize(
    "body",
    [
        'os.Getenv("EDITOR")',
        'exec.Command("git")',
        "_ = info.Mode().IsDir()",
        'strings.Split("a:b", ":")',
        'strings.Split(url, "/") + os.Getenv("EDITOR")',
        'path.Join("a", "b")',
        'http.Handle("/tmpl", os.Stdin)',
    ],
)
def test_a_word_alone_tells_nothing(body):
    data = f"package p\n\nfunc f() {{ {body} }}\n".encode()
    assert not habits.is_telling(data)


@pytest.mark.parametrize(
    "body",
    [
        'os.Open(dir + // of the user\n"/name")',
        "os.Open(dir + `/name`)",
        'os.Open(dir + "/a\\"b")',
        "_ = info.Mode() /* any */ & 0111",
        'strings.Cut(\nfilepath.Clean(x),\n"/")',
    ],
)
def test_a_habit_is_found_however_it_is_written(body):
    assert found(body)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data):
    data = HEAD.encode() + data
    for habit in habits.find(syntax.parse(data), data):
        list(advice.of_habits("x.go", [habit], ["windows"]))


@given(st.lists(st.sampled_from(
    ['os.Open("/tmp"', "+", '"/"', "&0111", "Mode()", ")", "(", "strings.Split(", ",", "{", "}", "func ",
     "x := ", "filepath.Join(a", "runtime.GOOS", "const a =", "\n", 'run.Command("sh"', ".Signal("]
)))  # fmt: skip
def test_any_order_of_pieces_can_be_read(pieces):
    data = (HEAD + " ".join(pieces)).encode()
    for habit in habits.find(syntax.parse(data), data):
        list(advice.of_habits("x.go", [habit], ["windows"]))
