"""Units, and the go commands that build them: pure, printable, and exactly what will run."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crosswind.artifact import Kind
from crosswind.building import gocommand
from crosswind.config.settings import Debug, Settings
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.target import Target

# Below dist: what a run needs while it runs, and what crosswind remembers of earlier ones.
STATE = ".crosswind"


@frozen
class Unit:
    """One main package for one target.

    Attributes:
        program: name of the finished file, without suffix.
        package: what the go command calls the package: `./cmd/app` or an import path.
        import_path: its import path.
        target: what it is built for.
        settings: how, with every template rendered.
        cgo: whether C code takes part.
        named: whether the target was asked for by name; only then is "cannot" a failure.
        alone: whether the program was asked for by name, not by a pattern.
    """

    program: str
    package: str
    import_path: str
    target: Target
    settings: Settings
    cgo: bool
    named: bool = True
    alone: bool = True

    @property
    def kind(self) -> Kind:
        """What comes out."""
        modes = {"c-archive": Kind.C_ARCHIVE, "c-shared": Kind.C_SHARED}
        return modes.get(self.settings.buildmode, Kind.BINARY)

    @property
    def embeds(self) -> bool:
        """Whether resources are put into the program."""
        holds = self.kind in (Kind.BINARY, Kind.C_SHARED)
        return holds and self.target.goos == "windows" and self.settings.embed

    @property
    def may_leave_pdb(self) -> bool:
        """Whether an external linker may make a PDB for it that is kept: LLVM's does for Windows."""
        links = self.kind in (Kind.BINARY, Kind.C_SHARED)
        external = self.cgo and self.target.goos == "windows"
        return links and external and self.settings.debug is not Debug.STRIP

    @property
    def file_name(self) -> str:
        """Name of the finished file."""
        if self.kind is Kind.C_ARCHIVE:
            return f"{self.program}.a"
        if self.kind is Kind.C_SHARED:
            suffix = {"windows": ".dll", "darwin": ".dylib", "ios": ".dylib", "wasip1": ".wasm"}
            return self.program + suffix.get(self.target.goos, ".so")
        return self.program + self.target.exe_suffix

    @property
    def folder(self) -> str:
        """Its folder in dist, named as GoReleaser names it."""
        return f"{self.program}_{self.target.slug}"


@frozen
class Output:
    """A file that a go command leaves at `staged` and that belongs at `final`."""

    unit: Unit
    staged: Path
    final: Path
    kind: Kind


# The commands that change a linked file in its final place, in their order.
AfterLink = Callable[[Output], Iterable[Sequence[str]]]


def nothing(_output: Output) -> Iterable[Sequence[str]]:
    """Leave a linked file as it is."""
    return ()


