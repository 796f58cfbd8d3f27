"""Find the values of Go string variables: whether `-ldflags "-X main.version=…"` took effect.

The linker (cmd/link/internal/ld/data.go, addstrdata) gives such a variable a pointer to a symbol
`main.version.str` and its length; a variable that was not set points at a constant of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from crosswind.binary import pointers
from crosswind.binary.image import Image, Symbol, SymbolKind
from crosswind.frozen import frozen
from crosswind.port import Format


@frozen
class Found:
    """The variable's initial value; `injected` tells whether `-X` has set it."""

    value: bytes
    injected: bool


@frozen
class Absent:
    """The program has no such variable: it does not exist, or nothing uses it."""


@frozen
class Unresolvable:
    """The value cannot be told from this file, and why."""

    reason: str


StringVariable = Found | Absent | Unresolvable


def string_variable(image: Image, name: str) -> StringVariable:
    """Look one variable up; see `string_variables`."""
    return string_variables(image, [name])[name]


def string_variables(image: Image, names: Iterable[str]) -> dict[str, StringVariable]:
    """Look several variables up in one pass over the symbols.

    Args:
        image: the program.
        names: `importpath.name` as `-X` takes it; the main package is always called `main`.

    Raises:
        FormatError: the symbol table or the relocations are damaged.
    """
    wanted = list(names)
    if image.format is Format.WASM:
        return dict.fromkeys(wanted, Unresolvable("WebAssembly has no symbols of variables"))
    if not image.has_symbols:
        return dict.fromkeys(wanted, Unresolvable("the symbol table was stripped"))
    symbols = _find(image, {symbol_name(name) for name in wanted})
    return {name: _value(image, symbols, symbol_name(name)) for name in wanted}


def symbol_name(name: str) -> str:
    """Return the symbol of a variable: its import path escaped as cmd/internal/objabi/path.go does.

    Dots behind the last slash would be ambiguous and become `%2e`, as in `gopkg.in/yaml%2ev3.x`.
    """
    path, dot, variable = name.rpartition(".")
    folder, slash, last = path.rpartition("/")
    return _escape(folder, '%"') + slash + _escape(last, '%".') + dot + variable


def _escape(part: str, marks: str) -> str:
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F and chr(byte) not in marks else f"%{byte:02x}"
        for byte in part.encode()
    )


def _find(image: Image, names: set[str]) -> dict[str, Symbol]:
    """Find variables and what `-X` points them at, under the names that Go gave them."""
    # Mach-O puts a `_` before every name, and so do C linkers for 386 Windows.
    spellings = {
        prefix + name + suffix: name + suffix
        for name in names
        for prefix in ("", "_")
        for suffix in ("", ".str")
    }
    found: dict[str, Symbol] = {}
    for symbol in image.symbols():
        name = spellings.get(symbol.name)
        if name and symbol.kind is not SymbolKind.UNDEFINED:
            found.setdefault(name, symbol)
    return found


def _value(image: Image, symbols: dict[str, Symbol], name: str) -> StringVariable:
    """Tell one variable's value; `-X` leaves a symbol of the text beside the variable's own."""
    symbol, injected = symbols.get(name), symbols.get(f"{name}.str")
    if symbol is None:
        return Absent()
    if symbol.kind is SymbolKind.BSS:
        return Found(b"", injected=False)
    try:
        return Found(_string(image, symbol, injected), injected=injected is not None)
    except ValueError as error:
        return Unresolvable(str(error))


def _string(image: Image, symbol: Symbol, text: Symbol | None) -> bytes:
    """Read a string header (pointer, length) and what it points at; ValueError says why not."""
    size = image.bits // 8
    if 0 < symbol.size < 2 * size:
        raise ValueError("it is too small for a string")
    length = pointers.word(image, image.at(symbol.address, 2 * size), size)
    if length is None:
        raise ValueError("it lies outside the file")
    if length == 0:
        return b""
    pointer = pointers.resolve(image, symbol.address)
    if pointer is None and text is not None:
        pointer = text.address
    if not pointer:
        raise ValueError("its pointer is filled in by the loader")
    value = image.at(pointer, length)
    if len(value) < length:
        raise ValueError("its text lies outside the file")
    return bytes(value.data)
