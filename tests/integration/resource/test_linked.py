"""`.syso` files through Go's linker and GNU ld, and finished programs patched: oracles agree."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import distlib
import lief
import pefile
import pytest

from crosswind.binary import pe
from crosswind.binary.view import View
from crosswind.errors import BuildError
from crosswind.windows import coff, patch, rsrc
from crosswind.windows.resource import Resource, ResourceTree, tree
from images.resources import sample
from integration.resource.conftest import GOARCHS, Package, run
from pe_oracles import as_set, by_lief, by_pefile
from signing import authority

LARGE = tree([*sample(), Resource(10, 1, 0, bytes(range(256)) * 2000)])


def check(data: bytes, resources: ResourceTree) -> None:
    """All readers find the same, and LIEF finds nothing wrong with the layout."""
    assert rsrc.read_image(pe.read(View.of(data))) == resources
    assert by_pefile(data) == by_lief(data) == as_set(resources)
    assert lief.PE.check_layout(lief.PE.parse(list(data))) == (True, "")


@pytest.mark.parametrize("goarch", GOARCHS)
def test_go_links_our_objects(package: Package, goarch: str) -> None:
    check(package.linked[goarch].read_bytes(), package.resources)


def test_go_links_one_object_only(package: Package, tmp_path: Path) -> None:
    """Which is why crosswind puts no second one beside another."""
    for name in ("one.syso", "other.syso"):
        (tmp_path / name).write_bytes(coff.write(sample(), "amd64"))
    for name in ("main.go", "go.mod"):
        shutil.copy(package.folder / name, tmp_path)
    env = {"GOOS": "windows", "GOARCH": "amd64"}
    said = run("sh", "-c", "go build -trimpath -o x.exe . 2>&1", cwd=tmp_path, code=1, **env)
    assert "too many .rsrc sections" in said


@pytest.mark.parametrize("goarch", GOARCHS)
def test_a_patched_program_is_as_sound_as_a_linked_one(package: Package, goarch: str) -> None:
    plain = package.plain[goarch].read_bytes()
    patched = patch.patch(View.of(plain), sample())
    check(patched, sample())
    large = patch.patch(View.of(patched), LARGE)
    check(large, LARGE)
    assert patch.patch(View.of(large), sample()) == patched
    assert patch.patch(View.of(patched), ResourceTree()) == plain
    linked = package.linked[goarch].read_bytes()
    check(patch.patch(View.of(linked), LARGE), LARGE)


def test_go_reads_symbols_dwarf_and_build_information_as_before(
    package: Package, tmp_path: Path
) -> None:
    plain = package.plain["amd64"]
    patched = tmp_path / "patched.exe"
    data = patch.patch(View.of(plain.read_bytes()), sample())
    patched.write_bytes(data)

    def facts(path: Path) -> Iterator[str]:
        for command in (("version", "-m"), ("tool", "nm"), ("tool", "buildid")):
            yield run("go", *command, path, cwd=tmp_path).replace(str(path), "")
        yield run("go", "tool", "objdump", "-s", "main.main", path, cwd=tmp_path)
        if shutil.which("llvm-dwarfdump"):
            yield run("llvm-dwarfdump", "--name=main.main", path, cwd=tmp_path).partition("\n")[2]

    assert list(facts(patched)) == list(facts(plain))
    before, after = (pefile.PE(path, fast_load=True) for path in (plain, patched))
    assert [one.get_hash_sha256() for one in after.sections[:-1]] == [
        one.get_hash_sha256() for one in before.sections
    ]


ASSEMBLY = ".globl start\nstart: lea x(%rip), %rax\n ret\n.data\nx: .quad start\n"


@pytest.mark.skipif(
    not shutil.which("x86_64-w64-mingw32-ld"), reason="needs binutils-mingw-w64-x86-64"
)
@pytest.mark.parametrize("kind", [(), ("-shared",)])
def test_gnu_ld_links_our_objects_and_its_files_can_be_patched(tmp_path, kind):
    """There .reloc follows .rsrc, symbols lie behind the sections, and a checksum is set."""
    (tmp_path / "code.s").write_text(ASSEMBLY)
    (tmp_path / "rsrc.o").write_bytes(coff.write(sample(), "amd64"))
    run("x86_64-w64-mingw32-as", "code.s", "-o", "code.o", cwd=tmp_path)
    link = ("x86_64-w64-mingw32-ld", *kind, "-e", "start", "code.o")
    run(*link, "-o", "plain", cwd=tmp_path)
    run(*link, "rsrc.o", "-o", "linked", cwd=tmp_path)
    linked = (tmp_path / "linked").read_bytes()
    check(linked, sample())
    names = run("x86_64-w64-mingw32-nm", "linked", cwd=tmp_path)
    for resources in (LARGE, tree([*sample()][:2])):
        patched = patch.patch(View.of(linked), resources)
        check(patched, resources)
        assert pefile.PE(data=patched).verify_checksum()
        assert patch.patch(View.of(patched), resources) == patched
        (tmp_path / "patched").write_bytes(patched)
        seen = run("x86_64-w64-mingw32-nm", "patched", cwd=tmp_path)
        assert {line.split()[-1] for line in seen.splitlines()} == {
            line.split()[-1] for line in names.splitlines()
        }
    plain = (tmp_path / "plain").read_bytes()
    patched = patch.patch(View.of(plain), LARGE)
    check(patched, LARGE)
    assert patch.patch(View.of(patched), ResourceTree()) == plain


def test_llvm_finds_the_resources_of_a_patched_program(package: Package, tmp_path: Path) -> None:
    if not shutil.which("llvm-readobj"):
        pytest.skip("needs the Debian package llvm")
    path = tmp_path / "patched.exe"
    path.write_bytes(patch.patch(View.of(package.plain["arm64"].read_bytes()), sample()))
    shown = run("llvm-readobj", "--coff-resources", path, cwd=tmp_path)
    assert f"Total Number of Resources: {len(sample())}" in shown


@pytest.mark.skipif(not shutil.which("osslsigncode"), reason="needs the package osslsigncode")
def test_a_real_signature_comes_off_and_another_goes_on(package: Package, tmp_path: Path) -> None:
    certificate, key = authority.issue("Signer", authority.rsa_key()).write(tmp_path, "signer")

    def sign(source: bytes) -> bytes:
        (tmp_path / "in.exe").write_bytes(source)
        (tmp_path / "out.exe").unlink(missing_ok=True)
        argv = ("osslsigncode", "sign", "-certs", certificate, "-key", key)
        run(*argv, "-in", "in.exe", "-out", "out.exe", cwd=tmp_path)
        return (tmp_path / "out.exe").read_bytes()

    plain = package.plain["amd64"].read_bytes()
    signed = sign(plain)
    with pytest.raises(BuildError) as caught:
        patch.patch(View.of(signed), sample())
    assert caught.value.code == "CW0713"
    patched = patch.patch(View.of(signed), sample(), strip_signature=True)
    check(patched, sample())
    # osslsigncode sets a checksum, which then has to be kept right; the rest is as without it.
    assert pefile.PE(data=patched).verify_checksum()
    field = pe.read(View.of(patched)).headers.checksum_offset
    unsigned = patched[:field] + bytes(4) + patched[field + 4 :]
    assert unsigned == patch.patch(View.of(plain), sample())
    again = lief.PE.parse(list(sign(patched)))
    judged = again.verify_signature(lief.PE.Signature.VERIFICATION_CHECKS.HASH_ONLY)
    assert judged == lief.PE.Signature.VERIFICATION_FLAGS.OK


@pytest.mark.parametrize(
    "program",
    sorted(Path(distlib.__file__).parent.glob("*.exe")),
    ids=lambda path: path.name,
)
def test_programs_of_microsofts_linker_are_patched(program: Path) -> None:
    """distlib's launchers, for three architectures: .rsrc amid other sections, and checksums."""
    data = program.read_bytes()
    before = rsrc.read_image(pe.read(View.of(data)))
    assert by_pefile(data) == by_lief(data) == as_set(before)
    for resources in (sample(), LARGE, before):
        check(patch.patch(View.of(data), resources), resources)
