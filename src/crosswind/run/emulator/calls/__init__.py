"""Every call of Windows that the emulator has, one file for each area; importing `AREAS` enters them."""

from __future__ import annotations

from importlib import import_module

# One line for each file in this folder that declares calls.
AREAS: tuple[str, ...] = (
    "completion_ports",
    "devices",
    "directories",
    "exceptions",
    "file_information",
    "files",
    "loader",
    "locks",
    "mappings",
    "memory",
    "nt_files",
    "outside",
    "pipes",
    "process",
    "standard_handles",
    "sync",
    "threads",
)


def load() -> None:
    """Enter every call into `abi.TABLE`."""
    for area in AREAS:
        import_module(f"{__name__}.{area}")
