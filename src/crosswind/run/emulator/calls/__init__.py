"""Every call of Windows that the emulator has, one file for each area; importing `AREAS` enters them."""

from __future__ import annotations

from importlib import import_module

# One line for each file in this folder that declares calls.
AREAS: tuple[str, ...] = (
    "accounts",
    "completion_ports",
    "console",
    "crypto",
    "devices",
    "directories",
    "environment",
    "errors",
    "exceptions",
    "file_information",
    "files",
    "loader",
    "locale",
    "locks",
    "mappings",
    "memory",
    "network",
    "nt_files",
    "outside",
    "pipes",
    "process",
    "registry",
    "security",
    "shell",
    "standard_handles",
    "sync",
    "system",
    "threads",
    "time",
    "toolhelp",
)


def load() -> None:
    """Enter every call into `abi.TABLE`."""
    for area in AREAS:
        import_module(f"{__name__}.{area}")
