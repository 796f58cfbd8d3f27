import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosswind.errors import RemoteError
from crosswind.events import Event, ignore
from crosswind.target import Target
from crosswind.toolchain import Source, Toolchain, cellar
from crosswind.toolchain.archive import Member

ARM = Target("linux", "arm64")
WANTED = Toolchain("1.27.3", Path(), Source.MODULE, ARM, "h1:abc=")
FILES = [("VERSION", b"go1.27.3\n"), ("bin/go", b"#!"), ("src/make.bash", b"#!"), ("src/a.go", b"")]


@pytest.fixture(autouse=True)
def _own_cache(env: dict[str, str]) -> None:
    """`env` moves the cache below the test's directory."""


def test_what_was_installed_is_found_again() -> None:
    assert cellar.find("1.27.3", ARM) is None
    made = cellar.install(WANTED, FILES)
    assert cellar.find("1.27.3", ARM) == made
    assert list(cellar.everything()) == [made]
    assert made.goroot == cellar.root() / "1.27.3-linux-arm64" / "go"
    assert (made.goroot / "VERSION").read_bytes() == b"go1.27.3\n"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no run bits")
def test_run_bits_are_set_where_go_sets_them() -> None:
    goroot = cellar.install(WANTED, FILES).goroot
    runs = {
        name for name, _ in FILES if stat.S_IMODE((goroot / name).stat().st_mode) & stat.S_IXUSR
    }
    assert runs == {"bin/go", "src/make.bash"}


@pytest.mark.parametrize(
    "name", ["../x", "src/../../x", "/etc/x", "src\\x", "C:/x", "src/x:y", "", "x\0y"]
)
def test_no_name_leads_outside(name: str, tmp_path: Path) -> None:
    with pytest.raises(RemoteError) as caught:
        cellar.install(WANTED, [*FILES, (name, b"")])
    assert caught.value.code == "CW0407"
    assert list(cellar.root().iterdir()) == []


def test_nothing_is_installed_if_reading_fails() -> None:
    def broken() -> Iterator[Member]:
        yield from FILES
        raise RemoteError("CW0407", "wrong sum")

    with pytest.raises(RemoteError, match="wrong sum"):
        cellar.install(WANTED, broken())
    assert cellar.find("1.27.3", ARM) is None
    assert list(cellar.root().iterdir()) == []


@pytest.mark.parametrize("damage", ["no origin", "bad origin", "no go"])
def test_a_damaged_one_is_not_found_and_is_replaced(damage: str) -> None:
    made = cellar.install(WANTED, FILES)
    origin = made.goroot.parent / "origin.json"
    if damage == "no origin":
        origin.unlink()
    elif damage == "bad origin":
        origin.write_text(json.dumps({"version": "1.27.3"}))
    else:
        made.go.unlink()
    assert cellar.find("1.27.3", ARM) is None
    assert cellar.install(WANTED, FILES) == made
    assert cellar.find("1.27.3", ARM) == made


def test_what_a_killed_process_left_is_removed() -> None:
    debris = cellar.root() / ".1.27.3-linux-arm64.x1y2.tmp" / "go"
    debris.mkdir(parents=True)
    others = cellar.root() / ".1.27.3-linux-amd64.x1y2.tmp"
    others.mkdir()
    with cellar.exclusively("1.27.3", ARM, ignore):
        assert not debris.parent.exists()
    assert others.exists()
    assert list(cellar.everything()) == []


def test_the_workshop_goes_away() -> None:
    events: list[Event] = []
    with cellar.exclusively("1.27.3", ARM, events.append):
        with cellar.workshop("1.27.3", ARM) as place:
            (place / "part").write_bytes(b"x")
        assert not place.exists()
    assert events == []
