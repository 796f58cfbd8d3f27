"""What C adds to a unit: compilers, flags, headers and libraries of every package that uses cgo.

Unlike the rest of a key this needs Go, the module cache and the compiler on disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from crosswind.building.key import c_flags, c_targets, c_zig
from crosswind.building.key.c_compiler import Compiler
from crosswind.building.key.c_compiler import Package as Given
from crosswind.building.key.c_pkg_config import PkgConfig, Said
from crosswind.building.key.c_zig import Zig
from crosswind.building.key.contexts import without_unknown
from crosswind.building.key.flags import Flags
from crosswind.building.key.model import Doubt, Part, Refusal, Unread, Unseen
from crosswind.building.key.observed import Observer, Seen
from crosswind.constraints import Context, Universe
from crosswind.errors import CrosswindError
from crosswind.project.cgo_flags import Judge
from crosswind.project.graph import Folder, Package, Place, Root, build
from crosswind.project.graph.loading import ModuleFinder
from crosswind.project.graph.scan import Scan
from crosswind.project.modules.load import load
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags

# How objects of C are made. The next number is for a change after which those of before are wrong: with 1 go
# worked below dist, and debug data named the folder.
_RULES = "2"
# Which libraries programs load is known on this one.
_HOST = "linux"
# Other languages and generators.
_UNKNOWN = ("MFiles", "FFiles", "SwigFiles", "SwigCXXFiles")
# Every program with cgo has it, imported or not (cmd/go/internal/load/pkg.go, LinkerDeps).
_RUNTIME = "runtime/cgo"
# cmd/go/internal/work/gc.go and exec.go: DefaultCFlags.
_DEFAULT = "-O2 -g"
# The variable for a language's compiler, and the function that says what go takes without it.
_COMPILERS = {"c": ("CC", "DefaultCC"), "c++": ("CXX", "DefaultCXX")}
_DEFAULTS = "src/cmd/go/internal/cfg/zdefaultcc.go"
# Files of a package by whose content the go command knows it.
_SEEN = ("CgoFiles", "CFiles", "CXXFiles", "HFiles", "SFiles")
_OWN = ("CPPFLAGS", "CFLAGS", "CXXFLAGS", "LDFLAGS")


class _Doubts:
    """Why a program has no key, and of which packages it is not known what C reads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._first = ""
        self._packages: set[str] = set()

    @contextmanager
    def about(self, *packages: str, kind: type[Doubt] = Doubt) -> Iterator[None]:
        """Note a doubt of a kind and go on: what is known of other packages counts all the same."""
        try:
            yield
        except kind as doubt:
            self.note(str(doubt))
            self._packages.update(packages)

    def note(self, message: str) -> None:
        """Note a doubt that leaves known what C reads now; nothing if it is empty."""
        self._first = self._first or message

    def check(self, unseen: Mapping[str, Unseen]) -> None:
        """Raise `Unread` if there was one; `unseen` is what is known."""
        if self._first:
            raise Unread(self._first, {**unseen, **dict.fromkeys(self._packages, Unseen())})


