"""Mach-O, signatures, build info and injected strings against Go's own tools and lief.

The programs are linked here for every file format that Go has.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import lief
import pytest

from crosswind.binary import buildinfo, codesign, detect, macho, macho_tables
from crosswind.binary.gosymbols import Absent, Found, Unresolvable, string_variables
from crosswind.binary.image import Image, SymbolKind
from crosswind.binary.view import View
from crosswind.binary.wasm import WasmImage
from images import macho as macho_file

FILES = {
    "go.mod": """module example.com/greet

go 1.21

require (
	example.com/local v1.2.3
	example.com/remote v0.1.0
)

replace example.com/local => ./local
""",
    "main.go": """package main

import (
	"example.com/greet/internal/info"
	"example.com/local"
	"example.com/remote"
)

var version = "dev"
var empty string
var unused = "unused"

func main() { println(local.Word, remote.Word, version, empty, info.Commit()) }
""",
    "internal/info/info.go": """package info

var commit = "none"

//go:noinline
func Commit() string { return commit }
""",
    "local/go.mod": "module example.com/local\n\ngo 1.21\n",
    "local/local.go": 'package local\n\nvar Word = "local"\n',
}
REMOTE = {
    "go.mod": "module example.com/remote\n\ngo 1.21\n",
    "a.go": "package remote\n\nvar Word = 1\n",
}
INJECT = "-ldflags=-X main.version=1.2.3 -X example.com/greet/internal/info.commit=abc"
STRIP = f"{INJECT} -s -w"
# Name -> target, flags of `go build`.
PROGRAMS: dict[str, tuple[str, list[str]]] = {
    "darwin": ("darwin/arm64", [INJECT]),
    "darwin-stripped": ("darwin/arm64", [STRIP, "-trimpath"]),
    "darwin-intel": ("darwin/amd64", [INJECT, "-tags=netgo,osusergo"]),
    "ios": ("ios/amd64", [INJECT, "-buildmode=exe"]),
    "windows": ("windows/amd64", [INJECT]),
    "windows-386": ("windows/386", ["-ldflags=-X 'main.version=a \"b\" \\c\t\u00fc'"]),
    "linux": ("linux/amd64", [INJECT, "-trimpath"]),
    "linux-pie": ("linux/amd64", [INJECT, "-buildmode=pie", "-gcflags=-N -l"]),
    "linux-386": ("linux/386", [INJECT]),
    "linux-s390x": ("linux/s390x", [INJECT]),
    "aix": ("aix/ppc64", [INJECT]),
    "plan9": ("plan9/amd64", [INJECT]),
    "plan9-386": ("plan9/386", [INJECT]),
    "js": ("js/wasm", [INJECT]),
    "wasip1": ("wasip1/wasm", [STRIP, "-trimpath"]),
}
MACHO = ["darwin", "darwin-stripped", "darwin-intel", "ios"]
NM_LINE = re.compile(r"^ *([0-9a-f]+) ([TtBb]) (.*)$", re.MULTILINE)
# `go version` does not know WebAssembly, and in Plan 9 files it takes offsets in the file for
# addresses: it finds the mark if the data happens to begin at a multiple of 16.
UNKNOWN_TO_GO = ["plan9", "plan9-386", "js", "wasip1"]
COMMIT = "example.com/greet/internal/info.commit"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Link a program, each once; the module beside it comes from a proxy made of files."""
    home = tmp_path_factory.mktemp("greet")
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    proxy = tmp_path_factory.mktemp("proxy")
    _publish(proxy / "example.com" / "remote" / "@v")
    environment = {
        **os.environ,
        "GOENV": "off",
        "GOFLAGS": "-mod=mod -modcacherw -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOPROXY": proxy.as_uri(),
        "GONOSUMDB": "*",
        "GOMODCACHE": str(tmp_path_factory.mktemp("modules")),
        "CGO_ENABLED": "0",
    }
    programs: dict[str, Path] = {}

    def build(name: str) -> Path:
        if name not in programs:
            target, flags = PROGRAMS[name]
            goos, _, goarch = target.partition("/")
            path = home / name
            env = {**environment, "GOOS": goos, "GOARCH": goarch}
            subprocess.run(
                ["go", "build", *flags, "-o", str(path), "."], cwd=home, env=env, check=True
            )
            programs[name] = path
        return programs[name]

    return build


