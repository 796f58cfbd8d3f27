"""Ad-hoc signatures of real Go programs, beside Go's own, LIEF and LLVM."""

from __future__ import annotations

import hashlib
import json
import os
import plistlib
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import lief
import pytest

from crosswind import sign
from crosswind.binary import codesign, macho
from crosswind.binary.view import View
from crosswind.errors import BuildError, UsageError
from crosswind.sign import DarwinSigning
from crosswind.target import Target
from crosswind.verify import Expectation, verify_file
from images import macho as made
from signing import apple, authority, missing

MACOS = Target("darwin", "arm64")
LLVM = pytest.mark.skipif(bool(missing("llvm-readobj")), reason=missing("llvm-readobj"))
RIGHTS = {"com.apple.security.cs.allow-jit": True, "groups": ["a", "b"]}


def copy(path: Path, folder: Path) -> Path:
    return Path(shutil.copy(path, folder / "app"))


def signature(path: Path) -> codesign.CodeSignature:
    image = macho.read(View.of(path.read_bytes()))
    assert codesign.verify(image) == []
    found = codesign.read(image)
    assert found is not None
    return found


def page_hashes(data: bytes) -> bool:
    """Recompute the page hashes from nothing but loader.h and cs_blobs.h."""
    count = struct.unpack_from("<I", data, 16)[0]
    at = 32
    for _ in range(count):
        command, size, start, length = struct.unpack_from("<4I", data, at)
        at += size
        if command == 0x1D:
            break
    blob = data[start : start + length]
    directory = blob[struct.unpack_from(">I", blob, 16)[0] :]
    first, _, _, pages, limit = struct.unpack_from(">5I", directory, 16)
    assert limit == start
    assert start + length == len(data)
    return all(
        hashlib.sha256(data[page * 4096 : min(page * 4096 + 4096, limit)]).digest()
        == directory[first + 32 * page :][:32]
        for page in range(pages)
    )


def test_a_file_that_go_signed_comes_back_as_it_was(programs, tmp_path):
    path = copy(programs["darwin/arm64"], tmp_path)
    stamp = path.stat().st_mtime_ns
    done = sign.sign_file(path, MACOS, DarwinSigning())
    assert (done.kind, done.by, done.replaced) == ("ad hoc", "a.out", True)
    assert path.read_bytes() == programs["darwin/arm64"].read_bytes()
    assert path.stat().st_mtime_ns == stamp


def test_go_would_have_signed_a_patched_file_so(programs, tmp_path):
    """Change the code and sign; taking the change back and signing again gives Go's own bytes."""
    path = copy(programs["darwin/arm64"], tmp_path)
    data = bytearray(path.read_bytes())
    data[0x8000] ^= 0xFF
    path.write_bytes(data)
    assert not verify_file(path).ok
    sign.sign_file(path, MACOS, DarwinSigning())
    assert signature(path).directories[0].flags == ("adhoc", "linker-signed")
    data = bytearray(path.read_bytes())
    data[0x8000] ^= 0xFF
    path.write_bytes(data)
    sign.sign_file(path, MACOS, DarwinSigning())
    assert path.read_bytes() == programs["darwin/arm64"].read_bytes()


@LLVM
@pytest.mark.parametrize("goarch", ["amd64", "arm64"])
def test_everybody_reads_what_is_signed(goarch, programs, tmp_path):
    path = copy(programs[f"darwin/{goarch}"], tmp_path)
    path.chmod(0o750)
    rights = tmp_path / "rights.plist"
    rights.write_bytes(plistlib.dumps(RIGHTS))
    settings = DarwinSigning("com.example.app", rights)
    done = sign.sign_file(path, Target("darwin", goarch), settings)
    assert done.by == "com.example.app"
    assert path.stat().st_mode & 0o777 == 0o750
    found = signature(path)
    assert plistlib.loads(found.entitlements) == RIGHTS
    assert page_hashes(path.read_bytes())
    assert verify_file(path, Expectation(target=Target("darwin", goarch))).ok
    binary = lief.MachO.parse(str(path)).at(0)
    assert binary.has_code_signature
    assert binary.code_signature.data_offset == found.offset
    assert lief.MachO.check_layout(binary)[0]
    loads = subprocess.run(
        ["llvm-readobj", "--macho-segment", path], capture_output=True, text=True, check=True
    ).stdout
    assert "__LINKEDIT" in loads
    again = path.read_bytes()
    sign.sign_file(path, MACOS, settings)
    assert path.read_bytes() == again


def test_unsigned_files_are_called_by_their_name(programs, tmp_path):
    path = copy(programs["darwin/amd64"], tmp_path)
    done = sign.sign_file(path, Target("darwin", "amd64"), DarwinSigning())
    assert (done.by, done.replaced) == ("app", False)


