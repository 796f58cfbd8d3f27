"""CMS and certificates, read beside the library that made them."""

from __future__ import annotations

import pytest
from cryptography import x509 as oracle
from cryptography.hazmat.primitives import hashes

from crosswind.binary import cms as reader
from crosswind.binary import oids, x509
from crosswind.binary.view import FormatError, View
from signing import authority, cms

ROOT = authority.issue("Root", authority.ec_key(), authority=True)
LEAF = authority.issue(
    "Läufer",
    authority.rsa_key(1024),
    ROOT,
    purposes=(authority.CODE, authority.WEB),
    organization="Beispiel & Söhne",
)


@pytest.mark.parametrize("who", [ROOT, LEAF], ids=["root", "leaf"])
def test_certificates_as_cryptography_reads_them(who):
    ours, theirs = who.ours, who.certificate
    assert ours.serial == theirs.serial_number
    assert ours.not_before == theirs.not_valid_before_utc
    assert ours.not_after == theirs.not_valid_after_utc
    assert ours.subject.raw == theirs.subject.public_bytes()
    assert ours.issuer.raw == theirs.issuer.public_bytes()
    common = theirs.subject.get_attributes_for_oid(oracle.NameOID.COMMON_NAME)[0].value
    assert ours.subject.part("CN") == ours.subject.short == common
    assert ours.sha256 == theirs.fingerprint(hashes.SHA256()).hex()
    assert ours.sha1 == theirs.fingerprint(hashes.SHA1()).hex()
    assert bytes(ours.signed.data) == theirs.tbs_certificate_bytes
    assert ours.signature == theirs.signature
    assert bytes(ours.key.data) == cms.public(who.key)
    assert ours.algorithm.oid == theirs.signature_algorithm_oid.dotted_string
    extension = theirs.extensions.get_extension_for_class
    assert ours.key_identifier == extension(oracle.SubjectKeyIdentifier).value.digest
    issuer = extension(oracle.AuthorityKeyIdentifier).value.key_identifier
    assert ours.issuer_key_identifier == issuer
    assert ours.is_authority is extension(oracle.BasicConstraints).value.ca


def test_words():
    assert ROOT.ours.self_issued
    assert not LEAF.ours.self_issued
    assert ROOT.ours.purposes is None
    assert LEAF.ours.purposes == (oids.CODE_SIGNING, "1.3.6.1.5.5.7.3.1")
    assert [oids.name(one) for one in LEAF.ours.purposes] == ["code signing", "TLS server"]
    assert (ROOT.ours.key_words, LEAF.ours.key_words) == ("ECDSA P-256", "RSA 1024")
    assert LEAF.ours.algorithm.name == "ECDSA with sha256"
    assert str(LEAF.ours.subject) == "C=SE, O=Beispiel & Söhne, OU=TEAM123456, CN=Läufer"


def test_files_of_certificates(tmp_path):
    pem, _ = LEAF.write(tmp_path, "leaf")
    found = x509.read_all(pem.read_bytes())
    assert [one.subject.short for one in found] == ["Läufer", "Root"]
    assert x509.read_all(LEAF.der)[0] == found[0]
    for data in (b"", b"no certificate", pem.read_bytes().replace(b"\nM", b"\n!", 1)):
        with pytest.raises(FormatError):
            x509.read_all(data)


def made(**options) -> reader.SignedData:
    info = cms.signer_info(LEAF, b"content", cms.DATA, **options)
    return reader.read(View.of(cms.signed_data((info,), LEAF.chain, cms.DATA)))


def test_signed_data():
    moment = cms.attribute(oids.SIGNING_TIME, cms.utc(authority.NOW))
    found = made(signed=(moment,), unsigned=(cms.attribute("1.2.3", cms.integer(7)),))
    (signer,) = found.signers
    assert (found.content_type, found.content) == (cms.DATA, None)
    assert (signer.digest, signer.algorithm.name) == ("sha256", "RSA")
    assert signer.signing_time == authority.NOW
    assert signer.certificate(found.certificates).subject.short == "Läufer"
    assert [one.integer() for one in signer.unsigned_values("1.2.3")] == [7]
    assert {one.name for one in signer.signed} == {"content type", "message digest", "signing time"}


def test_signer_named_by_its_key():
    (signer,) = made(by_key=True).signers
    assert signer.issuer is None
    assert signer.certificate([ROOT.ours, LEAF.ours]) is LEAF.ours
    assert signer.certificate([ROOT.ours]) is None


def test_content_of_both_sorts():
    info = cms.signer_info(LEAF, b"content", cms.DATA)
    for value in (cms.octets(b"content"), cms.tlv(0x24, cms.octets(b"con"), cms.octets(b"tent"))):
        found = reader.read(View.of(cms.signed_data((info,), (), cms.DATA, value)))
        assert found.content == b"content"
    found = reader.read(View.of(cms.signed_data((info,), (), "1.2.3", cms.seq(cms.integer(1)))))
    assert found.content == cms.integer(1)


def test_an_attribute_given_twice():
    twice = cms.attribute(oids.MESSAGE_DIGEST, cms.octets(b"other"))
    with pytest.raises(FormatError, match="message digest: more than once"):
        _ = made(signed=(twice,)).signers[0].message_digest


@pytest.mark.parametrize(
    "data",
    [
        cms.seq(cms.oid(cms.DATA), cms.tlv(0xA0, cms.octets(b""))),
        cms.signed_data((), (), cms.DATA),
        cms.signed_data((cms.signer_info(LEAF, b"", cms.DATA),) * 9, (), cms.DATA),
        cms.signed_data((cms.signer_info(LEAF, b"", cms.DATA),), (ROOT.der,) * 65, cms.DATA),
        cms.signed_data((cms.integer(1),), (), cms.DATA),
        cms.signed_data((cms.signer_info(LEAF, b"", cms.DATA),), (), cms.DATA, digest="sha384"),
        cms.integer(1),
    ],
)
def test_damage(data):
    with pytest.raises(FormatError):
        reader.read(View.of(data))
