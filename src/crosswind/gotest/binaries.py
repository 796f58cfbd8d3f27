"""Build the test binaries of one target: `go test -c -json`, with the project's settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from crosswind.building import gocommand
from crosswind.building.ground import Ground
from crosswind.config.settings import Cgo, Settings
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.gotest.flags import Flags
from crosswind.gotest.model import BuildLine, Package
from crosswind.project import golist, programs
from crosswind.system import files, process
from crosswind.target import Target

Say = Callable[[BuildLine], None]


@frozen
class Binary:
    """What the go command made of a package's tests.

    Attributes:
        package: the package.
        path: the test binary; None if there is none.
        said: the events that the go command emitted itself: of a package without tests, or one that
            it could not even load.
        failed_build: ID of the package whose build failed; empty if unknown, or none did.
    """

    package: Package
    path: Path | None
    said: tuple[Mapping[str, Any], ...] = ()
    failed_build: str = ""


@frozen
class Workbench:
    """With what, and for what, test binaries are built.

    Attributes:
        ground: project and Go.
        target: the target.
        env: the environment of its go commands.
        words: the flags of its builds.
        folder: where the binaries go.
    """

    ground: Ground
    target: Target
    env: Mapping[str, str]
    words: tuple[str, ...]
    folder: Path


def workbench(
    ground: Ground, target: Target, settings: Settings, flags: Flags, folder: Path, *, lean: bool
) -> Workbench:
    """Say how the tests of a target are built.

    What shapes only the finished program (`trimpath`, `ldflags`, variables, `buildmode`, `pgo`,
    `gui`) stays out: `go test` does not have it either, and tests look for their files by the paths
    that trimpath removes.

    Args:
        ground: project and Go.
        target: the target.
        settings: of the project, for the target.
        flags: of go test.
        folder: where the binaries go.
        lean: whether to leave out symbols and debug data, as go test does with binaries that it
            throws away (test.go, OmitDebug).
    """
    plain = replace(
        settings, trimpath=False, ldflags=(), variables=(), buildmode="", pgo="", gui=False
    )
    words = [*gocommand.flags(plain, target), *flags.build]
    if lean and "ldflags" not in flags.values:
        words.append("-ldflags=-s -w")
    # `auto` as the go command has it: C where the host's own compiler serves; the race detector is C.
    cgo = gocommand.wants_cgo(settings, target, ground.host, used=True)
    if flags.sanitizers and settings.cgo is not Cgo.ON:
        cgo = (target.goos, target.goarch) == (ground.host.goos, ground.host.goarch)
    env = {**ground.env, **gocommand.environment(settings, target, cgo)}
    return Workbench(ground, target, env, tuple(words), folder)


def build(bench: Workbench, packages: Sequence[Package], say: Say) -> tuple[Binary, ...]:
    """Build the tests of all packages; what fails is part of the result.

    Raises:
        UsageError: CW4030, the go command refuses the flags; CW0302, CW0303 the modules.
        CrosswindError: as `golist.failure`.
    """
    made: list[Binary] = []
    for number, batch in enumerate(_batches(packages)):
        made += _build(bench, batch, bench.folder / str(number), say)
    order = {package.path: position for position, package in enumerate(packages)}
    return tuple(sorted(made, key=lambda one: order[one.package.path]))


def _batches(packages: Iterable[Package]) -> list[list[Package]]:
    """Share packages out so that no two test binaries of a batch have one name.

    The go command refuses that (test.go, "cannot write test binary"). Names that differ by case only
    are one on macOS and Windows.
    """
    batches: list[dict[str, Package]] = []
    for package in packages:
        name = programs.executable_name(package.path).lower()
        batch = next((batch for batch in batches if name not in batch), None)
        if batch is None:
            batch = {}
            batches.append(batch)
        batch[name] = package
    return [list(batch.values()) for batch in batches]


def _build(bench: Workbench, packages: Sequence[Package], folder: Path, say: Say) -> list[Binary]:
    with files.translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
    names = [package.path for package in packages]
    words = [
        str(bench.ground.toolchain.go),
        "test",
        "-c",
        "-json",
        "-o",
        f"{folder}/",
        *bench.words,
    ]
    done = process.run([*words, *names], cwd=bench.ground.directory, env=bench.env)
    errors = done.stderr.decode(errors="replace")
    lines = [_line(text) for text in done.stdout.decode(errors="replace").splitlines()]
    paths = {package.path: _binary(bench, package, folder) for package in packages}
    if done.returncode and not lines and not any(paths.values()):
        if done.returncode == 2:  # base.SetExitStatus(2) in exitWithUsage
            raise UsageError("CW4030", errors.splitlines()[0], subject="flags of go test")
        raise golist.failure(errors, bench.ground.directory)
    for text in errors.splitlines():
        say(BuildLine(text))
    for line in lines:
        if line.document is None or "Package" not in line.document:
            say(line)
    failed = [
        str(line.document["ImportPath"])
        for line in lines
        if line.document and line.document.get("Action") == "build-fail"
    ]
    return [_result(bench, package, paths[package.path], lines, failed) for package in packages]


def _line(text: str) -> BuildLine:
    """Read one line of standard output; what is no document is a message, such as of `-x`."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return BuildLine(text)
    return BuildLine(str(document.get("Output", "")).rstrip("\n"), document)


def _binary(bench: Workbench, package: Package, folder: Path) -> Path | None:
    """Find a package's test binary, by the name that testBinaryName in test.go gives it."""
    name = f"{programs.executable_name(package.path)}.test{bench.target.exe_suffix}"
    path = folder / name
    return path if path.is_file() else None


def _result(
    bench: Workbench,
    package: Package,
    path: Path | None,
    lines: Sequence[BuildLine],
    failed: Sequence[str],
) -> Binary:
    said = tuple(
        line.document
        for line in lines
        if line.document and line.document.get("Package") == package.path
    )
    if path or said or not failed:
        return Binary(package, path, said)
    return Binary(package, None, said, _culprit(bench, package, failed))


def _culprit(bench: Workbench, package: Package, failed: Sequence[str]) -> str:
    """Find out whose failed build it is that a package's tests lack."""
    own = (
        f"{package.path} [{package.path}.test]",
        f"{package.path}_test [{package.path}.test]",
        f"{package.path}.test",
    )
    if found := next((one for one in own if one in failed), None):
        return found
    words = ["-test", "-json=ImportPath,Deps", "--", package.path]
    documents = golist.packages(bench.ground.toolchain, bench.ground.directory, bench.env, words)
    deps = [
        name
        for document in documents
        if document["ImportPath"] == f"{package.path}.test"
        for name in document.get("Deps") or ()
    ]
    return next((name for name in deps if name in failed), "")
