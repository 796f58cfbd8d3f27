"""`crosswind split`: a program's debug data into a file of its own."""

from __future__ import annotations

from pathlib import Path

import click

from crosswind.cli.common import Command, emit, options, style
from crosswind.split import Written, split_path

_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("path", metavar="FILE", type=_FILE)
@click.option("-o", "--output", type=_FILE, metavar="DIR", help="Leave FILE as it is.")
@click.option("--debug-file", type=_FILE, metavar="PATH", help="Where the debug data goes.")
@click.option("--strip", is_flag=True, help="Throw the debug data away.")
@click.option("--strip-signature", is_flag=True, help="Split a signed program all the same.")
def command(
    path: Path,
    output: Path | None,
    debug_file: Path | None,
    strip: bool,
    strip_signature: bool,
) -> None:
    """Move a program's symbols and DWARF into a file of their own.

    FILE shrinks and runs as before. The debug data lies beside it, as FILE.debug or FILE.dSYM, where
    debuggers find it.
    """
    if strip and debug_file:
        raise click.UsageError("--strip leaves nothing for --debug-file")
    written = split_path(
        path,
        output=output,
        debug_file=debug_file,
        strip=strip,
        strip_signature=strip_signature,
    )
    if options().json:
        emit("split", ok=True, files=[_document(written)])
    else:
        _show(written)


def _show(written: Written) -> None:
    saved = written.before - written.size
    share = f", {100 * saved / written.before:.0f} % less" if saved else ""
    click.echo(f"{style(str(written.path), bold=True)}  {_size(written.size)}{share}")
    if written.place:
        click.echo(f"  {written.place}  {_size(sum(size for _, size in written.debug))}")
    for note in written.notes:
        click.echo(f"  {note}")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count} bytes"


def _document(written: Written) -> dict[str, object]:
    return {
        "path": str(written.path),
        "before": written.before,
        "size": written.size,
        "debug": [{"path": str(place), "size": size} for place, size in written.debug],
        "notes": list(written.notes),
    }