def _publish(folder: Path) -> None:
    """Lay a module out as the module proxy protocol has it (go.dev/ref/mod#goproxy-protocol)."""
    folder.mkdir(parents=True)
    (folder / "list").write_text("v0.1.0\n")
    (folder / "v0.1.0.info").write_text('{"Version": "v0.1.0"}')
    (folder / "v0.1.0.mod").write_text(REMOTE["go.mod"])
    with zipfile.ZipFile(folder / "v0.1.0.zip", "w") as archive:
        for name, text in REMOTE.items():
            archive.writestr(f"example.com/remote@v0.1.0/{name}", text)


def read(path: Path) -> Image:
    image = detect.read(View.of(path.read_bytes()))
    assert isinstance(image, Image)
    return image


@pytest.fixture(params=MACHO)
def macho_path(request, built) -> Path:
    return built(request.param)


def read_macho(path: Path) -> macho.MachOImage:
    image = read(path)
    assert isinstance(image, macho.MachOImage)
    return image


def word(value: object) -> str:
    """The last word of an enumeration's name in lief."""
    return str(value).rpartition(".")[2]


def dotted(version: list[int]) -> str:
    return ".".join(map(str, version))


def flags_of(value: object) -> int:
    return int(getattr(value, "value", value))


def test_load_commands(macho_path: Path) -> None:
    image, theirs = read_macho(macho_path), lief.MachO.parse(str(macho_path)).at(0)
    assert [(c.name, c.offset, c.size) for c in image.commands] == [
        (f"LC_{word(c.command)}", c.command_offset, c.size) for c in theirs.commands
    ]


def test_segments_and_sections(macho_path: Path) -> None:
    image, theirs = read_macho(macho_path), lief.MachO.parse(str(macho_path)).at(0)
    assert [
        (s.name, s.address, s.size, s.offset, s.file_size, s.max_protection, s.protection)
        for s in image.segments
    ] == [
        (
            s.name, s.virtual_address, s.virtual_size, s.file_offset, s.file_size,
            flags_of(s.max_protection), flags_of(s.init_protection),
        )
        for s in theirs.segments
    ]  # fmt: skip
    assert [(s.name, s.segment, s.address, s.size, s.offset) for s in image.sections] == [
        (s.name, s.segment_name, s.virtual_address, s.size, s.offset) for s in theirs.sections
    ]
    assert not image.truncated


def test_facts(macho_path: Path) -> None:
    image, theirs = read_macho(macho_path), lief.MachO.parse(str(macho_path)).at(0)
    assert image.flags == tuple(word(flag) for flag in theirs.header.flags_list)
    assert image.is_pie is theirs.is_pie
    assert image.entry == theirs.entrypoint
    assert image.libraries == tuple(library.name for library in theirs.libraries)
    assert [(d.current, d.compatibility) for d in image.dylibs] == [
        (dotted(d.current_version), dotted(d.compatibility_version)) for d in theirs.libraries
    ]
    assert image.loader == theirs.dylinker.name
    assert image.uuid == bytes(theirs.uuid.uuid)
    assert [(p.minimum, p.sdk) for p in image.platforms] == (
        [(dotted(theirs.build_version.minos), dotted(theirs.build_version.sdk))]
        if theirs.has_build_version
        else []
    )
    assert (image.signature is not None) is theirs.has_code_signature


