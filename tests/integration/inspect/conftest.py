"""Small Go programs for several targets, built once per session."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "go.mod": "module example.com/seed\n\ngo 1.23\n",
    "main.go": """\
package main

import "example.com/seed/internal/shape"

func main() {
	total := 0
	for _, area := range shape.Map([]int{1, 2, 3}, func(n int) int { return n * n }) {
		total += area
	}
	println("hello", total, shape.Map([]string{"x"}, func(s string) int { return len(s) })[0])
}
""",
    "internal/shape/shape.go": """\
package shape

//go:noinline
func Map[T, R any](in []T, f func(T) R) []R {
	out := make([]R, 0, len(in))
	for _, x := range in {
		out = append(out, f(x))
	}
	return out
}
""",
}
STRIP = "-ldflags=-s -w"
Build = Callable[..., Path]


def clean_env(target: str) -> dict[str, str]:
    """Leave out the settings of whoever runs the tests."""
    goos, _, goarch = target.partition("/")
    return {
        **os.environ, "GOENV": "off", "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0", "GOOS": goos, "GOARCH": goarch,
    }  # fmt: skip


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build the seed for a target with flags, each once."""
    home = tmp_path_factory.mktemp("seed")
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    built: dict[tuple[str, ...], Path] = {}

    def build(target: str, *flags: str) -> Path:
        key = (target, *flags)
        if key not in built:
            path = home / "out" / str(len(built)) / "seed"
            if target.startswith("windows/"):
                path = path.with_suffix(".exe")
            argv = ["go", "build", "-trimpath", *flags, "-o", str(path), "."]
            subprocess.run(argv, cwd=home, env=clean_env(target), check=True)
            built[key] = path
        return built[key]

    return build
