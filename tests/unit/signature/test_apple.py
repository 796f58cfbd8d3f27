"""Certificate signatures of Mach-O files, sound and wrong in one place each."""

from __future__ import annotations

from functools import partial

import pytest

from crosswind.binary import codesign, codesign_cms, macho
from crosswind.binary.view import FormatError, View
from crosswind.signature import apple
from crosswind.signature.judgement import State
from images import macho as file
from signing.apple import signed_code
from signing.authority import NOW, TEAM


def image(who, **options) -> macho.MachOImage:
    return macho.read(View.of(file.build(sign=partial(signed_code, who=who, **options))))


def flipped(image: macho.MachOImage, offset: int) -> macho.MachOImage:
    data = bytearray(image.view.data)
    data[offset] ^= 1
    return macho.read(View.of(data))


@pytest.mark.parametrize("name", ["rsa", "ec"])
def test_valid(who, name):
    signed = image(who[name])
    found = apple.verify(signed)
    assert (found.judgement.state, found.judgement.problems) == (State.VALID, ())
    assert found.judgement.unchecked == ("trust in the root Root", "revocation", "notarization")
    assert found.signature.team == TEAM
    assert found.signature.signer.signing_time == NOW
    assert found.signature.cdhashes == (codesign.read(signed).cdhash,)
    assert [name for name, _ in found.signature.digests] == ["sha256"]
    assert codesign.verify(signed) == []


def test_adhoc_and_unsigned_have_none():
    adhoc = macho.read(View.of(file.build(sign=file.signature)))
    assert apple.verify(adhoc) is None
    assert apple.verify(macho.read(View.of(file.build()))) is None
    empty = partial(file.signature, parts={0x10000: file.blob(0xFADE0B01, b"")})
    assert apple.verify(macho.read(View.of(file.build(sign=empty)))) is None


def test_changed_code_directory(who):
    signed = image(who["ec"])
    directory = codesign.read(signed).blobs[0].view.base
    # The last byte of the last page's hash.
    changed = flipped(signed, directory + len(codesign.read(signed).blobs[0].view) - 1)
    problems = apple.verify(changed).judgement.problems
    assert problems[0] == "what is signed was changed: its digest is another"
    assert problems[1] == "a code directory was changed after signing: the list of their hashes"
    assert problems[2] == "a code directory was changed after signing: its digest"


def test_lists_of_other_directories(who):
    judged = apple.verify(image(who["ec"], listed=b"another")).judgement
    assert [problem[-6:] for problem in judged.problems] == ["hashes", "digest"]


def test_another_key(who):
    judged = apple.verify(image(who["ec"], key=who["root"].key)).judgement
    assert judged.problems == ("the signature does not match the key of Signer",)


def test_expired_and_for_something_else(who):
    assert "expired" in apple.verify(image(who["expired"])).judgement.problems[0]
    assert "TLS server" in apple.verify(image(who["web"])).judgement.problems[0]


def test_another_team(who):
    judged = apple.verify(image(who["ec"], team="OTHER")).judgement
    assert judged.problems == (f"the code names the team OTHER, the certificate {TEAM}",)


def test_roots(who):
    signed = image(who["ec"])
    judged = apple.verify(signed, trusted=(who["root"].ours,)).judgement
    assert (judged.state, judged.unchecked) == (State.VALID, ("revocation", "notarization"))
    judged = apple.verify(signed, trusted=(who["self"].ours,)).judgement
    assert judged.problems == ("the chain ends at Root, which is not trusted",)


@pytest.mark.parametrize(
    "part",
    [
        file.blob(0xFADE0B02, b"x" * 20),
        file.blob(0xFADE0B01, b"x" * 20),
        file.blob(0xFADE0B01, b"\x30\x00"),
    ],
)
def test_damage(part):
    signed = file.build(sign=partial(file.signature, parts={0x10000: part}))
    signature = codesign.read(macho.read(View.of(signed)))
    with pytest.raises(FormatError):
        codesign_cms.read(signature)