def test_dynamic_symbols(macho_path: Path) -> None:
    image, theirs = read_macho(macho_path), lief.MachO.parse(str(macho_path)).at(0)
    counts = theirs.dynamic_symbol_command
    assert image.dynamic_symbols is not None
    assert (
        image.dynamic_symbols.local, image.dynamic_symbols.external, image.dynamic_symbols.undefined
    ) == (
        counts.nb_local_symbols, counts.nb_external_define_symbols, counts.nb_undefined_symbols
    )  # fmt: skip
    assert image.symbol_table is not None
    assert image.symbol_table.count == len(theirs.symbols)
    if theirs.has_dyld_info:
        assert image.dyld_info is not None
        assert (image.dyld_info.rebase.offset, image.dyld_info.rebase.size) == tuple(
            theirs.dyld_info.rebase
        )


def test_tables_of_names() -> None:
    kinds = lief.MachO.LoadCommand.TYPE
    for number in (*range(1, 0x3A), *(0x8000_0000 | n for n in range(1, 0x3A))):
        try:
            theirs = word(kinds(number))
        except ValueError:
            continue
        assert macho_tables.command_name(number) == f"LC_{theirs}"
    flags = lief.MachO.Header.FLAGS
    for bit, name in enumerate(macho_tables.HEADER_FLAGS):
        assert word(flags(1 << bit)) == name
    for number, name in macho_tables.PLATFORMS.items():
        theirs = word(lief.MachO.BuildVersion.PLATFORMS(number))
        assert theirs == name.upper().replace(" ", "_")


def test_platform_and_stripping(built) -> None:
    assert read_macho(built("darwin")).gooses == ("darwin",)
    assert read_macho(built("darwin")).platforms[0].name == "macOS"
    assert [
        (read_macho(built(name)).has_symbols, read_macho(built(name)).has_dwarf)
        for name in ("darwin", "darwin-intel", "darwin-stripped")
    ] == [(True, True), (True, True), (False, False)]


@pytest.mark.parametrize(
    "name", ["darwin", "darwin-stripped", "darwin-intel", "ios", "plan9", "plan9-386", "aix"]
)
def test_symbols_against_nm(built, name: str) -> None:
    image = read(built(name))
    go_name = macho.go_name if isinstance(image, macho.MachOImage) else str
    ours = {
        (go_name(s.name), s.address, s.kind)
        for s in image.symbols()
        if s.kind in (SymbolKind.CODE, SymbolKind.BSS)
    }
    kinds = {"t": SymbolKind.CODE, "b": SymbolKind.BSS}
    theirs = {
        (symbol, int(address, 16), kinds[letter.lower()])
        for address, letter, symbol in NM_LINE.findall(_go("tool", "nm", str(built(name))))
    }
    assert ours == theirs


def _go(*argv: str) -> str:
    env = {**os.environ, "GOENV": "off", "GOTOOLCHAIN": "local"}
    return subprocess.run(["go", *argv], env=env, check=True, capture_output=True, text=True).stdout


def test_signature(built) -> None:
    path = built("darwin")
    image = read_macho(path)
    signature = codesign.read(image)
    assert signature is not None
    theirs = lief.MachO.parse(str(path)).at(0).code_signature
    assert (signature.offset, signature.size) == (theirs.data_offset, theirs.data_size)
    (directory,) = signature.directories
    assert directory.flags == ("adhoc", "linker-signed")
    assert (directory.identifier, directory.version) == ("a.out", 0x20400)
    # cmd/internal/codesign: one blob behind a super blob of 20 bytes.
    assert signature.cdhash == hashlib.sha256(bytes(theirs.content)[20:]).digest()[:20]
    text = image.segment("__TEXT")
    assert text is not None
    assert directory.executable_segment == (text.offset, text.file_size, 1)
    assert codesign.verify(image) == []
    assert codesign.read(read_macho(built("darwin-intel"))) is None


