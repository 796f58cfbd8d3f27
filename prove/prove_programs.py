"""Programs that people use, as they are, under the emulator, under Wine and natively.

    python prove/prove_programs.py

They are built by crosswind from their released modules.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from commands import GO, crosswind, environment
from report import Proof

CLAIM = f"""`crosswind build MODULE@VERSION -t windows/amd64,host --go {GO}` makes each program. The Windows one runs by
`crosswind run --with emulator` and `--with wine`, the other as it is. All three must end with the same status, and
the two of Windows must print the same and leave the same files. age's files must open each other's: what one of
the three encrypts each of the three decrypts. A call that the emulator does not support stands in the table by its
name. Seconds are wall time of the emulated run, on a machine shared with other work."""

MODULES = {
    "age": "filippo.io/age/cmd/age@v1.3.2",
    "age-keygen": "filippo.io/age/cmd/age-keygen@v1.3.2",
    "yq": "github.com/mikefarah/yq/v4@v4.45.4",
    "gum": "github.com/charmbracelet/gum@v0.17.0",
    "task": "github.com/go-task/task/v3/cmd/task@v3.44.0",
    "helm": "helm.sh/helm/v3/cmd/helm@v3.19.0",
}
UNSUPPORTED = 126
WAYS = ("emulator", "wine", "native")


@dataclass(frozen=True)
class Outcome:
    """What came of one run."""

    status: int
    output: bytes
    errors: str
    files: dict[str, bytes]
    seconds: float


@dataclass(frozen=True)
class Case:
    """One use of a program: what it finds, how it is called."""

    program: str
    arguments: tuple[str, ...]
    prepare: Callable[[Path], None] = lambda _folder: None


def _yaml(folder: Path) -> None:
    (folder / "file.yaml").write_text("a: 1 # one\nb:\n  - x\n", "utf-8")


def _tasks(folder: Path) -> None:
    (folder / "Taskfile.yml").write_text(
        "version: '3'\ntasks:\n  one:\n    desc: The first\n  two:\n    desc: The second\n", "utf-8"
    )


def _chart(folder: Path) -> None:
    templates = folder / "chart/templates"
    templates.mkdir(parents=True)
    (folder / "chart/Chart.yaml").write_text(
        "apiVersion: v2\nname: demo\nversion: 0.1.0\n", "utf-8"
    )
    (folder / "chart/values.yaml").write_text("replicas: 2\nname: x\n", "utf-8")
    (templates / "deployment.yaml").write_text(
        "kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-{{ .Values.name | upper }}\n"
        "spec:\n  replicas: {{ .Values.replicas }}\n",
        "utf-8",
    )


CASES = (
    Case("age", ("--version",)),
    Case("age", ("-d", "-i", "none", "none.age")),
    Case("yq", ("-i", '.a = 2 | .b += ["y"]', "file.yaml"), _yaml),
    Case("yq", (".b[0]", "file.yaml"), _yaml),
    Case("yq", (".x", "none.yaml")),
    Case("gum", ("--help",)),
    Case("task", ("--help",)),
    Case("task", ("--list",), _tasks),
    Case("helm", ("template", "release", "chart"), _chart),
    Case("helm", ("lint", "chart"), _chart),
    Case("helm", ("template", "release", "none")),
)


class Programs:
    """Where the programs are, and how they are started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self) -> None:
        """Build all of them for Windows and for this host."""
        for name, module in MODULES.items():
            document = crosswind(
                self.folder, "build", module, "-t", "windows/amd64", "-t", "host", "--go", GO,
                "-o", str(self.folder / name),
            )  # fmt: skip
            if not document["ok"]:
                raise SystemExit(f"{module}: {document['findings']}")

    def path(self, program: str, way: str) -> Path:
        """The file of a program."""
        found = (self.folder / program).rglob("*")
        windows = {path for path in found if path.is_file() and path.suffix == ".exe"}
        if way != "native":
            return windows.pop()
        others = (self.folder / program).rglob(program)
        return next(path for path in others if path.is_file())

    def run(self, way: str, program: str, arguments: tuple[str, ...], folder: Path,
            given: bytes = b"") -> Outcome:  # fmt: skip
        """Run a program in a folder."""
        path = str(self.path(program, way))
        argv = [path, *arguments]
        if way != "native":
            argv = [sys.executable, "-m", "crosswind", "run", "--with", way, path, "--", *arguments]
        start = time.monotonic()
        done = subprocess.run(
            argv, cwd=folder, env=environment(), input=given, capture_output=True, check=False
        )
        seconds = time.monotonic() - start
        files = {
            str(file.relative_to(folder)): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
        errors = done.stderr.decode(errors="replace")
        return Outcome(done.returncode, done.stdout, errors, files, seconds)


def _missing(outcome: Outcome) -> str:
    """The call that ended an emulated program."""
    found = re.search(r"unsupported: ([^,\n]+)", outcome.errors)
    return found[1] if outcome.status == UNSUPPORTED and found else ""


def _case(proof: Proof, programs: Programs, case: Case, folder: Path) -> None:
    outcomes = {}
    for way in WAYS:
        place = folder / way
        place.mkdir(parents=True)
        case.prepare(place)
        outcomes[way] = programs.run(way, case.program, case.arguments, place)
    emulated, wine, native = (outcomes[way] for way in WAYS)
    what = f"`{case.program} {' '.join(case.arguments)}`"
    alike = emulated.status == wine.status == native.status
    same = (emulated.files, emulated.output) == (wine.files, wine.output)
    call = _missing(emulated)
    proof.row(
        what.replace("|", "\\|"),
        f"{emulated.status}, {wine.status}, {native.status}",
        "the same" if same else "different",
        call or "-",
        f"{emulated.seconds:.1f}",
    )
    if not (alike and same):
        proof.fail(f"{what}: {call or emulated.errors.strip()[-200:]}")


def _age(proof: Proof, programs: Programs, folder: Path) -> None:
    """Encrypt by each way, and decrypt each of the files by each way."""
    folder.mkdir()
    (folder / "plain.txt").write_bytes(b"a secret\n" * 1000)
    key = programs.run("emulator", "age-keygen", ("-o", "key.txt"), folder)
    public = re.search(r"age1\w+", key.errors)
    if key.status or public is None:
        proof.fail(f"age-keygen: {_missing(key) or key.errors}")
        return
    for way in WAYS:
        words = ("-r", public[0], "-o", f"{way}.age", "plain.txt")
        programs.run(way, "age", words, folder)
        opened = []
        for other in WAYS:
            result = programs.run(other, "age", ("-d", "-i", "key.txt", f"{way}.age"), folder)
            if result.output == b"a secret\n" * 1000 and not result.status:
                opened.append(other)
        proof.row(f"age: encrypted by {way}", "0", f"opened by {', '.join(opened)}", "-", "")
        if tuple(opened) != WAYS:
            proof.fail(f"age: what {way} encrypted is opened by {opened} only")


def main() -> int:
    """Build, run, compare."""
    proof = Proof(
        "programs",
        "Real programs under the emulator",
        CLAIM,
        ("program", "status: emulator, Wine, native", "output and files", "unsupported", "seconds"),
        go=GO,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = Programs(folder)
        programs.build()
        _age(proof, programs, folder / "age-files")
        for number, case in enumerate(CASES):
            _case(proof, programs, case, folder / f"case{number}")
    return proof.finish("Proved: they do under the emulator what they do under Wine.")


if __name__ == "__main__":
    raise SystemExit(main())
