"""Fuzz what reads parts of programs and files beside them: like `fuzz_readers.py`, whatever the format.

    python prove/fuzz_parsers.py rsrc --count 200000 --seed 1

Adding a parser is one line in PARSERS: sound inputs, and a function that reads one. It may raise
FormatError or BuildError and nothing else, and must end soon.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fuzz_inspect
import fuzz_split
from fuzz_readers import Result, Seed, attack, command, recorded

from crosswind import gosource
from crosswind.binary import msf, pe, x86, x86_features
from crosswind.binary.view import FormatError, View
from crosswind.constraints import Context, Universe
from crosswind.constraints.explain import explain
from crosswind.constraints.names import KNOWN_OS
from crosswind.errors import BuildError, UsageError
from crosswind.gosource import plain
from crosswind.gosource.reading import parse
from crosswind.portability import advice, declarations, habits, numbers, syntax, uses
from crosswind.project.modules import modfile, sums, vendored
from crosswind.run.emulator.instructions import find_refused
from crosswind.store import entry
from crosswind.target import Target
from crosswind.windows import coff, folder, forms, patch, readable, res, rsrc, strings, version
from crosswind.windows.resource import Resource, ResourceTree, ResourceType, tree

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from images import pe as images
from images import resources


@dataclass(frozen=True)
class Parser:
    """What to fuzz.

    Attributes:
        seeds: makes sound inputs.
        ask: reads one input.
    """

    seeds: Callable[[], list[bytes]]
    ask: Callable[[View], object]

    def __call__(self, data: memoryview, *, thorough: bool) -> None:
        """Read an input; a BuildError is an answer, too."""
        del thorough
        try:
            self.ask(View.of(data))
        except BuildError as error:
            raise FormatError(error.message) from error


def campaign(parser: Parser, count: int, seed: int) -> Result:
    """Feed mutated inputs to a parser; equal arguments, equal inputs."""
    return attack([_prepare(parser, data) for data in parser.seeds()], parser, count, seed)


def _prepare(parser: Parser, data: bytes) -> Seed:
    """Read a sound input once to learn its fields; text is one field."""
    spans: set[tuple[int, int]] = set()
    with recorded(spans):
        parser.ask(View.of(data))
    inside = sorted(span for span in spans if sum(span) <= len(data)) or [(0, len(data))]
    return Seed(bytearray(data), inside, [(0, len(data))])


def _programs() -> list[bytes]:
    """Small programs with resources alone in a section, amid others, and none."""
    plain = [images.build(tables=False, overlay=b"overlay"), images.build(bits=32, machine=0x14C)]
    return [*plain, *(patch.patch(View.of(data), resources.sample()) for data in plain)]


def _read_image(view: View) -> ResourceTree:
    return rsrc.read_image(pe.read(view))


def _patch(view: View) -> None:
    """Patch what can be patched; it must hold what was put in, and the same the second time."""
    wanted = resources.sample()
    patched = patch.patch(view, wanted, strip_signature=True)
    found = _read_image(View.of(patched))
    if found != wanted:
        raise AssertionError("other resources came out than went in")
    if patch.patch(View.of(patched), wanted) != patched:
        raise AssertionError("a second patch gives other bytes")
    patch.patch(View.of(patched), ResourceTree())


def _folder() -> dict[str, bytes]:
    texts = [version.resource(version.VersionInfo()), *strings.write({17: "text"})]
    return folder.dump(resources.sample().merged(tree([_cursor(), *_bitmap(), *texts])))


def _cursor() -> Resource:
    data = struct.pack("<HHH", 0, 2, 1) + struct.pack("<HHHHIH", 8, 16, 1, 1, 50, 1)
    return Resource(ResourceType.GROUP_CURSOR, 1, 0, data)


def _bitmap() -> list[Resource]:
    header = struct.pack("<IiiHHIIiiII", 40, 8, 16, 1, 1, 0, 0, 0, 0, 2, 0)
    return [
        Resource(ResourceType.CURSOR, 1, 0, b"\1\0\1\0" + header + b"pixels"),
        Resource(ResourceType.BITMAP, 1, 0, header + bytes(8) + b"pixels"),
    ]


def _indexes() -> list[bytes]:
    files = _folder()
    index = files.pop(folder.INDEX)
    return [index, json.dumps({"schema": folder.SCHEMA, "resources": []}).encode()]


def _load(view: View) -> ResourceTree:
    files = _folder()
    return folder.load(bytes(view.data), lambda name: files.get(name, b""))


_FORMS = (".ico", ".cur", ".bmp", ".json")


def _files() -> list[bytes]:
    return [
        data for name, data in _folder().items() if name.endswith(_FORMS) and name != folder.INDEX
    ]


def _read_file(view: View) -> None:
    """Read a file of a folder as each of the forms."""
    readers = (
        lambda: list(forms.read_group(1, view)),
        lambda: list(forms.read_group(2, view)),
        lambda: forms.read_bitmap(view),
        lambda: readable.read_version(view, 1),
        lambda: readable.read_strings(view, 2),
    )
    refused = 0
    for read in readers:
        try:
            read()
        except FormatError:
            refused += 1
    if refused == len(readers):
        raise FormatError("no form fits")


def _code() -> list[bytes]:
    """Instructions of every encoding, from the corners of the manual."""
    texts = (
        "4889c8 48b81122334455667788 66b81122 67a011223344 66f7c10100 c8100001 0f1f840000000000 0f20c0",
        "f30fb8c1 480fc709 660f3800c1 660f3a0bc109 f20f38f1c1 660f78c10102 8f00 f6c101 e811223344",
        "c5f877 c4e270f2c2 c4e37bf0c107 62f17c4828c1 8fe878c0c107 62f57c4858c1 c4e17c28048500000000",
    )
    return [bytes.fromhex(text) for text in texts]


def _walk(view: View) -> None:
    """Decode from every byte on."""
    code = bytes(view.data)
    for start in range(len(code)):
        for _, found in x86.walk(code, start):
            x86_features.level(found)
    find_refused(code)
    if x86.decode(code, 0) is None:
        raise FormatError("it begins with no instruction", 0)


def _sources() -> list[bytes]:
    """Heads of Go and C files with constraints, old and new."""
    return [
        b"// words\n\n//go:build (linux && !cgo) || amd64.v3\n// +build linux,!cgo amd64.v3\n\npackage x\n",
        b"\xef\xbb\xbf/* a */ // b\r\n// +build !windows\r\n// +build go1.21 mine\r\n\r\npackage x\r\n",
        b"#include <x.h>\n//go:build ignore\n",
    ]


_UNIVERSE = Universe(
    tuple(Context(Target(*one), cgo=True) for one in (("linux", "amd64"), ("windows", "arm64")))
)


def _constraints(view: View) -> None:
    """Judge a file by several names; Go refuses what is broken."""
    for name in ("a.go", "a_linux.s", "a_windows_arm64_test.go"):
        if explain(name, bytes(view.data), _UNIVERSE).broken:
            raise FormatError("a constraint is broken", 0)


def _heads() -> list[bytes]:
    """Heads of Go files: plain, grouped, with cgo and embeds, with lines that say where they are from."""
    return [
        b'//go:debug x=1\n\n// Package p.\npackage p\n\nimport (\n\t_ "embed"\n\tf "fmt" // c\n)\n\n//go:embed a `b`\n',
        b'package p\n\n// #cgo LDFLAGS: -lm\n// #include "x.h"\nimport "C"\nimport /* c */ . "os"\n\nfunc f() {}\n',
        b'\xef\xbb\xbf//line a.go:3\r\npackage p;import(`embed`;"x\\x41")\r\n/*line b:1:2*/ var s = `\n//go:embed no`\n',
        b'package p\nimport "\\u00e9"\nimport "\\U000000e9\\303\\251"; import `a`; var x = \'\\\'\'\n',
    ]


def _head(view: View) -> None:
    """Read a Go file; what was read must survive JSON, and the quick way must say what the parser says."""
    data = bytes(view.data)
    found = gosource.read(data)
    if gosource.GoFile.from_tuple(json.loads(json.dumps(found.to_tuple()))) != found:
        raise AssertionError("it does not survive JSON")
    quick = plain.read(data)
    if quick is not None and quick != parse(data):
        raise AssertionError("the quick way reads something else")
    if found.error:
        raise FormatError(found.error.message, 0)


def _module_files() -> list[bytes]:
    """Files of modules, with every directive."""
    return [
        (
            b'// Deprecated: x\nmodule "a.b/c"\n\ngo 1.22\ntoolchain go1.22.1\ngodebug x=y\nrequire (\n\ta.b/d v1.2.3\n'
            b"\ta.b/e/v2 v2.0.0 // indirect\n)\nexclude a.b/d v1.0.0\nreplace a.b/d v1.2.3 => ../d\n"
            b"retract [v1.0.0, v1.1.0] // bad\ntool a.b/c/t\nignore ./x\n"
        ),
        b'go 1.24\nuse ./a\nuse (\n\t./b\n\t"./c d"\n)\nreplace a.b/d => a.b/f v0.1.0\ngodebug (\n\tx=y\n)\n',
        b"a.b/d v1.2.3 h1:x=\na.b/d v1.2.3/go.mod h1:y=\n",
        b"## workspace\n# a.b/d v1.2.3 => ../d\n## explicit; go 1.22\na.b/d\n# a.b/f => a.b/g v1.0.0\n",
    ]


def _module_file(view: View) -> None:
    """Read a file as each kind: one that none takes is refused."""
    data = bytes(view.data)
    sums.read("go.sum", data)
    vendored.read(data)
    refused = 0
    for read in (modfile.read_mod, modfile.read_mod_lax, modfile.read_work):
        try:
            read("go.mod", data)
        except UsageError:
            refused += 1
    if refused == 3:
        raise FormatError("no file of modules", 0)


_STORE_KEY = entry.key("fuzz")


def _entries() -> list[bytes]:
    """Entries of the store: the JSON alone, since a changed byte is seen by the digest before it."""
    parts = tuple(entry.Part(name, "Binary", 0o755, 7, "0" * 64) for name in ("app", "pdb/app.pdb"))
    made = entry.Entry(_STORE_KEY, parts, {"said": "", "answer": [1, None, {"a": "b"}]})
    return [entry.encode(made).partition(b"\n")[2]]


def _entry(view: View) -> None:
    body = bytes(view.data)
    head = hashlib.sha256(body).hexdigest().encode()
    try:
        found = entry.decode(head + b"\n" + body, _STORE_KEY)
    except entry.DamagedError as error:
        raise FormatError(str(error), 0) from error
    if not all(entry.is_inside(part.name) for part in found.parts):
        raise AssertionError("a file would lie outside")
    entry.encode(found)


def _habitual() -> list[bytes]:
    """A Go file with every kind of habit."""
    return [
        b"""package p
