"""What signing takes from outside, looked at before the work that leads to it."""

from __future__ import annotations

import os
from pathlib import Path

from crosswind.errors import CrosswindError
from crosswind.sign.settings import DarwinSigning, Signing, WindowsSigning
from crosswind.target import Target


def check(settings: Signing, target: Target) -> None:
    """Refuse what would fail at signing for sure: a password that is not set, unfit entitlements.

    Raises:
        UsageError: CW0800 a placeholder of the signing command, CW0805 the password is not set,
            CW0811 a file is not there.
        BuildError: CW0809, the entitlements are none.
    """
    if isinstance(settings, WindowsSigning):
        _check_windows(settings, target)
    else:
        _check_darwin(settings)


def _check_windows(settings: WindowsSigning, target: Target) -> None:
    from crosswind.sign import custom, osslsigncode

    if settings.command:
        custom.render(settings.command, Path("program"), target)
    else:
        osslsigncode.password(settings, os.environ)


def _check_darwin(settings: DarwinSigning) -> None:
    from crosswind.darwin import entitlements
    from crosswind.sign import darwin

    data = darwin.entitlements(settings)
    if data is None:
        return
    try:
        entitlements.parse(data)
    except CrosswindError as error:
        error.subject = error.subject or str(settings.entitlements)
        raise
