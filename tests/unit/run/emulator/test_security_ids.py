"""Security identifiers and names."""

import pytest

from crosswind.run.emulator import security_ids
from crosswind.run.emulator.security_ids import Sid, parse


def test_the_layout_is_the_documented_one():
    # [MS-DTYP] 2.4.2.2: LocalSystem.
    assert security_ids.SYSTEM.packed().hex() == "010100000000000512000000"
    assert str(security_ids.ADMINISTRATORS) == "S-1-5-32-544"
    assert str(Sid(1 << 40, (1,))) == "S-1-0x10000000000-1"


@pytest.mark.parametrize("account", security_ids.ACCOUNTS, ids=lambda account: account.name)
def test_texts_and_names_lead_back(account):
    assert parse(str(account.sid)) == account.sid
    assert security_ids.by_sid(account.sid) is account
    name = f"{account.domain}\\{account.name}" if account.domain and account.name else account.name
    assert security_ids.by_name((name or account.domain).upper()) is account


@pytest.mark.parametrize(
    "text", ["", "S", "S-1", "S-1-5", "S-2-5-18", "S-1-x-1", "S-1-5-4294967296"]
)
def test_other_texts_are_none(text):
    assert parse(text) is None
