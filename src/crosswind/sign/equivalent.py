"""The `crosswind sign` that does what settings say."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from crosswind.sign.settings import DarwinSigning, Signing, WindowsSigning


def command(path: Path | str, settings: Signing, output: Path | None = None) -> tuple[str, ...]:
    """Return the command line; it names where passwords are, and holds none."""
    words = _darwin(settings) if isinstance(settings, DarwinSigning) else _windows(settings)
    target = ("-o", str(output)) if output else ()
    return ("crosswind", "sign", str(path), *words, *target)


def _darwin(settings: DarwinSigning) -> Iterator[str]:
    yield "--adhoc"
    yield from _option("--identifier", settings.identifier)
    yield from _option("--entitlements", settings.entitlements)


def _windows(settings: WindowsSigning) -> Iterator[str]:
    yield from _option("--command", shlex.join(settings.command))
    yield from _option("--cert", settings.certificate)
    yield from _option("--key", settings.key)
    yield from _option("--pfx", settings.pfx)
    yield from _option("--pkcs11-module", settings.pkcs11_module)
    yield from _option("--pkcs11-engine", settings.pkcs11_engine)
    yield from _option("--pkcs11-key", settings.pkcs11_key)
    yield from _option("--pkcs11-cert", settings.pkcs11_certificate)
    yield from _option("--chain", settings.chain)
    yield from _option("--pass-env", settings.password_env)
    yield from _option("--pass-file", settings.password_file)
    for url in settings.timestamp:
        yield from ("--timestamp", url)
    yield from _option("--description", settings.description)
    yield from _option("--url", settings.url)


def _option(name: str, value: Path | str | None) -> tuple[str, ...]:
    return (name, str(value)) if value else ()
