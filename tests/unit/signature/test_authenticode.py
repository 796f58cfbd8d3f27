"""Authenticode made by hand, sound and wrong in one place each."""

from __future__ import annotations

import dataclasses
import struct
import sys

import pytest

from crosswind.binary import authenticode as reader
from crosswind.binary import pe
from crosswind.binary.view import FormatError, View
from crosswind.signature import authenticode
from crosswind.signature.judgement import State
from crosswind.signature.keys import Fit
from images import pe as file
from signing import cms
from signing.authenticode import (
    COUNTER,
    NESTED,
    STAMP,
    attach,
    contents,
    digest,
    indirect,
    opus,
    signature,
)  # fmt: skip
from signing.authority import DAY, NOW

IMAGE = file.build(symbols=False)


def image(data: bytes) -> pe.PEImage:
    return pe.read(View.of(data))


def judge(data: bytes, **options):
    return authenticode.verify(image(data), **options)


def only(data: bytes, **options):
    """Return the judgement of a file with one signature."""
    (one,) = judge(data, **options).signatures
    return one.judgement


def stamped(who, name: str, days: float, *, server: str = "tsa", **options) -> bytes:
    """Sign with a timestamp of so many days from now."""
    value = _value(signature(IMAGE, who[name]))
    made = signature(IMAGE, who[name], unsigned=())
    # ECDSA gives another value each time, so the timestamp is for the one that is there.
    value = _value(made)
    token = cms.timestamp(who[server], value, NOW + days * DAY, **options)
    return attach(IMAGE, _with_unsigned(made, cms.attribute(STAMP, token)))


def _value(made: bytes) -> bytes:
    from crosswind.binary import cms as ours

    return ours.read(View.of(made)).signers[0].signature


def _with_unsigned(made: bytes, attribute: bytes) -> bytes:
    """Add an unsigned attribute to the only signer: lengths of everything around it grow."""
    from crosswind.binary import der

    def grow(element, path):
        if not path:
            return cms.tlv(element.tag, bytes(element.content.data), cms.tlv(0xA1, attribute))
        children = element.children()
        parts = [bytes(one.raw.data) for one in children]
        parts[path[0]] = grow(children[path[0]], path[1:])
        return cms.tlv(element.tag, *parts)

    # ContentInfo, [0], SignedData, signerInfos, SignerInfo.
    return grow(der.read(View.of(made)), (1, 0, -1, 0))


@pytest.mark.parametrize("name", ["ec", "rsa", "all"])
def test_valid(who, name):
    judged = only(attach(IMAGE, signature(IMAGE, who[name])))
    assert (judged.state, judged.problems) == (State.VALID, ())
    assert judged.by == who[name].ours.subject.part("CN")
    assert judged.unchecked == (
        "trust in the root Root",
        "Microsoft's root programme",
        "revocation",
    )
    assert [one.subject.part("CN") for one in judged.chain][-1] == "Root"


@pytest.mark.parametrize("name", ["sha1", "sha256", "sha384"])
def test_digests(who, name):
    data = attach(IMAGE, signature(IMAGE, who["ec"], name=name))
    assert only(data).state is State.VALID
    assert reader.image_digest(image(data), name) == digest(data, name) == digest(IMAGE, name)


def test_32_bits(who):
    small = file.build(bits=32, machine=0x14C, symbols=False)
    data = attach(small, signature(small, who["ec"]))
    assert only(data).state is State.VALID
    assert reader.image_digest(image(data), "sha256") == digest(data)


def test_length_that_is_no_multiple_of_eight(who):
    odd = IMAGE + b"odd"
    data = attach(odd, signature(odd, who["ec"]))
    assert only(data).state is State.VALID
    assert reader.image_digest(image(odd), "sha256") == digest(odd)


