"""Windows' time zones, against the time zone database."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crosswind.run.emulator import time_zones
from crosswind.run.emulator.time_zones import Transition


def test_the_usual_ones():
    berlin = time_zones.find("Europe/Berlin")
    assert (berlin.name, berlin.daylight) == ("W. Europe Standard Time", "W. Europe Daylight Time")
    assert (berlin.bias, berlin.daylight_bias) == (-60, -60)
    assert berlin.to_daylight == Transition(3, 0, 5, 2 * 3_600_000)
    assert berlin.display == "(UTC+01:00) Berlin"
    assert time_zones.find("India Standard Time").bias == -330
    assert time_zones.find("Etc/UTC") is time_zones.UTC
    assert time_zones.find("Middle-earth") is None
    # Midnight's end is the day's last moment on Windows.
    assert time_zones.find("America/Santiago").to_standard == Transition(4, 6, 1, 86_399_999)
    # REG_TZI_FORMAT.
    assert berlin.packed()[:12].hex() == "c4ffffff00000000c4ffffff"
    assert len(berlin.packed()) == 44


@pytest.mark.parametrize("name", time_zones.names())
def test_biases_and_dates_are_those_of_the_city(name):
    zone = time_zones.find(name)
    city = ZoneInfo(time_zones._ZONES[name][0])
    january, july = (datetime(2037, month, 15, tzinfo=city) for month in (1, 7))
    offsets = {-(day.utcoffset() // timedelta(minutes=1)) for day in (january, july)}
    biases = {zone.bias}
    if zone.to_daylight:
        biases.add(zone.bias + zone.daylight_bias)
    if name != "Morocco Standard Time":  # Ramadan has no rule.
        assert biases == offsets


def test_daylight_time_begins_when_the_city_says():
    newfoundland = time_zones.find("America/St_Johns")
    assert newfoundland.bias == 210
    assert newfoundland.to_daylight == Transition(3, 0, 2, 2 * 3_600_000)
    greenland = time_zones.find("America/Godthab")
    # An hour before Sunday.
    assert greenland.to_daylight == Transition(3, 6, 5, 23 * 3_600_000)


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
@pytest.mark.parametrize("year", [2024, 2026, 2037])
def test_transitions_of_a_year_are_the_citys(name, year):
    zone = time_zones.find(name)
    city = ZoneInfo(name)
    for date, before, after in (
        (zone.to_daylight, 0, zone.daylight_bias),
        (zone.to_standard, zone.daylight_bias, 0),
    ):
        ticks = date.in_year(year) + (zone.bias + before) * 600_000_000
        moment = datetime(1601, 1, 1, tzinfo=ZoneInfo("UTC")) + timedelta(microseconds=ticks // 10)
        offsets = [
            -(at.astimezone(city).utcoffset() // timedelta(minutes=1)) - zone.bias
            for at in (moment - timedelta(seconds=1), moment)
        ]
        assert offsets == [before, after]


def test_a_year_beyond_pythons_has_the_same_days():
    date = time_zones.find("Europe/Berlin").to_daylight
    cycle = 146097 * 24 * 3600 * 10_000_000
    assert date.in_year(2026 + 400 * 50) == date.in_year(2026) + 50 * cycle
