"""What makes a Go program big: its functions and packages by size, and the modules they come from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, repeat

from crosswind.binary.buildinfo import BuildInfo, Module
from crosswind.binary.elf import ELFImage
from crosswind.binary.gopackages import ASSEMBLY, LINKER, TYPES, is_standard, package_of
from crosswind.binary.image import Image
from crosswind.binary.pclntab import Function, PclnTable
from crosswind.binary.view import FormatError
from crosswind.binary.wasm import WasmImage
from crosswind.frozen import frozen
from crosswind.inspect.layout import is_code
from crosswind.inspect.model import Subject

STANDARD, MAIN, DEPENDENCY, VENDORED, OTHER = "std", "main", "module", "std vendored", "other"
_MARKS = (TYPES, LINKER, ASSEMBLY)


@frozen
class PackageFacts:
    """A package and the machine code that came from it.

    Attributes:
        path: import path, or a name in parentheses for what belongs to no package.
        origin: std, std vendored, main, module, other.
        module: path of the module that it belongs to, empty for the standard library.
        version: of that module.
        functions: how many are in the program, generic instantiations and closures included.
        size: of their code in bytes, padding between functions included.
        table: bytes of Go's function table that describe them; None if they were not counted.
    """

    path: str
    origin: str
    module: str
    version: str
    functions: int
    size: int
    table: int | None = None


@frozen
class ModuleFacts:
    """A module (or the standard library) and what came from it, as for its packages together."""

    path: str
    version: str
    packages: int
    functions: int
    size: int
    table: int | None = None


@frozen
class Packages:
    """Packages and modules by size of code.

    Attributes:
        code: bytes of executable sections in the file.
        attributed: bytes of those that belong to packages; the rest is C code, padding, stubs.
        functions: number of functions.
        table: layout of the function table by the Go version that brought it.
        table_offset, table_size: where that table lies in the file.
        packages, modules: the largest first.
    """

    code: int
    attributed: int
    functions: int
    table: str
    table_offset: int
    table_size: int
    packages: tuple[PackageFacts, ...]
    modules: tuple[ModuleFacts, ...]


@frozen
class Functions:
    """All functions of Go and its assembly, the largest first."""

    total: int
    functions: tuple[Function, ...]


@frozen
class Build:
    """How the go command built it: what `go version -m` shows, and the build id."""

    go_version: str
    path: str
    main: Module | None
    deps: tuple[Module, ...]
    settings: dict[str, str]
    build_id: str


def read_build(subject: Subject) -> Build | None:
    """Read the build information and the build id; raises FormatError if they are damaged."""
    info = subject.build
    if info is None:
        return None
    return Build(
        info.go_version,
        info.path,
        info.main,
        info.deps,
        dict(info.settings),
        build_id(subject.image),
    )


# cmd/internal/buildid/buildid.go: outside of ELF the linker puts the id at the start of the code.
_ID_START, _ID_END = b'\xff Go build ID: "', b'"\n \xff'
_ID_WINDOW, _ID_SECTIONS = 1 << 15, 8


def build_id(image: Image) -> str:
    """Return Go's build id, empty if there is none."""
    if isinstance(image, ELFImage) and image.go_build_id:
        return image.go_build_id
    noted = image.section("go:buildid")  # cmd/link/internal/wasm/asm.go, writeBuildID
    if isinstance(image, WasmImage) and noted:
        return _quoted(bytes(image.content(noted).clip(0, _ID_WINDOW).data))
    code = (section for section in image.sections if section.executable)
    for section in islice(code, _ID_SECTIONS):
        if section.file_size:
            found = _quoted(bytes(image.content(section).clip(0, _ID_WINDOW).data))
            if found:
                return found
    return ""


def _quoted(head: bytes) -> str:
    start = head.find(_ID_START)
    end = head.find(_ID_END, start)
    return head[start + len(_ID_START) : end].decode("utf-8", "replace") if 0 <= start < end else ""


def read_functions(subject: Subject) -> Functions | None:
    """List the functions by size; raises FormatError if their table is damaged."""
    image, table = subject.image, subject.table
    if table is not None:
        functions = table.functions()
    elif isinstance(image, WasmImage) and image.has_symbols:
        functions = _wasm_functions(image)
    else:
        return None
    found = sorted(functions, key=lambda one: (-one.size, one.address))
    return Functions(len(found), tuple(found))


