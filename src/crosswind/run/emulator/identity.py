"""Who and where an emulated program is: names and paths that never come from the host.

They are fixed, so that two runs see the same computer and nothing of the host's owner leaks.
"""

from __future__ import annotations

COMPUTER = "CROSSWIND"
USER = "user"
# As `whoami` writes the user: computer and name.
ACCOUNT = f"{COMPUTER}\\{USER}"
PROFILES = "C:\\Users"
PROFILE = f"{PROFILES}\\{USER}"
LOCAL_DATA = f"{PROFILE}\\AppData\\Local"
ROAMING_DATA = f"{PROFILE}\\AppData\\Roaming"
TEMP = f"{LOCAL_DATA}\\Temp"
WINDOWS = "C:\\Windows"
SYSTEM = f"{WINDOWS}\\system32"
PROGRAM_DATA = "C:\\ProgramData"
PROGRAM_FILES = "C:\\Program Files"
PROGRAM_FILES_X86 = "C:\\Program Files (x86)"
PUBLIC = f"{PROFILES}\\Public"
# CPUID says the same of the emulated processor: a Westmere (machine.py).
PROCESSOR = "Intel64 Family 6 Model 44 Stepping 1, GenuineIntel"
PROCESSOR_LEVEL, PROCESSOR_REVISION = 6, 0x2C01
# Windows 10 22H2.
MAJOR, MINOR, BUILD = 10, 0, 19045
UPDATE = 5487