def test_each_damaged_page_is_named(built) -> None:
    data = bytearray(built("darwin-stripped").read_bytes())
    image = macho.read(View.of(data))
    signature = codesign.read(image)
    assert signature is not None
    uuid = next(command for command in image.commands if command.name == "LC_UUID")
    pages = signature.directories[0].page_hashes
    assert pages > 100
    for page in range(pages):
        # In the first page, a byte that no reader needs.
        offset = page * 4096 if page else uuid.offset + 8
        data[offset] ^= 0x10
        (problem,) = codesign.verify(macho.read(View.of(data)))
        assert (problem.page, problem.offset) == (page, page * 4096)
        data[offset] ^= 0x10


def test_each_damaged_hash_is_named(built) -> None:
    data = bytearray(built("darwin-stripped").read_bytes())
    signature = codesign.read(macho.read(View.of(data)))
    assert signature is not None
    hashes = signature.directories[0].hashes
    for page in (0, 1, signature.directories[0].page_hashes - 1):
        data[hashes.base + 32 * page + 31] ^= 1
        (problem,) = codesign.verify(macho.read(View.of(data)))
        assert problem.page == page
        data[hashes.base + 32 * page + 31] ^= 1


def test_universal(built, tmp_path) -> None:
    intel, arm = built("darwin-intel"), built("darwin")
    path = tmp_path / "universal"
    path.write_bytes(macho_file.fat(intel.read_bytes(), arm.read_bytes()))
    fat = detect.read(View.of(path.read_bytes()))
    assert isinstance(fat, macho.FatFile)
    theirs = lief.MachO.parse(str(path))
    assert [part.offset for part in fat.slices] == [part.fat_offset for part in theirs]
    assert [part.goarchs for part in fat.slices] == [("amd64",), ("arm64",)]
    assert codesign.verify(fat.slices[1].image()) == []
    infos = [buildinfo.read(part.image()) for part in fat.slices]
    assert infos == [buildinfo.read(read(intel)), buildinfo.read(read(arm))]
    # Go's tool shows the first slice only.
    assert _shown(path) == _as_json(infos[0])


def _module(module: buildinfo.Module) -> dict[str, object]:
    """Spell a module as encoding/json writes debug.Module."""
    spelled: dict[str, object] = {"Path": module.path}
    if module.version:
        spelled["Version"] = module.version
    if module.sum:
        spelled["Sum"] = module.sum
    if module.replace:
        spelled["Replace"] = _module(module.replace)
    return spelled


def _as_json(info: buildinfo.BuildInfo | None) -> dict[str, object]:
    assert info is not None
    assert info.main is not None
    return {
        "GoVersion": info.go_version,
        "Path": info.path,
        "Main": _module(info.main),
        "Deps": [_module(module) for module in info.deps],
        "Settings": [{"Key": key, "Value": value} for key, value in info.settings.items()],
    }


def _shown(path: Path) -> dict[str, object]:
    """What `go version -m -json` shows, without fields that are empty."""

    def clean(value: object) -> object:
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items() if v not in ("", None)}
        return [clean(item) for item in value] if isinstance(value, list) else value

    shown = json.loads(_go("version", "-m", "-json", str(path)))
    settings = [dict(setting) for setting in shown["Settings"]]
    cleaned = clean(shown)
    assert isinstance(cleaned, dict)
    return {**cleaned, "Settings": settings}


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in UNKNOWN_TO_GO])
def test_build_info_against_go_version(built, name: str) -> None:
    info = buildinfo.read(read(built(name)))
    assert _as_json(info) == _shown(built(name))
    assert info is not None
    goos, _, goarch = PROGRAMS[name][0].partition("/")
    assert (info.settings["GOOS"], info.settings["GOARCH"]) == (goos, goarch)
    local, remote = info.deps
    assert local.replace == buildinfo.Module("./local", "(devel)")
    assert remote.sum.startswith("h1:")


