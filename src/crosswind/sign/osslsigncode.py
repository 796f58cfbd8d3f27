"""Authenticode by osslsigncode: its command line, its passwords, its failures."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from crosswind.errors import BuildError, CrosswindError, MissingError, RemoteError, UsageError
from crosswind.sign import words
from crosswind.sign.settings import WindowsSigning
from crosswind.system import process
from crosswind.system.process import Completed

# Seconds: a timestamp server may take its time, and osslsigncode asks several in turn.
_TIMEOUT = 300.0
# On standard input, so that a password from the environment reaches no command line and no disk.
_STDIN = "/dev/stdin"

_INSTALL = (
    "Debian, Ubuntu: apt-get install osslsigncode; Fedora: dnf install osslsigncode; "
    "macOS: brew install osslsigncode; or give a signing command of your own (--command)"
)
_FAILED_TIMESTAMP = ("timestamping failed", "HTTP failure", "CURL failure", "Unable to set unauth")
_NOISE = re.compile(r"^$|:error:|^Failed$|^Enter .*:$|^Connecting to ")
_WRONG_PASSWORD = ("Wrong password", "maybe wrong password", "bad decrypt", "mac verify failure")


def sign(source: Path, destination: Path, settings: WindowsSigning) -> None:
    """Write a signed copy; a signature that is there is replaced.

    Raises:
        UsageError: CW0805 the password, CW0811 the key or certificate.
        MissingError: CW0803, no osslsigncode.
        RemoteError: CW0810, no timestamp.
        BuildError: CW0804, anything else that osslsigncode says.
    """
    if shutil.which("osslsigncode") is None:
        raise MissingError("CW0803", "Authenticode needs osslsigncode", hint=_INSTALL)
    secret = password(settings, os.environ)
    places = ("-in", str(source.absolute()), "-out", str(destination.absolute()))
    # Without a terminal it cannot ask for a password there, and fails as it should.
    done = process.run(
        ["osslsigncode", "sign", *arguments(settings), *places],
        stdin=secret,
        timeout=_TIMEOUT,
        terminal=False,
    )
    if done.returncode or not destination.exists():
        raise _failure(done, settings, secret or b"")


def arguments(settings: WindowsSigning) -> tuple[str, ...]:
    """Return the options; a password from the environment is read on standard input."""
    from_environment = settings.password_env and not settings.password_file
    secret = ("-readpass", _STDIN) if from_environment else ()
    return (*words.theirs(settings), *secret, "-h", "sha256")


def password(settings: WindowsSigning, environ: Mapping[str, str]) -> bytes | None:
    """Return what osslsigncode shall read from standard input.

    Raises:
        UsageError: CW0805, the variable with the password is not set.
    """
    name = settings.password_env
    if not name or settings.password_file:
        return None
    if name not in environ:
        raise UsageError(
            "CW0805",
            f"the environment variable {name}, which should hold the password, is not set",
            hint=f"export {name}, or name a file with --pass-file",
        )
    if os.name != "posix":
        raise UsageError(
            "CW0805",
            "osslsigncode reads passwords from files only on this system",
            hint="use --pass-file",
        )
    return environ[name].encode()


def _failure(done: Completed, settings: WindowsSigning, password: bytes) -> CrosswindError:
    said = _words(done.text, password)
    if any(sign in done.text for sign in _WRONG_PASSWORD):
        if settings.password_env or settings.password_file:
            return UsageError("CW0805", "the password is wrong", hint=said)
        hint = "name where it is: --pass-env NAME or --pass-file FILE"
        return UsageError("CW0805", "the key wants a password, and none is given", hint=hint)
    if settings.timestamp and any(sign in done.text for sign in _FAILED_TIMESTAMP):
        servers = " and ".join(settings.timestamp)
        return RemoteError("CW0810", f"no timestamp from {servers}", hint=said)
    return BuildError("CW0804", "osslsigncode failed", hint=said)


def _words(text: str, password: bytes) -> str:
    """Keep what osslsigncode says itself; OpenSSL's error queue helps nobody at midnight."""
    secret = password.decode(errors="replace").strip()
    lines = [line.strip() for line in text.splitlines()]
    own = [line for line in lines if not _NOISE.search(line)]
    said = "\n".join(own or lines)
    return said.replace(secret, "…") if secret else said
