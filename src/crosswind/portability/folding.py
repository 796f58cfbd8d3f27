"""Many targets in few words: `all`, `all unix`, `windows/*`, `all but plan9/*`."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from crosswind.constraints.names import UNIX_OS
from crosswind.target import Target

_UNIX = "all unix"


def fold(chosen: AbstractSet[Target], asked: Sequence[Target]) -> tuple[str, ...]:
    """Name targets by groups, as short as it goes.

    Args:
        chosen: the targets to name.
        asked: all that there are; a group is named only if the whole of it was asked about.
    """
    if not chosen:
        return ()
    if len(chosen) == len(asked):
        return ("all",) if len(asked) > 1 else (str(asked[0]),)
    direct = _groups(chosen, asked)
    rest = _groups(frozenset(asked) - chosen, asked)
    # "all but" is one word more to read.
    if len(rest) + 1 < len(direct):
        return (f"all but {rest[0].removeprefix('all ')}", *rest[1:])
    return direct


def _groups(chosen: AbstractSet[Target], asked: Sequence[Target]) -> tuple[str, ...]:
    """Name whole systems by one word, and all Unix systems by one."""
    whole: dict[str, int] = {}
    mine: dict[str, list[Target]] = {}
    for target in asked:
        whole[target.goos] = whole.get(target.goos, 0) + 1
        if target in chosen:
            mine.setdefault(target.goos, []).append(target)
    full = {goos for goos, targets in mine.items() if len(targets) == whole[goos]}
    unix = {goos for goos in whole if goos in UNIX_OS}
    words = []
    # Three systems are as quickly read as the word for all.
    if unix <= full and len(unix) > 3:
        words.append(_UNIX)
        mine = {goos: targets for goos, targets in mine.items() if goos not in unix}
    for goos, targets in mine.items():
        if goos in full and len(targets) > 1:
            words.append(f"{goos}/*")
        else:
            words += map(str, targets)
    return tuple(words)
