"""`crosswind sign`: Authenticode for Windows programs, ad-hoc signatures for Apple's."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from crosswind import sign
from crosswind.cli.common import Command, emit, options, style
from crosswind.errors import UsageError
from crosswind.sign import Signed, custom
from crosswind.sign.choose import Wish, choose
from crosswind.sign.settings import DarwinSigning, WindowsSigning
from crosswind.system import files

_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("-o", "--output", type=_FILE, metavar="OUT", help="Leave FILE as it is.")
@click.option("--force", is_flag=True, help="Replace a signature that is there.")
@click.option("--dry-run", is_flag=True, help="Print what would be done; sign nothing.")
@click.option("--cert", type=_FILE, metavar="FILE", help="Certificate, with its issuers (PEM).")
@click.option("--key", type=_FILE, metavar="FILE", help="Its private key.")
@click.option("--pfx", type=_FILE, metavar="FILE", help="Both in one file (PKCS#12).")
@click.option("--pkcs11-module", type=_FILE, metavar="FILE", help="Library of a token.")
@click.option("--pkcs11-engine", type=_FILE, metavar="FILE", help="OpenSSL's engine for it.")
@click.option("--pkcs11-key", metavar="URI", default="", help="Key in the token.")
@click.option("--pkcs11-cert", metavar="URI", default="", help="Certificate in the token.")
@click.option("--chain", type=_FILE, metavar="FILE", help="More certificates (PEM).")
@click.option("--pass-env", metavar="NAME", default="", help="Variable with the password or PIN.")
@click.option("--pass-file", type=_FILE, metavar="FILE", help="File with it.")
@click.option(
    "--command", "words", metavar="COMMAND", help="Sign by this; {{ .Path }} is the file."
)
@click.option("--timestamp", multiple=True, metavar="URL", help="RFC 3161 server; repeats.")
@click.option("--description", metavar="TEXT", default="", help="The program's name.")
@click.option("--url", metavar="URL", default="", help="Where to learn about it.")
@click.option("--adhoc", is_flag=True, help="Sign Mach-O files ad hoc.")
@click.option(
    "--identifier", metavar="NAME", default="", help="Identifier of the ad-hoc signature."
)
@click.option("--entitlements", type=_FILE, metavar="FILE", help="XML property list.")
def command(
    paths: tuple[Path, ...], output: Path | None, force: bool, dry_run: bool, **given: Any
) -> None:
    """Sign finished programs; each is verified before it takes FILE's place.

    Windows programs need a key or a signing command, Mach-O files are signed ad hoc.
    """
    if output and len(paths) > 1:
        raise UsageError("CW0800", "--output takes one FILE")
    wish = _wish(**given)
    chosen = [choose(path, wish) for path in paths]
    if dry_run:
        commands = [sign.command(choice.path, choice.settings, output) for choice in chosen]
        _print_commands([shlex.join(words) for words in commands])
        return
    signed = []
    for choice in chosen:
        done = sign.sign_file(
            choice.path,
            choice.target,
            choice.settings,
            output=output,
            replace=force,
            offline=options().offline,
        )
        signed.append(done)
        if not options().json:
            _show(done)
    if options().json:
        emit("sign", ok=True, files=[_document(done) for done in signed])


def _wish(*, adhoc: bool, identifier: str, entitlements: Path | None, **windows: Any) -> Wish:
    return Wish(_windows(**windows), DarwinSigning(identifier, entitlements), adhoc=adhoc)


def _windows(
    *,
    cert: Path | None,
    pkcs11_cert: str,
    pass_env: str,
    pass_file: Path | None,
    words: str | None,
    **same: Any,
) -> WindowsSigning:
    return WindowsSigning(
        certificate=cert,
        pkcs11_certificate=pkcs11_cert,
        password_env=pass_env,
        password_file=pass_file,
        command=custom.split(words or ""),
        **same,
    )


def _print_commands(commands: list[str]) -> None:
    if options().json:
        emit("sign", ok=True, commands=commands, files=[])
        return
    for line in commands:
        click.echo(line)


def _document(done: Signed) -> dict[str, Any]:
    return {
        "path": str(done.path),
        "kind": done.kind,
        "by": done.by,
        "replaced": done.replaced,
        "unchanged": done.unchanged,
        "timestamp": done.timestamp.isoformat() if done.timestamp else "",
        "unchecked": list(done.unchecked),
        "size": done.path.stat().st_size,
        "sha256": files.sha256(done.path),
    }


def _show(done: Signed) -> None:
    """Tell what was signed, and what nobody checked."""
    if options().quiet:
        return
    when = f", timestamp {done.timestamp:%Y-%m-%d %H:%M:%S} UTC" if done.timestamp else ""
    again = ", replacing the signature that was there" if done.replaced else ""
    click.echo(f"{style(str(done.path), bold=True)}  {done.kind}, {done.by}{when}{again}")
    if done.unchanged:
        click.echo("  the signature is the one that was there before: did the signer do anything?")
    if done.unchecked:
        click.echo(f"  not checked: {', '.join(done.unchecked)}")
