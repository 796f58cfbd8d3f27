"""What of a package does not exist where it is used: sets of contexts, one look for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crosswind.frozen import frozen
from crosswind.portability import (
    bodies,
    declarations,
    lenient,
    mends,
    mistakes,
    numbers,
    syntax,
    uses,
    words,
)
from crosswind.portability import table as tables_of
from crosswind.portability.declarations import ALIAS, CONTAINER, DEFINED, OPAQUE, STRUCT, TypeName
from crosswind.portability.hole import (
    BODILESS,
    FIELD,
    IMPORT,
    MAINLESS,
    MEMBER,
    NUMBER,
    OWN,
    SYNTAX,
    TWICE,
    UNDEFINED,
    Hole,
)
from crosswind.portability.mistakes import Imported, Mistake
from crosswind.portability.parsing import Parses
from crosswind.portability.table import Twice
from crosswind.portability.tables import Tables, sources
from crosswind.portability.uses import Use
from crosswind.project.graph import File, Graph, Package

if TYPE_CHECKING:
    from tree_sitter import Node

# Packages that the compiler makes up itself.
_BUILT_IN = frozenset({"C", "unsafe"})
# How often a type may be declared as another one before we stop following.
_MOST_NAMES = 20


@frozen
class Checked:
    """What came of one package; `unread` are files that could not be read in full."""

    holes: tuple[Hole, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()


class Checker:
    """Looks at one package."""

    def __init__(
        self,
        package: Package,
        graph: Graph,
        tables: Tables,
        *,
        deep: bool = False,
        parses: Parses | None = None,
        only: frozenset[str] | None = None,
    ) -> None:
        """Take a package.

        Args:
            package: whose holes are wanted.
            graph: with all that it needs.
            tables: of the graph.
            deep: whether to read every file to its end, those for all targets among them.
            parses: asks the compiler about files that the grammar does not know in full.
            only: names of the files to look at; None for all.
        """
        self._only = only
        self._parses = parses
        self._positions_of: dict[str, dict[str, list[tuple[int, int]]]] = {}
        self._package = package
        self._deep = deep
        self._graph = graph
        self._tables = tables
        self._everything = graph.universe.everything
        self._files = sources(package)
        # Where the compiler sees all that there is, and whether a body may be there in other contexts alone.
        foreign = bodies.foreign(package)
        self._complete, self._varies = self._everything & ~foreign, deep or bool(foreign)
        self._unread: list[tuple[str, int]] = []
        self._linknames: dict[str, int] | None = None
        # Of each set of contexts; a package may have hundreds of files for it, and thousands of names.
        self._fine_in: dict[int, set[bytes]] = {}
        # Where no file is for some targets alone, all of them see the same names.
        whole = not deep and all(bits == self._everything for _, bits in self._files)
        self._own = None if whole else tables.of(package.import_path)
        self._own_partial = frozenset() if whole else tables.partial(package.import_path)

    def run(self) -> Checked:
        """Find all holes."""
        found: list[Hole] = []
        for file, bits in self._files:
            if self._looks_at(file):
                found += self._imports(file, bits)
                found += self._uses(file, bits)
        if self._own:
            found += self._twice()
        if self._deep and self._only is None:
            found += self._without_main()
        return Checked(tuple(found), tuple(self._unread))

    def _looks_at(self, file: File) -> bool:
        return self._only is None or file.name in self._only

    # Imports.

    def _imports(self, file: File, bits: int) -> Iterator[Hole]:
        for one in file.go.imports if file.go else ():
            package = self._graph.packages.get(one.path)
            at = (one.line, one.column)
            lost = bits & ~self._tables.where(one.path) if package and package.files else 0
            if lost and one.path not in _BUILT_IN:
                message = f"build constraints exclude all Go files in {one.path}"
                hint = mends.of_import(one.path)
                yield self._hole(IMPORT, file, at, lost, one.path, message, hint)
            if self._own is None:
                continue
            name = one.name or self._package_name(one.path)
            if both := bits & self._own.names.get(name, 0):
                others = ", ".join(self._declaring(name)[:2])
                message = f"{name} is declared twice: by this import and in {others}"
                yield self._hole(TWICE, file, at, both, name, message, mends.OF_IMPORT)

    def _local_names(self, root: Node) -> tuple[dict[str, str], list[str]]:
        """Return the import paths of a file by their names in it, and those of dot imports."""
        found, dots = {}, []
        for name, path in syntax.imports(root):
            if name == ".":
                dots.append(path)
            elif name != "_":
                found[name or self._package_name(path)] = path
        return found, dots

    def _package_name(self, path: str) -> str:
        package = self._graph.packages.get(path)
        names = package.names if package else {}
        return next((name for name in names if not name.endswith("_test")), "") or guess(path)

    # Uses of names.

    def _uses(self, file: File, bits: int) -> list[Hole]:
        partly = self._deep or bits != self._everything
        suspects = None if partly else self._suspects(file)
        small = bits & self._tables.narrow
        alone = bits & self._complete if partly or self._varies else 0
        if suspects is not None and not suspects and not small and not alone:
            return []
        data = self._tables.contents.of(self._package, file)
        counts = bool(small) and numbers.may_have(data)
        names = suspects is None or (bool(suspects) and not suspects.isdisjoint(words.of(data)))
        lacks = self._deep or (bool(alone) and bodies.may_lack(data))
        if not counts and not names and not lacks:
            return []
        root, is_read = syntax.read(data)
        if not is_read or (self._deep and lenient.is_doubtful(root)):
            damage = self._damaged(file, bits, is_read=is_read)
            if damage or not is_read:
                return damage
        found = self._judge(file, bits, root, suspects, data) if names else []
        if self._deep:
            found += self._forms(file, bits, root)
        if lacks:
            found += self._bodies(file, bits, alone, root)
        return found + self._numbers(file, small, root) if counts else found

    def _damaged(self, file: File, bits: int, *, is_read: bool) -> list[Hole]:
        """Ask the compiler about a file that the grammar does not know in full, or takes too easily."""
        path = self._package.directory / file.name
        said = self._parses(path) if self._parses else None
        if said and said.message:
            at = (said.line, said.column)
            return [self._hole(SYNTAX, file, at, bits, file.name, said.message, mends.OF_SYNTAX)]
        if not is_read:
            self._unread.append((str(path), bits))
        return []

    def _forms(self, file: File, bits: int, root: Node) -> Iterator[Hole]:
        """Find what needs no types to be seen; of imports see `_judge`."""
        for one in mistakes.of_declarations(root, self._names()):
            yield self._mistake(file, bits, one)

    def _bodies(self, file: File, bits: int, alone: int, root: Node) -> Iterator[Hole]:
        """Find functions without a body in contexts where nothing else can have it."""
        for one in bodies.find(root):
            lost = alone & ~self._graph.universe.where("wasm") if one.is_imported else alone
            message = f"missing function body: {one.name}"
            if one.is_generic:
                lost, message = bits, f"generic function is {message}"
            elif lost and not one.is_method:
                lost &= ~self._linked(one.name)
            if lost:
                at, hint = (one.line, one.column), mends.of_body(self._assembly(), one.name)
                yield self._hole(BODILESS, file, at, lost, one.name, message, hint)

    def _linked(self, name: str) -> int:
        """Return the contexts in which a linkname tells where a function is."""
        if self._linknames is None:
            self._linknames = {}
            for file, bits in self._files:
                for one in bodies.linknames(self._tables.contents.of(self._package, file)):
                    self._linknames[one] = self._linknames.get(one, 0) | bits
        return self._linknames.get(name, 0)

    def _assembly(self) -> list[str]:
        return sorted(self._package.lists.get("SFiles", {}))

    def _without_main(self) -> Iterator[Hole]:
        """Find the contexts in which a program has no function main: the linker misses it."""
        main = self._package.names.get("main", 0)
        lost = self._own.missing("main", main) if self._own else 0
        for file, bits in self._files:
            if here := lost & bits:
                lost &= ~here
                message = "function main is undeclared in the main package"
                yield self._hole(MAINLESS, file, (1, 1), here, "main", message, self._mend("main"))

    def _mistake(self, file: File, bits: int, one: Mistake) -> Hole:
        at = (one.line, one.column)
        return self._hole(one.code, file, at, bits, one.name, one.message, one.hint)

    def _numbers(self, file: File, bits: int, root: Node) -> list[Hole]:
        return [
            self._hole(NUMBER, file, (one.line, one.column), bits, one.text,
                       f"{one.text} = {one.value} overflows {one.type} of 32 bits",
                       mends.of_number(one.type))
            for one in numbers.find(root)
        ]  # fmt: skip

    def _suspects(self, file: File) -> frozenset[bytes]:
        """Return all that a file for all contexts may use and that is missing somewhere."""
        found = self._own_partial
        for one in file.go.imports if file.go else ():
            if more := self._tables.exported(one.path):
                found |= more
        return found

    def _fine(self, bits: int, imported: Iterable[str]) -> set[bytes]:
        """Return the words that mean no use of interest in a file for some contexts."""
        found = self._fine_in.get(bits)
        if found is None:
            names = {name for name, has in self._names().items() if not bits & ~has}
            found = {name.encode() for name in names | words.PREDECLARED} | words.KEYWORDS
            found = self._fine_in[bits] = found - self._own_partial
        return found.difference(map(str.encode, imported))

    def _names(self) -> Mapping[str, int]:
        return self._own.names if self._own else {}

    def _judge(
        self,
        file: File,
        bits: int,
        root: Node,
        suspects: frozenset[bytes] | None,
        data: bytes,
    ) -> list[Hole]:
        imported, dots = self._local_names(root)
        fine = self._fine(bits, imported) if suspects is None else frozenset()

        def looks(text: bytes) -> bool:
            said = words.of(text)
            return not said <= fine if suspects is None else not suspects.isdisjoint(said)

        found: dict[tuple[str, str, int], Hole] = {}
        used = uses.look(root, imported, looks)
        for use in used.uses:
            for code, lost in self._lost(use, bits, dots):
                first = found.get((code, _spelt(use), lost))
                if first is None:
                    found[code, _spelt(use), lost] = self._undefined(code, file, use, lost)
                else:
                    found[code, _spelt(use), lost] = replace(first, more=first.more + 1)
        # What is a name of one of these is never missing; most files have no hole, and need no second look.
        bound = syntax.type_parameters_of_methods(data) if found else ()
        holes = [hole for (_, name, _), hole in found.items() if name not in bound]
        if self._deep:
            imports = mistakes.of_imports(tuple(self._imported(file)), used.imports)
            every = (*imports, *mistakes.of_variables(used.idle))
            holes += [self._mistake(file, bits, one) for one in every]
        return holes

    def _imported(self, file: File) -> Iterator[Imported]:
        """Yield the imports of a file whose names are known for sure."""
        for one in file.go.imports if file.go else ():
            package = self._graph.packages.get(one.path)
            names = [name for name in (package.names if package else ()) if name[-5:] != "_test"]
            if one.name or len(names) == 1:
                name = one.name or names[0]
                yield Imported(name, one.path, bool(one.name), one.line, one.column)

    def _lost(self, use: Use, bits: int, dots: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield where a use has nothing to name, with the code for it."""
        if use.member:
            if self._own or use.package:
                path = use.package or self._package.import_path
                lost = self._lost_member((path, use.of), use.name, bits, _MOST_NAMES)
                if lost:
                    yield MEMBER, lost
        elif use.of:
            yield from self._lost_key(use, bits, dots)
        elif use.package:
            table = None if use.package in _BUILT_IN else self._tables.of(use.package)
            if table and (lost := table.missing(use.name, bits)):
                yield UNDEFINED, lost
        elif lost := self._lost_own(use.name, bits, dots):
            yield OWN, lost

    def _lost_own(self, name: str, bits: int, dots: Iterable[str]) -> int:
        if self._own is None or name in words.PREDECLARED or self._is_of_cgo(name):
            return 0
        lost = self._own.missing(name, bits)
        for path in dots:
            table = self._tables.of(path)
            lost = table.missing(name, lost) if table else 0
        return lost

    def _is_of_cgo(self, name: str) -> bool:
        """Whether cgo declares a name in the files that it writes (cmd/cgo/out.go)."""
        return name.startswith(("_C", "_cgo")) and "CgoFiles" in self._package.lists

    def _lost_key(self, use: Use, bits: int, dots: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Judge a key of a composite literal: a field, or in a map a name."""
        field = name = 0
        path = use.package or self._package.import_path
        for where, shape in self._shapes(path, use.of, bits, _MOST_NAMES):
            if shape.kind == STRUCT and use.name not in shape.fields:
                field |= self._lost_promoted((path, use.of), use.name, where, shape)
            elif shape.kind == CONTAINER and not use.bound:
                name |= where
        if field:
            yield FIELD, field
        if name and (lost := self._lost_own(use.name, name, dots)):
            yield OWN, lost

    def _lost_promoted(self, of: TypeName, name: str, bits: int, shape: declarations.Shape) -> int:
        """Return where a literal of a struct cannot set a field that it does not declare itself.

        Since Go 1.27 it can set those of structs that it embeds (types2/literals.go).
        """
        promoting = self._graph.universe.where("go1.27") & bits if shape.types else 0
        if not promoting:
            return bits
        return bits & ~promoting | self._lost_member(of, name, promoting, _MOST_NAMES)

    def _shapes(
        self, path: str, name: str, bits: int, most: int
    ) -> Iterator[tuple[int, declarations.Shape]]:
        """Yield the shapes of a type where it has them, followed through the names it goes by."""
        table = None if path in _BUILT_IN else self._tables.of(path)
        if table is None or not most:
            return
        for where, shape in table.shapes.get(name, ()):
            here = where & bits & ~table.unknown
            if here and shape.kind in (ALIAS, DEFINED):
                ((of, other),) = shape.types
                yield from self._shapes(of or path, other, here, most - 1)
            elif here:
                yield here, shape

    def _lost_member(
        self, of: TypeName, name: str, bits: int, most: int, *, methods: bool = True
    ) -> int:
        """Return the contexts in which a type has surely no such field and no such method.

        Args:
            of: the type, with its import path.
            name: the field or method.
            bits: the contexts.
            most: how many types deep to look.
            methods: whether the type's own methods count: a defined type has none of the other one.
        """
        path, of_name = of
        table = None if path in _BUILT_IN or not most else self._tables.of(path)
        if table is None:
            return 0
        has = table.methods.get(f"{of_name}.{name}", 0) if methods else 0
        lost = 0
        for where, shape in table.shapes.get(of_name, ()):
            here = where & bits & ~has & ~table.unknown
            if shape.kind == OPAQUE or name in shape.fields:
                continue
            for other_path, other in shape.types:
                if not other_path and other in words.PREDECLARED and other not in table.names:
                    here = 0 if other in ("error", "any") else here
                elif here:
                    other_type = (other_path or path, other)
                    # A struct has all methods of what it embeds, whatever its own name.
                    also = shape.kind == STRUCT or (shape.kind == ALIAS and methods)
                    here = self._lost_member(other_type, name, here, most - 1, methods=also)
            lost |= here
        return lost

    def _undefined(self, code: str, file: File, use: Use, lost: int) -> Hole:
        at = (use.line, use.column)
        spelt = _spelt(use)
        if code in (FIELD, MEMBER):
            of = f"{use.package.rpartition('/')[2]}.{use.of}" if use.package else use.of
            if code == MEMBER:
                message = f"{of} has no field or method {use.name}"
                method = f"{use.of}.{use.name}"
                is_own = not use.package and self._declaring(method)
                hint = self._mend(method) if is_own else mends.of_field(of, use.name)
                return self._hole(code, file, at, lost, spelt, message, hint)
            message = f"unknown field {use.name} in struct literal of type {of}"
            return self._hole(code, file, at, lost, spelt, message, mends.of_field(of, use.name))
        if use.package and code == UNDEFINED:
            local = self._package_name(use.package)
            table = self._tables.of(use.package)
            nowhere = table is not None and use.name not in table.names
            hint = mends.OF_NOWHERE if nowhere else mends.of_name(use.package, use.name)
            message = f"undefined: {local}.{use.name}"
            return self._hole(code, file, at, lost, spelt, message, hint)
        message, hint = f"undefined: {use.name}", self._mend(use.name)
        return self._hole(OWN, file, at, lost, use.name, message, hint)

    def _mend(self, name: str) -> str:
        """Return the mend for a name of the package that only some of its files declare."""
        declaring = self._declaring(name)
        with_cgo = self._package.lists.get("CgoFiles", {})
        return mends.of_own(declaring, cgo=all(one in with_cgo for one in declaring))

    def _declaring(self, name: str) -> list[str]:
        """Return the files that declare a name of the package."""
        declared = self._tables.declared(self._package)
        pairs = zip(self._files, declared, strict=True)
        return [
            file.name for (file, _), said in pairs if name in said.names or name in said.methods
        ]

    # Names declared twice.

    def _twice(self) -> Iterator[Hole]:
        declared = self._tables.declared(self._package)
        bits = [where for _, where in self._files]
        for one in tables_of.twice(zip(bits, declared, strict=True)):
            if any(self._looks_at(self._files[index][0]) for index in (one.first, one.second)):
                yield self._declared_twice(one)

    def _declared_twice(self, one: Twice) -> Hole:
        first, second = self._files[one.first][0], self._files[one.second][0]
        places = self._positions(second, one.name)
        at = places[-1] if first is second else places[0]
        other = self._positions(first, one.name)[0]
        kind = "method " if "." in one.name else ""
        message = f"{kind}{one.name} is declared twice: also in {first.name}:{other[0]}"
        return self._hole(TWICE, second, at, one.bits, one.name, message, mends.OF_TWICE)

    def _positions(self, file: File, name: str) -> list[tuple[int, int]]:
        if file.name not in self._positions_of:
            data = self._tables.contents.of(self._package, file)
            self._positions_of[file.name] = declarations.positions(data)
        return self._positions_of[file.name].get(name) or [(1, 1)]

    def _hole(
        self,
        code: str,
        file: File,
        at: tuple[int, int],
        lost: int,
        name: str,
        message: str,
        hint: str,
    ) -> Hole:
        path = str(self._package.directory / file.name)
        return Hole(code, self._package.import_path, path, *at, lost, name, message, hint)


def _spelt(use: Use) -> str:
    """Return how findings name what is used."""
    return ".".join(part for part in (use.package, use.of, use.name) if part)


def guess(path: str) -> str:
    """Guess the name of a package that is nowhere: the last part of its path that is no version."""
    parts = path.split("/")
    last = parts.pop()
    if parts and last[:1] == "v" and last[1:].isdigit():
        last = parts.pop()
    return last.partition(".v")[0].removeprefix("go-").removesuffix(".go").rpartition("-")[2]
