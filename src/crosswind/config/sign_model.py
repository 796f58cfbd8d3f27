"""The shape of `sign:` in `crosswind.yaml`: how finished programs are signed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from crosswind.config.values import Flag, Strict, Text, Texts, or_off


class SignWindowsKeys(Strict):
    """An Authenticode signature: one way to the key, and what is said with it."""

    enabled: Flag | None = Field(None, description="`false`: not signed. Default: true.")
    certificate: Text | None = Field(
        None, description="The signer's certificate: PEM or DER. Templates allowed."
    )
    key: Text | None = Field(None, description="The file with its private key.")
    pfx: Text | None = Field(None, description="A file with both, in place of the two (PKCS#12).")
    pkcs11_module: Text | None = Field(None, description="The library of a token.")
    pkcs11_engine: Text | None = Field(None, description="OpenSSL's engine for tokens.")
    pkcs11_key: Text | None = Field(None, description="The key in the token, as a PKCS#11 URI.")
    pkcs11_certificate: Text | None = Field(None, description="The certificate in the token.")
    chain: Text | None = Field(None, description="A file with more certificates to put in (PEM).")
    password_env: Text | None = Field(
        None, description="The environment variable with the key's password, or the token's PIN."
    )
    password_file: Text | None = Field(None, description="The file with it.")
    command: Texts | None = Field(
        None,
        description="A program that signs, and its arguments, in place of a key;"
        " `{{ .Path }}` is the file.",
    )
    timestamp: Texts | None = Field(
        None, description="Servers that confirm the time (RFC 3161), tried in order."
    )
    description: Text | None = Field(None, description="What Windows calls the program.")
    url: Text | None = Field(None, description="Where to learn more about it.")


class SignDarwinKeys(Strict):
    """An ad-hoc signature, which needs no key. An empty mapping signs with the defaults."""

    enabled: Flag | None = Field(None, description="`false`: not signed anew. Default: true.")
    identifier: Text | None = Field(
        None,
        description="The signing identifier. Default: the one that is there. Templates allowed.",
    )
    entitlements: Text | None = Field(None, description="A property list of entitlements (XML).")


SignWindows = Annotated[
    SignWindowsKeys,
    BeforeValidator(or_off, json_schema_input_type=SignWindowsKeys | Literal[False]),
]
SignDarwin = Annotated[
    SignDarwinKeys, BeforeValidator(or_off, json_schema_input_type=SignDarwinKeys | Literal[False])
]


class SignKeys(Strict):
    """How finished programs are signed, by system."""

    windows: SignWindows | None = Field(None, description="Authenticode.")
    darwin: SignDarwin | None = Field(None, description="Apple's ad-hoc signature.")
