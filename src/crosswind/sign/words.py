"""What each setting of Authenticode is called on a command line: on ours, and on osslsigncode's."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from crosswind.sign.settings import WindowsSigning


class Option(NamedTuple):
    """A setting by its field, with the option that says it; empty where osslsigncode has none."""

    field: str
    ours: str
    theirs: str = ""


OPTIONS = (
    Option("command", "--command"),
    Option("certificate", "--cert", "-certs"),
    Option("key", "--key", "-key"),
    Option("pfx", "--pfx", "-pkcs12"),
    Option("pkcs11_module", "--pkcs11-module", "-pkcs11module"),
    Option("pkcs11_engine", "--pkcs11-engine", "-pkcs11engine"),
    Option("pkcs11_key", "--pkcs11-key", "-key"),
    Option("pkcs11_certificate", "--pkcs11-cert", "-pkcs11cert"),
    Option("chain", "--chain", "-ac"),
    # osslsigncode reads no variables: it gets their content on standard input.
    Option("password_env", "--pass-env"),
    Option("password_file", "--pass-file", "-readpass"),
    Option("timestamp", "--timestamp", "-ts"),
    Option("description", "--description", "-n"),
    Option("url", "--url", "-i"),
)


def ours(settings: WindowsSigning) -> Iterator[str]:
    """Yield the options of `crosswind sign`."""
    for option in OPTIONS:
        for value in _values(settings, option.field):
            yield from (option.ours, str(value))


def theirs(settings: WindowsSigning) -> Iterator[str]:
    """Yield the options of `osslsigncode sign`."""
    for option in OPTIONS:
        for value in _values(settings, option.field) if option.theirs else ():
            # Absolute, so that no name is taken for an option.
            yield from (option.theirs, str(value.absolute() if isinstance(value, Path) else value))


def _values(settings: WindowsSigning, field: str) -> tuple[Path | str, ...]:
    """Return each value that a setting has; of lists the command is one value, in a shell's words."""
    value = getattr(settings, field)
    if not value:
        return ()
    if field == "command":
        return (shlex.join(value),)
    return value if isinstance(value, tuple) else (value,)
