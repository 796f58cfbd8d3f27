"""`make bench`: a small program of other platforms, started by each runner that is here.

    BENCH_ROUNDS=N   rounds of the race (default 7)

Whole processes, from the shell's view: `crosswind run` starts Python, reads the program, prepares the
runner, runs it and cleans up. The last row is the program itself, without crosswind.

Then how fast the emulator is, per second of processor time, its start included: a program that computes, one that
makes calls of Windows, and Go's own tests of `strings`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import ENVIRON, Contender, race

CROSSWIND = str(Path(sys.executable).with_name("crosswind"))
ENV = ENVIRON | {"GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
# Runner and target; what is not here is left out of the race, by name.
WANTED = (
    ("emulator", "windows/amd64"),
    ("wine", "windows/amd64"),
    ("qemu", "linux/arm64"),
    ("wasm", "wasip1/wasm"),
    ("wasm", "js/wasm"),
    ("native", "linux/amd64"),
)
# Instructions of a block of code, more or less; the emulator counts blocks.
_IN_A_BLOCK = 5
COMPUTES = """package main

func main() {
	primes := 0
	for n := 2; n < 400_000; n++ {
		prime := true
		for d := 2; d*d <= n && prime; d++ {
			prime = n%d != 0
		}
		if prime {
			primes++
		}
	}
	println(primes)
}
"""
CALLS = """package main

import "syscall"

func main() {
	ask := syscall.NewLazyDLL("kernel32.dll").NewProc("GetLastError")
	for range 300_000 {
		ask.Call()
	}
}
"""
HELLO = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n'


def build(work: Path, target: str) -> Path:
    """Build hello for a target."""
    goos, _, goarch = target.partition("/")
    path = work / f"hello_{goos}_{goarch}{'.exe' if goos == 'windows' else ''}"
    env = ENV | {"GOOS": goos, "GOARCH": goarch}
    argv = ["go", "build", "-trimpath", "-o", path, "hello.go"]
    subprocess.run(argv, cwd=work, env=env, check=True)
    return path


def emulator_speed(work: Path) -> None:
    """Print how many instructions and calls the emulator carries out."""
    env = ENV | {"GOOS": "windows", "GOARCH": "amd64"}
    print("\nthe emulator, per second of processor time")
    for name, source in (("computes", COMPUTES), ("calls", CALLS), ("tests of strings", "")):
        program = work / f"{name.replace(' ', '_')}.exe"
        if source:
            (work / "one.go").write_text(source)
            argv = ["go", "build", "-trimpath", "-o", program, "one.go"]
        else:
            argv = ["go", "test", "-c", "-o", program, "strings"]
        subprocess.run(argv, cwd=work, env=env, check=True)
        report = work / "report.json"
        emulate = [sys.executable, "-P", "-m", "crosswind.run.emulator", "--report", str(report)]
        words = [] if source else ["-test.short"]
        once = Contender(name, [*emulate, str(program), *words], work, ENV)
        once.run()
        told, seconds = json.loads(report.read_text()), once.cpu[0]
        millions = _IN_A_BLOCK * told["blocks"] / 1e6
        print(
            f"  {name:18} {seconds:6.2f} CPU-s  {millions / seconds:7.0f} million instructions"
            f"  {told['calls'] / seconds:9.0f} calls"
        )


def serves(runner: str, program: Path) -> bool:
    """Whether a runner is here; says so if not."""
    argv = [CROSSWIND, "run", "--json", "--with", runner, str(program)]
    done = subprocess.run(argv, capture_output=True, env=ENV, check=False)
    document = json.loads(done.stdout)
    if document["ok"]:
        return True
    print(f"not raced: {runner}: {document['findings'][0]['message']}")
    return False


def main() -> int:
    """Run the race."""
    rounds = int(os.environ.get("BENCH_ROUNDS", "7"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "hello.go").write_text(HELLO)
        contenders = []
        for runner, target in WANTED:
            program = build(work, target)
            if serves(runner, program):
                argv = [CROSSWIND, "run", "--with", runner, str(program)]
                contenders.append(Contender(f"{runner} {target}", argv, work, ENV))
        alone = [str(build(work, "linux/amd64"))]
        contenders.append(Contender("the program alone", alone, work, ENV))
        race("hello, whole processes", contenders, rounds)
        emulator_speed(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
