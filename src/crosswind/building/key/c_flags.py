"""Which flags of C compilers say no more than they seem to: behind the others there may be files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crosswind.building.key.model import Doubt

# GCC's manual, "Invoking GCC". Of `-f` those that read or write files, load code or leave work to the link
# are not among them.
_NO_F = r"(?!(?:no-)?(?:plugin|profile|auto-profile|branch|coverage|dump|lto|use-ld|sanitize|random|callgraph|save|working))"
_COMPILE = re.compile(
    rf"-[DU].+|-I.+|-O[0-3sgz]?|-Ofast|-g[0-3]?|-gdwarf(?:-[2-5])?|-W(?![pal],)[\w=+-]*|-w|-pedantic(?:-errors)?"
    rf"|-std=[\w+:]+|-ansi|-f{_NO_F}[a-z0-9-]+(?:=[\w.-]+)?|-m(?!native)[a-z0-9.-]+(?:=(?!native)[\w.-]+)?|-pthread"
    rf"|-pipe|-P"
)
_LINK = re.compile(
    r"-L/.+|-l.+|-O[0-3sgz]?|-g[0-3]?|-pthread|-rdynamic|-s|-m64"
    r"|-Wl,(?:-rpath[,=].+|-z,\w+|--(?:no-)?as-needed|-B(?:static|dynamic)|--(?:start|end)-group|--gc-sections)"
    r"|/.+\.(?:a|o|so)"
)
# Their value may be the next word.
_WITH_VALUE = frozenset(("-D", "-U", "-I", "-isystem", "-iquote", "-idirafter", "-include"))


def check_compile(flags: Iterable[str]) -> None:
    """Look at flags for a compiler.

    Raises:
        Doubt: what one does cannot be told from its value.
    """
    is_value = False
    for flag in flags:
        if is_value:
            is_value = False
        elif flag in _WITH_VALUE:
            is_value = True
        elif not _COMPILE.fullmatch(flag):
            raise Doubt(f"{flag} of a C compiler may read what nobody knows of")


def check_link(flags: Iterable[str]) -> None:
    """Look at flags for a linker; raises as `check_compile`."""
    for flag in flags:
        if not _LINK.fullmatch(flag):
            raise Doubt(f"{flag} of a linker may read what nobody knows of")
