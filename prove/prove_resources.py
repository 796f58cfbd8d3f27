"""Read and patch the resources of programs that other compilers and linkers made.

    python prove/prove_resources.py [FOLDER...]

Without folders: those of Wine 8 (Debian's wine64) and the launchers that pip brings along.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import lief
import pip
from report import Proof

from crosswind.binary import pe
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import coff, folder, patch, res, rsrc
from crosswind.windows.resource import Resource, ResourceTree, tree

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from images import resources  # tests' files are found once the path is set
from pe_oracles import as_set, by_lief, by_pefile

CLAIM = """Every PE file in some folders is read and patched. Its resources must be those that pefile finds, those that LIEF
finds must be among them, and they must come back from a folder, a .res file and an object. Then few, many and its own
resources are put in: each time the program must hold them, a second patch must give the same bytes, the checksum must
be right if there was one, data behind the program must be kept, and LIEF must find nothing wrong that was not wrong
before. Signatures are removed."""

FOLDERS = {
    "Wine (GCC, GNU ld)": Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows"),
    "pip's launchers (Microsoft's linker)": Path(pip.__file__).parent / "_vendor/distlib",
}
FEW = resources.sample()
MANY = tree([*FEW, *(Resource(10, number, 0, bytes(1000)) for number in range(300))])


def read_faults(data: bytes, found: ResourceTree) -> Iterator[str]:
    """What another reader sees otherwise, and what does not come back."""
    expected = as_set(found)
    if found and by_pefile(data) != expected:
        yield "pefile finds other resources"
    if found and not by_lief(data) <= expected:
        yield "LIEF finds other resources"
    files = folder.dump(found)
    if folder.load(files[folder.INDEX], files.__getitem__) != found:
        yield "other resources come back from a folder"
    if coff.read(View.of(coff.write(found, "arm64"))).resources != found:
        yield "other resources come back from an object"
    plain = tree(Resource(one.type, one.name, one.language, one.data) for one in found)
    if res.read(View.of(res.write(found))) != plain:
        yield "other resources come back from a .res file"


def patch_faults(data: bytes, wanted: ResourceTree) -> Iterator[str]:
    """What is wrong with a patched program."""
    before = pe.read(View.of(data))
    patched = patch.patch(View.of(data), wanted, strip_signature=True)
    after = pe.read(View.of(patched))
    if rsrc.read_image(after) != wanted:
        yield "it does not hold what was put in"
    if patch.patch(View.of(patched), wanted) != patched:
        yield "a second patch gives other bytes"
    sound = before.checksum in (0, before.compute_checksum())
    if sound and after.checksum not in (0, after.compute_checksum()):
        yield "its checksum is wrong"
    if not patch.is_signed(before) and bytes(after.overlay.data) != bytes(before.overlay.data):
        yield "data behind it was changed"
    if [(one.name, one.address) for one in after.symbols()] != [
        (one.name, one.address) for one in before.symbols()
    ]:
        yield "its symbols were changed"
    layouts = [lief.PE.check_layout(lief.PE.parse(list(one))) for one in (data, patched)]
    if layouts[0] != layouts[1]:
        yield f"LIEF says {layouts[1]}, before {layouts[0]}"


def prove(proof: Proof, name: str, place: Path) -> None:
    """Add a row for one folder."""
    counts: Counter[str] = Counter()
    for path in sorted(place.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        if data[:2] != b"MZ":
            continue
        counts["files"] += 1
        found = ResourceTree()
        try:
            found = rsrc.read_image(pe.read(View.of(data)))
            faults = list(read_faults(data, found))
            for wanted in (FEW, MANY, found):
                try:
                    faults += patch_faults(data, wanted)
                    counts["patched"] += 1
                except BuildError as error:
                    counts[f"refused, {error.code}"] += 1
        except FormatError as error:
            faults = [str(error)]
        if found and (seen := len(by_lief(data))) < len(found):
            proof.notes.append(f"LIEF finds {seen} of {len(found)} resources of {path.name}.")
        counts["with"] += bool(found)
        counts["resources"] += len(found)
        for fault in faults:
            proof.fail(f"{path.name}: {fault}")
    refused = ", ".join(f"{n} {what}" for what, n in counts.items() if what.startswith("refused"))
    row = (counts[key] for key in ("files", "with", "resources", "patched"))
    proof.row(name, *(f"{count:,}" for count in row), refused or "none")


def main() -> int:
    """Prove all folders and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args()
    proof = Proof(
        "resources",
        "Resources of other people's programs",
        CLAIM,
        ("programs", "files", "with resources", "resources", "patches", "refused"),
    )
    for name, place in {str(one): one for one in options.folders}.items() or FOLDERS.items():
        prove(proof, name, place)
    return proof.finish("All were read alike and patched soundly.")


if __name__ == "__main__":
    sys.exit(main())
