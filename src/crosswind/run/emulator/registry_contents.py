"""What the registry holds at the start: what Go's standard library and known programs read.

Go reads the time zones (`time`), extensions' media types (`mime`), the version and the computer's
name; others the shell folders and the environment. All comes from `identity`, nothing from the host.
"""

from __future__ import annotations

from crosswind.run.emulator import identity, time_zones
from crosswind.run.emulator.registry import Key, ValueType
from crosswind.run.emulator.time_zones import TimeZone

# Predefined handles (winreg.h); Windows sign-extends them to 64 bits.
CLASSES_ROOT = 0x80000000
CURRENT_USER = 0x80000001
LOCAL_MACHINE = 0x80000002
USERS = 0x80000003
CURRENT_CONFIG = 0x80000005

NT = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_ZONE = "SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation"
_NAME = "SYSTEM\\CurrentControlSet\\Control\\ComputerName"
_ENVIRONMENT = "SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
_SHELL = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer"

# Extensions with a media type in the registry of a new Windows 10 that agree with IANA's list.
_MEDIA_TYPES = {
    ".avi": "video/avi",
    ".bmp": "image/bmp",
    ".css": "text/css",
    ".gif": "image/gif",
    ".gz": "application/x-gzip",
    ".htm": "text/html",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tar": "application/x-tar",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webp": "image/webp",
    ".xml": "text/xml",
    ".zip": "application/x-zip-compressed",
}


def contents(zone: TimeZone, written: int) -> dict[int, Key]:
    """Make the predefined keys.

    Args:
        zone: the computer's time zone.
        written: the FILETIME that every key carries.
    """
    machine, user = Key("HKEY_LOCAL_MACHINE", written), Key("HKEY_CURRENT_USER", written)
    _version(machine)
    _zones(machine, zone)
    _system(machine)
    _user(user)
    classes, _ = machine.make("SOFTWARE\\Classes", written)
    for extension, media in _MEDIA_TYPES.items():
        classes.make(extension, written)[0].text("Content Type", media)
    users = Key("HKEY_USERS", written)
    return {
        CLASSES_ROOT: classes,
        CURRENT_USER: user,
        LOCAL_MACHINE: machine,
        USERS: users,
        CURRENT_CONFIG: Key("HKEY_CURRENT_CONFIG", written),
    }


def _version(machine: Key) -> None:
    """Fill CurrentVersion as Windows 10 22H2 does."""
    key, _ = machine.make(NT, machine.written)
    key.text("SystemRoot", identity.WINDOWS)
    key.text("CurrentVersion", "6.3")
    key.text("CurrentBuild", str(identity.BUILD))
    key.text("CurrentBuildNumber", str(identity.BUILD))
    key.number("CurrentMajorVersionNumber", identity.MAJOR)
    key.number("CurrentMinorVersionNumber", identity.MINOR)
    key.number("UBR", identity.UPDATE)
    key.text("ProductName", "Windows 10 Pro")
    key.text("EditionID", "Professional")
    key.text("InstallationType", "Client")
    key.text("DisplayVersion", "22H2")
    key.text("ReleaseId", "2009")
    key.text("RegisteredOwner", identity.USER)


def _zones(machine: Key, current: TimeZone) -> None:
    """Write the list of zones, and the one in use."""
    zones, _ = machine.make(f"{NT}\\Time Zones", machine.written)
    for name in [*time_zones.names(), time_zones.UTC.name]:
        zone = time_zones.find(name)
        if zone is None:
            raise KeyError(name)
        key, _ = zones.make(name, machine.written)
        key.text("Display", zone.display)
        key.text("Std", zone.standard)
        key.text("Dlt", zone.daylight)
        key.set("TZI", ValueType.BINARY, zone.packed(), machine.written)
    key, _ = machine.make(_ZONE, machine.written)
    key.text("TimeZoneKeyName", current.name)
    key.text("StandardName", current.standard)
    key.text("DaylightName", current.daylight)
    key.number("Bias", current.bias & 0xFFFFFFFF)
    key.number("ActiveTimeBias", current.bias & 0xFFFFFFFF)
    key.number("StandardBias", 0)
    key.number("DaylightBias", current.daylight_bias & 0xFFFFFFFF)


def _system(machine: Key) -> None:
    """Write the computer's name, its processor and the variables of all users."""
    for part in ("ActiveComputerName", "ComputerName"):
        key, _ = machine.make(f"{_NAME}\\{part}", machine.written)
        key.text("ComputerName", identity.COMPUTER)
    key, _ = machine.make("HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", machine.written)
    key.text("Identifier", identity.PROCESSOR)
    key.text("VendorIdentifier", "GenuineIntel")
    key, _ = machine.make(_ENVIRONMENT, machine.written)
    key.text("ComSpec", "%SystemRoot%\\system32\\cmd.exe", ValueType.EXPAND_SZ)
    key.text("OS", "Windows_NT")
    key.text("Path", "%SystemRoot%\\system32;%SystemRoot%", ValueType.EXPAND_SZ)
    key.text("PROCESSOR_ARCHITECTURE", "AMD64")
    key.text("windir", "%SystemRoot%", ValueType.EXPAND_SZ)
    machine.make("SOFTWARE\\Policies", machine.written)


def _user(user: Key) -> None:
    """Write the user's variables, folders and locale."""
    key, _ = user.make("Environment", user.written)
    for name in ("TEMP", "TMP"):
        key.text(name, "%USERPROFILE%\\AppData\\Local\\Temp", ValueType.EXPAND_SZ)
    key, _ = user.make("Volatile Environment", user.written)
    key.text("USERNAME", identity.USER)
    key.text("USERPROFILE", identity.PROFILE)
    key, _ = user.make("Control Panel\\International", user.written)
    key.text("LocaleName", "en-US")
    user.make("Software", user.written)
    key, _ = user.make(f"{_SHELL}\\Shell Folders".replace("SOFTWARE", "Software"), user.written)
    key.text("AppData", identity.ROAMING_DATA)
    key.text("Local AppData", identity.LOCAL_DATA)
    key.text("Personal", f"{identity.PROFILE}\\Documents")
    key.text("Desktop", f"{identity.PROFILE}\\Desktop")