def test_a_link_stays_one(programs, tmp_path):
    path = copy(programs["darwin/amd64"], tmp_path)
    link = tmp_path / "link"
    link.symlink_to(path)
    done = sign.sign_file(link, MACOS, DarwinSigning())
    assert (done.path, done.by) == (path, "link")
    assert link.is_symlink()
    assert signature(path).adhoc


@LLVM
def test_universal(programs, tmp_path):
    path = tmp_path / "app"
    parts = [programs[f"darwin/{goarch}"].read_bytes() for goarch in ("amd64", "arm64")]
    path.write_bytes(made.fat(*parts))
    sign.sign_file(path, MACOS, DarwinSigning("com.example.app"))
    assert verify_file(path, Expectation(target=MACOS)).ok
    fat = lief.MachO.parse(str(path))
    assert [binary.has_code_signature for binary in fat] == [True, True]
    assert all(lief.MachO.check_layout(binary)[0] for binary in fat)
    shown = subprocess.run(
        ["llvm-readobj", "--file-headers", path], capture_output=True, text=True, check=True
    ).stdout
    arches = [line.split()[1] for line in shown.splitlines() if line.startswith("Arch:")]
    assert arches == ["x86_64", "aarch64"]


def test_a_certificate_is_not_lost_unasked(programs, tmp_path):
    path = copy(programs["darwin/arm64"], tmp_path)
    signer = authority.issue("Developer", authority.ec_key(), purposes=(authority.CODE,))
    path.write_bytes(apple.sign(path.read_bytes(), signer))
    assert verify_file(path, Expectation(signed=True)).ok
    with pytest.raises(UsageError) as error:
        sign.sign_file(path, MACOS, DarwinSigning())
    assert error.value.code == "CW0802"
    sign.sign_file(path, MACOS, DarwinSigning(), replace=True)
    assert signature(path).adhoc


def test_openssl_verifies_a_certificate_signature_made_here(programs, tmp_path):
    """The maker of those signatures is a test's own: its code directory must be right, at least."""
    path = copy(programs["darwin/arm64"], tmp_path)
    signer = authority.issue("Developer", authority.rsa_key(), purposes=(authority.CODE,))
    path.write_bytes(apple.sign(path.read_bytes(), signer))
    assert page_hashes(path.read_bytes())
    image = macho.read(View.of(path.read_bytes()))
    blob = next(one for one in codesign.read(image).blobs if one.slot == codesign.SLOT_CMS)
    (tmp_path / "cms.der").write_bytes(bytes(blob.view.data[8:]))
    directory = codesign.read(image).blobs[0].view
    (tmp_path / "directory").write_bytes(bytes(directory.data))
    pem, _ = signer.write(tmp_path, "developer")
    subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"),
            *("-in", tmp_path / "cms.der", "-content", tmp_path / "directory"),
            *("-CAfile", pem, "-out", tmp_path / "out"),
        ],
        check=True,
        capture_output=True,
    )


def test_what_cannot_be_signed(programs, tmp_path):
    path = copy(programs["darwin/arm64"], tmp_path)
    path.write_bytes(path.read_bytes() + b"more")
    bad = tmp_path / "bad.plist"
    bad.write_text("no list")
    for file, settings, code in (
        (path, DarwinSigning(), "CW0808"),
        (programs["windows/amd64"], DarwinSigning(), "CW0801"),
        (tmp_path / "absent", DarwinSigning(), "CW0801"),
        (Path(os.devnull), DarwinSigning(), "CW0801"),
        (programs["darwin/arm64"], DarwinSigning(entitlements=bad), "CW0809"),
        (programs["darwin/arm64"], DarwinSigning(entitlements=tmp_path / "absent"), "CW0811"),
    ):
        before = file.read_bytes() if file.exists() else b""
        with pytest.raises((UsageError, BuildError)) as error:
            sign.sign_file(file, MACOS, settings)
        assert error.value.code == code
        assert not before or file.read_bytes() == before


def test_command(programs, tmp_path):
    path = copy(programs["darwin/amd64"], tmp_path)
    exe = Path(shutil.copy(programs["windows/amd64"], tmp_path / "app.exe"))

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "crosswind", "sign", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run(path, "--json", "--identifier", "com.example.app", "-o", tmp_path / "out" / "app")
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["files"]
    assert (entry["kind"], entry["by"]) == ("ad hoc", "com.example.app")
    assert signature(tmp_path / "out" / "app").adhoc
    assert run(path).stdout == f"{path}  ad hoc, app\n"
    # Options for Windows programs mean nothing to it, unless --adhoc says that this is meant.
    key = ("--pfx", "x.pfx")
    refused = run(path, *key)
    assert (refused.returncode, "CW0800" in refused.stderr) == (2, True)
    assert run(path, *key, "--adhoc").returncode == 0
    shown = run(exe, path, *key, "--adhoc", "--dry-run").stdout.splitlines()
    assert shown == [f"crosswind sign {exe} --pfx x.pfx", f"crosswind sign {path} --adhoc"]
