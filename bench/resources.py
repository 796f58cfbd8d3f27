"""`make bench`: resources into objects and into a finished program, against go-winres.

    BENCH_ROUNDS=N   rounds of each race (default 7)

Input: a winres.json with an icon of 1024 × 1024 pixels, a version and a manifest; a program of 20 MB.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from timing import ENVIRON, Contender, race

CROSSWIND = str(Path(sys.executable).with_name("crosswind"))
PEER = "github.com/tc-hib/go-winres@v0.3.3"
ENV = ENVIRON | {"GOENV": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
SIZE = 20_000_000
MAIN = """package main

import (
	_ "embed"
	"fmt"
	"net/http"
)

//go:embed blob
var blob string

func main() { fmt.Println(len(blob), http.StatusOK) }
"""
WINRES = {
    "RT_GROUP_ICON": {"APP": {"0000": "icon.png"}},
    "RT_MANIFEST": {"#1": {"0409": {"execution-level": "as invoker", "long-path-aware": True}}},
    "RT_VERSION": {
        "#1": {
            "0000": {
                "fixed": {"file_version": "1.2.3.0", "product_version": "1.2.3.0"},
                "info": {"0409": {"FileDescription": "Bench", "ProductName": "Bench"}},
            }
        }
    },
}


def program(work: Path) -> Path:
    """Build a program and fill it up to the size."""
    folder = work / "source"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/bench\n\ngo 1.24\n")
    (folder / "main.go").write_text(MAIN)
    path = folder / "bench.exe"
    env = ENV | {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0"}
    for size in (0, None):
        missing = SIZE - path.stat().st_size if size is None else 0
        (folder / "blob").write_bytes(random.Random(1).randbytes(missing))
        subprocess.run(["go", "build", "-o", path, "."], cwd=folder, env=env, check=True)
    return path


def draw(path: Path, seed: int) -> None:
    """Draw an icon that no cache has seen."""
    rng = random.Random(seed)
    image = Image.new("RGBA", (1024, 1024))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, radius = (rng.randrange(1024) for _ in range(3))
        color = tuple(rng.randrange(256) for _ in range(4))
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)
    image.save(path)


def main() -> None:
    """Build both, race both, print the medians and the ratios."""
    rounds = int(os.environ.get("BENCH_ROUNDS", "7"))
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        subprocess.run(
            ["go", "install", PEER], cwd=work, env={**ENV, "GOBIN": str(work)}, check=True
        )
        peer = str(work / "go-winres")
        original, copy = program(work), work / "copy.exe"
        icon, config = work / "icon.png", work / "winres.json"
        config.write_text(json.dumps(WINRES))
        draw(icon, 0)
        env = ENV | {"CROSSWIND_CACHE": str(work / "cache")}
        ours = [CROSSWIND, "-q", "resource"]
        drawn = 0

        def other_icon() -> None:
            nonlocal drawn
            drawn += 1
            draw(icon, drawn)

        def fresh() -> None:
            shutil.copy(original, copy)

        def contender(title: str, *argv: str, before=lambda: None) -> Contender:  # noqa: ANN001
            return Contender(title, argv, work, env, before)

        peer_build = (peer, "make", "--in", "winres.json", "--arch", "amd64", "--out", "peer")
        build = (*ours, "build", "winres.json", "--arch", "amd64", "-o", "ours")
        race(
            "resource build, the icon changed",
            [
                contender("crosswind", *build, before=other_icon),
                contender("go-winres", *peer_build, before=other_icon),
            ],
            rounds,
        )
        race(
            "resource build, nothing changed",
            [contender("crosswind", *build), contender("go-winres", *peer_build)],
            rounds,
        )
        size = original.stat().st_size / 1e6
        peer_patch = (peer, "patch", "--in", "winres.json", "--no-backup", str(copy))
        race(
            f"resource patch, a program of {size:.1f} MB",
            [
                contender("crosswind", *ours, "patch", str(copy), "winres.json", before=fresh),
                contender("crosswind, again", *ours, "patch", str(copy), "winres.json"),
                contender("go-winres", *peer_patch, before=fresh),
            ],
            rounds,
        )


if __name__ == "__main__":
    main()