def test_facts(who):
    data = attach(IMAGE, signature(IMAGE, who["ec"], signed=(opus("Größe", "https://a.example"),)))
    (one,) = reader.read(image(data)).signatures
    assert (one.description, one.url) == ("Größe", "https://a.example")
    assert (one.index, one.nested, one.digest) == (0, False, "sha256")
    assert one.certificate.subject.short == "Signer"
    assert one.certificate.key_words == "ECDSA P-256"
    assert one.signing_time is None
    assert not one.page_hashes


def test_every_covered_byte_counts(who):
    data = attach(IMAGE, signature(IMAGE, who["ec"]))
    headers = image(data).headers
    entry = headers.checksum_offset - 64 + 112 + 32
    free = {*range(headers.checksum_offset, headers.checksum_offset + 4)}
    free |= {*range(entry, entry + 8)}
    for offset in range(headers.checksum_offset - 8, headers.headers_end):
        changed = bytearray(data)
        changed[offset] ^= 1
        if offset in free:
            continue
        assert reader.image_digest(image(data), "sha256") != digest(bytes(changed))


def test_the_checksum_does_not_count(who):
    data = bytearray(attach(IMAGE, signature(IMAGE, who["ec"])))
    struct.pack_into("<I", data, image(data).headers.checksum_offset, 0xDEADBEEF)
    assert only(bytes(data)).state is State.VALID


def change(data: bytes, offset: int) -> bytes:
    made = bytearray(data)
    made[offset] ^= 1
    return bytes(made)


def test_problems(who):
    sound = attach(IMAGE, signature(IMAGE, who["ec"]))
    nowhere = cms.signed_data(
        (cms.signer_info(who["ec"], contents(indirect(digest(IMAGE))), "1.3.6.1.4.1.311.2.1.4"),),
        (),
        "1.3.6.1.4.1.311.2.1.4",
        indirect(digest(IMAGE)),
    )
    other_content = signature(IMAGE, who["ec"]).replace(digest(IMAGE), bytes(32))
    for data, said in (
        (change(sound, file.HEADERS), "the content was changed after signing"),
        (sound + b"more", "4 bytes follow the signature, and are not covered by it"),
        (attach(IMAGE, other_content), "the content was changed after signing"),
        (
            attach(IMAGE, signature(IMAGE, who["ec"], key=who["root"].key)),
            "the signature does not match the key of Signer",
        ),
        (attach(IMAGE, nowhere), "the signer's certificate is not in the signature"),
        (
            attach(IMAGE, signature(IMAGE, who["web"])),
            "the certificate of Web is for TLS server, not",
        ),
        (
            attach(IMAGE, signature(IMAGE, who["expired"])),
            f"expired on {NOW - 10 * DAY:%Y-%m-%d}, and no timestamp says",
        ),
        (attach(IMAGE, signature(IMAGE, who["early"])), "in the future"),
        (attach(IMAGE, signature(IMAGE, who["by no authority"])), "Plain may not issue"),
    ):
        judged = only(data)
        assert judged.state is State.INVALID, said
        assert said in judged.problems[0]


def test_a_changed_digest_inside_is_noticed_even_if_it_fits_the_image(who):
    """The attacker changes the image, and the digest in the signature to fit."""
    made = signature(IMAGE, who["ec"])
    evil = change(IMAGE, file.HEADERS)
    made = made.replace(digest(IMAGE), digest(evil))
    judged = only(attach(evil, made))
    assert judged.problems[0] == "what is signed was changed: its digest is another"


def test_another_authority_of_the_same_name(who):
    from signing import authority

    fake = authority.issue("Middle", authority.ec_key(), who["root"], authority=True)
    fake = dataclasses.replace(who["ec"], above=(fake.certificate, *fake.above))
    judged = only(attach(IMAGE, signature(IMAGE, fake)))
    # Its key's identifier is another, so it is not taken for the issuer.
    assert "the issuer Middle, whose certificate is not in the file" in judged.unchecked


def test_a_certificate_that_its_issuer_did_not_sign(who):
    forged = bytearray(who["ec"].der)
    forged[-1] ^= 1
    made = signature(IMAGE, who["ec"]).replace(who["ec"].der, bytes(forged))
    judged = only(attach(IMAGE, made))
    assert judged.problems == ("the certificate of Signer was not signed by Middle",)


