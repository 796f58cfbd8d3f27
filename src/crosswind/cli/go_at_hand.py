"""The Go of a command that fetches nothing: the one that the project asks for, or another that is here."""

from __future__ import annotations

from crosswind.cli.common import Options
from crosswind.config.load import load
from crosswind.errors import MissingError
from crosswind.finding import Finding
from crosswind.project import at_hand
from crosswind.toolchain import Toolchain


def find(common: Options, *, as_go: bool = False) -> tuple[Toolchain | None, Finding | None]:
    """Return it, None without any Go, and a note where it is not the one that a build would take.

    With `as_go` raises CW0405 where go would refuse the module since it is too old.
    """
    pinned = load(common.directory, common.config).toolchain
    return at_hand.go(common.directory, pinned, as_go=as_go, offline=common.offline)


def need(common: Options, purpose: str, *, as_go: bool = False) -> tuple[Toolchain, Finding | None]:
    """Return what `find` does.

    Args:
        common: the options of every command.
        purpose: what a Go is needed for, as it ends "no Go here".
        as_go: as `find` has it.

    Raises:
        MissingError: CW5031, there is no Go at all.
    """
    chosen, note = find(common, as_go=as_go)
    if chosen is None:
        hint = "get one: crosswind toolchain install"
        raise MissingError("CW5031", f"no Go here{purpose}", hint=hint)
    return chosen, note
