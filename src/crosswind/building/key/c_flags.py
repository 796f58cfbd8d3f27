"""Which flags of C compilers say no more than they seem to: behind the others there may be files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crosswind.building.key.model import Doubt

# GCC's manual, "Invoking GCC", and Clang's command line reference. Of `-f` those that read or write files,
# load code or leave work to the link are not among them; of those with a value only what names no file.
_NO_F = (
    r"(?!(?:no-)?(?:plugin|pass-plugin|profile|auto-profile|branch|coverage|dump|lto|use-ld|sanitize|random|callgraph"
    r"|save|working|modul|implicit-mod|xray|memory-profile|basic-block|time-trace|crash))"
)
_F_VALUES = (
    r"visibility|message-length|diagnostics-color|tls-model|fp-contract|cf-protection|max-errors|template-depth"
    r"|excess-precision|inline-limit|align-(?:functions|loops|jumps|labels)|abi-version|pack-struct|zero-call-used-regs"
    r"|patchable-function-entry|trivial-auto-var-init|exec-charset|input-charset|wide-exec-charset|stack-protector"
)
_COMPILE = re.compile(
    rf"-[DU].+|-I.+|-O[0-3sgz]?|-Ofast|-g[0-3]?|-gdwarf(?:-[2-5])?|-gno-record-gcc-switches"
    rf"|-W(?![pal],)[\w=+-]*|-w|-pedantic(?:-errors)?|-std=[\w+:]+|-stdlib=[\w+]+|-ansi|-f{_NO_F}[a-z0-9-]+"
    rf"|-f(?:{_F_VALUES})=[\w.-]+|-f(?:file|debug|macro)-prefix-map=.+|-m(?!native)[a-z0-9.-]+(?:=(?!native)[\w.+-]+)?"
    rf"|-pthread|-pipe|-P|-Qunused-arguments"
)
_LINK = re.compile(
    r"-L/.+|-l.+|-O[0-3sgz]?|-g[0-3]?|-pthread|-rdynamic|-s|-m(?:32|64|windows|console|threads|unicode|arm)"
    r"|-static(?:-libgcc|-libstdc\+\+)?"
    r"|-Wl,(?:-rpath[,=].+|-z,\w+|--(?:no-)?as-needed|-B(?:static|dynamic|symbolic|symbolic-functions)"
    r"|--(?:start|end)-group|--gc-sections|--(?:no-)?allow-multiple-definition|--(?:no-)?export-dynamic|-E|-s|-O\d"
    r"|--no-undefined|--(?:push|pop)-state|--(?:en|dis)able-new-dtags|--hash-style=\w+|--subsystem,\w+)"
    r"|/.+\.(?:a|o|so|obj|lib|dll)"
)
# What may follow a compiler's name in CC: it leads to folders, which the compiler tells.
_DRIVER = re.compile(r"--target=[\w.-]+|--sysroot=/.+|-no-canonical-prefixes")
# Their value is the next word.
_DRIVER_WITH_VALUE = frozenset(("-target", "--target", "--sysroot", "-isysroot"))
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


def check_driver(flags: Iterable[str]) -> None:
    """Look at what follows a compiler's name; raises as `check_compile`."""
    rest = []
    is_value = False
    for flag in flags:
        if is_value or flag in _DRIVER_WITH_VALUE:
            is_value = not is_value
        elif not _DRIVER.fullmatch(flag):
            rest.append(flag)
    check_compile(rest)
