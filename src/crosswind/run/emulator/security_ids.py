"""Security identifiers: who owns a process, and the accounts that are known by name.

The layout of a SID and the well-known ones are documented in [MS-DTYP] 2.4.2.
"""

from __future__ import annotations

import struct
from enum import IntEnum

from crosswind.frozen import frozen
from crosswind.run.emulator import identity

# SID_MAX_SUB_AUTHORITIES.
MAX_SUB_AUTHORITIES = 15


class Use(IntEnum):
    """What an account is (SID_NAME_USE)."""

    USER = 1
    GROUP = 2
    DOMAIN = 3
    ALIAS = 4
    WELL_KNOWN_GROUP = 5
    LABEL = 10


@frozen
class Sid:
    """A security identifier."""

    authority: int
    parts: tuple[int, ...]

    def packed(self) -> bytes:
        """Return the SID structure."""
        head = struct.pack("<BB", 1, len(self.parts)) + self.authority.to_bytes(6, "big")
        return head + struct.pack(f"<{len(self.parts)}I", *self.parts)

    def __str__(self) -> str:
        """Return the text form, `S-1-5-18`."""
        top = f"{self.authority:#x}" if self.authority >> 32 else str(self.authority)
        return "-".join(["S-1", top, *map(str, self.parts)])


def parse(text: str) -> Sid | None:
    """Read the text form; None where it is not one."""
    letter, _, rest = text.partition("-")
    revision, *numbers = rest.split("-")
    if letter not in {"S", "s"} or revision != "1" or not 1 <= len(numbers) - 1 <= 15:
        return None
    try:
        authority, *parts = (int(number, 0) for number in numbers)
    except ValueError:
        return None
    if not 0 <= authority < 1 << 48 or not all(0 <= part < 1 << 32 for part in parts):
        return None
    return Sid(authority, tuple(parts))


# The computer's own identifier; fixed, for nothing of the host is told.
MACHINE = Sid(5, (21, 1000000001, 1000000002, 1000000003))


def of_machine(number: int) -> Sid:
    """Return an account of this computer."""
    return Sid(5, (*MACHINE.parts, number))


USER = of_machine(1001)
NONE = of_machine(513)
EVERYONE = Sid(1, (0,))
SYSTEM = Sid(5, (18,))
ADMINISTRATORS = Sid(5, (32, 544))
USERS = Sid(5, (32, 545))
INTERACTIVE = Sid(5, (4,))
CONSOLE_LOGON = Sid(2, (1,))
AUTHENTICATED = Sid(5, (11,))
THIS_ORGANIZATION = Sid(5, (15,))
LOCAL_ACCOUNT = Sid(5, (113,))
LOCAL = Sid(2, (0,))
NTLM = Sid(5, (64, 10))
MEDIUM_LEVEL = Sid(16, (8192,))


@frozen
class Account:
    """A name for an identifier."""

    sid: Sid
    domain: str
    name: str
    use: Use


_AUTHORITY, _BUILTIN = "NT AUTHORITY", "BUILTIN"
ACCOUNTS = (
    Account(USER, identity.COMPUTER, identity.USER, Use.USER),
    Account(NONE, identity.COMPUTER, "None", Use.GROUP),
    Account(of_machine(500), identity.COMPUTER, "Administrator", Use.USER),
    Account(of_machine(501), identity.COMPUTER, "Guest", Use.USER),
    Account(MACHINE, identity.COMPUTER, "", Use.DOMAIN),
    Account(EVERYONE, "", "Everyone", Use.WELL_KNOWN_GROUP),
    Account(LOCAL, "", "LOCAL", Use.WELL_KNOWN_GROUP),
    Account(CONSOLE_LOGON, "", "CONSOLE LOGON", Use.WELL_KNOWN_GROUP),
    Account(Sid(3, (0,)), "", "CREATOR OWNER", Use.WELL_KNOWN_GROUP),
    Account(Sid(3, (1,)), "", "CREATOR GROUP", Use.WELL_KNOWN_GROUP),
    Account(Sid(5, (2,)), _AUTHORITY, "NETWORK", Use.WELL_KNOWN_GROUP),
    Account(INTERACTIVE, _AUTHORITY, "INTERACTIVE", Use.WELL_KNOWN_GROUP),
    Account(Sid(5, (6,)), _AUTHORITY, "SERVICE", Use.WELL_KNOWN_GROUP),
    Account(Sid(5, (7,)), _AUTHORITY, "ANONYMOUS LOGON", Use.WELL_KNOWN_GROUP),
    Account(AUTHENTICATED, _AUTHORITY, "Authenticated Users", Use.WELL_KNOWN_GROUP),
    Account(THIS_ORGANIZATION, _AUTHORITY, "This Organization", Use.WELL_KNOWN_GROUP),
    Account(SYSTEM, _AUTHORITY, "SYSTEM", Use.WELL_KNOWN_GROUP),
    Account(Sid(5, (19,)), _AUTHORITY, "LOCAL SERVICE", Use.WELL_KNOWN_GROUP),
    Account(Sid(5, (20,)), _AUTHORITY, "NETWORK SERVICE", Use.WELL_KNOWN_GROUP),
    Account(LOCAL_ACCOUNT, _AUTHORITY, "Local account", Use.WELL_KNOWN_GROUP),
    Account(NTLM, _AUTHORITY, "NTLM Authentication", Use.WELL_KNOWN_GROUP),
    Account(ADMINISTRATORS, _BUILTIN, "Administrators", Use.ALIAS),
    Account(USERS, _BUILTIN, "Users", Use.ALIAS),
    Account(Sid(5, (32, 546)), _BUILTIN, "Guests", Use.ALIAS),
    Account(MEDIUM_LEVEL, "Mandatory Label", "Medium Mandatory Level", Use.LABEL),
)

# The groups in the token of a user who sits at the computer and is not elevated.
GROUPS = (
    NONE, EVERYONE, USERS, INTERACTIVE, CONSOLE_LOGON, AUTHENTICATED, THIS_ORGANIZATION,
    LOCAL_ACCOUNT, LOCAL, NTLM,
)  # fmt: skip


def by_sid(sid: Sid) -> Account | None:
    """Find the account of an identifier."""
    return next((account for account in ACCOUNTS if account.sid == sid), None)


def by_name(name: str) -> Account | None:
    r"""Find an account by `name` or `domain\name`; case does not count."""
    domain, _, last = name.rpartition("\\")
    wanted = last.upper()
    for account in ACCOUNTS:
        if (account.name or account.domain).upper() != wanted:
            continue
        if not domain or domain.upper() in {account.domain.upper(), "."}:
            return account
    return None
