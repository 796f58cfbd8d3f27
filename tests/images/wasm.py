"""Small WebAssembly modules, made of nothing but the specification."""

from __future__ import annotations

START = bytes.fromhex("3077af0c9274080241e1c107e6d618e6")
END = bytes.fromhex("f932433186182072008242104116d8f2")


def number(value: int) -> bytes:
    """Encode as unsigned LEB128."""
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def name(text: str) -> bytes:
    return number(len(text.encode())) + text.encode()


def vector(*items: bytes) -> bytes:
    return number(len(items)) + b"".join(items)


def section(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + number(len(content)) + content


def custom(label: str, content: bytes) -> bytes:
    return section(0, name(label) + content)


def build(
    *,
    module: str = "gojs",
    go: str = "go1.27.3",
    text: str = "",
    names: bool = True,
    version: int = 1,
    extra: bytes = b"",
) -> bytes:
    """Build a module shaped like Go's; `text` is the module text in its data."""
    imports = vector(
        name(module) + name("run") + b"\0" + number(0),
        name("env") + name("table") + b"\1\x70\1\1\2",
        name("env") + name("memory") + b"\2\0\1",
        name("env") + name("global") + b"\3\x7f\0",
        name("env") + name("tag") + b"\4\0\0",
    )
    exports = vector(name("run") + b"\0\0", name("mem") + b"\2\0")
    framed = START + text.encode() + END if text else b"data"
    data = vector(b"\0\x41\0\x0b" + number(len(framed)) + framed)
    tools = vector(
        name("language") + vector(name("Go") + name(go)),
        name("processed-by") + vector(name("Go cmd/compile") + name(go)),
    )
    functions = vector(number(0) + name("main.main"), number(300) + name("runtime.rt0"))
    parts = [
        custom("go:buildid", b"\xff Go build ID"),
        section(1, vector(b"\x60\0\0")),
        section(2, imports),
        section(7, exports),
        section(10, vector(b"\2\0\x0b")),
        section(11, data),
        custom("producers", tools) if go else b"",
        custom("name", b"\x00\x01\x00" + section(1, functions)) if names else b"",
        extra,
    ]
    return b"\0asm" + version.to_bytes(4, "little") + b"".join(parts)
