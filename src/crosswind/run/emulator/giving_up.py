"""What the emulator's process gives up before the first instruction of the program runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from crosswind.system import confinement


def give_up(folders: Iterable[Path]) -> str:
    """Give up all but some folders, and the way to other programs and hosts; return how that went.

    Args:
        folders: those that the program's drives show. Python's own files stay readable, since parts of
            it and of us are loaded when they are needed.
    """
    own = Path(__file__).parents[2]
    python = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_exec_prefix)]
    done = confinement.confine([own, *python, *_site_packages()], folders)
    words = (
        "files outside of its folders" if done.files else "",
        "programs and sockets" if done.calls else "",
    )
    kept = ", ".join(filter(None, words))
    if not kept:
        return f"the kernel does not confine the emulator: {done.missing}"
    rest = f"; more it cannot: {done.missing}" if done.missing else ""
    return f"the kernel keeps the emulator from {kept}{rest}"


def _site_packages() -> list[Path]:
    """Return where installed packages lie; users' folders are outside of the prefix."""
    return [Path(path) for path in sys.path if path and Path(path).is_dir()]