def _wasm_functions(image: WasmImage) -> Iterator[Function]:
    """Name the bodies of a module; their addresses are file offsets.

    Go's linker writes `_` for what is no letter, digit or dot (cmd/link/internal/wasm/asm.go), so
    packages cannot be told.
    """
    names = {symbol.address: symbol.name for symbol in image.symbols()}
    for index, offset, size in image.bodies():
        yield Function(names.get(index, f"function {index}"), offset, size)


def read_packages(subject: Subject) -> Packages | None:
    """Sum up the functions by package and module; raises FormatError if their table is damaged."""
    table = subject.table
    if table is None:
        return None
    footprints = None if subject.quick else table.footprints()
    sizes: dict[str, int] = {}
    counts: dict[str, int] = {}
    tables: dict[str, int] = {}
    shares = footprints or repeat(0, table.count)
    for function, footprint in zip(table.functions(), shares, strict=True):
        package = package_of(function.name)
        sizes[package] = sizes.get(package, 0) + function.size
        counts[package] = counts.get(package, 0) + 1
        tables[package] = tables.get(package, 0) + footprint
    belongs = Attribution(_build(subject))
    packages = [
        PackageFacts(
            path, *belongs.of(path), counts[path], size, tables[path] if footprints else None
        )
        for path, size in sizes.items()
    ]
    packages.sort(key=lambda one: (-one.size, one.path))
    code = _code(subject.image, table)
    return Packages(
        code=code,
        attributed=sum(sizes.values()),
        functions=sum(counts.values()),
        table=table.version,
        table_offset=table.offset,
        table_size=table.end,
        packages=tuple(packages),
        modules=tuple(_modules(packages)),
    )


def _code(image: Image, table: PclnTable) -> int:
    """Count the bytes of code; on Plan 9 and AIX the table lies in the same section."""
    start = table.offset - image.view.base
    sections = [section for section in image.sections if is_code(section)]
    inside = any(s.offset <= start < s.offset + s.file_size for s in sections)
    return sum(section.file_size for section in sections) - (table.end if inside else 0)


def _build(subject: Subject) -> BuildInfo | None:
    """Return the build information; damage in it is told where it is shown."""
    try:
        return subject.build
    except FormatError:
        return None


class Attribution:
    """Tells which module a package belongs to: the longest path among those recorded."""

    def __init__(self, build: BuildInfo | None) -> None:
        """Take the modules out of the build information."""
        self._main = build.main if build else None
        modules = [*build.deps] if build else []
        if self._main:
            modules.append(self._main)
        self._modules = {module.path: module for module in modules}

    def of(self, package: str) -> tuple[str, str, str]:
        """Return origin, module path and module version of a package."""
        if package == "main":
            return MAIN, self._main.path if self._main else "", _version(self._main)
        if package in _MARKS:
            return OTHER, "", ""
        prefix = package
        while prefix:
            if module := self._modules.get(prefix):
                origin = MAIN if module is self._main else DEPENDENCY
                return origin, module.path, _version(module)
            prefix = prefix.rpartition("/")[0]
        if package.startswith(("vendor/", "cmd/vendor/")):
            return VENDORED, "", ""
        return (STANDARD if is_standard(package) else OTHER), "", ""


def _version(module: Module | None) -> str:
    if module is None:
        return ""
    return module.replace.version if module.replace else module.version


def _modules(packages: list[PackageFacts]) -> Iterator[ModuleFacts]:
    groups: dict[tuple[str, str], list[PackageFacts]] = {}
    for package in packages:
        standard = package.origin in (STANDARD, VENDORED)
        name = "standard library" if standard else package.module or package.path
        groups.setdefault((name, package.version), []).append(package)
    found = [_module(name, version, group) for (name, version), group in groups.items()]
    yield from sorted(found, key=lambda one: (-one.size, one.path))


def _module(path: str, version: str, packages: list[PackageFacts]) -> ModuleFacts:
    counted = packages[0].table is not None
    return ModuleFacts(
        path,
        version,
        packages=len(packages),
        functions=sum(one.functions for one in packages),
        size=sum(one.size for one in packages),
        table=sum(one.table or 0 for one in packages) if counted else None,
    )