@pytest.mark.parametrize("name", UNKNOWN_TO_GO)
def test_build_info_that_go_version_may_not_find(built, name: str) -> None:
    image = read(built(name))
    shown = subprocess.run(["go", "version", "-m", built(name)], capture_output=True, check=False)
    data = image.section("data")
    assert data is not None
    aligned = name.startswith("plan9") and data.offset % 16 == 0
    assert bool(shown.stdout) is aligned
    info, known = buildinfo.read(image), buildinfo.read(read(built("linux")))
    assert info is not None
    assert known is not None
    assert (info.go_version, info.path, info.main, info.deps) == (
        known.go_version, known.path, known.main, known.deps
    )  # fmt: skip
    goos, _, goarch = PROGRAMS[name][0].partition("/")
    assert (info.settings["GOOS"], info.settings["GOARCH"]) == (goos, goarch)


def test_settings(built) -> None:
    def settings(name: str) -> dict[str, str]:
        info = buildinfo.read(read(built(name)))
        assert info is not None
        return dict(info.settings)

    assert settings("darwin-intel")["-tags"] == "netgo,osusergo"
    assert settings("darwin-intel")["GOAMD64"] == "v1"
    assert settings("linux")["-trimpath"] == "true"
    assert "-ldflags" not in settings("linux")  # -trimpath takes it away
    assert settings("linux-pie")["-buildmode"] == "pie"
    assert settings("linux-pie")["-gcflags"] == "-N -l"
    assert settings("linux-386")["GO386"] == "sse2"
    assert settings("windows-386")["-ldflags"] == "-X 'main.version=a \"b\" \\c\t\u00fc'"


@pytest.mark.parametrize(
    ("name", "format_", "goarch"),
    [
        ("aix", "XCOFF64", "ppc64"),
        ("plan9", "Plan 9 a.out", "amd64"),
        ("plan9-386", "Plan 9 a.out", "386"),
        ("js", "WebAssembly", "wasm"),
        ("wasip1", "WebAssembly", "wasm"),
        ("ios", "Mach-O 64", "amd64"),
        ("linux-s390x", "ELF64", "s390x"),
        ("windows-386", "PE32", "386"),
    ],
)
def test_detected(built, name: str, format_: str, goarch: str) -> None:
    image = read(built(name))
    assert (image.format.value, image.goarchs) == (format_, (goarch,))


def test_wasm(built) -> None:
    js, wasip1 = read(built("js")), read(built("wasip1"))
    assert isinstance(js, WasmImage)
    assert isinstance(wasip1, WasmImage)
    assert (js.gooses, wasip1.gooses) == (("js",), ("wasip1",))
    assert (js.has_symbols, wasip1.has_symbols) == (True, False)
    assert "main.main" in {symbol.name for symbol in js.symbols()}
    assert js.producers["language"].keys() == {"Go"}


def test_aix_libraries(built) -> None:
    assert "libc.a(shr_64.o)" in read(built("aix")).libraries


@pytest.mark.parametrize(
    "name",
    [
        "darwin", "darwin-intel", "windows", "linux", "linux-pie", "linux-386", "linux-s390x",
        "aix", "plan9", "plan9-386",
    ],
)  # fmt: skip
def test_injected_strings(built, name: str) -> None:
    names = ["main.version", COMMIT, "main.empty", "main.unused", "main.nothing"]
    assert string_variables(read(built(name)), names) == {
        "main.version": Found(b"1.2.3", injected=True),
        COMMIT: Found(b"abc", injected=True),
        "main.empty": Found(b"", injected=False),
        "main.unused": Absent(),
        "main.nothing": Absent(),
    }


def test_strings_that_are_not_injected(built) -> None:
    found = string_variables(read(built("windows-386")), ["main.version", COMMIT])
    assert found["main.version"] == Found('a "b" \\c\t\u00fc'.encode(), injected=True)
    assert found[COMMIT] == Found(b"none", injected=False)


@pytest.mark.parametrize("name", ["darwin-stripped", "js", "wasip1"])
def test_strings_that_cannot_be_told(built, name: str) -> None:
    (answer,) = string_variables(read(built(name)), ["main.version"]).values()
    assert isinstance(answer, Unresolvable)
    # They are there all the same.
    assert b"1.2.3" in built(name).read_bytes()