import ("os"; x "os/exec"; "path"; "path/filepath"; "strings"; "syscall")
const tmp = "/tmp/a"
func f(p *os.Process, i os.FileInfo) {
	d, _ := os.ReadFile("/etc/" + tmp)
	_ = strings.Split(string(d), "\\n"); _ = strings.Split(os.Getenv("PATH"), ":")
	w := filepath.Join("a", "/dev/null"); _ = path.Base(w); _ = strings.Split(w, "/")
	os.Chmod(w+"/x", 0o755); os.Symlink("a", "b"); os.Lchown("a", 0, 0); _ = os.Getenv("HOME")
	_ = i.Mode()&0111; p.Signal(syscall.SIGTERM); x.Command("sh", "-c").Run()
}
""",
    ]


def _habits(view: View) -> None:
    """Find the habits of a file, and judge them for all systems."""
    data = bytes(view.data)
    found = habits.find(syntax.parse(data), data) if habits.is_telling(data) else ()
    list(advice.of_habits("a.go", found, KNOWN_OS))
    list(advice.of_names("", [habit.text for habit in found]))
    if not found:
        raise FormatError("no habit", 0)


def _bodies() -> list[bytes]:
    """Go files with declarations of every kind, scopes, literals and numbers."""
    return [
        (
            b'package p\n\nimport (\n\ts "syscall"\n\t. "os"\n)\n\ntype T[K any] struct {\n\ta, b K\n\t*s.Stat_t\n}\n\n'
            b"func (t *T[K]) m(a, b int) (c K) {\n\tfor i, v := range t.a { s := v; s.x(i) }\n\treturn t.n(a)\n}\n"
        ),
        b"package p\n\nconst (\n\tA, B = iota, 1 << 40\n\tC, _\n)\n\nvar x = map[K]T{k: {a: v}, &A{b: 1 << 40}: f(-0x1_F)}\n",
    ]


def _names(view: View) -> None:
    """Read what a file declares and uses; whatever it holds has an answer that JSON can keep."""
    data = bytes(view.data)
    said = declarations.read(data)
    if declarations.Declarations.of_plain(json.loads(json.dumps(said.plain))) != said:
        raise AssertionError("other declarations came back than were kept")
    root = syntax.parse(data)
    uses.find(root, {name or path: path for name, path in syntax.imports(root)}, bool)
    list(numbers.find(root))
    if root.has_error:
        raise FormatError("no Go", 0)


PARSERS = {
    "entries of the store": Parser(_entries, _entry),
    "habits": Parser(_habitual, _habits),
    "go.mod and its like": Parser(_module_files, _module_file),
    "build constraints": Parser(_sources, _constraints),
    "Go files": Parser(_heads, _head),
    "names of Go files": Parser(_bodies, _names),
    "rsrc": Parser(_programs, _read_image),
    "res": Parser(lambda: [res.write(resources.sample())], res.read),
    "coff": Parser(
        lambda: [coff.write(resources.sample(), goarch) for goarch in coff.MACHINES], coff.read
    ),
    "patch": Parser(_programs, _patch),
    "folder index": Parser(_indexes, _load),
    "folder files": Parser(_files, _read_file),
    "pclntab": Parser(fuzz_inspect.tables, fuzz_inspect.read_table),
    "dwarf": Parser(fuzz_inspect.units, fuzz_inspect.read_units),
    "pdb": Parser(fuzz_inspect.pdbs, msf.read_identity),
    "mach-o link-edit": Parser(fuzz_inspect.libraries, fuzz_inspect.read_linkedit),
    "x86 code": Parser(_code, _walk),
    "split elf": Parser(fuzz_split.elves, fuzz_split.divide),
    "split pe": Parser(fuzz_split.pes, fuzz_split.divide),
    "split mach-o": Parser(fuzz_split.machos, fuzz_split.divide),
}


if __name__ == "__main__":
    sys.exit(command(__doc__ or "", PARSERS, lambda name, *rest: campaign(PARSERS[name], *rest)))