@frozen
class Compile:
    """One go command: one target, and all programs that share its flags.

    Attributes:
        units: what it builds.
        argv: the command; paths in it are relative to `directory` or absolute.
        env: the variables it sets on top of the user's environment.
        directory: where it runs.
        stage: the folder it writes into.
        outputs: what it leaves there.
        go_env: a file of `go env -w` that it must see without GOBIN, if any: GOENV leads to a copy.
        keeps_work: whether `-work` is among its flags, since the linker may leave a PDB there.
    """

    units: tuple[Unit, ...]
    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    directory: Path
    stage: Path
    outputs: tuple[Output, ...]
    go_env: Path | None = None
    keeps_work: bool = False

    @property
    def target(self) -> Target:
        """The one target of its units."""
        return self.units[0].target

    def alone(self, unit: Unit) -> Compile:
        """Return the same command for one of its units."""
        return self.only((unit,))

    def only(self, units: Collection[Unit]) -> Compile:
        """Return the same command for some of its units: the packages stand last in `argv`."""
        flags, packages = self.argv[: -len(self.units)], self.argv[-len(self.units) :]
        kept = [pair for pair in zip(self.units, packages, strict=True) if pair[0] in units]
        return replace(
            self,
            units=tuple(unit for unit, _ in kept),
            argv=(*flags, *(package for _, package in kept)),
            outputs=tuple(output for output in self.outputs if output.unit in units),
        )

    def shell(self, after: AfterLink = nothing) -> tuple[str, ...]:
        """Return the commands that make the final files, for a POSIX shell in `directory`."""
        folders = sorted({str(output.final.parent) for output in self.outputs})
        lines = [f"mkdir -p {shlex.join([str(self.stage), *folders])}"]
        if self.go_env:
            copy = shlex.quote(dict(self.env)["GOENV"])
            lines.append(f"sed '/^GOBIN=/d' {shlex.quote(str(self.go_env))} > {copy}")
        moves = [shlex.join(["mv", str(out.staged), str(out.final)]) for out in self.outputs]
        if self.keeps_work:
            lines += self._shell_with_pdb(moves)
        else:
            lines += [gocommand.shell(self.argv, dict(self.env)), *moves]
        steps = (shlex.join(words) for output in self.outputs for words in after(output))
        return (*lines, *steps)

    def _shell_with_pdb(self, moves: Iterable[str]) -> Iterator[str]:
        """Yield the command, what moves its files, and what finds a PDB where go worked.

        A folder of its own for that lies where go would make one: below the module it would be seen in
        debug data of C (`work_folder`).
        """
        env = {name: value for name, value in self.env if name != "GOTMPDIR"}
        yield 'work=$(mktemp -d "${GOTMPDIR:-${TMPDIR:-/tmp}}/crosswind-XXXXXX")'
        yield f'GOTMPDIR="$work" {gocommand.shell(self.argv, env)}'
        yield from moves
        # The go command links in a folder `exe`; other PDB files are of its probes of the compiler.
        place = shlex.quote(str(self.outputs[0].final.parent))
        yield f"find \"$work\" -path '*/exe/*.pdb' -exec mv {{}} {place} ';'"
        yield 'rm -rf "$work"'


@frozen
class Plan:
    """All that will be done, in order; what is skipped carries its reason.

    Attributes:
        compiles: the go commands.
        skipped: units that are not built, and why.
        dist: where finished files go.
        after: the steps between the link and the finished file.
    """

    compiles: tuple[Compile, ...]
    skipped: tuple[tuple[Unit, str], ...]
    dist: Path
    after: AfterLink = nothing

    def shell(self) -> tuple[str, ...]:
        """Return the commands that make all final files, for a POSIX shell in the project.

        A new dist ignores itself first, as in a real run: a file in it that git sees would make Go
        stamp every later program as modified.
        """
        dist, ignore = shlex.quote(str(self.dist)), shlex.quote(str(self.dist / ".gitignore"))
        first = f"test -e {dist} || {{ mkdir -p {dist} && echo '*' > {ignore}; }}"
        return (first, *(line for compile_ in self.compiles for line in compile_.shell(self.after)))

    @property
    def units(self) -> tuple[Unit, ...]:
        """Every unit, skipped ones last."""
        built = [unit for compile_ in self.compiles for unit in compile_.units]
        return (*built, *(unit for unit, _ in self.skipped))


@frozen
class Workshop:
    """Where and with what the go commands run.

    Attributes:
        go: the go command.
        directory: the source tree; for `module@version` any folder outside of modules.
        dist: where finished files go.
        env: what selects the toolchain, for every command.
        version: for `module@version` its version: then `go install` builds, not `go build`.
        module_cache: for `module@version` the user's module cache.
        host: the toolchain's own target, which decides where `go install` writes.
        go_env: the file of `go env -w` if it sets GOBIN, with which `go install` crosses nothing.
    """

    go: Path
    directory: Path
    dist: Path
    env: Mapping[str, str]
    host: Target
    version: str = ""
    module_cache: Path | None = None
    go_env: Path | None = None


def make(workshop: Workshop, units: Sequence[Unit], skipped: Sequence[tuple[Unit, str]]) -> Plan:
    """Arrange units into go commands.

    Raises:
        UsageError: CW0310, two units would be the same file.
    """
    _refuse_clashes(units)
    groups: dict[object, list[Unit]] = {}
    for number, unit in enumerate(units):
        groups.setdefault(_group_key(unit, number, groups), []).append(unit)
    numbers: dict[str, int] = {}
    compiles = []
    for group in groups.values():
        slug = group[0].target.slug
        numbers[slug] = numbers.get(slug, 0) + 1
        name = slug if numbers[slug] == 1 else f"{slug}-{numbers[slug]}"
        compiles.append(_compile(workshop, tuple(group), workshop.dist / STATE / "work" / name))
    return Plan(tuple(compiles), tuple(skipped), workshop.dist)


