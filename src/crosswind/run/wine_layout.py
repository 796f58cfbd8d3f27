"""Where Wine lies on this host, and which of its folders holds what.

Wine's build puts its programs into `bin` and its Windows files into `lib/wine/x86_64-windows` and
`lib/wine/i386-windows` (Wine's `configure.ac` and `tools/makedep.c`); distributions move both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from crosswind.frozen import frozen

# GOARCH -> Wine's name of an architecture's folder (tools/tools.h, get_arch_dir and its callers).
FOLDERS = {"386": "i386-windows", "amd64": "x86_64-windows", "arm64": "aarch64-windows"}

# Variables that name Wine's loader; the second is Wine's own (wine(1), "ENVIRONMENT VARIABLES").
VARIABLES = ("WINE", "WINELOADER")

_ON_PATH = ("wine64", "wine")

# Folders of programs off PATH: Debian's, WineHQ's packages, Homebrew's; then inside macOS
# applications, in the system's folder and in the user's own.
_BIN = ("/usr/lib/wine", "/opt/wine-stable/bin", "/opt/wine-staging/bin", "/opt/wine-devel/bin",
        "/opt/homebrew/bin", "/usr/local/bin", "/opt/cxoffice/bin")  # fmt: skip
_APPLICATIONS = ("/Applications", "~/Applications")
_IN_APPLICATIONS = (
    "Wine Stable.app/Contents/Resources/wine/bin",
    "Wine Staging.app/Contents/Resources/wine/bin",
    "Wine Devel.app/Contents/Resources/wine/bin",
    "Wine Crossover.app/Contents/Resources/wine/bin",
    "CrossOver.app/Contents/SharedSupport/CrossOver/bin",
)
# Whisky and its like keep their Wine outside of the application.
_IN_HOME = (
    "Library/Application Support/com.isaacmarovitz.Whisky/Libraries/Wine/bin",
    "Applications/Kegworks/wine/bin",
)

# Folders of Windows files, from the folder above that of the programs, then anywhere on the system:
# Wine's own layout, older 64-bit builds, Fedora, Debian's multiarch folders.
_NEAR = ("lib/wine", "lib64/wine", "lib/x86_64-linux-gnu/wine", "lib/aarch64-linux-gnu/wine")
_SYSTEM = ("usr/lib/x86_64-linux-gnu/wine", "usr/lib/aarch64-linux-gnu/wine", "usr/lib/wine",
           "usr/lib64/wine")  # fmt: skip
# Debian's `wineserver` is a script around the second, which ends the server too early.
_SERVERS = ("wineserver64", "wineserver")


@frozen
class Layout:
    """A Wine as it is installed.

    Attributes:
        loader: the program that runs Windows programs.
        server: `wineserver`; None if it is not where it should be.
        libraries: for each GOARCH, the folder with its Windows files.
    """

    loader: Path
    server: Path | None
    libraries: Mapping[str, Path]


def loaders(env: Mapping[str, str], root: Path = Path("/")) -> Iterator[Path]:
    """Yield the loaders that are here, the likeliest first; only that of a variable if one is set.

    Args:
        env: PATH, HOME, and `WINE` or `WINELOADER`.
        root: where the system's folders begin.
    """
    chosen = next(filter(None, map(env.get, VARIABLES)), None)
    if chosen:
        named = shutil.which(chosen, path=env.get("PATH", ""))
        yield from [Path(named).absolute()] if named else []
        return
    for name in _ON_PATH:
        if found := shutil.which(name, path=env.get("PATH", "")):
            yield Path(found).absolute()
    for folder in _usual(env, root):
        for name in _ON_PATH:
            if shutil.which(folder / name):
                yield folder / name


def _usual(env: Mapping[str, str], root: Path) -> Iterator[Path]:
    home = Path(env["HOME"]) if env.get("HOME") else None
    yield from (root / folder[1:] for folder in _BIN)
    for place in _APPLICATIONS:
        if place.startswith("/"):
            yield from (root / place[1:] / one for one in _IN_APPLICATIONS)
        elif home:
            yield from (home / place[2:] / one for one in _IN_APPLICATIONS)
    if home:
        yield from (home / one for one in _IN_HOME)


def layout(loader: Path, root: Path = Path("/")) -> Layout:
    """Find what belongs to a loader: beside it, beside what it is a link to, then in the system."""
    resolved = loader.resolve()
    programs = _unique((resolved.parent, loader.parent, root / "usr/lib/wine"))
    above = _unique((resolved.parent.parent, loader.parent.parent))
    places = [top / one for top in above for one in _NEAR] + [root / one for one in _SYSTEM]
    return Layout(
        loader,
        next(iter(_servers(programs)), None),
        {
            goarch: folder
            for goarch, name in FOLDERS.items()
            if (folder := _first_with(places, name)) is not None
        },
    )


def _servers(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (folder / name for name in _SERVERS if shutil.which(folder / name))


def _first_with(places: Iterable[Path], name: str) -> Path | None:
    """Return the first folder of an architecture that holds what every program needs."""
    folders = (place / name for place in places)
    return next((folder for folder in folders if (folder / "kernel32.dll").is_file()), None)


def _unique(paths: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(paths))
