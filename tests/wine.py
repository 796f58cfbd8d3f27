"""Run Windows programs by Debian's Wine 8, in a prefix of half a megabyte that is made in no time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Debian's packages wine64 and libwine.
WINE = Path("/usr/lib/wine/wine64")
_SERVER = Path("/usr/lib/wine/wineserver64")
_DLLS = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")


@dataclass(frozen=True)
class Wine:
    """A prefix: what Wine takes for a computer."""

    prefix: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of its programs: no display, no messages of Wine's own, no .NET."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.prefix),
            "TZ": "UTC",
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "WINEPATH": r"C:\windows\system32;C:\windows",
        }

    def run(self, program: Path, *arguments: str) -> str:
        """Run a program and return what it prints; it must end with status 0."""
        done = subprocess.run(
            [WINE, program, *arguments],
            env=self.env,
            cwd=program.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        return done.stdout.decode()


@contextmanager
def prefix(folder: Path, shim: Path) -> Iterator[Wine]:
    """Make a prefix in an empty folder, without wineboot; end its server afterwards.

    Args:
        folder: where.
        shim: bcryptprimitives.dll, which Go 1.22 and later want and Wine 8 lacks.
    """
    system = folder / "drive_c/windows/system32"
    for path in (system, folder / "drive_c/windows/temp", folder / "dosdevices"):
        path.mkdir(parents=True)
    # Without it Wine would fill the prefix at the first start (programs/wineboot).
    (folder / ".update-timestamp").write_text("disable\n")
    (folder / "dosdevices/c:").symlink_to("../drive_c")
    (folder / "dosdevices/z:").symlink_to("/")
    for dll in _DLLS.iterdir():
        (system / dll.name).symlink_to(dll)
    (system / "bcryptprimitives.dll").write_bytes(shim.read_bytes())
    wine = Wine(folder)
    try:
        yield wine
    finally:
        subprocess.run([_SERVER, "-k"], env=wine.env, capture_output=True, check=False)
