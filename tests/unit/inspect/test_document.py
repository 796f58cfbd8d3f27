"""The keys of the JSON document are an interface: this list changes only by intent."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from crosswind.inspect import inspect_file
from crosswind.inspect.document import document, plain
from crosswind.inspect.model import resolve
from crosswind.inspect.parts import PARTS
from crosswind.report.inspect import draw
from images import elf, macho, pclntab, pe, unusual, wasm

GOLDEN = Path(__file__).parents[2] / "golden" / "inspect_keys.json"


def go_exe() -> bytes:
    """A PE file with everything, a function table included."""
    table = pclntab.build("1.20", [("main.main", 0x401000, 0x40)])
    data = bytearray(pe.build(overlay=b"data"))
    at = pe.HEADERS + pe.FILE_ALIGNMENT + 0x900
    data[at : at + len(table)] = table
    return bytes(data)


MADE = {
    "PE": go_exe,
    "ELF": elf.build,
    "Mach-O": macho.build,
    "WebAssembly": lambda: wasm.build(text="path\texample.com/hello\n"),
    "XCOFF": unusual.xcoff,
    "Plan 9": lambda: unusual.plan9("amd64"),
}


def keys(value: Any) -> Any:
    """The shape of a document: keys of objects, the shape of a list's first item."""
    if isinstance(value, dict):
        return {key: keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [keys(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize("made", MADE)
def test_keys(tmp_path, made):
    path = tmp_path / "program"
    path.write_bytes(MADE[made]())
    found = keys(document(inspect_file(path))["images"][0])
    held = json.loads(GOLDEN.read_text("utf-8"))
    assert found == held[made]


def test_every_part_has_a_reader_for_something():
    classes = {
        "PEImage",
        "ELFImage",
        "MachOImage",
        "WasmImage",
        "XCOFFImage",
        "Plan9Image",
        "Image",
    }
    for part in PARTS:
        assert part.readers
        assert set(part.readers) <= classes
        assert all(callable(resolve(name)) for name in part.readers.values())
    assert len({part.name for part in PARTS}) == len(PARTS)


def test_every_sort_of_facts_can_be_drawn():
    for facts, function in [*draw.DRAWERS.items(), *draw.EXPORTS.items()]:
        module, _, name = facts.partition(".")
        assert is_dataclass(getattr(import_module(f"crosswind.inspect.{module}"), name))
        assert callable(draw.resolve(function))


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (b"\x01\xff", "01ff"),
        (Path("a/b"), "a/b"),
        ((1, "a", None, True, 0.5), [1, "a", None, True, 0.5]),
        ({1: (2,)}, {"1": [2]}),
    ],
)
def test_plain(value, held):
    assert plain(value) == held
