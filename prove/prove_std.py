"""Run the tests of Go's own standard library, built for Windows, by Wine and by the emulator.

    python prove/prove_std.py                                    # all, two at a time
    python prove/prove_std.py --only strings --backend emulator  # prints, writes no page

Test programs and results stay in crosswind's cache. A result counts for one program, one runner and one
version of it (for the emulator: its source), so that a second run repeats only what changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from report import ROOT, Proof

from crosswind.run import execute, subject
from crosswind.run.runner import Ended, Found, Job, Result, Runner, Watch
from crosswind.run.select import RUNNERS
from crosswind.run.wine import PREFIX_VARIABLE
from crosswind.system import files, host, process
from crosswind.system.process import Limits
from crosswind.target import Target

GO = "1.27.3"
SECONDS = 90.0
WINDOWS = Target("windows", "amd64")
PACKAGES = tuple(Path(__file__).with_name("std_packages.txt").read_text().split())
# They are about sockets and child processes, which the emulator leaves out.
WINE_ONLY = ("net", "net/http", "os/exec", "os/signal")
# They list network adapters, which takes the services of a full prefix, or names of time zones.
FULL_PREFIX = ("net", "net/http", "time")
# A panic in one test, where Wine 8 has no symbolic links, would hide what comes of the others.
# TestRootMultiLink and TestRootMultiRename have thousands of cases each, minutes of an emulated processor.
LEFT_OUT = {"os": "^(TestDirFSWalkDir|TestRootMultiLink|TestRootMultiRename)$"}
# Its tests of os.Root make tens of thousands of calls for files.
LONGER = {"os": 300.0}
KNOWN = Path(__file__).with_name("std_differences.json")
CLAIM = f"""The tests of Go {GO}'s standard library, built for windows/amd64 by `go test -c -trimpath`, run in
their packages' folders with `-test.short -test.v` and {SECONDS:.0f} seconds, by Wine and by the emulator, two programs
at a time. "all" means that no test failed and the program ended with status 0. A package counts for the emulator if it
passes every test that Wine passes. Every other difference stands with its reason in `prove/std_differences.json`.
`os` gets {LONGER["os"]:.0f} seconds, and neither backend runs its tests `{LEFT_OUT["os"]}`."""

_OUTCOME = re.compile(rb"--- (PASS|FAIL|SKIP): ([^\s/]+) \(")
_RUN = re.compile(rb"^=== RUN   ([^\s/]+)\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What came of one package by one backend: names of tests, and how the program ended."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    unfinished: tuple[str, ...]
    ended: str
    status: int
    message: str
    seconds: float

    @property
    def clean(self) -> bool:
        """Whether all went well."""
        return self.ended == Ended.EXIT and self.status == 0 and not self.failed

    @property
    def cell(self) -> str:
        """The outcome in a table."""
        if self.clean:
            return f"all {len(self.passed)}"
        parts = [f"{len(self.passed)} passed"]
        if self.failed:
            parts.append(f"{len(self.failed)} failed")
        if self.ended != Ended.EXIT:
            parts.append(self.ended)
        elif self.unfinished:
            parts.append(f"ended with {self.status}")
        return ", ".join(parts)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[], help="these packages; writes no page")
    parser.add_argument("--backend", choices=("wine", "emulator"), help="this one only")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="limit for each program")
    parser.add_argument("--again", action="store_true", help="repeat what is known")
    options = parser.parse_args()
    packages = tuple(options.only) or (*PACKAGES, *WINE_ONLY)
    backends = (options.backend,) if options.backend else ("wine", "emulator")
    goroot = toolchain()
    with ThreadPoolExecutor(2) as pool:
        tasks = {
            (package, name): pool.submit(examine, goroot, package, name, options)
            for package in packages
            for name in backends
            if name == "wine" or package not in WINE_ONLY
        }
        outcomes = {}
        for (package, name), task in tasks.items():
            outcomes[package, name] = task.result()
            show(package, name, outcomes[package, name])
    return 0 if options.only or options.backend else write(packages, outcomes)


def toolchain() -> Path:
    """The root of the Go whose library it is; Go's own client fetches it."""
    env = {**os.environ, "GOENV": "off", "GOTOOLCHAIN": f"go{GO}", "GOFLAGS": ""}
    argv = ["go", "env", "GOROOT"]
    done = subprocess.run(argv, cwd="/", env=env, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def program(goroot: Path, package: str) -> Path:
    """Build a package's tests, once."""
    path = cache() / f"{package.replace('/', '_')}.test.exe"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        env = {
            **os.environ, **WINDOWS.env, "GOENV": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "",
            "GOROOT": str(goroot), "CGO_ENABLED": "0",
        }  # fmt: skip
        argv = [goroot / "bin/go", "test", "-c", "-trimpath", "-o", path, package]
        subprocess.run(argv, cwd=goroot / "src", env=env, check=True)
    return path


def cache() -> Path:
    """Where programs and results stay."""
    return files.cache_dir() / "std-tests" / GO


def examine(goroot: Path, package: str, name: str, options: argparse.Namespace) -> Outcome:
    """Return what comes of a package's tests by a backend, from the cache if it is known."""
    path = program(goroot, package)
    runner, found, env = backend(package, name)
    key = hashlib.sha256(
        f"{files.sha256(path)} {name} {found.version} {env}{LEFT_OUT.get(package, '')}".encode()
    )
    if name == "emulator":
        key.update(source())
    kept = cache() / "results" / f"{path.stem}-{name}-{key.hexdigest()[:16]}.json"
    if kept.exists() and not options.again:
        told = json.loads(kept.read_text())
        return Outcome(**{k: tuple(v) if isinstance(v, list) else v for k, v in told.items()})
    folder = goroot / "src" / package
    seconds = max(options.seconds, LONGER.get(package, 0.0))
    outcome = run(goroot, folder, path, (runner, found), env, Limits(seconds, 4 << 30))
    # Whether a limit of time was passed depends on what else the machine did.
    if outcome.ended != Ended.TIMEOUT:
        files.write_atomic(kept, json.dumps(asdict(outcome)).encode())
    return outcome


def backend(package: str, name: str) -> tuple[Runner, Found, Mapping[str, str]]:
    """Find a runner that works."""
    runner = next(one for one in RUNNERS if one.name == name)
    found = runner.find(WINDOWS, Target(host.goos(), host.goarch()), os.environ)
    if isinstance(found, Found):
        found = runner.probe(found, WINDOWS, os.environ)
    if not isinstance(found, Found):
        sys.exit(f"{name}: {found.reason}")
    return runner, found, {PREFIX_VARIABLE: "full"} if package in FULL_PREFIX else {}


def source() -> bytes:
    """Digest the emulator's source."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src/crosswind/run/emulator").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def run(
    goroot: Path,
    folder: Path,
    path: Path,
    by: tuple[Runner, Found],
    env: Mapping[str, str],
    limits: Limits,
) -> Outcome:
    """Run a package's tests where `go test` does, in its folder."""
    runner, found = by
    variables = {"PATH": os.environ["PATH"], "GOROOT": f"Z:{goroot}".replace("/", "\\")}
    # Without it the first host or child asked for would end the emulator's program as unsupported.
    watch = Watch(deny=frozenset({"net", "exec"})) if runner.watches else Watch()
    left_out = LEFT_OUT.get(folder.relative_to(goroot / "src").as_posix(), "")
    words = ("-test.short", "-test.v", *([f"-test.skip={left_out}"] if left_out else []))
    job = Job(path, words, folder, variables, limits, watch=watch)
    here = Target(host.goos(), host.goarch())
    with runner.session(found, subject.read(path, here), {**os.environ, **env}) as session:
        return judge(execute.execute(session, job))


def judge(result: Result) -> Outcome:
    """Read what a test program printed."""
    names: dict[bytes, list[str]] = {b"PASS": [], b"FAIL": [], b"SKIP": []}
    for word, test in _OUTCOME.findall(result.stdout):
        names[word].append(test.decode(errors="replace"))
    known = {name for kind in names.values() for name in kind}
    begun = [name.decode(errors="replace") for name in _RUN.findall(result.stdout)]
    return Outcome(
        tuple(names[b"PASS"]),
        tuple(names[b"FAIL"]),
        tuple(names[b"SKIP"]),
        tuple(name for name in begun if name not in known),
        result.ended.value,
        result.status,
        result.message or last_words(result.stderr),
        round(result.usage.wall, 1),
    )


def last_words(text: bytes) -> str:
    """The first line of what a program says when it fails."""
    return next(iter(text.decode(errors="replace").strip().splitlines()), "")[:200]


def show(package: str, name: str, outcome: Outcome) -> None:
    """Print an outcome while others run."""
    bad = ", ".join((*outcome.failed, *(f"{one} (unfinished)" for one in outcome.unfinished)))
    print(
        f"{package:24} {name:9} {outcome.cell:28} {outcome.seconds:6.1f} s  {bad[:160]}", flush=True
    )
    if not outcome.clean and outcome.message:
        print(f"{'':24} {outcome.message}", flush=True)


def worse(wine: Outcome, emulator: Outcome) -> tuple[str, ...]:
    """Name the tests that Wine passes and the emulator does not."""
    passed = {*emulator.passed}
    return tuple(name for name in dict.fromkeys(wine.passed) if name not in passed)


def write(packages: Sequence[str], outcomes: Mapping[tuple[str, str], Outcome]) -> int:
    """Write the page, and hold differences against what is known of them."""
    known: dict[str, str] = json.loads(KNOWN.read_text())
    columns = ("package", "Wine", "emulator", "s", "s", "differing tests, or how it ended")
    proof = Proof("std", "Go's standard library on Windows, here", CLAIM, columns, GO)
    good = 0
    reasons: dict[str, str] = {}
    for package in packages:
        wine, emulator = outcomes[package, "wine"], outcomes.get((package, "emulator"))
        if emulator is None:
            proof.row(package, wine.cell, "not run", wine.seconds, "", names(wine.failed))
            continue
        lost = worse(wine, emulator)
        good += not lost
        told = names(lost) + (f" ({emulator.message})" if lost and emulator.message else "")
        cells = (package, wine.cell, emulator.cell, wine.seconds, emulator.seconds)
        proof.row(*cells, told.replace("|", "/"))
        if lost and package not in known:
            proof.fail(f"{package}: a difference that nobody explained: {names(lost)}")
        elif lost:
            reasons[package] = known[package]
    count = len(packages) - len(WINE_ONLY)
    proof.notes.append(
        f"The emulator passes all that Wine passes in {good} of {count} packages; the goal is 52."
    )
    proof.notes.append("\n".join(f"- {name}: {why}" for name, why in reasons.items()))
    versions = ", ".join(f"{name} {backend('', name)[1].version}" for name in ("wine", "emulator"))
    proof.notes.append(f"Backends: {versions}.")
    if good < 52:
        proof.fail(f"{good} packages are fewer than 52")
    return proof.finish(f"{good} of {count} packages pass as under Wine; the others are explained.")


def names(tests: Sequence[str]) -> str:
    """The names of tests, the first six of them."""
    more = f" and {len(tests) - 6} more" if len(tests) > 6 else ""
    return ", ".join(tests[:6]) + more


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        process.kill_all()