class C:
    """What C adds to the units of one plan."""

    def __init__(self, toolchain: Toolchain, scan: Scan) -> None:
        """Take what units share; nothing is read yet."""
        self._toolchain = toolchain
        self._scan = scan

    @cached_property
    def _observer(self) -> Observer:
        return Observer(files.cache_dir() / "c")

    def part(
        self,
        program: tuple[str, Path],
        directory: Path,
        flags: Flags,
        settings: Settings,
        context: Context,
    ) -> tuple[Part, dict[str, Unseen]]:
        """Return what C adds to a program, and by package what the go command does not see of it.

        Args:
            program: its import path and folder.
            directory: where the go command runs.
            flags: of the go command.
            settings: its variables.
            context: in which files are chosen.

        Raises:
            Doubt: something is not known, or not there; `Unread` where the go command would not notice.
        """
        packages = list(self._using_c(program, directory, flags, settings, context))
        self._judge(packages, directory, settings)
        if self._toolchain.host.goos != _HOST:
            raise Doubt("a C compiler takes part; what it reads is known on Linux alone")
        if settings.get("GOCACHEPROG").value:
            raise Doubt("GOCACHEPROG keeps objects of C, and nobody knows from which headers")
        doubts = _Doubts()
        if "extld" in " ".join(flags.each("ldflags")):
            # Of the last link alone: no object hangs on it.
            doubts.note("-ldflags says something to a linker of C")
        for package in packages:
            with doubts.about(package.import_path):
                _check_files(package)
        named = {
            f"#cgo {name} of {package.import_path}": "\n".join(own)
            for package in packages
            for name in _OWN
            if (own := _flags(package, name))
        }
        said = self._ask_pkg_config(packages, settings, doubts)
        for path, one in said.items():
            named[f"pkg-config of {path}"] = "\n".join((*one.compile, "", *one.link))
        read: dict[str, str] = {}
        unseen: dict[str, Unseen] = {}
        with doubts.about():
            read, unseen = self._read(packages, settings, context.target, said, doubts)
        doubts.check(unseen)
        files_ = {f"C file {path}": digest for path, digest in read.items()}
        return Part("C", {"rules for C": _RULES, **named, **files_}), unseen

    def _read(
        self,
        packages: Sequence[Package],
        settings: Settings,
        target: Target,
        said: Mapping[str, Said],
        doubts: _Doubts,
    ) -> tuple[dict[str, str], dict[str, Unseen]]:
        """Return the content of each file that compilers and linkers read, and of these themselves.

        By package that is told which go does not look at (`c_objects`).
        """
        compilers = {"CFLAGS": self._compiler("c", settings, target)}
        if any(package.lists.get("CXXFiles") for package in packages):
            with doubts.about():
                compilers["CXXFLAGS"] = self._compiler("c++", settings, target)
        linked = _words(settings, "CGO_LDFLAGS", _DEFAULT)
        linked += tuple(flag for package in packages for flag in _flags(package, "LDFLAGS"))
        linked += tuple(flag for one in said.values() for flag in one.link)
        shared = {path: one for each in said.values() for path, one in each.programs.items()}
        headers: dict[str, list[Seen]] = {package.import_path: [] for package in packages}
        for own, compiler in compilers.items():
            try:
                with doubts.about(*headers, kind=Unread):
                    shared |= compiler.programs().digests
            except Doubt as doubt:
                if own == "CFLAGS":
                    raise
                doubts.note(str(doubt))
                continue
            with doubts.about():
                c_flags.check_link(linked)
                shared |= compiler.libraries(linked).digests
            for package in packages:
                asked = said.get(package.import_path)
                with doubts.about(package.import_path):
                    given = _given(package, own, settings, asked.compile if asked else ())
                    if given.sources or given.preambles:
                        c_flags.check_compile(given.flags)
                        seen = compiler.headers(given)
                        headers[package.import_path].append(seen)
                        doubts.note(seen.said)
        unseen = {
            package.import_path: self._unseen(package, shared, headers[package.import_path])
            for package in packages
        }
        read = {
            path: one
            for seen in headers.values()
            for each in seen
            for path, one in each.digests.items()
        }
        return shared | read, unseen

    def _unseen(
        self, package: Package, shared: Mapping[str, str], headers: Iterable[Seen]
    ) -> Unseen:
        """Return what C reads for a package beside the files by whose content go knows it.

        cmd/go/internal/work/exec.go, buildActionID, takes in only what go/build lists of a package. Compilers and
        libraries count as well: with them go finds out which names a package takes from libraries.
        """
        listed = {name for one in _SEEN for name in package.lists.get(one, {})}
        own = f"{package.directory}/"
        found = dict(shared)
        folders: set[str] = set()
        for seen in headers:
            found |= seen.digests
            folders |= seen.folders
        found = {
            path: digest
            for path, digest in found.items()
            if not (path.startswith(own) and path[len(own) :] in listed) and path.startswith("/")
        }
        state = Part(f"unseen {_RULES}", found).digest
        there = map(nearest, folders)
        return Unseen(state, frozenset({*found, *there} - {str(package.directory)}))

    def _ask_pkg_config(
        self, packages: Iterable[Package], settings: Settings, doubts: _Doubts
    ) -> dict[str, Said]:
        """Return what pkg-config says, for each package that asks it."""
        tool = PkgConfig(settings, self._observer)
        said = {}
        for package in packages:
            if words := _flags(package, "PkgConfig"):
                with doubts.about(package.import_path):
                    said[package.import_path] = tool.ask(words, package.directory)
        return said

    def _judge(self, packages: Iterable[Package], directory: Path, settings: Settings) -> None:
        """Look for flags that the go command refuses.

        Raises:
            Refusal: it refuses one.
        """
        judge = Judge.of(self._toolchain.goroot, settings)
        for package in packages if judge else ():
            for one in judge.refused(package, 1) if judge else ():
                is_here = package.directory.is_relative_to(directory)
                place = package.directory.relative_to(directory).as_posix() if is_here else ""
                finding = one.finding(place or package.import_path)
                raise Refusal(replace(finding, subject=finding.subject.removeprefix("./")))

    def _compiler(self, language: str, settings: Settings, target: Target) -> Compiler:
        variable, function = _COMPILERS[language]
        words = _words(settings, variable, "") or (self._default(function, target),)
        is_zig = c_zig.is_called(words)
        c_flags.check_driver(words[2 if is_zig else 1 :])
        kind = Zig if is_zig else Compiler
        calls = c_targets.calls(target)
        return kind(language, words, calls, settings.env, self._observer)

    def _default(self, function: str, target: Target) -> str:
        """Return the compiler that go takes unless a variable names one.

        Raises:
            Doubt: this Go does not say.
        """
        try:
            text = (self._toolchain.goroot / _DEFAULTS).read_text(errors="replace")
        except OSError as error:
            raise Doubt(f"which C compiler this Go takes is not known: {error}") from error
        return c_targets.default_compiler(text, function, target)

    def _using_c(
        self,
        program: tuple[str, Path],
        directory: Path,
        flags: Flags,
        settings: Settings,
        context: Context,
    ) -> Iterator[Package]:
        """Yield each package that uses cgo, as it is in one context."""
        words = tuple(word for word in flags.words if goflags.name(word) in ("mod", "modfile"))
        try:
            modules = load(directory, settings.env, flags=words, goroot=self._toolchain.goroot)
        except CrosswindError as error:
            raise Doubt(f"{error.subject}: {error.message}") from error
        find = ModuleFinder(modules, self._scan)

        def read(path: Path) -> Folder:
            return without_unknown(self._scan.folder(path))

        main, folder = program
        roots = [Root(Place(main, folder), named=True), Root(find(_RUNTIME, None), named=True)]
        graph = build(Universe((context,)), roots, find, read)
        for path in sorted(graph.closure({main: 1, _RUNTIME: 1})):
            package = graph.packages.get(path)
            if package is None:
                if path not in ("C", "unsafe"):
                    raise Doubt(f"whether {path} uses C is not known: {graph.absent.get(path)}")
            elif package.lists.get("CgoFiles") or any(package.lists.get(one) for one in _UNKNOWN):
                yield package


