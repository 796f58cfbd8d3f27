"""Sign finished programs: Authenticode by osslsigncode or a command of yours, Apple's ad hoc by us.

`sign_file` signs one file; `command` is the `crosswind sign …` that does the same, for people to read
and for `--dry-run`.
"""

from __future__ import annotations

from pathlib import Path

from crosswind.sign.equivalent import command
from crosswind.sign.inputs import check
from crosswind.sign.settings import DarwinSigning, Signed, Signing, WindowsSigning
from crosswind.system import files
from crosswind.target import Target

__all__ = ["DarwinSigning", "Signed", "Signing", "WindowsSigning", "check", "command", "sign_file"]


def sign_file(
    path: Path,
    target: Target,
    settings: Signing,
    *,
    output: Path | None = None,
    replace: bool = False,
    offline: bool = False,
) -> Signed:
    """Sign a program. The file changes at the very end, after the result was verified, or not at all.

    A dry run prints `shlex.join(sign.command(path, settings))` instead of calling this.

    Args:
        path: a PE file for `WindowsSigning`, a Mach-O file for `DarwinSigning`.
        target: what it was built for; a signing command may ask for it.
        settings: how to sign.
        output: where the signed file goes; it replaces `path` if None.
        replace: whether a signature with a certificate that is there already may be replaced. Ad-hoc
            signatures always are.
        offline: whether the network must not be used, and so no timestamp asked for.

    Raises:
        UsageError: CW0800 settings that contradict each other or leave something out, CW0801 the
            file is not there or is no program that these settings can sign, CW0802 it is signed
            already, CW0805 a password that is not there, CW0811 a key or certificate that is not.
        BuildError: CW0804 the signing tool failed, CW0806 what it made does not verify, CW0812 it
            changed the program, CW0813 the file is damaged; CW0807 to CW0809, from `darwin.adhoc`.
        MissingError: CW0803, the signing tool is not installed.
        RemoteError: CW0810, the timestamp server failed.
    """
    from crosswind.sign import darwin, windows

    place = output or path
    if place.is_symlink():  # what it points to is signed, and it stays a link
        place = place.resolve()
    files.sweep(place)
    if isinstance(settings, DarwinSigning):
        return darwin.sign(path, settings, place, replace=replace)
    task = windows.Task(path, target, place, replace=replace, offline=offline)
    return windows.sign(task, settings)
