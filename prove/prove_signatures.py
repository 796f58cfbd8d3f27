"""Flip bits in signed programs, and compare what crosswind and osslsigncode say of the signature.

python prove/prove_signatures.py --count 3000
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from fuzz_seeds import go_programs
from report import Proof

from crosswind.binary import pe
from crosswind.binary.view import FormatError, View
from crosswind.signature import authenticode
from crosswind.system import process

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from signing import authority, server  # noqa: E402 - the tests' own keys and timestamp server

CLAIM = """Programs that osslsigncode signed, with keys of two sorts, with a timestamp and without, are changed in one
bit: in the headers, in the code, or in the certificate table. crosswind and osslsigncode then judge the signature and
its timestamp, both with the root given. Proved is that crosswind calls no file valid that osslsigncode refuses. It may
refuse more: osslsigncode goes on without a timestamp that is broken. Both accept a changed bit in what no signature
covers: the checksum, padding, and what a timestamp brings along. The root is not in the files, so that every
certificate there counts."""

PLACES = ("headers", "code", "table")


def signed(folder: Path) -> tuple[dict[str, bytes], Path, bytes]:
    """Sign one program in several ways; return them, the root's file, and the root."""
    (program,) = go_programs((("windows/amd64", "-ldflags=-s -w"),))
    source = folder / "app.exe"
    source.write_bytes(program)
    root = authority.issue("Root", authority.rsa_key(), authority=True)
    trusted, _ = root.write(folder, "root")
    clock = authority.issue("Clock", authority.rsa_key(), root, purposes=(authority.STAMPS,))
    clock = replace(clock, above=())
    made = {}
    with server.running(folder, clock) as url:
        for name, key in (("RSA 3072", authority.rsa_key(3072)), ("P-256", authority.ec_key())):
            signer = authority.issue(name, key, root, purposes=(authority.CODE,))
            certificate, file = replace(signer, above=()).write(folder, "signer")
            for what, stamp in ((name, ()), (f"{name}, timestamp", ("-ts", url))):
                out = folder / f"{what}.exe"
                command = ["osslsigncode", "sign", "-h", "sha256", *stamp]
                command += ["-certs", certificate, "-key", file, "-in", source, "-out", out]
                subprocess.run(command, check=True, capture_output=True)
                made[what] = out.read_bytes()
    return made, trusted, root.der


def theirs(path: Path, root: Path) -> bool:
    """Ask osslsigncode."""
    command = ["osslsigncode", "verify", "-in", path, "-CAfile", root, "-TSA-CAfile", root]
    return not process.run(command).returncode


def ours(data: bytes, trusted: bytes) -> bool:
    """Judge every signature and every timestamp."""
    from crosswind.binary import x509

    try:
        roots = (x509.read(View.of(trusted)),)
        found = authenticode.verify(pe.read(View.of(data)), roots)
        if found is None or not found.signatures:
            return False
        judged = [one.judgement for one in found.signatures]
        judged += [stamp.judgement for one in found.signatures for stamp in one.timestamps]
    except FormatError:
        return False
    return all(one.state == "valid" for one in judged)


def flipped(data: bytes, place: str, rng: random.Random) -> tuple[bytes, int]:
    """Flip a bit somewhere; return the file and where."""
    image = pe.read(View.of(data))
    table, headers = image.certificates[0].offset, image.headers.headers_end
    span = {"headers": (0, headers), "code": (headers, table), "table": (table, len(data))}[place]
    at = rng.randrange(*span)
    changed = bytearray(data)
    changed[at] ^= 1 << rng.randrange(8)
    return bytes(changed), at


def main() -> int:
    """Compare, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=3000, help="changed files in all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    columns = ("signed by", "changed", "files", "both invalid", "both valid", "only ours invalid")
    proof = Proof("signatures", "Signatures judged beside osslsigncode", CLAIM, columns)
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        programs, root, trusted = signed(folder)
        path = folder / "changed.exe"
        each = -(-options.count // (len(programs) * len(PLACES)))
        for name, data in programs.items():
            for place in PLACES:
                counts: Counter[tuple[bool, bool]] = Counter()
                for _ in range(each):
                    changed, at = flipped(data, place, rng)
                    path.write_bytes(changed)
                    verdict = (ours(changed, trusted), theirs(path, root))
                    counts[verdict] += 1
                    if verdict == (True, False):
                        proof.fail(f"{name}: a bit at {at:#x} is invalid to osslsigncode alone")
                proof.row(
                    name, place, each, counts[False, False], counts[True, True], counts[False, True]
                )
    return proof.finish(
        f"No file that osslsigncode refuses passed, of {each * len(programs) * len(PLACES):,}."
    )


if __name__ == "__main__":
    sys.exit(main())
