import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from crosswind.errors import RemoteError
from crosswind.events import Event, ignore
from crosswind.target import Target
from crosswind.toolchain import Source, Toolchain, cellar
from crosswind.toolchain.archive import Member
from crosswind.toolchain.kinds import GO, Edition

ARM = Edition(GO, "1.27.3", Target("linux", "arm64"))
FILES = [("VERSION", b"go1.27.3\n"), ("bin/go", b"#!"), ("src/make.bash", b"#!"), ("src/a.go", b"")]


def install(members: Iterable[Member]) -> Toolchain:
    return cellar.install(ARM, Source.MODULE, "h1:abc=", members)


@pytest.fixture(autouse=True)
def _own_cache(env: dict[str, str]) -> None:
    """`env` moves the cache below the test's directory."""


def test_what_was_installed_is_found_again() -> None:
    assert cellar.find(ARM) is None
    made = install(FILES)
    assert cellar.find(ARM) == made
    assert list(cellar.everything(GO)) == [made]
    assert made.goroot == cellar.root() / "1.27.3-linux-arm64" / "go"
    assert (made.goroot / "VERSION").read_bytes() == b"go1.27.3\n"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no run bits")
def test_run_bits_are_set_where_go_sets_them() -> None:
    goroot = install(FILES).goroot
    runs = {
        name for name, _ in FILES if stat.S_IMODE((goroot / name).stat().st_mode) & stat.S_IXUSR
    }
    assert runs == {"bin/go", "src/make.bash"}


@pytest.mark.parametrize(
    "name", ["../x", "src/../../x", "/etc/x", "src\\x", "C:/x", "src/x:y", "", "x\0y"]
)
def test_no_name_leads_outside(name: str, tmp_path: Path) -> None:
    with pytest.raises(RemoteError) as caught:
        install([*FILES, (name, b"")])
    assert caught.value.code == "CW0407"
    assert list(cellar.root().iterdir()) == []


def test_nothing_is_installed_if_reading_fails() -> None:
    def broken() -> Iterator[Member]:
        yield from FILES
        raise RemoteError("CW0407", "wrong sum")

    with pytest.raises(RemoteError, match="wrong sum"):
        install(broken())
    assert cellar.find(ARM) is None
    assert list(cellar.root().iterdir()) == []


@pytest.mark.parametrize("damage", ["no origin", "bad origin", "no go"])
def test_a_damaged_one_is_not_found_and_is_replaced(damage: str) -> None:
    made = install(FILES)
    origin = made.goroot.parent / "origin.json"
    if damage == "no origin":
        origin.unlink()
    elif damage == "bad origin":
        origin.write_text(json.dumps({"version": "1.27.3"}))
    else:
        made.go.unlink()
    assert cellar.find(ARM) is None
    assert install(FILES) == made
    assert cellar.find(ARM) == made


def test_what_a_killed_process_left_is_removed() -> None:
    debris = cellar.root() / ".1.27.3-linux-arm64.x1y2.tmp" / "go"
    debris.mkdir(parents=True)
    others = cellar.root() / ".1.27.3-linux-amd64.x1y2.tmp"
    others.mkdir()
    with cellar.exclusively(ARM, ignore):
        assert not debris.parent.exists()
    assert others.exists()
    assert list(cellar.everything(GO)) == []


def test_the_workshop_goes_away() -> None:
    events: list[Event] = []
    with cellar.exclusively(ARM, events.append):
        with cellar.workshop(ARM) as place:
            (place / "part").write_bytes(b"x")
        assert not place.exists()
    assert events == []
