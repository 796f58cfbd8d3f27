"""The time zones that Windows has in its registry, and their rules as Windows writes them.

The names and the cities are those that Go's `time` package knows Windows zones by
(time/zoneinfo_abbrs_windows.go, from CLDR's windowsZones.xml); the rules are the last lines of the
cities' files in the time zone database (release 2025b), a POSIX TZ text each. Windows knows one rule
for all years in TIME_ZONE_INFORMATION; so does this table.
"""

from __future__ import annotations

import re
import struct
from datetime import datetime, timedelta

from crosswind.frozen import frozen

# A name on Windows, its city, and the rule of that city.
_ZONES = {
    "AUS Central Standard Time": ("Australia/Darwin", "ACST-9:30"),
    "AUS Eastern Standard Time": ("Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"),
    "Afghanistan Standard Time": ("Asia/Kabul", "<+0430>-4:30"),
    "Alaskan Standard Time": ("America/Anchorage", "AKST9AKDT,M3.2.0,M11.1.0"),
    "Aleutian Standard Time": ("America/Adak", "HST10HDT,M3.2.0,M11.1.0"),
    "Altai Standard Time": ("Asia/Barnaul", "<+07>-7"),
    "Arab Standard Time": ("Asia/Riyadh", "<+03>-3"),
    "Arabian Standard Time": ("Asia/Dubai", "<+04>-4"),
    "Arabic Standard Time": ("Asia/Baghdad", "<+03>-3"),
    "Argentina Standard Time": ("America/Buenos_Aires", "<-03>3"),
    "Astrakhan Standard Time": ("Europe/Astrakhan", "<+04>-4"),
    "Atlantic Standard Time": ("America/Halifax", "AST4ADT,M3.2.0,M11.1.0"),
    "Aus Central W. Standard Time": ("Australia/Eucla", "<+0845>-8:45"),
    "Azerbaijan Standard Time": ("Asia/Baku", "<+04>-4"),
    "Azores Standard Time": ("Atlantic/Azores", "<-01>1<+00>,M3.5.0/0,M10.5.0/1"),
    "Bahia Standard Time": ("America/Bahia", "<-03>3"),
    "Bangladesh Standard Time": ("Asia/Dhaka", "<+06>-6"),
    "Belarus Standard Time": ("Europe/Minsk", "<+03>-3"),
    "Bougainville Standard Time": ("Pacific/Bougainville", "<+11>-11"),
    "Canada Central Standard Time": ("America/Regina", "CST6"),
    "Cape Verde Standard Time": ("Atlantic/Cape_Verde", "<-01>1"),
    "Caucasus Standard Time": ("Asia/Yerevan", "<+04>-4"),
    "Cen. Australia Standard Time": ("Australia/Adelaide", "ACST-9:30ACDT,M10.1.0,M4.1.0/3"),
    "Central America Standard Time": ("America/Guatemala", "CST6"),
    "Central Asia Standard Time": ("Asia/Bishkek", "<+06>-6"),
    "Central Brazilian Standard Time": ("America/Cuiaba", "<-04>4"),
    "Central Europe Standard Time": ("Europe/Budapest", "CET-1CEST,M3.5.0,M10.5.0/3"),
    "Central European Standard Time": ("Europe/Warsaw", "CET-1CEST,M3.5.0,M10.5.0/3"),
    "Central Pacific Standard Time": ("Pacific/Guadalcanal", "<+11>-11"),
    "Central Standard Time": ("America/Chicago", "CST6CDT,M3.2.0,M11.1.0"),
    "Central Standard Time (Mexico)": ("America/Mexico_City", "CST6"),
    "Chatham Islands Standard Time": (
        "Pacific/Chatham",
        "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
    ),
    "China Standard Time": ("Asia/Shanghai", "CST-8"),
    "Cuba Standard Time": ("America/Havana", "CST5CDT,M3.2.0/0,M11.1.0/1"),
    "Dateline Standard Time": ("Etc/GMT+12", "<-12>12"),
    "E. Africa Standard Time": ("Africa/Nairobi", "EAT-3"),
    "E. Australia Standard Time": ("Australia/Brisbane", "AEST-10"),
    "E. Europe Standard Time": ("Europe/Chisinau", "EET-2EEST,M3.5.0,M10.5.0/3"),
    "E. South America Standard Time": ("America/Sao_Paulo", "<-03>3"),
    "Easter Island Standard Time": ("Pacific/Easter", "<-06>6<-05>,M9.1.6/22,M4.1.6/22"),
    "Eastern Standard Time": ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
    "Eastern Standard Time (Mexico)": ("America/Cancun", "EST5"),
    "Egypt Standard Time": ("Africa/Cairo", "EET-2EEST,M4.5.5/0,M10.5.4/24"),
    "Ekaterinburg Standard Time": ("Asia/Yekaterinburg", "<+05>-5"),
    "FLE Standard Time": ("Europe/Kiev", "EET-2EEST,M3.5.0/3,M10.5.0/4"),
    "Fiji Standard Time": ("Pacific/Fiji", "<+12>-12"),
    "GMT Standard Time": ("Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"),
    "GTB Standard Time": ("Europe/Bucharest", "EET-2EEST,M3.5.0/3,M10.5.0/4"),
    "Georgian Standard Time": ("Asia/Tbilisi", "<+04>-4"),
    "Greenland Standard Time": ("America/Godthab", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"),
    "Greenwich Standard Time": ("Atlantic/Reykjavik", "GMT0"),
    "Haiti Standard Time": ("America/Port-au-Prince", "EST5EDT,M3.2.0,M11.1.0"),
    "Hawaiian Standard Time": ("Pacific/Honolulu", "HST10"),
    "India Standard Time": ("Asia/Calcutta", "IST-5:30"),
    "Iran Standard Time": ("Asia/Tehran", "<+0330>-3:30"),
    "Israel Standard Time": ("Asia/Jerusalem", "IST-2IDT,M3.4.4/26,M10.5.0"),
    "Jordan Standard Time": ("Asia/Amman", "<+03>-3"),
    "Kaliningrad Standard Time": ("Europe/Kaliningrad", "EET-2"),
    "Korea Standard Time": ("Asia/Seoul", "KST-9"),
    "Libya Standard Time": ("Africa/Tripoli", "EET-2"),
    "Line Islands Standard Time": ("Pacific/Kiritimati", "<+14>-14"),
    "Lord Howe Standard Time": ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
    "Magadan Standard Time": ("Asia/Magadan", "<+11>-11"),
    "Magallanes Standard Time": ("America/Punta_Arenas", "<-03>3"),
    "Marquesas Standard Time": ("Pacific/Marquesas", "<-0930>9:30"),
    "Mauritius Standard Time": ("Indian/Mauritius", "<+04>-4"),
    "Middle East Standard Time": ("Asia/Beirut", "EET-2EEST,M3.5.0/0,M10.5.0/0"),
    "Montevideo Standard Time": ("America/Montevideo", "<-03>3"),
    "Morocco Standard Time": ("Africa/Casablanca", "<+01>-1"),
    "Mountain Standard Time": ("America/Denver", "MST7MDT,M3.2.0,M11.1.0"),
    "Mountain Standard Time (Mexico)": ("America/Mazatlan", "MST7"),
    "Myanmar Standard Time": ("Asia/Rangoon", "<+0630>-6:30"),
    "N. Central Asia Standard Time": ("Asia/Novosibirsk", "<+07>-7"),
    "Namibia Standard Time": ("Africa/Windhoek", "CAT-2"),
    "Nepal Standard Time": ("Asia/Katmandu", "<+0545>-5:45"),
    "New Zealand Standard Time": ("Pacific/Auckland", "NZST-12NZDT,M9.5.0,M4.1.0/3"),
    "Newfoundland Standard Time": ("America/St_Johns", "NST3:30NDT,M3.2.0,M11.1.0"),
    "Norfolk Standard Time": ("Pacific/Norfolk", "<+11>-11<+12>,M10.1.0,M4.1.0/3"),
    "North Asia East Standard Time": ("Asia/Irkutsk", "<+08>-8"),
    "North Asia Standard Time": ("Asia/Krasnoyarsk", "<+07>-7"),
    "North Korea Standard Time": ("Asia/Pyongyang", "KST-9"),
    "Omsk Standard Time": ("Asia/Omsk", "<+06>-6"),
    "Pacific SA Standard Time": ("America/Santiago", "<-04>4<-03>,M9.1.6/24,M4.1.6/24"),
    "Pacific Standard Time": ("America/Los_Angeles", "PST8PDT,M3.2.0,M11.1.0"),
    "Pacific Standard Time (Mexico)": ("America/Tijuana", "PST8PDT,M3.2.0,M11.1.0"),
    "Pakistan Standard Time": ("Asia/Karachi", "PKT-5"),
    "Paraguay Standard Time": ("America/Asuncion", "<-03>3"),
    "Qyzylorda Standard Time": ("Asia/Qyzylorda", "<+05>-5"),
    "Romance Standard Time": ("Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"),
    "Russia Time Zone 10": ("Asia/Srednekolymsk", "<+11>-11"),
    "Russia Time Zone 11": ("Asia/Kamchatka", "<+12>-12"),
    "Russia Time Zone 3": ("Europe/Samara", "<+04>-4"),
    "Russian Standard Time": ("Europe/Moscow", "MSK-3"),
    "SA Eastern Standard Time": ("America/Cayenne", "<-03>3"),
    "SA Pacific Standard Time": ("America/Bogota", "<-05>5"),
    "SA Western Standard Time": ("America/La_Paz", "<-04>4"),
    "SE Asia Standard Time": ("Asia/Bangkok", "<+07>-7"),
    "Saint Pierre Standard Time": ("America/Miquelon", "<-03>3<-02>,M3.2.0,M11.1.0"),
    "Sakhalin Standard Time": ("Asia/Sakhalin", "<+11>-11"),
    "Samoa Standard Time": ("Pacific/Apia", "<+13>-13"),
    "Sao Tome Standard Time": ("Africa/Sao_Tome", "GMT0"),
    "Saratov Standard Time": ("Europe/Saratov", "<+04>-4"),
    "Singapore Standard Time": ("Asia/Singapore", "<+08>-8"),
    "South Africa Standard Time": ("Africa/Johannesburg", "SAST-2"),
    "South Sudan Standard Time": ("Africa/Juba", "CAT-2"),
    "Sri Lanka Standard Time": ("Asia/Colombo", "<+0530>-5:30"),
    "Sudan Standard Time": ("Africa/Khartoum", "CAT-2"),
    "Syria Standard Time": ("Asia/Damascus", "<+03>-3"),
    "Taipei Standard Time": ("Asia/Taipei", "CST-8"),
    "Tasmania Standard Time": ("Australia/Hobart", "AEST-10AEDT,M10.1.0,M4.1.0/3"),
    "Tocantins Standard Time": ("America/Araguaina", "<-03>3"),
    "Tokyo Standard Time": ("Asia/Tokyo", "JST-9"),
    "Tomsk Standard Time": ("Asia/Tomsk", "<+07>-7"),
    "Tonga Standard Time": ("Pacific/Tongatapu", "<+13>-13"),
    "Transbaikal Standard Time": ("Asia/Chita", "<+09>-9"),
    "Turkey Standard Time": ("Europe/Istanbul", "<+03>-3"),
    "Turks And Caicos Standard Time": ("America/Grand_Turk", "EST5EDT,M3.2.0,M11.1.0"),
    "US Eastern Standard Time": ("America/Indianapolis", "EST5EDT,M3.2.0,M11.1.0"),
    "US Mountain Standard Time": ("America/Phoenix", "MST7"),
    "UTC": ("Etc/UTC", "UTC0"),
    "UTC+12": ("Etc/GMT-12", "<+12>-12"),
    "UTC+13": ("Etc/GMT-13", "<+13>-13"),
    "UTC-02": ("Etc/GMT+2", "<-02>2"),
    "UTC-08": ("Etc/GMT+8", "<-08>8"),
    "UTC-09": ("Etc/GMT+9", "<-09>9"),
    "UTC-11": ("Etc/GMT+11", "<-11>11"),
    "Ulaanbaatar Standard Time": ("Asia/Ulaanbaatar", "<+08>-8"),
    "Venezuela Standard Time": ("America/Caracas", "<-04>4"),
    "Vladivostok Standard Time": ("Asia/Vladivostok", "<+10>-10"),
    "Volgograd Standard Time": ("Europe/Volgograd", "MSK-3"),
    "W. Australia Standard Time": ("Australia/Perth", "AWST-8"),
    "W. Central Africa Standard Time": ("Africa/Lagos", "WAT-1"),
    "W. Europe Standard Time": ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
    "W. Mongolia Standard Time": ("Asia/Hovd", "<+07>-7"),
    "West Asia Standard Time": ("Asia/Tashkent", "<+05>-5"),
    "West Bank Standard Time": ("Asia/Hebron", "EET-2EEST,M3.4.4/50,M10.4.4/50"),
    "West Pacific Standard Time": ("Pacific/Port_Moresby", "<+10>-10"),
    "Yakutsk Standard Time": ("Asia/Yakutsk", "<+09>-9"),
    "Yukon Standard Time": ("America/Whitehorse", "MST7"),
}

_HOUR = 3600
_DAY = 24 * _HOUR
_RULE = re.compile(
    r"(?P<std><[^>]+>|[A-Za-z]+)(?P<offset>-?[\d:]+)"
    r"(?:(?P<dst><[^>]+>|[A-Za-z]+)(?P<dst_offset>-?[\d:]+)?,(?P<start>[^,]+),(?P<end>[^,]+))?"
)
_DATE = re.compile(r"M(?P<month>\d+)\.(?P<week>\d)\.(?P<day>\d)(?:/(?P<time>-?[\d:]+))?")


@frozen
class Transition:
    """A day of every year: SYSTEMTIME's "day in month" form, where the year is 0."""

    month: int
    weekday: int
    """0 is Sunday."""
    week: int
    """5 is the month's last."""
    milliseconds: int
    """Since midnight."""

    def packed(self) -> bytes:
        """Return the SYSTEMTIME structure."""
        seconds, rest = divmod(self.milliseconds, 1000)
        hour, seconds = divmod(seconds, _HOUR)
        return struct.pack(
            "<8H", 0, self.month, self.weekday, self.week, hour, *divmod(seconds, 60), rest
        )

    def in_year(self, year: int) -> int:
        """Return when it is in a year: 100 ns since 1601, in the zone's own time."""
        # The calendar repeats after 400 years, and datetime ends in the year 9999.
        cycles, first = (year - 1601) // 400, datetime(1601 + (year - 1601) % 400, self.month, 1)  # noqa: DTZ001 - local time
        day = first + timedelta((self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1))
        while day.month != self.month:
            day -= timedelta(7)
        days = (day - datetime(1601, 1, 1)).days + 146097 * cycles  # noqa: DTZ001 - local time
        return (days * _DAY * 1000 + self.milliseconds) * 10_000


@frozen
class TimeZone:
    """A zone as Windows keeps it; biases are minutes to add to local time to get UTC."""

    name: str
    """The registry key's, as Go looks it up."""
    standard: str
    daylight: str
    display: str
    bias: int
    daylight_bias: int = 0
    to_standard: Transition | None = None
    to_daylight: Transition | None = None

    def packed(self) -> bytes:
        """Return the registry's TZI value (REG_TZI_FORMAT)."""
        return struct.pack("<3i", self.bias, 0, self.daylight_bias) + b"".join(
            date.packed() if date else bytes(16) for date in (self.to_standard, self.to_daylight)
        )


# The registry's zone for UTC has names unlike the others'.
UTC = TimeZone(
    "UTC", "Coordinated Universal Time", "Coordinated Universal Time",
    "(UTC) Coordinated Universal Time", 0,
)  # fmt: skip


def names() -> list[str]:
    """Return the registry keys' names, sorted as the registry does."""
    return sorted(_ZONES, key=str.upper)


def find(name: str) -> TimeZone | None:
    """Find a zone by its Windows name or by its city's (`Europe/Berlin`); case counts."""
    if name in {"UTC", "Etc/UTC"}:
        return UTC
    for known, (city, rule) in _ZONES.items():
        if name in {known, city}:
            return _zone(known, city, rule)
    return None


def _zone(name: str, city: str, rule: str) -> TimeZone:
    """Read a POSIX rule."""
    match = _RULE.fullmatch(rule)
    if match is None:
        raise ValueError(rule)
    offset = _seconds(match["offset"])
    label = city.rpartition("/")[2].replace("_", " ")
    zone = TimeZone(
        name=name,
        standard=name,
        daylight=name.replace("Standard", "Daylight"),
        display=f"({_utc(offset)}) {label}",
        bias=offset // 60,
    )
    if match["dst"] is None:
        return zone
    # POSIX: daylight time is an hour ahead unless the rule says otherwise.
    ahead = offset - _seconds(match["dst_offset"]) if match["dst_offset"] else _HOUR
    return TimeZone(
        zone.name, zone.standard, zone.daylight, zone.display, zone.bias,
        daylight_bias=-ahead // 60,
        to_standard=_transition(match["end"]),
        to_daylight=_transition(match["start"]),
    )  # fmt: skip


def _transition(text: str) -> Transition:
    """Read `Mmonth.week.day/time`; a time of another day moves to that weekday of the same week."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    seconds = _seconds(match["time"] or "2")
    weekday = int(match["day"])
    if seconds == _DAY:
        # Windows has no hour 24: it writes the last moment of the day.
        return Transition(int(match["month"]), weekday, int(match["week"]), _DAY * 1000 - 1)
    days, seconds = divmod(seconds, _DAY)
    return Transition(int(match["month"]), (weekday + days) % 7, int(match["week"]), seconds * 1000)


def _seconds(text: str) -> int:
    """Read `[-]h[:mm[:ss]]`."""
    parts = [int(part) for part in text.lstrip("-").split(":")] + [0, 0]
    seconds = parts[0] * _HOUR + parts[1] * 60 + parts[2]
    return -seconds if text.startswith("-") else seconds


def _utc(offset: int) -> str:
    """Write an offset west of Greenwich, in seconds, as Windows' lists of zones do."""
    if not offset:
        return "UTC"
    hours, rest = divmod(abs(offset), _HOUR)
    return f"UTC{'-' if offset > 0 else '+'}{hours:02}:{rest // 60:02}"
