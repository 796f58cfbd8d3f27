"""Which files of a folder make its package, in all contexts at once (go/build/build.go, Import)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crosswind.constraints import Universe, names, selected
from crosswind.gosource import GoFile
from crosswind.project.graph.implied import union
from crosswind.project.graph.model import File, Problem

# go/build/build.go, fileListForExt.
_LISTS = {
    ".c": "CFiles",
    ".cc": "CXXFiles", ".cpp": "CXXFiles", ".cxx": "CXXFiles",
    ".m": "MFiles",
    ".h": "HFiles", ".hh": "HFiles", ".hpp": "HFiles", ".hxx": "HFiles",
    ".f": "FFiles", ".F": "FFiles", ".for": "FFiles", ".f90": "FFiles",
    ".s": "SFiles",
    ".swig": "SwigFiles", ".swigcxx": "SwigCXXFiles",
    ".syso": "SysoFiles",
}  # fmt: skip
# Assembly that the C compiler takes: part of a package with cgo files only.
_C_ASSEMBLY = (".S", ".sx")
# cmd/go/internal/load/pkg.go, load: without cgo these are not even ignored.
_FORGOTTEN = ("CFiles", "CXXFiles", "MFiles", "SwigFiles", "SwigCXXFiles")
# There they are an error where nothing of the package uses cgo or SWIG.
_NEED_CGO = {"CFiles": "C", "CXXFiles": "C++", "MFiles": "Objective-C", "FFiles": "Fortran"}

Bits = dict[str, int]


@dataclass(slots=True)
class Contents:
    """What a folder's files come to; fields as those of `Package`."""

    names: Bits = field(default_factory=dict)
    lists: dict[str, Bits] = field(default_factory=dict)
    docs: Bits = field(default_factory=dict)
    flags: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0
    unlinked: int = 0


def contents(
    files: Sequence[File],
    universe: Universe,
    directory: str,
    unlinked: int = 0,
    *,
    whatever: bool = False,
) -> Contents:
    """Sort the files of a folder into Go's lists.

    Args:
        files: in Go's order.
        universe: all contexts.
        directory: what problems call the folder.
        unlinked: the contexts in which programs need a linker of C.
        whatever: whether neither constraints nor names leave a file out (Context.UseAllFiles).
    """
    sorter = _Sorter(universe, directory, unlinked, whatever=whatever)
    for file in files:
        sorter.take(file)
    return sorter.finish()


