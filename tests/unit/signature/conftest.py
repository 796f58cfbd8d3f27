"""Identities, made once: keys take longer than all the tests."""

from __future__ import annotations

import pytest

from signing import authority
from signing.authority import CODE, STAMPS, WEB, Identity


@pytest.fixture(scope="session")
def who() -> dict[str, Identity]:
    root = authority.issue("Root", authority.ec_key(), authority=True)
    middle = authority.issue("Middle", authority.ec_key(), root, authority=True)
    plain = authority.issue("Plain", authority.ec_key(), root)
    key = authority.ec_key()
    return {
        "root": root,
        "middle": middle,
        "plain": plain,
        "ec": authority.issue("Signer", key, middle, purposes=(CODE,)),
        "rsa": authority.issue("RSA", authority.rsa_key(), root, purposes=(CODE,)),
        "expired": authority.issue("Old", key, middle, purposes=(CODE,), days=(-30, -10)),
        "early": authority.issue("Early", key, middle, purposes=(CODE,), days=(10, 20)),
        "web": authority.issue("Web", key, middle, purposes=(WEB,)),
        "all": authority.issue("All", key, middle),
        "by no authority": authority.issue("Child", key, plain, purposes=(CODE,)),
        "self": authority.issue("Self", key, purposes=(CODE,)),
        "tsa": authority.issue("Clock", authority.ec_key(), root, purposes=(STAMPS,)),
        "late tsa": authority.issue(
            "Late clock", authority.ec_key(), root, purposes=(STAMPS,), days=(-5, 5)
        ),
    }
