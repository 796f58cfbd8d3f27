"""Split a program of every port, and walk through its debug data before and after.

python prove/prove_split.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from commands import GO, go
from report import ROOT, Proof

from crosswind import toolchain
from crosswind.binary import detect
from crosswind.binary.image import Image
from crosswind.binary.view import View
from crosswind.finding import Status
from crosswind.port import Format
from crosswind.split import Written, split_path
from crosswind.verify import Expectation, verify_file

sys.path.insert(0, str(ROOT / "tests"))
from integration.split.conftest import PROGRAM

CLAIM = f"""A small program is built by Go {GO} for every port whose format can be split and that Go links by itself,
then split. `tests/integration/split/walk.go`, which uses Go's own readers, visits every entry of the DWARF and every row of
the line tables in the program before and in the debug file after; counts and digests must be equal. Every loaded
section must keep its address and its content. No check of `crosswind verify` may fail. Milliseconds are those of the call
that splits, on a machine shared with other work."""
# `prove_ports.py` says why ios/amd64 is missing, too.
UNFIT = (Format.WASM, Format.XCOFF64, Format.PLAN9)


def main() -> int:
    """Split all and write the table."""
    proof = Proof(
        "split",
        "Debug data of every port",
        CLAIM,
        ("target", "format", "bytes", "shipped", "debug file", "entries", "lines", "ms"),
        go=GO,
    )
    ports = [
        port
        for port in toolchain.ports(toolchain.resolve(toolchain.Request(version=GO)))
        if port.format not in UNFIT
        and not (port.needs_external_linker or port.broken or port.goos == "ios")
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.go").write_text(PROGRAM)
        (folder / "go.mod").write_text("module example.com/seed\n\ngo 1.23\n")
        walk = folder / "walk"
        source = ROOT / "tests/integration/split/walk.go"
        go(folder, "build", "-o", walk, source)
        for port in ports:
            target = f"{port.goos}/{port.goarch}"
            place = folder / target.replace("/", "_")
            flags = ("-trimpath", "-o", place / "app")
            settings = {"GOOS": port.goos, "GOARCH": port.goarch, "CGO_ENABLED": "0"}
            go(folder, "build", *flags, ".", **settings)
            divide(proof, target, place, walk)
    return proof.finish(
        f"All {len(ports)} programs were split, and nothing of their debug data was lost."
    )


def divide(proof: Proof, target: str, place: Path, walk: Path) -> None:
    """Split one program and compare."""
    started = time.perf_counter()
    made = split_path(place / "app", output=place / "split")
    seconds = time.perf_counter() - started
    debug = made.debug[-1][0]
    before, after = (
        subprocess.run([walk, path], capture_output=True, text=True, check=True).stdout
        for path in (place / "app", debug)
    )
    if before != after:
        proof.fail(f"{target}: the debug data is another: {before} {after}")
    for problem in changes(place / "app", made):
        proof.fail(f"{target}: {problem}")
    expected = Expectation(strip_symbols=True, strip_dwarf=True, debug_file=True)
    for check in verify_file(made.path, expected).checks:
        if check.status is Status.FAIL:
            proof.fail(f"{target}: {check.code} {check.message}")
    entries, _, lines, _, _ = before.split()
    sizes = (made.before, made.size, made.debug[-1][1])
    proof.row(
        target,
        read(made.path).format,
        *(f"{size:,}" for size in sizes),
        f"{int(entries):,}",
        f"{int(lines):,}",
        f"{1000 * seconds:.0f}",
    )


def changes(original: Path, made: Written) -> list[str]:
    """Name the loaded sections that are not what they were."""
    before, after = read(original), read(made.path)
    was, now = (
        {(part.segment, part.name): part for part in one.sections} for one in (before, after)
    )
    return [
        name
        for (segment, name), part in was.items()
        if part.address
        and (other := now.get((segment, name)))
        and (part.address, before.content(part).data) != (other.address, after.content(other).data)
    ]


def read(path: Path) -> Image:
    """Read a program."""
    image = detect.read(View.of(path.read_bytes()))
    if not isinstance(image, Image):
        raise TypeError(path)
    return image


if __name__ == "__main__":
    sys.exit(main())
