"""How to sign, and what came of it: plain values, without secrets.

A password is named by the environment variable or the file that holds it, never written down.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from crosswind.frozen import frozen


@frozen
class WindowsSigning:
    """Authenticode: one way to the key (file, PFX, PKCS#11, command), and what to say.

    Attributes:
        certificate: the signer's certificate, PEM or DER; a PEM file may hold its issuers too.
        key: file with its private key.
        pfx: file with both (PKCS#12), instead of `certificate` and `key`.
        pkcs11_module: library of a token or HSM; `pkcs11_key` then names the key in it.
        pkcs11_engine: OpenSSL's PKCS#11 engine, where osslsigncode wants its path.
        pkcs11_key: such as `pkcs11:object=release`.
        pkcs11_certificate: the certificate in the token, if `certificate` names no file.
        chain: file with more certificates to put into the signature (PEM).
        password_env: environment variable with the password of the key, or the token's PIN.
        password_file: file with it.
        command: a program of yours that signs, and its arguments, instead of all of the above;
            `{{ .Path }}` stands for the file, which it must sign in its place.
        timestamp: URLs of RFC 3161 servers, tried in order; none leaves the timestamp out.
        description: name of the program, as Windows shows it when it asks for permission.
        url: where to learn more about it.
    """

    certificate: Path | None = None
    key: Path | None = None
    pfx: Path | None = None
    pkcs11_module: Path | None = None
    pkcs11_engine: Path | None = None
    pkcs11_key: str = ""
    pkcs11_certificate: str = ""
    chain: Path | None = None
    password_env: str = ""
    password_file: Path | None = None
    command: tuple[str, ...] = ()
    timestamp: tuple[str, ...] = ()
    description: str = ""
    url: str = ""


@frozen
class DarwinSigning:
    """Ad hoc: no certificate, no key.

    Attributes:
        identifier: the signing identifier; empty keeps the one that is there (Go's linker writes
            `a.out`), and is the file's name where there is none.
        entitlements: an XML property list; None keeps those that are there.
    """

    identifier: str = ""
    entitlements: Path | None = None


Signing = WindowsSigning | DarwinSigning


@frozen
class Signed:
    """What came of signing one file.

    Attributes:
        path: the signed file.
        kind: `Authenticode` or `ad hoc`.
        by: the signer's name; the signing identifier of an ad-hoc signature.
        replaced: whether it took the place of another signature.
        unchanged: whether the signature is the one that was there before: a command of the user's did
            nothing, or made the same again.
        timestamp: when a timestamp server saw it; None without one.
        unchecked: what verifying the result left out, each with its reason.
    """

    path: Path
    kind: str
    by: str
    replaced: bool
    timestamp: datetime | None = None
    unchecked: tuple[str, ...] = ()
    unchanged: bool = False
