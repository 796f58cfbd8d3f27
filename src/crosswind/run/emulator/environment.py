"""The environment of an emulated process: names without case, kept in Windows' order.

Sources: the documented behaviour of GetEnvironmentStringsW, SetEnvironmentVariableW and
ExpandEnvironmentStringsW; RtlSetEnvironmentVariable inserts in sorted order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crosswind.run.emulator import identity
from crosswind.run.emulator.ordinal import units, upper

# A variable's name and value hold at most this many characters, the NUL included
# (documentation of SetEnvironmentVariableW).
MAX_VARIABLE = 32767


class Environment:
    """The variables of one process."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        """Start with these variables; of names that differ in case only the last one counts."""
        self._variables: dict[str, tuple[str, str]] = {}
        for name, value in (variables or {}).items():
            self.set(name, value)

    def get(self, name: str) -> str | None:
        """Return the value, or None where there is no such variable."""
        found = self._variables.get(upper(name))
        return None if found is None else found[1]

    def set(self, name: str, value: str) -> None:
        """Set a variable; a name that is there keeps the case it was first written in."""
        key = upper(name)
        known = self._variables.get(key)
        self._variables[key] = (name if known is None else known[0], value)

    def remove(self, name: str) -> bool:
        """Remove a variable; say whether it was there."""
        return self._variables.pop(upper(name), None) is not None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Go through names and values in Windows' order."""
        return iter([self._variables[key] for key in sorted(self._variables, key=units)])

    def block(self) -> str:
        """Return what GetEnvironmentStringsW points to: `NAME=value` each ended by NUL, and a NUL."""
        return "".join(f"{name}={value}\0" for name, value in self) + "\0"

    def expand(self, text: str) -> str:
        """Replace `%NAME%` by values; what names no variable stays, its percent signs too."""
        parts: list[str] = []
        at = 0
        while (start := text.find("%", at)) >= 0:
            parts.append(text[at:start])
            end = text.find("%", start + 1)
            if end < 0:
                at = start
                break
            value = self.get(text[start + 1 : end])
            parts.append(text[start : end + 1] if value is None else value)
            at = end + 1
        return "".join(parts) + text[at:]


def default(processors: int, directory: str = "C:\\") -> dict[str, str]:
    """Return the variables that a console session of Windows 10 starts programs with.

    Args:
        processors: how many the process sees.
        directory: the current directory; where it lies on a drive, its `=C:` entry is made.
    """
    found = {
        "ALLUSERSPROFILE": identity.PROGRAM_DATA,
        "APPDATA": identity.ROAMING_DATA,
        "CommonProgramFiles": f"{identity.PROGRAM_FILES}\\Common Files",
        "CommonProgramFiles(x86)": f"{identity.PROGRAM_FILES_X86}\\Common Files",
        "CommonProgramW6432": f"{identity.PROGRAM_FILES}\\Common Files",
        "COMPUTERNAME": identity.COMPUTER,
        "ComSpec": f"{identity.SYSTEM}\\cmd.exe",
        "HOMEDRIVE": identity.PROFILE[:2],
        "HOMEPATH": identity.PROFILE[2:],
        "LOCALAPPDATA": identity.LOCAL_DATA,
        "LOGONSERVER": f"\\\\{identity.COMPUTER}",
        "NUMBER_OF_PROCESSORS": str(processors),
        "OS": "Windows_NT",
        "Path": f"{identity.SYSTEM};{identity.WINDOWS}",
        "PATHEXT": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
        "PROCESSOR_ARCHITECTURE": "AMD64",
        "PROCESSOR_IDENTIFIER": identity.PROCESSOR,
        "PROCESSOR_LEVEL": str(identity.PROCESSOR_LEVEL),
        "PROCESSOR_REVISION": f"{identity.PROCESSOR_REVISION:04x}",
        "ProgramData": identity.PROGRAM_DATA,
        "ProgramFiles": identity.PROGRAM_FILES,
        "ProgramFiles(x86)": identity.PROGRAM_FILES_X86,
        "ProgramW6432": identity.PROGRAM_FILES,
        "PUBLIC": identity.PUBLIC,
        "SESSIONNAME": "Console",
        "SystemDrive": identity.WINDOWS[:2],
        "SystemRoot": identity.WINDOWS,
        "TEMP": identity.TEMP,
        "TMP": identity.TEMP,
        "USERDOMAIN": identity.COMPUTER,
        "USERNAME": identity.USER,
        "USERPROFILE": identity.PROFILE,
        "windir": identity.WINDOWS,
    }
    if directory[1:2] == ":":
        found[f"={upper(directory[:2])}"] = directory
    return found