def nearest(folder: str) -> str:
    """Return a folder, or the one above it in which it would appear."""
    while not os.path.isdir(folder) and folder not in ("", "/"):  # noqa: PTH112
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder


def _check_files(package: Package) -> None:
    for listed in _UNKNOWN:
        if package.lists.get(listed):
            raise Doubt(f"{package.import_path} has {listed}")


def _given(package: Package, own: str, settings: Settings, asked: tuple[str, ...]) -> Given:
    """Return what a compiler is given; raises `Doubt` for a quote that is not closed."""
    known = {file.name: file for file in package.files}
    preambles: tuple[str, ...] = ()
    listed = ["CFiles", "SFiles"] if own == "CFLAGS" else ["CXXFiles"]
    sources = tuple(name for one in listed for name in package.lists.get(one, {}))
    if package.standard and package.import_path == _RUNTIME:
        # cmd/go/internal/work/exec.go, build: the other assembly is for Go's own assembler.
        sources = tuple(name for name in sources if name.startswith("gcc_") or name.endswith(".c"))
    for name in package.lists.get("CgoFiles", {}):
        go = known[name].go
        preambles += go.preambles if go else ()
    flags = (
        *_words(settings, "CGO_CPPFLAGS", ""),
        *_flags(package, "CPPFLAGS"),
        *asked,
        *_words(settings, f"CGO_{own}", _DEFAULT),
        *_flags(package, own),
    )
    if own == "CXXFLAGS" and not sources:
        preambles = ()
    return Given(
        package.directory,
        flags,
        preambles,
        sources,
        tuple(known[name].digest for name in sources),
    )


def _flags(package: Package, name: str) -> tuple[str, ...]:
    return tuple(text for text, _ in package.flags.get(f"Cgo{name}", ()))


def _words(settings: Settings, name: str, default: str) -> tuple[str, ...]:
    """Return a variable's words (cmd/go/internal/work/exec.go, envList).

    Raises:
        Doubt: a quote is not closed.
    """
    try:
        return goflags.split(settings.get(name).value or default)
    except ValueError as error:
        raise Doubt(f"{name}: {error}") from error
