"""The registry's tree and what it holds."""

import struct

from crosswind.run.emulator import registry_contents, time_zones
from crosswind.run.emulator.registry import Key, Registry, ValueType


def test_keys_and_values_have_no_case_and_sorted_names():
    root = Key("root")
    key, new = root.make("Software\\B", 7)
    assert new
    assert root.make("SOFTWARE\\b") == (key, False)
    root.make("software\\A")
    software = root.child("sOFTWARE")
    assert [child.name for child in software] == ["A", "B"]
    key.text("Name", "x")
    key.set("NAME", ValueType.DWORD, b"1234", 9)
    assert [(value.name, value.type) for value in key.values] == [("Name", 4)]
    assert key.written == 9
    assert key.remove("name")
    assert not key.remove("name")


def test_a_removed_key_says_so_to_those_who_hold_it():
    root = Key("root")
    key, _ = root.make("a\\b")
    root.drop("A\\B")
    assert key.deleted
    assert root.child("a\\b") is None
    assert len(root.child("a")) == 0
    root.drop("a\\none")
    root.drop("none\\none")


def test_the_tree_is_made_when_it_is_first_wanted():
    made = []

    def fill():
        made.append(1)
        return registry_contents.contents(time_zones.UTC, 1)

    registry = Registry(fill)
    assert registry.root(0x40) is None
    assert not made
    # Programs for 64 bits write the handles with their sign extended.
    assert registry.root(0xFFFFFFFF80000002) is registry.root(registry_contents.LOCAL_MACHINE)
    assert len(made) == 1


def test_contents_are_what_go_reads():
    roots = registry_contents.contents(time_zones.find("Europe/Berlin"), 5)
    machine = roots[registry_contents.LOCAL_MACHINE]
    version = machine.child(registry_contents.NT)
    assert version.get("currentbuild").data == "19045\0".encode("utf-16-le")
    assert version.get("CurrentMajorVersionNumber").data == struct.pack("<I", 10)
    zones = machine.child(f"{registry_contents.NT}\\Time Zones")
    assert len(zones) == 139 + (time_zones.find("UTC").name not in time_zones.names())
    assert zones.child("w. europe standard time").get("Std")
    assert zones.written == 5
    media = roots[registry_contents.CLASSES_ROOT].child(".PNG").get("content type")
    assert media.data.decode("utf-16-le") == "image/png\0"
