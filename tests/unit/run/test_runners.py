"""Where each runner looks for itself, and what it starts: on made-up hosts, no process starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from crosswind.errors import MissingError
from crosswind.port import ARCHS, Format
from crosswind.run import native, qemu, wasm
from crosswind.run.qemu import QEMU
from crosswind.run.rosetta import Rosetta
from crosswind.run.runner import Absent, Found, Job, Runner, Subject
from crosswind.target import Target, parse
from crosswind.toolchain.bundled import PORTS

LINUX = Target("linux", "amd64")
MAC = Target("darwin", "arm64")
WINDOWS = Target("windows", "arm64")

Host = Callable[..., Mapping[str, str]]


@pytest.fixture
def having(tmp_path: Path) -> Host:
    """Makes an environment whose PATH has the programs of these names, and no others."""

    def make(*names: str, **env: str) -> Mapping[str, str]:
        for name in names:
            (tmp_path / name).touch(0o755)
        return {"PATH": str(tmp_path), **env}

    return make


def target(text: str) -> Target:
    return parse(text, PORTS)


def command(runner: Runner, found: Found, subject: Subject, *arguments: str) -> tuple[str, ...]:
    job = Job(subject.path, arguments, cwd=Path("/here"))
    with runner.session(found, subject, {}) as session:
        return session.command(job).argv


def program(of: str, interpreter: str = "") -> Subject:
    return Subject(Path("/made/greet"), target(of), Format.ELF64, interpreter)


@pytest.mark.parametrize(
    ("host", "of", "runs"),
    [
        (LINUX, "linux/amd64/v3", True),
        (LINUX, "linux/386", True),
        (LINUX, "linux/arm64", False),
        (LINUX, "windows/amd64", False),
        (MAC, "darwin/arm64", True),
        (MAC, "darwin/amd64", False),
        (WINDOWS, "windows/amd64", True),
        (WINDOWS, "linux/386", False),
    ],
)
def test_a_host_runs_its_own_programs(host: Target, of: str, runs: bool) -> None:
    assert isinstance(native.RUNNER.find(target(of), host, {}), Found) is runs


def test_qemu_has_a_program_for_every_linux_of_gos(having: Host) -> None:
    linux = {port.goarch for port in PORTS if port.goos == "linux" and not port.broken}
    assert set(qemu.PROGRAMS) == linux
    env = having(*(f"qemu-{name}" for name in qemu.PROGRAMS.values()))
    for goarch in linux:
        found = qemu.RUNNER.find(Target("linux", goarch), LINUX, env)
        assert isinstance(found, Found)
        big = ARCHS[goarch].big_endian
        assert found.program
        assert found.program.name.endswith(("el", "le")) is (
            not big and goarch.startswith(("mips", "ppc"))
        )


@pytest.mark.parametrize(
    ("host", "of", "reason"),
    [
        (LINUX, "windows/amd64", "Linux programs only"),
        (MAC, "linux/arm64", "this is darwin"),
        (LINUX, "linux/sparc64", "no Linux for sparc64"),
        (LINUX, "linux/amd64/v4", "AVX-512"),
        (LINUX, "linux/s390x", "qemu-s390x is not on PATH"),
    ],
)
def test_qemu_says_why_not(having: Host, host: Target, of: str, reason: str) -> None:
    goos, goarch, *level = of.split("/")
    absent = qemu.RUNNER.find(Target(goos, goarch, *level), host, having("qemu-arm"))
    assert isinstance(absent, Absent)
    assert reason in absent.reason


@pytest.mark.parametrize("lists", [True, False])
def test_what_becomes_of_programs_that_a_program_starts(
    having: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: bool
) -> None:
    env = having("qemu-s390x")
    asked = []

    def ask(of: Path, *arguments: str, env: Mapping[str, str]) -> str | Absent:
        asked.append((of.name, env))
        if of.name.startswith("qemu") or lists:
            return "qemu-s390x version 7.2.22 (Debian)"
        return Absent(f"no list of programs of its own: {arguments}")

    monkeypatch.setattr(qemu.program, "ask", ask)
    of, runner = target("linux/s390x"), QEMU(tmp_path)
    found = runner.find(of, LINUX, env)
    assert isinstance(found, Found)
    probed = runner.probe(found, of, env)
    assert isinstance(probed, Found)
    assert ("namespace of its own" if lists else "qemu-user-binfmt") in probed.notes[0]
    registered = tmp_path / "proc" / "sys" / "fs" / "binfmt_misc" / "qemu-s390x"
    registered.parent.mkdir(parents=True)
    registered.touch()
    assert runner.probe(found, of, env) == Found("qemu", found.program, "7.2.22")
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("head", "magic", "mask"),
    [
        (
            b"\x7fELF\x02\x01\x01\x03" + bytes(8) + b"\x03\x00\xb7\x00",
            b"\x02\x00\xb7\x00",
            b"\xfe\xff",
        ),
        (
            b"\x7fELF\x02\x02\x01\x03" + bytes(8) + b"\x00\x02\x00\x16",
            b"\x00\x02\x00\x16",
            b"\xff\xfe",
        ),
    ],
)
def test_qemu_is_listed_for_programs_like_this_one(
    tmp_path: Path, head: bytes, magic: bytes, mask: bytes
) -> None:
    (tmp_path / "greet").write_bytes(head + b"more")
    found = Found("qemu", Path("/usr/bin/qemu"), "7.2.22", (qemu._STARTS_BY_LIST,))
    subject = Subject(tmp_path / "greet", target("linux/ppc64"), Format.ELF64)
    job = Job(subject.path, ("-x",), cwd=Path("/here"), env={"OWN": "1"})
    with qemu.RUNNER.session(found, subject, {}) as session:
        made = session.command(job)
    *python, registration, program, dash, processor, path, argument = made.argv
    assert python[1:3] == ["-I", "-S"]
    assert [program, dash, processor, path, argument] == [
        "/usr/bin/qemu", "-cpu", "power10", str(subject.path), "-x"
    ]  # fmt: skip
    _, name, kind, offset, *told, interpreter, flags = registration.split(":")
    assert (name, kind, offset, interpreter, flags) == ("crosswind", "M", "", "/usr/bin/qemu", "PF")
    bits, masked = (one.encode().decode("unicode_escape").encode("latin-1") for one in told)
    assert (bits[16:], masked[16:18]) == (magic, mask)
    assert all(
        one & other == here & other for one, other, here in zip(bits, masked, head, strict=True)
    )
    assert made.env == {"OWN": "1", "QEMU_CPU": "power10"}


def test_debians_static_programs_will_do(having: Host) -> None:
    found = qemu.RUNNER.find(target("linux/arm64"), LINUX, having("qemu-aarch64-static"))
    assert isinstance(found, Found)
    assert found.program
    assert found.program.name == "qemu-aarch64-static"


@pytest.mark.parametrize(
    ("of", "options"),
    [
        ("linux/arm64", ()),
        ("linux/amd64/v1", ()),
        ("linux/amd64/v3", ("-cpu", "max")),
        ("linux/ppc64le/power9", ("-cpu", "power10")),
        ("linux/ppc64", ("-cpu", "power10")),
        ("linux/riscv64/rva20u64", ()),
        ("linux/riscv64/rva23u64", ("-cpu", "rv64,v=true,vext_spec=v1.0")),
        ("linux/mips/softfloat", ()),
    ],
)
def test_qemu_gets_a_processor_that_is_large_enough(of: str, options: tuple[str, ...]) -> None:
    found = Found("qemu", Path("/usr/bin/qemu"))
    argv = command(qemu.RUNNER, found, program(of), "-x", "")
    assert argv == ("/usr/bin/qemu", *options, "/made/greet", "-x", "")


def test_qemu_finds_the_c_library_of_cross_packages(tmp_path: Path) -> None:
    found = Found("qemu", Path("/usr/bin/qemu-aarch64"))
    subject = program("linux/arm64", "/lib/ld-linux-aarch64.so.1")
    with pytest.raises(MissingError, match="ld-linux-aarch64") as caught:
        command(QEMU(tmp_path), found, subject)
    assert "libc6-arm64-cross" in caught.value.hint
    linker = tmp_path / "usr" / "aarch64-linux-gnu" / "lib" / "ld-linux-aarch64.so.1"
    linker.parent.mkdir(parents=True)
    linker.touch()
    argv = command(QEMU(tmp_path), found, subject)
    assert argv[1:3] == ("-L", str(tmp_path / "usr" / "aarch64-linux-gnu"))
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ld-linux-aarch64.so.1").touch()
    assert "-L" not in command(QEMU(tmp_path), found, subject)


def test_rosetta_is_told_from_its_absence(tmp_path: Path) -> None:
    runner = Rosetta(tmp_path)
    intel = target("darwin/amd64")
    for of, host in ((intel, LINUX), (target("darwin/arm64"), MAC), (intel, MAC)):
        assert isinstance(runner.find(of, host, {}), Absent)
    runtime = tmp_path / "Library" / "Apple" / "usr" / "libexec" / "oah" / "libRosettaRuntime"
    runtime.parent.mkdir(parents=True)
    runtime.touch()
    found = runner.find(intel, MAC, {})
    assert isinstance(found, Found)
    subject = Subject(Path("/made/greet"), intel, Format.MACHO64)
    assert command(runner, found, subject, "-x")[1:] == ("-x86_64", "/made/greet", "-x")


@pytest.mark.parametrize(
    ("of", "here", "env", "expected"),
    [
        ("js/wasm", ("node", "wasmtime"), {}, "node"),
        ("js/wasm", ("wasmtime",), {}, None),
        ("wasip1/wasm", ("node", "wasmtime"), {}, "wasmtime"),
        ("wasip1/wasm", ("node", "wazero"), {}, "wazero"),
        ("wasip1/wasm", ("node", "wasmtime"), {"GOWASIRUNTIME": "node"}, "node"),
        ("wasip1/wasm", ("node",), {"GOWASIRUNTIME": "wasmtime"}, None),
        ("linux/arm64", ("node",), {}, None),
    ],
)
def test_webassembly_takes_the_first_runtime(
    having: Host, of: str, here: tuple[str, ...], env: dict[str, str], expected: str | None
) -> None:
    found = wasm.RUNNER.find(target(of), LINUX, having(*here, **env))
    name = found.program.name if isinstance(found, Found) and found.program else None
    assert name == expected


@pytest.mark.parametrize(
    ("runtime", "version", "options"),
    [
        ("wasmtime", "wasmtime 49.0.3", ["run", "--dir=/", "-S", "inherit-env=y"]),
        ("wazero", "wazero 1.9.0", ["run", "-mount", "/:/", "-env-inherit"]),
        ("node", "node 20.20.2", ["--stack-size=8192", "--no-warnings"]),
        ("node", "node 18.19.0", ["--stack-size=8192", "--no-warnings", "--experimental-wasi"]),
    ],
)
def test_a_wasi_program_sees_files_and_environment(
    runtime: str, version: str, options: list[str]
) -> None:
    found = Found("wasm", Path("/usr/bin") / runtime, version)
    subject = Subject(Path("/made/greet.wasm"), target("wasip1/wasm"), Format.WASM)
    with wasm.RUNNER.session(found, subject, {}) as session:
        made = session.command(Job(subject.path, ("-x",), cwd=Path("/here"), env={"A": "1"}))
    assert made.env == {"A": "1", "PWD": "/here"}
    assert made.argv[-2:] == ("/made/greet.wasm", "-x")
    words = [word.partition("-unstable")[0] for word in made.argv[1 : len(options) + 1]]
    assert words == options
