"""WebAssembly programs: js/wasm by Node with Go's own glue, wasip1/wasm by a WASI runtime."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crosswind.frozen import frozen
from crosswind.run import program
from crosswind.run.runner import Absent, Command, Found, Job, Session, Subject
from crosswind.target import Target

if TYPE_CHECKING:
    from crosswind.toolchain import Toolchain

# What Go's lib/wasm/go_wasip1_wasm_exec starts, the first choice first; Node has a WASI as well.
_WASI = ("wasmtime", "wazero", "node")
# Where a GOROOT has the glue: since Go 1.24, and before.
_GLUE = ("lib/wasm", "misc/wasm")
# The same scripts: 8 MiB of stack, in Node's kilobytes and wasmtime's bytes.
_NODE_STACK = "--stack-size=8192"
_WASMTIME_STACK = "max-wasm-stack=8388608"
_LAUNCHER = Path(__file__).with_name("wasi.mjs")
_VERSION = re.compile(r"(\d+\.\d+[\w.+-]*)")
# Before it, Node had its WASI behind an option.
_NODE_WITH_WASI = 20


class Wasm:
    """The runtime that is here for each of Go's two WebAssembly ports."""

    name = "wasm"
    watches = False

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        """Look for a runtime on PATH; GOWASIRUNTIME chooses one, as for Go's scripts."""
        del host
        if target.goarch != "wasm":
            return Absent("it runs WebAssembly only")
        names = ("node",) if target.goos == "js" else _WASI
        if target.goos == "wasip1" and (wanted := env.get("GOWASIRUNTIME")):
            names = (wanted,)
        found = program.first(names, env)
        if found is None:
            hint = "install Node.js" if "node" in names else f"put {names[0]} on PATH"
            return Absent(f"{' or '.join(names)} is not on PATH", hint)
        return Found(self.name, found)

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        """Ask it for its version."""
        runtime = found.program or Path()
        argument = "version" if runtime.stem == "wazero" else "--version"
        answer = program.ask(runtime, argument, env=env)
        if isinstance(answer, Absent):
            return answer
        match = _VERSION.search(answer)
        version = f"{runtime.stem} {match[1] if match else answer.split()[0]}"
        if target.goos == "js" and not _glues(env):
            return Absent(
                "no Go here has wasm_exec.js, which js/wasm programs need",
                "crosswind toolchain install 1.27.3",
            )
        return replace(found, version=version)

    @contextlib.contextmanager
    def session(self, found: Found, subject: Subject, env: Mapping[str, str]) -> Iterator[Session]:
        """Choose the glue that belongs to the Go that built the program."""
        if subject.target.goos != "js":
            yield _WASISession(found)
            return
        toolchain, glue = _fitting(_glues(env), subject.go_version)
        used = f"wasm_exec.js of Go {toolchain.version}"
        if subject.go_version not in ("", toolchain.name):
            used += f", though {subject.go_version} built the program"
        yield _JSSession(replace(found, notes=(*found.notes, used)), glue)


def _glues(env: Mapping[str, str]) -> tuple[tuple[Toolchain, Path], ...]:
    """Find Node's entry to Go's glue in every Go that is here."""
    from crosswind.toolchain import Request, installed

    return tuple(
        (toolchain, toolchain.goroot / folder / "wasm_exec_node.js")
        for toolchain in installed(Request(env=env, offline=True))
        for folder in _GLUE
        if (toolchain.goroot / folder / "wasm_exec_node.js").exists()
    )


def _fitting(glues: tuple[tuple[Toolchain, Path], ...], go_version: str) -> tuple[Toolchain, Path]:
    """Choose the glue of the same Go, else the first; they change with the runtime's host calls."""
    return next((glue for glue in glues if glue[0].name == go_version), glues[0])


@frozen
class _JSSession:
    found: Found
    glue: Path

    def command(self, job: Job) -> Command:
        """Node with Go's glue."""
        argv = (str(self.found.program), _NODE_STACK, str(self.glue), str(job.program))
        return Command((*argv, *job.arguments), job.env, job.cwd)


@frozen
class _WASISession:
    found: Found

    def command(self, job: Job) -> Command:
        """A WASI runtime that shows the program the host's files and its environment."""
        # Go's runtime takes its working directory from PWD (syscall/fs_wasip1.go).
        env = {**job.env, "PWD": str(job.cwd)}
        argv = (str(self.found.program), *self._options(), str(job.program), *job.arguments)
        return Command(argv, env, job.cwd)

    def _options(self) -> tuple[str, ...]:
        runtime = (self.found.program or Path()).stem
        if runtime == "wasmtime":
            return ("run", "--dir=/", "-S", "inherit-env=y", "-W", _WASMTIME_STACK)
        if runtime == "wazero":
            return ("run", "-mount", "/:/", "-env-inherit")
        version = self.found.version.removeprefix("node ").partition(".")[0]
        old = version.isdigit() and int(version) < _NODE_WITH_WASI
        behind = ("--experimental-wasi-unstable-preview1",) if old else ()
        return (_NODE_STACK, "--no-warnings", *behind, str(_LAUNCHER))


RUNNER = Wasm()