def test_roots(who):
    data = attach(IMAGE, signature(IMAGE, who["ec"]))
    assert only(data, trusted=(who["root"].ours,)).state is State.VALID
    assert only(data, trusted=(who["middle"].ours,)).state is State.VALID
    judged = only(data, trusted=(who["self"].ours,))
    assert judged.problems == ("the chain ends at Root, which is not trusted",)


@pytest.mark.parametrize("name", ["self", "ec"])
def test_the_signers_own_certificate_is_trusted(name, who):
    data = attach(IMAGE, signature(IMAGE, who[name]))
    assert only(data, trusted=(who[name].ours,)).state is State.VALID


def test_root_that_is_not_in_the_file(who):
    bare = dataclasses.replace(who["ec"], above=(who["middle"].certificate,))
    data = attach(IMAGE, signature(IMAGE, bare))
    assert only(data, trusted=(who["root"].ours,)).state is State.VALID
    assert "the issuer Root, whose certificate is not in the file" in only(data).unchecked


def test_self_signed(who):
    judged = only(attach(IMAGE, signature(IMAGE, who["self"])))
    assert judged.state is State.VALID
    assert judged.unchecked[0] == "trust in the root Self"


def test_signer_named_by_its_key(who):
    assert only(attach(IMAGE, signature(IMAGE, who["ec"], by_key=True))).state is State.VALID


def test_no_signed_attributes(who):
    judged = only(attach(IMAGE, signature(IMAGE, who["ec"], plain=True)))
    assert judged.problems == ("the signed attributes are missing",)


def test_timestamp_saves_an_expired_certificate(who):
    (one,) = judge(stamped(who, "expired", -20)).signatures
    assert (one.judgement.state, one.judgement.time) == (State.VALID, NOW - 20 * DAY)
    (stamp,) = one.timestamps
    assert stamp.judgement.state is State.VALID
    assert (stamp.timestamp.kind, stamp.judgement.by) == ("RFC 3161", "Clock")


def test_timestamp_after_the_end(who):
    judged = only(stamped(who, "expired", -5))
    assert "before the time of signing" in judged.problems[0]


def test_broken_timestamps_vouch_for_nothing(who):
    for data, said in (
        (
            stamped(who, "expired", -20, purpose_of=b"other"),
            "the timestamp is for another signature",
        ),
        (stamped(who, "expired", -20, server="ec"), "is for code signing, not for time stamping"),
        (stamped(who, "expired", -20, server="late tsa"), "after the time of signing"),
    ):
        (one,) = judge(data).signatures
        assert said in one.timestamps[0].judgement.problems[0]
        assert one.judgement.time is None
        assert "no timestamp says" in one.judgement.problems[0]


def test_countersignature(who):
    made = signature(IMAGE, who["expired"])
    moment = cms.attribute("1.2.840.113549.1.9.5", cms.utc(NOW - 20 * DAY))
    counter = cms.signer_info(who["tsa"], _value(made), cms.DATA, signed=(moment,))
    made = _with_unsigned(made, cms.attribute(COUNTER, counter))
    (one,) = judge(attach(IMAGE, made)).signatures
    # The server's certificate is not there.
    assert one.timestamps[0].judgement.problems == (
        "the signer's certificate is not in the signature",
    )
    both = dataclasses.replace(
        who["expired"], above=(*who["expired"].above, who["tsa"].certificate)
    )
    made = signature(IMAGE, both)
    counter = cms.signer_info(who["tsa"], _value(made), cms.DATA, signed=(moment,))
    made = _with_unsigned(made, cms.attribute(COUNTER, counter))
    (one,) = judge(attach(IMAGE, made)).signatures
    assert (one.judgement.state, one.judgement.time) == (State.VALID, NOW - 20 * DAY)


