"""Sound programs to mutate: Go's, and small made files with rarer tables."""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from crosswind.darwin import adhoc

MAIN = """package main

func main() { println("hello") }
"""


def go_programs(builds: Sequence[tuple[str, ...]]) -> list[bytes]:
    """Build the seeds with the host's Go, once; they stay in crosswind's cache."""
    from crosswind.system import files, process

    home = files.cache_dir() / "fuzz-seeds"
    (home / "source").mkdir(parents=True, exist_ok=True)
    (home / "source" / "go.mod").write_text("module example.com/hello\n\ngo 1.21\n")
    (home / "source" / "main.go").write_text(MAIN)
    programs = []
    for target, *flags in builds:
        path = home / "-".join([target.replace("/", "_"), *flags]).replace(" ", "").replace(
            "=", "_"
        )
        if not path.exists():
            goos, _, goarch = target.partition("/")
            env = {**os.environ, "GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"}
            argv = ["go", "build", "-trimpath", *flags, "-o", path, "."]
            done = process.run(argv, cwd=home / "source", env=env)
            if done.returncode:
                sys.exit(f"{target}: {done.text}")
        programs.append(path.read_bytes())
    return programs


def made_files(reader: str) -> list[bytes]:
    """Build what the tests build: small files with tables that Go's programs do not have."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from images import elf, macho, pe, unusual, wasm

    shapes = [(bits, big_endian) for bits in (32, 64) for big_endian in (False, True)]
    made = {
        "pe": [pe.build(certificate=b"PKCS", overlay=b"data"), pe.build(bits=32, machine=0x14C)],
        "elf": [elf.build(bits=bits, big_endian=big_endian) for bits, big_endian in shapes]
        + [elf.build(section_headers=False, gnu_hash=hashed) for hashed in (False, True)],
        "macho": [
            macho.build(entry="thread", fixups=bytes(64)),
            macho.build(goarch="386", big_endian=True),
            *(macho.build(sign=partial(macho.signature, kinds=kinds)) for kinds in ((2,), (1, 4))),
        ],
        "wasm": [wasm.build(text="path\texample.com/hello\n")],
        "xcoff": [unusual.xcoff(), unusual.xcoff(symbols=False)],
        "plan9": [unusual.plan9(goarch) for goarch in unusual.PLAN9_MAGICS],
    }
    if reader in ("authenticode", "codesign"):
        return signed_files(reader)
    return made.get(reader, [])


def signed_files(reader: str) -> list[bytes]:
    """Build what the tests sign, with certificates that come out the same each time but for keys."""
    from images import macho, pe
    from signing import apple as developer
    from signing import authenticode as made
    from signing import authority, cms

    root = authority.issue("Root", authority.ec_key(), authority=True)
    signer = authority.issue("Signer", authority.ec_key(), root, purposes=(authority.CODE,))
    rsa = authority.issue("RSA", authority.rsa_key(), root, purposes=(authority.CODE,))
    if reader == "codesign":
        sign = partial(developer.signed_code, who=signer)
        rights = plistlib.dumps({"com.apple.security.cs.allow-jit": True, "groups": ["a", 1]})
        how = adhoc.AdHoc(entitlements=rights)
        made_here = adhoc.sign(macho.build(), how)
        return [macho.build(sign=sign), macho.build(goarch="amd64", sign=sign), made_here]
    image = pe.build(tables=False, symbols=False)
    nested = cms.attribute(made.NESTED, made.signature(image, rsa, name="sha384"))
    stamp = cms.attribute(made.STAMP, cms.timestamp(rsa, b"another", authority.NOW))
    opus = made.opus("Program", "https://example.com")
    return [
        made.attach(image, made.signature(image, signer, signed=(opus,))),
        made.attach(image, made.signature(image, rsa, unsigned=(nested, stamp))),
    ]
