"""What the checks of signatures say, in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crosswind.errors import UsageError
from crosswind.finding import Check, Status
from crosswind.target import Target
from crosswind.verify import Expectation, verify_file
from crosswind.verify.contradiction import refuse
from images import elf, pe
from signing import authority, cms
from signing.authenticode import NESTED, attach, signature

IMAGE = pe.build(symbols=False, tables=False)
ROOT = authority.issue("Root", authority.ec_key(), authority=True)
SIGNER = authority.issue("Signer", authority.ec_key(), ROOT, purposes=(authority.CODE,))


@pytest.fixture
def check(tmp_path: Path):
    def run(data: bytes, code: str, **expected: object) -> Check | None:
        path = tmp_path / "app.exe"
        path.write_bytes(data)
        checks = verify_file(path, Expectation(**expected)).checks
        return next((one for one in checks if one.code == code), None)

    return run


def said(check: Check | None) -> tuple[Status, str]:
    assert check is not None
    return check.status, check.message


SIGNED = attach(IMAGE, signature(IMAGE, SIGNER))


def test_not_signed(check):
    assert said(check(IMAGE, "CW1910")) == (Status.PASS, "not signed")
    assert said(check(IMAGE, "CW1910", signed=False)) == (Status.PASS, "not signed")
    assert said(check(IMAGE, "CW1910", signed=True)) == (Status.FAIL, "not signed")
    assert said(check(IMAGE, "CW1910", trusted=(ROOT.der,))) == (Status.FAIL, "not signed")
    assert check(IMAGE, "CW1911") is None
    assert check(IMAGE, "CW1912") is None


def test_what_cannot_be_signed(check):
    assert check(elf.build(), "CW1910") is None
    assert said(check(elf.build(), "CW1910", signed=True)) == (
        Status.FAIL,
        "not signed: ELF64 files have no place for a signature",
    )
    with pytest.raises(UsageError, match="programs of linux/amd64 carry no signature"):
        refuse(Expectation(target=Target("linux", "amd64"), signed=True))
    with pytest.raises(UsageError, match="roots are of no use"):
        refuse(Expectation(signed=False, trusted=(ROOT.der,)))


def test_signed(check):
    assert said(check(SIGNED, "CW1910")) == (
        Status.PASS,
        "Signer; not checked: trust in the root Root, Microsoft's root programme, revocation",
    )
    assert said(check(SIGNED, "CW1910", trusted=(ROOT.der,))) == (
        Status.PASS,
        "Signer; not checked: Microsoft's root programme, revocation",
    )
    assert said(check(SIGNED, "CW1910", signed=False)) == (
        Status.FAIL,
        "signed by Signer, but no signature was asked for",
    )
    end = SIGNER.ours.not_after
    assert said(check(SIGNED, "CW1911")) == (
        Status.WARN,
        f"none: the signature ends with its certificate, on {end:%Y-%m-%d}",
    )
    assert said(check(SIGNED, "CW1912"))[0] is Status.PASS


def test_without_cryptography_it_is_not_checked(check, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert said(check(SIGNED, "CW1910")) == (
        Status.SKIP,
        "not checked: the signature value, because the extra crosswind[signatures] is not installed",
    )


def test_weak_digests(check):
    weak = attach(IMAGE, signature(IMAGE, SIGNER, name="sha1"))
    assert said(check(weak, "CW1910")) == (
        Status.WARN,
        "Signer, but the digest is sha1: two files can be made that share one",
    )
    # A second signature, as programs for old and new Windows have it, mends that.
    inner = cms.attribute(NESTED, signature(IMAGE, SIGNER))
    both = attach(IMAGE, signature(IMAGE, SIGNER, name="sha1", unsigned=(inner,)))
    assert said(check(both, "CW1910"))[0] is Status.PASS


def test_the_signature_is_named_where_there_are_several(check):
    inner = cms.attribute(NESTED, signature(IMAGE, SIGNER, value=bytes(32)))
    both = attach(IMAGE, signature(IMAGE, SIGNER, unsigned=(inner,)))
    assert said(check(both, "CW1910")) == (
        Status.FAIL,
        "the content was changed after signing (signature 2 of 2)",
    )


def test_a_root_that_is_none(check):
    with pytest.raises(UsageError) as error:
        check(SIGNED, "CW1910", trusted=(b"no certificate",))
    assert error.value.code == "CW1913"