def test_nested(who):
    inner = signature(IMAGE, who["rsa"], name="sha384")
    outer = _with_unsigned(signature(IMAGE, who["ec"]), cms.attribute(NESTED, inner))
    first, second = judge(attach(IMAGE, outer)).signatures
    assert (first.signature.digest, second.signature.digest) == ("sha256", "sha384")
    assert (second.signature.nested, second.signature.index) == (True, 1)
    assert first.judgement.state is second.judgement.state is State.VALID
    wrong = _with_unsigned(
        signature(IMAGE, who["ec"]),
        cms.attribute(NESTED, signature(IMAGE, who["rsa"], value=bytes(32))),
    )
    first, second = judge(attach(IMAGE, wrong)).signatures
    assert first.judgement.state is State.VALID
    assert second.judgement.problems[0] == "the content was changed after signing"


def test_hidden_data(who):
    made = signature(IMAGE, who["ec"])
    found = judge(attach(IMAGE, made, tail=b"settings"))
    assert found.table.unsigned == 8
    assert found.signatures[0].judgement.state is State.VALID
    assert judge(attach(IMAGE, made)).table.unsigned == 0
    padded = attach(IMAGE, made, tail=bytes(-len(made) % 8))
    assert judge(padded).table.unsigned == 0


def test_unsigned():
    assert judge(IMAGE) is None


def test_other_entries_of_the_table():
    found = judge(attach(IMAGE, b"x" * 40, kind=1))
    assert (found.signatures, found.table.others, found.table.unsigned) == ((), 1, 40)


def test_unknown_digest_is_undecided(who):
    made = signature(IMAGE, who["ec"])
    # The last arc of SHA-256 becomes one that nobody assigned; the first occurrence is the image's.
    sha = cms.oid(cms.SHA["sha256"])
    at = made.index(sha + b"\x05\x00\x04\x20")
    made = made[: at + len(sha) - 1] + b"\x63" + made[at + len(sha) :]
    judged = only(attach(IMAGE, made))
    assert judged.undecided[0].startswith("the content, because its digest")


def test_without_cryptography_nothing_is_valid(who, monkeypatch):
    data = attach(IMAGE, signature(IMAGE, who["ec"]))
    monkeypatch.setitem(sys.modules, "cryptography", None)
    judged = only(data)
    assert judged.state is State.UNDECIDED
    assert judged.undecided[0] == (
        "the signature value, because the extra crosswind[signatures] is not installed"
    )
    assert only(change(data, file.HEADERS)).state is State.INVALID


@pytest.mark.parametrize("content", [b"", b"\x30\x80", b"\x30\x03\x02\x01", b"\xff" * 64])
def test_damage(content):
    with pytest.raises(FormatError):
        judge(attach(IMAGE, content or b"\0"))


def test_every_cut_is_an_error_or_a_verdict(who):
    made = signature(IMAGE, who["ec"])
    for length in range(0, len(made), 7):
        with pytest.raises(FormatError):
            judge(attach(IMAGE, made[:length]))


def test_table_over_the_headers(who):
    data = bytearray(attach(IMAGE, signature(IMAGE, who["ec"])))
    at = image(data).headers.checksum_offset - 64 + 112 + 32
    struct.pack_into("<II", data, at, 64, 8)
    with pytest.raises(FormatError):
        judge(bytes(data))


def test_a_crowd_of_namesakes_is_not_asked_one_by_one(who, monkeypatch):
    """Sixty authorities of one name, none of which signed: four are tried."""
    from crosswind.signature import chain
    from crosswind.signature.judgement import Notes
    from signing import authority

    crowd = tuple(
        authority.issue("Middle", authority.ec_key(), who["root"], authority=True).ours
        for _ in range(60)
    )
    crowd = tuple(dataclasses.replace(one, extensions={}) for one in crowd)
    asked = []
    monkeypatch.setattr(chain, "fits", lambda *given: asked.append(given) or Fit(False))
    moment = chain.Moment(NOW, stamped=False)
    assert len(chain.build(who["ec"].ours, crowd, (), moment, Notes())) == 1
    assert len(asked) == 4
