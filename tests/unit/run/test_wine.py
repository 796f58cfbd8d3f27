"""Where Wine is looked for, and what is said when it does not serve."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.run import wine_layout, wine_prefix
from crosswind.run.runner import Absent, Found
from crosswind.run.wine import Wine
from crosswind.target import Target

LINUX, MAC = Target("linux", "amd64"), Target("darwin", "arm64")
AMD64, I386, ARM64 = (Target("windows", arch) for arch in ("amd64", "386", "arm64"))

DEBIAN = (
    ("usr/lib/wine/wine64", "usr/lib/wine/wineserver64"),
    ("usr/lib/x86_64-linux-gnu/wine/x86_64-windows",),
)
WINEHQ = (
    ("opt/wine-stable/bin/wine", "opt/wine-stable/bin/wineserver"),
    (
        "opt/wine-stable/lib/wine/x86_64-windows",
        "opt/wine-stable/lib/wine/i386-windows",
    ),
)
APPLICATION = "Applications/Wine Stable.app/Contents/Resources/wine"
CASK = (
    (f"{APPLICATION}/bin/wine", f"{APPLICATION}/bin/wineserver"),
    (f"{APPLICATION}/lib/wine/x86_64-windows",),
)


def install(root: Path, programs: tuple[str, ...], folders: tuple[str, ...]) -> Path:
    for name in programs:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    for name in folders:
        (root / name).mkdir(parents=True)
        (root / name / "kernel32.dll").write_bytes(b"MZ")
    return root / programs[0]


@pytest.mark.parametrize(
    ("installed", "host"), [(DEBIAN, LINUX), (WINEHQ, LINUX), (CASK, MAC)], ids=str
)
def test_the_usual_places(
    tmp_path: Path, installed: tuple[tuple[str, ...], tuple[str, ...]], host: Target
) -> None:
    loader = install(tmp_path, *installed)
    found = Wine(tmp_path).find(AMD64, host, {"PATH": ""})
    assert isinstance(found, Found)
    assert found.program == loader
    layout = wine_layout.layout(loader, tmp_path)
    assert layout.server is not None
    assert layout.server.name.startswith("wineserver")
    assert len(layout.libraries) == len(installed[1])


def test_a_link_on_the_path_leads_to_what_belongs_to_it(tmp_path: Path) -> None:
    loader = install(tmp_path, *WINEHQ)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/wine").symlink_to(loader)
    found = Wine(tmp_path).find(I386, LINUX, {"PATH": str(tmp_path / "bin")})
    # Its files for 386 are there; what Go needs of them is not.
    assert isinstance(found, Absent)
    assert "bcryptprimitives.dll" in found.reason
    for name in ("x86_64-windows", "i386-windows"):
        (tmp_path / "opt/wine-stable/lib/wine" / name / "bcryptprimitives.dll").write_bytes(b"MZ")
    found = Wine(tmp_path).find(I386, LINUX, {"PATH": str(tmp_path / "bin")})
    assert found == Found("wine", tmp_path / "bin/wine")


@pytest.mark.parametrize(
    ("target", "host", "reason"),
    [
        (Target("linux", "arm64"), LINUX, "Windows programs only"),
        (AMD64, Target("windows", "arm64"), "this is Windows itself"),
        (ARM64, LINUX, "translates no processor"),
        (ARM64, MAC, "translates no processor"),
        (AMD64, Target("linux", "arm64"), "translates no processor"),
        (I386, LINUX, "without its files for 386"),
    ],
)
def test_why_it_does_not_serve(tmp_path: Path, target: Target, host: Target, reason: str) -> None:
    install(tmp_path, *DEBIAN)
    absent = Wine(tmp_path).find(target, host, {"PATH": ""})
    assert isinstance(absent, Absent)
    assert reason in absent.reason


def test_nothing_is_here(tmp_path: Path) -> None:
    absent = Wine(tmp_path).find(AMD64, LINUX, {"PATH": ""})
    assert isinstance(absent, Absent)
    assert "apt-get install wine64" in absent.hint


def test_a_variable_names_the_only_one(tmp_path: Path) -> None:
    install(tmp_path, *DEBIAN)
    other = install(tmp_path, *WINEHQ)
    chosen = Wine(tmp_path).find(AMD64, LINUX, {"PATH": "", "WINELOADER": str(other)})
    assert isinstance(chosen, Found)
    assert chosen.program == other
    absent = Wine(tmp_path).find(AMD64, LINUX, {"PATH": "", "WINE": "/nowhere/wine"})
    assert isinstance(absent, Absent)
    assert absent.reason == "WINE names /nowhere/wine, which cannot be executed"


def test_a_wine_without_its_server(tmp_path: Path) -> None:
    install(tmp_path, DEBIAN[0][:1], DEBIAN[1])
    absent = Wine(tmp_path).find(AMD64, LINUX, {"PATH": ""})
    assert isinstance(absent, Absent)
    assert "without wineserver" in absent.reason


@pytest.mark.parametrize("lends", [True, False])
def test_a_minimal_prefix(tmp_path: Path, lends: bool) -> None:
    loader = install(tmp_path, *WINEHQ)
    library = tmp_path / "opt/wine-stable/lib/wine/x86_64-windows/bcryptprimitives.dll"
    if not lends:
        library.write_bytes(b"MZ")
    folder = tmp_path / "prefix"
    folder.mkdir()
    with wine_prefix.minimal(folder, wine_layout.layout(loader, tmp_path)):
        check_minimal(folder, lends=lends)


def check_minimal(folder: Path, *, lends: bool) -> None:
    windows = folder / "drive_c/windows"
    assert (windows / "system32/kernel32.dll").resolve().parent.name == "x86_64-windows"
    assert (windows / "syswow64/kernel32.dll").resolve().parent.name == "i386-windows"
    assert (windows / "system32/bcryptprimitives.dll").is_symlink() is not lends
    assert (folder / "dosdevices/z:").resolve() == Path("/")
    assert '"TEMP"="C:\\\\users\\\\crosswind\\\\Temp"\n' in (folder / "user.reg").read_text()


def test_the_environment_reaches_no_display_and_keeps_the_rest() -> None:
    base = {"DISPLAY": ":0", "LC_ALL": "de_DE", "WINEDEBUG": "+all", "OWN": "1", "TZ": "CET"}
    env = wine_prefix.environment(Path("/prefix"), base, boots=False)
    assert env["OWN"] == "1"
    assert (env["TZ"], env["LC_ALL"], env["WINEDEBUG"]) == ("UTC", "C.UTF-8", "-all")
    assert "DISPLAY" not in env
    assert "wineboot.exe" in env["WINEDLLOVERRIDES"]
    assert (
        "wineboot.exe" not in wine_prefix.environment(Path(), base, boots=True)["WINEDLLOVERRIDES"]
    )
