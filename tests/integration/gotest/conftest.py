"""A module whose packages fare in every way, and the two commands that test it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = {
    "passes": """
func TestOne(t *testing.T) { fmt.Print("no newline"); t.Log("logged") }
func TestParts(t *testing.T) {
	t.Run("first", func(t *testing.T) { t.Log("a") })
	t.Run("second part", func(t *testing.T) { })
}
func TestShort(t *testing.T) { if testing.Short() { t.Skip("short") } }
func BenchmarkNothing(b *testing.B) { for range b.N { } }
func ExamplePrint() { fmt.Println("printed"); // Output: printed
}
func FuzzSeeds(f *testing.F) { f.Add("x"); f.Fuzz(func(t *testing.T, s string) { }) }
""",
    "fails": """
func TestFails(t *testing.T) { t.Error("bad"); t.Run("sub", func(t *testing.T) { t.Fatal("worse") }) }
func TestFine(t *testing.T) { fmt.Println("--- FAIL: TestNot (0.00s)") }
""",
    "panics": """
func TestPanics(t *testing.T) { var p *int; fmt.Println(*p) }
""",
    "exits": """
func TestExits(t *testing.T) { fmt.Println("going"); os.Exit(3) }
""",
    "exits0": """
func TestExits(t *testing.T) { os.Exit(0) }
""",
}
_HEAD = 'package {0}\n\nimport ("fmt"; "os"; "testing")\n\nvar _, _ = os.Exit, fmt.Print\n'
_HANGS = """package hangs

import ("testing"; "time")

func TestHangs(t *testing.T) { time.Sleep(time.Hour) }
"""
_FILES = """package files

import ("os"; "runtime"; "testing")

func TestFile(t *testing.T) {
	data, err := os.ReadFile("testdata/été.txt")
	if err != nil || string(data) != "found" { t.Fatal(err) }
	t.Log(runtime.GOOS, runtime.GOARCH)
}
"""


def _environment() -> dict[str, str]:
    left_out = ("GOFLAGS", "GOOS", "GOARCH", "CGO_ENABLED", "GITHUB_ACTIONS")
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**env, "GOENV": "off", "NO_COLOR": "1", "CGO_ENABLED": "0"}


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Module:
    """A module on disk."""

    path: Path

    def go(self, *words: str) -> Ran:
        """Run `go test`, with a vet of its own left out as crosswind leaves it out."""
        return self._run("go", "test", "-vet=off", *words)

    def crosswind(self, *words: str) -> Ran:
        """Run `crosswind test`."""
        return self._run(sys.executable, "-m", "crosswind", "test", *words)

    def _run(self, *argv: str) -> Ran:
        done = subprocess.run(
            argv,
            cwd=self.path,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=250,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Module:
    """The module, on a path with letters of many alphabets."""
    folder = tmp_path_factory.mktemp("tést 日本")
    files = {f"{name}/x_test.go": _HEAD.format(name) + text for name, text in PACKAGES.items()}
    files |= {
        "go.mod": "module example.com/m\n\ngo 1.24\n",
        "hangs/x_test.go": _HANGS,
        "files/x_test.go": _FILES,
        "files/testdata/été.txt": "found",
        "untested/x.go": "package untested\n",
        "broken/x.go": "package broken\n\nfunc f() { undefined() }\n",
        "broken/x_test.go": _HEAD.format("broken") + "func TestX(t *testing.T) { }\n",
        "onlywindows/x_windows.go": "package onlywindows\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Module(folder)
