import base64
import re
from dataclasses import replace

import pytest

from crosswind.target import Target
from crosswind.toolchain import Toolchain, Zig, version, wheel
from crosswind.toolchain.kinds import GO, ZIG, Edition, Kind

LINUX, PLAN9 = Target("linux", "amd64"), Target("plan9", "amd64")
KINDS = pytest.mark.parametrize("kind", [GO, ZIG], ids=lambda kind: kind.name)


@KINDS
def test_every_pin_is_whole(kind: Kind[Toolchain] | Kind[Zig]) -> None:
    for number, hosts in kind.pins.items():
        assert version.is_valid(number)
        assert set(hosts) == set(wheel._UV_PLATFORMS)
        for pin in hosts.values():
            assert re.fullmatch(r"[0-9a-f]{64}", pin.sha256)
            assert len(base64.b64decode(pin.tree.removeprefix("h1:"), validate=True)) == 32
            assert 50_000_000 < pin.size < 150_000_000


@KINDS
def test_pins_of_different_hosts_differ(kind: Kind[Toolchain] | Kind[Zig]) -> None:
    for hosts in kind.pins.values():
        assert len({pin.sha256 for pin in hosts.values()}) == len(hosts)
        assert len({pin.tree for pin in hosts.values()}) == len(hosts)


def test_the_newest_pin_by_gos_order() -> None:
    hosts = GO.pins["1.27.3"]
    kind = replace(GO, pins={"1.9.1": hosts, "1.27.10": hosts, "1.27.9": hosts})
    assert kind.newest(LINUX) == "1.27.10"
    assert kind.newest(PLAN9) == ""
    assert Edition(kind, "1.27.10", LINUX).pin == hosts["linux/amd64"]
    assert Edition(kind, "1.27.10", PLAN9).pin is None


def test_what_an_edition_is_called() -> None:
    assert str(Edition(GO, "1.27.3", LINUX)) == "Go 1.27.3 for linux/amd64"
    assert str(Edition(ZIG, "0.17.1", LINUX)) == "Zig 0.17.1 for linux/amd64"
    assert [Edition(kind, "1.2.3", LINUX).word for kind in (GO, ZIG)] == ["1.2.3", "zig"]
