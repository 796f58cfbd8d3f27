"""The `crosswind sign` that does what settings say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crosswind.sign import words
from crosswind.sign.settings import DarwinSigning, Signing


def command(path: Path | str, settings: Signing, output: Path | None = None) -> tuple[str, ...]:
    """Return the command line; it names where passwords are, and holds none."""
    options = _darwin(settings) if isinstance(settings, DarwinSigning) else words.ours(settings)
    target = ("-o", str(output)) if output else ()
    return ("crosswind", "sign", str(path), *options, *target)


def _darwin(settings: DarwinSigning) -> Iterator[str]:
    yield "--adhoc"
    yield from _option("--identifier", settings.identifier)
    yield from _option("--entitlements", settings.entitlements)


def _option(name: str, value: Path | str | None) -> tuple[str, ...]:
    return (name, str(value)) if value else ()