def _group_key(unit: Unit, number: int, groups: Mapping[object, list[Unit]]) -> object:
    """Return what units of one go command have in common.

    One command takes many executables of one target and one set of flags, but no two of one name;
    other build modes take one main package each. A program that may get a PDB is alone, too: all
    executables are called `a.out` while they are linked, and their PDB files after that.
    """
    if unit.settings.buildmode not in gocommand.EXECUTABLE_MODES or unit.may_leave_pdb:
        return number
    flags = gocommand.flags(unit.settings, unit.target)
    key = (unit.target, flags, unit.settings.env, unit.cgo)
    names = {_go_name(other) for other in groups.get(key, ())}
    return number if _go_name(unit) in names else key


def _go_name(unit: Unit) -> str:
    from crosswind.project.programs import executable_name

    return executable_name(unit.import_path) + unit.target.exe_suffix


def _refuse_clashes(units: Sequence[Unit]) -> None:
    seen: dict[tuple[str, Target], Unit] = {}
    for unit in units:
        # Names that differ by case only are one file on macOS and Windows.
        other = seen.setdefault((unit.program.lower(), unit.target), unit)
        if other is not unit:
            raise UsageError(
                "CW0310",
                f"{other.import_path} and {unit.import_path} are both called {unit.program!r}",
                hint="give one another `name` under `programs` in crosswind.yaml",
            )


def _compile(workshop: Workshop, units: tuple[Unit, ...], stage: Path) -> Compile:
    first = units[0]
    env = {**workshop.env, **gocommand.environment(first.settings, first.target, first.cgo)}
    words = gocommand.flags(first.settings, first.target)
    if first.may_leave_pdb:
        words = ("-work", *words)
    if workshop.version:
        home = stage / "gopath"
        # cmd/go writes to GOPATH/bin for its own platform and to a folder per platform otherwise.
        same = (first.target.goos, first.target.goarch) == (
            workshop.host.goos,
            workshop.host.goarch,
        )
        bin_ = home / "bin" / ("" if same else f"{first.target.goos}_{first.target.goarch}")
        packages = [f"{unit.import_path}@{workshop.version}" for unit in units]
        argv = (str(workshop.go), "install", *words, *packages)
        env |= {
            "GOPATH": str(home.absolute()),
            "GOMODCACHE": str(workshop.module_cache),
            "GOBIN": "",
        }
        if workshop.go_env:
            # An empty variable counts as unset, and the file's value would hold.
            env["GOENV"] = str((stage / "goenv").absolute())
        outputs = tuple(_output(workshop, unit, bin_ / _go_name(unit)) for unit in units)
    elif first.settings.buildmode in gocommand.EXECUTABLE_MODES:
        packages = [unit.package for unit in units]
        argv = (str(workshop.go), "build", "-o", f"{stage}/", *words, *packages)
        outputs = tuple(_output(workshop, unit, stage / _go_name(unit)) for unit in units)
    else:
        staged = stage / first.file_name
        argv = (str(workshop.go), "build", "-o", str(staged), *words, first.package)
        outputs = (_output(workshop, first, staged), *_header(workshop, first, staged))
    pairs = tuple(sorted(env.items()))
    go_env = workshop.go_env if workshop.version else None
    return Compile(
        units, argv, pairs, workshop.directory, stage, outputs, go_env, first.may_leave_pdb
    )


def _output(workshop: Workshop, unit: Unit, staged: Path) -> Output:
    return Output(unit, staged, workshop.dist / unit.folder / unit.file_name, unit.kind)


def _header(workshop: Workshop, unit: Unit, staged: Path) -> tuple[Output, ...]:
    """Return the C header that cmd/go writes beside a library with exported functions."""
    name = Path(unit.file_name).with_suffix(".h").name
    final = workshop.dist / unit.folder / name
    return (Output(unit, staged.with_suffix(".h"), final, Kind.HEADER),)
