"""Which settings of Authenticode go together."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

from crosswind.errors import UsageError
from crosswind.sign.settings import WindowsSigning


class _Way(NamedTuple):
    """A way to the key: the setting that chooses it, what it needs, what else goes with it."""

    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()


_SAID = frozenset({"description", "url", "timestamp"})
_PASSWORD = frozenset({"password_env", "password_file"})
_WAYS = {
    # What a signing command says and asks for is its own matter.
    "command": _Way(),
    "pfx": _Way(takes=_SAID | _PASSWORD | {"chain"}),
    "key": _Way(needs=frozenset({"certificate"}), takes=_SAID | _PASSWORD | {"chain"}),
    "pkcs11_key": _Way(
        needs=frozenset({"pkcs11_module"}),
        takes=_SAID | _PASSWORD | {"certificate", "chain", "pkcs11_certificate", "pkcs11_engine"},
    ),
}


def require(settings: WindowsSigning, *, offline: bool) -> None:
    """Insist on one way to the key, whole and with nothing that belongs to another.

    Raises:
        UsageError: CW0800 what does not go together, CW0811 a file that is not there.
    """
    given = {part.name for part in fields(settings) if getattr(settings, part.name)}
    chosen = given & _WAYS.keys()
    if len(chosen) != 1:
        found = " and ".join(map(_words, sorted(chosen))) or "none is given"
        ways = ", ".join(map(_words, _WAYS))
        raise UsageError("CW0800", f"one way to the key is needed: {found}", hint=f"one of {ways}")
    (name,) = chosen
    way = _WAYS[name]
    for missing in sorted(way.needs - given):
        raise UsageError("CW0800", f"{_words(name)} needs {_words(missing)}")
    for extra in sorted(given - way.needs - way.takes - {name}):
        raise UsageError("CW0800", f"{_words(extra)} does not go with {_words(name)}")
    if given >= _PASSWORD:
        raise UsageError("CW0800", "give the password by a variable or by a file, not by both")
    if name == "pkcs11_key" and not given & {"certificate", "pkcs11_certificate"}:
        raise UsageError("CW0800", "pkcs11 key needs certificate or pkcs11 certificate")
    if offline and settings.timestamp:
        raise UsageError("CW0800", "a timestamp needs the network, and --offline forbids it")
    _require_files(settings)


def _require_files(settings: WindowsSigning) -> None:
    """Miss files before anything starts: osslsigncode would print OpenSSL's error queue."""
    for part in fields(settings):
        path = getattr(settings, part.name)
        if isinstance(path, Path) and not path.is_file():
            raise UsageError("CW0811", f"{_words(part.name)}: no such file", subject=str(path))


def _words(name: str) -> str:
    return name.replace("_", " ")