class _Sorter:
    """Takes the files of a folder one by one."""

    def __init__(
        self, universe: Universe, directory: str, unlinked: int, *, whatever: bool
    ) -> None:
        self._whatever = whatever
        self._universe = universe
        self._unlinked = unlinked
        self._all = universe.everything
        self._cgo = universe.where("cgo")
        self._directory = directory
        self._found = Contents()
        # Package names with the first file that has each: for the message only.
        self._first: list[tuple[str, str, int]] = []
        self._assembly: Bits = {}
        self._bad = 0

    def take(self, file: File) -> None:
        suffix = names.tags(file.name)
        ending = file.name[file.name.rfind(".") :]
        if ending == ".go":
            self._take_go(file, suffix)
            return
        where = selected(suffix, file.constraint, self._universe)
        if ending in _C_ASSEMBLY:
            self._add_to(self._assembly, file.name, where)
        else:
            self._add(_LISTS[ending], file.name, where)
        self._add("IgnoredOtherFiles", file.name, self._all & ~where)

    def _take_go(self, file: File, suffix: tuple[str, ...]) -> None:
        by_name = self._all if self._whatever else self._universe.where_all(suffix)
        go = file.go
        if go is None or go.unread or file.constraint.broken:
            self._refuse(file.name, by_name, *_unusable(file))
            self._add("IgnoredGoFiles", file.name, self._all & ~by_name)
            return
        where = self._all
        if not self._whatever:
            where = selected(suffix, file.constraint, self._universe)
        self._add("IgnoredGoFiles", file.name, self._all & ~where)
        if not where:
            return
        if go.error:
            place = f"{file.name}:{go.error.line}:{go.error.column}"
            self._refuse(file.name, where, go.error.message, place)
        if go.is_documentation:
            self._add("IgnoredGoFiles", file.name, where)
            return
        is_test = file.name.endswith("_test.go")
        outside = self._name(file.name, go.package, where, is_test)
        if go.doc and not is_test:
            docs = self._found.docs
            self._add_to(docs, go.doc, where & ~union(docs.values()))
        self._list(file, go, where, outside, is_test)

    def _name(self, name: str, package: str, where: int, is_test: bool) -> int:
        """Hold a file's package name against the others'; return where it is a test from outside."""
        known = union(self._found.names.values())
        outside = 0
        if is_test and package.endswith("_test"):
            outside = where & ~self._found.names.get(package, 0)
            self._settle(name, package, where & ~outside, known)
            package = package.removesuffix("_test")
            self._settle(name, package, outside, known)
        else:
            self._settle(name, package, where, known)
        return outside

    def _settle(self, name: str, package: str, where: int, known: int) -> None:
        if not package:
            return  # the clause has a mistake, of which is told elsewhere; the next file names the package
        new = where & ~known
        if new:
            self._add_to(self._found.names, package, new)
            self._first.append((package, name, new))
        wrong = where & known & ~self._found.names.get(package, 0)
        for other, first, bits in self._first if wrong else ():
            message = f"two packages in one folder: {other} ({first}) and {package} ({name})"
            self._refuse(name, wrong & bits, message, self._directory)

    def _list(self, file: File, go: GoFile, where: int, outside: int, is_test: bool) -> None:
        if is_test:
            if go.uses_c:
                self._refuse(file.name, where, "a test file cannot use cgo", file.name)
            self._record("Test", "TestGoFiles", file, go, where & ~outside)
            self._record("XTest", "XTestGoFiles", file, go, outside)
        elif go.uses_c:
            # Flags count, and mistakes in them, where cgo is off, too.
            from crosswind.gosource.cgo import read_flags  # most packages have no C

            said = read_flags(go.preambles, where, self._universe, self._directory)
            for mistake in said.errors:
                self._refuse(file.name, mistake.where, mistake.message, file.name)
            for name, flags in said.flags.items():
                self._found.flags.setdefault(name, []).extend(flags)
            self._record("", "CgoFiles", file, go, where & self._cgo)
            self._add("IgnoredGoFiles", file.name, where & ~self._cgo)
        else:
            self._record("", "GoFiles", file, go, where)

    def _record(self, kind: str, files: str, file: File, go: GoFile, where: int) -> None:
        if not where:
            return
        self._add(files, file.name, where)
        for one in go.imports:
            self._add(f"{kind}Imports", one.path, where)
        for embed in go.embeds:
            self._add(f"{kind}EmbedPatterns", embed.pattern, where)

    def finish(self) -> Contents:
        found = self._found
        with_cgo = union(found.lists.get("CgoFiles", {}).values())
        for name, bits in self._assembly.items():
            self._add("SFiles", name, bits & with_cgo)
            self._add("IgnoredOtherFiles", name, bits & ~with_cgo)
        self._nothing()
        found.unlinked = found.names.get("main", 0) & self._unlinked & ~self._cgo
        self._problem(found.unlinked, "programs need cgo here: a linker of C makes them")
        return found

    def _problem(self, where: int, message: str) -> None:
        if where:
            self._found.problems.append(Problem(where, message, self._directory))

    def _nothing(self) -> None:
        """Note where no Go file is left."""
        there = self._bad
        for listed in ("GoFiles", "CgoFiles", "TestGoFiles", "XTestGoFiles"):
            there |= union(self._found.lists.get(listed, {}).values())
        left = self._found.empty = self._all & ~there
        if left:
            ignored = bool(self._found.lists.get("IgnoredGoFiles"))
            message = "build constraints exclude all Go files" if ignored else "no Go files"
            self._problem(left, message)

    def _refuse(self, name: str, where: int, message: str, place: str) -> None:
        if where:
            self._add("InvalidGoFiles", name, where)
            if where & ~self._bad:
                self._found.problems.append(Problem(where & ~self._bad, message, place))
            self._bad |= where

    def _add(self, listed: str, name: str, where: int) -> None:
        if where:
            self._add_to(self._found.lists.setdefault(listed, {}), name, where)

    @staticmethod
    def _add_to(bits: Bits, name: str, where: int) -> None:
        if where:
            bits[name] = bits.get(name, 0) | where


def forget(found: Contents, universe: Universe, halted: int, directory: str) -> None:
    """Leave out sources for C where cgo is off, and note those that nothing can compile (load).

    Args:
        found: what the files of a folder come to.
        universe: all contexts.
        halted: the contexts in which load ends before it comes to this.
        directory: what problems call the folder.
    """
    with_cgo = universe.where("cgo") | halted
    for listed in _FORGOTTEN:
        if listed in found.lists:
            kept = {name: bits & with_cgo for name, bits in found.lists[listed].items()}
            found.lists[listed] = {name: bits for name, bits in kept.items() if bits}
    lists = ("CgoFiles", "SwigFiles", "SwigCXXFiles")
    used = union(bits for one in lists for bits in found.lists.get(one, {}).values())
    for listed, language in _NEED_CGO.items():
        for name, bits in found.lists.get(listed, {}).items():
            if where := bits & ~used & ~halted:
                message = f"sources of {language} need cgo or SWIG: {name}"
                found.problems.append(Problem(where, message, directory))


def scanned(files: Sequence[File], universe: Universe) -> int:
    """Return where wildcards of import paths find a package (cmd/go/internal/imports/scan.go, scanFiles).

    A file that cannot be read counts; one with a broken constraint does not, nor cgo's where cgo is off.
    """
    found = 0
    for file in files:
        if file.go is None:
            continue
        suffix = names.tags(file.name)
        if file.go.unread:
            found |= universe.where_all(suffix)
        else:
            where = selected(suffix, file.constraint, universe)
            found |= where & universe.where("cgo") if file.go.uses_c else where
    return found


def _unusable(file: File) -> tuple[str, str]:
    """Say why a Go file is refused before anything in it counts, and where."""
    broken = file.constraint.broken
    if file.go and file.go.unread:
        return file.go.unread, file.name
    if broken:
        return broken.message, f"{file.name}:{broken.line}"
    return file.unreadable, file.name
